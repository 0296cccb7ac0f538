//! The words: every kind of span, state and problem has its own in both languages, with no gap left open.

use super::{super::*, *};
use crate::Bilingual;
use TermsFaultKind as Kind;

fn check(words: &Bilingual) {
    for text in [&words.zh, &words.en] {
        assert!(!text.is_empty() && !text.contains(['{', '}']), "{text}");
    }
    assert_ne!(words.zh, words.en, "{} is in one language", words.zh);
}

#[test]
fn every_problem_says_what_where_and_what_to_do() {
    let ground = || "papers".to_owned();
    let (at, max) = (moment("2026-03-02"), period("5wd"));
    let faults = [
        ClockFault::NoOfficeHours,
        ClockFault::TimeMissing,
        ClockFault::BeforeStart { start: at },
        ClockFault::AfterFinish { finish: at },
        ClockFault::AfterDue { due: at },
        ClockFault::GroundMissing,
        ClockFault::UnknownGround { ground: ground(), event: ClockEventKind::Pause },
        ClockFault::AlreadyPaused { ground: ground() },
        ClockFault::NotPaused { ground: ground() },
        ClockFault::TooMany { ground: ground(), times_max: 2 },
        ClockFault::TotalSpent { ground: ground(), total_max: max },
        ClockFault::PauseRanOut { ground: ground(), ended: at },
        ClockFault::LengthMissing,
        ClockFault::TooLong { ground: ground(), length_max: max },
        ClockFault::OtherUnit { ground: ground(), by: max },
        ClockFault::TooLate { ground: ground(), latest: at },
    ];
    let all = events("extend 2026-03-04 papers 9wd");
    for fault in faults {
        for event in [None, Some(0)] {
            let told = ClockProblem { event, fault: fault.clone() }.told(at, &all);
            check(&told);
            assert_eq!(told.en.split(" · ").count(), 3, "{}", told.en);
            assert_eq!(told.zh.split(" · ").count(), 3, "{}", told.zh);
        }
    }
}

#[test]
fn spans_states_and_periods_have_words() {
    let terms = terms(
        "10wd",
        &[
            ground("papers", "pause", "length_max = \"3wd\""),
            ground("more", "extension", ""),
            ground("anew", "restart", ""),
        ]
        .concat(),
    );
    for happened in [
        "pause 2026-02-24 papers; extend 2026-02-25 more 2wd",
        "restart 2026-02-24 anew",
        "pause 2026-02-24 papers",
        "finish 2026-02-24",
        "finish 2026-12-24",
    ] {
        let reckoning = reckon(&terms, "2026-02-11", happened);
        reckoning.ledger.iter().for_each(|span| check(&span.told(&terms)));
        check(&reckoning.state.told(&terms));
        check(&terms.told_count(reckoning.counted));
    }
    let days = plain("10d");
    let rolled = reckon(&days, "2026-02-08", "");
    check(&rolled.ledger.last().unwrap().told(&days));
    let hours = plain("8h");
    reckon(&hours, "2026-03-06T16:30", "").ledger.iter().for_each(|span| check(&span.told(&hours)));
    check(&hours.told_count(90));
    let english = |text: &str| told_period(period(text)).en;
    let all = ["1wd", "5wd", "1d", "3m", "1y", "8h"].map(english);
    assert_eq!(all, ["1 working day", "5 working days", "1 day", "3 months", "1 year", "8 office hours"]);
    for kind in [
        Kind::NoCitation,
        Kind::SameGround,
        Kind::HoursAndDays,
        Kind::TotalInMonths,
        Kind::BeforeInMonths,
        Kind::OutOfPlace,
        Kind::TwoUnits,
    ] {
        check(&kind.told());
    }
}
