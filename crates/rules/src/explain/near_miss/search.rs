//! The search for the cheapest sets of changes, along the structure of a policy's conditions.

use super::{
    Way,
    plan::{Plan, codes_of, current, days_permille, distance_permille, way},
};
use crate::{
    explain::{
        choice::{Course, courses},
        readable::{Line, Readable, Role},
    },
    expression::{Expression, Value},
    reference::Firm,
};
use std::cell::Cell;

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

/// A search for one firm and one policy.
pub struct Search<'s, 'a> {
    /// For whom.
    pub firm: &'s Firm<'a>,
    /// The policy.
    pub readable: &'s Readable,
    /// The line that is looked at.
    pub line: Cell<usize>,
    /// Whether what cannot change is looked into as well.
    hopeless: Cell<bool>,
    evaluations: Cell<u32>,
    limit: Cell<u32>,
}

impl<'s, 'a> Search<'s, 'a> {
    /// A search that has not begun; `evaluations` were spent before.
    pub fn new(firm: &'s Firm<'a>, readable: &'s Readable, evaluations: u32) -> Self {
        Self {
            firm,
            readable,
            line: Cell::new(0),
            hopeless: Cell::new(false),
            evaluations: Cell::new(evaluations),
            limit: Cell::new(EVALUATIONS_MAX),
        }
    }

    /// The cheapest plans that change what cannot change, where there are no others.
    pub fn hopeless_plans(&self) -> Vec<Plan> {
        self.hopeless.set(true);
        self.limit.set(self.evaluations.get().max(EVALUATIONS_MAX) + HOPELESS_EVALUATIONS_MAX);
        self.plans()
    }

    /// How many evaluations it took.
    pub fn evaluations(&self) -> u32 {
        self.evaluations.get()
    }

    pub(super) fn left(&self) -> u32 {
        self.limit.get().saturating_sub(self.evaluations.get())
    }

    pub(super) fn spent(&self) -> bool {
        self.left() == 0
    }

    pub(super) fn value(&self, expression: &Expression) -> Option<Value> {
        self.evaluations.set(self.evaluations.get() + 1);
        self.firm.value(expression)
    }

    pub(super) fn truth(&self, expression: &Expression) -> Option<bool> {
        match self.value(expression)? {
            Value::Bool(truth) => Some(truth),
            _ => None,
        }
    }

    /// The cheapest plans for the whole policy, cheapest first.
    pub fn plans(&self) -> Vec<Plan> {
        let lines = self.readable.lines.iter().enumerate();
        self.all(lines.map(|(index, line): (usize, &Line)| {
            self.line.set(index);
            self.goal(&line.expression, line.role != Role::Unless, 0)
        }))
    }

    /// Plans for an expression to be true, or false.
    fn goal(&self, expression: &Expression, wanted: bool, depth: usize) -> Vec<Plan> {
        if self.spent() || depth > DEPTH_MAX {
            return Vec::new();
        }
        if self.truth(expression) == Some(wanted) {
            return vec![Plan::default()];
        }
        if !self.hopeless.get() && self.is_fixed(expression) {
            return Vec::new();
        }
        let goal = |part: &Expression| self.goal(part, wanted, depth + 1);
        match expression {
            Expression::Constant(_) => Vec::new(),
            Expression::Not(inner) => self.goal(inner, !wanted, depth + 1),
            Expression::And(all) if wanted => self.all(all.iter().map(goal)),
            Expression::Or(all) if !wanted => self.all(all.iter().map(goal)),
            Expression::And(all) | Expression::Or(all) => self.one(all.iter().map(goal)),
            Expression::Case(..) | Expression::Compare(..) | Expression::CodeIn(..) => {
                match courses(expression) {
                    Some(courses) => self.course(&courses, wanted, depth),
                    None => self.priced(self.atom(expression, wanted)),
                }
            }
            _ => self.priced(self.atom(expression, wanted)),
        }
    }

    /// Plans for a condition on a choice: first by the branches that can be come to.
    fn course(&self, courses: &[Course], wanted: bool, depth: usize) -> Vec<Plan> {
        let plans = |course: &Course| {
            let parts = course.iter();
            self.all(parts.map(|(part, own)| self.goal(part, own.unwrap_or(wanted), depth + 1)))
        };
        let is_closed = |course: &&Course| {
            course.iter().any(|(part, own)| own.is_some() && self.is_fixed(part) && self.truth(part) != *own)
        };
        let (closed, open): (Vec<&Course>, Vec<&Course>) = courses.iter().partition(is_closed);
        let found = self.one(open.into_iter().map(plans));
        if found.is_empty() && self.hopeless.get() { self.one(closed.into_iter().map(plans)) } else { found }
    }

    /// Whether nothing it reads can change: every fact is known and out of the firm's hands.
    fn is_fixed(&self, expression: &Expression) -> bool {
        let today = self.readable.as_of;
        match expression {
            Expression::Judged(_) | Expression::Aggregate(_) => false,
            Expression::Constant(Value::Date(date)) => *date != today || !self.readable.floats,
            Expression::Fact(field) => {
                !self.firm.catalog.field(*field).can_act && self.firm.value(expression).is_some()
            }
            _ => expression.parts().into_iter().all(|part| self.is_fixed(part)),
        }
    }

    /// Plans that fulfil every part.
    fn all(&self, parts: impl Iterator<Item = Vec<Plan>>) -> Vec<Plan> {
        let mut together = vec![Plan::default()];
        for options in parts {
            let mut next: Vec<Plan> = Vec::new();
            for plan in &together {
                next.extend(options.iter().filter_map(|option| plan.and(option)));
            }
            together = self.priced(next);
            if together.is_empty() {
                break;
            }
        }
        together
    }

    /// Plans that fulfil one part.
    fn one(&self, parts: impl Iterator<Item = Vec<Plan>>) -> Vec<Plan> {
        self.priced(parts.flatten().collect())
    }

    /// The cheapest plans, each once.
    fn priced(&self, mut plans: Vec<Plan>) -> Vec<Plan> {
        for plan in &mut plans {
            plan.cost = plan.constraints.iter().map(|constraint| self.cost(constraint)).sum();
        }
        if !self.hopeless.get() {
            plans.retain(|plan| plan.cost < NEVER_COST);
        }
        plans.sort_by_key(|plan| plan.cost);
        plans.dedup();
        plans.truncate(PLANS_KEPT);
        plans
    }

    fn cost(&self, constraint: &super::plan::Constraint) -> u64 {
        let as_of = self.readable.as_of;
        let from = current(self.firm, &constraint.subject, as_of);
        let to = constraint.wanted.value(from.as_ref(), codes_of(self.firm, &constraint.subject));
        let distance = match (&from, &to) {
            (Some(Value::Date(from)), Some(Value::Date(to))) => days_permille(*from, *to),
            (from, to) => distance_permille(from.as_ref(), to.as_ref()),
        };
        let of_way = match way(self.firm, constraint, as_of, self.readable.until) {
            Way::Act | Way::Time => 100,
            Way::Learn => 20_000,
            Way::Judge => 30_000,
            Way::Never => NEVER_COST,
        };
        of_way + u64::from(distance)
    }
}
