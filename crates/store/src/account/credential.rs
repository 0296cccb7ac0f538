//! What people prove themselves with: hashes, sealed secrets, public keys. `identity` says what they mean.

use super::deed::{Deed, stream_of};
use super::{moment, moment_text, moment_there};
use crate::database::{query, within};
use crate::digest::sha256;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Sort of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// A password, as an argon2id hash.
    Password,
    /// The secret of an app that shows one-time codes.
    OneTimeCode,
    /// A code on paper, hashed, that serves once.
    RecoveryCode,
    /// A passkey.
    Passkey,
    /// The person's identifier at the city's unified identity.
    UnifiedIdentity,
}

impl CredentialKind {
    const ALL: [Self; 5] =
        [Self::Password, Self::OneTimeCode, Self::RecoveryCode, Self::Passkey, Self::UnifiedIdentity];

    /// Name as rows and events spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::OneTimeCode => "one-time-code",
            Self::RecoveryCode => "recovery-code",
            Self::Passkey => "passkey",
            Self::UnifiedIdentity => "unified-identity",
        }
    }
}

/// A credential of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// Its sort.
    pub kind: CredentialKind,
    /// Identifier among those of its sort; empty where a person has only one.
    pub id: String,
    /// What its owner calls it.
    pub label: String,
    /// What it is checked with. Never shown.
    pub data: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it last served.
    pub used_at: Option<DateTime<Utc>>,
}

impl std::fmt::Debug for Credential {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(to, "Credential({}, {})", self.kind.name(), self.label)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    kind: String,
    id: String,
    label: String,
    data: String,
    created_at: String,
    used_at: String,
}

impl Store {
    /// The credentials of a person.
    pub async fn credentials(&self, person: &str) -> Result<Vec<Credential>, StoreError> {
        let rows = query!(self.database, connection => {
            sqlx::query_as::<_, Row>(
                "SELECT kind, id, label, data, created_at, used_at FROM credential
                 WHERE person = $1 ORDER BY kind, created_at, id",
            )
            .bind(person)
            .fetch_all(connection)
            .await?
        });
        rows.into_iter().map(Credential::try_from).collect()
    }

    /// Whose credential of this sort and identifier it is: passkeys and the unified identity sign in by it.
    pub async fn person_of_credential(
        &self,
        kind: CredentialKind,
        id: &str,
    ) -> Result<Option<String>, StoreError> {
        Ok(query!(self.database, connection => {
            sqlx::query_scalar("SELECT person FROM credential WHERE kind = $1 AND id = $2")
                .bind(kind.name())
                .bind(id)
                .fetch_optional(connection)
                .await?
        }))
    }

    /// Puts these in the place of all credentials of `kind` the person has.
    pub async fn replace_credentials(
        &self,
        person: &str,
        kind: CredentialKind,
        credentials: &[Credential],
        deed: &Deed,
    ) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let facts = json!({ "kind": kind.name(), "count": credentials.len() });
        let name = if credentials.is_empty() { "credential.removed" } else { "credential.set" };
        deed.record(&mut transaction, stream_of(person), name, facts).await?;
        within!(&mut transaction, connection => {
            sqlx::query("DELETE FROM credential WHERE person = $1 AND kind = $2")
                .bind(person)
                .bind(kind.name())
                .execute(connection)
                .await?;
        });
        for credential in credentials {
            insert(&mut transaction, person, credential, deed).await?;
        }
        transaction.commit().await
    }

    /// Adds a credential to those of its kind.
    pub async fn add_credential(
        &self,
        person: &str,
        credential: &Credential,
        deed: &Deed,
    ) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let facts =
            json!({ "kind": credential.kind.name(), "credential_sha256": sha256(credential.id.as_bytes()) });
        deed.record(&mut transaction, stream_of(person), "credential.set", facts).await?;
        insert(&mut transaction, person, credential, deed).await?;
        transaction.commit().await
    }

    /// Takes a credential away. False where there was none.
    pub async fn remove_credential(
        &self,
        person: &str,
        kind: CredentialKind,
        id: &str,
        deed: &Deed,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let facts = json!({ "kind": kind.name(), "credential_sha256": sha256(id.as_bytes()) });
        deed.record(&mut transaction, stream_of(person), "credential.removed", facts).await?;
        let removed = within!(&mut transaction, connection => {
            sqlx::query("DELETE FROM credential WHERE person = $1 AND kind = $2 AND id = $3")
                .bind(person)
                .bind(kind.name())
                .bind(id)
                .execute(connection)
                .await?
                .rows_affected()
        });
        transaction.commit_if(removed > 0).await?;
        Ok(removed > 0)
    }

    /// Notes that a credential served, and what it is checked with from now on (a counter, the last step).
    ///
    /// False where `seen` is no longer what it is checked with: somebody else used it meanwhile, so that a code or
    /// a counter serves once, however many ask at the same time.
    pub async fn credential_served(
        &self,
        person: &str,
        (kind, id): (CredentialKind, &str),
        (seen, data): (&str, &str),
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_apart().await?;
        let is_changed = serve(&mut transaction, person, (kind, id), (seen, data), at).await?;
        transaction.commit().await?;
        Ok(is_changed)
    }

    /// The same with an event, for what signs in by itself: a passkey.
    pub async fn credential_signed(
        &self,
        person: &str,
        (kind, id): (CredentialKind, &str),
        (seen, data): (&str, &str),
        deed: &Deed,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let facts = json!({ "kind": kind.name(), "credential_sha256": sha256(id.as_bytes()) });
        deed.record(&mut transaction, stream_of(person), "credential.signed", facts).await?;
        let is_changed = serve(&mut transaction, person, (kind, id), (seen, data), deed.at).await?;
        transaction.commit_if(is_changed).await?;
        Ok(is_changed)
    }

    /// Records that a passkey counted backwards and was refused: there may be two copies of it. It stays whatever comes
    /// of the form.
    pub async fn passkey_counted_back(
        &self,
        person: &str,
        id: &str,
        (stored, seen): (u32, u32),
        deed: &Deed,
    ) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_apart().await?;
        let facts = json!({
            "kind": CredentialKind::Passkey.name(), "credential_sha256": sha256(id.as_bytes()),
            "stored": stored, "seen": seen,
        });
        deed.record(&mut transaction, stream_of(person), "credential.counted-back", facts).await?;
        transaction.commit().await
    }
}

async fn serve(
    transaction: &mut crate::database::Transaction,
    person: &str,
    (kind, id): (CredentialKind, &str),
    (seen, data): (&str, &str),
    at: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let changed = within!(transaction, connection => {
        sqlx::query(
            "UPDATE credential SET data = $5, used_at = $6
             WHERE person = $1 AND kind = $2 AND id = $3 AND data = $4",
        )
        .bind(person)
        .bind(kind.name())
        .bind(id)
        .bind(seen)
        .bind(data)
        .bind(moment_text(at))
        .execute(connection)
        .await?
        .rows_affected()
    });
    Ok(changed > 0)
}

async fn insert(
    transaction: &mut crate::database::Transaction,
    person: &str,
    credential: &Credential,
    deed: &Deed,
) -> Result<(), StoreError> {
    let inserted = within!(transaction, connection => {
        sqlx::query(
            "INSERT INTO credential (person, kind, id, label, data, created_at, used_at)
             VALUES ($1, $2, $3, $4, $5, $6, '')",
        )
        .bind(person)
        .bind(credential.kind.name())
        .bind(&credential.id)
        .bind(&credential.label)
        .bind(&credential.data)
        .bind(moment_text(deed.at))
        .execute(connection)
        .await
        .map(drop)
    });
    inserted.map_err(|error| match error {
        sqlx::Error::Database(problem) if problem.is_unique_violation() => StoreError::CredentialTaken,
        other => other.into(),
    })
}

impl TryFrom<Row> for Credential {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let kind = CredentialKind::ALL.into_iter().find(|kind| kind.name() == row.kind);
        let kind = kind.ok_or_else(|| StoreError::Damaged(format!("credential of kind {}", row.kind)))?;
        Ok(Self {
            kind,
            created_at: moment_there(&row.created_at)?,
            used_at: moment(&row.used_at)?,
            id: row.id,
            label: row.label,
            data: row.data,
        })
    }
}
