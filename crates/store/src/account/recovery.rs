//! A new invitation takes two: whoever asks for it, and another who confirms and sees the code. One alone could invite
//! anybody anew and sign in as him.

use super::deed::{Deed, stream_of};
use super::moment_text;
use crate::database::query;
use crate::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

/// How long somebody who was asked may confirm.
const OPEN_DAYS: i64 = 7;

impl Store {
    /// Records that somebody asks to have a person invited anew.
    pub async fn ask_recovery(&self, person: &str, deed: &Deed) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        deed.record(&mut transaction, stream_of(person), "recovery.asked", json!({})).await?;
        transaction.commit().await
    }

    /// Who has asked to have a person invited anew, where nobody has confirmed it yet and it has not lapsed.
    pub async fn recovery_asked_by(
        &self,
        person: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<String>, StoreError> {
        let last: Option<(String, String, String)> = query!(self.database, connection => {
            sqlx::query_as(
                "SELECT kind, actor, recorded_at FROM event
                 WHERE stream = $1 AND kind IN ('recovery.asked', 'person.invited')
                 ORDER BY version DESC LIMIT 1",
            )
            .bind(stream_of(person))
            .fetch_optional(connection)
            .await?
        });
        let since = moment_text(now - TimeDelta::days(OPEN_DAYS));
        let open = last.filter(|(kind, _, at)| kind == "recovery.asked" && *at > since);
        Ok(open.map(|(_, actor, _)| actor))
    }
}
