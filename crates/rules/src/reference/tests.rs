//! What the reference says of time, aggregates and stacking.

use super::{stack, time};
use crate::{
    calendar::NoCalendar,
    expression::Period,
    policy::{Outcome, Status},
};
use chrono::NaiveDate;

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
