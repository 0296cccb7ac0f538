//! What a second factor has vouched for falls with it: a session that was opened with one that is gone has none.

use super::deed::{Deed, stream_of};
use crate::database::within;
use crate::{Store, StoreError};
use serde_json::json;

impl Store {
    /// Lets every open session of a person stand as if no second factor had been shown in it. He shows one that is left
    /// when he is asked.
    pub async fn drop_second_factors(&self, person: &str, deed: &Deed) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        deed.record(&mut transaction, stream_of(person), "session.factor-dropped", json!({})).await?;
        let dropped = within!(&mut transaction, connection => {
            sqlx::query(
                "UPDATE session SET two_factors = 0, two_factors_at = ''
                 WHERE person = $1 AND ended_at = '' AND (two_factors <> 0 OR two_factors_at <> '')",
            )
            .bind(person)
            .execute(connection)
            .await?
            .rows_affected()
        });
        transaction.commit_if(dropped > 0).await
    }
}
