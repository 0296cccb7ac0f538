//! The course of a case: from one version of a mechanism and the steps on their days follow stage, clocks, rungs that
//! fired, messages that are due, and what each actor may do now.
//!
//! Pure: the same version, steps and calendar give the same answer. A step that is refused changes nothing. What time
//! brings on a day comes before what people do on it; so a reminder due today goes out even if the answer comes today.

mod effect;
mod facts;
mod state;
mod take;
#[cfg(test)]
mod tests;
mod time;

pub use state::{
    CaseOrigin, CaseState, CaseStep, ClockRun, NextStep, NoticeDue, OriginKind, RungFired, StepTaken,
};

use super::{Competence, MechanismVersion, Refusal};
use crate::clock::{Moment, OfficeTime, Reckoning};
use facts::Taker;

/// A case on the version on which it began.
#[derive(Clone, Debug)]
pub struct Course<'m> {
    version: &'m MechanismVersion,
    office: OfficeTime<'m>,
    state: CaseState,
}

impl<'m> Course<'m> {
    /// A case that begins.
    pub fn begin(version: &'m MechanismVersion, office: OfficeTime<'m>, at: Moment) -> Self {
        Self::begin_from(version, office, at, None)
    }

    /// A case that begins with what another hands over.
    pub fn begin_from(
        version: &'m MechanismVersion,
        office: OfficeTime<'m>,
        at: Moment,
        origin: Option<CaseOrigin>,
    ) -> Self {
        let mut state = CaseState::new(&version.definition, at);
        state.data = origin.as_ref().map(|origin| origin.data.clone()).unwrap_or_default();
        state.origin = origin;
        let mut course = Self { version, office, state };
        course.run_automatic();
        course
    }

    /// A case with all its steps, and for each step that was refused its place and every reason.
    pub fn replay(
        version: &'m MechanismVersion,
        office: OfficeTime<'m>,
        at: Moment,
        steps: &[CaseStep],
    ) -> (Self, Vec<(usize, Vec<Refusal>)>) {
        Self::begin(version, office, at).follow(steps)
    }

    /// The case after more steps, and for each that was refused its place and every reason.
    pub fn follow(mut self, steps: &[CaseStep]) -> (Self, Vec<(usize, Vec<Refusal>)>) {
        let mut refused = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            if let Err(refusals) = self.take(step) {
                refused.push((place, refusals));
            }
        }
        (self, refused)
    }

    /// A case goes on from what was known of it. What has happened stays, whatever the calendar says since.
    pub fn resume(version: &'m MechanismVersion, office: OfficeTime<'m>, state: CaseState) -> Self {
        Self { version, office, state }
    }

    /// Everything that is known of the case.
    pub fn state(&self) -> &CaseState {
        &self.state
    }

    /// The clocks that run, each with its reckoning.
    pub fn open_clocks(&self) -> Vec<(&ClockRun, Reckoning)> {
        let open = self.state.runs.iter().filter(|run| run.is_open());
        open.filter_map(|run| Some((run, self.reckon(run)?))).collect()
    }

    /// The earliest moment at which time alone changes something: a warning, a rung, a period that is over. None where
    /// it changes nothing any more, unless somebody does something.
    pub fn next_time(&self) -> Option<Moment> {
        let next = self.triggers().into_iter().map(|(at, ..)| at).min();
        next.filter(|_| !self.has_ended()).map(|at| at.max(self.state.now))
    }

    /// Whether the case has ended.
    pub fn has_ended(&self) -> bool {
        let stages = &self.version.definition.stages;
        stages.iter().any(|stage| stage.id == self.state.stage && stage.outcome.is_some())
    }

    /// What each actor may do now. A condition that the form of the step may still settle stands against nothing.
    pub fn next_steps(&self) -> Vec<NextStep> {
        let definition = &self.version.definition;
        let mut next = Vec::new();
        if self.has_ended() {
            return next;
        }
        for (at, step) in definition.steps.iter().enumerate() {
            if !step.from.contains(&self.state.stage) {
                continue;
            }
            for actor in definition.actors.iter().filter(|actor| step.by.contains(&actor.id)) {
                let organizations: Vec<Option<String>> = match actor.competence {
                    Competence::Automatic => continue,
                    Competence::Firm | Competence::Open => vec![None],
                    Competence::Fixed => vec![actor.organization.clone()],
                    Competence::Assigned => self.state.assigned.iter().cloned().map(Some).collect(),
                    Competence::CoHandler => self.state.co_handlers.iter().cloned().map(Some).collect(),
                };
                let can = |organization: &Option<String>| {
                    let taker = Taker::of(actor.competence, organization.as_deref());
                    self.forecast(at, taker) != Some(false)
                };
                let may =
                    |organization| NextStep { actor: actor.id.clone(), organization, step: step.id.clone() };
                next.extend(organizations.into_iter().filter(can).map(may));
            }
        }
        next
    }
}
