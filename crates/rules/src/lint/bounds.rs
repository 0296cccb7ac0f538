//! A cap that lies below its floor, and shares above the whole of what they are taken of.

use super::{
    Finding, Looked, Severity,
    space::{Goal, may_hold_together, witness},
};
use crate::{
    catalog::{Type, Words},
    check::{Scope, Wanted, compile},
    definition::AmountKind,
    explain::format::both,
    expression::{Comparison, Expression, Operation, Value},
    number::Number,
    syntax::{Kind, Tree, parse},
};

/// Looks at one version; `scope` knows the base.
pub fn look(one: &Looked<'_>, known: &[Goal], scope: &Scope<'_>, findings: &mut Vec<Finding>) {
    let Some(benefit) = &one.version.benefit else { return };
    let bound = |text: &Option<String>| compile(text.as_deref()?, scope, &Wanted::Amount).ok();
    if let (Some(floor), Some(cap)) = (bound(&benefit.floor), bound(&benefit.cap))
        && let Some((severity, message)) = crossed(&floor, &cap, known, scope)
    {
        findings.push(one.finding("cap-below-floor", severity, "benefit.cap", message));
    }
    if !matches!(benefit.measure, AmountKind::Payment | AmountKind::Relief) {
        return;
    }
    for (field, text) in benefit.texts() {
        let mut shares = Vec::new();
        large_shares(&parse(text, scope).0, scope, &mut shares);
        for share in shares {
            let message = both(
                format!("{share} 超过了所乘金额的全部，请检查百分比；确实如此时请写成倍数，如 `* 5`。"),
                format!(
                    "{share} is more than the whole of the amount it is taken of; check the percentage, or write a multiple such as `* 5` if it is meant."
                ),
            );
            findings.push(one.finding(
                "share-above-whole",
                Severity::Warning,
                &format!("benefit.{field}"),
                message,
            ));
        }
    }
}

/// What is said of a cap and a floor that cross.
fn crossed(
    floor: &Expression,
    cap: &Expression,
    known: &[Goal],
    scope: &Scope<'_>,
) -> Option<(Severity, Words)> {
    let compare =
        |comparison| Expression::Compare(comparison, Box::new(cap.clone()), Box::new(floor.clone()));
    let with = |more: Vec<Goal>| known.iter().cloned().chain(more).collect::<Vec<Goal>>();
    if !may_hold_together(with(vec![(compare(Comparison::AtLeast), true)]), scope.catalog) {
        let message = both(
            "封顶总是低于保底，保底永远不起作用；请检查两个数字。",
            "The cap is always below the floor, so the floor never counts; check both numbers.",
        );
        return Some((Severity::Error, message));
    }
    let facts = compare(Comparison::AtLeast).facts();
    let positive = facts.iter().filter(|field| scope.catalog.field(**field).kind.is_numeric()).map(|field| {
        let nought = Box::new(Expression::Constant(Value::Number(Number::ZERO)));
        (Expression::Compare(Comparison::More, Box::new(Expression::Fact(*field)), nought), true)
    });
    let mut goals = with(positive.collect());
    goals.push((compare(Comparison::AtLeast), true));
    let never = !facts.is_empty() && !may_hold_together(goals, scope.catalog);
    let sometimes = is_stepwise(floor)
        && is_stepwise(cap)
        && witness(&with(vec![(compare(Comparison::Less), true)]), scope.catalog, None).is_some();
    (never || sometimes).then(|| {
        let message = if never {
            both(
                "只要基数大于零，封顶就低于保底；请检查两个数字。",
                "Wherever what they are taken of is above nought, the cap is below the floor; check both numbers.",
            )
        } else {
            both(
                "有一种情形下封顶低于保底，保底不起作用；请检查各分支的数字。",
                "In one of the cases the cap is below the floor, which does not count there; check the numbers of the branches.",
            )
        };
        (Severity::Warning, message)
    })
}

/// Whether it is one of some constants.
fn is_stepwise(expression: &Expression) -> bool {
    match expression {
        Expression::Constant(_) | Expression::Lookup(..) => true,
        Expression::Case(branches, otherwise) => {
            branches.iter().map(|(_, then)| then).chain(otherwise.as_deref()).all(is_stepwise)
        }
        _ => false,
    }
}

/// Percentages above a hundred that are taken of an amount of money as it stands. One that is taken of a rate
/// (`people * 6000 * 120%`) raises the rate and is no share.
fn large_shares(tree: &Tree, scope: &Scope<'_>, found: &mut Vec<String>) {
    if let Kind::Arithmetic(Operation::Multiply, ..) = &tree.kind {
        let mut factors = Vec::new();
        factors_of(tree, &mut factors);
        let share = factors.iter().find_map(|factor| match &factor.kind {
            Kind::Numeral(numeral) if numeral.mark.is_share() => {
                let above = numeral.value().is_some_and(|share| share > Number::whole(1));
                above.then(|| format!("{}{}", numeral.digits, numeral.mark.written()))
            }
            _ => None,
        });
        let others = factors
            .iter()
            .filter(|factor| !matches!(&factor.kind, Kind::Numeral(numeral) if numeral.mark.is_share()));
        let of_money =
            others.clone().count() == 1 && others.into_iter().all(|factor| is_money(factor, scope));
        found.extend(share.filter(|_| of_money));
        return factors.into_iter().for_each(|factor| large_shares(factor, scope, found));
    }
    tree.parts().into_iter().for_each(|part| large_shares(part, scope, found));
}

fn factors_of<'t>(tree: &'t Tree, found: &mut Vec<&'t Tree>) {
    match &tree.kind {
        Kind::Arithmetic(Operation::Multiply, left, right) => {
            factors_of(left, found);
            factors_of(right, found);
        }
        _ => found.push(tree),
    }
}

/// Whether it is an amount of money that a firm has: a field, the base, a sum of a field.
fn is_money(tree: &Tree, scope: &Scope<'_>) -> bool {
    match &tree.kind {
        Kind::Name { name, .. } => {
            let of_field = scope.catalog.find(name).map(|field| &scope.catalog.field(field).kind);
            let base = || scope.named(name).filter(|_| name == "base").map(|named| &named.kind);
            of_field.or_else(base) == Some(&Type::Money)
        }
        Kind::Aggregate { table, value: Some(value), .. } => {
            let Kind::Name { name, .. } = &value.kind else { return false };
            let table =
                scope.catalog.find_table(table).map(|table| &scope.catalog.tables()[usize::from(table)]);
            table.is_some_and(|table| {
                let is_it = |field: &&crate::catalog::Field| field.name == *name || field.label.zh == *name;
                table.fields.iter().find(is_it).is_some_and(|field| field.kind == Type::Money)
            })
        }
        Kind::Call(_, parts) => !parts.is_empty() && parts.iter().all(|part| is_money(part, scope)),
        _ => false,
    }
}
