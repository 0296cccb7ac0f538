//! Steps of cases: taken by somebody who has seen the case as it is, or refused with everything that stands against it.

use super::change::{Change, keep};
use super::head::{CaseHead, CaseRow, row_of};
use super::{Procedures, state_of};
use crate::account::moment_there;
use crate::database::Transaction;
use crate::event_log::lock_log;
use crate::{Deed, Store, StoreError};
use chrono::{DateTime, Utc};
use domain::mechanism::{
    Refusal,
    course::{CaseState, CaseStep, Course, NoticeDue, RungFired, StepTaken},
};
use serde::{Deserialize, Serialize};

/// A step that somebody wants to take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedStep {
    /// Identifier or number of the case.
    pub case: String,
    /// The revision of the case that he has seen.
    pub revision: i64,
    /// The step.
    pub step: CaseStep,
    /// The person.
    pub person: String,
}

/// What came of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was taken; so the case stands now.
    Done(CaseHead),
    /// The case has changed since he saw it; so it stands.
    Stale(CaseHead),
    /// Everything that stands against it; nothing has changed.
    Refused(Vec<Refusal>),
    /// There is no such case.
    Absent,
}

/// What a step brought with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepEffects {
    /// Where the case stood then.
    pub stage: String,
    /// Steps that the mechanism took by itself before or after it.
    pub automatic: Vec<StepTaken>,
    /// Rungs that had fired meanwhile.
    pub rungs: Vec<RungFired>,
    /// Messages that went out.
    pub notices: Vec<NoticeDue>,
    /// Identifiers of cases that it opened.
    pub opened: Vec<String>,
}

/// A step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepRecord {
    /// Its place among the steps of the case, from 1.
    pub position: i64,
    /// The step; once the case is erased without what was filled in.
    pub step: CaseStep,
    /// The person; empty once erased.
    pub person: String,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// What it brought with it.
    pub effects: StepEffects,
}

/// The row of a step.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct StepRow {
    pub case_serial: i64,
    pub position: i64,
    pub at: String,
    pub step: String,
    pub actor: String,
    pub organization: String,
    pub person: String,
    pub recorded_at: String,
    pub revision: i64,
    pub data: String,
    pub effects: String,
}

impl StepEffects {
    /// What is known now and was not before; `step` is the one that somebody took.
    pub(super) fn between(before: Option<&CaseState>, after: &CaseState, step: Option<&CaseStep>) -> Self {
        let since = |count: fn(&CaseState) -> usize| before.map_or(0, count);
        let mut automatic = after.taken[since(|state| state.taken.len())..].to_vec();
        let own = step.and_then(|step| {
            automatic.iter().position(|taken| taken.step == step.step && taken.by == step.by)
        });
        own.map(|at| automatic.remove(at));
        Self {
            stage: after.stage.clone(),
            automatic,
            rungs: after.rungs[since(|state| state.rungs.len())..].to_vec(),
            notices: after.notices[since(|state| state.notices.len())..].to_vec(),
            opened: Vec::new(),
        }
    }
}

impl Store {
    /// Takes a step of a case, with everything that comes of it, or leaves everything as it is.
    pub async fn take_step(
        &self,
        procedures: &Procedures<'_>,
        wanted: WantedStep,
        deed: &Deed,
    ) -> Result<Taken, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let taken = take_within(&mut transaction, procedures, &wanted, deed).await?;
        transaction.commit_if(matches!(taken, Taken::Done(_))).await?;
        Ok(taken)
    }
}

/// The same inside a change; where the step is not taken nothing was written.
pub(super) async fn take_within(
    transaction: &mut Transaction,
    procedures: &Procedures<'_>,
    wanted: &WantedStep,
    deed: &Deed,
) -> Result<Taken, StoreError> {
    lock_log(transaction).await?;
    let Some(CaseRow { head, state }) = row_of(transaction, &wanted.case).await? else {
        return Ok(Taken::Absent);
    };
    if head.revision != wanted.revision || !head.erased_at.is_empty() {
        return Ok(Taken::Stale(head.try_into()?));
    }
    let version = u16::try_from(head.version).unwrap_or_default();
    let version = procedures.version(&head.mechanism, version)?;
    let before = state_of(&state)?;
    let mut course = Course::resume(version, procedures.office, before.clone());
    if let Err(refusals) = course.take(&wanted.step) {
        return Ok(Taken::Refused(refusals));
    }
    let change = Change {
        kind: "case.step-taken",
        version,
        head,
        before: Some(before),
        course,
        step: Some((wanted.step.clone(), wanted.person.clone())),
        opened_by: None,
    };
    let head = keep(transaction, procedures, change, deed).await?;
    Ok(Taken::Done(head.try_into()?))
}

impl TryFrom<StepRow> for StepRecord {
    type Error = StoreError;

    fn try_from(row: StepRow) -> Result<Self, StoreError> {
        let damaged = |what: &str| {
            StoreError::Damaged(format!("step {} of a case: its {what} cannot be read", row.position))
        };
        let data = if row.data.is_empty() {
            Ok(std::collections::BTreeMap::new())
        } else {
            serde_json::from_str(&row.data)
        };
        let step = CaseStep {
            at: row.at.parse().map_err(|_| damaged("moment"))?,
            step: row.step.clone(),
            by: row.actor.clone(),
            organization: Some(row.organization.clone()).filter(|name| !name.is_empty()),
            data: data.map_err(|_| damaged("data"))?,
        };
        let effects = serde_json::from_str(&row.effects).map_err(|_| damaged("effects"))?;
        Ok(Self {
            position: row.position,
            step,
            recorded_at: moment_there(&row.recorded_at)?,
            person: row.person,
            effects,
        })
    }
}
