//! Rows from before the log vouched for any: told of once, when the store is opened by a program that does.
//!
//! What was done to them until then, nothing shows. From then on all of them are held to what the event says.

use super::{CredentialStanding, InvitationStanding, PersonStanding, Rows, SessionStanding, Standing};
use crate::account::Deed;
use crate::database::{Transaction, query, within};
use crate::event_log::lock_log;
use crate::{Store, StoreError};
use chrono::DateTime;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

/// The stream that tells of them.
pub(super) const STREAM: &str = "accounts";
/// Rows of one event.
const AT_ONCE: usize = 5_000;
/// The first account that was opened, as long as no rows were adopted.
const FIRST: &str = "SELECT payload FROM event WHERE kind = 'person.created'
                       AND EXISTS (SELECT 1 FROM person)
                       AND NOT EXISTS (SELECT 1 FROM event WHERE stream = 'accounts')
                     ORDER BY sequence LIMIT 1";

/// Whether the first account was opened by a program that told of no rows.
fn is_from_before(first: Option<&String>) -> bool {
    let payload = first.and_then(|payload| serde_json::from_str::<Value>(payload).ok());
    payload.is_some_and(|payload| payload.get("rows").is_none())
}

impl Store {
    /// Tells of the rows of a store from before, once. Where the first account was opened with its digest nothing is
    /// adopted ever: a row that the log does not know was put there behind it.
    pub(crate) async fn adopt_accounts(&self) -> Result<(), StoreError> {
        let first: Option<String> = query!(self.database, connection => {
            sqlx::query_scalar(FIRST).fetch_optional(connection).await?
        });
        if !is_from_before(first.as_ref()) {
            return Ok(());
        }
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let first: Option<String> = within!(&mut transaction, connection => {
            sqlx::query_scalar(FIRST).fetch_optional(connection).await?
        });
        if !is_from_before(first.as_ref()) {
            return transaction.undo().await;
        }
        // An erased account has nothing left that could be told.
        adopt::<PersonStanding>(&mut transaction, "person WHERE state <> 'erased'").await?;
        adopt::<CredentialStanding>(&mut transaction, "credential").await?;
        adopt::<InvitationStanding>(&mut transaction, "invitation").await?;
        adopt::<SessionStanding>(&mut transaction, "session").await?;
        transaction.commit().await
    }
}

async fn adopt<R: Standing>(transaction: &mut Transaction, whence: &str) -> Result<(), StoreError> {
    // Of no time of its own: it gets that of the event before it.
    let deed = Deed::of_system(DateTime::UNIX_EPOCH);
    for rows in standing::<R>(transaction, whence).await?.chunks(AT_ONCE) {
        let facts = Rows::default().with(rows).beside(json!({ "count": rows.len() }));
        deed.record(transaction, STREAM.to_owned(), "accounts.adopted", facts).await?;
    }
    Ok(())
}

/// The rows of a table.
pub(super) async fn standing<R: Standing>(
    transaction: &mut Transaction,
    whence: &str,
) -> Result<Vec<R>, StoreError> {
    let statement = format!("SELECT {} FROM {whence}", R::COLUMNS);
    Ok(within!(transaction, connection => {
        sqlx::query_as(AssertSqlSafe(statement)).fetch_all(connection).await?
    }))
}
