//! Numbers: literals, sums and products with their units, the least and the greatest.

use super::{Checker, Dimension, NODES_MAX, Typed, scope::size, units::Units};
use crate::{
    catalog::Type,
    expression::{Comparison, Expression, Operation, Value},
    number::{Number, Rounding},
    span::Span,
    syntax::{Numeral, Tree},
};

impl Checker<'_, '_> {
    pub(super) fn numeral(&mut self, numeral: &Numeral, span: Span) -> Option<(Expression, Dimension)> {
        let Some(value) = numeral.value() else {
            return self.fault(span, "the number is too large", "write a number of at most 30 digits");
        };
        let dimension = match numeral {
            Numeral { yuan: true, .. } => Dimension::Money,
            Numeral { mark, .. } if mark.is_share() => Dimension::Ratio,
            Numeral { unit: Some(unit), .. } => Dimension::Unit(Units::parse(unit)),
            _ => Dimension::Literal(value),
        };
        Some((Expression::Constant(Value::Number(value)), dimension))
    }

    /// A tree that has to be a number.
    pub(super) fn numeric(&mut self, tree: &Tree) -> Option<Typed> {
        let typed = self.typed(tree, None)?;
        if typed.dimension.is_numeric() {
            return Some(typed);
        }
        let what = format!("a number is wanted, this is {}", typed.dimension.described(self.scope));
        let hint = match typed.dimension {
            Dimension::Date => "use days_between, months_between or years_between",
            _ => "write a number or a field that holds one",
        };
        self.fault(tree.span, what, hint)
    }

    pub(super) fn negation(&mut self, inner: &Tree) -> Option<(Expression, Dimension)> {
        let Typed { expression, dimension, .. } = self.numeric(inner)?;
        if let (Expression::Constant(Value::Number(number)), Dimension::Literal(_)) =
            (&expression, &dimension)
        {
            let number = number.negate()?;
            return Some((Expression::Constant(Value::Number(number)), Dimension::Literal(number)));
        }
        let nought = Expression::Constant(Value::Number(Number::ZERO));
        Some((Expression::Arithmetic(Operation::Subtract, Box::new(nought), Box::new(expression)), dimension))
    }

    pub(super) fn arithmetic(
        &mut self,
        operation: Operation,
        left: &Tree,
        right: &Tree,
    ) -> Option<(Expression, Dimension)> {
        let span = left.span.cover(right.span);
        let (left, right) = (self.numeric(left), self.numeric(right));
        let (left, right) = (left?, right?);
        let dimension = match operation {
            Operation::Add | Operation::Subtract => {
                if let Err((what, hint)) = left.dimension.addable(&right.dimension, self.scope) {
                    return self.fault(span, what, hint);
                }
                sum(&left.dimension, &right.dimension, operation)
            }
            Operation::Multiply => product(&left.dimension, &right.dimension),
            Operation::Divide => quotient(&left.dimension, &right.dimension),
        };
        let expression =
            Expression::Arithmetic(operation, Box::new(left.expression), Box::new(right.expression));
        Some((expression, dimension))
    }

    pub(super) fn absolute(&mut self, tree: &Tree) -> Option<(Expression, Dimension)> {
        let Typed { expression, dimension, .. } = self.numeric(tree)?;
        // It stands twice.
        self.nodes += size(&expression);
        if self.nodes > NODES_MAX {
            return None;
        }
        let nought = Expression::Constant(Value::Number(Number::ZERO));
        let turned =
            Expression::Arithmetic(Operation::Subtract, Box::new(nought), Box::new(expression.clone()));
        Some((Expression::Greatest(vec![expression, turned]), dimension))
    }

    pub(super) fn rounded(
        &mut self,
        rounding: Rounding,
        arguments: &[Tree],
    ) -> Option<(Expression, Dimension)> {
        let (value, unit) = (self.numeric(&arguments[0]), self.numeric(&arguments[1]));
        let (value, unit) = (value?, unit?);
        let Expression::Constant(Value::Number(step)) = unit.expression else {
            return self.fault(
                unit.span,
                "the unit is no constant",
                "round to a number, such as `0.01` or `1万`",
            );
        };
        if step <= Number::ZERO {
            return self
                .fault(unit.span, "the unit is not above nought", "round to a number, such as `0.01`");
        }
        if let Err((what, hint)) = value.dimension.addable(&unit.dimension, self.scope) {
            return self.fault(unit.span, what, hint);
        }
        Some((Expression::Rounded(Box::new(value.expression), step, rounding), value.dimension))
    }

    pub(super) fn extreme(
        &mut self,
        least: bool,
        arguments: &[Tree],
        expected: Option<&Type>,
    ) -> Option<(Expression, Dimension)> {
        let checked: Vec<Option<Typed>> = arguments.iter().map(|tree| self.typed(tree, expected)).collect();
        let checked: Vec<Typed> = checked.into_iter().collect::<Option<_>>()?;
        let mut dimension = checked.first()?.dimension.clone();
        for typed in &checked {
            if !(typed.dimension.is_numeric() || typed.dimension == Dimension::Date) {
                let what = format!("{} has no order", typed.dimension.described(self.scope));
                return self.fault(typed.span, what, "compare numbers or dates");
            }
            dimension = self.joined(dimension, typed)?;
        }
        let all = checked.into_iter().map(|typed| typed.expression).collect();
        Some((if least { Expression::Smallest(all) } else { Expression::Greatest(all) }, dimension))
    }

    /// The dimension of values that stand for each other; reported where they do not go together.
    pub(super) fn joined(&mut self, before: Dimension, value: &Typed) -> Option<Dimension> {
        match before.comparable(&value.dimension, Comparison::Equal, self.scope) {
            Ok(()) => match (&before, &value.dimension) {
                // Only where all of them are small can they be shares.
                (Dimension::Literal(one), Dimension::Literal(other)) => {
                    let larger = if one.absolute() < other.absolute() { other } else { one };
                    Some(Dimension::Literal(*larger))
                }
                _ if before.is_numeric() => Some(sum(&before, &value.dimension, Operation::Add)),
                _ => Some(before),
            },
            Err((what, hint)) => self.fault(value.span, what, hint),
        }
    }
}

/// The dimension of a sum: the one that says more.
pub(super) fn sum(left: &Dimension, right: &Dimension, operation: Operation) -> Dimension {
    let says = |side: &Dimension| match side {
        Dimension::Unknown => 0,
        Dimension::Literal(_) => 1,
        Dimension::Quotient => 2,
        Dimension::Pure => 3,
        Dimension::Open(units) if units.is_none() => 4,
        Dimension::Open(_) => 5,
        _ => 6,
    };
    match (left, right) {
        (Dimension::Literal(left), Dimension::Literal(right)) => {
            let value = if operation == Operation::Add { left.add(*right) } else { left.subtract(*right) };
            value.map_or(Dimension::Pure, Dimension::Literal)
        }
        _ if says(right) > says(left) => right.clone(),
        _ => left.clone(),
    }
}

/// The dimension of a product.
pub(super) fn product(left: &Dimension, right: &Dimension) -> Dimension {
    match (left, right) {
        (Dimension::Literal(left), Dimension::Literal(right)) => {
            left.multiply(*right).map_or(Dimension::Pure, Dimension::Literal)
        }
        (Dimension::Unknown, _) | (_, Dimension::Unknown) => Dimension::Unknown,
        (Dimension::Literal(_), Dimension::Pure) | (Dimension::Pure, Dimension::Literal(_)) => {
            Dimension::Open(Units::default())
        }
        (Dimension::Literal(factor), share @ (Dimension::Ratio | Dimension::Quotient))
        | (share @ (Dimension::Ratio | Dimension::Quotient), Dimension::Literal(factor)) => {
            // Twice a share is a share; a hundred of it counts percents, and 20万 of it is a part of a sum.
            let is_share = factor.absolute().is_some_and(|size| size < Number::whole(100));
            if is_share { multiple(share) } else { Dimension::Open(Units::default()) }
        }
        (Dimension::Ratio, Dimension::Ratio) => Dimension::Ratio,
        (Dimension::Ratio | Dimension::Quotient, Dimension::Ratio | Dimension::Quotient) => {
            Dimension::Quotient
        }
        (Dimension::Literal(factor), Dimension::Unit(units))
        | (Dimension::Unit(units), Dimension::Literal(factor)) => match units.refined(*factor) {
            Some(refined) => Dimension::Open(refined),
            None => joined(left, right, false),
        },
        _ => joined(left, right, false),
    }
}

/// A share times a number that is no share itself.
fn multiple(share: &Dimension) -> Dimension {
    if *share == Dimension::Ratio { Dimension::Ratio } else { Dimension::Quotient }
}

/// The dimension of a quotient.
pub(super) fn quotient(left: &Dimension, right: &Dimension) -> Dimension {
    match (left, right) {
        (Dimension::Literal(left), Dimension::Literal(right)) => {
            left.divide(*right).map_or(Dimension::Pure, Dimension::Literal)
        }
        (Dimension::Unknown, _) | (_, Dimension::Unknown) => Dimension::Unknown,
        (Dimension::Pure | Dimension::Literal(_), Dimension::Pure) | (Dimension::Ratio, Dimension::Ratio) => {
            Dimension::Quotient
        }
        (Dimension::Literal(_), Dimension::Ratio | Dimension::Quotient) => Dimension::Pure,
        // A part of the staff that is counted row by row, or the other way round.
        (Dimension::Pure, Dimension::Unit(units)) | (Dimension::Unit(units), Dimension::Pure)
            if units.is_countable() =>
        {
            Dimension::Quotient
        }
        (Dimension::Unit(units), Dimension::Literal(divisor)) => {
            units.coarsened(*divisor).map_or_else(|| left.clone(), Dimension::Open)
        }
        (left, Dimension::Literal(_) | Dimension::Pure | Dimension::Ratio | Dimension::Quotient) => {
            left.clone()
        }
        _ => joined(left, right, true),
    }
}

/// Units times units, or over them. A bare number beside a unit that is no money leaves open what it becomes; so
/// does a count beside money by the piece.
fn joined(left: &Dimension, right: &Dimension, over: bool) -> Dimension {
    let is_bare = |side: &Dimension| matches!(side, Dimension::Literal(_) | Dimension::Open(_));
    let is_count = |side: &Dimension| matches!(side, Dimension::Pure | Dimension::Open(_));
    let units = match (left.units(), right.units()) {
        (None, None) => return Dimension::Pure,
        (Some(units), None) => units,
        (None, Some(units)) => Units::default().joined(&units, over),
        (Some(left), Some(right)) => left.joined(&right, over),
    };
    let power = units.power_of_money();
    if (is_bare(left) || is_bare(right)) && power == 0
        || (is_count(left) || is_count(right)) && power == 1 && units.is_quotient() && !over
    {
        Dimension::Open(units)
    } else if units.is_none() {
        Dimension::Quotient
    } else {
        Dimension::of_units(units)
    }
}
