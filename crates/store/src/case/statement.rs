//! The statement of a list of cases. It is put together of fixed parts; everything that comes from outside is a bound
//! value. With words it is the index of words that leads, and it knows to whom a case belongs; without them an index in
//! the order of the list.

use super::head::COLUMNS;
use super::query::{CaseQuery, DueWindow, Order, Within};
use super::words::{Scope, postgres_query, scope_token, sqlite_query};
use crate::StoreError;
use crate::account::moment_text;
use domain::clock::Moment;
use domain::full_text::{self, WordQuery};

/// Cases are counted up to here.
pub(super) const COUNT_MAX: i64 = 1000;

/// So many are looked at to tell how many stand in each stage; more than an organisation ever has open.
const STAGED_MAX: i64 = 50_000;

/// A value that is bound.
#[derive(Clone, Debug)]
pub(super) enum Bound {
    Text(String),
    Whole(i64),
}

/// A statement in the making.
pub(super) struct Statement {
    from: String,
    /// Conditions of which each makes a statement of its own, joined with the others: so that every one of several
    /// mechanisms is a walk along an index in the order of the list, and the list is merged of their beginnings.
    branches: Vec<String>,
    conditions: Vec<String>,
    pub bound: Vec<Bound>,
    /// What the list is ordered by, before the serial.
    key: Option<String>,
    serial: String,
    is_descending: bool,
    is_by_words: bool,
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

    /// Of a query. `found` are the cases with its words, where these are known and few.
    pub fn of(query: &CaseQuery, is_sqlite: bool, found: Option<&[i64]>) -> Self {
        let by_words = full_text::query(&query.text);
        let has_words = !by_words.phrases.is_empty();
        let organization = match &query.within {
            Within::Organization(name) if !has_words => Some(name),
            _ => None,
        };
        let (from, serial) = match (organization, has_words, is_sqlite) {
            // The few cases of an organisation lead.
            (Some(_), _, true) => {
                ("case_organization o CROSS JOIN case_file c ON c.serial = o.case_serial", "o.case_serial")
            }
            (Some(_), _, false) => {
                ("case_organization o JOIN case_file c ON c.serial = o.case_serial", "o.case_serial")
            }
            _ if found.is_some() => ("case_file c", "c.serial"),
            // The index of words leads, in the order of serials.
            (None, true, true) => ("case_words w CROSS JOIN case_file c ON c.serial = w.rowid", "w.rowid"),
            (None, true, false) => ("case_words w JOIN case_file c ON c.serial = w.case_serial", "c.serial"),
            (None, false, _) => ("case_file c", "c.serial"),
        };
        let copied = if organization.is_some() { "o" } else { "c" };
        let key = match query.order {
            Order::Due => Some(format!("{copied}.next_over")),
            Order::Newest => None,
            Order::Changed => Some(format!("{copied}.changed_at")),
        };
        let mut statement = Self {
            from: from.to_owned(),
            branches: Vec::new(),
            conditions: Vec::new(),
            bound: Vec::new(),
            key,
            serial: serial.to_owned(),
            is_descending: query.order != Order::Due,
            is_by_words: has_words,
        };
        if has_words {
            statement.look_for(query, &by_words, is_sqlite, found);
        }
        statement.narrow(query, copied, organization);
        statement
    }

    fn look_for(&mut self, query: &CaseQuery, words: &WordQuery, is_sqlite: bool, found: Option<&[i64]>) {
        let condition = match found {
            Some(found) => {
                let list = found.iter().map(i64::to_string).collect::<Vec<_>>().join(",");
                format!("c.serial = ANY (CAST({} AS BIGINT[]))", self.text(format!("{{{list}}}")))
            }
            None if is_sqlite => {
                format!("case_words MATCH {}", self.text(sqlite_query(&scope_of(query), words)))
            }
            None => {
                format!("w.words @@ CAST({} AS tsquery)", self.text(postgres_query(&scope_of(query), words)))
            }
        };
        self.conditions.push(condition);
    }

    fn narrow(&mut self, query: &CaseQuery, copied: &str, organization: Option<&String>) {
        if matches!(query.within, Within::Organization(_) | Within::Mechanisms(_)) {
            self.conditions.push("c.is_sealed = 0".to_owned());
        }
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
                // What cannot be found among the others need not be looked for there.
                let wanted = |name: &&String| query.mechanism.as_ref().is_none_or(|only| only == *name);
                let wanted: Vec<&String> = names.iter().filter(wanted).collect();
                let places: Vec<String> = wanted.into_iter().map(|name| self.text(name.as_str())).collect();
                if places.is_empty() {
                    self.conditions.push("1 = 0".to_owned());
                } else if self.is_by_words {
                    self.conditions.push(format!("c.mechanism IN ({})", places.join(", ")));
                } else {
                    self.branches = places.iter().map(|place| format!("c.mechanism = {place}")).collect();
                }
            }
        }
        // A case that has ended has no due date; to say so lets the index be used.
        let is_ended = query.is_ended.or(query.due.map(|_| false));
        if let Some(is_ended) = is_ended {
            let place = self.whole(i64::from(is_ended));
            self.conditions.push(format!("{copied}.is_ended = {place}"));
        }
        for (column, wanted) in [
            ("c.mechanism", &query.mechanism),
            ("c.stage", &query.stage),
            ("c.assigned", &query.assigned),
            ("c.place", &query.place),
        ] {
            if let Some(wanted) = wanted {
                self.equal(column, wanted);
            }
        }
        if let Some(due) = query.due {
            self.narrow_due(due, copied);
        }
        if let Some(from) = query.ended_from {
            let place = self.text(moment_text(from));
            self.conditions.push(format!("c.ended_at <> '' AND c.ended_at >= {place}"));
        }
        if let Some(private) = query.private.as_ref().filter(|private| !private.mechanisms.is_empty()) {
            let person = self.text(private.person.as_str());
            let places: Vec<String> =
                private.mechanisms.iter().map(|name| self.text(name.as_str())).collect();
            self.conditions.push(format!(
                "(c.filed_by = {person} OR c.is_sealed = 0 AND c.mechanism NOT IN ({}))",
                places.join(", ")
            ));
        }
        if !query.reader.is_empty() {
            let place = self.text(query.reader.as_str());
            self.conditions.push(format!(
                "NOT EXISTS (SELECT 1 FROM case_organization x WHERE x.case_serial = c.serial
                             AND x.organization = {place} AND x.part = 'accused')"
            ));
        }
    }

    fn narrow_due(&mut self, due: DueWindow, copied: &str) {
        let over_at = match due {
            DueWindow::Overdue(now) => now,
            DueWindow::Before(last) => last.next(),
            DueWindow::UnitOverdue(now) | DueWindow::UnitAtRisk(now) => {
                // A last day is over with it, a last minute after it.
                let [day, minute] = [Moment::from(now.day).to_string(), now.to_string()];
                let (day, minute) = (self.text(day), self.text(minute.clone()));
                let is_over = format!(
                    "c.unit_due <> '' AND c.unit_due < CASE WHEN length(c.unit_due) = 10 THEN {day} ELSE {minute} END"
                );
                self.conditions.push(if matches!(due, DueWindow::UnitOverdue(_)) {
                    is_over
                } else {
                    format!("c.unit_warn <> '' AND c.unit_warn <= {minute} AND NOT ({is_over})")
                });
                return;
            }
        };
        let place = self.text(over_at.to_string());
        self.conditions.push(format!("{copied}.next_over <= {place}"));
    }

    fn equal(&mut self, column: &str, value: &str) {
        let place = self.text(value);
        self.conditions.push(format!("{column} = {place}"));
    }

    /// What is selected, once for each branch, each with what comes behind it.
    fn joined(&self, columns: &str, behind: &str) -> String {
        let every = self.conditions.join(" AND ");
        let one = |branch: &str| {
            let conditions = [branch, &every].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
            format!("SELECT {columns} FROM {} WHERE {} {behind}", self.from, conditions.join(" AND "))
        };
        match self.branches.as_slice() {
            [] => one(""),
            [branch] => one(branch),
            // Both engines want a limit of a part in a query of its own, and that under a name.
            branches => {
                let parts = branches.iter().map(|branch| format!("SELECT * FROM ({}) part", one(branch)));
                parts.collect::<Vec<_>>().join(" UNION ALL ")
            }
        }
    }

    /// How many there are, up to one more than are counted.
    pub fn count(&self) -> String {
        let most = COUNT_MAX + 1;
        let parts = self.joined("1 AS one", &format!("LIMIT {most}"));
        format!("SELECT count(*) FROM ({parts}) counted")
    }

    /// How many there are in each stage.
    pub fn by_stage(&self) -> String {
        let parts = self.joined("c.stage", &format!("LIMIT {STAGED_MAX}"));
        format!("SELECT stage, count(*) FROM ({parts}) counted GROUP BY stage")
    }

    /// Says that few cases meet the conditions: then these are found by an index and put in order, instead of all being
    /// read in order until the few are found. What is an expression leaves neither engine a choice.
    pub fn find_few(&mut self) {
        self.key = self.key.take().map(|key| format!("({key} || '')"));
        self.serial = format!("({} + 0)", self.serial);
    }

    /// One page, and one case more that tells whether another follows.
    pub fn page(&mut self, after: Option<&str>, most: u32) -> Result<String, StoreError> {
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
        let behind = format!("ORDER BY {order} LIMIT {}", self.whole(i64::from(most) + 1));
        let parts = self.joined(COLUMNS, &behind);
        if self.branches.len() < 2 {
            return Ok(parts);
        }
        // Branches are of cases alone, so the columns of the order have their names here too.
        Ok(format!("SELECT {COLUMNS} FROM ({parts}) c {behind}"))
    }
}

/// What the index of PostgreSQL is asked to learn whether many have the words of a query; none where it has no words.
/// Mechanisms are left out: most cases are of the few that a desk has, and the index would go through all of them.
pub(super) fn words_for_postgres(query: &CaseQuery) -> Option<String> {
    let words = full_text::query(&query.text);
    let mut scope = scope_of(query);
    if matches!(query.within, Within::Mechanisms(_)) {
        scope.remove(0);
    }
    (!words.phrases.is_empty()).then(|| postgres_query(&scope, &words))
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
