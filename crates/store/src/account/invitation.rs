//! Invitations: a code, handed over once, with which a person sets the first or a new password.

use super::deed::{Deed, stream_of};
use super::moment_text;
use super::person::without_all;
use super::vouched::{InvitationStanding, Rows, changed, found, refuse_unvouched};
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
        let standing = InvitationStanding {
            hash: code_hash.to_owned(),
            person: person.to_owned(),
            expires_at: moment_text(expires_at),
            used_at: String::new(),
            salt: deed.salt_of(["invitation", person, code_hash])?,
        };
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let rows = without_all::<InvitationStanding>(&mut transaction, person, Rows::default())
            .await?
            .and(&standing);
        let facts = rows.beside(json!({ "expires_at": standing.expires_at }));
        deed.record(&mut transaction, stream_of(person), "person.invited", facts).await?;
        within!(&mut transaction, connection => {
            sqlx::query(
                "INSERT INTO invitation (hash, person, made_at, expires_at, used_at, salt)
                 VALUES ($1, $2, $3, $4, '', $5)",
            )
            .bind(&standing.hash)
            .bind(&standing.person)
            .bind(moment_text(deed.at))
            .bind(&standing.expires_at)
            .bind(&standing.salt)
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

    /// Uses an invitation. False where it can no longer be used; of many at once one succeeds. One that was not made as
    /// it stands, or not at all, is refused.
    pub async fn use_invitation(&self, code_hash: &str, deed: &Deed) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let binds = [code_hash, &moment_text(deed.at)];
        let open = "hash = $1 AND used_at = '' AND expires_at > $2";
        if let Some(row) = found::<InvitationStanding>(&mut transaction, open, &binds).await? {
            refuse_unvouched(&mut transaction, &stream_of(&row.person), &row).await?;
        }
        let using = format!("UPDATE invitation SET used_at = $2 WHERE {open}");
        let used: Option<InvitationStanding> = changed(&mut transaction, &using, &binds).await?.pop();
        if let Some(used) = &used {
            let facts = Rows::of(used).beside(json!({}));
            deed.record(&mut transaction, stream_of(&used.person), "invitation.used", facts).await?;
        }
        transaction.commit_if(used.is_some()).await?;
        Ok(used.is_some())
    }
}
