//! What people prove themselves with: hashes, sealed secrets, public keys. `identity` says what they mean.

use super::deed::{Deed, stream_of};
use super::vouched::{self, CredentialStanding, Rows, Standing, changed};
use super::{moment, moment_text, moment_there};
use crate::database::{Transaction, query, within};
use crate::event_log::lock_log;
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
        lock_log(&mut transaction).await?;
        let replacing = "DELETE FROM credential WHERE person = $1 AND kind = $2";
        let gone: Vec<CredentialStanding> =
            changed(&mut transaction, replacing, &[person, kind.name()]).await?;
        let new = credentials.iter().map(|credential| standing(person, credential, deed));
        let new = new.collect::<Result<Vec<_>, _>>()?;
        let facts = json!({ "kind": kind.name(), "count": credentials.len() });
        let facts = Rows::default().without(&gone).with(&new).beside(facts);
        let name = if credentials.is_empty() { "credential.removed" } else { "credential.set" };
        deed.record(&mut transaction, stream_of(person), name, facts).await?;
        for (credential, standing) in credentials.iter().zip(&new) {
            insert(&mut transaction, (credential, standing), deed).await?;
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
        let standing = standing(person, credential, deed)?;
        let mut transaction = self.database.begin_write().await?;
        let facts = json!({ "kind": credential.kind.name(), "credential": standing.name() });
        let facts = Rows::of(&standing).beside(facts);
        deed.record(&mut transaction, stream_of(person), "credential.set", facts).await?;
        insert(&mut transaction, (credential, &standing), deed).await?;
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
        lock_log(&mut transaction).await?;
        let removing = "DELETE FROM credential WHERE person = $1 AND kind = $2 AND id = $3";
        let gone: Vec<CredentialStanding> =
            changed(&mut transaction, removing, &[person, kind.name(), id]).await?;
        if let Some(row) = gone.first() {
            let facts = json!({ "kind": kind.name(), "credential": row.name() });
            let facts = Rows::default().without(&gone).beside(facts);
            deed.record(&mut transaction, stream_of(person), "credential.removed", facts).await?;
        }
        transaction.commit_if(!gone.is_empty()).await?;
        Ok(!gone.is_empty())
    }

    /// Notes that a credential served, and what it is checked with from now on (a counter, the last step).
    ///
    /// False where `seen` is no longer what it is checked with: somebody else used it meanwhile, so that a code or
    /// a counter serves once, however many ask at the same time. A code on paper leaves an event: there is one less.
    pub async fn credential_served(
        &self,
        person: &str,
        (kind, id): (CredentialKind, &str),
        (seen, data): (&str, &str),
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_apart().await?;
        if kind == CredentialKind::RecoveryCode {
            lock_log(&mut transaction).await?;
        }
        let served = serve(&mut transaction, person, (kind, id), (seen, data), at).await?;
        if let Some(row) = served.as_ref().filter(|_| kind == CredentialKind::RecoveryCode) {
            let deed = Deed { actor: person.to_owned(), ..Deed::of_system(at) };
            let facts = Rows::of(row).beside(json!({ "credential": row.name() }));
            deed.record(&mut transaction, stream_of(person), "recovery-code.used", facts).await?;
        }
        transaction.commit().await?;
        Ok(served.is_some())
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
        lock_log(&mut transaction).await?;
        let served = serve(&mut transaction, person, (kind, id), (seen, data), deed.at).await?;
        if let Some(row) = &served {
            let facts = Rows::of(row).beside(json!({ "kind": kind.name(), "credential": row.name() }));
            deed.record(&mut transaction, stream_of(person), "credential.signed", facts).await?;
        }
        transaction.commit_if(served.is_some()).await?;
        Ok(served.is_some())
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
        let kind = CredentialKind::Passkey.name();
        let salt: Option<String> = within!(&mut transaction, connection => {
            sqlx::query_scalar("SELECT salt FROM credential WHERE person = $1 AND kind = $2 AND id = $3")
                .bind(person)
                .bind(kind)
                .bind(id)
                .fetch_optional(connection)
                .await?
        });
        let name = salt.map(|salt| vouched::name_of(&salt)).unwrap_or_default();
        let facts = json!({ "kind": kind, "credential": name, "stored": stored, "seen": seen });
        deed.record(&mut transaction, stream_of(person), "credential.counted-back", facts).await?;
        transaction.commit().await
    }
}

async fn serve(
    transaction: &mut Transaction,
    person: &str,
    (kind, id): (CredentialKind, &str),
    (seen, data): (&str, &str),
    at: DateTime<Utc>,
) -> Result<Option<CredentialStanding>, StoreError> {
    let serving = "UPDATE credential SET data = $5, used_at = $6
                   WHERE person = $1 AND kind = $2 AND id = $3 AND data = $4";
    let binds = [person, kind.name(), id, seen, data, &moment_text(at)];
    Ok(changed(transaction, serving, &binds).await?.pop())
}

/// How a credential will stand.
fn standing(person: &str, credential: &Credential, deed: &Deed) -> Result<CredentialStanding, StoreError> {
    let (kind, id) = (credential.kind.name(), credential.id.as_str());
    Ok(CredentialStanding {
        salt: deed.salt_of(["credential", person, kind, id])?,
        person: person.to_owned(),
        kind: kind.to_owned(),
        id: id.to_owned(),
        data: credential.data.clone(),
    })
}

async fn insert(
    transaction: &mut Transaction,
    (credential, standing): (&Credential, &CredentialStanding),
    deed: &Deed,
) -> Result<(), StoreError> {
    let inserted = within!(transaction, connection => {
        sqlx::query(
            "INSERT INTO credential (person, kind, id, label, data, created_at, used_at, salt)
             VALUES ($1, $2, $3, $4, $5, $6, '', $7)",
        )
        .bind(&standing.person)
        .bind(&standing.kind)
        .bind(&standing.id)
        .bind(&credential.label)
        .bind(&standing.data)
        .bind(moment_text(deed.at))
        .bind(&standing.salt)
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
