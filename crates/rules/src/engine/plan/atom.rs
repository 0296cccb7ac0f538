//! Conditions of the facts, in the form the kernels evaluate.

use crate::{catalog::FieldIndex, expression::Expression, vocabulary::CodeBits};
use std::sync::Arc;

/// A condition that is no combination of others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Atom {
    /// The fact is known.
    Known(FieldIndex),
    /// The fact is yes.
    Bool(FieldIndex),
    /// The stored whole number (digits of the field's scale, or the day) is below this.
    Below(FieldIndex, i64),
    /// The stored whole number is this.
    Equals(FieldIndex, i64),
    /// The code is one of these.
    Within(FieldIndex, CodeBits),
    /// One of the codes is one of these.
    Meets(FieldIndex, CodeBits),
    /// The text is this.
    Spells(FieldIndex, Arc<str>),
    /// The day is before this one: what `condition` says of the days of the years 0 to 9999.
    Before {
        /// The only fact it reads, a date.
        field: FieldIndex,
        /// Days of the common era.
        day: i32,
        /// What to evaluate where the table holds other days.
        condition: Box<Condition>,
    },
    /// A condition of one code or date: its values can be asked one by one.
    OfOne(FieldIndex, Box<Condition>),
    /// Only the reference can say.
    Row(Box<Condition>),
}

/// A condition for the reference.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Condition {
    /// The condition.
    pub expression: Expression,
    /// What judged conditions in it are taken to be; `None` where there is none or they are left unknown.
    pub judged: Option<bool>,
    /// Where the condition is false of the days before and true of the others.
    pub negative: bool,
}

impl Atom {
    /// The column it reads; `None` where it may read several.
    pub fn field(&self) -> Option<FieldIndex> {
        match self {
            Self::Known(field)
            | Self::Bool(field)
            | Self::Below(field, _)
            | Self::Equals(field, _)
            | Self::Within(field, _)
            | Self::Meets(field, _)
            | Self::Spells(field, _)
            | Self::Before { field, .. }
            | Self::OfOne(field, _) => Some(*field),
            Self::Row(_) => None,
        }
    }

    /// Whether the reference has to evaluate every row.
    pub fn is_slow(&self) -> bool {
        matches!(self, Self::Row(_))
    }
}
