//! What an expression measures, and what may be compared with what.

use super::Scope;
use crate::{
    catalog::{Type, VocabularyIndex},
    expression::Comparison,
    number::Number,
};

/// What an expression measures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// A condition.
    Bool,
    /// A number as written, without unit: it takes the unit of what it meets.
    Literal(Number),
    /// A number without unit: a count, a quotient.
    Pure,
    /// A share; 5 % is 0.05.
    Ratio,
    /// Money in yuan.
    Money,
    /// A number with a unit.
    Unit(String),
    /// A number with a unit times a bare number: the unit may have gone over into money.
    Open,
    /// A day.
    Date,
    /// A code of a vocabulary.
    Code(VocabularyIndex),
    /// Codes of a vocabulary.
    CodeSet(VocabularyIndex),
    /// Text.
    Text,
}

/// What is wrong, and what to do.
type Refusal = (String, String);

impl Dimension {
    /// Of a field, parameter or term.
    pub fn of(kind: &Type) -> Self {
        match kind {
            Type::Bool => Self::Bool,
            Type::Number { unit, .. } if unit.is_empty() => Self::Pure,
            Type::Number { unit, .. } => Self::Unit(unit.clone()),
            Type::Money => Self::Money,
            Type::Ratio => Self::Ratio,
            Type::Date => Self::Date,
            Type::Code(vocabulary) => Self::Code(*vocabulary),
            Type::CodeSet(vocabulary) => Self::CodeSet(*vocabulary),
            Type::Text => Self::Text,
        }
    }

    /// Whether it is a number of any kind.
    pub fn is_numeric(&self) -> bool {
        !matches!(self, Self::Bool | Self::Date | Self::Code(_) | Self::CodeSet(_) | Self::Text)
    }

    /// Whether it can be an amount of money.
    pub fn goes_with_money(&self) -> bool {
        matches!(self, Self::Money | Self::Literal(_) | Self::Open | Self::Pure)
    }

    /// Whether it can be a value of this type.
    pub fn fits(&self, kind: &Type) -> bool {
        match kind {
            Type::Money => self.goes_with_money(),
            Type::Ratio => matches!(self, Self::Ratio | Self::Pure) || self.is_small(),
            Type::Number { .. } => {
                matches!(self, Self::Literal(_) | Self::Open | Self::Pure) || *self == Self::of(kind)
            }
            other => *self == Self::of(other),
        }
    }

    /// A bare number that can only be a share: nought, or below one.
    fn is_small(&self) -> bool {
        let one = Number::whole(1);
        matches!(self, Self::Literal(number) if number.absolute().is_some_and(|size| size < one))
    }

    /// Whether two expressions may be compared so; else what is wrong and what to do.
    pub fn comparable(&self, other: &Self, comparison: Comparison, scope: &Scope<'_>) -> Result<(), Refusal> {
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        match (self, other) {
            (left, right) if left.is_numeric() && right.is_numeric() => left.addable(right, scope),
            (Self::Date, Self::Date) => Ok(()),
            (Self::Bool, Self::Bool) | (Self::Text, Self::Text) if equality => Ok(()),
            (Self::Code(left), Self::Code(right)) if left == right && equality => Ok(()),
            (Self::CodeSet(_), _) | (_, Self::CodeSet(_)) => {
                Err(("a set of codes cannot be compared".to_owned(), "write `… in (…)`".to_owned()))
            }
            (left, right) if left == right => {
                let what = format!("{} has no order", left.described(scope));
                Err((what, "compare with `=` or `!=`, or list the codes with `in (…)`".to_owned()))
            }
            (left, right) => {
                let what = format!("{} is compared with {}", left.described(scope), right.described(scope));
                Err((what, "compare values of one type".to_owned()))
            }
        }
    }

    /// Whether two numbers may be compared, added or subtracted.
    pub fn addable(&self, other: &Self, scope: &Scope<'_>) -> Result<(), Refusal> {
        let (left, right) = (self.described(scope), other.described(scope));
        let refuse = |hint: &str| Err((format!("{left} meets {right}"), hint.to_owned()));
        match (self, other) {
            (Self::Ratio, Self::Literal(_)) | (Self::Literal(_), Self::Ratio) => {
                if self.is_small() || other.is_small() {
                    Ok(())
                } else {
                    refuse("write the share with a sign, such as `25%`")
                }
            }
            (Self::Ratio, Self::Unit(unit)) | (Self::Unit(unit), Self::Ratio) if unit.contains('%') => {
                refuse("one is a share and one counts percents: declare both as ratio")
            }
            (Self::Money, Self::Unit(unit)) | (Self::Unit(unit), Self::Money) if unit.contains('元') => {
                refuse("declare the field as money: its column is then read in yuan")
            }
            (Self::Literal(_) | Self::Open, _)
            | (_, Self::Literal(_) | Self::Open)
            | (Self::Pure, Self::Ratio | Self::Unit(_))
            | (Self::Ratio | Self::Unit(_), Self::Pure) => Ok(()),
            (one, another) if one == another => Ok(()),
            _ => refuse("bring both to one unit"),
        }
    }

    /// What it is, for people.
    pub fn described(&self, scope: &Scope<'_>) -> String {
        match self {
            Self::Bool => "a condition".to_owned(),
            Self::Literal(_) => "a bare number".to_owned(),
            Self::Pure => "a number without unit".to_owned(),
            Self::Ratio => "a share".to_owned(),
            Self::Money => "money".to_owned(),
            Self::Unit(unit) => format!("a number in {unit}"),
            Self::Open => "a product of a number".to_owned(),
            Self::Date => "a date".to_owned(),
            Self::Code(vocabulary) => format!("a code of `{}`", scope.catalog.vocabulary(*vocabulary).name),
            Self::CodeSet(vocabulary) => {
                format!("a set of codes of `{}`", scope.catalog.vocabulary(*vocabulary).name)
            }
            Self::Text => "text".to_owned(),
        }
    }
}
