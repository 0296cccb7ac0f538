//! What could make one condition true or false: constraints on the facts it reads, or the day on which it turns.

use super::{
    direction::{Direction, Growing},
    plan::{Need, Subject},
    search::Search,
    wanted::Wanted,
};
use crate::{
    catalog::{FieldIndex, Type},
    explain::{
        conditions::{ConditionIndex, mentions, names_day},
        dossier::{Dossier, Together},
        node::{facts_of, is_ordered},
        readable::Days,
    },
    expression::{Comparison, Expression, Value},
    number::Number,
    table::{Bits, Column, Values},
};
use chrono::{Datelike, NaiveDate};
use smallvec::smallvec;
use std::{cell::RefCell, rc::Rc};

/// Most days that are looked at one by one where nothing better is known: eleven years.
const DAYS_MAX: u32 = 4_000;

impl Search<'_, '_> {
    /// What would make a condition without parts what it should be; each of these is enough.
    pub(super) fn atom(&self, at: ConditionIndex, wanted: bool) -> Vec<Together> {
        let one = |(subject, wanted)| smallvec![Rc::new(Need::new(self.dossier, subject, wanted, Some(at)))];
        let expression = &self.dossier.conditions.get(at).expression;
        let mut all: Vec<Together> = self.simple(expression, wanted).into_iter().map(one).collect();
        if all.is_empty() {
            all = self.compound(at, wanted);
        }
        all.extend(self.waiting(at, wanted).map(one));
        all
    }

    /// Conditions on one fact: the constraint can be read off.
    fn simple(&self, expression: &Expression, wanted: bool) -> Vec<(Subject, Wanted)> {
        match expression {
            Expression::Judged(question) if wanted => {
                vec![(Subject::Judged(question.clone()), Wanted::Truth(true))]
            }
            Expression::Fact(field) => vec![(Subject::Field(*field), Wanted::Truth(wanted))],
            Expression::IsKnown(inner) => match **inner {
                Expression::Fact(field) if wanted => {
                    vec![(Subject::Field(field), Wanted::Any)]
                }
                _ => Vec::new(),
            },
            Expression::CodeIn(inner, codes) => match **inner {
                Expression::Fact(field) => {
                    let set = matches!(self.dossier.firm.catalog.field(field).kind, Type::CodeSet(_));
                    let wanted = match (set, wanted) {
                        (true, true) => Wanted::holding(codes.clone()),
                        (true, false) => Wanted::without(codes.clone()),
                        (false, true) => Wanted::Codes(codes.clone()),
                        (false, false) => Wanted::OtherThan(codes.clone()),
                    };
                    vec![(Subject::Field(field), wanted)]
                }
                _ => Vec::new(),
            },
            Expression::Compare(comparison, left, right) => {
                let comparison = if wanted { *comparison } else { comparison.negated() };
                match (&**left, &**right) {
                    (subject @ (Expression::Fact(_) | Expression::Aggregate(_)), bound) => {
                        self.bounded(subject, comparison, bound)
                    }
                    (bound, subject @ (Expression::Fact(_) | Expression::Aggregate(_))) => {
                        self.bounded(subject, comparison.mirrored(), bound)
                    }
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// A fact or summary against a value that does not read it.
    fn bounded(
        &self,
        subject: &Expression,
        comparison: Comparison,
        bound: &Expression,
    ) -> Vec<(Subject, Wanted)> {
        let (subject, unit) = match subject {
            Expression::Fact(field) if !facts_of(bound).contains(field) => {
                let scale = self.dossier.firm.catalog.field(*field).kind.scale();
                (Subject::Field(*field), Number::scaled(1, scale.into()))
            }
            Expression::Aggregate(_) => (Subject::Summary(subject.clone()), Number::scaled(1, 2)),
            _ => return Vec::new(),
        };
        let whole = matches!(&subject, Subject::Summary(Expression::Aggregate(aggregate)) if aggregate.value.is_none());
        let unit = if whole { Some(Number::whole(1)) } else { unit };
        let Some(unit) = unit else { return Vec::new() };
        let wanted = match self.value(bound) {
            Some(Value::Number(bound)) => numbers(comparison, bound, unit),
            Some(Value::Date(bound)) => days(comparison, bound),
            Some(Value::Bool(bound)) => match comparison {
                Comparison::Equal => vec![Wanted::Truth(bound)],
                Comparison::NotEqual => vec![Wanted::Truth(!bound)],
                _ => Vec::new(),
            },
            Some(Value::Text(text)) if comparison == Comparison::Equal => vec![Wanted::Text(text)],
            _ => Vec::new(),
        };
        wanted.into_iter().map(|wanted| (subject.clone(), wanted)).collect()
    }

    /// Conditions on several facts: each of them in turn, the others as they are.
    fn compound(&self, at: ConditionIndex, wanted: bool) -> Vec<Together> {
        let condition = self.dossier.conditions.get(at);
        let unknown = condition.facts.iter().copied().filter(|field| {
            self.count();
            self.dossier.value(*field).is_none()
        });
        let open = |field| Rc::new(Need::new(self.dossier, Subject::Field(field), Wanted::Any, Some(at)));
        let open: Together = unknown.map(open).collect();
        if !open.is_empty() {
            return vec![open];
        }
        let catalog = self.dossier.firm.catalog;
        let ordered = condition.facts.iter().copied().filter(|field| is_ordered(&catalog.field(*field).kind));
        let moved = ordered.filter_map(|field| {
            let wanted = self.moved(&condition.expression, wanted, field)?;
            Some(smallvec![Rc::new(Need::new(self.dossier, Subject::Field(field), wanted, Some(at)))])
        });
        moved.collect()
    }

    /// The nearest value of one fact that turns a condition, all other facts as they are.
    fn moved(&self, expression: &Expression, wanted: bool, field: FieldIndex) -> Option<Wanted> {
        let kind = &self.dossier.firm.catalog.field(field).kind;
        let ruler = Ruler::of(kind);
        let start = ruler.digits(&self.value(&Expression::Fact(field))?)?;
        let moving = Moving::new(self.dossier, field);
        let turned = |digits: i64| {
            ruler.value(digits)?;
            self.count();
            moving.truth(expression, digits).map(|truth| truth == wanted)
        };
        let grows = |part: &Expression| matches!(part, Expression::Fact(found) if *found == field);
        let growing = Growing { firm: &self.dossier.firm, is: &grows, positive: start > 0 };
        let direction = growing.direction(expression);
        let direction = if wanted { direction } else { direction.turned() };
        let (least, most) = ruler.range(start);
        let found = match direction {
            Direction::Up => self.turning(start, most, &turned).map(|digits| (digits, true)),
            Direction::Down => self.turning(start, least, &turned).map(|digits| (digits, false)),
            Direction::Constant => None,
            Direction::Mixed => {
                let nearest = self.nearest_candidate(expression, &ruler, start, &turned)?;
                let value = ruler.value(nearest)?;
                return Some(exactly(&value));
            }
        };
        let (digits, upwards) = found?;
        match ruler.value(digits)? {
            Value::Number(bound) if upwards => Some(Wanted::Numbers(Some(bound), None)),
            Value::Number(bound) => Some(Wanted::Numbers(None, Some(bound))),
            Value::Date(bound) if upwards => Some(Wanted::Days(Some(bound), None)),
            Value::Date(bound) => Some(Wanted::Days(None, Some(bound))),
            _ => None,
        }
    }

    /// The first of `start..=end` at which something that turns once has turned, by doubling and halving.
    fn turning(&self, start: i64, end: i64, turned: &dyn Fn(i64) -> Option<bool>) -> Option<i64> {
        let sign = if end >= start { 1 } else { -1 };
        let span = end.abs_diff(start);
        let at = |offset: u64| start + sign * offset as i64;
        let (mut before, mut step) = (0_u64, 1_u64);
        let mut after = loop {
            let next = step.min(span);
            if self.spent() || next == before {
                return None;
            }
            if turned(at(next)) == Some(true) {
                break next;
            }
            before = next;
            step = step.saturating_mul(2);
        };
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if turned(at(middle)) == Some(true) {
                after = middle;
            } else {
                before = middle;
            }
        }
        Some(at(after))
    }

    /// Where nothing is known of the direction: the constants it names and their neighbours.
    fn nearest_candidate(
        &self,
        expression: &Expression,
        ruler: &Ruler<'_>,
        start: i64,
        turned: &dyn Fn(i64) -> Option<bool>,
    ) -> Option<i64> {
        let mut candidates: Vec<i64> = constants(expression)
            .iter()
            .filter_map(|value| ruler.nearby(value))
            .flat_map(|digits| [digits - 1, digits, digits + 1])
            .collect();
        candidates.sort_by_key(|digits| (digits.abs_diff(start), *digits));
        candidates.dedup();
        candidates.into_iter().take(60).find(|digits| !self.spent() && turned(*digits) == Some(true))
    }

    /// The first day on which a condition turns by itself.
    fn waiting(&self, at: ConditionIndex, wanted: bool) -> Option<(Subject, Wanted)> {
        let condition = self.dossier.conditions.get(at);
        let expression = &condition.expression;
        if !self.readable.floats || !condition.reads_day {
            return None;
        }
        let today = self.readable.as_of;
        let start = i64::from(today.num_days_from_ce());
        let day = |digits: i64| NaiveDate::from_num_days_from_ce_opt(i32::try_from(digits).ok()?);
        let days = RefCell::new(Days::of(expression, today));
        let turned = |digits: i64| {
            let mut days = days.borrow_mut();
            let changed = days.set(day(digits)?);
            self.count();
            self.dossier.firm.truth(changed).map(|truth| truth == wanted)
        };
        let is_today = |part: &Expression| names_day(part, today);
        let growing = Growing { firm: &self.dossier.firm, is: &is_today, positive: true };
        let direction = growing.direction(expression);
        let direction = if wanted { direction } else { direction.turned() };
        let found = match direction {
            // A calendar of working days ends somewhere; beyond its end nothing is known, so days are tried singly.
            Direction::Up if !counts_working_days(expression) => {
                self.turning(start, start + 365 * 200, &turned)
            }
            Direction::Constant | Direction::Down => None,
            _ => {
                let most = DAYS_MAX.min(self.left());
                let found = (start + 1..start + i64::from(most)).find(|digits| turned(*digits) == Some(true));
                self.cut_short.set(found.is_none() && most < DAYS_MAX);
                found
            }
        };
        let first = day(found?)?;
        Some((Subject::Day, Wanted::Days(Some(first), None)))
    }
}

/// A firm with one fact moved about; put back in the end.
struct Moving<'t, 'a> {
    dossier: &'t Dossier<'a>,
    field: FieldIndex,
    before: Column,
}

impl<'t, 'a> Moving<'t, 'a> {
    fn new(dossier: &'t Dossier<'a>, field: FieldIndex) -> Self {
        let values = match dossier.firm.catalog.field(field).kind {
            Type::Date => Values::Date(vec![0]),
            _ => Values::Wide(vec![0]),
        };
        let column = Column { known: Bits::filled(1, true), values };
        let before = std::mem::replace(&mut dossier.row().borrow_mut().columns[usize::from(field)], column);
        Self { dossier, field, before }
    }

    fn truth(&self, expression: &Expression, digits: i64) -> Option<bool> {
        match &mut self.dossier.row().borrow_mut().columns[usize::from(self.field)].values {
            Values::Date(days) => days[0] = i32::try_from(digits).ok()?,
            Values::Wide(values) => values[0] = digits,
            _ => return None,
        }
        self.dossier.with_row(&self.dossier.row().borrow()).truth(expression)
    }
}

impl Drop for Moving<'_, '_> {
    fn drop(&mut self) {
        let column = &mut self.dossier.row().borrow_mut().columns[usize::from(self.field)];
        std::mem::swap(column, &mut self.before);
    }
}

fn exactly(value: &Value) -> Wanted {
    match value {
        Value::Number(number) => Wanted::Numbers(Some(*number), Some(*number)),
        Value::Date(date) => Wanted::Days(Some(*date), Some(*date)),
        _ => Wanted::Any,
    }
}

/// A number that has to be a multiple of a unit, against a bound.
fn numbers(comparison: Comparison, bound: Number, unit: Number) -> Vec<Wanted> {
    let multiple = |count: i128| Number::whole(count).multiply(unit);
    let Some(steps) = bound.divide(unit) else { return Vec::new() };
    let (floor, ceiling) = (steps.floor(), steps.ceiling());
    let above = if steps.is_whole() { ceiling + 1 } else { ceiling };
    let below = if steps.is_whole() { floor - 1 } else { floor };
    let least = |count| Wanted::Numbers(multiple(count), None);
    let most = |count| Wanted::Numbers(None, multiple(count));
    match comparison {
        Comparison::AtMost => vec![most(floor)],
        Comparison::Less => vec![most(below)],
        Comparison::AtLeast => vec![least(ceiling)],
        Comparison::More => vec![least(above)],
        Comparison::Equal if steps.is_whole() => vec![Wanted::Numbers(Some(bound), Some(bound))],
        Comparison::Equal => Vec::new(),
        Comparison::NotEqual => vec![most(below), least(above)],
    }
}

fn days(comparison: Comparison, bound: NaiveDate) -> Vec<Wanted> {
    match comparison {
        Comparison::AtMost => vec![Wanted::Days(None, Some(bound))],
        Comparison::Less => vec![Wanted::Days(None, bound.pred_opt())],
        Comparison::AtLeast => vec![Wanted::Days(Some(bound), None)],
        Comparison::More => vec![Wanted::Days(bound.succ_opt(), None)],
        Comparison::Equal => vec![Wanted::Days(Some(bound), Some(bound))],
        Comparison::NotEqual => {
            vec![Wanted::Days(None, bound.pred_opt()), Wanted::Days(bound.succ_opt(), None)]
        }
    }
}

fn counts_working_days(expression: &Expression) -> bool {
    use crate::expression::Period;
    mentions(expression, &|part| {
        matches!(
            part,
            Expression::Elapsed(Period::WorkingDays, ..) | Expression::Shifted(Period::WorkingDays, ..)
        )
    })
}

/// The constants in an expression.
fn constants(expression: &Expression) -> Vec<Value> {
    let own = match expression {
        Expression::Constant(value) => vec![value.clone()],
        Expression::Lookup(_, rows) => rows.iter().map(|(_, value)| value.clone()).collect(),
        _ => Vec::new(),
    };
    own.into_iter().chain(expression.parts().into_iter().flat_map(constants)).collect()
}

/// Values of an ordered field as whole numbers of its smallest unit.
struct Ruler<'k> {
    kind: &'k Type,
}

impl<'k> Ruler<'k> {
    fn of(kind: &'k Type) -> Self {
        Self { kind }
    }

    fn digits(&self, value: &Value) -> Option<i64> {
        match value {
            Value::Date(date) => Some(date.num_days_from_ce().into()),
            Value::Number(number) => {
                let scaled = number.multiply(Number::whole(10_i128.pow(self.kind.scale().into())))?;
                scaled.is_whole().then(|| i64::try_from(scaled.floor()).ok())?
            }
            _ => None,
        }
    }

    /// The digits at or just below a constant of any precision.
    fn nearby(&self, value: &Value) -> Option<i64> {
        match (self.kind, value) {
            (Type::Date, Value::Date(date)) => Some(date.num_days_from_ce().into()),
            (Type::Date, _) | (_, Value::Date(_)) => None,
            (_, Value::Number(number)) => {
                let scaled = number.multiply(Number::whole(10_i128.pow(self.kind.scale().into())))?;
                i64::try_from(scaled.floor()).ok()
            }
            _ => None,
        }
    }

    fn value(&self, digits: i64) -> Option<Value> {
        match self.kind {
            Type::Date => NaiveDate::from_num_days_from_ce_opt(i32::try_from(digits).ok()?).map(Value::Date),
            kind => Number::scaled(digits.into(), kind.scale().into()).map(Value::Number),
        }
    }

    /// Within which values a change makes sense.
    fn range(&self, start: i64) -> (i64, i64) {
        match self.kind {
            // From the year 1850 to the year 2200.
            Type::Date => (675_334.min(start), 803_168.max(start)),
            Type::Ratio => (if start > 0 { 0 } else { start.min(-1_000_000) }, 1_000_000_000_000),
            _ => (if start > 0 { 0 } else { -1_000_000_000_000_000 }, 1_000_000_000_000_000_000),
        }
    }
}
