//! Lists of cases: within what somebody may see, by what he looks for, in pages.
//!
//! The statement is put together of fixed parts; everything that comes from outside is a bound value. With words it is
//! the index of words that leads, and it knows to whom a case belongs; without them an index in the order of the list.

use super::head::{COLUMNS, CaseHead, HeadRow, NEVER};
use super::words::{Scope, postgres_query, scope_token, sqlite_query};
use crate::database::{Transaction, within};
use crate::{Store, StoreError};
use domain::clock::Moment;
use domain::full_text;
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

/// Cases are counted up to here.
const COUNT_MAX: i64 = 1000;
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
    /// Only those due by then.
    pub due: Option<DueWindow>,
    /// Words; empty finds all.
    pub text: String,
    /// The organisation of whoever asks: cases that complain of it are left out. Empty where he is of none.
    pub reader: String,
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
    /// Where the next page begins; none where this was the last.
    pub next: Option<String>,
    /// How many there are in all; none where there are more than 1,000.
    pub total: Option<u64>,
}

impl CaseQuery {
    /// Whether a text can be a place in a list. What stands in an address is asked this first: a query with another text
    /// is a fault of the program, and its log tells it with that text.
    pub fn is_place(after: &str) -> bool {
        let serial = after.rsplit_once('~').map(|(_, serial)| serial.parse::<i64>());
        matches!(serial, Some(Ok(_))) && !after.contains('\0')
    }

    /// Everything in there, the newest first.
    pub fn all(within: Within, most: u32) -> Self {
        Self {
            within,
            is_ended: None,
            mechanism: None,
            stage: None,
            assigned: None,
            due: None,
            text: String::new(),
            reader: String::new(),
            order: Order::Newest,
            after: None,
            most,
        }
    }
}

/// A value that is bound.
#[derive(Clone, Debug)]
enum Bound {
    Text(String),
    Whole(i64),
}

/// A statement in the making.
struct Statement {
    from: String,
    conditions: Vec<String>,
    bound: Vec<Bound>,
    /// What the list is ordered by, before the serial.
    key: Option<String>,
    serial: &'static str,
    is_descending: bool,
}

impl Statement {
    fn text(&mut self, value: impl Into<String>) -> String {
        self.bound.push(Bound::Text(value.into()));
        format!("${}", self.bound.len())
    }

    fn whole(&mut self, value: i64) -> String {
        self.bound.push(Bound::Whole(value));
        format!("${}", self.bound.len())
    }

    fn of(query: &CaseQuery, is_sqlite: bool) -> Self {
        let by_words = full_text::query(&query.text);
        let has_words = !by_words.phrases.is_empty();
        let organization = match &query.within {
            Within::Organization(name) if !has_words => Some(name),
            _ => None,
        };
        let (from, serial) = match (organization, has_words, is_sqlite) {
            (Some(_), ..) => {
                ("case_organization o JOIN case_file c ON c.serial = o.case_serial", "o.case_serial")
            }
            // The index of words leads, in the order of serials.
            (None, true, true) => ("case_words w CROSS JOIN case_file c ON c.serial = w.rowid", "w.rowid"),
            (None, true, false) => ("case_words w JOIN case_file c ON c.serial = w.case_serial", "c.serial"),
            (None, false, _) => ("case_file c", "c.serial"),
        };
        let copied = if organization.is_some() { "o" } else { "c" };
        let key = match query.order {
            Order::Due => Some(format!("{copied}.next_over")),
            Order::Newest => None,
            Order::Changed => Some("c.changed_at".to_owned()),
        };
        let mut statement = Self {
            from: from.to_owned(),
            conditions: Vec::new(),
            bound: Vec::new(),
            key,
            serial,
            is_descending: query.order != Order::Due,
        };
        if has_words {
            let scope = scope_of(query);
            let (condition, words) = if is_sqlite {
                ("case_words MATCH ", sqlite_query(&scope, &by_words))
            } else {
                ("w.words @@ CAST(", postgres_query(&scope, &by_words))
            };
            let place = statement.text(words);
            let end = if is_sqlite { "" } else { " AS tsquery)" };
            statement.conditions.push(format!("{condition}{place}{end}"));
        }
        statement.narrow(query, copied, organization);
        statement
    }

    fn narrow(&mut self, query: &CaseQuery, copied: &str, organization: Option<&String>) {
        match &query.within {
            Within::Firm(firm) => self.equal("c.firm", firm),
            Within::FiledBy(person) => self.equal("c.filed_by", person),
            Within::Organization(name) => {
                if organization.is_some() {
                    self.equal("o.organization", name);
                    self.conditions.push("o.part <> 'accused'".to_owned());
                } else {
                    let place = self.text(name.as_str());
                    self.conditions.push(format!(
                        "EXISTS (SELECT 1 FROM case_organization o WHERE o.case_serial = c.serial
                                 AND o.organization = {place} AND o.part <> 'accused')"
                    ));
                }
            }
            Within::Mechanisms(names) => {
                let places: Vec<String> = names.iter().map(|name| self.text(name.as_str())).collect();
                let condition = match places.as_slice() {
                    [] => "1 = 0".to_owned(),
                    [one] => format!("c.mechanism = {one}"),
                    many => format!("c.mechanism IN ({})", many.join(", ")),
                };
                self.conditions.push(condition);
            }
        }
        if let Some(is_ended) = query.is_ended {
            let place = self.whole(i64::from(is_ended));
            self.conditions.push(format!("{copied}.is_ended = {place}"));
        }
        for (column, wanted) in
            [("c.mechanism", &query.mechanism), ("c.stage", &query.stage), ("c.assigned", &query.assigned)]
        {
            if let Some(wanted) = wanted {
                self.equal(column, wanted);
            }
        }
        if let Some(due) = query.due {
            let over_at = match due {
                DueWindow::Overdue(now) => now,
                DueWindow::Before(last) => last.next(),
            };
            let place = self.text(over_at.to_string());
            self.conditions.push(format!("{copied}.next_over <= {place}"));
        }
        if !query.reader.is_empty() {
            let place = self.text(query.reader.as_str());
            self.conditions.push(format!(
                "NOT EXISTS (SELECT 1 FROM case_organization x WHERE x.case_serial = c.serial
                             AND x.organization = {place} AND x.part = 'accused')"
            ));
        }
    }

    fn equal(&mut self, column: &str, value: &str) {
        let place = self.text(value);
        self.conditions.push(format!("{column} = {place}"));
    }

    fn condition(&self) -> String {
        if self.conditions.is_empty() { "1 = 1".to_owned() } else { self.conditions.join(" AND ") }
    }

    /// How many there are, up to one more than are counted.
    fn count(&self) -> String {
        let most = COUNT_MAX + 1;
        format!(
            "SELECT count(*) FROM (SELECT 1 FROM {} WHERE {} LIMIT {most}) counted",
            self.from,
            self.condition()
        )
    }

    /// One page, and one case more that tells whether another follows.
    fn page(&mut self, after: Option<&str>, most: u32) -> Result<String, StoreError> {
        let (direction, side) = if self.is_descending { ("DESC", "<") } else { ("ASC", ">") };
        if let Some(after) = after {
            let strange = || {
                StoreError::Invalid(format!("`{after}` is no place in a list · begin with its first page"))
            };
            let (key, serial) = after.rsplit_once('~').ok_or_else(strange)?;
            let serial: i64 = serial.parse().map_err(|_| strange())?;
            let condition = match self.key.clone() {
                None => {
                    let place = self.whole(serial);
                    format!("{} {side} {place}", self.serial)
                }
                Some(column) => {
                    let (key, place) = (self.text(key), self.whole(serial));
                    format!("({column}, {}) {side} ({key}, {place})", self.serial)
                }
            };
            self.conditions.push(condition);
        }
        let mut order = format!("{} {direction}", self.serial);
        if let Some(key) = &self.key {
            order = format!("{key} {direction}, {order}");
        }
        let most = self.whole(i64::from(most) + 1);
        Ok(format!(
            "SELECT {COLUMNS} FROM {} WHERE {} ORDER BY {order} LIMIT {most}",
            self.from,
            self.condition()
        ))
    }
}

/// Tokens of the index of which one each has to be there.
fn scope_of(query: &CaseQuery) -> Vec<Vec<String>> {
    let mut scope = vec![match &query.within {
        Within::Firm(name) => vec![scope_token(Scope::Firm, name)],
        Within::FiledBy(name) => vec![scope_token(Scope::Filer, name)],
        Within::Organization(name) => vec![scope_token(Scope::Organization, name)],
        Within::Mechanisms(names) => names.iter().map(|name| scope_token(Scope::Mechanism, name)).collect(),
    }];
    scope.extend(
        query.is_ended.map(|ended| vec![scope_token(Scope::State, if ended { "ended" } else { "open" })]),
    );
    scope.extend(query.mechanism.iter().map(|name| vec![scope_token(Scope::Mechanism, name)]));
    scope.extend(query.assigned.iter().map(|name| vec![scope_token(Scope::Assigned, name)]));
    scope
}

impl Store {
    /// A page of cases.
    pub async fn cases(&self, wanted: &CaseQuery) -> Result<CasePage, StoreError> {
        if matches!(&wanted.within, Within::Mechanisms(names) if names.is_empty()) {
            return Ok(CasePage { rows: Vec::new(), next: None, total: Some(0) });
        }
        let mut transaction = self.begin_case_read().await?;
        let mut statement = Statement::of(wanted, matches!(transaction, Transaction::Sqlite(_)));
        let (sql, bound) = (statement.count(), statement.bound.clone());
        let count: i64 = within!(&mut transaction, connection => {
            let mut query = sqlx::query_scalar(AssertSqlSafe(sql));
            for value in bound {
                query = match value {
                    Bound::Text(text) => query.bind(text),
                    Bound::Whole(number) => query.bind(number),
                };
            }
            query.fetch_one(connection).await?
        });
        let most = wanted.most.clamp(1, PAGE_MAX);
        let sql = statement.page(wanted.after.as_deref(), most)?;
        let bound = statement.bound;
        let mut rows: Vec<HeadRow> = within!(&mut transaction, connection => {
            let mut query = sqlx::query_as(AssertSqlSafe(sql));
            for value in bound {
                query = match value {
                    Bound::Text(text) => query.bind(text),
                    Bound::Whole(number) => query.bind(number),
                };
            }
            query.fetch_all(connection).await?
        });
        transaction.undo().await?;
        let has_more = rows.len() > most as usize;
        rows.truncate(most as usize);
        let next = rows.last().filter(|_| has_more).map(|last| place_of(last, wanted.order));
        let total = u64::try_from(count).ok().filter(|_| count <= COUNT_MAX);
        Ok(CasePage {
            rows: rows.into_iter().map(CaseHead::try_from).collect::<Result<_, _>>()?,
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

/// Where a list goes on after a case.
fn place_of(row: &HeadRow, order: Order) -> String {
    let key = match order {
        Order::Due if row.next_over.is_empty() => NEVER,
        Order::Due => &row.next_over,
        Order::Newest => "",
        Order::Changed => &row.changed_at,
    };
    format!("{key}~{}", row.serial)
}
