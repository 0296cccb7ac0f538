//! The board: how each organisation stands with the cases that are assigned to it, by the clocks that run for it.

use crate::account::moment_text;
use crate::database::within;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::clock::Moment;
use serde::Serialize;
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

/// Sealed cases are among none of these: whoever seals a case ends it.
///
/// A last day is over with it, a last minute after it.
const OPEN: &str = "SELECT assigned, mechanism, count(*) AS count,
            count(*) FILTER (WHERE unit_due <> '' AND unit_due >= CASE WHEN length(unit_due) = 10 THEN $1 ELSE $2 END
                             AND unit_due <= CASE WHEN length(unit_due) = 10 THEN $3 ELSE $4 END) AS due_soon,
            count(*) FILTER (WHERE unit_due <> '' AND unit_due < CASE WHEN length(unit_due) = 10 THEN $1 ELSE $2 END)
                AS overdue
     FROM case_file WHERE is_ended = 0 GROUP BY assigned, mechanism";

const ENDED: &str = "SELECT assigned, mechanism, count(*) FROM case_file
     WHERE ended_at <> '' AND is_sealed = 0 AND ended_at >= $1 GROUP BY assigned, mechanism";

#[derive(sqlx::FromRow)]
struct Open {
    assigned: String,
    mechanism: String,
    count: i64,
    due_soon: i64,
    overdue: i64,
}

impl Store {
    /// How every organisation stands that has a case, in the order of their names.
    pub async fn board(&self, wanted: &BoardQuery) -> Result<Vec<BoardRow>, StoreError> {
        // All mechanisms are counted, each for itself: so both are walks along an index that holds everything asked for.
        let since = moment_text(wanted.ended_from);
        let [day, now] = [Moment::from(wanted.now.day).to_string(), wanted.now.to_string()];
        let [soon_day, soon] = [Moment::from(wanted.soon.day).to_string(), format!("{}~", wanted.soon)];
        let mut transaction = self.begin_case_read().await?;
        let open: Vec<Open> = within!(&mut transaction, connection => {
            sqlx::query_as(OPEN).bind(&day).bind(&now).bind(&soon_day).bind(&soon).fetch_all(connection).await?
        });
        let ended: Vec<(String, String, i64)> = within!(&mut transaction, connection => {
            sqlx::query_as(ENDED).bind(&since).fetch_all(connection).await?
        });
        transaction.undo().await?;
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        let mut board: BTreeMap<String, BoardRow> = BTreeMap::new();
        for found in open.into_iter().filter(|found| wanted.mechanisms.contains(&found.mechanism)) {
            let row = row_of(&mut board, found.assigned);
            row.open += count(found.count);
            row.due_soon += count(found.due_soon);
            row.overdue += count(found.overdue);
        }
        for (organization, mechanism, ended) in ended {
            if wanted.mechanisms.contains(&mechanism) {
                row_of(&mut board, organization).ended += count(ended);
            }
        }
        Ok(board.into_values().collect())
    }
}

fn row_of(board: &mut BTreeMap<String, BoardRow>, organization: String) -> &mut BoardRow {
    board.entry(organization.clone()).or_insert(BoardRow { organization, ..BoardRow::default() })
}
