//! Sessions. Every request asks the database, so that what ends, ends at once, on every node.

use super::deed::{Deed, stream_of};
use super::grant::GrantRow;
use super::vouched::{Rows, SessionStanding, Standing, changed, found, refuse_unvouched};
use super::{moment, moment_text, moment_there};
use crate::database::{Transaction, query, within};
use crate::event_log::lock_log;
use crate::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use domain::access::{Capacity, Principal, Proof};
use domain::china_time::day_in_china;
use serde_json::json;

/// After how long a session that goes on is noted as seen again: less would write at every page.
const SEEN_STEP: TimeDelta = TimeDelta::seconds(60);

/// How long the session of an office may rest: its screens stand open where others pass.
pub const OFFICE_IDLE_MINUTES_MAX: u16 = 30;
/// How long the session of an office may last.
pub const OFFICE_HOURS_MAX: i64 = 12;

/// A session to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// Hash of its token.
    pub hash: String,
    /// Whose.
    pub person: String,
    /// The role he begins in; empty for none.
    pub acts_by: String,
    /// Whether a second factor or a passkey was shown.
    pub is_two_factor: bool,
    /// How long it may rest.
    pub idle_minutes: u16,
    /// When it ends, whatever happens.
    pub expires_at: DateTime<Utc>,
    /// Network address without its last part.
    pub address: String,
    /// Sort of browser and system.
    pub client: String,
}

/// A session, for its owner to see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Hash of its token.
    pub hash: String,
    /// Whose.
    pub person: String,
    /// The role in use; empty for none.
    pub acts_by: String,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it was last seen.
    pub seen_at: DateTime<Utc>,
    /// Network address without its last part.
    pub address: String,
    /// Sort of browser and system.
    pub client: String,
    /// When it was ended.
    pub ended_at: Option<DateTime<Utc>>,
}

/// Who a session stands for at the moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The principal.
    pub principal: Principal,
    /// His name.
    pub name: String,
    /// Hash of the session's token.
    pub session: String,
    /// The role in use; empty for none.
    pub acts_by: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    hash: String,
    person: String,
    acts_by: String,
    opened_at: String,
    seen_at: String,
    address: String,
    client: String,
    ended_at: String,
}

#[derive(sqlx::FromRow)]
struct LiveRow {
    person: String,
    name: String,
    acts_by: String,
    two_factors_at: String,
    seen_at: String,
    proved_at: String,
    idle_minutes: i64,
}

impl Store {
    /// Opens a session.
    pub async fn open_session(&self, session: &NewSession, deed: &Deed) -> Result<(), StoreError> {
        let at = moment_text(deed.at);
        let standing = SessionStanding {
            hash: session.hash.clone(),
            person: session.person.clone(),
            acts_by: session.acts_by.clone(),
            two_factors: i64::from(session.is_two_factor),
            two_factors_at: if session.is_two_factor { at.clone() } else { String::new() },
            opened_at: at.clone(),
            proved_at: at,
            idle_minutes: i64::from(session.idle_minutes),
            expires_at: moment_text(session.expires_at),
            ended_at: String::new(),
            salt: deed.salt_of(["session", &session.person, &session.hash])?,
        };
        let mut transaction = self.database.begin_write().await?;
        let facts = json!({ "session": standing.name(), "two_factors": session.is_two_factor });
        let opened = ("session.opened", Rows::of(&standing).beside(facts));
        deed.record_with(&mut transaction, stream_of(&session.person), opened, &session.client).await?;
        insert(&mut transaction, &standing, session).await?;
        transaction.commit().await
    }

    /// Who the session with this token hash stands for; nobody where it has ended, rested too long, or its person
    /// has no open account. A role that has ended leaves the person as nothing but himself.
    pub async fn signed(&self, hash: &str, now: DateTime<Utc>) -> Result<Option<Signed>, StoreError> {
        let row: Option<LiveRow> = query!(self.database, connection => {
            sqlx::query_as(
                "SELECT s.person, p.name, s.acts_by, s.two_factors_at, s.seen_at, s.proved_at, s.idle_minutes
                 FROM session s JOIN person p ON p.id = s.person
                 WHERE s.hash = $1 AND s.ended_at = '' AND s.expires_at > $2 AND p.state = 'open'",
            )
            .bind(hash)
            .bind(moment_text(now))
            .fetch_optional(connection)
            .await?
        });
        let Some(row) = row else { return Ok(None) };
        let seen_at = moment_there(&row.seen_at)?;
        if now - seen_at > TimeDelta::minutes(row.idle_minutes) {
            return Ok(None);
        }
        if now - seen_at > SEEN_STEP {
            match self.note_seen(hash, now).await {
                // What is only read goes on while nothing can be written.
                Ok(()) | Err(StoreError::DiskFull | StoreError::Unwritable(_) | StoreError::Busy) => {}
                Err(error) => return Err(error),
            }
        }
        let capacity = self.capacity_in_use(&row, now).await?;
        let acts_by = if capacity == Capacity::Person { String::new() } else { row.acts_by };
        let proof = Proof { at: moment_there(&row.proved_at)?, two_factors_at: moment(&row.two_factors_at)? };
        let principal = Principal::Person { id: row.person, capacity, proof };
        Ok(Some(Signed { principal, name: row.name, session: hash.to_owned(), acts_by }))
    }

    async fn capacity_in_use(&self, row: &LiveRow, now: DateTime<Utc>) -> Result<Capacity, StoreError> {
        if row.acts_by.is_empty() {
            return Ok(Capacity::Person);
        }
        let grant: Option<GrantRow> = query!(self.database, connection => {
            sqlx::query_as("SELECT * FROM role_grant WHERE id = $1 AND person = $2 AND ended_at = ''")
                .bind(&row.acts_by)
                .bind(&row.person)
                .fetch_optional(connection)
                .await?
        });
        let today = day_in_china(now);
        match grant {
            Some(grant) => self.capacity_of(&grant, today).await,
            None => Ok(Capacity::Person),
        }
    }

    async fn note_seen(&self, hash: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_apart().await?;
        within!(&mut transaction, connection => {
            sqlx::query("UPDATE session SET seen_at = $2 WHERE hash = $1 AND ended_at = '' AND seen_at < $2")
                .bind(hash)
                .bind(moment_text(now))
                .execute(connection)
                .await?;
        });
        transaction.commit().await
    }

    /// Notes that the person has shown again who he is; the session gets a new token hash, so that an old one that
    /// was stolen does not gain by it.
    pub async fn prove_session(
        &self,
        hash: &str,
        new_hash: &str,
        is_two_factor: bool,
        deed: &Deed,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        refuse_forged(&mut transaction, hash).await?;
        let factors = if is_two_factor { ", two_factors = 1, two_factors_at = $3" } else { "" };
        let proving = format!(
            "UPDATE session SET hash = $2, proved_at = $3, seen_at = $3{factors}
             WHERE hash = $1 AND ended_at = '' AND person = $4"
        );
        let binds = [hash, new_hash, &moment_text(deed.at), deed.actor.as_str()];
        let proved: Option<SessionStanding> = changed(&mut transaction, &proving, &binds).await?.pop();
        if let Some(row) = &proved {
            let facts = Rows::of(row).beside(json!({ "session": row.name(), "two_factors": is_two_factor }));
            deed.record(&mut transaction, stream_of(&deed.actor), "session.proved", facts).await?;
        }
        transaction.commit_if(proved.is_some()).await?;
        Ok(proved.is_some())
    }

    /// Lets the session act in another role of its person, or in none. False where he does not hold it. In an office it
    /// rests and lasts no longer than sessions of offices do, however it was opened, and does not get that back.
    pub async fn act_by(&self, hash: &str, grant: &str, deed: &Deed) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        refuse_forged(&mut transaction, hash).await?;
        let choosing = format!(
            "UPDATE session SET acts_by = $2,
                    idle_minutes = CASE WHEN idle_minutes > {OFFICE_IDLE_MINUTES_MAX} AND EXISTS
                      (SELECT 1 FROM role_grant o WHERE o.id = $2 AND o.organization <> '')
                      THEN {OFFICE_IDLE_MINUTES_MAX} ELSE idle_minutes END,
                    expires_at = CASE WHEN expires_at > $4 AND EXISTS
                      (SELECT 1 FROM role_grant o WHERE o.id = $2 AND o.organization <> '')
                      THEN $4 ELSE expires_at END
             WHERE hash = $1 AND ended_at = '' AND person = $3
               AND ($2 = '' OR EXISTS (SELECT 1 FROM role_grant g
                                       WHERE g.id = $2 AND g.person = $3 AND g.ended_at = ''))"
        );
        let latest = moment_text(deed.at + TimeDelta::hours(OFFICE_HOURS_MAX));
        let binds = [hash, grant, deed.actor.as_str(), &latest];
        let chosen: Option<SessionStanding> = changed(&mut transaction, &choosing, &binds).await?.pop();
        if let Some(row) = &chosen {
            let facts = Rows::of(row).beside(json!({ "grant": grant }));
            deed.record(&mut transaction, stream_of(&deed.actor), "session.role-chosen", facts).await?;
        }
        transaction.commit_if(chosen.is_some()).await?;
        Ok(chosen.is_some())
    }

    /// The sessions of a person, the newest first.
    pub async fn sessions_of(&self, person: &str) -> Result<Vec<Session>, StoreError> {
        let rows = query!(self.database, connection => {
            sqlx::query_as::<_, Row>(
                "SELECT hash, person, acts_by, opened_at, seen_at, address, client, ended_at FROM session
                 WHERE person = $1 ORDER BY opened_at DESC, hash",
            )
            .bind(person)
            .fetch_all(connection)
            .await?
        });
        rows.into_iter().map(Session::try_from).collect()
    }

    /// Ends a session of this person. False where it had ended.
    pub async fn end_session(&self, person: &str, hash: &str, deed: &Deed) -> Result<bool, StoreError> {
        let ended = self.end_where(person, "hash = $2", hash, deed).await?;
        Ok(ended > 0)
    }

    /// Ends every session of this person but one; all of them where `but` is empty. Answers how many.
    pub async fn end_other_sessions(&self, person: &str, but: &str, deed: &Deed) -> Result<u64, StoreError> {
        self.end_where(person, "hash <> $2", but, deed).await
    }

    async fn end_where(
        &self,
        person: &str,
        condition: &'static str,
        hash: &str,
        deed: &Deed,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let ending =
            format!("UPDATE session SET ended_at = $3 WHERE person = $1 AND ended_at = '' AND {condition}");
        let binds = [person, hash, &moment_text(deed.at)];
        let ended: Vec<SessionStanding> = changed(&mut transaction, &ending, &binds).await?;
        if let Some(first) = ended.first() {
            let is_of_others = condition.contains("<>");
            let session = if is_of_others { String::new() } else { first.name() };
            let facts = json!({ "session": session, "others": is_of_others });
            let facts = Rows::default().with(&ended).beside(facts);
            deed.record(&mut transaction, stream_of(person), "session.ended", facts).await?;
        }
        transaction.commit_if(!ended.is_empty()).await?;
        Ok(ended.len() as u64)
    }
}

/// Refuses a session that the log does not vouch for: proved or acting in a role it would look like one of ours.
async fn refuse_forged(transaction: &mut Transaction, hash: &str) -> Result<(), StoreError> {
    match found::<SessionStanding>(transaction, "hash = $1 AND ended_at = ''", &[hash]).await? {
        Some(row) => refuse_unvouched(transaction, &stream_of(&row.person), &row).await,
        None => Ok(()),
    }
}

async fn insert(
    transaction: &mut Transaction,
    standing: &SessionStanding,
    session: &NewSession,
) -> Result<(), StoreError> {
    within!(transaction, connection => {
        sqlx::query(
            "INSERT INTO session (hash, person, acts_by, two_factors, opened_at, seen_at, proved_at,
                                  idle_minutes, expires_at, ended_at, address, client, two_factors_at, salt)
             VALUES ($1, $2, $3, $4, $5, $5, $5, $6, $7, '', $8, $9, $10, $11)",
        )
        .bind(&standing.hash)
        .bind(&standing.person)
        .bind(&standing.acts_by)
        .bind(standing.two_factors)
        .bind(&standing.opened_at)
        .bind(standing.idle_minutes)
        .bind(&standing.expires_at)
        .bind(&session.address)
        .bind(&session.client)
        .bind(&standing.two_factors_at)
        .bind(&standing.salt)
        .execute(connection)
        .await?;
    });
    Ok(())
}

impl TryFrom<Row> for Session {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            opened_at: moment_there(&row.opened_at)?,
            seen_at: moment_there(&row.seen_at)?,
            ended_at: moment(&row.ended_at)?,
            hash: row.hash,
            person: row.person,
            acts_by: row.acts_by,
            address: row.address,
            client: row.client,
        })
    }
}
