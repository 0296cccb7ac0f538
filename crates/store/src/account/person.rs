//! The people who have an account.

use super::deed::{Deed, stream_of};
use super::vouched::{
    CredentialStanding, InvitationStanding, OfferStanding, PersonStanding, Rows, SessionStanding, Standing,
    changed,
};
use super::{moment, moment_text, moment_there};
use crate::database::{Transaction, query, within};
use crate::digest::sha256;
use crate::event_log::lock_log;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::account_name::{self, login_key};
use serde::Serialize;
use serde_json::json;

/// A person who gets an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPerson {
    /// Identifier, made by chance.
    pub id: String,
    /// What he signs in with.
    pub login: String,
    /// His name.
    pub name: String,
    /// His telephone number, or empty.
    pub phone: String,
    /// Makes the digests in the event log say nothing about login, name and number.
    pub salt: String,
}

/// Whether an account can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonState {
    /// It can.
    Open,
    /// It was closed; the data are kept for as long as they must be.
    Closed,
    /// Its personal data are gone.
    Erased,
}

/// A person as stored. Pages print it masked; see `web`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Identifier.
    pub id: String,
    /// What he signs in with.
    pub login: String,
    /// His name.
    pub name: String,
    /// His telephone number, or empty.
    pub phone: String,
    /// Whether the account can be used.
    pub state: PersonState,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    login: String,
    name: String,
    phone: String,
    state: String,
    created_at: String,
    closed_at: String,
}

const BY_ID: &str = "SELECT id, login, name, phone, state, created_at, closed_at FROM person WHERE id = $1";
const BY_LOGIN: &str =
    "SELECT id, login, name, phone, state, created_at, closed_at FROM person WHERE login = $1";

impl Store {
    /// Opens an account without any role and without any way to sign in.
    pub async fn create_person(&self, person: &NewPerson, deed: &Deed) -> Result<(), StoreError> {
        if person.salt.is_empty() {
            let problem =
                "an account without salt could be guessed at in the log · give it letters of chance";
            return Err(StoreError::Invalid(problem.to_owned()));
        }
        let standing = PersonStanding {
            id: person.id.clone(),
            login: account_name::login(&person.login)?,
            name: account_name::name(&person.name)?.to_owned(),
            phone: account_name::phone(&person.phone)?,
            state: "open".to_owned(),
            salt: person.salt.clone(),
        };
        let mut transaction = self.database.begin_write().await?;
        let facts = Rows::of(&standing).beside(json!({}));
        deed.record(&mut transaction, stream_of(&person.id), "person.created", facts).await?;
        let inserted = within!(&mut transaction, connection => {
            sqlx::query(
                "INSERT INTO person (id, login, name, phone, language, salt, state, created_at, closed_at)
                 VALUES ($1, $2, $3, $4, '', $5, 'open', $6, '')",
            )
            .bind(&standing.id)
            .bind(&standing.login)
            .bind(&standing.name)
            .bind(&standing.phone)
            .bind(&standing.salt)
            .bind(moment_text(deed.at))
            .execute(connection)
            .await
            .map(drop)
        });
        inserted.map_err(|error| match error {
            sqlx::Error::Database(problem) if problem.is_unique_violation() => StoreError::LoginTaken,
            other => other.into(),
        })?;
        transaction.commit().await
    }

    /// The person with this identifier.
    pub async fn person(&self, id: &str) -> Result<Option<Person>, StoreError> {
        self.person_where(BY_ID, id).await
    }

    /// The person who signs in with this.
    pub async fn person_of_login(&self, login: &str) -> Result<Option<Person>, StoreError> {
        self.person_where(BY_LOGIN, &login_key(login)).await
    }

    async fn person_where(&self, statement: &'static str, value: &str) -> Result<Option<Person>, StoreError> {
        let row = query!(self.database, connection => {
            sqlx::query_as::<_, Row>(statement).bind(value).fetch_optional(connection).await?
        });
        row.map(Person::try_from).transpose()
    }

    /// Up to `limit` people whose login contains `text` or whose name is it, after the login `after`, in the order of
    /// logins. Of a name nothing less than the whole is found, or searching would tell what the list masks.
    pub async fn people(&self, text: &str, after: &str, limit: u32) -> Result<Vec<Person>, StoreError> {
        let escaped =
            text.trim().to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let (pattern, name) = (format!("%{escaped}%"), text.trim().to_lowercase());
        let rows = query!(self.database, connection => {
            sqlx::query_as::<_, Row>(
                "SELECT id, login, name, phone, state, created_at, closed_at FROM person
                 WHERE (login LIKE $1 ESCAPE '\\' OR lower(name) = $2) AND login > $3
                 ORDER BY login LIMIT $4",
            )
            .bind(&pattern)
            .bind(&name)
            .bind(after)
            .bind(i64::from(limit))
            .fetch_all(connection)
            .await?
        });
        rows.into_iter().map(Person::try_from).collect()
    }

    /// Whether nobody has an account yet.
    pub async fn has_no_people(&self) -> Result<bool, StoreError> {
        let first: Option<String> = query!(self.database, connection => {
            sqlx::query_scalar("SELECT id FROM person LIMIT 1").fetch_optional(connection).await?
        });
        Ok(first.is_none())
    }

    /// Closes an account: its roles and sessions end with it, and what it was proved by is gone, so that another account
    /// may be bound to the same identity. False where it was not open.
    pub async fn close_person(&self, id: &str, deed: &Deed) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let closed = close_within(&mut transaction, id, deed).await?;
        transaction.commit_if(closed).await?;
        Ok(closed)
    }

    /// Erases the personal data of a person. Rows that must be kept point at an identifier without a face, and the
    /// digests in the event log lose the salts that could have tied them to a name. False where nothing was left.
    pub async fn erase_person(&self, id: &str, deed: &Deed) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let erased = erase_within(&mut transaction, id, deed).await?;
        transaction.commit_if(erased).await?;
        Ok(erased)
    }
}

/// Closes an account in a change that is under way. False where it was not open.
pub(super) async fn close_within(
    transaction: &mut Transaction,
    id: &str,
    deed: &Deed,
) -> Result<bool, StoreError> {
    lock_log(transaction).await?;
    let at = moment_text(deed.at);
    let closing = "UPDATE person SET state = 'closed', closed_at = $2 WHERE id = $1 AND state = 'open'";
    let closed: Vec<PersonStanding> = changed(transaction, closing, &[id, &at]).await?;
    if closed.is_empty() {
        return Ok(false);
    }
    let ending = "UPDATE session SET ended_at = $2 WHERE person = $1 AND ended_at = ''";
    let sessions: Vec<SessionStanding> = changed(transaction, ending, &[id, &at]).await?;
    let rows = Rows::default().with(&closed).with(&sessions);
    let rows = without_all::<CredentialStanding>(transaction, id, rows).await?;
    deed.record(transaction, stream_of(id), "person.closed", rows.beside(json!({}))).await?;
    end_roles(transaction, id, deed).await?;
    Ok(true)
}

/// Erases a person in a change that is under way. False where nothing was left.
pub(super) async fn erase_within(
    transaction: &mut Transaction,
    id: &str,
    deed: &Deed,
) -> Result<bool, StoreError> {
    lock_log(transaction).await?;
    let login: Option<String> = within!(transaction, connection => {
        sqlx::query_scalar("SELECT login FROM person WHERE id = $1").bind(id).fetch_optional(connection).await?
    });
    let login = login.unwrap_or_default();
    let account = account_key(&login);
    let at = moment_text(deed.at);
    let erasing =
        "UPDATE person SET state = 'erased', login = 'erased:' || id, name = '', phone = '', salt = '',
                          closed_at = CASE WHEN closed_at = '' THEN $2 ELSE closed_at END
                   WHERE id = $1 AND state <> 'erased'";
    if changed::<PersonStanding>(transaction, erasing, &[id, &at]).await?.is_empty() {
        return Ok(false);
    }
    let mut rows = Rows::default().without_person(id);
    rows = without_all::<CredentialStanding>(transaction, id, rows).await?;
    rows = without_all::<InvitationStanding>(transaction, id, rows).await?;
    rows = without_all::<SessionStanding>(transaction, id, rows).await?;
    let offers: Vec<OfferStanding> =
        changed(transaction, "DELETE FROM offer WHERE login = $1", &[&login]).await?;
    rows = rows.without(&offers);
    deed.record(transaction, stream_of(id), "person.erased", rows.beside(json!({}))).await?;
    end_roles(transaction, id, deed).await?;
    within!(transaction, connection => {
        sqlx::query("DELETE FROM sign_in_guard WHERE account = $1").bind(&account).execute(connection).await?;
    });
    Ok(true)
}

/// Takes away all rows of `R` that a person has.
pub(super) async fn without_all<R: Standing>(
    transaction: &mut Transaction,
    person: &str,
    rows: Rows,
) -> Result<Rows, StoreError> {
    let statement = format!("DELETE FROM {} WHERE person = $1", R::TABLE);
    let gone: Vec<R> = changed(transaction, &statement, &[person]).await?;
    Ok(rows.without(&gone))
}

/// Ends every role of a person.
async fn end_roles(transaction: &mut Transaction, id: &str, deed: &Deed) -> Result<(), StoreError> {
    let roles: Vec<String> = within!(transaction, connection => {
        sqlx::query_scalar("SELECT id FROM role_grant WHERE person = $1 AND ended_at = '' ORDER BY id")
            .bind(id)
            .fetch_all(connection)
            .await?
    });
    for role in roles {
        super::grant::end_within(transaction, &role, id, deed).await?;
    }
    Ok(())
}

/// The key under which tries of a login are counted: nobody need have it.
pub fn account_key(login: &str) -> String {
    sha256(login_key(login).as_bytes())
}

impl TryFrom<Row> for Person {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let state = match row.state.as_str() {
            "open" => PersonState::Open,
            "closed" => PersonState::Closed,
            _ => PersonState::Erased,
        };
        Ok(Self {
            created_at: moment_there(&row.created_at)?,
            closed_at: moment(&row.closed_at)?,
            id: row.id,
            login: row.login,
            name: row.name,
            phone: row.phone,
            state,
        })
    }
}
