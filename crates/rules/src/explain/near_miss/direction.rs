//! Which way an expression goes when one thing in it grows: so that a threshold can be found by halving.

use crate::{
    expression::{Comparison, Expression, Operation},
    number::Number,
    reference::Firm,
};

/// How a value, or a truth, goes with what grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// It stays.
    Constant,
    /// It never falls; a truth never goes from true to false.
    Up,
    /// It never rises.
    Down,
    /// Nothing is known.
    Mixed,
}

impl Direction {
    /// The other way.
    #[must_use]
    pub fn turned(self) -> Self {
        match self {
            Self::Up => Self::Down,
            Self::Down => Self::Up,
            same => same,
        }
    }

    fn with(self, other: Self) -> Self {
        match (self, other) {
            (Self::Constant, same) | (same, Self::Constant) => same,
            (one, another) if one == another => one,
            _ => Self::Mixed,
        }
    }
}

/// What grows, and for whom all else is given.
#[derive(Clone, Copy)]
pub struct Growing<'g, 'a> {
    /// For whom.
    pub firm: &'g Firm<'a>,
    /// Whether an expression is what grows.
    pub is: &'g dyn Fn(&Expression) -> bool,
    /// Whether what grows is above nought all along.
    pub positive: bool,
}

impl Growing<'_, '_> {
    /// Which way an expression goes.
    pub fn direction(&self, expression: &Expression) -> Direction {
        if (self.is)(expression) {
            return Direction::Up;
        }
        let of = |inner: &Expression| self.direction(inner);
        let joined = |all: &[Expression]| all.iter().map(of).fold(Direction::Constant, Direction::with);
        match expression {
            Expression::Constant(_)
            | Expression::NotInForce(_)
            | Expression::Fact(_)
            | Expression::Child(_)
            | Expression::Judged(_) => Direction::Constant,
            Expression::Not(inner) => of(inner).turned(),
            Expression::And(all)
            | Expression::Or(all)
            | Expression::Smallest(all)
            | Expression::Greatest(all) => joined(all),
            Expression::Compare(comparison, left, right) => match comparison {
                Comparison::AtMost | Comparison::Less => of(left).turned().with(of(right)),
                Comparison::AtLeast | Comparison::More => of(left).with(of(right).turned()),
                Comparison::Equal | Comparison::NotEqual => opaque([of(left), of(right)]),
            },
            Expression::CodeIn(inner, _) | Expression::IsKnown(inner) | Expression::Lookup(inner, _) => {
                opaque([of(inner)])
            }
            Expression::Arithmetic(operation, left, right) => self.arithmetic(*operation, left, right),
            Expression::Rounded(inner, ..) | Expression::StartOf(_, inner) => of(inner),
            Expression::Case(branches, otherwise) => {
                let whens = opaque(branches.iter().map(|(when, _)| of(when)));
                let values = branches.iter().map(|(_, then)| then).chain(otherwise.as_deref());
                values.map(of).fold(whens, Direction::with)
            }
            Expression::Elapsed(_, from, to) => of(to).with(of(from).turned()),
            Expression::Shifted(_, from, count) => of(from).with(of(count)),
            Expression::Aggregate(aggregate) => opaque(aggregate.parts().map(of)),
        }
    }

    fn arithmetic(&self, operation: Operation, left: &Expression, right: &Expression) -> Direction {
        let (of_left, of_right) = (self.direction(left), self.direction(right));
        match operation {
            Operation::Add => of_left.with(of_right),
            Operation::Subtract => of_left.with(of_right.turned()),
            Operation::Multiply => match (of_left, of_right) {
                (Direction::Constant, other) => self.scaled(left, other),
                (other, Direction::Constant) => self.scaled(right, other),
                _ => Direction::Mixed,
            },
            Operation::Divide => match (of_left, of_right) {
                (other, Direction::Constant) => self.scaled(right, other),
                // The hyperbola falls as long as what grows is above nought.
                (Direction::Constant, Direction::Up) if self.positive && (self.is)(right) => {
                    self.scaled(left, Direction::Down)
                }
                _ => Direction::Mixed,
            },
        }
    }

    fn scaled(&self, by: &Expression, direction: Direction) -> Direction {
        match self.firm.number(by) {
            _ if direction == Direction::Constant => direction,
            None => Direction::Mixed,
            Some(by) if by == Number::ZERO => Direction::Constant,
            Some(by) if by.is_negative() => direction.turned(),
            Some(_) => direction,
        }
    }
}

/// Where only "stays" is certain.
fn opaque(all: impl IntoIterator<Item = Direction>) -> Direction {
    let stays = all.into_iter().all(|direction| direction == Direction::Constant);
    if stays { Direction::Constant } else { Direction::Mixed }
}
