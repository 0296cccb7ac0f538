//! What an expression measures, and what may be compared with what.

use super::{Scope, units::Units};
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
    /// A number without unit: a count, or a field that says no unit.
    Pure,
    /// Like divided by like: a number that may be a share too.
    Quotient,
    /// `unknown`: it takes the type of what it meets.
    Unknown,
    /// A share; 5 % is 0.05.
    Ratio,
    /// Money in yuan.
    Money,
    /// A number with a unit, or a product of units.
    Unit(Units),
    /// Such a number, or a count, times a bare number: the unit may have gone over into money.
    Open(Units),
    /// A day.
    Date,
    /// A code of a vocabulary.
    Code(VocabularyIndex),
    /// Codes of a vocabulary.
    CodeSet(VocabularyIndex),
    /// Text.
    Text,
}

/// Money times money: what is wrong, and what to do.
pub(super) const SQUARED: (&str, &str) = (
    "money is multiplied by money",
    "multiply money by a share or a count; what divides money is written `5000万元`",
);

/// What is wrong, and what to do.
type Refusal = (String, String);

impl Dimension {
    /// Of a field, parameter or term.
    pub fn of(kind: &Type) -> Self {
        match kind {
            Type::Bool => Self::Bool,
            Type::Number { unit, .. } if unit.is_empty() => Self::Pure,
            Type::Number { unit, .. } => Self::of_units(Units::parse(unit)),
            Type::Money => Self::Money,
            Type::Ratio => Self::Ratio,
            Type::Date => Self::Date,
            Type::Code(vocabulary) => Self::Code(*vocabulary),
            Type::CodeSet(vocabulary) => Self::CodeSet(*vocabulary),
            Type::Text => Self::Text,
        }
    }

    /// The type of something that measures this and stands in for a number.
    pub fn kind(&self) -> Type {
        match self {
            Self::Ratio => Type::Ratio,
            Self::Unit(units) | Self::Open(units) if !units.is_none() => {
                Type::Number { scale: 0, unit: units.to_string() }
            }
            Self::Pure | Self::Quotient | Self::Open(_) => Type::Number { scale: 0, unit: String::new() },
            _ => Type::Money,
        }
    }

    /// A number in these units.
    pub(super) fn of_units(units: Units) -> Self {
        match units {
            none if none.is_none() => Self::Pure,
            money if money == Units::money() => Self::Money,
            units => Self::Unit(units),
        }
    }

    /// The units of a number that has some.
    pub(super) fn units(&self) -> Option<Units> {
        match self {
            Self::Money => Some(Units::money()),
            Self::Unit(units) | Self::Open(units) => Some(units.clone()),
            _ => None,
        }
    }

    /// Whether it is a number of any kind.
    pub fn is_numeric(&self) -> bool {
        !matches!(self, Self::Bool | Self::Date | Self::Code(_) | Self::CodeSet(_) | Self::Text)
    }

    /// Whether it can be an amount of money: 1,000 a head times heads is.
    pub fn goes_with_money(&self) -> bool {
        match self {
            Self::Money | Self::Literal(_) | Self::Pure | Self::Quotient | Self::Unknown => true,
            Self::Open(units) if units.power_of_money() == 1 => units.is_money_apiece(),
            Self::Open(units) => units.power_of_money() == 0 && !units.is_quotient(),
            Self::Unit(units) => units.power_of_money() == 1 && !units.is_quotient(),
            _ => false,
        }
    }

    /// Whether money is multiplied by money in it.
    pub(super) fn is_money_squared(&self) -> bool {
        self.units().is_some_and(|units| units.power_of_money().abs() > 1)
    }

    /// Whether it is money by the piece, such as 元/人, that may be compared with a fixed sum.
    pub(super) fn is_money_apiece(&self) -> bool {
        matches!(self, Self::Unit(units) if units.power_of_money() == 1 && units.is_quotient())
    }

    /// Whether it can be a value of this type.
    pub fn fits(&self, kind: &Type) -> bool {
        match (kind, self) {
            (_, Self::Unknown) | (Type::Number { .. }, Self::Literal(_) | Self::Pure | Self::Quotient) => {
                true
            }
            (Type::Money, _) => self.goes_with_money(),
            (Type::Ratio, _) => matches!(self, Self::Ratio | Self::Quotient) || self.is_small(),
            (Type::Number { unit, .. }, Self::Open(units)) => {
                unit.is_empty() || units.is_none() || *units == Units::parse(unit)
            }
            // A count of months may be kept without its unit; money may not.
            (Type::Number { unit, .. }, Self::Unit(units)) if unit.is_empty() => units.power_of_money() == 0,
            _ => *self == Self::of(kind),
        }
    }

    /// A bare number that can only be a share: nought, or below one.
    fn is_small(&self) -> bool {
        let one = Number::whole(1);
        matches!(self, Self::Literal(number) if number.absolute().is_some_and(|size| size < one))
    }

    /// One, which beside a share is the whole.
    fn is_one(&self) -> bool {
        *self == Self::Literal(Number::whole(1))
    }

    /// Whether two expressions may be compared so; else what is wrong and what to do.
    pub fn comparable(&self, other: &Self, comparison: Comparison, scope: &Scope<'_>) -> Result<(), Refusal> {
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Ok(()),
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
            (Self::Unknown, _) | (_, Self::Unknown) => Ok(()),
            (left, right) if left.is_money_squared() || right.is_money_squared() => {
                Err((SQUARED.0.to_owned(), SQUARED.1.to_owned()))
            }
            (Self::Ratio, Self::Literal(_)) | (Self::Literal(_), Self::Ratio) => {
                if [self, other].into_iter().any(|side| side.is_small() || side.is_one()) {
                    Ok(())
                } else {
                    refuse("write the share with a sign, such as `25%`")
                }
            }
            (Self::Ratio, Self::Unit(unit)) | (Self::Unit(unit), Self::Ratio)
                if unit.to_string().contains('%') =>
            {
                refuse("one is a share and one counts percents: declare both as ratio")
            }
            (Self::Open(left), Self::Open(right)) if left != right && !left.is_none() && !right.is_none() => {
                refuse("bring both to one unit; where both are money, write it: `1000元 * …`")
            }
            (left, right)
                if left.goes_with_money() && right.goes_with_money() && left.pair_has_money(right) =>
            {
                if [left, right].into_iter().any(|side| matches!(side, Self::Pure | Self::Quotient)) {
                    refuse("write the money with its unit, such as `3万元`, or multiply the count by money")
                } else {
                    Ok(())
                }
            }
            (Self::Money, Self::Unit(unit)) | (Self::Unit(unit), Self::Money)
                if unit.to_string().contains('元') && !unit.is_quotient() =>
            {
                refuse("declare the field as money: its column is then read in yuan")
            }
            (apiece, Self::Money) | (Self::Money, apiece) if apiece.is_money_apiece() => refuse(
                "compare it with a sum such as `30万元`, or a parameter of type decimal with this unit",
            ),
            (Self::Open(left), Self::Unit(right) | Self::Open(right))
            | (Self::Unit(left), Self::Open(right)) => {
                if left == right || left.is_none() || right.is_none() {
                    Ok(())
                } else {
                    refuse("bring both to one unit")
                }
            }
            (Self::Ratio, Self::Open(_)) | (Self::Open(_), Self::Ratio) => {
                refuse("write the share with a sign, such as `25%`, or divide like by like")
            }
            (Self::Ratio, Self::Pure) | (Self::Pure, Self::Ratio) => {
                refuse("divide it first, such as `count(…) / staff`, or declare the field as ratio")
            }
            (Self::Literal(_) | Self::Open(_), _)
            | (_, Self::Literal(_) | Self::Open(_))
            | (Self::Pure, Self::Unit(_))
            | (Self::Unit(_), Self::Pure)
            | (Self::Quotient, Self::Pure | Self::Ratio | Self::Unit(_))
            | (Self::Pure | Self::Ratio | Self::Unit(_), Self::Quotient) => Ok(()),
            (one, another) if one == another => Ok(()),
            _ => refuse("bring both to one unit"),
        }
    }

    /// Whether at least one of the two is money, be it by way of a count.
    fn pair_has_money(&self, other: &Self) -> bool {
        let is_money = |side: &Self| side.units().is_some_and(|units| units.power_of_money() == 1);
        is_money(self) || is_money(other)
    }

    /// What it is, for people.
    pub fn described(&self, scope: &Scope<'_>) -> String {
        match self {
            Self::Bool => "a condition".to_owned(),
            Self::Literal(_) => "a bare number".to_owned(),
            Self::Pure => "a number without unit".to_owned(),
            Self::Quotient => "a quotient".to_owned(),
            Self::Unknown => "a value that nobody knows".to_owned(),
            Self::Ratio => "a share".to_owned(),
            Self::Money => "money".to_owned(),
            Self::Unit(unit) => format!("a number in {unit}"),
            Self::Open(units) if units.is_none() => "a product of a number".to_owned(),
            Self::Open(units) => format!("a product of a number in {units}"),
            Self::Date => "a date".to_owned(),
            Self::Code(vocabulary) => format!("a code of `{}`", scope.catalog.vocabulary(*vocabulary).name),
            Self::CodeSet(vocabulary) => {
                format!("a set of codes of `{}`", scope.catalog.vocabulary(*vocabulary).name)
            }
            Self::Text => "text".to_owned(),
        }
    }
}
