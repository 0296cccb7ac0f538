//! The courses of cases as figures look at them: from what is kept of each case, and from its events.
//!
//! Events do not repeat what was filled in and when; they carry digests of the rows that do. So a course from events is
//! reckoned anew from the steps, each compared with the digest in its event. What is kept of a case has no part in it.

use super::head::{CaseHead, CaseRow, Channel, row_of};
use super::step::{StepRecord, StepRow};
use super::verification::{CaseFault, differences, events_of, stored};
use super::{Procedures, state_of};
use crate::account::moment_text;
use crate::database::{Transaction, query, within};
use crate::{Store, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::clock::Moment;
use domain::mechanism::course::{CaseState, CaseStep, Course};
use domain::voice::figures::VoiceCourse;

/// Cases that are read at once.
const PAGE: i64 = 200;
/// Faults that are told.
const FAULTS_MAX: usize = 100;

/// Which cases are gone through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CasesSince {
    /// Those that were opened since then.
    Opened(DateTime<Utc>),
    /// Those that have changed since then.
    Changed(DateTime<Utc>),
}

/// The course of a case, and what of it divides figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseCourse {
    /// Its number.
    pub number: String,
    /// Its mechanism.
    pub mechanism: String,
    /// How it came in.
    pub channel: Channel,
    /// The division; may be empty.
    pub place: String,
    /// The organisation in charge; empty where there is none.
    pub assigned: String,
    /// What figures count.
    pub course: VoiceCourse,
}

/// The courses of the same cases twice, and where rows are not as events say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CourseAudit {
    /// From what is kept of each case, in the order in which they were opened.
    pub of_rows: Vec<CaseCourse>,
    /// From the events, in the same order.
    pub of_events: Vec<CaseCourse>,
    /// Cases whose rows are not as they were recorded; at most 100.
    pub faults: Vec<CaseFault>,
}

impl CaseCourse {
    fn new(
        procedures: &Procedures<'_>,
        head: &CaseHead,
        began: NaiveDate,
        state: &CaseState,
    ) -> Option<Self> {
        let version = procedures.version(&head.mechanism, head.version).ok()?;
        Some(Self {
            number: head.number.clone(),
            mechanism: head.mechanism.clone(),
            channel: head.channel,
            place: head.place.clone(),
            assigned: state.assigned.clone().unwrap_or_default(),
            course: VoiceCourse::of(&version.definition, state, began, procedures.office),
        })
    }
}

fn began(row: &CaseRow) -> Result<Moment, StoreError> {
    let head = &row.head;
    head.began_at.parse().map_err(|_| StoreError::Damaged(format!("the beginning of case {}", head.number)))
}

impl Store {
    /// Goes through cases in the order in which they were opened, whosever they are: for what is reckoned of all of them.
    pub async fn go_through_cases(
        &self,
        since: CasesSince,
        each: &mut (dyn FnMut(CaseHead, CaseState) + Send),
    ) -> Result<(), StoreError> {
        let (opened, changed) = match since {
            CasesSince::Opened(at) => (moment_text(at), String::new()),
            CasesSince::Changed(at) => (String::new(), moment_text(at)),
        };
        let mut after = i64::MIN;
        loop {
            let rows: Vec<CaseRow> = query!(self.database, connection => {
                sqlx::query_as(
                    "SELECT * FROM case_file
                     WHERE serial > $1 AND opened_at >= $2 AND changed_at >= $3 AND is_sealed = 0
                     ORDER BY serial LIMIT $4",
                )
                .bind(after)
                .bind(&opened)
                .bind(&changed)
                .bind(PAGE)
                .fetch_all(connection)
                .await?
            });
            let Some(last) = rows.last() else { return Ok(()) };
            after = last.head.serial;
            for row in rows {
                let state = state_of(&row.state)?;
                each(row.head.try_into()?, state);
            }
        }
    }

    /// The courses of the cases that were opened since, as they are kept; `each` is shown every case on the way.
    pub async fn case_courses(
        &self,
        procedures: &Procedures<'_>,
        since: DateTime<Utc>,
        each: &mut (dyn FnMut(&CaseHead, &CaseState) + Send),
    ) -> Result<Vec<CaseCourse>, StoreError> {
        let mut transaction = self.begin_case_read().await?;
        let courses = of_rows(&mut transaction, procedures, since, each).await;
        transaction.undo().await?;
        courses
    }

    /// The same, and beside them the courses as the event log tells them, for one moment.
    pub async fn audit_courses(
        &self,
        procedures: &Procedures<'_>,
        since: DateTime<Utc>,
    ) -> Result<CourseAudit, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let of_rows = of_rows(&mut transaction, procedures, since, &mut |_, _| {}).await?;
        let mut audit = CourseAudit { of_rows, ..CourseAudit::default() };
        let mut after = 0;
        loop {
            let opened = opened(&mut transaction, after, since).await?;
            let Some((sequence, _)) = opened.last() else { break };
            after = *sequence;
            for (_, stream) in opened {
                of_events(&mut transaction, procedures, &stream, &mut audit).await?;
            }
        }
        transaction.undo().await?;
        audit.faults.truncate(FAULTS_MAX);
        Ok(audit)
    }
}

async fn of_rows(
    transaction: &mut Transaction,
    procedures: &Procedures<'_>,
    since: DateTime<Utc>,
    each: &mut (dyn FnMut(&CaseHead, &CaseState) + Send),
) -> Result<Vec<CaseCourse>, StoreError> {
    let (since, mut after, mut courses) = (moment_text(since), i64::MIN, Vec::new());
    loop {
        let rows: Vec<CaseRow> = within!(transaction, connection => {
            sqlx::query_as(
                "SELECT * FROM case_file WHERE serial > $1 AND opened_at >= $2 AND is_sealed = 0 ORDER BY serial LIMIT $3",
            )
            .bind(after)
            .bind(&since)
            .bind(PAGE)
            .fetch_all(connection)
            .await?
        });
        let Some(last) = rows.last() else { return Ok(courses) };
        after = last.head.serial;
        for row in rows {
            let (began, state, head) = (began(&row)?, state_of(&row.state)?, row.head.try_into()?);
            each(&head, &state);
            courses.extend(CaseCourse::new(procedures, &head, began.day, &state));
        }
    }
}

/// Events by which cases were opened: sequence and stream.
async fn opened(
    transaction: &mut Transaction,
    after: i64,
    since: DateTime<Utc>,
) -> Result<Vec<(i64, String)>, StoreError> {
    Ok(within!(transaction, connection => {
        sqlx::query_as(
            "SELECT sequence, stream FROM event
             WHERE sequence > $1 AND kind = 'case.opened' AND recorded_at >= $2 ORDER BY sequence LIMIT $3",
        )
        .bind(after)
        .bind(moment_text(since))
        .bind(PAGE)
        .fetch_all(connection)
        .await?
    }))
}

/// Adds the course of one case as its events tell it, and every difference between them and its rows.
async fn of_events(
    transaction: &mut Transaction,
    procedures: &Procedures<'_>,
    stream: &str,
    audit: &mut CourseAudit,
) -> Result<(), StoreError> {
    let id = stream.strip_prefix("case:").unwrap_or(stream);
    let fault = |case: &str, what: &str| CaseFault { case: case.to_owned(), what: what.to_owned() };
    let Some(row) = row_of(transaction, id).await? else {
        audit.faults.push(fault(id, "it was opened and is gone"));
        return Ok(());
    };
    // Whoever sealed a case took it out of every figure; that it is sealed is vouched for with its head.
    if row.head.is_sealed != 0 {
        return Ok(());
    }
    let events = events_of(transaction, id).await?;
    let stored = stored(transaction, row).await?;
    let number = stored.row.head.number.clone();
    audit.faults.extend(differences(&stored, &events).iter().map(|what| fault(&number, what)));
    let Ok(began) = began(&stored.row) else {
        audit.faults.push(fault(&number, "nobody can read when it began"));
        return Ok(());
    };
    match reckoned(procedures, &stored.row, began, stored.steps) {
        Ok(Some((head, state))) => {
            audit.of_events.extend(CaseCourse::new(procedures, &head, began.day, &state));
        }
        Ok(None) => audit.faults.push(fault(&number, "a step of it is refused when it is reckoned anew")),
        Err(_) => audit.faults.push(fault(&number, "its rows cannot be read")),
    }
    Ok(())
}

/// A case from its steps alone; none where one of them is refused. Of an erased case nobody knows any more what was
/// filled in, and what is kept counts, which its last event vouches for.
fn reckoned(
    procedures: &Procedures<'_>,
    row: &CaseRow,
    began: Moment,
    steps: Vec<StepRow>,
) -> Result<Option<(CaseHead, CaseState)>, StoreError> {
    let head: CaseHead = row.head.clone().try_into()?;
    if head.erased_at.is_some() {
        return Ok(Some((head, state_of(&row.state)?)));
    }
    let version = procedures.version(&head.mechanism, head.version)?;
    let steps: Vec<CaseStep> = steps
        .into_iter()
        .map(|step| StepRecord::try_from(step).map(|record| record.step))
        .collect::<Result<_, _>>()?;
    // What another case handed over stands in no step; the last event vouches for it with all that is kept.
    let origin = state_of(&row.state)?.origin;
    let (course, refused) = Course::begin_from(version, procedures.office, began, origin).follow(&steps);
    Ok(refused.is_empty().then(|| (head, course.state().clone())))
}
