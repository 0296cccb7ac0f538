//! `slices(value, 10万: 1%, 100万: 0.5%, else: 0.1%)`: every part of a value at its own rate.

use super::{Checker, Dimension, NODES_MAX, Typed, scope::size};
use crate::{
    expression::{Expression, Operation, Value},
    number::Number,
    syntax::Tree,
};

impl Checker<'_, '_> {
    pub(super) fn slices(
        &mut self,
        value: &Tree,
        bands: &[(Tree, Tree)],
        above: Option<&Tree>,
    ) -> Option<(Expression, Dimension)> {
        let value = self.numeric(value);
        let tops: Vec<Option<Number>> = bands.iter().map(|(to, _)| self.top(to, value.as_ref())).collect();
        let rates = bands.iter().map(|(_, rate)| rate).chain(above);
        let rates: Vec<Option<Typed>> = rates.map(|rate| self.numeric(rate)).collect();
        let value = value?;
        let tops: Vec<Number> = tops.into_iter().collect::<Option<_>>()?;
        let rates: Vec<Typed> = rates.into_iter().collect::<Option<_>>()?;
        if let Some(at) = tops.windows(2).position(|pair| pair[0] >= pair[1]) {
            let hint = "write the slices from the lowest to the highest";
            return self.fault(bands[at + 1].0.span, "a slice ends where an earlier one has ended", hint);
        }
        // The value stands in every slice.
        self.nodes += size(&value.expression) * (tops.len() + 1);
        if self.nodes > NODES_MAX {
            return None;
        }
        let mut dimension: Option<Dimension> = None;
        let (mut from, mut parts) = (Number::ZERO, Vec::new());
        let first = rates.first().map_or(Dimension::Pure, |rate| rate.dimension.clone());
        for rate in &rates {
            if let Err((what, hint)) = first.addable(&rate.dimension, self.scope) {
                return self.fault(rate.span, what, hint);
            }
        }
        let ends = tops.iter().copied().map(Some).chain([None]);
        for (rate, to) in rates.into_iter().zip(ends) {
            let of_part = super::arithmetic::product(&value.dimension, &rate.dimension);
            dimension = Some(match dimension {
                None => of_part,
                Some(before) => {
                    let part =
                        Typed { expression: Expression::truth(true), dimension: of_part, span: rate.span };
                    self.joined(before, &part)?
                }
            });
            let part = part_between(&value.expression, from, to);
            parts.push(Expression::Arithmetic(
                Operation::Multiply,
                Box::new(part),
                Box::new(rate.expression),
            ));
            from = to.unwrap_or(from);
        }
        let plus = |left, right| Expression::Arithmetic(Operation::Add, Box::new(left), Box::new(right));
        Some((parts.into_iter().reduce(plus)?, dimension?))
    }

    /// Where a slice ends: a constant that goes with the value.
    fn top(&mut self, tree: &Tree, value: Option<&Typed>) -> Option<Number> {
        let top = self.numeric(tree)?;
        if let Some(value) = value
            && let Err((what, hint)) = value.dimension.addable(&top.dimension, self.scope)
        {
            return self.fault(tree.span, what, hint);
        }
        match top.expression {
            Expression::Constant(Value::Number(number)) if number > Number::ZERO => Some(number),
            _ => {
                let hint = "write a number, such as `10万`, or a parameter without places";
                self.fault(tree.span, "the end of a slice is no constant above nought", hint)
            }
        }
    }
}

/// The part of a value between two ends; nought below.
fn part_between(value: &Expression, from: Number, to: Option<Number>) -> Expression {
    let number = |number| Expression::Constant(Value::Number(number));
    let capped = match to {
        Some(to) => Expression::Smallest(vec![value.clone(), number(to)]),
        None => value.clone(),
    };
    let above = if from == Number::ZERO {
        capped
    } else {
        Expression::Arithmetic(Operation::Subtract, Box::new(capped), Box::new(number(from)))
    };
    Expression::Greatest(vec![above, number(Number::ZERO)])
}
