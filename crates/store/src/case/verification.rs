//! Comparing cases with what the event log says of them: head, what is known, steps, attachments and organisations, by
//! the digests in their events. Whoever may write the file could change a row; he could not change its digest.
//!
//! Not compared are messages, read marks, drafts, views and the index of words: nothing is decided by them. Of links
//! only that both cases are there.

use super::attachment;
use super::digest::{of_attachment, of_head, of_organizations, of_state, of_step};
use super::head::CaseRow;
use super::step::StepRow;
use super::{Procedures, read, state_of};
use crate::database::{Transaction, within};
use crate::digest::sha256;
use crate::{Store, StoreError};
use domain::mechanism::course::{CaseStep, Course};
use serde::Serialize;
use serde_json::Value;

const FAULTS_MAX: usize = 100;
/// Cases that are read at once.
const PAGE: i64 = 200;

/// A case that is not as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseFault {
    /// Its number; of one that is gone its identifier.
    pub case: String,
    /// What is wrong.
    pub what: String,
}

#[derive(sqlx::FromRow)]
pub(super) struct Told {
    kind: String,
    payload: String,
}

/// Everything that is stored of a case.
pub(super) struct Stored {
    pub row: CaseRow,
    pub steps: Vec<StepRow>,
    attachments: Vec<attachment::Row>,
    organizations: Vec<(String, String)>,
}

impl Store {
    /// Compares every case with its events. At most 100 faults are told.
    pub async fn verify_cases(&self) -> Result<Vec<CaseFault>, StoreError> {
        match self.compare_cases().await {
            Err(error) if error.is_about_content() => {
                let what = format!("the cases cannot be read: {}", error.reason());
                Ok(vec![CaseFault { case: "(all)".to_owned(), what }])
            }
            outcome => outcome,
        }
    }

    async fn compare_cases(&self) -> Result<Vec<CaseFault>, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let mut faults = gone(&mut transaction).await?;
        let mut after = i64::MIN;
        loop {
            let rows = page(&mut transaction, after).await?;
            let Some(last) = rows.last() else { break };
            after = last.head.serial;
            for row in rows {
                let events = events_of(&mut transaction, &row.head.id).await?;
                let stored = stored(&mut transaction, row).await?;
                let mut fault =
                    |what: String| faults.push(CaseFault { case: stored.row.head.number.clone(), what });
                differences(&stored, &events).into_iter().for_each(&mut fault);
                for (position, hash) in attached(&mut transaction, &stored).await? {
                    fault(format!("the bytes of its attachment {position} are not those of the hash {hash}"));
                }
            }
            if faults.len() >= FAULTS_MAX {
                break;
            }
        }
        transaction.undo().await?;
        faults.truncate(FAULTS_MAX);
        Ok(faults)
    }

    /// Reckons every case anew from its steps and compares it with what is kept of it. Where a calendar came between, or
    /// the edition was changed without a new version, they differ; that is for people to look at, and no fault of the rows.
    pub async fn replay_cases(&self, procedures: &Procedures<'_>) -> Result<Vec<CaseFault>, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let (mut faults, mut after) = (Vec::new(), i64::MIN);
        loop {
            let rows = page(&mut transaction, after).await?;
            let Some(last) = rows.last() else { break };
            after = last.head.serial;
            for row in rows.into_iter().filter(|row| row.head.erased_at.is_empty()) {
                let steps = read::steps_of(&mut transaction, row.head.serial).await?;
                if let Some(what) = replayed_otherwise(procedures, &row, steps)? {
                    faults.push(CaseFault { case: row.head.number, what });
                }
            }
        }
        transaction.undo().await?;
        faults.truncate(FAULTS_MAX);
        Ok(faults)
    }
}

fn replayed_otherwise(
    procedures: &Procedures<'_>,
    row: &CaseRow,
    steps: Vec<StepRow>,
) -> Result<Option<String>, StoreError> {
    let version = u16::try_from(row.head.version).unwrap_or_default();
    let Ok(version) = procedures.version(&row.head.mechanism, version) else {
        return Ok(Some(format!("the edition has no version {version} of its mechanism")));
    };
    let kept = state_of(&row.state)?;
    let began =
        row.head.began_at.parse().map_err(|_| StoreError::Damaged(format!("case {}", row.head.number)))?;
    let steps: Vec<CaseStep> = steps
        .into_iter()
        .map(|step| super::StepRecord::try_from(step).map(|record| record.step))
        .collect::<Result<_, _>>()?;
    let begun = Course::begin_from(version, procedures.office, began, kept.origin.clone());
    let (mut course, refused) = begun.follow(&steps);
    course.advance(kept.now);
    let told = refused
        .first()
        .map(|(place, _)| format!("its step {} is refused when it is reckoned anew", place + 1));
    let differs = || "what is kept of it is not what its steps give".to_owned();
    Ok(told.or_else(|| (*course.state() != kept).then(differs)))
}

async fn page(transaction: &mut Transaction, after: i64) -> Result<Vec<CaseRow>, StoreError> {
    Ok(within!(transaction, connection => {
        sqlx::query_as("SELECT * FROM case_file WHERE serial > $1 ORDER BY serial LIMIT $2")
            .bind(after)
            .bind(PAGE)
            .fetch_all(connection)
            .await?
    }))
}

pub(super) async fn events_of(transaction: &mut Transaction, id: &str) -> Result<Vec<Told>, StoreError> {
    Ok(within!(transaction, connection => {
        sqlx::query_as("SELECT kind, payload FROM event WHERE stream = $1 ORDER BY version")
            .bind(super::change::stream_of(id))
            .fetch_all(connection)
            .await?
    }))
}

pub(super) async fn stored(transaction: &mut Transaction, row: CaseRow) -> Result<Stored, StoreError> {
    let serial = row.head.serial;
    Ok(Stored {
        row,
        steps: read::steps_of(transaction, serial).await?,
        attachments: attachment::heads_of(transaction, serial).await?,
        organizations: read::organizations_of(transaction, serial).await?,
    })
}

/// Cases of which events tell and that are gone.
async fn gone(transaction: &mut Transaction) -> Result<Vec<CaseFault>, StoreError> {
    let ids: Vec<String> = within!(transaction, connection => {
        sqlx::query_scalar(
            "SELECT substr(e.stream, 6) FROM event e
             WHERE e.version = 1 AND e.stream >= 'case:' AND e.stream < 'case;'
               AND NOT EXISTS (SELECT 1 FROM case_file c WHERE c.id = substr(e.stream, 6))
             ORDER BY e.sequence LIMIT 100",
        )
        .fetch_all(connection)
        .await?
    });
    let fault = |case| CaseFault { case, what: "it was opened and is gone".to_owned() };
    Ok(ids.into_iter().map(fault).collect())
}

/// Attachments whose bytes are not those of their hash.
async fn attached(transaction: &mut Transaction, stored: &Stored) -> Result<Vec<(i64, String)>, StoreError> {
    let mut changed = Vec::new();
    let is_kept = stored.row.head.erased_at.is_empty();
    for attachment in stored.attachments.iter().filter(|_| is_kept) {
        let bytes: Vec<u8> = within!(transaction, connection => {
            sqlx::query_scalar("SELECT bytes FROM case_attachment WHERE case_serial = $1 AND position = $2")
                .bind(stored.row.head.serial)
                .bind(attachment.position)
                .fetch_one(connection)
                .await?
        });
        if sha256(&bytes) != attachment.sha256 {
            changed.push((attachment.position, attachment.sha256.clone()));
        }
    }
    Ok(changed)
}

/// What of a case is not as its events say.
pub(super) fn differences(stored: &Stored, events: &[Told]) -> Vec<String> {
    let head = &stored.row.head;
    let payloads: Vec<Value> =
        events.iter().map(|event| serde_json::from_str(&event.payload).unwrap_or_default()).collect();
    if events.first().is_none_or(|event| event.kind != "case.opened") {
        return vec!["it stands here and was never opened".to_owned()];
    }
    let last = |key: &str| {
        let told = payloads.iter().rev().find_map(|payload| payload[key].as_str());
        told.unwrap_or_default().to_owned()
    };
    let mut faults = Vec::new();
    let mut hold = |is_so: bool, what: &str| {
        if !is_so {
            faults.push(what.to_owned());
        }
    };
    let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
    hold(
        head.revision == count,
        &format!("its revision is {}, recorded were {count} changes", head.revision),
    );
    hold(last("head_sha256") == of_head(head), "its head is not as it was recorded");
    hold(
        last("state_sha256") == of_state(&head.salt, &stored.row.state),
        "its state is not as it was recorded",
    );
    let is_sealed = state_of(&stored.row.state).is_ok_and(|state| state.is_sealed);
    hold(is_sealed == (head.is_sealed != 0), "it is sealed and was not, or the other way round");
    let organizations = of_organizations(&head.salt, &stored.organizations);
    hold(last("organizations_sha256") == organizations, "its organisations are not as they were recorded");
    let is_erased = events.last().is_some_and(|event| event.kind == "case.erased");
    hold(is_erased != head.erased_at.is_empty(), "it is erased and was not, or the other way round");
    if is_erased {
        let is_blank = stored.steps.iter().all(|step| step.data.is_empty() && step.person.is_empty());
        hold(is_blank, "it was erased and what was filled in stands here");
    }
    let told = |key: &'static str| payloads.iter().filter(move |payload| payload[key].is_string());
    let digests = |key: &'static str| told(key).filter_map(move |payload| payload[key].as_str());
    let steps = stored.steps.iter().map(|step| (step.position, of_step(&head.salt, step)));
    let attachments = stored.attachments.iter().map(|one| {
        let position = one.position.to_string();
        let fields = [position.as_str(), &one.field, &one.name, &one.media_type, &one.sha256, &one.added_by];
        (one.position, of_attachment(&head.salt, fields))
    });
    let rows = [
        ("step", digests("step_sha256").collect::<Vec<_>>(), steps.collect::<Vec<_>>()),
        ("attachment", digests("attachment_sha256").collect(), attachments.collect()),
    ];
    for (name, recorded, found) in rows {
        let length = recorded.len();
        hold(length == found.len(), &format!("it has {} {name}s, recorded were {length}", found.len()));
        for ((position, digest), recorded) in found.iter().zip(recorded).filter(|_| !is_erased) {
            hold(digest == recorded, &format!("its {name} {position} is not as it was recorded"));
        }
    }
    faults
}
