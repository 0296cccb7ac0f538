//! The board: how organisations, divisions and mechanisms stand with the cases that run, by the clocks that run for who
//! is in charge; and what the people of one organisation have in hand.

use crate::account::moment_text;
use crate::database::{Transaction, query, within};
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::clock::Moment;
use serde::Serialize;
use sqlx::AssertSqlSafe;
use std::collections::BTreeMap;

/// By what the board is divided.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum BoardDivision {
    /// Who is in charge.
    #[default]
    Organization,
    /// Where the firm is.
    Place,
    /// The mechanism.
    Mechanism,
}

/// What the board is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoardQuery {
    /// By what it is divided.
    pub division: BoardDivision,
    /// Cases of these mechanisms.
    pub mechanisms: Vec<String>,
    /// Only those assigned to this organisation.
    pub assigned: Option<String>,
    /// The organisation of whoever asks: cases that complain of it are not counted. Empty where he is of none.
    pub reader: String,
    /// Now.
    pub now: Moment,
    /// Cases that ended from here on are counted.
    pub ended_from: DateTime<Utc>,
}

/// How a part of the board stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct BoardRow {
    /// The organisation, division or mechanism; empty for cases that have none.
    pub name: String,
    /// Cases that run.
    pub open: u64,
    /// Of these, at risk: a warning point is reached, and nothing is over.
    pub at_risk: u64,
    /// Of these, over.
    pub overdue: u64,
    /// Cases that ended since.
    pub ended: u64,
}

/// What somebody has in hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfficerLoad {
    /// The person.
    pub person: String,
    /// Cases that run and in which he has taken a step.
    pub cases: u64,
    /// The steps he has taken in them.
    pub steps: u64,
}

#[derive(sqlx::FromRow)]
struct Open {
    name: String,
    mechanism: String,
    count: i64,
    at_risk: i64,
    overdue: i64,
}

impl BoardDivision {
    fn column(self) -> &'static str {
        match self {
            Self::Organization => "c.assigned",
            Self::Place => "c.place",
            Self::Mechanism => "c.mechanism",
        }
    }
}

/// Among which cases: all, or those that complain of an organisation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Among {
    All,
    Accusing,
}

impl Among {
    fn from(self) -> (&'static str, &'static str) {
        match self {
            Self::All => ("case_file c", ""),
            Self::Accusing => (
                "case_organization x JOIN case_file c ON c.serial = x.case_serial",
                " AND x.part = 'accused' AND x.organization = $4",
            ),
        }
    }

    /// Sealed cases are among none of these: whoever seals a case ends it.
    ///
    /// A last day is over with it, a last minute after it.
    fn open(self, wanted: &BoardQuery) -> String {
        let ((from, accused), name) = (self.from(), wanted.division.column());
        let assigned = if wanted.assigned.is_some() { " AND c.assigned = $3" } else { "" };
        let over = "c.unit_due <> '' AND c.unit_due < CASE WHEN length(c.unit_due) = 10 THEN $1 ELSE $2 END";
        format!(
            "SELECT {name} AS name, c.mechanism, count(*) AS count,
                    count(*) FILTER (WHERE c.unit_warn <> '' AND c.unit_warn <= $2 AND NOT ({over})) AS at_risk,
                    count(*) FILTER (WHERE {over}) AS overdue
             FROM {from} WHERE c.is_ended = 0 AND $3 = $3 AND $4 = $4{assigned}{accused}
             GROUP BY {name}, c.mechanism"
        )
    }

    fn ended(self, wanted: &BoardQuery) -> String {
        let ((from, accused), name) = (self.from(), wanted.division.column());
        let assigned = if wanted.assigned.is_some() { " AND c.assigned = $3" } else { "" };
        format!(
            "SELECT {name} AS name, c.mechanism, count(*) AS count, CAST(0 AS BIGINT) AS at_risk,
                    CAST(0 AS BIGINT) AS overdue
             FROM {from} WHERE c.ended_at <> '' AND c.is_sealed = 0 AND c.ended_at >= $1 AND $2 = $2 AND $3 = $3 AND $4 = $4{assigned}{accused}
             GROUP BY {name}, c.mechanism"
        )
    }
}

impl Store {
    /// How every part of the board stands that has a case, in the order of their names.
    pub async fn board(&self, wanted: &BoardQuery) -> Result<Vec<BoardRow>, StoreError> {
        let mut transaction = self.begin_case_read().await?;
        let mut board: BTreeMap<String, BoardRow> = BTreeMap::new();
        // Of all cases, which is a walk along an index, those few are taken off that complain of whoever asks.
        for among in [Among::All, Among::Accusing] {
            if among == Among::Accusing && wanted.reader.is_empty() {
                continue;
            }
            let change = |number: &mut u64, count: i64| {
                let count = u64::try_from(count).unwrap_or_default();
                *number = match among {
                    Among::All => *number + count,
                    Among::Accusing => number.saturating_sub(count),
                };
            };
            let moments = [Moment::from(wanted.now.day).to_string(), wanted.now.to_string()];
            for found in counted(&mut transaction, among.open(wanted), moments, wanted).await? {
                let row = row_of(&mut board, found.name);
                change(&mut row.open, found.count);
                change(&mut row.at_risk, found.at_risk);
                change(&mut row.overdue, found.overdue);
            }
            let moments = [moment_text(wanted.ended_from), String::new()];
            for found in counted(&mut transaction, among.ended(wanted), moments, wanted).await? {
                change(&mut row_of(&mut board, found.name).ended, found.count);
            }
        }
        transaction.undo().await?;
        board.retain(|_, row| row.open + row.ended > 0);
        Ok(board.into_values().collect())
    }

    /// What the people of an organisation have in hand of these mechanisms: cases that run and in which they took
    /// steps for it. In the order of their identifiers: it is no ranking.
    pub async fn officer_loads(
        &self,
        organization: &str,
        mechanisms: &[String],
    ) -> Result<Vec<OfficerLoad>, StoreError> {
        let found: Vec<(String, String, i64, i64)> = query!(self.database, connection => {
            sqlx::query_as(
                "SELECT s.person, c.mechanism, count(DISTINCT s.case_serial), count(*)
                 FROM case_organization o
                 JOIN case_step s ON s.case_serial = o.case_serial AND s.organization = o.organization
                 JOIN case_file c ON c.serial = o.case_serial
                 WHERE o.organization = $1 AND o.is_ended = 0 AND o.part <> 'accused' AND s.person <> ''
                 GROUP BY s.person, c.mechanism",
            )
            .bind(organization)
            .fetch_all(connection)
            .await?
        });
        let mut loads: BTreeMap<String, OfficerLoad> = BTreeMap::new();
        for (person, mechanism, cases, steps) in found {
            if mechanisms.contains(&mechanism) {
                let empty = OfficerLoad { person: person.clone(), cases: 0, steps: 0 };
                let load = loads.entry(person).or_insert(empty);
                load.cases += u64::try_from(cases).unwrap_or_default();
                load.steps += u64::try_from(steps).unwrap_or_default();
            }
        }
        Ok(loads.into_values().collect())
    }
}

async fn counted(
    transaction: &mut Transaction,
    sql: String,
    [first, second]: [String; 2],
    wanted: &BoardQuery,
) -> Result<Vec<Open>, StoreError> {
    let found: Vec<Open> = within!(transaction, connection => {
        sqlx::query_as(AssertSqlSafe(sql))
            .bind(first)
            .bind(second)
            .bind(wanted.assigned.clone().unwrap_or_default())
            .bind(&wanted.reader)
            .fetch_all(connection)
            .await?
    });
    Ok(found.into_iter().filter(|found| wanted.mechanisms.contains(&found.mechanism)).collect())
}

fn row_of(board: &mut BTreeMap<String, BoardRow>, name: String) -> &mut BoardRow {
    board.entry(name.clone()).or_insert(BoardRow { name, ..BoardRow::default() })
}
