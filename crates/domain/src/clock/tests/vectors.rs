//! Dated examples: of the working days and periods of the domain notes (A8), of credit repair (B3), of arrears (B4),
//! and of the deadlines that stand among the other vectors.

use super::*;

fn check(rows: &[(&str, &str, &str)]) {
    let mut differences = Vec::new();
    for (start, length, expected) in rows {
        let found = told(reckon(&plain(length), start, "").due);
        if found != *expected {
            differences.push(format!("{start} {length}: {found}, expected {expected}"));
        }
    }
    assert_eq!(differences, [""; 0]);
}

#[test]
fn working_days_leave_out_rest_days_and_count_make_up_days() {
    check(&[
        ("2026-02-13", "5wd", "2026-02-27"),
        ("2026-09-30", "1wd", "2026-10-08"),
        ("2026-04-30", "3wd", "2026-05-08"),
        ("2025-01-24", "10wd", "2025-02-13"),
        ("2025-09-30", "5wd", "2025-10-14"),
        ("2024-02-09", "3wd", "2024-02-20"),
        ("2024-12-31", "2wd", "2025-01-03"),
        ("2023-09-28", "1wd", "2023-10-07"),
        ("2026-01-01", "1wd", "2026-01-04"),
        ("2026-09-24", "10wd", "2026-10-15"),
        ("2025-12-30", "7wd", "2026-01-09"),
        // T21-a: the make-up Saturdays of 14 and 28 February count.
        ("2026-02-13", "3wd", "2026-02-25"),
        ("2026-02-13", "6wd", "2026-02-28"),
        // W01-a: 28 September 2025 is a make-up Sunday.
        ("2025-09-26", "7wd", "2025-10-13"),
    ]);
}

#[test]
fn calendar_days_count_all_days_and_a_last_day_on_a_rest_day_moves_on() {
    check(&[
        ("2026-01-16", "30d", "2026-02-24"),
        ("2025-09-01", "30d", "2025-10-09"),
        ("2026-09-01", "30d", "2026-10-08"),
        ("2026-04-02", "30d", "2026-05-06"),
        ("2025-07-04", "90d", "2025-10-09"),
        ("2026-06-01", "60d", "2026-07-31"),
    ]);
}

#[test]
fn months_and_years_end_on_the_same_number_or_the_end_of_the_month() {
    check(&[
        // A make-up Saturday is no rest day.
        ("2026-01-31", "1m", "2026-02-28"),
        ("2025-11-30", "3m", "2026-02-28"),
        ("2024-02-29", "12m", "2025-02-28"),
        ("2024-02-29", "1y", "2025-02-28"),
        ("2026-07-03", "3m", "2026-10-08"),
        ("2026-05-01", "12m", "2027-05-03?"),
    ]);
}

#[test]
fn the_publicity_of_a_penalty_ends_on_its_day_whatever_day_that_is() {
    for (start, length, expected) in [
        ("2026-04-10", "3m", "2026-07-10"),
        ("2026-04-10", "1y", "2027-04-10?"),
        ("2026-05-01", "1y", "2027-05-01?"),
        ("2026-06-01", "3m", "2026-09-01"),
    ] {
        let terms = terms(length, "rolls = false");
        assert_eq!(told(reckon(&terms, start, "").due), expected, "{start} {length}");
    }
}

#[test]
fn the_periods_of_credit_repair_run_in_working_days_and_are_extended_once() {
    let more = ground("complex", "extension", "times_max = 1\nlength_max = \"10wd\"");
    let terms = terms("10wd", &more);
    assert_eq!(told(reckon(&terms, "2026-04-10", "").due), "2026-04-24");
    let extended = reckon(&terms, "2026-04-10", "extend 2026-04-20 complex 10wd");
    assert_eq!(told(extended.due), "2026-05-12");
    let twice =
        reckon(&terms, "2026-04-10", "extend 2026-04-20 complex 10wd; extend 2026-04-21 complex 10wd");
    assert_eq!((told(twice.due).as_str(), problems(&twice)), ("2026-05-12", vec!["1 TooMany".to_owned()]));
}

#[test]
fn arrears_are_due_and_complaints_are_answered_by_their_dates() {
    check(&[
        // Delivered to a public buyer without a clause: 30 days, and the last one is a rest day.
        ("2026-01-16", "30d", "2026-02-24"),
        // A clause of 90 days is cut to 60; a large buyer who pays when paid has 60.
        ("2026-01-16", "60d", "2026-03-17"),
        // Accepted late: from the end of the time agreed for it, not from the day of acceptance.
        ("2026-03-01", "30d", "2026-03-31"),
        ("2026-09-24", "10wd", "2026-10-15"),
        ("2026-09-01", "30d", "2026-10-08"),
    ]);
    // Answered in 30 days, with approval in 90 altogether.
    let terms = terms("30d", &ground("approved", "extension", "times_max = 1\nlength_max = \"60d\""));
    let longest = reckon(&terms, "2026-06-01", "extend 2026-06-20 approved 60d");
    assert_eq!((told(longest.due).as_str(), problems(&longest).len()), ("2026-08-31", 0));
}

#[test]
fn licences_wait_for_experts_and_petitions_for_their_days() {
    let expert = ground("expert", "pause", "");
    let more = ground("approved", "extension", "length_max = \"10wd\"\ntimes_max = 1");
    let licence = terms("20wd", &format!("{expert}{more}"));
    assert_eq!(told(reckon(&licence, "2026-03-02", "").due), "2026-03-30");
    let happened = "pause 2026-03-10 expert; resume 2026-03-20 expert; extend 2026-04-03 approved 10wd";
    assert_eq!(told(reckon(&licence, "2026-03-02", happened).due), "2026-04-24");
    check(&[
        ("2026-03-02", "15d", "2026-03-17"),
        ("2026-03-02", "60d", "2026-05-06"),
        ("2026-03-02", "5wd", "2026-03-09"),
    ]);
}
