//! Rows that the log vouches for: accounts, ways to sign in, invitations, offers of roles and sessions.
//!
//! An event that makes or changes such a row says under `rows` of its payload with which digest it stands from then
//! on, or that it is gone: table, name of the row, digest or nothing. Name and digest come of a salt that stands in the
//! row and goes with it, so of a row that is gone the log holds nothing that could be guessed at. What changes without
//! an event (when somebody was last seen, the last step of an app that shows codes) is in no digest.

mod adoption;
mod refusal;
#[cfg(test)]
mod tests;
mod verification;

pub use refusal::{found, refuse_unvouched};
pub use verification::RowFault;

use super::deed::Deed;
use crate::StoreError;
use crate::database::{Transaction, within};
use crate::digest::sha256_of_fields;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, FromRow, postgres::PgRow, sqlite::SqliteRow};
use std::collections::BTreeMap;

/// Characters of the name of a row.
const NAME_CHARS: usize = 20;
/// The one part of a stored secret that changes with every use of it.
const LAST_STEP: &str = "last_step";

/// A row as far as it decides who may do what.
pub trait Standing:
    for<'row> FromRow<'row, SqliteRow> + for<'row> FromRow<'row, PgRow> + Send + Unpin + 'static
{
    /// Its table.
    const TABLE: &'static str;
    /// What to read of it.
    const COLUMNS: &'static str;

    /// Its salt.
    fn salt(&self) -> &str;

    /// What decides.
    fn deciding(&self) -> Vec<String>;

    /// What the log calls it.
    fn name(&self) -> String {
        name_of(self.salt())
    }

    /// The digest over its salt and what decides.
    fn digest(&self) -> String {
        let (head, deciding) = (["liangjian-row-1", Self::TABLE, self.salt()], self.deciding());
        sha256_of_fields(head.into_iter().chain(deciding.iter().map(String::as_str)))
    }
}

/// What the log calls the row with this salt.
pub fn name_of(salt: &str) -> String {
    let mut name = sha256_of_fields(["liangjian-row-name-1", salt]);
    name.truncate(NAME_CHARS);
    name
}

/// An account.
#[derive(sqlx::FromRow)]
pub struct PersonStanding {
    pub id: String,
    pub login: String,
    pub name: String,
    pub phone: String,
    pub state: String,
    pub salt: String,
}

/// A way to sign in.
#[derive(sqlx::FromRow)]
pub struct CredentialStanding {
    pub person: String,
    pub kind: String,
    pub id: String,
    pub data: String,
    pub salt: String,
}

/// An invitation.
#[derive(sqlx::FromRow)]
pub struct InvitationStanding {
    pub hash: String,
    pub person: String,
    pub expires_at: String,
    pub used_at: String,
    pub salt: String,
}

/// A role that is offered.
#[derive(sqlx::FromRow)]
pub struct OfferStanding {
    pub id: String,
    pub code_hash: String,
    pub login: String,
    pub name: String,
    pub phone: String,
    pub role: String,
    pub firm: String,
    pub scope: String,
    pub deputy_of: String,
    pub until_day: String,
    pub offered_by: String,
    pub offered_as: String,
    pub by_grant: String,
    pub reason: String,
    pub offered_at: String,
    pub expires_at: String,
    pub settled_at: String,
    pub salt: String,
}

/// A session.
#[derive(sqlx::FromRow)]
pub struct SessionStanding {
    pub hash: String,
    pub person: String,
    pub acts_by: String,
    pub two_factors: i64,
    pub two_factors_at: String,
    pub opened_at: String,
    pub proved_at: String,
    pub idle_minutes: i64,
    pub expires_at: String,
    pub ended_at: String,
    pub salt: String,
}

impl Standing for PersonStanding {
    const TABLE: &'static str = "person";
    const COLUMNS: &'static str = "id, login, name, phone, state, salt";

    fn salt(&self) -> &str {
        &self.salt
    }

    /// An account has an identifier without a face already.
    fn name(&self) -> String {
        self.id.clone()
    }

    fn deciding(&self) -> Vec<String> {
        [&self.id, &self.login, &self.name, &self.phone, &self.state].map(String::clone).to_vec()
    }
}

impl Standing for CredentialStanding {
    const TABLE: &'static str = "credential";
    const COLUMNS: &'static str = "person, kind, id, data, salt";

    fn salt(&self) -> &str {
        &self.salt
    }

    fn deciding(&self) -> Vec<String> {
        vec![self.person.clone(), self.kind.clone(), self.id.clone(), lasting(&self.data)]
    }
}

impl Standing for InvitationStanding {
    const TABLE: &'static str = "invitation";
    const COLUMNS: &'static str = "hash, person, expires_at, used_at, salt";

    fn salt(&self) -> &str {
        &self.salt
    }

    fn deciding(&self) -> Vec<String> {
        [&self.hash, &self.person, &self.expires_at, &self.used_at].map(String::clone).to_vec()
    }
}

impl Standing for OfferStanding {
    const TABLE: &'static str = "offer";
    const COLUMNS: &'static str = "id, code_hash, login, name, phone, role, firm, scope, deputy_of, until_day, offered_by, \
                                   offered_as, by_grant, reason, offered_at, expires_at, settled_at, salt";

    fn salt(&self) -> &str {
        &self.salt
    }

    /// An offer has an identifier made by chance, which its events name.
    fn name(&self) -> String {
        self.id.clone()
    }

    fn deciding(&self) -> Vec<String> {
        let texts = [
            &self.id, &self.code_hash, &self.login, &self.name, &self.phone, &self.role, &self.firm,
            &self.scope, &self.deputy_of, &self.until_day, &self.offered_by, &self.offered_as,
            &self.by_grant, &self.reason, &self.offered_at, &self.expires_at, &self.settled_at,
        ];
        texts.map(String::clone).to_vec()
    }
}

impl Standing for SessionStanding {
    const TABLE: &'static str = "session";
    const COLUMNS: &'static str = "hash, person, acts_by, two_factors, two_factors_at, opened_at, proved_at, idle_minutes, \
                                   expires_at, ended_at, salt";

    fn salt(&self) -> &str {
        &self.salt
    }

    fn deciding(&self) -> Vec<String> {
        let numbers = [self.two_factors, self.idle_minutes].map(|number| number.to_string());
        let texts = [
            &self.hash, &self.person, &self.acts_by, &self.two_factors_at, &self.opened_at, &self.proved_at,
            &self.expires_at, &self.ended_at,
        ];
        texts.map(String::clone).into_iter().chain(numbers).collect()
    }
}

/// What a secret is checked with, without the step that its last use leaves in it.
fn lasting(data: &str) -> String {
    match serde_json::from_str(data) {
        Ok(Value::Object(mut fields)) if fields.contains_key(LAST_STEP) => {
            fields.remove(LAST_STEP);
            Value::Object(fields).to_string()
        }
        _ => data.to_owned(),
    }
}

/// Runs a statement that changes rows of `R` or takes them away: the rows as they stand then, or stood.
pub async fn changed<R: Standing>(
    transaction: &mut Transaction,
    statement: &str,
    binds: &[&str],
) -> Result<Vec<R>, StoreError> {
    let statement = format!("{statement} RETURNING {}", R::COLUMNS);
    Ok(within!(transaction, connection => {
        let mut asked = sqlx::query_as::<_, R>(AssertSqlSafe(statement));
        for bind in binds {
            asked = asked.bind(*bind);
        }
        asked.fetch_all(connection).await?
    }))
}

/// How rows stand after an event: by table and name, the digest of each; none of one that is gone.
#[derive(Default)]
pub struct Rows(BTreeMap<&'static str, BTreeMap<String, Option<String>>>);

impl Rows {
    /// One row that stands.
    pub fn of(row: &impl Standing) -> Self {
        Self::default().and(row)
    }

    /// This one stands, too.
    #[must_use]
    pub fn and<R: Standing>(mut self, row: &R) -> Self {
        self.0.entry(R::TABLE).or_default().insert(row.name(), Some(row.digest()));
        self
    }

    /// All of these stand.
    #[must_use]
    pub fn with<R: Standing>(self, rows: &[R]) -> Self {
        rows.iter().fold(self, Self::and)
    }

    /// These rows are gone.
    #[must_use]
    pub fn without<R: Standing>(mut self, rows: &[R]) -> Self {
        let gone = rows.iter().map(|row| (row.name(), None));
        self.0.entry(R::TABLE).or_default().extend(gone);
        self
    }

    /// This account is gone: nothing of it tells whose it was.
    #[must_use]
    pub fn without_person(mut self, id: &str) -> Self {
        self.0.entry(PersonStanding::TABLE).or_default().insert(id.to_owned(), None);
        self
    }

    /// The payload of the event: its facts, and how the rows stand.
    pub fn beside(mut self, mut facts: Value) -> Value {
        self.0.retain(|_, rows| !rows.is_empty());
        if !self.0.is_empty() {
            facts["rows"] = json!(self.0);
        }
        facts
    }
}

impl Deed {
    /// The salt of a row that comes of this deed, which `key` tells from all others that do.
    pub(super) fn salt_of<const FIELDS: usize>(&self, key: [&str; FIELDS]) -> Result<String, StoreError> {
        if self.salt.is_empty() {
            let problem =
                "a deed without salt leaves a row that could be guessed at · give it letters of chance";
            return Err(StoreError::Invalid(problem.to_owned()));
        }
        Ok(sha256_of_fields([self.salt.as_str()].into_iter().chain(key)))
    }
}
