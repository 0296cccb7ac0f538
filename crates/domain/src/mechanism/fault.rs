//! What is wrong with the definition of a mechanism, found without running it.

use super::{Act, Competence, FIRST_FILING, FieldMark, FormFieldKind, Mechanism, Step, flow::Flow};
use crate::clock::{GroundKind, TermsFaultKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A fault, and the field it is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MechanismFault {
    /// The field, such as `step.2.to`.
    pub field: String,
    /// What is wrong.
    pub what: MechanismFaultKind,
    /// The name it is about.
    pub name: String,
}

/// What can be wrong with a mechanism.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MechanismFaultKind {
    /// Nothing is cited.
    NoCitation,
    /// A rung fires after a time of which nobody says where it is from.
    NoSource,
    /// A case is opened of a mechanism that does not exist.
    UnknownMechanism,
    /// Two things of one kind have one name.
    SameName,
    /// The name stands for nothing here.
    UnknownName,
    /// No step leads to the stage.
    UnreachableStage,
    /// From the stage no end can be reached.
    DeadEnd,
    /// No stage ends the case.
    NoEnd,
    /// A step leads out of a stage that ends the case.
    StepAfterEnd,
    /// A step assigns the case, and its form does not ask for an organisation.
    NoOrganizationInForm,
    /// Nobody may take the step.
    StepByNobody,
    /// Nobody holds a role that the actor needs.
    ActorWithoutRole,
    /// The actor does nothing.
    IdleActor,
    /// An actor of a fixed organisation names none.
    ActorWithoutOrganization,
    /// No step starts the clock.
    ClockNeverStarts,
    /// The case can end while the clock runs.
    ClockNeverStops,
    /// The clock can be paused on the ground, and nothing resumes it.
    PauseNeverEnds,
    /// The terms of the clock do not fit together.
    Terms(TermsFaultKind),
    /// A rung fires at no time, or at two.
    RungWithoutTime,
    /// The actor has a step in a case that he never sees.
    UnseeingActor,
    /// A step seals the case and does not end it.
    SealedAndOpen,
    /// A field has a mark that its type does not bear.
    MarkOfOtherType,
    /// Fields of two names have a mark that is for one.
    MarkTwice,
}

/// Faults while they are gathered.
struct Faults(Vec<MechanismFault>);

impl Faults {
    fn add(&mut self, field: impl Into<String>, what: MechanismFaultKind, name: &str) {
        self.0.push(MechanismFault { field: field.into(), what, name: name.to_owned() });
    }

    /// Names of one kind, each once.
    fn names<'m>(&mut self, list: &str, names: impl Iterator<Item = &'m str>) -> BTreeSet<&'m str> {
        let mut seen = BTreeSet::new();
        for (at, name) in names.enumerate() {
            if !seen.insert(name) {
                self.add(format!("{list}.{at}.id"), MechanismFaultKind::SameName, name);
            }
        }
        seen
    }

    fn known(&mut self, field: impl Into<String>, name: &str, names: &BTreeSet<&str>) {
        if !names.contains(name) {
            self.add(field, MechanismFaultKind::UnknownName, name);
        }
    }
}

impl Mechanism {
    /// Everything that is wrong with the definition.
    pub fn faults(&self) -> Vec<MechanismFault> {
        let mut faults = Faults(Vec::new());
        self.check_names(&mut faults);
        self.check_actors(&mut faults);
        self.check_clocks(&mut faults);
        self.check_flow(&mut faults);
        self.check_sight(&mut faults);
        self.check_marks(&mut faults);
        faults.0.sort();
        faults.0.dedup();
        faults.0
    }

    fn check_names(&self, faults: &mut Faults) {
        if self.cite.is_empty() {
            faults.add("cite", MechanismFaultKind::NoCitation, &self.id);
        }
        let stages = faults.names("stage", self.stages.iter().map(|stage| stage.id.as_str()));
        let actors = faults.names("actor", self.actors.iter().map(|actor| actor.id.as_str()));
        let forms = faults.names("form", self.forms.iter().map(|form| form.id.as_str()));
        let clocks = faults.names("clock", self.clocks.iter().map(|clock| clock.id.as_str()));
        let notices = faults.names("notice", self.notices.iter().map(|notice| notice.id.as_str()));
        faults.names("step", self.steps.iter().map(|step| step.id.as_str()));
        faults.names("rung", self.ladder.iter().map(|rung| rung.id.as_str()));
        faults.known("begins", &self.begins, &stages);
        for (at, step) in self.steps.iter().enumerate() {
            let field = |name: &str| format!("step.{at}.{name}");
            step.from.iter().for_each(|from| faults.known(field("from"), from, &stages));
            step.to.iter().for_each(|to| faults.known(field("to"), to, &stages));
            step.by.iter().for_each(|by| faults.known(field("by"), by, &actors));
            step.form.iter().for_each(|form| faults.known(field("form"), form, &forms));
            step.shown_to.iter().for_each(|actor| faults.known(field("shown_to"), actor, &actors));
            for act in &step.acts {
                act.clock().into_iter().for_each(|clock| faults.known(field("do"), clock, &clocks));
                if let Act::Send { notice } = act {
                    faults.known(field("do"), notice, &notices);
                }
                self.check_form_of_act(step, act, field("do"), faults);
            }
        }
        for (at, stage) in self.stages.iter().enumerate() {
            let cover = stage.covered_by.iter();
            cover.for_each(|cover| faults.known(format!("stage.{at}.covered_by"), cover, &stages));
        }
        for (at, rung) in self.ladder.iter().enumerate() {
            faults.known(format!("rung.{at}.clock"), &rung.clock, &clocks);
            faults.known(format!("rung.{at}.notice"), &rung.notice, &notices);
            rung.to.iter().for_each(|to| faults.known(format!("rung.{at}.to"), to, &stages));
            let clock = self.clocks.iter().find(|clock| clock.id == rung.clock);
            if let (Some(warning), Some(clock)) = (rung.warning, clock)
                && !clock.terms.warnings.contains(&warning)
            {
                let what = MechanismFaultKind::UnknownName;
                faults.add(format!("rung.{at}.warning"), what, &warning.to_string());
            }
            if rung.overdue.is_some() && rung.cite.is_none() && rung.derived.is_none() {
                faults.add(format!("rung.{at}.overdue"), MechanismFaultKind::NoSource, &rung.id);
            }
            let times = [rung.warning.is_some(), rung.overdue.is_some(), rung.due];
            if times.iter().filter(|is_given| **is_given).count() != 1 {
                faults.add(format!("rung.{at}.overdue"), MechanismFaultKind::RungWithoutTime, &rung.id);
            }
        }
        for (at, notice) in self.notices.iter().enumerate() {
            notice.to.iter().for_each(|to| faults.known(format!("notice.{at}.to"), to, &actors));
        }
    }

    /// What an act takes from the form of its step must stand there.
    fn check_form_of_act(&self, step: &Step, act: &Act, field: String, faults: &mut Faults) {
        let form = self.forms.iter().find(|form| Some(&form.id) == step.form.as_ref());
        let holds = |wanted: FormFieldKind| {
            form.is_some_and(|form| form.fields.iter().any(|one| one.kind == wanted && one.required))
        };
        if matches!(act, Act::Assign | Act::AddCoHandler) && !holds(FormFieldKind::Organization) {
            faults.add(field.clone(), MechanismFaultKind::NoOrganizationInForm, &step.id);
        }
        let mut fields = self.forms.iter().flat_map(|form| &form.fields);
        match act {
            Act::StartClock { from: Some(from), .. }
                if from != FIRST_FILING
                    && !fields.any(|one| one.name == *from && one.kind == FormFieldKind::Date) =>
            {
                faults.add(field, MechanismFaultKind::UnknownName, from);
            }
            Act::OpenCase { take, .. } => {
                for (own, _) in take.pairs() {
                    if !fields.clone().any(|one| one.name == own) {
                        faults.add(field.clone(), MechanismFaultKind::UnknownName, own);
                    }
                }
            }
            Act::Seal => {
                let ends =
                    |to: &String| self.stages.iter().any(|stage| stage.id == *to && stage.outcome.is_some());
                // What runs on would have to be done by somebody who does not know of it.
                if !step.to.as_ref().is_some_and(ends) {
                    faults.add(field, MechanismFaultKind::SealedAndOpen, &step.id);
                }
            }
            _ => {}
        }
    }

    fn check_marks(&self, faults: &mut Faults) {
        for (form_at, form) in self.forms.iter().enumerate() {
            for (at, field) in form.fields.iter().enumerate() {
                if field.marks.is_some_and(|mark| mark.kind() != field.kind) {
                    let spot = format!("form.{form_at}.field.{at}.marks");
                    faults.add(spot, MechanismFaultKind::MarkOfOtherType, &field.name);
                }
            }
        }
        for mark in FieldMark::ALL.into_iter().filter(|mark| !mark.is_for_many()) {
            let names: BTreeSet<&str> =
                self.marked(mark).into_iter().map(|field| field.name.as_str()).collect();
            for name in names.into_iter().skip(1) {
                faults.add("form", MechanismFaultKind::MarkTwice, name);
            }
        }
    }

    fn check_actors(&self, faults: &mut Faults) {
        for (at, actor) in self.actors.iter().enumerate() {
            let is_automatic = actor.competence == Competence::Automatic;
            if actor.roles.is_empty() && !is_automatic {
                faults.add(format!("actor.{at}.roles"), MechanismFaultKind::ActorWithoutRole, &actor.id);
            }
            if actor.competence == Competence::Fixed && actor.organization.is_none() {
                let what = MechanismFaultKind::ActorWithoutOrganization;
                faults.add(format!("actor.{at}.organization"), what, &actor.id);
            }
            let acts = self.steps.iter().any(|step| step.by.contains(&actor.id));
            let hears = self.notices.iter().any(|notice| notice.to.contains(&actor.id));
            if !acts && !hears {
                faults.add(format!("actor.{at}.id"), MechanismFaultKind::IdleActor, &actor.id);
            }
        }
        for (at, step) in self.steps.iter().enumerate().filter(|(_, step)| step.by.is_empty()) {
            faults.add(format!("step.{at}.by"), MechanismFaultKind::StepByNobody, &step.id);
        }
    }

    /// Whoever has a step must once see the case in which to take it.
    fn check_sight(&self, faults: &mut Faults) {
        for (at, actor) in self.actors.iter().enumerate() {
            let has_step = self
                .steps
                .iter()
                .any(|step| step.by.contains(&actor.id) && step.from.iter().any(|from| *from != self.begins));
            if has_step && !self.can_see(actor) {
                faults.add(format!("actor.{at}.sees_when"), MechanismFaultKind::UnseeingActor, &actor.id);
            }
        }
    }

    fn check_clocks(&self, faults: &mut Faults) {
        for (at, clock) in self.clocks.iter().enumerate() {
            for fault in clock.terms.faults() {
                let field = format!("clock.{at}.terms.{}", fault.field);
                faults.add(field, MechanismFaultKind::Terms(fault.what), &clock.id);
            }
            let acts =
                || self.steps.iter().flat_map(|step| &step.acts).filter(|act| act.clock() == Some(&clock.id));
            if !acts().any(|act| matches!(act, Act::StartClock { .. })) {
                faults.add(format!("clock.{at}.id"), MechanismFaultKind::ClockNeverStarts, &clock.id);
            }
            let resumed: BTreeSet<&str> = acts()
                .filter_map(|act| {
                    if let Act::ResumeClock { ground, .. } = act { Some(ground.as_str()) } else { None }
                })
                .collect();
            for act in acts() {
                let (ground, kind) = match act {
                    Act::PauseClock { ground, .. } | Act::ResumeClock { ground, .. } => {
                        (ground, GroundKind::Pause)
                    }
                    Act::ExtendClock { ground, .. } => (ground, GroundKind::Extension),
                    Act::RestartClock { ground, .. } => (ground, GroundKind::Restart),
                    _ => continue,
                };
                let known = clock.terms.ground(ground, kind);
                if known.is_none() {
                    faults.add(format!("clock.{at}.terms.ground"), MechanismFaultKind::UnknownName, ground);
                }
                let is_capped =
                    known.is_some_and(|ground| ground.length_max.is_some() || ground.total_max.is_some());
                if matches!(act, Act::PauseClock { .. }) && !is_capped && !resumed.contains(ground.as_str()) {
                    faults.add(
                        format!("clock.{at}.terms.ground"),
                        MechanismFaultKind::PauseNeverEnds,
                        ground,
                    );
                }
            }
        }
    }

    fn check_flow(&self, faults: &mut Faults) {
        let flow = Flow::of(self);
        if !self.stages.iter().any(|stage| stage.outcome.is_some()) {
            faults.add("stage", MechanismFaultKind::NoEnd, &self.id);
        }
        for (at, stage) in self.stages.iter().enumerate() {
            let is_end = stage.outcome.is_some();
            if !flow.reached.contains(stage.id.as_str()) {
                faults.add(format!("stage.{at}.id"), MechanismFaultKind::UnreachableStage, &stage.id);
            }
            if !is_end && !flow.ending.contains(stage.id.as_str()) {
                faults.add(format!("stage.{at}.id"), MechanismFaultKind::DeadEnd, &stage.id);
            }
            if is_end {
                let running = flow.running.get(stage.id.as_str()).into_iter().flatten();
                for clock in running {
                    faults.add(format!("stage.{at}.id"), MechanismFaultKind::ClockNeverStops, clock);
                }
            }
        }
        for (at, step) in self.steps.iter().enumerate() {
            let leaves_end = step.to.is_some()
                && step
                    .from
                    .iter()
                    .any(|from| self.stages.iter().any(|stage| stage.id == *from && stage.outcome.is_some()));
            if leaves_end {
                faults.add(format!("step.{at}.from"), MechanismFaultKind::StepAfterEnd, &step.id);
            }
        }
    }
}
