//! What a person has begun to fill in and not filed yet. Only he sees it; there is no event of it.

use super::json_text;
use crate::account::{moment_text, moment_there};
use crate::database::{query, within};
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::mechanism::FieldValue;
use serde::Serialize;
use std::collections::BTreeMap;

/// A person keeps no more drafts than this; of more the oldest go.
const DRAFTS_MAX: i64 = 50;

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseDraft {
    /// Identifier, made by chance.
    pub id: String,
    /// Whose it is.
    pub person: String,
    /// The mechanism.
    pub mechanism: String,
    /// What is filled in so far.
    pub data: BTreeMap<String, FieldValue>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    person: String,
    mechanism: String,
    data: String,
    updated_at: String,
}

impl Store {
    /// Keeps a draft in the place of the one with its identifier; nobody else's is touched.
    pub async fn save_draft(&self, draft: &CaseDraft) -> Result<(), StoreError> {
        let data = json_text(&draft.data)?;
        let mut transaction = self.database.begin_write().await?;
        within!(&mut transaction, connection => {
            sqlx::query(
                "INSERT INTO case_draft (id, person, mechanism, data, updated_at) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT (id) DO UPDATE SET data = excluded.data, updated_at = excluded.updated_at
                 WHERE case_draft.person = excluded.person",
            )
            .bind(&draft.id)
            .bind(&draft.person)
            .bind(&draft.mechanism)
            .bind(data)
            .bind(moment_text(draft.updated_at))
            .execute(connection)
            .await?;
        });
        within!(&mut transaction, connection => {
            sqlx::query(
                "DELETE FROM case_draft WHERE person = $1 AND id IN
                 (SELECT id FROM case_draft WHERE person = $1 ORDER BY updated_at DESC, id LIMIT 1000 OFFSET $2)",
            )
            .bind(&draft.person)
            .bind(DRAFTS_MAX)
            .execute(connection)
            .await?;
        });
        transaction.commit().await
    }

    /// A draft of a person.
    pub async fn draft(&self, id: &str, person: &str) -> Result<Option<CaseDraft>, StoreError> {
        let row: Option<Row> = query!(self.database, connection => {
            sqlx::query_as("SELECT * FROM case_draft WHERE id = $1 AND person = $2")
                .bind(id)
                .bind(person)
                .fetch_optional(connection)
                .await?
        });
        row.map(CaseDraft::try_from).transpose()
    }

    /// The drafts of a person, the newest first.
    pub async fn drafts(&self, person: &str) -> Result<Vec<CaseDraft>, StoreError> {
        let rows: Vec<Row> = query!(self.database, connection => {
            sqlx::query_as("SELECT * FROM case_draft WHERE person = $1 ORDER BY updated_at DESC, id")
                .bind(person)
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(CaseDraft::try_from).collect()
    }

    /// Throws a draft of a person away. False where he has none of this identifier.
    pub async fn drop_draft(&self, id: &str, person: &str) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let dropped = within!(&mut transaction, connection => {
            sqlx::query("DELETE FROM case_draft WHERE id = $1 AND person = $2")
                .bind(id)
                .bind(person)
                .execute(connection)
                .await?
                .rows_affected()
        });
        transaction.commit_if(dropped > 0).await?;
        Ok(dropped > 0)
    }
}

impl TryFrom<Row> for CaseDraft {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let damaged = |_| StoreError::Damaged(format!("what the draft {} holds cannot be read", row.id));
        Ok(Self {
            data: serde_json::from_str(&row.data).map_err(damaged)?,
            updated_at: moment_there(&row.updated_at)?,
            id: row.id,
            person: row.person,
            mechanism: row.mechanism,
        })
    }
}
