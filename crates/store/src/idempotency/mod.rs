//! Every request has its effect once, however often it is sent.
//!
//! The sender puts a key on a request and sends it again with the same key until it hears an answer. The answer is
//! kept under principal and key, in the transaction of the effect; whoever comes again, or at the same moment, gets
//! that answer. Where the change is made of many calls, a store that is *joined* to the submission makes them steps of
//! one transaction (`database/joint.rs`). Answers about money are kept for good, others until `prune_idempotency`.

#[cfg(test)]
mod tests;

use crate::database::{Transaction, query, within};
use crate::digest::sha256;
use crate::event_log::{NewEvent, append_within, recorded_text};
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use serde_json::json;

const NAME_BYTES_MAX: usize = 200;
const BODY_BYTES_MAX: usize = 1 << 20;
/// How often a change is tried that another one came before.
const TRIES_MAX: u32 = 5;

/// A request that was sent, perhaps not for the first time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Who sent it; keys of different principals have nothing to do with each other.
    pub principal: String,
    /// What the sender calls it.
    pub key: String,
    /// SHA-256 of all that it asks for.
    pub request_sha256: String,
    /// Whether money moves by it: then its answer is kept for good.
    pub has_money: bool,
    /// When it arrived.
    pub at: DateTime<Utc>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Answer {
    /// The status of HTTP.
    pub status: i64,
    /// The body.
    pub body: String,
}

/// What became of a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Once {
    /// It has had its effect now.
    Done(Answer),
    /// It had its effect before; this was the answer.
    Replayed(Answer),
    /// The key was used for another request.
    Mismatch,
}

/// What a submission asks for.
pub trait Change: Sync {
    /// Makes the change; with an error all of it is undone and nothing is kept under the key. PostgreSQL may ask for
    /// it more than once, each time in a new transaction.
    fn apply(&self, transaction: &mut Transaction)
    -> impl Future<Output = Result<Answer, StoreError>> + Send;
}

#[derive(sqlx::FromRow)]
struct Row {
    request_sha256: String,
    #[sqlx(flatten)]
    answer: Answer,
}

const FIND: &str = "SELECT request_sha256, status, body FROM idempotency WHERE principal = $1 AND key = $2";

impl Row {
    /// What it means for a submission under the same key.
    fn means(self, submission: &Submission) -> Once {
        if self.request_sha256 == submission.request_sha256 {
            Once::Replayed(self.answer)
        } else {
            Once::Mismatch
        }
    }
}

/// An event as the whole of a change; the answer names its sequence and its hash.
struct Appending<'a>(&'a NewEvent, DateTime<Utc>);

impl Change for Appending<'_> {
    async fn apply(&self, transaction: &mut Transaction) -> Result<Answer, StoreError> {
        let event = append_within(transaction, self.0, self.1).await?;
        let body = json!({"sequence": event.sequence, "hash": event.hash}).to_string();
        Ok(Answer { status: 201, body })
    }
}

impl Store {
    /// Makes a change where its submission is new; answers as before where it is not.
    pub async fn once(&self, submission: &Submission, change: &impl Change) -> Result<Once, StoreError> {
        check(submission)?;
        let mut tries = 1;
        loop {
            match self.try_once(submission, change).await {
                Err(StoreError::Overtaken) if tries < TRIES_MAX => tries += 1,
                outcome => return outcome,
            }
        }
    }

    /// Records an event once.
    pub async fn append_once(&self, submission: &Submission, event: &NewEvent) -> Result<Once, StoreError> {
        self.once(submission, &Appending(event, submission.at)).await
    }

    /// Takes away the answers given before this moment, but none about money. Answers how many.
    pub async fn prune_idempotency(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let before = recorded_text(before)?;
        let mut transaction = self.database.begin_write().await?;
        let pruned = within!(&mut transaction, connection => {
            sqlx::query("DELETE FROM idempotency WHERE has_money = 0 AND recorded_at < $1")
                .bind(before)
                .execute(connection)
                .await?
                .rows_affected()
        });
        transaction.commit().await?;
        Ok(pruned)
    }

    /// The same store, where every change is a step of one transaction that ends with the answer to this submission;
    /// see [`settle`](Self::settle).
    pub fn joined(&self, submission: Submission) -> Result<Self, StoreError> {
        check(&submission)?;
        Ok(Self { database: self.database.joined(submission) })
    }

    /// Ends what a joined store was asked to change: keeps it with its answer, or undoes it where no answer is to be
    /// kept. Where nothing was changed nothing is kept, and nothing told.
    pub async fn settle(&self, answer: Option<&Answer>) -> Result<Option<Once>, StoreError> {
        match &self.database.joint {
            Some(joint) => joint.settle(answer).await,
            None => Ok(None),
        }
    }

    /// What was answered to a submission before.
    pub async fn answered(&self, submission: &Submission) -> Result<Option<Once>, StoreError> {
        check(submission)?;
        let row: Option<Row> = query!(self.database, connection => {
            sqlx::query_as(FIND)
                .bind(&submission.principal)
                .bind(&submission.key)
                .fetch_optional(connection)
                .await?
        });
        Ok(row.map(|row| row.means(submission)))
    }

    async fn try_once(&self, submission: &Submission, change: &impl Change) -> Result<Once, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        wait_for_twins(&mut transaction, submission).await?;
        if let Some(answered) = answered_within(&mut transaction, submission).await? {
            // On SQLite what was found may be of the same group and not durable yet.
            transaction.undo().await?;
            return Ok(answered);
        }
        let answer = change.apply(&mut transaction).await?;
        insert(&mut transaction, submission, &answer).await?;
        transaction.commit().await?;
        Ok(Once::Done(answer))
    }
}

/// On PostgreSQL, lets the same submission in another transaction end first. On SQLite changes have their turns.
pub(crate) async fn wait_for_twins(
    transaction: &mut Transaction,
    submission: &Submission,
) -> Result<(), StoreError> {
    if let Transaction::Postgres(connection) = transaction {
        sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended($2, hashtextextended($1, 0)))")
            .bind(&submission.principal)
            .bind(&submission.key)
            .execute(&mut **connection)
            .await?;
    }
    Ok(())
}

/// What was answered before, as the transaction sees it.
pub(crate) async fn answered_within(
    transaction: &mut Transaction,
    submission: &Submission,
) -> Result<Option<Once>, StoreError> {
    let row: Option<Row> = within!(transaction, connection => {
        sqlx::query_as(FIND)
            .bind(&submission.principal)
            .bind(&submission.key)
            .fetch_optional(connection)
            .await?
    });
    Ok(row.map(|row| row.means(submission)))
}

/// Keeps an answer.
pub(crate) async fn insert(
    transaction: &mut Transaction,
    submission: &Submission,
    answer: &Answer,
) -> Result<(), StoreError> {
    if answer.body.len() > BODY_BYTES_MAX || answer.body.contains('\0') {
        let problem =
            "the answer to a request cannot be kept · answer less than 1 MiB, without the character NUL";
        return Err(StoreError::Invalid(problem.to_owned()));
    }
    let at = recorded_text(submission.at)?;
    within!(transaction, connection => {
        sqlx::query(
            "INSERT INTO idempotency (principal, key, request_sha256, status, body, has_money, recorded_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&submission.principal)
        .bind(&submission.key)
        .bind(&submission.request_sha256)
        .bind(answer.status)
        .bind(&answer.body)
        .bind(i64::from(submission.has_money))
        .bind(at)
        .execute(connection)
        .await?;
    });
    Ok(())
}

fn check(submission: &Submission) -> Result<(), StoreError> {
    for (name, text) in [("principal", &submission.principal), ("key", &submission.key)] {
        if text.trim().is_empty() || text.len() > NAME_BYTES_MAX || text.chars().any(char::is_control) {
            return Err(StoreError::Invalid(format!(
                "the {name} of a request is `{}` · send 1 to {NAME_BYTES_MAX} bytes without control characters",
                text.escape_debug()
            )));
        }
    }
    if submission.request_sha256.len() != sha256(b"").len() {
        let problem = "the hash of a request is no SHA-256 · hash all that it asks for";
        return Err(StoreError::Invalid(problem.to_owned()));
    }
    Ok(())
}
