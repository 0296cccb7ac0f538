//! Hours in office time: they begin at once, stop when the office closes, and change with the season.

use super::{super::*, *};

#[test]
fn hours_run_only_while_the_office_is_open() {
    for (start, length, expected) in [
        // 30 minutes before noon, then from 13:30 on.
        ("2026-03-02T11:30", "1h", "2026-03-02T14:00"),
        // Filed at night and on a rest day: the first hour is that of the next working day.
        ("2026-03-02T20:00", "1h", "2026-03-03T09:30"),
        ("2026-02-14T17:00", "1h", "2026-02-24T09:30"),
        // Seven hours a day in winter, six and a half in summer.
        ("2026-03-02T08:30", "7h", "2026-03-02T17:00"),
        ("2026-06-01T08:30", "7h", "2026-06-02T09:00"),
        // A make-up Saturday is worked.
        ("2026-02-27T17:00", "1h", "2026-02-28T09:30"),
        ("2026-12-31T16:30", "1h", "2027-01-01T09:00?"),
    ] {
        assert_eq!(told(reckon(&plain(length), start, "").due), expected, "{start} {length}");
    }
}

#[test]
fn the_ledger_of_hours_shows_when_the_office_was_closed() {
    let terms = terms("4h", &ground("papers", "pause", "length_max = \"1h\""));
    let reckoning = reckon(&terms, "2026-02-27T16:00", "pause 2026-02-28T09:00 papers");
    assert_eq!(
        ledger(&reckoning),
        [
            "02-27T16:00..02-27T17:00 counted 60",
            "02-27T17:00..02-28T08:30 closed 0",
            "02-28T08:30..02-28T09:00 counted 30",
            "02-28T09:00..02-28T10:00 paused 0 papers",
            "02-28T10:00..02-28T12:00 counted 120",
            "02-28T12:00..02-28T13:30 closed 0",
            "02-28T13:30..02-28T14:00 counted 30",
        ]
    );
    assert_eq!((told(reckoning.due).as_str(), reckoning.counted), ("2026-02-28T14:00", 240));
}

#[test]
fn rest_days_stand_in_the_ledger_of_hours() {
    assert_eq!(
        ledger(&reckon(&plain("1h"), "2026-03-06T16:30", "")),
        [
            "03-06T16:30..03-06T17:00 counted 30", "03-06T17:00..03-07T00:00 closed 0",
            "03-07T00:00..03-09T00:00 weekend 0", "03-09T00:00..03-09T08:30 closed 0",
            "03-09T08:30..03-09T09:00 counted 30",
        ]
    );
}

#[test]
fn hours_need_office_hours_and_minutes() {
    let terms = plain("8h");
    let clock = Clock { terms: &terms, start: moment("2026-03-02T08:30"), events: &[] };
    let without = OfficeTime { calendar: &NATIONAL, hours: None };
    let reckoning = clock.reckon(without);
    assert_eq!((reckoning.due, problems(&reckoning)), (None, vec!["NoOfficeHours".to_owned()]));
    assert_eq!((clock.due(without), clock.standing(without, moment("2026-03-02T09:00"))), (None, None));
    assert_eq!(
        problems(&reckon(&terms, "2026-03-02", "finish 2026-03-03")),
        ["TimeMissing", "0 TimeMissing"]
    );
}

#[test]
fn warnings_and_latest_moments_of_hours_are_minutes() {
    let more = ground("approved", "extension", "asked_before = \"1h\"");
    let terms = terms("8h", &format!("warnings = [\"50%\", \"2h\"]\n{more}"));
    let reckoning = reckon(&terms, "2026-03-02T08:30", "extend 2026-03-02T17:00 approved 1h");
    // Eight hours end at 9:30 on the next day, one hour before is closing time of the first.
    assert_eq!((told(reckoning.due).as_str(), problems(&reckoning).len()), ("2026-03-03T10:30", 0));
    let warned: Vec<String> = reckoning.warnings.iter().map(|point| point.at.to_string()).collect();
    assert_eq!(warned, ["2026-03-02T14:30", "2026-03-03T08:30"]);
    assert_eq!(
        problems(&reckon(&terms, "2026-03-02T08:30", "extend 2026-03-03T08:31 approved 1h")),
        ["0 TooLate"]
    );
}

#[test]
fn a_clock_of_days_ends_when_the_office_closes_where_that_is_known() {
    let closing = |day: &str| {
        reckon(&plain("1wd"), day, "").due.and_then(|due| due.closing).map(|time| time.to_string())
    };
    assert_eq!(closing("2026-03-02").as_deref(), Some("17:00:00"));
    assert_eq!(closing("2026-06-02").as_deref(), Some("17:30:00"));
    let without = OfficeTime { calendar: &NATIONAL, hours: None };
    let terms = plain("1wd");
    let due = Clock { terms: &terms, start: moment("2026-03-02"), events: &[] }.due(without).unwrap();
    assert_eq!(due.closing, None);
}
