//! Files of what happened to clocks, as people write them: one clock, or all the clocks of a case.

use crate::{
    document::{Document, Located, Place},
    problem::{Problem, Problems},
};
use domain::clock::{CaseClock, CaseEvent, CaseTimeline, ClockEvent, ClockTerms, Ground, Period, Warning};
use serde::{Deserialize, de::DeserializeOwned};

/// What stands above the rows in the file of one clock.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(default)]
    cite: Option<String>,
    #[serde(default)]
    rolls: Option<bool>,
    #[serde(default)]
    warnings: Vec<Warning>,
}

/// Nothing stands above the rows in the file of a case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoHead {}

/// Reads `cite`, `rolls`, `warnings`, `[[ground]]` and `[[event]]` of one clock with this period.
///
/// # Errors
/// Every problem of the file.
pub fn clock_of_file(
    file: &str,
    text: &str,
    period: Period,
) -> Result<(ClockTerms, Vec<ClockEvent>), Vec<Problem>> {
    let mut problems = Problems::default();
    let Some(mut document) = Document::parse(file, text, &["ground", "event"], &mut problems) else {
        return Err(problems.sorted());
    };
    let grounds: Vec<Located<Ground>> = rows(&mut document, "ground", &mut problems);
    let events: Vec<Located<ClockEvent>> = rows(&mut document, "event", &mut problems);
    let place = document.head.place.clone();
    let Some(head) = document.head.read::<Head>(&mut problems) else { return Err(problems.sorted()) };
    let mut terms = ClockTerms::of(period, head.value.cite.as_deref().unwrap_or("-"));
    terms.rolls = head.value.rolls.unwrap_or(true);
    terms.warnings = head.value.warnings;
    terms.grounds = grounds.iter().map(|ground| ground.value.clone()).collect();
    for fault in terms.faults() {
        let what = format!("`{}`: the terms do not fit together", fault.field);
        let row = fault.field.strip_prefix("ground.").and_then(|rest| rest.split_once('.'));
        let row = row.and_then(|(at, field)| Some((grounds.get(at.parse::<usize>().ok()?)?, field)));
        let hint = fault.what.told().en;
        match row {
            Some((row, field)) => problems.at(&row.place, field, what, hint),
            None => problems.at(&place, &fault.field, what, hint),
        }
    }
    finished(problems, (terms, events.into_iter().map(|event| event.value).collect()))
}

/// Reads `[[clock]]` and `[[event]]` of a case.
///
/// # Errors
/// Every problem of the file.
pub fn case_of_file(file: &str, text: &str) -> Result<CaseTimeline, Vec<Problem>> {
    let mut problems = Problems::default();
    let Some(mut document) = Document::parse(file, text, &["clock", "event"], &mut problems) else {
        return Err(problems.sorted());
    };
    let clocks: Vec<Located<CaseClock>> = rows(&mut document, "clock", &mut problems);
    let events: Vec<Located<CaseEvent>> = rows(&mut document, "event", &mut problems);
    let _: Option<Located<NoHead>> = document.head.read(&mut problems);
    if clocks.is_empty() {
        let what = "the case has no clock";
        problems.at(&Place::of_file(file), "", what, "add [[clock]]; docs/guide/clocks.md shows its form");
    }
    for (at, clock) in clocks.iter().enumerate() {
        if clocks[..at].iter().any(|other| other.value.id == clock.value.id) {
            let what = format!("another clock is called `{}`", clock.value.id);
            problems.at(&clock.place, "id", what, "give each clock its own id");
        }
        for fault in clock.value.terms.faults() {
            let what = format!("`{}`: the terms do not fit together", fault.field);
            let field = format!("terms.{}", fault.field);
            problems.at(&clock.place, &field, what, fault.what.told().en);
        }
    }
    for event in &events {
        for (at, id) in event.value.clocks.iter().enumerate() {
            if !clocks.iter().any(|clock| clock.value.id == *id) {
                let what = format!("the case has no clock `{id}`");
                problems.at(&event.place, &format!("clocks.{at}"), what, "name a clock of the file");
            }
        }
    }
    let case = CaseTimeline {
        clocks: clocks.into_iter().map(|clock| clock.value).collect(),
        events: events.into_iter().map(|event| event.value).collect(),
    };
    finished(problems, case)
}

fn finished<T>(problems: Problems, value: T) -> Result<T, Vec<Problem>> {
    let problems = problems.sorted();
    if problems.is_empty() { Ok(value) } else { Err(problems) }
}

/// The rows of a list that could be read; the rest is reported.
fn rows<T: DeserializeOwned>(
    document: &mut Document<'_>,
    list: &'static str,
    problems: &mut Problems,
) -> Vec<Located<T>> {
    document.take(list).iter().filter_map(|row| row.read(problems)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUND: &str = "[[ground]]\nid = \"papers\"\nkind = \"pause\"\nname = { zh = \"补正\", en = \"Papers\" }\ncite = \"a26\"\n";

    fn lines(problems: &[Problem]) -> Vec<String> {
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_file_of_one_clock_is_read_with_dates_as_toml_writes_them() {
        let text = format!(
            "warnings = [\"50%\"]\n{GROUND}times_max = 1\n\n[[event]]\nkind = \"pause\"\nat = 2026-02-24\nground = \"papers\"\n\n[[event]]\nkind = \"resume\"\nat = 2026-02-25T08:30:00\nground = \"papers\"\n"
        );
        let period = "5wd".parse().unwrap();
        let (terms, events) = clock_of_file("events.toml", &text, period).unwrap();
        assert_eq!((terms.grounds.len(), terms.warnings.len(), terms.rolls), (1, 1, true));
        let moments: Vec<String> = events.iter().map(|event| event.at.to_string()).collect();
        assert_eq!(moments, ["2026-02-24", "2026-02-25T08:30"]);
    }

    #[test]
    fn every_fault_of_a_file_of_one_clock_is_reported_with_its_line() {
        let text = format!(
            "rolls = true\n{GROUND}length_max = \"2h\"\n\n[[event]]\nkind = \"paus\"\nat = \"2026-02-30\"\n"
        );
        let problems = lines(&clock_of_file("events.toml", &text, "5wd".parse().unwrap()).unwrap_err());
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(problems[0].starts_with("events.toml:7: `ground.0.length_max`"), "{problems:?}");
        assert!(problems[1].starts_with("events.toml:10: "), "{problems:?}");
        assert!(problems[2].contains("`2026-02-30` is not a day"), "{problems:?}");
    }

    #[test]
    fn every_fault_of_a_case_is_reported_with_its_line() {
        let clock = "[[clock]]\nid = \"firm\"\nparty = \"firm\"\nstart = \"2026-03-02\"\nterms = { period = \"10wd\", cite = \" \" }\n";
        let text = format!(
            "{clock}{clock}[[event]]\nkind = \"finish\"\nat = \"2026-03-09\"\nclocks = [\"firm\", \"unit\"]\n"
        );
        let problems = lines(&case_of_file("case.toml", &text).unwrap_err());
        let starts = [
            "case.toml:5: ",
            "case.toml:7: another clock is called `firm`",
            "case.toml:10: ",
            "case.toml:14: the case has no clock `unit`",
        ];
        for start in starts {
            assert!(problems.iter().any(|problem| problem.starts_with(start)), "{start}\n{problems:?}");
        }
        assert_eq!(lines(&case_of_file("case.toml", "").unwrap_err()).len(), 1);
    }
}
