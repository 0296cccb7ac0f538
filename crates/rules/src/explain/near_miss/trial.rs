//! A plan put to the test: whether the policy applies once everything in it is so.

use super::{
    Route,
    plan::{Constraint, Need, Plan, Subject},
    search::Search,
};
use crate::{
    catalog::Type,
    explain::{
        conditions::{Condition, ConditionIndex, Make, bit},
        dossier::{Dossier, kleene, short_truth},
        readable::{Readable, on_day, replaced},
    },
    expression::{Expression, Value},
    table::{Column, Table, column_of},
};
use chrono::NaiveDate;
use std::rc::Rc;

/// Plans for one firm and one policy.
pub struct Trial<'t, 'a> {
    pub readable: &'t Readable,
    pub dossier: &'t Dossier<'a>,
}

impl Trial<'_, '_> {
    /// The plan as a route, if it leads there; its changes are then taken out of it.
    pub fn route(&self, plan: &mut Plan) -> Option<Route> {
        let needs = || plan.constraints.iter().map(|constraint| &constraint.need);
        let first_day = needs().filter_map(|need| need.first_day()).max().unwrap_or(self.readable.as_of);
        let is_open = plan.is_open();
        let way = needs().map(|need| need.way(self.readable.until)).max()?;
        if !is_open && !self.leads(plan, first_day) {
            return None;
        }
        Some(Route {
            way,
            first_day,
            distance_permille: needs().map(|need| need.distance_permille).sum(),
            is_tried: !is_open,
            until: self.readable.until,
            constraints: std::mem::take(&mut plan.constraints),
        })
    }

    /// Where changes undo each other (a ratio falls as what it is taken of rises): what is still missed once
    /// they are made, put on top.
    pub fn mended(&self, plan: &Plan, evaluations: &mut u32) -> Option<Route> {
        let is_of_facts = |one: &Constraint| matches!(one.need.subject, Subject::Field(_));
        if plan.constraints.is_empty() || !plan.constraints.iter().all(is_of_facts) {
            return None;
        }
        let table = self.table_after(plan);
        let after = self.dossier.with_facts(&table);
        let search = Search::new(&after, self.readable, *evaluations);
        let further = search.plans();
        *evaluations = search.evaluations() + further.len() as u32;
        // Both are measured from where the firm is now.
        let from_now = |one: &Constraint| Constraint {
            need: Rc::new(Need::new(self.dossier, one.need.subject.clone(), one.need.wanted.clone(), None)),
            line: one.line,
        };
        further.iter().find_map(|further| {
            let further = Plan { constraints: further.constraints.iter().map(from_now).collect(), cost: 0 };
            self.route(&mut plan.and(&further, self.dossier)?)
        })
    }

    fn table_after(&self, plan: &Plan) -> Table {
        let mut table = self.dossier.row().borrow().clone();
        for constraint in &plan.constraints {
            if let (Subject::Field(index), Some(value)) = (&constraint.need.subject, &constraint.need.value) {
                let kind = &self.dossier.firm.catalog.field(*index).kind;
                table.columns[usize::from(*index)] = column_of(kind, vec![Some(value.clone())]);
            }
        }
        table
    }

    /// Whether the policy applies once everything is changed, by the reference.
    fn leads(&self, plan: &Plan, day: NaiveDate) -> bool {
        let is_of_firm =
            |one: &Constraint| matches!(one.need.subject, Subject::Summary(_) | Subject::Judged(_));
        if plan.constraints.iter().any(is_of_firm) {
            return self.leads_as_a_whole(plan, day);
        }
        let mask = plan.constraints.iter().fold(0, |mask, one| match (&one.need.subject, &one.need.value) {
            (Subject::Field(field), Some(_)) => mask | bit(*field),
            _ => mask,
        });
        let day = (day != self.readable.as_of).then_some(day);
        let after = After { dossier: self.dossier, constraints: &plan.constraints, mask, day };
        let leads = || after.truth(self.readable.condition) == Some(true);
        if self.readable.is_apart && day.is_none() && self.leads_apart(&after) {
            debug_assert!(leads(), "lines that read nothing in common hold together where each holds");
            return true;
        }
        leads()
    }

    /// Whether each line is as it should be by its own change, where no two lines read the same. `false` only says
    /// that all has to be looked at.
    fn leads_apart(&self, after: &After<'_, '_>) -> bool {
        self.readable.goals.iter().enumerate().all(|(line, (at, wanted))| {
            let mut own = after.constraints.iter().filter(|one| one.line == line);
            match (own.next(), own.next()) {
                (None, _) => self.dossier.truth(*at) == Some(*wanted),
                (Some(one), None) if one.need.origin == Some(*at) => after.alone(*at, one) == Some(*wanted),
                _ => false,
            }
        })
    }

    /// The same where a summary or a judgement is changed, which no table can hold.
    fn leads_as_a_whole(&self, plan: &Plan, day: NaiveDate) -> bool {
        let table = self.table_after(plan);
        let needs = plan.constraints.iter().map(|constraint| &constraint.need);
        let summaries: Vec<(&Expression, Expression)> = needs
            .clone()
            .filter_map(|need| match &need.subject {
                Subject::Summary(summary) => Some((summary, Expression::Constant(need.value.clone()?))),
                _ => None,
            })
            .collect();
        let whole = &self.dossier.conditions.get(self.readable.condition).expression;
        let known = replaced(whole, &|part| {
            summaries.iter().find(|(summary, _)| *summary == part).map(|(_, value)| value.clone())
        });
        let mut condition = on_day(&known, self.readable.as_of, day);
        let mut firm = self.dossier.with_row(&table);
        if needs.clone().any(|need| matches!(need.subject, Subject::Judged(_))) {
            firm.judged = Some(true);
            condition = condition.judged_as(true);
        }
        firm.truth(&condition) == Some(true)
    }
}

/// A firm after changes: what no change touches is as it was.
struct After<'t, 'a> {
    dossier: &'t Dossier<'a>,
    constraints: &'t [Constraint],
    /// The bits of the facts that are changed.
    mask: u64,
    /// The day, where it is another.
    day: Option<NaiveDate>,
}

impl After<'_, '_> {
    fn truth(&self, at: ConditionIndex) -> Option<bool> {
        let condition = self.dossier.conditions.get(at);
        if condition.mask & self.mask == 0 && !(condition.reads_day && self.day.is_some()) {
            return self.dossier.truth(at);
        }
        match &condition.make {
            Make::Not(inner) => self.truth(*inner).map(|truth| !truth),
            Make::All(parts) => kleene(parts.iter().map(|part| self.truth(*part)), false),
            Make::One(parts) => kleene(parts.iter().map(|part| self.truth(*part)), true),
            _ => self.tried(at, condition),
        }
    }

    /// A condition without parts: where its own need alone touches it, tried once for all policies.
    fn tried(&self, at: ConditionIndex, condition: &Condition) -> Option<bool> {
        let touches = |one: &&Constraint| match &one.need.subject {
            Subject::Field(field) => {
                condition.mask & bit(*field) != 0
                    && one.need.value.is_some()
                    && condition.facts.contains(field)
            }
            _ => condition.reads_day,
        };
        let mut touching = self.constraints.iter().filter(touches);
        match (touching.next(), touching.next()) {
            (None, _) => self.dossier.truth(at),
            (Some(one), None) if one.need.origin == Some(at) => self.alone(at, one),
            _ => {
                let all: Vec<&Constraint> = self.constraints.iter().filter(touches).collect();
                self.by_reference(condition, &all)
            }
        }
    }

    /// A condition once its own need is fulfilled and nothing else it reads is changed.
    fn alone(&self, at: ConditionIndex, own: &Constraint) -> Option<bool> {
        let condition = self.dossier.conditions.get(at);
        *own.need.alone.get_or_init(|| self.at_once(condition, &own.need, &[own]))
    }

    /// One change: read off where the condition is short and the table holds the new value as it is.
    fn at_once(&self, condition: &Condition, need: &Need, change: &[&Constraint]) -> Option<bool> {
        if let (Subject::Field(field), Some(value)) = (&need.subject, &need.value)
            && holds(&self.dossier.firm.catalog.field(*field).kind, value)
            && let Some(truth) = short_truth(&condition.expression, |_| Some(value))
        {
            return truth.value();
        }
        self.by_reference(condition, change)
    }

    fn by_reference(&self, condition: &Condition, changes: &[&Constraint]) -> Option<bool> {
        let catalog = self.dossier.firm.catalog;
        let mut before: Vec<(usize, Column)> = Vec::new();
        for change in changes {
            if let (Subject::Field(field), Some(value)) = (&change.need.subject, &change.need.value) {
                let column = column_of(&catalog.field(*field).kind, vec![Some(value.clone())]);
                before.push((usize::from(*field), column));
            }
        }
        self.exchange(&mut before);
        let truth = {
            let row = self.dossier.row().borrow();
            let firm = self.dossier.with_row(&row);
            match self.day {
                Some(day) if condition.reads_day => {
                    firm.truth(&on_day(&condition.expression, self.dossier.conditions.as_of, day))
                }
                _ => firm.truth(&condition.expression),
            }
        };
        self.exchange(&mut before);
        truth
    }

    fn exchange(&self, columns: &mut [(usize, Column)]) {
        let mut row = self.dossier.row().borrow_mut();
        for (at, column) in columns {
            std::mem::swap(&mut row.columns[*at], column);
        }
    }
}

/// Whether a column of this type surely gives back a value as it is.
fn holds(kind: &Type, value: &Value) -> bool {
    match value {
        Value::Number(number) if kind.is_numeric() => {
            let ((numerator, denominator), power) = (number.parts(), 10_i128.pow(kind.scale().into()));
            power % denominator == 0
                && numerator
                    .checked_mul(power / denominator)
                    .is_some_and(|digits| i64::try_from(digits).is_ok())
        }
        Value::Bool(_) => *kind == Type::Bool,
        Value::Date(_) => *kind == Type::Date,
        Value::Code(_) => matches!(kind, Type::Code(_)),
        _ => false,
    }
}
