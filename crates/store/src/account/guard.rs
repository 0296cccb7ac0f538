//! Counting tries of sign-in: the state of `identity::soft_lock`, as the caller writes it.

use super::deed::{Deed, stream_of};
use super::moment_text;
use super::person::account_key;
use crate::database::{query, within};
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use serde_json::json;

/// The lock of one account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Hash of the login; nobody need have it.
    pub account: String,
    /// The state; empty before the first try.
    pub state: String,
}

impl Store {
    /// The lock of a login, whether anybody has it or not.
    pub async fn guard(&self, login: &str) -> Result<Guard, StoreError> {
        let account = account_key(login);
        let state: Option<String> = query!(self.database, connection => {
            sqlx::query_scalar("SELECT state FROM sign_in_guard WHERE account = $1")
                .bind(&account)
                .fetch_optional(connection)
                .await?
        });
        Ok(Guard { account, state: state.unwrap_or_default() })
    }

    /// The locks that changed last, of logins that somebody has and of others.
    pub async fn guards(&self, limit: u32) -> Result<Vec<Guard>, StoreError> {
        let rows: Vec<(String, String)> = query!(self.database, connection => {
            sqlx::query_as("SELECT account, state FROM sign_in_guard ORDER BY updated_at DESC, account LIMIT $1")
                .bind(i64::from(limit))
                .fetch_all(connection)
                .await?
        });
        Ok(rows.into_iter().map(|(account, state)| Guard { account, state }).collect())
    }

    /// Writes the next state. False where the state is no longer the one that was read: of many tries at the same
    /// moment one counts and the others begin again.
    pub async fn advance_guard(
        &self,
        guard: &Guard,
        next: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_apart().await?;
        let statement = if guard.state.is_empty() {
            "INSERT INTO sign_in_guard (account, state, updated_at) VALUES ($1, $3, $4)
             ON CONFLICT (account) DO UPDATE SET state = $3, updated_at = $4 WHERE sign_in_guard.state = $2"
        } else {
            "UPDATE sign_in_guard SET state = $3, updated_at = $4 WHERE account = $1 AND state = $2"
        };
        let changed = within!(&mut transaction, connection => {
            sqlx::query(statement)
                .bind(&guard.account)
                .bind(&guard.state)
                .bind(next)
                .bind(moment_text(at))
                .execute(connection)
                .await?
                .rows_affected()
        });
        transaction.commit().await?;
        Ok(changed > 0)
    }

    /// Writes a state in which known devices are forgotten. False where the state is no longer the one that was read.
    pub async fn forget_devices(
        &self,
        guard: &Guard,
        next: &str,
        (person, count): (&str, usize),
        deed: &Deed,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let facts = json!({ "count": count });
        deed.record(&mut transaction, stream_of(person), "device.forgotten", facts).await?;
        let changed = within!(&mut transaction, connection => {
            sqlx::query("UPDATE sign_in_guard SET state = $3, updated_at = $4 WHERE account = $1 AND state = $2")
                .bind(&guard.account)
                .bind(&guard.state)
                .bind(next)
                .bind(moment_text(deed.at))
                .execute(connection)
                .await?
                .rows_affected()
        });
        transaction.commit_if(changed > 0).await?;
        Ok(changed > 0)
    }

    /// Records a failed try of a login and of whoever has it.
    ///
    /// Of a login that nobody has there is nothing to record. All the same is done and then taken back, so that
    /// neither time nor disk tells whether somebody has it.
    pub async fn sign_in_failed(
        &self,
        (login, person): (&str, Option<&str>),
        step: &str,
        deed: &Deed,
    ) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_apart().await?;
        within!(&mut transaction, connection => {
            sqlx::query("SAVEPOINT tried").execute(connection).await?;
        });
        let stream = stream_of(person.unwrap_or_default());
        deed.record(&mut transaction, stream, "sign-in.failed", json!({ "step": step })).await?;
        let end = if person.is_some() { "RELEASE SAVEPOINT tried" } else { "ROLLBACK TO SAVEPOINT tried" };
        within!(&mut transaction, connection => {
            sqlx::query(end).execute(connection).await?;
        });
        // For everybody, so that there is always something to make durable.
        within!(&mut transaction, connection => {
            sqlx::query("UPDATE sign_in_guard SET updated_at = $2 WHERE account = $1")
                .bind(account_key(login))
                .bind(moment_text(deed.at))
                .execute(connection)
                .await?;
        });
        transaction.commit().await
    }
}
