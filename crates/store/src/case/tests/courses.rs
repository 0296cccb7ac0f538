//! Courses from events are those from rows, on cases that go on by chance; and what somebody changes in a row is found.

use super::*;
use crate::testing::fixtures;
use chrono::{Days, NaiveDate};
use domain::{
    mechanism::course::{Course, NextStep},
    voice::figures::{FigureMonth, monthly_figures},
};

/// Numbers that look like chance and are always the same.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// What is filled in for a step.
fn data(step: &str, dice: &mut Dice) -> BTreeMap<String, FieldValue> {
    let text =
        |name: &str, value: &str| BTreeMap::from([(name.to_owned(), FieldValue::Text(value.to_owned()))]);
    match step {
        "dispatch" | "help" => text("unit", ["tax", "fire", "land"][dice.below(3) as usize]),
        "answer" => text("answer", "done"),
        "rate" => BTreeMap::from([(
            "level".to_owned(),
            FieldValue::Whole(i64::try_from(dice.below(5) + 1).unwrap()),
        )]),
        _ => BTreeMap::new(),
    }
}

/// Opens a case in spring and lets it go on by chance.
async fn live(store: &Store, name: &str, dice: &mut Dice) {
    let mut at = day("2026-03-02") + Days::new(dice.below(50));
    let first = format!("{at} file firm subject={name}");
    let mut head = open(store, filed(name, &first)).await;
    for _ in 0..dice.below(12) {
        at = at + Days::new(dice.below(8));
        let case = store.case(&head.id).await.unwrap().unwrap();
        let mut course = Course::resume(&VERSIONS[0], procedures().office, case.state);
        course.advance(at.into());
        let open: Vec<NextStep> = course
            .next_steps()
            .into_iter()
            .filter(|next| !["go-confidential", "seal"].contains(&next.step.as_str()))
            .collect();
        if open.is_empty() {
            return;
        }
        // Most cases go straight on, so that many are answered and rated.
        let straight =
            |next: &&NextStep| ["dispatch", "accept", "answer", "rate"].contains(&next.step.as_str());
        let straight = open.iter().find(straight).filter(|_| dice.below(4) > 0);
        let next = straight.unwrap_or(&open[dice.below(open.len() as u64) as usize]);
        let step = CaseStep {
            at: at.into(),
            step: next.step.clone(),
            by: next.actor.clone(),
            organization: next.organization.clone(),
            data: data(&next.step, dice),
        };
        let person = "somebody".to_owned();
        let wanted = WantedStep { case: head.id.clone(), revision: head.revision, step, person };
        if let Taken::Done(now) = store.take_step(&procedures(), wanted, &deed("somebody")).await.unwrap() {
            head = now;
        }
    }
}

#[tokio::test]
async fn figures_from_events_are_those_from_rows_and_a_changed_row_is_found() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let mut dice = Dice(fixture.engine().len() as u64);
        for number in 0..60 {
            live(store, &format!("case-{number}"), &mut dice).await;
        }
        store.pass_time(&procedures(), day("2026-07-01").into(), noon(9), 1_000).await.unwrap();
        let audit = store.audit_courses(&procedures(), noon(-1)).await.unwrap();
        assert_eq!(audit.faults, []);
        // Some of them have opened others.
        assert!(audit.of_rows.len() >= 60);
        assert_eq!(audit.of_rows, audit.of_events, "{}", fixture.engine());
        assert_eq!(store.case_courses(&procedures(), noon(-1), &mut |_, _| {}).await.unwrap(), audit.of_rows);
        let courses: Vec<_> = audit.of_events.iter().map(|one| one.course.clone()).collect();
        let figures = |month| {
            let month = FigureMonth { year: 2026, month };
            monthly_figures(&courses, month, day("2026-07-01"), 2)
        };
        let told = serde_json::to_string(&[figures(3), figures(4)]).unwrap();
        assert!(
            told.contains("\"mean_working_days_tenths\":") && courses.iter().any(|one| one.rated.is_some())
        );
        let late = courses.iter().any(|one| one.answered > one.due);
        assert!(late && courses.iter().any(|one| one.dispatched.is_some()), "{told}");

        // A rating is made better behind the log, in the row of the step and in what is kept of the case.
        let case =
            &audit.of_rows.iter().find(|one| one.course.rated.is_some_and(|(_, level)| level > 1)).unwrap();
        let serial = audit.of_rows.iter().position(|one| one.number == case.number).unwrap() + 1;
        let level = case.course.rated.unwrap().1;
        for (table, column, key) in [("case_file", "state", "serial"), ("case_step", "data", "case_serial")] {
            let change = format!(
                "UPDATE {table} SET {column} = replace({column}, '\"level\":{level}', '\"level\":1')
                 WHERE {key} = {serial}"
            );
            fixture.tamper(&change).await;
            let audit = store.audit_courses(&procedures(), noon(-1)).await.unwrap();
            let is_found = audit.faults.iter().any(|fault| fault.case == case.number);
            assert!(is_found, "{} {table}: {:?}", fixture.engine(), audit.faults);
            // As long as the step says what it said, its figures are not those of the row.
            assert_eq!(audit.of_rows == audit.of_events, table == "case_step");
        }
    }
}

#[tokio::test]
async fn a_case_that_is_gone_is_not_in_figures_and_is_told() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        open(store, filed("one", FILED)).await;
        fixture.tamper("UPDATE case_file SET id = 'other' WHERE serial = 1").await;
        let audit = store.audit_courses(&procedures(), noon(-1)).await.unwrap();
        assert_eq!((audit.of_rows.len(), audit.of_events.len(), audit.faults.len()), (1, 0, 1));
    }
}
