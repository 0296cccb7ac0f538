//! Invitations: a code, handed over once, with which a person sets the first or a new password.

use super::deed::{Deed, stream_of};
use super::moment_text;
use crate::database::{query, within};
use crate::event_log::lock_log;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use serde_json::json;

impl Store {
    /// Invites a person; earlier invitations of his end.
    pub async fn invite(
        &self,
        person: &str,
        code_hash: &str,
        expires_at: DateTime<Utc>,
        deed: &Deed,
    ) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let facts = json!({ "expires_at": moment_text(expires_at) });
        deed.record(&mut transaction, stream_of(person), "person.invited", facts).await?;
        within!(&mut transaction, connection => {
            sqlx::query("DELETE FROM invitation WHERE person = $1").bind(person).execute(connection).await?;
        });
        within!(&mut transaction, connection => {
            sqlx::query(
                "INSERT INTO invitation (hash, person, made_at, expires_at, used_at) VALUES ($1, $2, $3, $4, '')",
            )
            .bind(code_hash)
            .bind(person)
            .bind(moment_text(deed.at))
            .bind(moment_text(expires_at))
            .execute(connection)
            .await?;
        });
        transaction.commit().await
    }

    /// Whom a code invites at this moment; a used, ended or unknown code invites nobody.
    pub async fn invited(&self, code_hash: &str, now: DateTime<Utc>) -> Result<Option<String>, StoreError> {
        Ok(query!(self.database, connection => {
            sqlx::query_scalar(
                "SELECT i.person FROM invitation i JOIN person p ON p.id = i.person
                 WHERE i.hash = $1 AND i.used_at = '' AND i.expires_at > $2 AND p.state = 'open'",
            )
            .bind(code_hash)
            .bind(moment_text(now))
            .fetch_optional(connection)
            .await?
        }))
    }

    /// Uses an invitation. False where it can no longer be used; of many at once one succeeds.
    pub async fn use_invitation(&self, code_hash: &str, deed: &Deed) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let person: Option<String> = within!(&mut transaction, connection => {
            sqlx::query_scalar(
                "UPDATE invitation SET used_at = $2 WHERE hash = $1 AND used_at = '' AND expires_at > $2
                 RETURNING person",
            )
            .bind(code_hash)
            .bind(moment_text(deed.at))
            .fetch_optional(connection)
            .await?
        });
        if let Some(person) = &person {
            deed.record(&mut transaction, stream_of(person), "invitation.used", json!({})).await?;
        }
        transaction.commit_if(person.is_some()).await?;
        Ok(person.is_some())
    }
}
