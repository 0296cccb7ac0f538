//! Properties of courses over made-up cases, against the slow reference.

use super::{
    reference::{Deed, Reference},
    *,
};
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        1 => Just(Deed::File),
        3 => Just(Deed::Dispatch),
        1 => Just(Deed::Return),
        2 => Just(Deed::Ask),
        2 => Just(Deed::HandIn),
        2 => Just(Deed::Answer),
        2 => (1_u8..=5).prop_map(Deed::Rate),
    ]
}

/// What happens, each so many days after the one before; most cases are filed and dispatched.
fn story() -> impl Strategy<Value = (NaiveDate, Vec<(NaiveDate, Deed)>)> {
    let later = prop::collection::vec((0_u64..12, deed()), 0..14);
    (0_u64..300, later).prop_map(|(offset, later)| {
        let begin = NaiveDate::from_ymd_opt(2024, 1, 2).unwrap() + Days::new(offset);
        let mut day = begin;
        let mut story = vec![(day, Deed::File), (day, Deed::Dispatch)];
        for (days, deed) in later {
            day = day + Days::new(days);
            story.push((day, deed));
        }
        (begin, story)
    })
}

fn as_step(day: NaiveDate, deed: Deed) -> CaseStep {
    let line = match deed {
        Deed::File => "file firm subject=x".to_owned(),
        Deed::Dispatch => "dispatch desk unit=tax".to_owned(),
        Deed::Return => "return unit".to_owned(),
        Deed::Ask => "ask unit".to_owned(),
        Deed::HandIn => "hand-in firm".to_owned(),
        Deed::Answer => "answer unit".to_owned(),
        Deed::Rate(level) => format!("rate firm level={level}"),
    };
    step(&format!("{day} {line}"))
}

fn last_day(begin: NaiveDate) -> NaiveDate {
    begin + Days::new(250)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn the_course_agrees_with_a_case_that_is_lived_through_day_by_day((begin, story) in story()) {
        let mut slow = Reference::begin(begin);
        let mut course = Course::begin(&VOICE, office(), begin.into());
        for (day, deed) in story {
            let known = course.state().clone();
            let taken = course.take(&as_step(day, deed));
            let is_done = slow.deed(day, deed);
            prop_assert_eq!(taken.is_ok(), is_done, "{} {:?}: {:?}", day, deed, taken);
            if taken.is_err() {
                prop_assert_eq!(course.state(), &known);
            }
            prop_assert_eq!(course.state().stage.as_str(), slow.stage, "{} {:?}", day, deed);
        }
        slow.advance(last_day(begin));
        course.advance(last_day(begin).into());
        prop_assert_eq!(course.state().stage.as_str(), slow.stage);
        let rungs = course.state().rungs.iter().map(|fired| (fired.at.day, fired.rung.as_str()));
        prop_assert_eq!(rungs.collect::<Vec<_>>(), slow.rungs);
    }

    #[test]
    fn every_rung_fires_once_for_a_run_of_its_clock_and_nothing_follows_the_end((begin, story) in story()) {
        let steps: Vec<CaseStep> = story.into_iter().map(|(day, deed)| as_step(day, deed)).collect();
        let (mut course, _) = Course::replay(&VOICE, office(), begin.into(), &steps);
        course.advance(last_day(begin).into());
        let state = course.state();
        let fired: BTreeSet<_> = state.rungs.iter().map(|fired| (fired.run, &fired.rung)).collect();
        prop_assert_eq!(fired.len(), state.rungs.len());
        for fired in &state.rungs {
            let run = &state.runs[fired.run];
            prop_assert!(fired.at >= run.start && run.finished.is_none_or(|finished| fired.at <= finished));
        }
        if course.has_ended() {
            let known = (state.stage.clone(), state.rungs.clone(), state.notices.clone(), state.taken.clone());
            for step in &steps {
                let late = CaseStep { at: last_day(begin).into(), ..step.clone() };
                prop_assert!(course.take(&late).is_err());
            }
            course.advance((last_day(begin) + Days::new(500)).into());
            let state = course.state();
            prop_assert_eq!(
                known,
                (state.stage.clone(), state.rungs.clone(), state.notices.clone(), state.taken.clone())
            );
        }
    }

    #[test]
    fn a_case_replayed_at_once_is_the_case_that_was_watched_every_few_days(
        (begin, story) in story(),
        stride in 1_u64..9,
    ) {
        let steps: Vec<CaseStep> = story.into_iter().map(|(day, deed)| as_step(day, deed)).collect();
        let (mut replayed, _) = Course::replay(&VOICE, office(), begin.into(), &steps);
        replayed.advance(last_day(begin).into());
        let mut watched = Course::begin(&VOICE, office(), begin.into());
        let mut day = begin;
        for step in &steps {
            while day + Days::new(stride) < step.at.day {
                day = day + Days::new(stride);
                watched.advance(day.into());
            }
            // What was refused lies open to time; so the day is looked at only up to the step before.
            let _ = watched.take(step);
            day = day.max(watched.state().now.day);
        }
        while day < last_day(begin) {
            day = (day + Days::new(stride)).min(last_day(begin));
            watched.advance(day.into());
        }
        prop_assert_eq!(watched.state(), replayed.state());
    }

    #[test]
    fn a_case_that_is_put_away_and_taken_up_after_every_step_is_the_case_replayed(
        (begin, story) in story(),
    ) {
        let steps: Vec<CaseStep> = story.into_iter().map(|(day, deed)| as_step(day, deed)).collect();
        let (mut replayed, _) = Course::replay(&VOICE, office(), begin.into(), &steps);
        let mut kept = Course::begin(&VOICE, office(), begin.into()).state().clone();
        for step in &steps {
            let mut course = Course::resume(&VOICE, office(), kept.clone());
            if course.take(step).is_ok() {
                let text = toml::to_string(course.state()).unwrap();
                kept = toml::from_str(&text).unwrap();
            }
        }
        let mut resumed = Course::resume(&VOICE, office(), kept);
        resumed.advance(last_day(begin).into());
        replayed.advance(last_day(begin).into());
        prop_assert_eq!(resumed.state(), replayed.state());
    }

    #[test]
    fn nothing_changes_by_time_before_the_next_time_and_something_does_at_it((begin, story) in story()) {
        let steps: Vec<CaseStep> = story.into_iter().map(|(day, deed)| as_step(day, deed)).collect();
        let (mut course, _) = Course::replay(&VOICE, office(), begin.into(), &steps);
        let mut day = course.state().now.day;
        while day < last_day(begin) {
            let told = course.next_time();
            day = day + Days::new(1);
            let before = course.state().clone();
            course.advance(day.into());
            let after = CaseState { now: before.now, ..course.state().clone() };
            let is_due = told.is_some_and(|told| told.day <= day);
            prop_assert_eq!(after != before, is_due, "{}: told was {:?}", day, told);
        }
    }
}
