//! How cases can go through a mechanism: which stages they reach, from where they reach an end, and which clocks may
//! run in each stage.

use super::{Act, Mechanism};
use std::collections::{BTreeMap, BTreeSet};

/// What follows from stages and steps alone; guards may rule out some of it, and nothing else is possible.
pub(super) struct Flow<'m> {
    /// Stages that a case can reach.
    pub reached: BTreeSet<&'m str>,
    /// Stages from which it can reach an end.
    pub ending: BTreeSet<&'m str>,
    /// Clocks that may run when a case comes to a stage.
    pub running: BTreeMap<&'m str, BTreeSet<&'m str>>,
}

/// A way from one stage to another, or on within one.
struct Way<'m> {
    from: &'m str,
    to: &'m str,
    acts: &'m [Act],
}

impl<'m> Flow<'m> {
    pub fn of(mechanism: &'m Mechanism) -> Self {
        let mut ways: Vec<Way<'m>> = Vec::new();
        for step in &mechanism.steps {
            for from in &step.from {
                ways.push(Way { from, to: step.to.as_ref().unwrap_or(from), acts: &step.acts });
            }
        }
        // A rung may fire in any stage in which its clock runs; it moves the case and does nothing to clocks.
        let mut moves: Vec<(&str, &str)> = Vec::new();
        for rung in &mechanism.ladder {
            moves.extend(rung.to.iter().map(|to| (rung.clock.as_str(), to.as_str())));
        }
        let mut flow = Self {
            reached: BTreeSet::from([mechanism.begins.as_str()]),
            ending: BTreeSet::new(),
            running: BTreeMap::new(),
        };
        while flow.spread(&ways, &moves) {}
        let ends = mechanism.stages.iter().filter(|stage| stage.outcome.is_some());
        flow.ending.extend(ends.map(|stage| stage.id.as_str()));
        let mut back: Vec<(&str, &str)> = ways.iter().map(|way| (way.from, way.to)).collect();
        for (clock, to) in moves {
            let stages = flow.running.iter().filter(|(_, clocks)| clocks.contains(clock));
            back.extend(stages.map(|(stage, _)| (*stage, to)));
        }
        loop {
            let before = flow.ending.len();
            let more = back.iter().filter(|(_, to)| flow.ending.contains(to)).map(|(from, _)| *from);
            let more: Vec<&str> = more.collect();
            flow.ending.extend(more);
            if flow.ending.len() == before {
                return flow;
            }
        }
    }

    /// Follows every way once; answers whether anything new was found.
    fn spread(&mut self, ways: &[Way<'m>], moves: &[(&'m str, &'m str)]) -> bool {
        let before = self.size();
        for way in ways {
            if !self.reached.contains(way.from) {
                continue;
            }
            let mut clocks = self.running.get(way.from).cloned().unwrap_or_default();
            for act in way.acts {
                match act {
                    Act::StartClock { clock, .. } => drop(clocks.insert(clock)),
                    Act::FinishClock { clock } => drop(clocks.remove(clock.as_str())),
                    _ => {}
                }
            }
            self.reached.insert(way.to);
            self.running.entry(way.to).or_default().extend(clocks);
        }
        for (clock, to) in moves {
            let stages = self.running.values().filter(|clocks| clocks.contains(clock));
            let clocks: BTreeSet<&str> = stages.flatten().copied().collect();
            if !clocks.is_empty() {
                self.reached.insert(to);
                self.running.entry(to).or_default().extend(clocks);
            }
        }
        self.size() != before
    }

    fn size(&self) -> (usize, usize) {
        (self.reached.len(), self.running.values().map(BTreeSet::len).sum())
    }
}
