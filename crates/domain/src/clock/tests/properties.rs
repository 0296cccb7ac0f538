//! What holds for every clock: the verifier agrees, pauses never take time away, due dates follow their causes, and
//! the ledger accounts for every day.

use super::{super::*, *};
use crate::{Bilingual, clock_verifier};
use chrono::{Days, NaiveDate, NaiveTime};
use proptest::{prelude::*, sample::select};
use std::collections::BTreeSet;

/// A clock with everything it refers to.
#[derive(Clone, Debug)]
struct Case {
    terms: ClockTerms,
    start: Moment,
    events: Vec<ClockEvent>,
}

impl Case {
    fn clock(&self) -> Clock<'_> {
        Clock { terms: &self.terms, start: self.start, events: &self.events }
    }
}

fn cap(units: &'static [&'static str]) -> impl Strategy<Value = Option<Period>> {
    let some = (1_u16..9, select(units)).prop_map(|(count, unit)| Some(period(&format!("{count}{unit}"))));
    prop_oneof![Just(None), some]
}

fn a_ground(id: &'static str, kind: GroundKind, in_hours: bool) -> impl Strategy<Value = Ground> {
    let lengths: &[&str] = match (in_hours, kind) {
        (true, _) => &["h"],
        (false, GroundKind::Pause) => &["wd", "d", "m"],
        (false, _) => &["wd"],
    };
    let totals: &[&str] = match (in_hours, kind) {
        (true, _) => &["h"],
        (false, GroundKind::Pause) => &["wd", "d"],
        (false, _) => &["wd"],
    };
    let times = prop_oneof![Just(None), (1_u16..3).prop_map(Some)];
    (times, cap(lengths), cap(totals), cap(totals)).prop_map(move |(times_max, length, total, before)| {
        Ground {
            id: id.to_owned(),
            kind,
            name: Bilingual::default(),
            cite: "x".to_owned(),
            times_max,
            length_max: length.filter(|_| kind != GroundKind::Restart),
            total_max: total.filter(|_| kind != GroundKind::Restart),
            asked_before: before.filter(|_| kind == GroundKind::Extension),
        }
    })
}

fn some_terms(in_hours: bool) -> impl Strategy<Value = ClockTerms> {
    let units: &[&str] = if in_hours { &["h"] } else { &["wd", "d", "m"] };
    let longest = if in_hours { 20 } else { 12 };
    let grounds = (
        a_ground("papers", GroundKind::Pause, in_hours),
        a_ground("expert", GroundKind::Pause, in_hours),
        a_ground("approved", GroundKind::Extension, in_hours),
        a_ground("redrawn", GroundKind::Restart, in_hours),
    );
    (1_u16..longest, select(units), any::<bool>(), grounds).prop_map(
        |(count, unit, rolls, (papers, expert, approved, redrawn))| ClockTerms {
            rolls,
            grounds: vec![papers, expert, approved, redrawn],
            warnings: ["25%", "50%", "99%"].map(|text| text.parse().unwrap()).to_vec(),
            ..plain(&format!("{count}{unit}"))
        },
    )
}

fn day_after(day: NaiveDate, days: u64) -> NaiveDate {
    day + Days::new(days)
}

fn some_event(start: NaiveDate, in_hours: bool) -> impl Strategy<Value = ClockEvent> {
    use ClockEventKind::{Extend, Finish, Pause, Restart, Resume};
    let kinds = select(vec![Pause, Pause, Pause, Resume, Resume, Resume, Extend, Extend, Restart, Finish]);
    let days = if in_hours { 0_u64..8 } else { 0..45 };
    let by = if in_hours { cap(&["h"]) } else { cap(&["wd", "wd", "d", "m"]) };
    (kinds, any::<bool>(), days, 0_u32..96, by).prop_map(move |(kind, first, days, quarter, by)| {
        let ground = match kind {
            Pause | Resume if first => "papers",
            Pause | Resume => "expert",
            Extend => "approved",
            _ => "redrawn",
        };
        let time = NaiveTime::from_hms_opt(quarter / 4, quarter % 4 * 15, 0).filter(|_| in_hours);
        let at = Moment { day: day_after(start, days), time };
        ClockEvent { kind, at, ground: Some(ground.to_owned()), by: by.filter(|_| kind == Extend) }
    })
}

fn some_start() -> impl Strategy<Value = NaiveDate> {
    // A tenth of the starts lie where the calendar ends.
    let first: NaiveDate = "2008-01-01".parse().unwrap();
    let last: NaiveDate = "2026-11-01".parse().unwrap();
    prop_oneof![9 => 0_u64..6_900, 1 => 6_879_u64..6_940]
        .prop_map(move |days| day_after(first, days).max(first).min(last + Days::new(90)))
}

fn some_case(in_hours: bool) -> impl Strategy<Value = Case> {
    (some_start(), 0_u32..96).prop_flat_map(move |(day, quarter)| {
        let time = NaiveTime::from_hms_opt(quarter / 4, quarter % 4 * 15, 0).filter(|_| in_hours);
        let events = prop::collection::vec(some_event(day, in_hours), 0..9);
        (some_terms(in_hours), events).prop_map(move |(terms, events)| Case {
            terms,
            start: Moment { day, time },
            events,
        })
    })
}

/// Clock and verifier say the same.
fn agree(case: &Case) -> Result<(), TestCaseError> {
    let reckoning = case.clock().reckon(office());
    let years = NATIONAL.years();
    let verified = clock_verifier::verify(&case.terms, case.start, &case.events, years, Some(&HOURS));
    prop_assert_eq!(reckoning.due.map(|due| due.at), verified.due);
    prop_assert_eq!(reckoning.due.is_some_and(|due| due.provisional), verified.provisional);
    let refused = reckoning.problems.iter().filter(|problem| !problem.fault.is_report());
    let refused: BTreeSet<usize> = refused.filter_map(|problem| problem.event).collect();
    prop_assert_eq!(refused, verified.refused);
    Ok(())
}

/// The ledger has no gap, ends where the period ends, and counts what the period has.
fn accounts(case: &Case) -> Result<(), TestCaseError> {
    let reckoning = case.clock().reckon(office());
    let in_hours = case.terms.is_in_hours();
    let mut next = if in_hours { case.start } else { day_after(case.start.day, 1).into() };
    for span in &reckoning.ledger {
        prop_assert_eq!(span.from, next, "{:?}", &reckoning.ledger);
        let is_ordered = if in_hours { span.from < span.to } else { span.from <= span.to };
        prop_assert!(is_ordered);
        prop_assert_eq!(span.counted > 0, span.kind == SpanKind::Counted);
        next = if in_hours { span.to } else { day_after(span.to.day, 1).into() };
    }
    if let Some(due) = reckoning.due {
        let end = if in_hours { due.at } else { day_after(due.at.day, 1).into() };
        prop_assert_eq!(next, end);
        let standing = case.clock().standing(office(), due.at).unwrap();
        prop_assert_eq!(reckoning.counted, standing.total);
        prop_assert_eq!((standing.used, standing.left, standing.overdue), (standing.total, 0, 0));
        prop_assert!(reckoning.warnings.is_sorted_by_key(|point| point.at));
        prop_assert!(reckoning.warnings.iter().all(|point| point.at <= due.at));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn clock_and_verifier_agree_on_days(case in some_case(false)) {
        agree(&case)?;
    }

    #[test]
    fn the_ledger_accounts_for_every_day(case in some_case(false)) {
        accounts(&case)?;
    }

    #[test]
    fn a_pause_never_shortens_what_remains(
        case in some_case(false),
        from in 0_u64..40,
        days in 0_u64..20,
        now in 0_u64..80,
    ) {
        let mut case = case;
        // A restart is no pause: one that comes in time only because of a pause gives a new period for an old one.
        // And how many days a month has depends on the day it begins on.
        let is_plain = |event: &ClockEvent| {
            event.kind != ClockEventKind::Restart && event.by.is_none_or(|by| by.months().is_none())
        };
        case.events.retain(is_plain);
        let mut paused = case.clone();
        let extra = Ground { id: "extra".to_owned(), times_max: None, length_max: None, total_max: None, ..case.terms.grounds[0].clone() };
        paused.terms.grounds.push(extra);
        let at = |days| day_after(case.start.day, days).into();
        for (kind, days) in [(ClockEventKind::Pause, from), (ClockEventKind::Resume, from + days)] {
            let event = ClockEvent { kind, at: at(days), ground: Some("extra".to_owned()), by: None };
            paused.events.push(event);
        }
        let now = at(now);
        let left = |case: &Case| case.clock().standing(office(), now).unwrap().left;
        prop_assert!(left(&paused) >= left(&case));
        if let Some(later) = paused.clock().due(office()) {
            prop_assert!(later.at >= case.clock().due(office()).unwrap().at);
        }
    }

    #[test]
    fn the_order_in_which_independent_pauses_are_given_does_not_matter(
        case in some_case(false),
        pairs in prop::collection::vec((0_u64..30, 0_u64..9), 1..4),
        turn in 0_usize..8,
    ) {
        let mut case = case;
        case.events.clear();
        case.terms.grounds.clear();
        for (at, (from, days)) in pairs.iter().enumerate() {
            let id = format!("ground-{at}");
            let kind = GroundKind::Pause;
            let ground = Ground { id: id.clone(), kind, name: Bilingual::default(), cite: "x".to_owned(), times_max: None, length_max: None, total_max: None, asked_before: None };
            case.terms.grounds.push(ground);
            for (kind, days) in [(ClockEventKind::Pause, *from), (ClockEventKind::Resume, from + days)] {
                let at = day_after(case.start.day, days).into();
                case.events.push(ClockEvent { kind, at, ground: Some(id.clone()), by: None });
            }
        }
        let mut turned = case.clone();
        // Whole pauses change places; a pause and its end on one day keep their order.
        let places = turned.events.len() / 2;
        turned.events.rotate_left(turn % places * 2);
        let (one, other) = (case.clock().reckon(office()), turned.clock().reckon(office()));
        prop_assert_eq!(one.due, other.due);
        prop_assert_eq!(one.ledger, other.ledger);
        prop_assert_eq!(one.problems.len(), other.problems.len());
    }

    #[test]
    fn due_dates_never_come_earlier_for_later_starts_or_longer_periods(
        day in some_start(),
        count in 1_u16..90,
        unit in select(vec!["wd", "d", "m", "y"]),
        rolls in any::<bool>(),
    ) {
        let due = |day: NaiveDate, count: u16| {
            let terms = ClockTerms { rolls, ..plain(&format!("{count}{unit}")) };
            Clock { terms: &terms, start: day.into(), events: &[] }.due(office()).unwrap().at
        };
        prop_assert!(due(day, count) > day.into());
        prop_assert!(due(day, count) <= due(day_after(day, 1), count));
        prop_assert!(due(day, count) <= due(day, count + 1));
    }
}

proptest! {
    // A minute by minute walk takes its time.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn clock_and_verifier_agree_on_hours(case in some_case(true)) {
        agree(&case)?;
    }
}

proptest! {
    #[test]
    fn the_ledger_accounts_for_every_minute(case in some_case(true)) {
        accounts(&case)?;
    }
}
