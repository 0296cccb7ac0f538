//! When an actor sees a case, and what of all that was done in it is shown to a reader.

use super::Sight;
use crate::access::Capacity;
use crate::mechanism::{
    Act, Actor, Anonymity, Competence, Mechanism, Step,
    course::{CaseState, StepTaken},
};
use serde::{Deserialize, Serialize};

/// How much of a case somebody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// All that is shown to him.
    Whole,
    /// What was published, and what he did himself.
    Published,
}

/// When an actor sees a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeesWhen {
    /// At all times; what it sees published alone, as soon as something is.
    Always,
    /// While a step of it can be taken, and after it took one.
    WhenActing,
    /// After it took a step.
    AfterActing,
}

impl Actor {
    /// How much of a case it sees: a firm that nothing binds to the case what is published, all others the whole.
    pub fn extent(&self, capacity: &Capacity) -> Extent {
        let is_any_firm = self.competence == Competence::Open && matches!(capacity, Capacity::Firm { .. });
        self.sees.unwrap_or(if is_any_firm { Extent::Published } else { Extent::Whole })
    }

    /// When it sees a case. An actor whom nothing binds but its role sees it while it can act; where nobody else may know
    /// of a case, only after it acted.
    pub fn sees_when(&self, anonymity: Anonymity) -> SeesWhen {
        let of_competence = match (self.competence, anonymity.is_secret()) {
            (Competence::Open, true) => SeesWhen::AfterActing,
            (Competence::Open, false) => SeesWhen::WhenActing,
            _ => SeesWhen::Always,
        };
        self.sees_when.unwrap_or(of_competence)
    }
}

impl Mechanism {
    /// Whether an actor can ever see a case of which it has a step.
    pub(in crate::mechanism) fn can_see(&self, actor: &Actor) -> bool {
        match (self.anonymity, actor.competence) {
            (_, Competence::Automatic) => true,
            (Anonymity::Confidential, competence) => {
                matches!(competence, Competence::Firm | Competence::Fixed)
            }
            // Whoever sees it only after a step must be able to begin it.
            _ if actor.sees_when(self.anonymity) == SeesWhen::AfterActing => {
                self.steps.iter().any(|step| step.by.contains(&actor.id) && step.from.contains(&self.begins))
            }
            _ => true,
        }
    }

    /// Whether an actor, as which somebody of this organisation can act, sees a case as it stands.
    pub(super) fn lets_see(&self, state: &CaseState, actor: &Actor, organization: Option<&str>) -> bool {
        let has_acted = || {
            let mut taken = state.taken.iter().filter(|taken| taken.by == actor.id);
            organization.is_some() && taken.any(|taken| taken.organization.as_deref() == organization)
        };
        match actor.sees_when(self.anonymity) {
            SeesWhen::Always => actor.sees != Some(Extent::Published) || !state.published.is_empty(),
            SeesWhen::WhenActing => self.acts_in(actor, &state.stage) || has_acted(),
            SeesWhen::AfterActing => has_acted(),
        }
    }

    /// Whether a step of an actor begins in a stage.
    pub fn acts_in(&self, actor: &Actor, stage: &str) -> bool {
        let mut steps = self.steps.iter().filter(|step| step.by.contains(&actor.id));
        steps.any(|step| step.from.iter().any(|from| from == stage))
    }

    /// Whether what a case is called, the first that was written, is shown to whoever reads it as these actors.
    pub fn shows_title(&self, extent: Extent, reads_as: &[String]) -> bool {
        let mut first =
            self.steps.iter().filter(|step| step.from.contains(&self.begins) && step.form.is_some());
        first.all(|step| is_shown(step, extent, reads_as))
    }

    /// The stage in which a case seems to stand to whoever reads it as these actors.
    pub fn stage_shown<'m>(&'m self, stage: &'m str, extent: Extent, reads_as: &[String]) -> &'m str {
        let cover =
            self.stages.iter().find(|known| known.id == stage).and_then(|known| known.covered_by.as_ref());
        let mut leading = self.steps.iter().filter(|step| step.to.as_deref() == Some(stage));
        match cover {
            Some(cover) if !leading.any(|step| is_shown(step, extent, reads_as)) => cover,
            _ => stage,
        }
    }

    fn step(&self, id: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.id == id)
    }
}

/// Whether a step is shown to whoever reads a case as these actors.
fn is_shown(step: &Step, extent: Extent, reads_as: &[String]) -> bool {
    if step.shown_to.is_empty() {
        return extent == Extent::Whole || step.acts.contains(&Act::Publish);
    }
    step.shown_to.iter().any(|actor| reads_as.contains(actor))
}

impl Sight {
    /// Whether it is shown that and with what a step was taken.
    pub fn shows(&self, mechanism: &Mechanism, step: &str) -> bool {
        mechanism.step(step).is_none_or(|step| is_shown(step, self.extent, &self.reads_as))
    }

    /// Whether the files are shown that came with a step, by its place among those that were taken. Files of a firm that
    /// is hidden from the reader wait until they are released.
    pub fn shows_files(&self, mechanism: &Mechanism, state: &CaseState, place: usize) -> bool {
        let Some(taken) = state.taken.get(place) else { return false };
        let is_firm = |actor: &&Actor| actor.id == taken.by && actor.competence == Competence::Firm;
        let is_released = || {
            let mut later =
                state.taken.iter().skip(place + 1).filter_map(|taken| mechanism.step(&taken.step));
            later.any(|step| step.acts.contains(&Act::Release))
        };
        let waits = !self.shows_filer && mechanism.actors.iter().any(|actor| is_firm(&actor));
        self.shows(mechanism, &taken.step) && (!waits || is_released())
    }

    /// Whether the value of a field is shown: whether it comes from a step that is.
    pub fn shows_field(&self, mechanism: &Mechanism, state: &CaseState, field: &str) -> bool {
        // Whether a step has the field in its form, and whether it must be filled in there.
        let in_form = |taken: &StepTaken| {
            let step = mechanism.step(&taken.step)?;
            let form = mechanism.forms.iter().find(|form| Some(&form.id) == step.form.as_ref())?;
            form.fields.iter().find(|known| known.name == field).map(|known| known.required)
        };
        for taken in state.taken.iter().rev() {
            match (in_form(taken), self.shows(mechanism, &taken.step)) {
                (Some(_), false) => return false,
                (Some(true), true) => return true,
                _ => {}
            }
        }
        true
    }

    /// Whether it is shown that a message went out: not where nothing but steps that are not shown sends it.
    pub fn shows_notice(&self, mechanism: &Mechanism, notice: &str) -> bool {
        let is_sent = |step: &&Step| {
            step.acts.iter().any(|act| matches!(act, Act::Send { notice: sent } if sent == notice))
        };
        let mut senders = mechanism.steps.iter().filter(is_sent).peekable();
        let is_of_rung = mechanism.ladder.iter().any(|rung| rung.notice == notice);
        let of_steps =
            senders.peek().is_none() || senders.any(|step| is_shown(step, self.extent, &self.reads_as));
        self.extent == Extent::Whole && (is_of_rung || of_steps)
    }
}

/// Whether a step is shown to all who see the case: whether it may be found by its words.
pub fn is_shown_to_all(mechanism: &Mechanism, state: &CaseState, field: &str) -> bool {
    let nobody = Sight { shows_filer: false, extent: Extent::Whole, reads_as: Vec::new() };
    nobody.shows_field(mechanism, state, field)
}
