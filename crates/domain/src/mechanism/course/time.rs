//! What time alone brings: warnings, rungs, periods that are over, and the automatic steps that follow.

use super::{ClockRun, Course, NoticeDue, RungFired, StepTaken, effect::is_firm, facts::Taker};
use crate::{
    clock::{Clock, ClockTerms, Moment, Reckoning},
    mechanism::{Competence, MechanismClock, Rung},
};
use std::collections::{BTreeMap, BTreeSet};

/// Something that time brings: when, of which run, and which rung; none where the period is over.
type Trigger = (Moment, usize, Option<usize>);

/// No automatic step is taken oftener at one moment. One that starts a clock anew from a day that lies long back would be
/// due again at once, for ever.
const TIMES_AT_ONCE_MAX: usize = 16;

impl Course<'_> {
    /// Lets time go on to a moment. Going there at once or step by step is the same; time never goes back.
    pub fn advance(&mut self, until: Moment) {
        while !self.has_ended() {
            let due = self.triggers().into_iter().min().filter(|(at, ..)| *at <= until);
            let Some((at, run, rung)) = due else { break };
            self.state.now = self.state.now.max(at);
            if let Some(rung) = rung {
                self.fire(run, rung);
            } else {
                let due = self.reckon(&self.state.runs[run]).and_then(|known| known.due);
                self.state.runs[run].over_noted = due.map(|due| due.at);
            }
            self.run_automatic();
        }
        self.state.now = self.state.now.max(until);
    }

    /// Everything that the runs that are open still bring, whenever.
    pub(super) fn triggers(&self) -> Vec<Trigger> {
        let mut triggers = Vec::new();
        let fired: BTreeSet<(usize, &str)> =
            self.state.rungs.iter().map(|fired| (fired.run, fired.rung.as_str())).collect();
        for (at, run) in self.state.runs.iter().enumerate().filter(|(_, run)| run.is_open()) {
            let Some(known) = self.reckon(run) else { continue };
            let Some(due) = known.due else { continue };
            if run.over_noted != Some(due.at) {
                triggers.push((due.at.next(), at, None));
            }
            for (rung_at, rung) in self.version.definition.ladder.iter().enumerate() {
                if rung.clock == run.clock
                    && !fired.contains(&(at, rung.id.as_str()))
                    && let Some(when) = self.fires_at(rung, &known, due.at)
                {
                    triggers.push((when, at, Some(rung_at)));
                }
            }
        }
        triggers
    }

    fn fires_at(&self, rung: &Rung, known: &Reckoning, due: Moment) -> Option<Moment> {
        if let Some(warning) = rung.warning {
            return known.warnings.iter().find(|point| point.point == warning).map(|point| point.at);
        }
        if rung.due {
            return Some(due);
        }
        let mut terms = ClockTerms::of(rung.overdue?, "");
        terms.rolls = false;
        Clock { terms: &terms, start: due, events: &[] }.due(self.office).map(|late| late.at)
    }

    fn fire(&mut self, run: usize, rung: usize) {
        let Rung { id, notice, to, .. } = &self.version.definition.ladder[rung];
        self.state.rungs.push(RungFired { at: self.state.now, rung: id.clone(), run });
        self.send(notice);
        if let Some(stage) = to {
            self.state.move_to(stage);
        }
    }

    /// Takes the automatic steps that are due, in the order of the definition, each at most once at a time.
    pub(super) fn run_automatic(&mut self) {
        let definition = &self.version.definition;
        let automatic = |id: &String| {
            let actor = definition.actors.iter().find(|actor| actor.id == *id);
            actor.is_some_and(|actor| actor.competence == Competence::Automatic)
        };
        let mut done = BTreeSet::new();
        while !self.has_ended() {
            let next = definition.steps.iter().enumerate().find(|(at, step)| {
                !done.contains(at)
                    && self.times_now(&step.id) < TIMES_AT_ONCE_MAX
                    && step.from.contains(&self.state.stage)
                    && step.by.iter().any(automatic)
                    && self.meets(*at, &BTreeSet::new(), Taker::default()) == Some(true)
            });
            let Some((at, step)) = next else { return };
            done.insert(at);
            let mut after = self.clone();
            // What a clock refuses an automatic step leaves it out altogether.
            if after.perform(step, None, &BTreeMap::new()).is_empty() {
                let by = step.by.iter().find(|id| automatic(id)).cloned().unwrap_or_default();
                let taken = StepTaken { at: after.state.now, step: step.id.clone(), by, organization: None };
                after.state.taken.push(taken);
                if let Some(to) = &step.to {
                    after.state.move_to(to);
                }
                self.state = after.state;
            }
        }
    }

    /// How often a step was taken at this very moment.
    fn times_now(&self, step: &str) -> usize {
        let now = self.state.taken.iter().rev().take_while(|taken| taken.at == self.state.now);
        now.filter(|taken| taken.step == step).count()
    }

    pub(super) fn send(&mut self, notice: &str) {
        let notices = &self.version.definition.notices;
        let to = notices.iter().find(|known| known.id == notice).map(|known| known.to.clone());
        let mut to = to.unwrap_or_default();
        if self.state.is_sealed {
            to.retain(|actor| is_firm(&self.version.definition, actor));
        }
        let due = NoticeDue { at: self.state.now, notice: notice.to_owned(), to };
        self.state.notices.push(due);
    }

    pub(super) fn clock(&self, id: &str) -> Option<&MechanismClock> {
        self.version.definition.clocks.iter().find(|clock| clock.id == id)
    }

    /// Everything that is known of a run.
    pub(super) fn reckon(&self, run: &ClockRun) -> Option<Reckoning> {
        let terms = &self.clock(&run.clock)?.terms;
        Some(Clock { terms, start: run.start, events: &run.events }.reckon(self.office))
    }

    /// Whether a due date lies behind now: the whole of its last day has passed.
    pub(super) fn is_behind(&self, due: Moment) -> bool {
        self.state.now >= due.next()
    }
}
