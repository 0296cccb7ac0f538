//! Lists of cases: within what somebody may see, by what he looks for, in pages.

use super::head::{CaseHead, HeadRow, NEVER};
use super::statement::{COUNT_MAX, Statement, words_for_postgres};
use crate::database::{Transaction, within};
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use domain::clock::Moment;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

/// Binds the values of a statement that was put together.
macro_rules! bound {
    ($query:expr, $values:expr) => {{
        let mut query = $query;
        for value in $values {
            query = match value {
                crate::case::statement::Bound::Text(text) => query.bind(text),
                crate::case::statement::Bound::Whole(number) => query.bind(number),
            };
        }
        query
    }};
}

pub(super) use bound;

/// No page is longer.
const PAGE_MAX: u32 = 200;

/// Among which cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// Those of a firm.
    Firm(String),
    /// Those that a person filed.
    FiledBy(String),
    /// Those that an organisation has to do with: assigned to it or helped by it, now or once.
    Organization(String),
    /// All of these mechanisms; for the desk that distributes them.
    Mechanisms(Vec<String>),
}

/// By when a case is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DueWindow {
    /// A due date is over at this moment.
    Overdue(Moment),
    /// A due date comes up to this moment, or is over.
    Before(Moment),
    /// A due date of who is in charge is over at this moment.
    UnitOverdue(Moment),
    /// At this moment a warning point of who is in charge is reached and no due date of his is over.
    UnitAtRisk(Moment),
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// What is due first; cases without a due date last.
    Due,
    /// The newest first.
    #[default]
    Newest,
    /// What changed last first.
    Changed,
}

/// Of some mechanisms somebody sees his own cases alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateCases {
    /// Identifier of the person.
    pub person: String,
    /// The mechanisms.
    pub mechanisms: Vec<String>,
}

/// Which cases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseQuery {
    /// Among which.
    pub within: Within,
    /// Only those that have ended, or have not.
    pub is_ended: Option<bool>,
    /// Only of this mechanism.
    pub mechanism: Option<String>,
    /// Only in this stage.
    pub stage: Option<String>,
    /// Only those assigned to this organisation now.
    pub assigned: Option<String>,
    /// Only those of this division.
    #[serde(default)]
    pub place: Option<String>,
    /// Only those due by then.
    pub due: Option<DueWindow>,
    /// Only those that ended since.
    #[serde(default)]
    pub ended_from: Option<DateTime<Utc>>,
    /// Words; empty finds all.
    pub text: String,
    /// The organisation of whoever asks: cases that complain of it are left out. Empty where he is of none.
    pub reader: String,
    /// Cases that are somebody's own: left out unless he filed them.
    #[serde(default)]
    pub private: Option<PrivateCases>,
    /// The order.
    pub order: Order,
    /// Where the page before ended.
    pub after: Option<String>,
    /// At most so many.
    pub most: u32,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasePage {
    /// The cases.
    pub rows: Vec<CaseHead>,
    /// Where the next page would begin after each of them: what several lists are joined by.
    pub places: Vec<ListPlace>,
    /// Where the next page begins; none where this was the last.
    pub next: Option<String>,
    /// How many there are in all; none where there are more than 1,000.
    pub total: Option<u64>,
}

/// A place in a list, after a case. Places of lists of one order compare as the cases stand in them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListPlace {
    key: String,
    serial: i64,
}

impl std::fmt::Display for ListPlace {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}~{}", self.key, self.serial)
    }
}

impl CaseQuery {
    /// Whether a text can be a place in a list. What stands in an address is asked this first: a query with another text
    /// is a fault of the program, and its log tells it with that text.
    pub fn is_place(after: &str) -> bool {
        let serial = after.rsplit_once('~').map(|(_, serial)| serial.parse::<i64>());
        matches!(serial, Some(Ok(_))) && !after.contains('\0')
    }

    /// Whether no case can be among those that are wanted.
    pub(super) fn is_vain(&self) -> bool {
        let is_other = |names: &[String]| self.mechanism.as_ref().is_some_and(|only| !names.contains(only));
        matches!(&self.within, Within::Mechanisms(names) if names.is_empty() || is_other(names))
    }

    /// Whether an index knows the cases, though not in their order: those of a stage, or of who is in charge.
    fn is_narrow(&self) -> bool {
        let is_of_desk = matches!(self.within, Within::Mechanisms(_));
        is_of_desk && self.text.is_empty() && (self.stage.is_some() || self.assigned.is_some())
    }

    /// Everything in there, the newest first.
    pub fn all(within: Within, most: u32) -> Self {
        Self {
            within,
            is_ended: None,
            mechanism: None,
            stage: None,
            assigned: None,
            place: None,
            due: None,
            ended_from: None,
            text: String::new(),
            reader: String::new(),
            private: None,
            order: Order::Newest,
            after: None,
            most,
        }
    }
}

impl Store {
    /// A page of cases.
    pub async fn cases(&self, wanted: &CaseQuery) -> Result<CasePage, StoreError> {
        if wanted.is_vain() {
            return Ok(CasePage { rows: Vec::new(), places: Vec::new(), next: None, total: Some(0) });
        }
        let mut transaction = self.begin_case_read().await?;
        let found = first_found(&mut transaction, wanted).await?;
        let is_sqlite = matches!(transaction, Transaction::Sqlite(_));
        let are_many = found.as_ref().is_some_and(|found| found.len() as i64 > COUNT_MAX);
        // Where all of the first that were found are among those wanted, there are as many of them.
        let mut count = count(&mut transaction, &Statement::of(wanted, is_sqlite, found.as_deref())).await?;
        let mut statement = Statement::of(wanted, is_sqlite, found.as_deref().filter(|_| !are_many));
        if are_many && count <= COUNT_MAX {
            count = self::count(&mut transaction, &statement).await?;
        }
        let most = wanted.most.clamp(1, PAGE_MAX);
        if count <= COUNT_MAX && wanted.is_narrow() {
            statement.find_few();
        }
        let sql = statement.page(wanted.after.as_deref(), most)?;
        let bound = statement.bound;
        let mut rows: Vec<HeadRow> = within!(&mut transaction, connection => {
            bound!(sqlx::query_as(AssertSqlSafe(sql)), bound).fetch_all(connection).await?
        });
        transaction.undo().await?;
        let has_more = rows.len() > most as usize;
        rows.truncate(most as usize);
        let places: Vec<ListPlace> = rows.iter().map(|row| place_of(row, wanted.order)).collect();
        let next = places.last().filter(|_| has_more).map(ToString::to_string);
        let total = u64::try_from(count).ok().filter(|_| count <= COUNT_MAX);
        Ok(CasePage {
            rows: rows.into_iter().map(CaseHead::try_from).collect::<Result<_, _>>()?,
            places,
            next,
            total,
        })
    }

    /// A transaction to read cases in: the one that is open, where changes of a form are joined.
    pub(super) async fn begin_case_read(&self) -> Result<Transaction, StoreError> {
        if self.database.inside().await.is_some() {
            return self.database.begin_write().await;
        }
        self.database.begin_read().await
    }
}

pub(super) async fn count(transaction: &mut Transaction, statement: &Statement) -> Result<i64, StoreError> {
    let sql = statement.count();
    Ok(within!(transaction, connection => {
        bound!(sqlx::query_scalar(AssertSqlSafe(sql)), statement.bound.clone()).fetch_one(connection).await?
    }))
}

/// The cases with the words of a query, up to one more than are counted; none where the index leads by itself.
///
/// PostgreSQL cannot know how many cases have two characters side by side. It would read every case in the order of the
/// list where there are few, and all that are found where there are many; so it is told which it is.
async fn first_found(
    transaction: &mut Transaction,
    wanted: &CaseQuery,
) -> Result<Option<Vec<i64>>, StoreError> {
    let (Transaction::Postgres(connection), Some(words)) = (transaction, words_for_postgres(wanted)) else {
        return Ok(None);
    };
    crate::work::statement();
    sqlx::query("SET LOCAL enable_seqscan = off").execute(&mut **connection).await?;
    let found =
        sqlx::query_scalar("SELECT case_serial FROM case_words WHERE words @@ CAST($1 AS tsquery) LIMIT $2")
            .bind(words)
            .bind(COUNT_MAX + 1)
            .fetch_all(&mut **connection)
            .await?;
    sqlx::query("SET LOCAL enable_seqscan TO DEFAULT").execute(&mut **connection).await?;
    Ok(Some(found))
}

/// Where a list goes on after a case.
fn place_of(row: &HeadRow, order: Order) -> ListPlace {
    let key = match order {
        Order::Due if row.next_over.is_empty() => NEVER,
        Order::Due => &row.next_over,
        Order::Newest => "",
        Order::Changed => &row.changed_at,
    };
    ListPlace { key: key.to_owned(), serial: row.serial }
}
