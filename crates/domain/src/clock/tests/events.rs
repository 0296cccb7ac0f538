//! Pauses, extensions and restarts: what they do, and every way in which they are refused.

use super::{super::*, *};

fn grounds() -> String {
    [
        ground("papers", "pause", "times_max = 2\nlength_max = \"5wd\"\ntotal_max = \"8wd\""),
        ground("expert", "pause", ""),
        ground("approved", "extension", "times_max = 1\nlength_max = \"10wd\"\nasked_before = \"1wd\""),
        ground("redrawn", "restart", "times_max = 1"),
    ]
    .concat()
}

#[test]
fn a_ledger_says_what_became_of_every_day() {
    let terms = terms("5wd", &grounds());
    let happened = "pause 2026-02-24 papers; resume 2026-02-26 papers";
    let reckoning = reckon(&terms, "2026-02-13", happened);
    assert_eq!(
        ledger(&reckoning),
        [
            "02-14..02-14 counted 1 Spring Festival", "02-15..02-23 holiday 0 Spring Festival",
            "02-24..02-24 counted 1", "02-25..02-26 paused 0 papers", "02-27..02-27 counted 1",
            "02-28..02-28 counted 1 Spring Festival", "03-01..03-01 weekend 0", "03-02..03-02 counted 1",
        ]
    );
    assert_eq!((told(reckoning.due).as_str(), reckoning.counted), ("2026-03-02", 5));
}

#[test]
fn a_ledger_shows_extensions_restarts_and_where_a_last_day_moved() {
    let days = terms("10d", &grounds());
    let rolled = reckon(&days, "2026-02-08", "");
    assert_eq!(
        ledger(&rolled),
        ["02-09..02-18 counted 10", "02-19..02-23 holiday 0 Spring Festival", "02-24..02-24 rolled 0"]
    );
    let working = terms("3wd", &grounds());
    let happened = "restart 2026-03-03 redrawn; extend 2026-03-04 approved 2wd";
    assert_eq!(
        ledger(&reckon(&working, "2026-03-02", happened)),
        [
            "03-03..03-03 void 0 redrawn", "03-04..03-06 counted 3", "03-07..03-08 weekend 0",
            "03-09..03-10 counted 2 approved"
        ]
    );
}

#[test]
fn pauses_end_by_themselves_at_their_caps() {
    let terms = terms("10wd", &grounds());
    // The first pause would last twelve working days and ends after five; the second has three left.
    let happened = "pause 2026-03-03 papers; resume 2026-03-19 papers; pause 2026-03-19 papers; resume 2026-04-30 papers";
    let reckoning = reckon(&terms, "2026-03-02", happened);
    assert_eq!(problems(&reckoning), ["1 PauseRanOut", "3 PauseRanOut"]);
    assert_eq!(
        ledger(&reckoning)[..2],
        ["03-03..03-03 counted 1".to_owned(), "03-04..03-10 paused 0 papers".to_owned()]
    );
    assert_eq!(told(reckoning.due), "2026-03-26");
}

#[test]
fn a_pause_without_an_end_leaves_the_due_date_open() {
    let terms = terms("10wd", &grounds());
    let reckoning = reckon(&terms, "2026-03-02", "pause 2026-03-04 expert");
    assert_eq!(told(reckoning.due), "none");
    assert_eq!(ledger(&reckoning), ["03-03..03-04 counted 2"]);
    let paused =
        ClockState::Paused { since: moment("2026-03-04"), until: None, grounds: vec!["expert".to_owned()] };
    assert_eq!(reckoning.state, paused);
    let capped = reckon(&terms, "2026-03-02", "pause 2026-03-04 papers");
    assert_eq!(told(capped.due), "2026-03-23");
    assert!(
        matches!(capped.state, ClockState::Paused { until: Some(until), .. } if until == moment("2026-03-11"))
    );
}

#[test]
fn grounds_that_overlap_stop_the_clock_once() {
    let terms = terms("10wd", &grounds());
    let happened = "pause 2026-03-03 papers; pause 2026-03-05 expert; resume 2026-03-06 papers; resume 2026-03-11 expert";
    let reckoning = reckon(&terms, "2026-03-02", happened);
    assert_eq!(told(reckoning.due), "2026-03-24");
    assert!(ledger(&reckoning).contains(&"03-06..03-06 paused 0 expert papers".to_owned()));
}

#[test]
fn every_event_that_cannot_be_is_refused_with_all_its_faults() {
    let terms = terms("10wd", &grounds());
    for (happened, expected) in [
        ("pause 2026-03-01 expert", "0 BeforeStart"),
        ("finish 2026-03-05; pause 2026-03-06 expert", "1 AfterFinish"),
        ("pause 2026-03-16 expert", "0 AfterDue"),
        ("extend 2026-03-17 approved 5wd", "0 AfterDue,0 TooLate"),
        ("restart 2026-03-17 redrawn", "0 AfterDue"),
        ("pause 2026-03-03", "0 GroundMissing"),
        ("pause 2026-03-03 unheard", "0 UnknownGround"),
        ("pause 2026-03-03 approved", "0 UnknownGround"),
        ("pause 2026-03-03 expert; pause 2026-03-04 expert", "1 AlreadyPaused"),
        ("resume 2026-03-03 expert", "0 NotPaused"),
        (
            "pause 2026-03-03 papers; resume 2026-03-03 papers; pause 2026-03-04 papers; resume 2026-03-04 papers; pause 2026-03-05 papers",
            "4 TooMany",
        ),
        ("extend 2026-03-03 approved", "0 LengthMissing"),
        ("extend 2026-03-03 approved 11wd", "0 TooLong"),
        ("extend 2026-03-03 approved 10d", "0 OtherUnit"),
        ("extend 2026-03-03 approved 1h", "0 OtherUnit"),
        ("extend 2026-03-16 approved 5wd", "0 TooLate"),
        ("extend 2026-03-13 approved 5wd; extend 2026-03-17 approved 11wd", "1 TooMany,1 TooLong"),
        ("restart 2026-03-03 redrawn; restart 2026-03-04 redrawn", "1 TooMany"),
    ] {
        let reckoning = reckon(&terms, "2026-03-02", happened);
        assert_eq!(problems(&reckoning).join(","), expected, "{happened}");
        let faulty: Vec<Option<usize>> = reckoning.problems.iter().map(|problem| problem.event).collect();
        let all = events(happened);
        let rest: Vec<_> =
            (0..all.len()).filter(|at| !faulty.contains(&Some(*at))).map(|at| all[at].clone()).collect();
        let without = Clock { terms: &terms, start: moment("2026-03-02"), events: &rest }.reckon(office());
        assert_eq!(reckoning.due, without.due, "a refused event changes nothing: {happened}");
    }
}

#[test]
fn a_total_that_is_spent_refuses_the_next_pause() {
    let terms = terms("30wd", &ground("papers", "pause", "total_max = \"3wd\""));
    let happened = "pause 2026-03-03 papers; resume 2026-03-06 papers; pause 2026-03-10 papers; resume 2026-03-12 papers";
    let reckoning = reckon(&terms, "2026-03-02", happened);
    assert_eq!(problems(&reckoning), ["2 TotalSpent", "3 NotPaused"]);
}

#[test]
fn extensions_in_months_go_on_from_where_the_months_began() {
    let more = ground("approved", "extension", "length_max = \"1m\"");
    let terms = terms("1m", &more);
    // 31 January and two months is 31 March, though one month is 28 February.
    assert_eq!(told(reckon(&terms, "2026-01-31", "extend 2026-02-10 approved 1m").due), "2026-03-31");
}

#[test]
fn days_lost_in_a_month_are_given_back_as_days() {
    let terms = terms("1m", &ground("expert", "pause", ""));
    let happened = "pause 2026-03-05 expert; resume 2026-03-10 expert";
    assert_eq!(told(reckon(&terms, "2026-03-02", happened).due), "2026-04-07");
    assert_eq!(told(reckon(&terms, "2026-03-02", "").due), "2026-04-02");
}

#[test]
fn warnings_are_dates_and_move_with_the_clock() {
    let points = "warnings = [\"50%\", \"3wd\", \"1d\", \"30d\"]\n";
    let terms = terms("10wd", &format!("{points}{}", grounds()));
    let warned = |happened| -> Vec<String> {
        reckon(&terms, "2026-03-02", happened).warnings.iter().map(|point| point.at.to_string()).collect()
    };
    assert_eq!(warned(""), ["2026-03-09", "2026-03-11", "2026-03-15", "2026-03-02"]);
    let later = warned("pause 2026-03-03 expert; resume 2026-03-10 expert");
    assert_eq!(later, ["2026-03-16", "2026-03-18", "2026-03-22", "2026-03-02"]);
}

#[test]
fn a_clock_tells_how_it_stands_at_any_time() {
    let terms = terms("10wd", &grounds());
    let all = events("pause 2026-03-03 expert; resume 2026-03-06 expert; finish 2026-03-20");
    let clock = Clock { terms: &terms, start: moment("2026-03-02"), events: &all };
    for (now, used, left, overdue) in [
        ("2026-03-01", 0, 10, 0),
        ("2026-03-03", 1, 9, 0),
        ("2026-03-05", 1, 9, 0),
        ("2026-03-09", 2, 8, 0),
        ("2026-03-19", 10, 0, 0),
        ("2026-03-23", 10, 0, 2),
    ] {
        let standing = clock.standing(office(), moment(now)).unwrap();
        assert_eq!((standing.used, standing.left, standing.overdue), (used, left, overdue), "{now}");
    }
    let late = ClockState::Finished { at: moment("2026-03-20"), late: true };
    assert_eq!(clock.reckon(office()).state, late);
    let open = events("pause 2026-03-03 expert");
    let clock = Clock { terms: &terms, start: moment("2026-03-02"), events: &open };
    let standing = clock.standing(office(), moment("2026-12-01")).unwrap();
    assert_eq!((standing.used, standing.left, standing.overdue), (1, 9, 0));
}

#[test]
fn a_new_calendar_confirms_or_moves_provisional_dates() {
    let years = |last: i32| NATIONAL.years().iter().filter(|year| year.year <= last).cloned().collect();
    let (before, after) = (WorkingCalendar::of_years(years(2025)), &*NATIONAL);
    let terms = [plain("5wd"), plain("30d"), plain("1wd")];
    let starts = ["2026-02-13", "2026-02-27", "2025-12-30"];
    let clocks =
        || terms.iter().zip(starts).map(|(terms, start)| Clock { terms, start: moment(start), events: &[] });
    let old = OfficeTime { calendar: &before, hours: None };
    let new = OfficeTime { calendar: after, hours: None };
    let said = clocks().enumerate().map(|(id, clock)| (id, clock, clock.due(old).unwrap()));
    let changes: Vec<String> = recompute(said, new)
        .into_iter()
        .map(|(id, change)| {
            format!("{id} {} {} {:?}", told(Some(change.old)), told(Some(change.new)), change.moved)
        })
        .collect();
    assert_eq!(changes, ["0 2026-02-20? 2026-02-27 Later", "1 2026-03-30? 2026-03-30 Confirmed"]);
}

#[test]
fn every_fault_of_terms_is_found_with_its_field() {
    let text = [
        "period = \"10wd\"\ncite = \" \"\nwarnings = [\"50%\", \"2h\", \"1m\"]\n",
        &ground("a", "pause", "total_max = \"1m\"\nasked_before = \"1wd\""),
        &ground("a", "extension", "length_max = \"5wd\"\ntotal_max = \"10d\"\nasked_before = \"1y\""),
        &ground("b", "restart", "length_max = \"5wd\""),
        &ground("c", "pause", "length_max = \"5h\"").replace("\"x\"", "\"\""),
    ]
    .concat();
    let terms: ClockTerms = toml::from_str(&text).unwrap();
    let faults: Vec<String> =
        terms.faults().iter().map(|fault| format!("{} {:?}", fault.field, fault.what)).collect();
    assert_eq!(
        faults,
        [
            "cite NoCitation", "warnings.1 HoursAndDays", "warnings.2 BeforeInMonths",
            "ground.0.total_max TotalInMonths", "ground.0.asked_before OutOfPlace", "ground.1.id SameGround",
            "ground.1.asked_before BeforeInMonths", "ground.1.total_max TwoUnits",
            "ground.2.length_max OutOfPlace", "ground.3.cite NoCitation", "ground.3.length_max HoursAndDays",
        ]
    );
}
