//! One chunk of firms under every policy of a selection.

use super::{
    PolicyTotals,
    amount::{AmountWork, Priced},
    selection::{Combination, Root},
};
use crate::engine::{
    bind::Bound,
    collect::{Collector, Due, PolicyChunk},
    kernels::{Slots, logic, numeric::Machine, proved::FenSum},
    plan::Amount,
};
use fearless_simd::dispatch;

/// What a thread needs to work, used again for every chunk.
pub struct Scratch {
    slots: Slots,
    machine: Machine,
    status: StatusWords,
    judged: [StatusWords; 2],
    priced: Priced,
    /// Members of groups, until their groups have been applied.
    pub(super) held: Vec<Held>,
}

/// The bitmaps of one policy.
#[derive(Clone, Debug, Default)]
pub struct StatusWords {
    pub entitled: Vec<u64>,
    /// Entitled or unknown; later those that are undetermined.
    pub possible: Vec<u64>,
    pub judgement: Vec<u64>,
}

/// A member of a group over a chunk.
#[derive(Clone, Debug, Default)]
pub struct Held {
    pub position: usize,
    pub status: StatusWords,
    pub priced: Priced,
}

impl StatusWords {
    fn new(width: usize) -> Self {
        Self { entitled: vec![0; width], possible: vec![0; width], judgement: vec![0; width] }
    }
}

impl Scratch {
    /// For chunks of up to so many firms.
    pub fn new(bound: &Bound<'_>, rows: usize) -> Self {
        let width = rows.div_ceil(64);
        let words = || StatusWords::new(width);
        Self {
            slots: Slots::new(bound.selection.slots, width),
            machine: Machine::default(),
            status: words(),
            judged: [words(), words()],
            priced: Priced::default(),
            held: Vec::new(),
        }
    }

    /// Adds the firms from `first` on to the totals and hands every policy to the collector.
    pub fn chunk<C: Collector>(
        &mut self,
        bound: &Bound<'_>,
        first: usize,
        rows: usize,
        totals: &mut [PolicyTotals],
        collector: &mut C,
    ) {
        bound.evaluate(&mut self.slots, &mut self.machine, first, rows);
        let mut held = 0;
        for (position, root) in bound.selection.roots.iter().enumerate() {
            for step in &root.steps {
                bound.step(step, &mut self.slots, &mut self.machine, first, rows);
            }
            self.status(bound, root, rows);
            let planned = &bound.plan.policies[root.policy as usize];
            if planned.is_grouped {
                self.hold(bound, root, position, held, first);
                held += 1;
                continue;
            }
            let due = match &planned.amount {
                None => Due::Nothing,
                Some(Amount::Fixed(fen)) => Due::Fixed(*fen),
                Some(amount) => {
                    let mut work = AmountWork::new(bound, amount, &root.conditions, first);
                    work.is_kept = C::TAKES_AMOUNTS;
                    let expression = bound.plan.book.policies[root.policy as usize].amount.as_ref();
                    let expression = expression.expect("a policy with a planned amount has one");
                    self.priced.clear();
                    work.price(
                        expression, &self.slots, &mut self.machine, &self.status.entitled, &mut self.priced,
                    );
                    Due::Each(&self.priced.fen)
                }
            };
            let chunk = policy_chunk(root.policy, position, (first, rows), &self.status, due);
            add(bound, &mut totals[position], &chunk, self.priced.sum);
            collector.take(&chunk);
        }
        if held == 0 {
            return;
        }
        self.held.truncate(held);
        self.apply_groups(bound, first);
        for member in &self.held {
            let policy = bound.selection.policies[member.position];
            let due = Due::Each(&member.priced.fen);
            let chunk = policy_chunk(policy, member.position, (first, rows), &member.status, due);
            // The group changed the amounts.
            add(bound, &mut totals[member.position], &chunk, FenSum::of(&member.priced.fen));
            collector.take(&chunk);
        }
    }

    /// Brings the bitmaps of a policy into `status`.
    fn status(&mut self, bound: &Bound<'_>, root: &Root, rows: usize) {
        let Self { slots, status, judged, .. } = self;
        combine(bound, slots, &root.when, status, rows);
        // From here on `possible` means undetermined.
        status
            .possible
            .iter_mut()
            .zip(&status.entitled)
            .for_each(|(possible, entitled)| *possible &= !entitled);
        status.judgement.fill(0);
        let Some(answers) = &root.judged else { return };
        for (answer, words) in answers.iter().zip(judged) {
            combine(bound, slots, answer, words, rows);
            let lanes = status.judgement.iter_mut().zip(&mut status.possible).zip(&words.entitled);
            for ((judgement, undetermined), entitled) in lanes {
                *judgement |= *undetermined & entitled;
                *undetermined &= !entitled;
            }
        }
    }

    fn hold(&mut self, bound: &Bound<'_>, root: &Root, position: usize, index: usize, first: usize) {
        if self.held.len() == index {
            self.held.push(Held::default());
        }
        let held = &mut self.held[index];
        held.position = position;
        held.status.clone_from(&self.status);
        held.priced.clear();
        let policy = &bound.plan.book.policies[root.policy as usize];
        let planned = bound.plan.policies[root.policy as usize].amount.as_ref();
        let (Some(amount), Some(expression)) = (planned, &policy.amount) else { return };
        let work = AmountWork::new(bound, amount, &root.conditions, first);
        work.price(expression, &self.slots, &mut self.machine, &held.status.entitled, &mut held.priced);
    }

    fn apply_groups(&mut self, bound: &Bound<'_>, first: usize) {
        for group in &bound.selection.groups {
            super::stacking::apply(bound, group, &mut self.held, &self.slots, &mut self.machine, first);
        }
    }
}

/// All literals of a combination over the chunk, nothing beyond its last firm.
fn combine(
    bound: &Bound<'_>,
    slots: &Slots,
    combination: &Combination,
    words: &mut StatusWords,
    rows: usize,
) {
    let StatusWords { entitled, possible, .. } = words;
    let out = (entitled.as_mut_slice(), possible.as_mut_slice());
    logic::all(bound.level, slots.view(), &combination.all, out);
    if combination.is_negative {
        logic::negate(entitled, possible);
    }
    for words in [entitled, possible] {
        let whole = rows / 64;
        if let Some(last) = words.get_mut(whole) {
            *last &= (1 << (rows % 64)) - 1;
        }
        if let Some(beyond) = words.get_mut(whole + 1..) {
            beyond.fill(0);
        }
    }
}

fn policy_chunk<'a>(
    policy: u32,
    position: usize,
    (first, rows): (usize, usize),
    status: &'a StatusWords,
    due: Due<'a>,
) -> PolicyChunk<'a> {
    let StatusWords { entitled, possible, judgement } = status;
    PolicyChunk { policy, position, first, rows, entitled, undetermined: possible, judgement, due }
}

/// Adds a chunk to the totals of its policy; `sum` is that of the amounts where each firm has its own.
fn add(bound: &Bound<'_>, totals: &mut PolicyTotals, chunk: &PolicyChunk<'_>, sum: FenSum) {
    let is_judged = bound.selection.roots[chunk.position].judged.is_some();
    let (entitled, undetermined, judgement) = dispatch!(bound.level, _simd => {
        let judgement = if is_judged { logic::count(chunk.judgement) } else { 0 };
        (logic::count(chunk.entitled), logic::count(chunk.undetermined), judgement)
    });
    totals.entitled += entitled;
    totals.undetermined += undetermined;
    totals.needs_judgement += judgement;
    totals.not_entitled += chunk.rows as u64 - entitled - undetermined - judgement;
    match chunk.due {
        Due::Nothing => {}
        Due::Fixed(None) => totals.amount_unknown += entitled,
        Due::Fixed(Some(fen)) => totals.sum_fen += i128::from(fen) * i128::from(entitled),
        Due::Each(_) => {
            totals.sum_fen += sum.fen;
            totals.amount_unknown += sum.unknown;
        }
    }
}
