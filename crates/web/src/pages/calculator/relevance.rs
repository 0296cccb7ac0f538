//! Which facts still matter: those on which a policy that is not settled really depends.

use super::answers::Ask;
use crate::book::DayBook;
use rules::{
    expression::{Expression, Value},
    policy::{Outcome, Policy, Status},
    reference::Firm,
};
use std::collections::{BTreeMap, BTreeSet};

/// Adds what an expression waits for; nothing where its value is known already.
pub fn open(expression: &Expression, firm: &Firm<'_>, found: &mut BTreeSet<Ask>) {
    let unknown = |part: &&Expression| firm.value(part).is_none();
    if is_unsaid(expression) {
        return;
    }
    match expression {
        Expression::Fact(field) if firm.value(expression).is_none() => {
            found.insert(Ask::Fact(*field));
        }
        Expression::And(parts) | Expression::Or(parts) => {
            if unknown(&expression) {
                parts.iter().filter(unknown).for_each(|part| open(part, firm, found));
            }
        }
        Expression::Case(branches, otherwise) => {
            for (when, then) in branches {
                match firm.value(when) {
                    Some(Value::Bool(false)) => {}
                    Some(_) => return open(then, firm, found),
                    None => return open(when, firm, found),
                }
            }
            if let Some(other) = otherwise {
                open(other, firm, found);
            }
        }
        Expression::Aggregate(aggregate) => {
            if firm.table.child_rows(aggregate.table, firm.row).is_none() {
                found.insert(Ask::Table(aggregate.table));
            }
            aggregate.parts().for_each(|part| open_of_rows(part, firm, found));
        }
        // Only what is asked of the visitor: whether a value is known is settled by asking no more.
        Expression::IsKnown(_) => {}
        other => other.parts().into_iter().filter(unknown).for_each(|part| open(part, firm, found)),
    }
}

/// Whether nothing that a visitor answers can settle it, since it rests on a name without a value on the day.
fn is_unsaid(expression: &Expression) -> bool {
    match expression {
        Expression::NotInForce(_) => true,
        Expression::Compare(..)
        | Expression::CodeIn(..)
        | Expression::Not(_)
        | Expression::Arithmetic(..)
        | Expression::Smallest(_)
        | Expression::Greatest(_)
        | Expression::Rounded(..)
        | Expression::Lookup(..)
        | Expression::Elapsed(..)
        | Expression::StartOf(..)
        | Expression::Shifted(..) => expression.parts().into_iter().any(is_unsaid),
        _ => false,
    }
}

/// Facts of the firm that are asked for every row.
fn open_of_rows(expression: &Expression, firm: &Firm<'_>, found: &mut BTreeSet<Ask>) {
    match expression {
        Expression::Fact(_) => open(expression, firm, found),
        other => other.parts().into_iter().for_each(|part| open_of_rows(part, firm, found)),
    }
}

/// What each policy that is not settled waits for, in the order of the book; nothing for settled ones.
pub fn waits(book: &DayBook, firm: &Firm<'_>, outcomes: &[Outcome]) -> Vec<BTreeSet<Ask>> {
    let waits = |(policy, outcome): (&Policy, &Outcome)| {
        let mut found = BTreeSet::new();
        match outcome.status {
            Status::Undetermined => open(&policy.condition(), firm, &mut found),
            Status::Entitled => policy.amount.iter().for_each(|amount| open(amount, firm, &mut found)),
            Status::NotEntitled | Status::NeedsJudgement => {}
        }
        found
    };
    book.book.rules.policies.iter().zip(outcomes).map(waits).collect()
}

/// The question that brings the most money nearest to an answer, and how many are left. A policy counts more for
/// each question the fewer it still waits for; of equal questions the one declared first is asked.
pub fn next(
    stakes: &[u32],
    waits: &[BTreeSet<Ask>],
    wanted: &[bool],
    skipped: &BTreeSet<Ask>,
) -> (Option<Ask>, usize) {
    let mut scores: BTreeMap<Ask, u64> = BTreeMap::new();
    for ((asks, stake), _) in waits.iter().zip(stakes).zip(wanted).filter(|(_, wanted)| **wanted) {
        // What waits for something the visitor does not know will most likely stay open.
        let open = asks.iter().filter(|ask| !skipped.contains(ask)).count() as u64;
        let known_open = asks.len() as u64 - open;
        for ask in asks.iter().filter(|ask| !skipped.contains(ask)) {
            // Rows take longer to answer than a single fact.
            let effort = if matches!(ask, Ask::Table(_)) { 4 } else { 1 };
            *scores.entry(*ask).or_default() +=
                1_000 * u64::from(*stake) / ((open + 4 * known_open).max(1) * effort);
        }
    }
    let best = scores.iter().max_by_key(|(ask, score)| (**score, std::cmp::Reverse(**ask)));
    (best.map(|(ask, _)| *ask), scores.len())
}
