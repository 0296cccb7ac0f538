//! The slow, obvious evaluator: one firm, one expression at a time. It defines the truth; every faster form is
//! tested against it, bit for bit.

#[cfg(test)]
mod tests;
mod time;

use crate::{
    calendar::Calendar,
    catalog::{Catalog, FieldIndex},
    expression::{Aggregate, Comparison, Expression, Operation, Summary, Value},
    number::Number,
    policy::{Group, Outcome, Policy, RuleBook, Stacking, Status},
    table::{Children, Table, code_count},
};

/// One firm, and what is needed to evaluate anything about it.
#[derive(Clone, Copy)]
pub struct Firm<'a> {
    /// The fields.
    pub catalog: &'a Catalog,
    /// The facts.
    pub table: &'a Table,
    /// The row of the firm.
    pub row: usize,
    /// Working days.
    pub calendar: &'a dyn Calendar,
    /// What judged conditions are taken to be; `None` for unknown.
    pub judged: Option<bool>,
    /// The row of a child table that is looked at.
    child: Option<(&'a Children, usize, usize)>,
}

impl<'a> Firm<'a> {
    /// The firm of a row.
    pub fn new(catalog: &'a Catalog, table: &'a Table, row: usize, calendar: &'a dyn Calendar) -> Self {
        Self { catalog, table, row, calendar, judged: None, child: None }
    }

    /// The value of an expression; `None` where it is unknown.
    pub fn value(&self, expression: &Expression) -> Option<Value> {
        match expression {
            Expression::Constant(value) => Some(value.clone()),
            Expression::Fact(field) => self.table.value(self.catalog, *field, self.row),
            Expression::Child(field) => self.child_value(*field),
            Expression::NotInForce(_) => None,
            Expression::Judged(_) => self.judged.map(Value::Bool),
            Expression::Not(inner) => Some(Value::Bool(!self.truth(inner)?)),
            Expression::And(all) => self.kleene(all, false),
            Expression::Or(all) => self.kleene(all, true),
            Expression::Compare(comparison, left, right) => {
                compare(*comparison, &self.value(left)?, &self.value(right)?).map(Value::Bool)
            }
            Expression::CodeIn(inner, codes) => Some(Value::Bool(match self.value(inner)? {
                Value::Code(code) => codes.contains(code),
                Value::Codes(set) => set.codes().any(|code| codes.contains(code)),
                _ => return None,
            })),
            Expression::IsKnown(inner) => Some(Value::Bool(self.value(inner).is_some())),
            Expression::Arithmetic(operation, left, right) => {
                let (left, right) = (self.number(left)?, self.number(right)?);
                arithmetic(*operation, left, right).map(Value::Number)
            }
            Expression::Smallest(all) => self.extreme(all, std::cmp::Ordering::Less),
            Expression::Greatest(all) => self.extreme(all, std::cmp::Ordering::Greater),
            Expression::Rounded(inner, unit, rounding) => {
                self.number(inner)?.rounded_to(*unit, *rounding).map(Value::Number)
            }
            Expression::Case(branches, otherwise) => {
                for (when, then) in branches {
                    if self.truth(when)? {
                        return self.value(then);
                    }
                }
                self.value(otherwise.as_deref()?)
            }
            Expression::Lookup(key, rows) => {
                let Value::Code(code) = self.value(key)? else { return None };
                rows.iter().find(|(codes, _)| codes.contains(code)).map(|(_, value)| value.clone())
            }
            Expression::Elapsed(period, from, to) => {
                time::elapsed(*period, self.date(from)?, self.date(to)?, self.calendar)
                    .map(|time| Value::Number(Number::whole(time.into())))
            }
            Expression::StartOf(period, day) => time::start_of(*period, self.date(day)?).map(Value::Date),
            Expression::Shifted(period, from, count) => {
                let count = self.number(count)?;
                time::shifted(*period, self.date(from)?, count, self.calendar).map(Value::Date)
            }
            Expression::Aggregate(aggregate) => self.aggregate(aggregate),
        }
    }

    /// The truth value of an expression.
    pub fn truth(&self, expression: &Expression) -> Option<bool> {
        match self.value(expression)? {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number of an expression.
    pub fn number(&self, expression: &Expression) -> Option<Number> {
        match self.value(expression)? {
            Value::Number(value) => Some(value),
            _ => None,
        }
    }

    fn date(&self, expression: &Expression) -> Option<chrono::NaiveDate> {
        match self.value(expression)? {
            Value::Date(value) => Some(value),
            _ => None,
        }
    }

    fn child_value(&self, field: FieldIndex) -> Option<Value> {
        let (children, table, row) = self.child?;
        let kind = &self.catalog.tables().get(table)?.fields.get(usize::from(field))?.kind;
        children.columns.get(usize::from(field))?.value(kind, row, code_count(self.catalog, kind))
    }

    /// `deciding` settles the whole; else one unknown leaves it unknown.
    fn kleene(&self, all: &[Expression], deciding: bool) -> Option<Value> {
        let values: Vec<Option<bool>> = all.iter().map(|part| self.truth(part)).collect();
        if values.contains(&Some(deciding)) {
            Some(Value::Bool(deciding))
        } else if values.contains(&None) {
            None
        } else {
            Some(Value::Bool(!deciding))
        }
    }

    fn extreme(&self, all: &[Expression], kept: std::cmp::Ordering) -> Option<Value> {
        let values: Option<Vec<Value>> = all.iter().map(|part| self.value(part)).collect();
        extreme(values?, kept)
    }

    fn aggregate(&self, aggregate: &Aggregate) -> Option<Value> {
        let (children, rows) = self.table.child_rows(aggregate.table, self.row)?;
        let table = usize::from(aggregate.table);
        let passes: Vec<(Self, Option<bool>)> = rows
            .map(|row| {
                let firm = Self { child: Some((children, table, row)), ..*self };
                let passes = aggregate.filter.as_ref().map_or(Some(true), |filter| firm.truth(filter));
                (firm, passes)
            })
            .collect();
        if aggregate.summary == Summary::Any {
            return match passes.iter().map(|(_, passes)| *passes) {
                mut all if all.clone().any(|passes| passes == Some(true)) => {
                    all.next().map(|_| Value::Bool(true))
                }
                mut all => (!all.any(|passes| passes.is_none())).then_some(Value::Bool(false)),
            };
        }
        if passes.iter().any(|(_, passes)| passes.is_none()) {
            return None;
        }
        let chosen: Vec<Self> =
            passes.into_iter().filter(|(_, passes)| *passes == Some(true)).map(|(firm, _)| firm).collect();
        if aggregate.summary == Summary::Count {
            return Some(Value::Number(Number::whole(chosen.len() as i128)));
        }
        let value = aggregate.value.as_ref()?;
        let values: Vec<Value> = chosen.iter().map(|firm| firm.value(value)).collect::<Option<_>>()?;
        match aggregate.summary {
            Summary::Least => extreme(values, std::cmp::Ordering::Less),
            Summary::Greatest => extreme(values, std::cmp::Ordering::Greater),
            _ => values
                .into_iter()
                .try_fold(Number::ZERO, |sum, value| match value {
                    Value::Number(value) => sum.add(value),
                    _ => None,
                })
                .map(Value::Number),
        }
    }

    /// Status and amount under a policy alone, before any stacking.
    pub fn outcome(&self, policy: &Policy) -> Outcome {
        let condition = policy.condition();
        let status = match self.truth(&condition) {
            Some(true) => Status::Entitled,
            Some(false) => Status::NotEntitled,
            None if self.awaits_judgement(&condition) => Status::NeedsJudgement,
            None => Status::Undetermined,
        };
        let amount = policy.amount.as_ref().filter(|_| status == Status::Entitled);
        Outcome { status, amount_fen: amount.and_then(|amount| self.amount_fen(amount)) }
    }

    /// Whether a condition that is open holds once a person decides, be it in favour of the firm or against it.
    pub fn awaits_judgement(&self, condition: &Expression) -> bool {
        [true, false].into_iter().any(|favourable| {
            let decided = Self { judged: Some(favourable), ..*self };
            decided.truth(&condition.judged_as(favourable)) == Some(true)
        })
    }

    /// An amount in fen; `None` where it is unknown, no whole number of fen, or beyond 64 bits.
    pub(crate) fn amount_fen(&self, amount: &Expression) -> Option<i64> {
        fen_of(self.number(amount)?)
    }

    /// Status and amount under every policy, stacking applied.
    pub fn outcomes(&self, book: &RuleBook) -> Vec<Outcome> {
        let mut outcomes: Vec<Outcome> = book.policies.iter().map(|policy| self.outcome(policy)).collect();
        for group in &book.groups {
            self.put_together(group, book, &mut outcomes);
        }
        outcomes
    }

    /// Applies one group to what the groups before it have left.
    pub(crate) fn put_together(&self, group: &Group, book: &RuleBook, outcomes: &mut [Outcome]) {
        let is_entitled = |member: &usize| {
            outcomes[*member].status == Status::Entitled && book.policies[*member].amount.is_some()
        };
        let members = group.members.iter().map(|member| *member as usize);
        let entitled: Vec<usize> = members.filter(is_entitled).collect();
        let ceiling = match &group.stacking {
            Stacking::Best => None,
            Stacking::Ceiling(ceiling) => Some(self.amount_fen(ceiling)),
        };
        stack(outcomes, &entitled, ceiling);
    }
}

/// Yuan in fen; `None` where that is no whole number, or beyond 64 bits.
pub(crate) fn fen_of(yuan: Number) -> Option<i64> {
    let fen = yuan.multiply(Number::whole(100))?;
    if fen.is_whole() { i64::try_from(fen.floor()).ok() } else { None }
}

/// Applies one group to the members that are entitled; `ceiling` is `None` where only the best counts.
///
/// Where an amount or the ceiling is unknown, so is how the group divides: every amount in it becomes unknown.
pub fn stack(outcomes: &mut [Outcome], entitled: &[usize], ceiling: Option<Option<i64>>) {
    let amounts: Option<Vec<i64>> = entitled.iter().map(|member| outcomes[*member].amount_fen).collect();
    let (Some(amounts), Some(ceiling)) = (amounts, ceiling.map_or(Some(None), |ceiling| ceiling.map(Some)))
    else {
        for member in entitled {
            outcomes[*member].amount_fen = None;
        }
        return;
    };
    let best = amounts.iter().max().and_then(|most| amounts.iter().position(|amount| amount == most));
    let mut left = ceiling.unwrap_or(0);
    for (position, member) in entitled.iter().enumerate() {
        let due = match ceiling {
            None if best == Some(position) => amounts[position],
            None => 0,
            Some(_) => amounts[position].min(left.max(0)),
        };
        left = left.saturating_sub(due);
        outcomes[*member].amount_fen = Some(due);
    }
}

/// Compares two values of the same kind; `None` where they cannot be compared.
pub fn compare(comparison: Comparison, left: &Value, right: &Value) -> Option<bool> {
    let equality = |equal: bool| match comparison {
        Comparison::Equal => Some(equal),
        Comparison::NotEqual => Some(!equal),
        _ => None,
    };
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => Some(comparison.holds(left.cmp(right))),
        (Value::Date(left), Value::Date(right)) => Some(comparison.holds(left.cmp(right))),
        (Value::Bool(left), Value::Bool(right)) => equality(left == right),
        (Value::Code(left), Value::Code(right)) => equality(left == right),
        (Value::Text(left), Value::Text(right)) => equality(left == right),
        _ => None,
    }
}

/// Arithmetic of two known numbers.
pub fn arithmetic(operation: Operation, left: Number, right: Number) -> Option<Number> {
    match operation {
        Operation::Add => left.add(right),
        Operation::Subtract => left.subtract(right),
        Operation::Multiply => left.multiply(right),
        Operation::Divide => left.divide(right),
    }
}

/// The least or the greatest of numbers or of dates; `None` of none.
fn extreme(values: Vec<Value>, kept: std::cmp::Ordering) -> Option<Value> {
    values.into_iter().map(Some).reduce(|best, next| {
        let (best, next) = (best?, next?);
        let ordering = match (&next, &best) {
            (Value::Number(next), Value::Number(best)) => next.cmp(best),
            (Value::Date(next), Value::Date(best)) => next.cmp(best),
            _ => return None,
        };
        Some(if ordering == kept { next } else { best })
    })?
}
