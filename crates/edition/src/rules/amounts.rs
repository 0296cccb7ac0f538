//! How many decimal places an amount may have: money is paid in whole fen.

use rules::{
    catalog::{Catalog, Field},
    expression::{Aggregate, Expression, Operation, Summary, Value},
    number::Number,
};

/// Decimal places of a fen.
pub(super) const FEN: u32 = 2;
/// More decimal places than this are as good as endless.
const SCALE_MAX: u32 = 40;

/// Most decimal places a value of the expression can have; `None` where there is no end to them.
pub(super) fn scale(expression: &Expression, catalog: &Catalog) -> Option<u32> {
    scale_in(expression, catalog, &[])
}

/// The same within a child table with these fields.
fn scale_in(expression: &Expression, catalog: &Catalog, child: &[Field]) -> Option<u32> {
    let of = |inner: &Expression| scale_in(inner, catalog, child);
    let found = match expression {
        Expression::Constant(Value::Number(number)) => decimals(*number),
        Expression::Fact(field) => Some(catalog.field(*field).kind.scale().into()),
        Expression::Child(field) => child.get(usize::from(*field)).map(|field| field.kind.scale().into()),
        Expression::Arithmetic(Operation::Add | Operation::Subtract, left, right) => {
            Some(of(left)?.max(of(right)?))
        }
        Expression::Arithmetic(Operation::Multiply, left, right) => Some(product(left, right, &of)?),
        Expression::Arithmetic(Operation::Divide, left, right) => match right.as_ref() {
            Expression::Constant(Value::Number(divisor)) => {
                let factor = Number::whole(1).divide(*divisor).and_then(decimals)?;
                Some(of(left)? + factor)
            }
            _ => None,
        },
        // Whole multiples of the unit, whatever the value inside.
        Expression::Rounded(_, unit, _) => decimals(*unit),
        Expression::Smallest(all) | Expression::Greatest(all) => most(all.iter().map(of)),
        Expression::Case(branches, otherwise) => {
            let values = branches.iter().map(|(_, then)| then).chain(otherwise.as_deref());
            most(values.map(of))
        }
        Expression::Lookup(_, rows) => most(rows.iter().map(|(_, value)| match value {
            Value::Number(number) => decimals(*number),
            _ => Some(0),
        })),
        Expression::Aggregate(aggregate) => summary(aggregate, catalog),
        // Everything else is no number, or a whole one.
        _ => Some(0),
    };
    found.filter(|scale| *scale <= SCALE_MAX)
}

/// The most of them; `None` where one has no end.
fn most(mut all: impl Iterator<Item = Option<u32>>) -> Option<u32> {
    all.try_fold(0, |most: u32, one| Some(most.max(one?)))
}

fn summary(aggregate: &Aggregate, catalog: &Catalog) -> Option<u32> {
    let fields = catalog.tables().get(usize::from(aggregate.table)).map_or(&[][..], |table| &table.fields);
    match (aggregate.summary, &aggregate.value) {
        (Summary::Count | Summary::Any, _) | (_, None) => Some(0),
        (_, Some(value)) => scale_in(value, catalog, fields),
    }
}

/// Decimal places of a product; a constant that ends in noughts takes some away: 5% of whole hundreds.
fn product(left: &Expression, right: &Expression, of: &dyn Fn(&Expression) -> Option<u32>) -> Option<u32> {
    let sum = of(left)? + of(right)?;
    let noughts = [left, right].into_iter().map(|side| match side {
        Expression::Constant(Value::Number(number)) if number.is_whole() => noughts(*number),
        _ => 0,
    });
    Some(sum.saturating_sub(noughts.sum()))
}

/// Decimal places of a number; `None` where they do not end.
fn decimals(number: Number) -> Option<u32> {
    let (_, mut denominator) = number.parts();
    let (mut twos, mut fives) = (0, 0);
    while denominator % 2 == 0 {
        denominator /= 2;
        twos += 1;
    }
    while denominator % 5 == 0 {
        denominator /= 5;
        fives += 1;
    }
    (denominator == 1).then_some(twos.max(fives))
}

/// Noughts at the end of a whole number.
fn noughts(number: Number) -> u32 {
    let (mut digits, _) = number.parts();
    let mut count = 0;
    while digits != 0 && digits % 10 == 0 {
        digits /= 10;
        count += 1;
    }
    count
}
