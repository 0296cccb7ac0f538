//! Values between two bounds.

use crate::{
    expression::{Comparison, Expression, Summary},
    number::Number,
};
use std::cmp::Ordering;

/// A bound and whether it is included.
pub(super) type Bound<T> = Option<(T, bool)>;

/// Values between two bounds, some left out.
#[derive(Clone, Debug)]
pub struct Range<T> {
    /// Least.
    pub least: Bound<T>,
    /// Greatest.
    pub most: Bound<T>,
    /// Left out.
    pub but: Vec<T>,
}

impl<T> Default for Range<T> {
    fn default() -> Self {
        Self { least: None, most: None, but: Vec::new() }
    }
}

impl<T: Ord + Copy> Range<T> {
    /// Leaves only what fulfils a comparison.
    pub fn narrow(&mut self, comparison: Comparison, bound: T) {
        let inclusive = matches!(comparison, Comparison::AtLeast | Comparison::AtMost | Comparison::Equal);
        if matches!(comparison, Comparison::AtLeast | Comparison::More | Comparison::Equal) {
            let tighter =
                self.least.is_none_or(|(known, closed)| bound > known || (bound == known && closed));
            if tighter {
                self.least = Some((bound, inclusive));
            }
        }
        if matches!(comparison, Comparison::AtMost | Comparison::Less | Comparison::Equal) {
            let tighter = self.most.is_none_or(|(known, closed)| bound < known || (bound == known && closed));
            if tighter {
                self.most = Some((bound, inclusive));
            }
        }
        if comparison == Comparison::NotEqual {
            self.but.push(bound);
        }
    }

    /// Whether nothing is left.
    pub fn is_empty(&self) -> bool {
        match (self.least, self.most) {
            (Some((least, from)), Some((most, to))) => match least.cmp(&most) {
                Ordering::Greater => true,
                Ordering::Equal => !from || !to || self.but.contains(&least),
                Ordering::Less => false,
            },
            _ => false,
        }
    }
}

impl Range<Number> {
    /// A number in it, a multiple of the unit where its bounds are.
    pub fn one(&self, unit: Option<Number>) -> Option<Number> {
        let step = unit.unwrap_or(Number::whole(1));
        let (least, most) = (self.least.map(|(least, _)| least), self.most.map(|(most, _)| most));
        let beside = |bound: Option<Number>, times: i128| bound?.add(step.multiply(Number::whole(times))?);
        let between = || least?.add(most?)?.divide(Number::whole(2));
        let tried = [least, beside(least, 1), beside(least, 2), most, beside(most, -1), between()];
        tried.into_iter().flatten().chain([Number::ZERO]).find(|number| self.holds(*number))
    }

    fn holds(&self, number: Number) -> bool {
        let above = self.least.is_none_or(|(least, closed)| number > least || (closed && number == least));
        let below = self.most.is_none_or(|(most, closed)| number < most || (closed && number == most));
        above && below && !self.but.contains(&number)
    }
}

/// What an expression can be before anything is assumed.
pub(super) fn starting(subject: &Expression) -> Range<Number> {
    let mut range = Range::default();
    if matches!(subject, Expression::Aggregate(aggregate) if aggregate.summary == Summary::Count) {
        range.narrow(Comparison::AtLeast, Number::ZERO);
    }
    range
}

/// A comparison with a multiple of a unit that says the same; `None` where no multiple fulfils it.
pub(super) fn stepped(comparison: Comparison, bound: Number, unit: Number) -> Option<(Comparison, Number)> {
    let steps = bound.divide(unit);
    let multiple = |count: i128| Number::whole(count).multiply(unit);
    let Some(steps) = steps else { return Some((comparison, bound)) };
    let (floor, ceiling, whole) = (steps.floor(), steps.ceiling(), steps.is_whole());
    let (comparison, count) = match comparison {
        Comparison::AtMost => (Comparison::AtMost, floor),
        Comparison::Less => (Comparison::AtMost, if whole { floor - 1 } else { floor }),
        Comparison::AtLeast => (Comparison::AtLeast, ceiling),
        Comparison::More => (Comparison::AtLeast, if whole { ceiling + 1 } else { ceiling }),
        Comparison::Equal if !whole => return None,
        same => return Some((same, bound)),
    };
    Some((comparison, multiple(count).unwrap_or(bound)))
}
