//! What the service keeps between two steps of one procedure: a passkey under way, a sign-in half done.

use super::moment_text;
use crate::database::within;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};

/// Something half done, found again by a token only the browser holds. It serves once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Hash of the token.
    pub hash: String,
    /// Of which procedure.
    pub purpose: String,
    /// What is to be known at the next step.
    pub state: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

impl Store {
    /// Keeps a challenge, and forgets those that have ended.
    pub async fn keep_challenge(&self, challenge: &Challenge, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_apart().await?;
        within!(&mut transaction, connection => {
            sqlx::query("DELETE FROM challenge WHERE expires_at <= $1")
                .bind(moment_text(now))
                .execute(connection)
                .await?;
        });
        within!(&mut transaction, connection => {
            sqlx::query("INSERT INTO challenge (hash, purpose, state, expires_at) VALUES ($1, $2, $3, $4)")
                .bind(&challenge.hash)
                .bind(&challenge.purpose)
                .bind(&challenge.state)
                .bind(moment_text(challenge.expires_at))
                .execute(connection)
                .await?;
        });
        transaction.commit().await
    }

    /// Takes a challenge out: it is there once, for its own purpose, until it ends.
    pub async fn take_challenge(
        &self,
        hash: &str,
        purpose: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, StoreError> {
        let mut transaction = self.database.begin_apart().await?;
        let state: Option<String> = within!(&mut transaction, connection => {
            sqlx::query_scalar(
                "DELETE FROM challenge WHERE hash = $1 AND purpose = $2 AND expires_at > $3 RETURNING state",
            )
            .bind(hash)
            .bind(purpose)
            .bind(moment_text(now))
            .fetch_optional(connection)
            .await?
        });
        transaction.commit().await?;
        Ok(state)
    }
}
