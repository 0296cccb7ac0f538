//! The board: how each organisation stands with the cases that are assigned to it, by the clocks that run for it.

use crate::account::moment_text;
use crate::database::within;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::clock::Moment;
use serde::Serialize;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// What the board is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardQuery {
    /// Cases of these mechanisms.
    pub mechanisms: Vec<String>,
    /// Now.
    pub now: Moment,
    /// What is due up to here is due soon; two working days on, say.
    pub soon: Moment,
    /// Cases that ended from here on are counted.
    pub ended_from: DateTime<Utc>,
}

/// How an organisation stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BoardRow {
    /// The organisation; empty for cases that are assigned to none.
    pub organization: String,
    /// Cases that run.
    pub open: u64,
    /// Of these, due soon and not over.
    pub due_soon: u64,
    /// Of these, over.
    pub overdue: u64,
    /// Cases that ended since.
    pub ended: u64,
}

#[derive(sqlx::FromRow)]
struct Open {
    assigned: String,
    count: i64,
    due_soon: i64,
    overdue: i64,
}

impl Store {
    /// How every organisation stands that has a case, in the order of their names.
    pub async fn board(&self, wanted: &BoardQuery) -> Result<Vec<BoardRow>, StoreError> {
        if wanted.mechanisms.is_empty() {
            return Ok(Vec::new());
        }
        let places = |first: usize| {
            let places = (0..wanted.mechanisms.len()).map(|at| format!("${}", at + first));
            places.collect::<Vec<_>>().join(", ")
        };
        let ended = format!(
            "SELECT assigned, count(*) FROM case_file
             WHERE ended_at <> '' AND ended_at >= $1 AND mechanism IN ({}) GROUP BY assigned",
            places(2)
        );
        // A last day is over with it, a last minute after it.
        let open = format!(
            "SELECT assigned, count(*) AS count,
                    count(*) FILTER (WHERE unit_due <> '' AND unit_due >= CASE WHEN length(unit_due) = 10 THEN $1 ELSE $2 END
                                     AND unit_due <= CASE WHEN length(unit_due) = 10 THEN $3 ELSE $4 END) AS due_soon,
                    count(*) FILTER (WHERE unit_due <> '' AND unit_due < CASE WHEN length(unit_due) = 10 THEN $1 ELSE $2 END)
                        AS overdue
             FROM case_file WHERE is_ended = 0 AND mechanism IN ({}) GROUP BY assigned",
            places(5)
        );
        let since = moment_text(wanted.ended_from);
        let [day, now] = [Moment::from(wanted.now.day).to_string(), wanted.now.to_string()];
        let [soon_day, soon] = [Moment::from(wanted.soon.day).to_string(), format!("{}~", wanted.soon)];
        let mut transaction = self.begin_case_read().await?;
        let rows: Vec<Open> = within!(&mut transaction, connection => {
            let query = sqlx::query_as(AssertSqlSafe(open)).bind(&day).bind(&now).bind(&soon_day).bind(&soon);
            wanted.mechanisms.iter().fold(query, sqlx::query::QueryAs::bind).fetch_all(connection).await?
        });
        let ended: Vec<(String, i64)> = within!(&mut transaction, connection => {
            let query = sqlx::query_as(AssertSqlSafe(ended)).bind(&since);
            wanted.mechanisms.iter().fold(query, sqlx::query::QueryAs::bind).fetch_all(connection).await?
        });
        transaction.undo().await?;
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        let mut board: BTreeMap<String, BoardRow> = BTreeMap::new();
        for row in rows {
            let [open, due_soon, overdue] = [row.count, row.due_soon, row.overdue].map(count);
            let organization = row.assigned.clone();
            board.insert(row.assigned, BoardRow { organization, open, due_soon, overdue, ended: 0 });
        }
        for (organization, ended) in ended {
            let row =
                board.entry(organization.clone()).or_insert(BoardRow { organization, ..BoardRow::default() });
            row.ended = count(ended);
        }
        Ok(board.into_values().collect())
    }
}
