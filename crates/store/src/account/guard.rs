//! Counting tries of sign-in: the state of `identity::soft_lock`, per account and per known device.

use super::deed::{Deed, stream_of};
use super::moment_text;
use super::person::account_key;
use crate::database::{query, within};
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use serde_json::json;

/// The state of one account, on one known device or on all others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Hash of the login; nobody need have it.
    pub account: String,
    /// Hash of a known device; empty for all unknown ones.
    pub device: String,
    /// The state; empty before the first try.
    pub state: String,
}

impl Store {
    /// The state that counts for a login tried from a device. A device that is not known counts as all others do.
    pub async fn guard(&self, login: &str, device: &str) -> Result<Guard, StoreError> {
        let account = account_key(login);
        let device = if self.knows_device(login, device).await? { device.to_owned() } else { String::new() };
        let state: Option<String> = query!(self.database, connection => {
            sqlx::query_scalar("SELECT state FROM sign_in_guard WHERE account = $1 AND device = $2")
                .bind(&account)
                .bind(&device)
                .fetch_optional(connection)
                .await?
        });
        Ok(Guard { account, device, state: state.unwrap_or_default() })
    }

    /// Writes the next state. False where the state is no longer the one that was read: of many tries at the same
    /// moment one counts and the others begin again.
    pub async fn advance_guard(
        &self,
        guard: &Guard,
        next: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let statement = if guard.state.is_empty() {
            "INSERT INTO sign_in_guard (account, device, state, updated_at) VALUES ($1, $2, $4, $5)
             ON CONFLICT (account, device) DO UPDATE SET state = $4, updated_at = $5
             WHERE sign_in_guard.state = $3"
        } else {
            "UPDATE sign_in_guard SET state = $4, updated_at = $5 WHERE account = $1 AND device = $2 AND state = $3"
        };
        let changed = within!(&mut transaction, connection => {
            sqlx::query(statement)
                .bind(&guard.account)
                .bind(&guard.device)
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

    /// Records a failed try against an account that exists.
    pub async fn sign_in_failed(&self, person: &str, step: &str, deed: &Deed) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        deed.record(&mut transaction, stream_of(person), "sign-in.failed", json!({ "step": step })).await?;
        transaction.commit().await
    }

    /// Whether this device was used by the owner of the login before.
    async fn knows_device(&self, login: &str, device: &str) -> Result<bool, StoreError> {
        if device.is_empty() {
            return Ok(false);
        }
        let found: Option<String> = query!(self.database, connection => {
            sqlx::query_scalar(
                "SELECT d.hash FROM device d JOIN person p ON p.id = d.person WHERE d.hash = $1 AND p.login = $2",
            )
            .bind(device)
            .bind(super::login_key(login))
            .fetch_optional(connection)
            .await?
        });
        Ok(found.is_some())
    }

    /// Notes that a person signed in from a device.
    pub async fn note_device(&self, person: &str, device: &str, at: DateTime<Utc>) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        within!(&mut transaction, connection => {
            sqlx::query(
                "INSERT INTO device (hash, person, since, seen_at) VALUES ($1, $2, $3, $3)
                 ON CONFLICT (hash, person) DO UPDATE SET seen_at = $3",
            )
            .bind(device)
            .bind(person)
            .bind(moment_text(at))
            .execute(connection)
            .await?;
        });
        transaction.commit().await
    }

    /// Forgets the devices of a person: after a new password none is trusted.
    pub async fn forget_devices(&self, person: &str) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        within!(&mut transaction, connection => {
            sqlx::query("DELETE FROM device WHERE person = $1").bind(person).execute(connection).await?;
        });
        transaction.commit().await
    }
}
