//! What a second factor has vouched for falls with it: a session that was opened with one that is gone has none.

use super::deed::{Deed, stream_of};
use super::vouched::{Rows, SessionStanding, changed};
use crate::event_log::lock_log;
use crate::{Store, StoreError};
use serde_json::json;

impl Store {
    /// Lets every open session of a person stand as if no second factor had been shown in it. He shows one that is left
    /// when he is asked.
    pub async fn drop_second_factors(&self, person: &str, deed: &Deed) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let dropping = "UPDATE session SET two_factors = 0, two_factors_at = ''
                        WHERE person = $1 AND ended_at = '' AND (two_factors <> 0 OR two_factors_at <> '')";
        let dropped: Vec<SessionStanding> = changed(&mut transaction, dropping, &[person]).await?;
        if !dropped.is_empty() {
            let facts = Rows::default().with(&dropped).beside(json!({}));
            deed.record(&mut transaction, stream_of(person), "session.factor-dropped", facts).await?;
        }
        transaction.commit_if(!dropped.is_empty()).await
    }
}
