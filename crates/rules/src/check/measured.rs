//! What a part of a checked text measures, for whoever writes values down: as the check decides it.

use super::{
    Checker, Dimension, Scope,
    arithmetic::{product, quotient, sum},
    units::Units,
};
use crate::{
    catalog::{Catalog, Field, Type},
    expression::{Expression, Operation, Summary, Value},
    syntax::{Function, Kind, Tree},
};

/// What a tree measures; nothing where it has a fault, or names what is not in scope.
pub fn dimension_of(tree: &Tree, scope: &Scope<'_>) -> Option<Dimension> {
    if matches!(tree.kind, Kind::Call(Function::AmountOf, _)) {
        // Policies need not be in scope where an explanation is read.
        return Some(Dimension::Money);
    }
    let mut checker = Checker { scope, child: None, faults: Vec::new(), nodes: 0 };
    let typed = checker.typed(tree, None).filter(|_| checker.faults.is_empty());
    typed.map(|typed| typed.dimension)
}

/// The same of an expression of which there is no text, in a row of a child table with these fields: a number in it
/// has lost its sign of a share, and a choice of codes its vocabulary.
pub fn dimension_of_expression(
    expression: &Expression,
    catalog: &Catalog,
    child: &[Field],
) -> Option<Dimension> {
    let part = |inner: &Expression| dimension_of_expression(inner, catalog, child);
    let of_fields = |field: Option<&Field>| field.map(|field| Dimension::of(&field.kind));
    match expression {
        Expression::Constant(Value::Number(number)) => Some(Dimension::Literal(*number)),
        Expression::Constant(Value::Date(_)) | Expression::StartOf(..) | Expression::Shifted(..) => {
            Some(Dimension::Date)
        }
        Expression::Constant(Value::Text(_)) => Some(Dimension::Text),
        Expression::Fact(field) => of_fields(Some(catalog.field(*field))),
        Expression::Child(field) => of_fields(child.get(usize::from(*field))),
        Expression::Rounded(inner, ..) => part(inner),
        Expression::Smallest(all) | Expression::Greatest(all) => together(all.iter().map(part)),
        Expression::Case(branches, otherwise) => {
            together(branches.iter().map(|(_, then)| then).chain(otherwise.as_deref()).map(part))
        }
        Expression::Arithmetic(operation, left, right) => {
            let (left, right) = (part(left)?, part(right)?);
            Some(match operation {
                Operation::Add | Operation::Subtract => sum(&left, &right, *operation),
                Operation::Multiply => product(&left, &right),
                Operation::Divide => quotient(&left, &right),
            })
        }
        Expression::Elapsed(period, ..) => Some(Dimension::Unit(Units::parse(period.unit()))),
        Expression::Aggregate(aggregate) => {
            let table = &catalog.tables()[usize::from(aggregate.table)];
            match (aggregate.summary, &aggregate.value) {
                (Summary::Count, _) => Some(Dimension::Pure),
                (Summary::Any, _) => Some(Dimension::Bool),
                (_, Some(value)) => dimension_of_expression(value, catalog, &table.fields),
                _ => None,
            }
        }
        Expression::Constant(_) | Expression::NotInForce(_) | Expression::Lookup(..) => None,
        Expression::Judged(_)
        | Expression::Not(_)
        | Expression::And(_)
        | Expression::Or(_)
        | Expression::Compare(..)
        | Expression::CodeIn(..)
        | Expression::IsKnown(_) => Some(Dimension::Bool),
    }
}

/// Of values that stand for each other: the one that says most.
fn together(all: impl Iterator<Item = Option<Dimension>>) -> Option<Dimension> {
    all.flatten().reduce(|before, next| if next.tells() > before.tells() { next } else { before })
}

impl Dimension {
    /// How much it tells a reader of a number: nothing, that it is one, what it counts.
    pub fn tells(&self) -> u8 {
        match self {
            Self::Literal(_) | Self::Unknown => 0,
            Self::Pure | Self::Quotient | Self::Open(_) => 1,
            _ => 2,
        }
    }

    /// As the type of a value that is written down; nothing for a condition, a day or a text.
    pub fn written_as(&self) -> Option<Type> {
        let number = |unit: String| Type::Number { scale: 0, unit };
        match self {
            Self::Bool | Self::Date | Self::Text | Self::Unknown => None,
            Self::Money => Some(Type::Money),
            Self::Ratio => Some(Type::Ratio),
            Self::Unit(units) => Some(number(units.to_string())),
            Self::Literal(_) | Self::Pure | Self::Quotient | Self::Open(_) => Some(number(String::new())),
            Self::Code(vocabulary) | Self::CodeSet(vocabulary) => Some(Type::Code(*vocabulary)),
        }
    }
}
