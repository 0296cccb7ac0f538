//! Comparisons of what is linear in one thing, least and greatest values, and tables of values, brought to
//! comparisons of single things.

use super::{Goal, constant};
use crate::{
    expression::{Comparison, Expression, Operation, Value},
    number::Number,
};

/// Most rows of a table of values that are looked at one by one.
const ROWS_MAX: usize = 60;

/// A comparison of two numbers, brought to one thing.
pub(super) enum Straight<'e> {
    /// It reads one thing, which has to compare so.
    Bound(&'e Expression, Comparison, Number),
    /// It says the same whatever the values are.
    Fixed(bool),
}

/// `factor` × thing + `offset`; without a thing, the offset alone.
struct Linear<'e> {
    thing: Option<&'e Expression>,
    factor: Number,
    offset: Number,
}

/// A comparison of two sides that are linear in one and the same thing; `None` for all others.
pub(super) fn straight<'e>(
    comparison: Comparison,
    left: &'e Expression,
    right: &'e Expression,
) -> Option<Straight<'e>> {
    let difference = linear(left)?.plus(&linear(right)?, Number::whole(-1))?;
    let Some(thing) = difference.thing.filter(|_| !difference.factor.is_zero()) else {
        return Some(Straight::Fixed(comparison.holds(difference.offset.cmp(&Number::ZERO))));
    };
    let turned = difference.factor.is_negative();
    let bound = difference.offset.negate()?.divide(difference.factor)?;
    Some(Straight::Bound(thing, if turned { comparison.mirrored() } else { comparison }, bound))
}

impl<'e> Linear<'e> {
    fn of(thing: &'e Expression) -> Self {
        Self { thing: Some(thing), factor: Number::whole(1), offset: Number::ZERO }
    }

    /// This and so many of another; `None` where both read different things.
    fn plus(&self, other: &Self, times: Number) -> Option<Self> {
        if self.thing.is_some() && other.thing.is_some() && self.thing != other.thing {
            return None;
        }
        Some(Self {
            thing: self.thing.or(other.thing),
            factor: self.factor.add(other.factor.multiply(times)?)?,
            offset: self.offset.add(other.offset.multiply(times)?)?,
        })
    }

    fn times(&self, number: Number) -> Option<Self> {
        Some(Self {
            thing: self.thing,
            factor: self.factor.multiply(number)?,
            offset: self.offset.multiply(number)?,
        })
    }
}

fn linear(expression: &Expression) -> Option<Linear<'_>> {
    match constant(expression) {
        Some(Value::Number(offset)) => {
            return Some(Linear { thing: None, factor: Number::ZERO, offset });
        }
        Some(_) => return None,
        None => {}
    }
    if let Expression::Arithmetic(operation, left, right) = expression
        && let (Some(one), Some(other)) = (linear(left), linear(right))
    {
        let known = |side: &Linear<'_>| side.thing.is_none().then_some(side.offset);
        let found = match operation {
            Operation::Add => one.plus(&other, Number::whole(1)),
            Operation::Subtract => one.plus(&other, Number::whole(-1)),
            Operation::Multiply => match (known(&one), known(&other)) {
                (Some(number), _) => other.times(number),
                (_, Some(number)) => one.times(number),
                _ => None,
            },
            Operation::Divide => known(&other)
                .and_then(|number| Number::whole(1).divide(number))
                .and_then(|number| one.times(number)),
        };
        if found.is_some() {
            return found;
        }
    }
    Some(Linear::of(expression))
}

/// A comparison with the least or greatest of several, as comparisons with each of them.
pub(super) fn of_each(goal: &Expression, wanted: bool) -> Option<Expression> {
    let Expression::Compare(comparison, left, right) = goal else { return None };
    let comparison = if wanted { *comparison } else { comparison.negated() };
    let (all, least, comparison, other) = match (&**left, &**right) {
        (Expression::Smallest(all), other) => (all, true, comparison, other),
        (Expression::Greatest(all), other) => (all, false, comparison, other),
        (other, Expression::Smallest(all)) => (all, true, comparison.mirrored(), other),
        (other, Expression::Greatest(all)) => (all, false, comparison.mirrored(), other),
        _ => return None,
    };
    let each = |comparison: Comparison| -> Vec<Expression> {
        all.iter()
            .map(|one| Expression::Compare(comparison, Box::new(one.clone()), Box::new(other.clone())))
            .collect()
    };
    let upwards = matches!(comparison, Comparison::AtLeast | Comparison::More);
    match comparison {
        Comparison::NotEqual => None,
        Comparison::Equal => {
            let beyond = if least { Comparison::AtLeast } else { Comparison::AtMost };
            let met = Expression::Or(each(Comparison::Equal));
            Some(Expression::And(each(beyond).into_iter().chain([met]).collect()))
        }
        _ if upwards == least => Some(Expression::And(each(comparison))),
        _ => Some(Expression::Or(each(comparison))),
    }
}

/// A comparison with a value looked up by a code, row by row.
pub(super) fn of_rows(goal: &Expression, wanted: bool) -> Option<Vec<Vec<Goal>>> {
    let Expression::Compare(comparison, left, right) = goal else { return None };
    let (comparison, key, rows, other) = match (&**left, &**right) {
        (Expression::Lookup(key, rows), other) => (*comparison, key, rows, other),
        (other, Expression::Lookup(key, rows)) => (comparison.mirrored(), key, rows, other),
        _ => return None,
    };
    let way = |(codes, value): &(_, Value)| {
        let value = Box::new(Expression::Constant(value.clone()));
        vec![
            (Expression::Compare(comparison, value, Box::new(other.clone())), wanted),
            (Expression::CodeIn(key.clone(), Clone::clone(codes)), true),
        ]
    };
    (rows.len() <= ROWS_MAX).then(|| rows.iter().map(way).collect())
}
