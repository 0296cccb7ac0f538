//! What the reference says of time, aggregates and stacking.

use super::{Firm, stack, time};
use crate::{
    calendar::NoCalendar,
    catalog::Catalog,
    engine::{Facts, Plan},
    expression::{Expression, Period},
    policy::{Clause, Exception, Outcome, Policy, RuleBook, Status},
    table::Table,
};
use chrono::NaiveDate;
use std::sync::Arc;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

#[test]
fn months_are_complete_on_the_same_day_or_the_end_of_a_shorter_month() {
    for (from, to, expected) in [
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2023-10-20", "2026-10-19", 35),
        ("2023-10-20", "2026-10-20", 36),
        ("2026-10-20", "2023-10-20", -36),
    ] {
        let months = time::elapsed(Period::Months, day(from), day(to), &NoCalendar);
        assert_eq!(months, Some(expected), "{from} {to}");
    }
}

#[test]
fn only_the_best_of_a_group_is_due_and_a_ceiling_is_filled_in_order() {
    let due = |amounts: &[Option<i64>], ceiling| {
        let outcome =
            |amount_fen: &Option<i64>| Outcome { status: Status::Entitled, amount_fen: *amount_fen };
        let mut outcomes: Vec<Outcome> = amounts.iter().map(outcome).collect();
        let all: Vec<usize> = (0..amounts.len()).collect();
        stack(&mut outcomes, &all, ceiling);
        outcomes.iter().map(|outcome| outcome.amount_fen).collect::<Vec<_>>()
    };
    assert_eq!(due(&[Some(3), Some(5), Some(5)], None), [Some(0), Some(5), Some(0)]);
    assert_eq!(due(&[Some(3), None], None), [None, None]);
    assert_eq!(due(&[Some(3), Some(5)], Some(Some(6))), [Some(3), Some(3)]);
    assert_eq!(due(&[Some(3), Some(5)], Some(Some(2))), [Some(2), Some(0)]);
    assert_eq!(due(&[Some(3)], Some(None)), [None]);
}

#[test]
fn judgements_that_must_go_opposite_ways_leave_a_policy_to_a_person() {
    let clause = |question: &str| Clause {
        expression: Expression::Judged(Arc::from(question)),
        cite: Arc::from(""),
        source: Arc::from(""),
    };
    let policy = Policy {
        id: Arc::from("p"),
        require: vec![clause("is it the first time")],
        unless: vec![Exception { clause: clause("was there fraud"), unless: Vec::new() }],
        amount: None,
    };
    let (catalog, table) = (Catalog::default(), Table { rows: 1, ..Table::default() });
    assert_eq!(Firm::new(&catalog, &table, 0, &NoCalendar).outcome(&policy).status, Status::NeedsJudgement);
    let plan =
        Plan::new(Arc::new(catalog), Arc::new(RuleBook { policies: vec![policy], groups: Vec::new() }));
    let (plan, facts) = (plan.unwrap(), Facts { table: &table, calendar: &NoCalendar });
    assert_eq!(plan.firm(facts, 0, plan.everything()).unwrap()[0].status, Status::NeedsJudgement);
}
