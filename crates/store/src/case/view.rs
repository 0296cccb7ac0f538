//! Filters that a person keeps under a name. They are his own; there is no event of them.

use super::{CaseQuery, json_text};
use crate::account::moment_text;
use crate::database::{query, within};
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};

/// A person keeps no more.
const VIEWS_MAX: i64 = 30;
const NAME_CHARS_MAX: usize = 40;

impl Store {
    /// Keeps a filter under a name, in the place of what had it. False where he has as many as he may.
    pub async fn save_view(
        &self,
        person: &str,
        name: &str,
        filter: &CaseQuery,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
            return Err(StoreError::NameMalformed);
        }
        let filter = json_text(&CaseQuery { after: None, ..filter.clone() })?;
        let mut transaction = self.database.begin_write().await?;
        let others: i64 = within!(&mut transaction, connection => {
            sqlx::query_scalar("SELECT count(*) FROM case_view WHERE person = $1 AND name <> $2")
                .bind(person)
                .bind(name)
                .fetch_one(connection)
                .await?
        });
        if others >= VIEWS_MAX {
            transaction.undo().await?;
            return Ok(false);
        }
        within!(&mut transaction, connection => {
            sqlx::query(
                "INSERT INTO case_view (person, name, filter, updated_at) VALUES ($1, $2, $3, $4)
                 ON CONFLICT (person, name) DO UPDATE SET filter = excluded.filter, updated_at = excluded.updated_at",
            )
            .bind(person)
            .bind(name)
            .bind(filter)
            .bind(moment_text(at))
            .execute(connection)
            .await?;
        });
        transaction.commit().await?;
        Ok(true)
    }

    /// The filters of a person by name. One that this program no longer reads is left out.
    pub async fn views(&self, person: &str) -> Result<Vec<(String, CaseQuery)>, StoreError> {
        let rows: Vec<(String, String)> = query!(self.database, connection => {
            sqlx::query_as("SELECT name, filter FROM case_view WHERE person = $1 ORDER BY name")
                .bind(person)
                .fetch_all(connection)
                .await?
        });
        let read = |(name, filter): (String, String)| Some((name, serde_json::from_str(&filter).ok()?));
        Ok(rows.into_iter().filter_map(read).collect())
    }

    /// Throws a filter of a person away. False where he has none of this name.
    pub async fn drop_view(&self, person: &str, name: &str) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let dropped = within!(&mut transaction, connection => {
            sqlx::query("DELETE FROM case_view WHERE person = $1 AND name = $2")
                .bind(person)
                .bind(name.trim())
                .execute(connection)
                .await?
                .rows_affected()
        });
        transaction.commit_if(dropped > 0).await?;
        Ok(dropped > 0)
    }
}
