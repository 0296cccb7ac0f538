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

pub use state::{CaseState, CaseStep, ClockRun, NextStep, NoticeDue, RungFired, StepTaken};

use super::{Competence, MechanismVersion, Refusal};
use crate::clock::{Moment, OfficeTime, Reckoning};

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
        let state = CaseState::new(&version.definition, at);
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
        let mut course = Self::begin(version, office, at);
        let mut refused = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            if let Err(refusals) = course.take(step) {
                refused.push((place, refusals));
            }
        }
        (course, refused)
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
            if !step.from.contains(&self.state.stage) || self.forecast(at) == Some(false) {
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
                let may =
                    |organization| NextStep { actor: actor.id.clone(), organization, step: step.id.clone() };
                next.extend(organizations.into_iter().map(may));
            }
        }
        next
    }
}
