//! How many cases of a list stand in each stage.

use super::query::{CaseQuery, Within, bound, count};
use super::statement::{COUNT_MAX, Statement};
use crate::database::{Transaction, within};
use crate::{Store, StoreError};
use domain::full_text;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

impl Store {
    /// How many of the cases of a list stand in each of these stages; 1,001 stands for more than 1,000. The stage, the
    /// order and the page of the list say nothing here.
    pub async fn case_stages(
        &self,
        wanted: &CaseQuery,
        stages: &[String],
    ) -> Result<BTreeMap<String, u64>, StoreError> {
        if wanted.is_vain() {
            return Ok(BTreeMap::new());
        }
        let mut transaction = self.begin_case_read().await?;
        let is_sqlite = matches!(transaction, Transaction::Sqlite(_));
        let mut counts = BTreeMap::new();
        let has_words = !full_text::query(&wanted.text).phrases.is_empty();
        if matches!(wanted.within, Within::Mechanisms(_)) && !has_words {
            // Each stage of a mechanism has its place in an index, where the first thousand are counted.
            for stage in stages {
                let of_stage = CaseQuery { stage: Some(stage.clone()), ..wanted.clone() };
                let found = count(&mut transaction, &Statement::of(&of_stage, is_sqlite, None)).await?;
                counts.insert(stage.clone(), found.unsigned_abs());
            }
        } else {
            let all = CaseQuery { stage: None, ..wanted.clone() };
            let statement = Statement::of(&all, is_sqlite, None);
            let sql = statement.by_stage();
            let rows: Vec<(String, i64)> = within!(&mut transaction, connection => {
                bound!(sqlx::query_as(AssertSqlSafe(sql)), statement.bound).fetch_all(connection).await?
            });
            let most = COUNT_MAX.unsigned_abs() + 1;
            let known = rows.into_iter().filter(|(stage, _)| stages.contains(stage));
            counts.extend(known.map(|(stage, count)| (stage, count.unsigned_abs().min(most))));
        }
        transaction.undo().await?;
        Ok(counts)
    }
}
