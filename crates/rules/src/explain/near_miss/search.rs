//! The search for the cheapest sets of changes, along the structure of a policy's conditions.

use super::{
    Way,
    plan::{Constraint, Need, Plan, Subject},
};
use crate::{
    explain::{
        conditions::{Branch, ConditionIndex, Make},
        dossier::{Dossier, Options, Together},
        readable::Readable,
    },
    expression::{Expression, Value},
};
use chrono::NaiveDate;
use smallvec::{SmallVec, smallvec};
use std::{cell::Cell, rc::Rc};

/// Most evaluations of conditions for one policy.
pub const EVALUATIONS_MAX: u32 = 4_000;
/// Most evaluations more, where nothing but what cannot change is left.
const HOPELESS_EVALUATIONS_MAX: u32 = 1_000;
/// Most plans that are kept at every step.
const PLANS_KEPT: usize = 8;
/// Price of a change that cannot be; dearer than all others of a plan together.
const NEVER_COST: u64 = 10_000_000;
/// Deepest nesting that is looked into.
const DEPTH_MAX: usize = 64;

/// Plans, cheapest first; mostly there is but one.
pub type Plans = SmallVec<[Plan; 1]>;

/// How a condition comes to be what is wanted.
enum Reached<'s> {
    /// It is so.
    Already,
    /// By one of these, cheapest first: those of a condition without parts.
    Needs(&'s [Together]),
    /// By one of these plans, cheapest first.
    By(Plans),
}

/// A search for one firm and one policy.
pub struct Search<'s, 'a> {
    /// For whom.
    pub dossier: &'s Dossier<'a>,
    /// The policy.
    pub readable: &'s Readable,
    /// The line that is looked at.
    line: Cell<usize>,
    /// Whether what cannot change is looked into as well.
    hopeless: Cell<bool>,
    evaluations: Cell<u32>,
    limit: Cell<u32>,
    /// Whether something was left because the limit was near.
    pub(super) cut_short: Cell<bool>,
}

impl<'s, 'a> Search<'s, 'a> {
    /// A search that has not begun; `evaluations` were spent before.
    pub fn new(dossier: &'s Dossier<'a>, readable: &'s Readable, evaluations: u32) -> Self {
        Self {
            dossier,
            readable,
            line: Cell::new(0),
            hopeless: Cell::new(false),
            evaluations: Cell::new(evaluations),
            limit: Cell::new(EVALUATIONS_MAX),
            cut_short: Cell::new(false),
        }
    }

    /// The cheapest plans that change what cannot change, where there are no others.
    pub fn hopeless_plans(&self) -> Plans {
        self.hopeless.set(true);
        self.limit.set(self.evaluations.get().max(EVALUATIONS_MAX) + HOPELESS_EVALUATIONS_MAX);
        self.plans()
    }

    /// How many evaluations it took, those counted that another policy had needed before.
    pub fn evaluations(&self) -> u32 {
        self.evaluations.get()
    }

    pub(super) fn left(&self) -> u32 {
        self.limit.get().saturating_sub(self.evaluations.get())
    }

    pub(super) fn spent(&self) -> bool {
        self.left() == 0
    }

    /// Counts an evaluation.
    pub(super) fn count(&self) {
        self.evaluations.set(self.evaluations.get() + 1);
    }

    pub(super) fn value(&self, expression: &Expression) -> Option<Value> {
        self.count();
        match expression {
            Expression::Fact(field) => self.dossier.value(*field).cloned(),
            _ => self.dossier.firm.value(expression),
        }
    }

    /// The cheapest plans for the whole policy, cheapest first.
    pub fn plans(&self) -> Plans {
        if !self.hopeless.get() && self.readable.goals.iter().any(|(at, wanted)| self.is_barred(*at, *wanted))
        {
            return Plans::new();
        }
        let reached = self.all(self.readable.goals.iter().enumerate().map(|(line, (at, wanted))| {
            self.line.set(line);
            self.goal(*at, *wanted, 0)
        }));
        let mut plans = self.plans_reached(reached);
        // Several were priced when they were put in order.
        if plans.len() == 1 {
            self.price(&mut plans);
        }
        plans
    }

    /// Whether a condition is not what is wanted and cannot become so: seen before any plan is made.
    fn is_barred(&self, at: ConditionIndex, wanted: bool) -> bool {
        self.count();
        self.dossier.truth(at) != Some(wanted) && self.dossier.is_fixed(at, self.readable.floats)
    }

    /// Plans for a condition to be true, or false.
    fn goal(&self, at: ConditionIndex, wanted: bool, depth: usize) -> Reached<'s> {
        if self.spent() || depth > DEPTH_MAX {
            return Reached::By(Plans::new());
        }
        self.count();
        if self.dossier.truth(at) == Some(wanted) {
            return Reached::Already;
        }
        if !self.hopeless.get() && self.dossier.is_fixed(at, self.readable.floats) {
            return Reached::By(Plans::new());
        }
        let goal = |part: &ConditionIndex| self.goal(*part, wanted, depth + 1);
        match &self.dossier.conditions.get(at).make {
            Make::Constant => Reached::By(Plans::new()),
            Make::Not(inner) => self.goal(*inner, !wanted, depth + 1),
            Make::All(all) if wanted => self.all(all.iter().map(goal)),
            Make::One(all) if !wanted => self.all(all.iter().map(goal)),
            Make::All(all) | Make::One(all) => Reached::By(self.one(all.iter().map(goal))),
            Make::Choice(branches) => self.choice(branches, wanted, depth),
            Make::Atom(atom) => self.atomic(at, *atom, wanted),
        }
    }

    /// Plans for a condition without parts: looked for once for each firm, as long as no limit comes in between.
    fn atomic(&self, at: ConditionIndex, atom: u32, wanted: bool) -> Reached<'s> {
        let kept = self.dossier.options(atom, wanted, self.readable.floats);
        if let Some(known) = kept.get().filter(|known| known.evaluations < self.left()) {
            self.evaluations.set(self.evaluations.get() + known.evaluations);
            return self.of_options(known);
        }
        let before = self.evaluations.get();
        self.cut_short.set(false);
        let mut all = self.atom(at, wanted);
        if all.len() > 1 {
            all.sort_by_key(|together| cost(together, None));
            all.dedup_by(|one, other| {
                one.len() == other.len()
                    && one.iter().zip(other.iter()).all(|(one, other)| one.is_same(other))
            });
        }
        let found = Box::new(Options {
            within_reach: all.partition_point(|together| cost(together, None) < NEVER_COST),
            wait: all.iter().any(|together| together.iter().any(|need| need.subject == Subject::Day)),
            evaluations: self.evaluations.get() - before,
            all,
        });
        if self.spent() || self.cut_short.get() {
            return Reached::By(self.priced(self.plans_of(&found.all)));
        }
        self.of_options(kept.get_or_init(|| found))
    }

    fn of_options(&self, options: &'s Options) -> Reached<'s> {
        if options.wait && self.readable.until.is_some() {
            // The end of the policy may make waiting useless, and so dearer.
            return Reached::By(self.priced(self.plans_of(&options.all)));
        }
        let count = if self.hopeless.get() { options.all.len() } else { options.within_reach };
        Reached::Needs(&options.all[..count.min(PLANS_KEPT)])
    }

    fn plan_of(&self, needs: &Together) -> Plan {
        let line = self.line.get();
        let constraint = |need: &Rc<Need>| Constraint { need: Rc::clone(need), line };
        Plan { constraints: needs.iter().map(constraint).collect(), cost: cost(needs, self.readable.until) }
    }

    fn plans_of(&self, all: &[Together]) -> Plans {
        all.iter().map(|needs| self.plan_of(needs)).collect()
    }

    fn plans_reached(&self, reached: Reached<'s>) -> Plans {
        match reached {
            Reached::Already => smallvec![Plan::default()],
            Reached::Needs(all) => self.plans_of(all),
            Reached::By(plans) => plans,
        }
    }

    /// Plans for a condition on a choice: first by the branches that can be come to.
    fn choice(&self, branches: &[Branch], wanted: bool, depth: usize) -> Reached<'s> {
        let plans = |branch: &Branch| {
            let parts = branch.iter();
            self.all(parts.map(|(part, own)| self.goal(*part, own.unwrap_or(wanted), depth + 1)))
        };
        let is_closed = |branch: &&Branch| {
            branch.iter().any(|(part, own)| {
                own.is_some() && self.dossier.is_fixed(*part, self.readable.floats) && {
                    self.count();
                    self.dossier.truth(*part) != *own
                }
            })
        };
        let (closed, open): (Vec<&Branch>, Vec<&Branch>) = branches.iter().partition(is_closed);
        let found = self.one(open.into_iter().map(plans));
        if found.is_empty() && self.hopeless.get() {
            return Reached::By(self.one(closed.into_iter().map(plans)));
        }
        Reached::By(found)
    }

    /// Plans that fulfil every part.
    fn all(&self, parts: impl Iterator<Item = Reached<'s>>) -> Reached<'s> {
        let mut together: Option<Plans> = None;
        for part in parts {
            let plans = match (together, part) {
                (before, Reached::Already) => {
                    together = before;
                    continue;
                }
                (None, part) => self.plans_reached(part),
                (Some(mut before), Reached::Needs([only])) => {
                    let line = self.line.get();
                    before.retain(|plan| plan.add(only, line, self.dossier).is_some());
                    self.priced(before)
                }
                (Some(before), Reached::Needs(all)) => {
                    let mut next = Plans::with_capacity(before.len() * all.len());
                    let line = self.line.get();
                    for plan in &before {
                        let with = |needs: &Together| plan.with(needs, line, self.dossier);
                        next.extend(all.iter().filter_map(with));
                    }
                    self.priced(next)
                }
                (Some(before), Reached::By(options)) => {
                    let mut next = Plans::with_capacity(before.len() * options.len());
                    for plan in &before {
                        next.extend(options.iter().filter_map(|option| plan.and(option, self.dossier)));
                    }
                    self.priced(next)
                }
            };
            let is_empty = plans.is_empty();
            together = Some(plans);
            if is_empty {
                break;
            }
        }
        together.map_or(Reached::Already, Reached::By)
    }

    /// Plans that fulfil one part.
    fn one(&self, parts: impl Iterator<Item = Reached<'s>>) -> Plans {
        self.priced(parts.flat_map(|part| self.plans_reached(part)).collect())
    }

    /// The cheapest plans, each once. One alone has no price before the end.
    fn priced(&self, mut plans: Plans) -> Plans {
        if plans.len() > 1 {
            self.price(&mut plans);
            plans.sort_by_key(|plan| plan.cost);
            plans.dedup();
            plans.truncate(PLANS_KEPT);
        }
        plans
    }

    /// Prices plans, and leaves out what cannot be, if there is hope.
    fn price(&self, plans: &mut Plans) {
        for plan in plans.iter_mut() {
            let needs = plan.constraints.iter();
            plan.cost = needs.map(|constraint| price(&constraint.need, self.readable.until)).sum();
        }
        if !self.hopeless.get() {
            plans.retain(|plan| plan.cost < NEVER_COST);
        }
    }
}

fn cost(needs: &Together, until: Option<NaiveDate>) -> u64 {
    needs.iter().map(|need| price(need, until)).sum()
}

fn price(need: &Need, until: Option<NaiveDate>) -> u64 {
    let of_way = match need.way(until) {
        Way::Act | Way::Time => 100,
        Way::Learn => 20_000,
        Way::Judge => 30_000,
        Way::Never => NEVER_COST,
    };
    of_way + u64::from(need.distance_permille)
}
