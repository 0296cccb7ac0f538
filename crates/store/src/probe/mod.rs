//! Whether the store can be written at this moment: what a watch asks.

#[cfg(test)]
mod tests;

use crate::database::within;
use crate::{Store, StoreError};

/// So many bytes are written to see whether there is space.
const BYTES: usize = 64 << 10;
/// What they are kept under until they are taken away again, in the same change.
const KEY: &str = "probe";

impl Store {
    /// Writes something, takes it away again, and makes both durable. What keeps it from that keeps everybody.
    pub async fn probe_writing(&self) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        within!(&mut transaction, connection => {
            sqlx::query("INSERT INTO challenge (hash, purpose, state, expires_at) VALUES ($1, $1, $2, '')")
                .bind(KEY)
                .bind("-".repeat(BYTES))
                .execute(connection)
                .await?;
        });
        within!(&mut transaction, connection => {
            sqlx::query("DELETE FROM challenge WHERE hash = $1").bind(KEY).execute(connection).await?;
        });
        transaction.commit().await
    }

    /// Lets the file grow no further, as on a full disk, or as it likes again; SQLite only, for tests.
    #[cfg(any(test, feature = "testing"))]
    pub async fn set_disk_full(&self, is_full: bool) -> Result<(), StoreError> {
        const PAGES_MAX: i64 = 1_073_741_823;
        let mut transaction = self.database.begin_write().await?;
        if let crate::database::Transaction::Sqlite(connection) = &mut transaction {
            let there: i64 = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut **connection).await?;
            let most = if is_full { there } else { PAGES_MAX };
            let statement = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {most}"));
            sqlx::query(statement).execute(&mut **connection).await?;
        }
        transaction.undo().await
    }
}
