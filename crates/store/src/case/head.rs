//! The head of a case: what a list shows of it, and the row it stands in.

use super::json_text;
use crate::account::{moment, moment_text, moment_there};
use crate::database::{Transaction, within};
use crate::{Deed, StoreError};
use chrono::{DateTime, Utc};
use domain::clock::{Clock, ClockTerms, Moment, OfficeTime, Party, Reckoning};
use domain::mechanism::{Mechanism, course::ClockRun, course::Course};
use serde::{Deserialize, Serialize};

/// Where no due date runs; later than every moment.
pub(super) const NEVER: &str = "9999";

/// How a case came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// A form on a page.
    Web,
    /// Somebody came.
    Counter,
    /// Somebody called.
    Telephone,
    /// A message.
    Email,
    /// Another platform handed it over.
    Platform,
}

impl Channel {
    /// All of them, in the order of pages.
    pub const ALL: [Self; 5] = [Self::Web, Self::Counter, Self::Telephone, Self::Email, Self::Platform];

    /// Name as rows and JSON spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Counter => "counter",
            Self::Telephone => "telephone",
            Self::Email => "email",
            Self::Platform => "platform",
        }
    }

    /// The channel of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}

/// When something of a case is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DueDate {
    /// The last day, or the last minute.
    pub at: Moment,
    /// Whether a holiday notice to come can change it.
    pub is_provisional: bool,
}

/// What a list shows of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseHead {
    /// Identifier, made by chance.
    pub id: String,
    /// As people say it: `2026-000123-4`.
    pub number: String,
    /// The mechanism.
    pub mechanism: String,
    /// Its version.
    pub version: u16,
    /// The firm; empty where nobody can say.
    pub firm: String,
    /// The division; may be empty.
    pub place: String,
    /// How it came in.
    pub channel: Channel,
    /// Its id at the source; empty for our own.
    pub source: String,
    /// What it is about, in a few words; empty once erased.
    pub title: String,
    /// The person who filed it; empty once erased.
    pub filed_by: String,
    /// Where it stands.
    pub stage: String,
    /// Whether it has ended.
    pub is_ended: bool,
    /// The organisation it is assigned to; empty where there is none.
    pub assigned: String,
    /// Goes up with every change; whoever changes the case names the one he has seen.
    pub revision: i64,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// When it last changed.
    pub changed_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: Option<DateTime<Utc>>,
    /// The earliest end of a clock that runs for the firm.
    pub firm_due: Option<DueDate>,
    /// The earliest end of a clock that runs for who is in charge.
    pub unit_due: Option<DueDate>,
    /// The case that goes on in its place; empty where there is none.
    pub merged_into: String,
    /// When its texts were erased.
    pub erased_at: Option<DateTime<Utc>>,
    /// Whether it is there for its filer alone.
    pub is_sealed: bool,
}

/// The row of a case without what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(super) struct HeadRow {
    pub serial: i64,
    pub id: String,
    pub number: String,
    pub mechanism: String,
    pub version: i64,
    pub firm: String,
    pub place: String,
    pub channel: String,
    pub source: String,
    pub title: String,
    pub filed_by: String,
    pub began_at: String,
    pub stage: String,
    pub is_ended: i64,
    pub assigned: String,
    pub revision: i64,
    pub opened_at: String,
    pub changed_at: String,
    pub ended_at: String,
    pub firm_due: String,
    pub firm_due_provisional: i64,
    pub unit_due: String,
    pub unit_due_provisional: i64,
    pub next_over: String,
    pub merged_into: String,
    pub wake_at: String,
    pub keep_until: String,
    pub erased_at: String,
    pub salt: String,
    pub is_sealed: i64,
    pub unit_warn: String,
}

/// Its columns, as `c`.
pub(super) const COLUMNS: &str = "c.serial, c.id, c.number, c.mechanism, c.version, c.firm, c.place, c.channel, c.source, c.title,
     c.filed_by, c.began_at, c.stage, c.is_ended, c.assigned, c.revision, c.opened_at, c.changed_at, c.ended_at,
     c.firm_due, c.firm_due_provisional, c.unit_due, c.unit_due_provisional, c.next_over, c.merged_into,
     c.wake_at, c.keep_until, c.erased_at, c.salt, c.is_sealed, c.unit_warn";

/// A row with what is known of its case.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct CaseRow {
    #[sqlx(flatten)]
    pub head: HeadRow,
    pub state: String,
}

impl HeadRow {
    /// Takes over what a course says of where the case stands now.
    pub fn follow(
        &mut self,
        course: &Course<'_>,
        (mechanism, office): (&Mechanism, OfficeTime<'_>),
        deed: &Deed,
    ) {
        let state = course.state();
        self.stage.clone_from(&state.stage);
        self.assigned = state.assigned.clone().unwrap_or_default();
        self.changed_at = moment_text(deed.at);
        let has_ended = course.has_ended();
        if has_ended && self.is_ended == 0 {
            self.ended_at = moment_text(deed.at);
            self.keep_until = last_day_kept(mechanism, state.now, office);
        }
        self.is_ended = i64::from(has_ended);
        self.is_sealed = i64::from(state.is_sealed);
        let open = if has_ended { Vec::new() } else { course.open_clocks() };
        let earliest = |party: Party| {
            let dues = open.iter().filter(|(run, _)| run.party == party).filter_map(|(_, known)| known.due);
            dues.min_by_key(|due| due.at)
        };
        let (firm, unit) = (earliest(Party::Firm), earliest(Party::Lead));
        let text = |due: Option<domain::clock::Due>| due.map_or_else(String::new, |due| due.at.to_string());
        (self.firm_due, self.unit_due) = (text(firm), text(unit));
        self.firm_due_provisional = i64::from(firm.is_some_and(|due| due.provisional));
        self.unit_due_provisional = i64::from(unit.is_some_and(|due| due.provisional));
        self.unit_warn = earliest_warning(&open);
        let over = firm.into_iter().chain(unit).map(|due| due.at.next()).min();
        self.next_over = over.map_or_else(|| NEVER.to_owned(), |over| over.to_string());
        self.wake_at = course.next_time().map_or_else(String::new, |at| at.to_string());
    }

    /// Writes the row of a new case.
    pub async fn insert(&self, transaction: &mut Transaction, state: &str) -> Result<(), StoreError> {
        within!(transaction, connection => {
            sqlx::query(
                "INSERT INTO case_file (serial, id, number, mechanism, version, firm, place, channel, source, title,
                     filed_by, began_at, stage, is_ended, assigned, revision, opened_at, changed_at, ended_at,
                     firm_due, firm_due_provisional, unit_due, unit_due_provisional, next_over, merged_into,
                     wake_at, keep_until, erased_at, salt, state, is_sealed, unit_warn)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                     $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32)",
            )
            .bind(self.serial).bind(&self.id).bind(&self.number).bind(&self.mechanism).bind(self.version)
            .bind(&self.firm).bind(&self.place).bind(&self.channel).bind(&self.source).bind(&self.title)
            .bind(&self.filed_by).bind(&self.began_at).bind(&self.stage).bind(self.is_ended).bind(&self.assigned)
            .bind(self.revision).bind(&self.opened_at).bind(&self.changed_at).bind(&self.ended_at)
            .bind(&self.firm_due).bind(self.firm_due_provisional).bind(&self.unit_due)
            .bind(self.unit_due_provisional).bind(&self.next_over).bind(&self.merged_into).bind(&self.wake_at)
            .bind(&self.keep_until).bind(&self.erased_at).bind(&self.salt).bind(state).bind(self.is_sealed).bind(&self.unit_warn)
            .execute(connection)
            .await?;
        });
        Ok(())
    }

    /// Writes what can change of the row.
    pub async fn update(&self, transaction: &mut Transaction, state: &str) -> Result<(), StoreError> {
        within!(transaction, connection => {
            sqlx::query(
                "UPDATE case_file SET firm = $2, source = $3, title = $4, filed_by = $5, stage = $6, is_ended = $7,
                     assigned = $8, revision = $9, changed_at = $10, ended_at = $11, firm_due = $12,
                     firm_due_provisional = $13, unit_due = $14, unit_due_provisional = $15, next_over = $16,
                     merged_into = $17, wake_at = $18, keep_until = $19, erased_at = $20, salt = $21, state = $22,
                     is_sealed = $23, unit_warn = $24
                 WHERE serial = $1",
            )
            .bind(self.serial).bind(&self.firm).bind(&self.source).bind(&self.title).bind(&self.filed_by)
            .bind(&self.stage).bind(self.is_ended).bind(&self.assigned).bind(self.revision)
            .bind(&self.changed_at).bind(&self.ended_at).bind(&self.firm_due).bind(self.firm_due_provisional)
            .bind(&self.unit_due).bind(self.unit_due_provisional).bind(&self.next_over).bind(&self.merged_into)
            .bind(&self.wake_at).bind(&self.keep_until).bind(&self.erased_at).bind(&self.salt).bind(state)
            .bind(self.is_sealed).bind(&self.unit_warn)
            .execute(connection)
            .await?;
        });
        Ok(())
    }
}

/// The first moment at which a clock that runs for who is in charge has reached a warning point; empty where none has one.
fn earliest_warning(open: &[(&ClockRun, Reckoning)]) -> String {
    let of_unit = open.iter().filter(|(run, _)| run.party == Party::Lead);
    let first = of_unit.flat_map(|(_, known)| &known.warnings).map(|warning| warning.at).min();
    first.map_or_else(String::new, |at| at.to_string())
}

/// The last day on which a case that ends now is kept; empty where nobody can reckon it.
fn last_day_kept(mechanism: &Mechanism, ended: Moment, office: OfficeTime<'_>) -> String {
    let mut terms = ClockTerms::of(mechanism.retention, "");
    terms.rolls = false;
    let due = Clock { terms: &terms, start: ended.day.into(), events: &[] }.due(office);
    due.map_or_else(String::new, |due| due.at.day.to_string())
}

/// The row of a case, by its identifier or its number.
pub(super) async fn row_of(
    transaction: &mut Transaction,
    id_or_number: &str,
) -> Result<Option<CaseRow>, StoreError> {
    let number = id_or_number.parse::<domain::case_number::CaseNumber>().ok();
    let number = number.map_or_else(|| id_or_number.to_owned(), |number| number.to_string());
    Ok(within!(transaction, connection => {
        sqlx::query_as("SELECT * FROM case_file WHERE id = $1 OR number = $2")
            .bind(id_or_number)
            .bind(number)
            .fetch_optional(connection)
            .await?
    }))
}

fn due_date(text: &str, is_provisional: i64) -> Result<Option<DueDate>, StoreError> {
    if text.is_empty() {
        return Ok(None);
    }
    let at = text.parse().map_err(|_| StoreError::Damaged(format!("due date `{text}` of a case")))?;
    Ok(Some(DueDate { at, is_provisional: is_provisional != 0 }))
}

impl TryFrom<HeadRow> for CaseHead {
    type Error = StoreError;

    fn try_from(row: HeadRow) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::Damaged(format!("case {}: its {what} cannot be read", row.id));
        Ok(Self {
            version: u16::try_from(row.version).map_err(|_| damaged("version"))?,
            channel: Channel::named(&row.channel).ok_or_else(|| damaged("channel"))?,
            is_ended: row.is_ended != 0,
            is_sealed: row.is_sealed != 0,
            opened_at: moment_there(&row.opened_at)?,
            changed_at: moment_there(&row.changed_at)?,
            ended_at: moment(&row.ended_at)?,
            erased_at: moment(&row.erased_at)?,
            firm_due: due_date(&row.firm_due, row.firm_due_provisional)?,
            unit_due: due_date(&row.unit_due, row.unit_due_provisional)?,
            id: row.id,
            number: row.number,
            mechanism: row.mechanism,
            firm: row.firm,
            place: row.place,
            source: row.source,
            title: row.title,
            filed_by: row.filed_by,
            stage: row.stage,
            assigned: row.assigned,
            revision: row.revision,
            merged_into: row.merged_into,
        })
    }
}

impl CaseRow {
    /// What is known of the case, as a row holds it.
    pub fn text_of(course: &Course<'_>) -> Result<String, StoreError> {
        json_text(course.state())
    }
}
