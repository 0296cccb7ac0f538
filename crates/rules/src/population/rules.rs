//! Made policies: conditions drawn from a common stock, amounts in whole fen.

use super::Chance;
use crate::{
    catalog::{Catalog, FieldIndex, Type},
    expression::{Comparison, Expression, Operation, Period, Value},
    number::{Number, Rounding},
    policy::{Clause, Exception, Policy, RuleBook},
    vocabulary::CodeBits,
};
use chrono::{Datelike, NaiveDate};

/// Of every 1,000 policies so many have an amount.
const WITH_AMOUNT_OF_1000: usize = 223;

/// The day the policies are asked about.
pub fn as_of() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 22).expect("this day is in the calendar")
}

/// A day of the thirty years before that one.
pub fn day(chance: &mut Chance) -> i32 {
    as_of().num_days_from_ce() - chance.below(10_957) as i32
}

/// Stored digits of a number of this type; the first moneys need 64 bits, the last ones do not.
pub fn digits(kind: &Type, at: usize, chance: &mut Chance) -> i64 {
    match kind {
        Type::Money if at < 12 => chance.of_digits(5, 12),
        Type::Money => chance.of_digits(4, 9),
        Type::Number { scale: 0, .. } => chance.of_digits(1, 4),
        Type::Number { .. } => chance.of_digits(2, 6),
        _ => chance.between(-200_000, 1_000_000),
    }
}

/// So many policies.
pub fn rule_book(catalog: &Catalog, policies: usize, seed: u64) -> RuleBook {
    let mut chance = Chance::stream(seed, 1 << 32);
    let stock = stock(catalog, &mut chance);
    let policies = (0..policies).map(|at| policy(catalog, &stock, at, &mut chance)).collect();
    RuleBook { policies, groups: Vec::new() }
}

/// About four hundred conditions.
fn stock(catalog: &Catalog, chance: &mut Chance) -> Vec<Expression> {
    let mut stock = Vec::new();
    for (at, field) in catalog.fields().iter().enumerate() {
        let index = at as FieldIndex;
        let count = match &field.kind {
            Type::Bool => 1,
            Type::CodeSet(_) => 5,
            Type::Date => 9,
            _ => 8,
        };
        for _ in 0..count {
            stock.push(condition(catalog, index, at, chance));
        }
        if at.is_multiple_of(6) {
            stock.push(Expression::IsKnown(Box::new(Expression::Fact(index))));
        }
    }
    for at in 0..10 {
        let share = Number::fraction(i128::from(chance.between(1, 60)), 100).expect("100 is not nought");
        let part = Expression::Arithmetic(Operation::Multiply, constant(share), fact(at + 1));
        stock.push(Expression::Compare(Comparison::AtLeast, fact(at), Box::new(part)));
    }
    stock
}

#[expect(clippy::unnecessary_box_returns, reason = "expressions hold their parts in boxes")]
fn fact(field: FieldIndex) -> Box<Expression> {
    Box::new(Expression::Fact(field))
}

#[expect(clippy::unnecessary_box_returns, reason = "expressions hold their parts in boxes")]
fn constant(number: Number) -> Box<Expression> {
    Box::new(Expression::Constant(Value::Number(number)))
}

fn condition(catalog: &Catalog, field: FieldIndex, at: usize, chance: &mut Chance) -> Expression {
    let ordered = [Comparison::Less, Comparison::AtMost, Comparison::More, Comparison::AtLeast];
    let comparison = ordered[chance.below(4) as usize];
    let kind = &catalog.field(field).kind;
    match kind {
        Type::Bool => Expression::Fact(field),
        Type::Date => {
            let today = Box::new(Expression::Constant(Value::Date(as_of())));
            let years = constant(Number::whole(i128::from(chance.between(1, 15))));
            let age = Expression::Elapsed(Period::Years, fact(field), today);
            if chance.one_in(2) {
                Expression::Compare(comparison, Box::new(age), years)
            } else {
                let day = NaiveDate::from_num_days_from_ce_opt(day(chance)).expect("days are of this age");
                let day = Box::new(Expression::Constant(Value::Date(day)));
                Expression::Compare(comparison, fact(field), day)
            }
        }
        Type::Code(vocabulary) | Type::CodeSet(vocabulary) => {
            let count = catalog.vocabulary(*vocabulary).codes().len();
            let mut codes = CodeBits::none(count);
            for _ in 0..(count as u64).div_ceil(2 + chance.below(3)) {
                codes.insert(chance.below(count as u64) as u16);
            }
            Expression::CodeIn(fact(field), codes)
        }
        _ => {
            let number = Number::scaled(i128::from(digits(kind, at, chance)), u32::from(kind.scale()));
            Expression::Compare(comparison, fact(field), constant(number.expect("scales are small")))
        }
    }
}

fn policy(catalog: &Catalog, stock: &[Expression], at: usize, chance: &mut Chance) -> Policy {
    let drawn = |chance: &mut Chance| stock[chance.below(stock.len() as u64) as usize].clone();
    let mut left = chance.between(3, 8);
    let (mut require, mut unless) = (Vec::new(), Vec::new());
    if left > 3 && chance.one_in(4) {
        unless.push(Exception { clause: clause(drawn(chance)), unless: Vec::new() });
        left -= 1;
    }
    while left > 0 {
        if left > 1 && chance.one_in(5) {
            require.push(clause(Expression::Or(vec![drawn(chance), drawn(chance)])));
            left -= 2;
        } else {
            require.push(clause(drawn(chance)));
            left -= 1;
        }
    }
    let has_amount = at * WITH_AMOUNT_OF_1000 / 1000 != (at + 1) * WITH_AMOUNT_OF_1000 / 1000;
    let amount = has_amount.then(|| amount(catalog, chance));
    Policy { id: format!("policy-{at:05}").into(), require, unless, amount }
}

fn clause(expression: Expression) -> Clause {
    Clause { expression, cite: "".into(), source: "".into() }
}

/// Fixed, a share of a base with a cap, or per head.
fn amount(catalog: &Catalog, chance: &mut Chance) -> Expression {
    let whole = |number: i64| Number::whole(i128::from(number));
    match chance.below(5) {
        0 | 1 => *constant(whole(chance.between(1, 500) * 1000)),
        2 | 3 => {
            let rate = Number::fraction(i128::from(chance.between(1, 300)), 1000).expect("not nought");
            let base = chance.below(16) as FieldIndex;
            let part = Expression::Arithmetic(Operation::Multiply, constant(rate), fact(base));
            let fen = Number::scaled(1, 2).expect("scales are small");
            let part = Expression::Rounded(Box::new(part), fen, Rounding::HalfUp);
            Expression::Smallest(vec![part, *constant(whole(chance.between(1, 500) * 10_000))])
        }
        _ => {
            let heads = catalog.find(&format!("count_{}", chance.below(8))).expect("there are eight counts");
            let each = constant(whole(chance.between(1, 100) * 100));
            Expression::Arithmetic(Operation::Multiply, each, fact(heads))
        }
    }
}
