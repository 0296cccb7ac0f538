//! Tests of the clock and of its verifier, on the calendars of the national edition.

mod case;
mod events;
mod hours;
mod oracle;
mod properties;
mod vectors;
mod words;

use super::{Clock, ClockEvent, ClockTerms, Due, Moment, OfficeTime, Period, Reckoning};
use crate::{
    calendar::{CalendarYear, WorkingCalendar},
    office_hours::OfficeHours,
};
use std::sync::LazyLock;

/// The calendars as they stand in the edition.
macro_rules! calendars {
    ($($year:literal)*) => {
        [$(include_str!(concat!("../../../../../editions/national/calendars/", $year, ".toml"))),*]
    };
}

const CALENDARS: [&str; 20] = calendars!(2007 2008 2009 2010 2011 2012 2013 2014 2015 2016 2017 2018 2019 2020 2021 2022 2023 2024 2025 2026);

static NATIONAL: LazyLock<WorkingCalendar> = LazyLock::new(|| {
    // A date of TOML is no text for serde; an edition is read by a reader that knows both.
    let year = |text: &&str| -> CalendarYear {
        let quoted: Vec<String> = text.lines().map(quoted_date).collect();
        toml::from_str(&quoted.join("\n")).expect("the calendars of the edition can be read")
    };
    WorkingCalendar::of_years(CALENDARS.iter().map(year).collect())
});

fn quoted_date(line: &str) -> String {
    match line.split_once("issued = ") {
        Some(("", day)) => format!("issued = \"{day}\""),
        _ => line.to_owned(),
    }
}

static HOURS: LazyLock<OfficeHours> = LazyLock::new(|| {
    let text = r#"
        cite = "x"
        season = [
            { from = "06-01", hours = ["08:30-12:00", "14:30-17:30"] },
            { from = "10-01", hours = ["08:30-12:00", "13:30-17:00"] },
        ]
    "#;
    toml::from_str(text).expect("the hours can be read")
});

pub(crate) fn office() -> OfficeTime<'static> {
    OfficeTime { calendar: &NATIONAL, hours: Some(&HOURS) }
}

fn moment(text: &str) -> Moment {
    text.parse().expect("it is a moment")
}

fn period(text: &str) -> Period {
    text.parse().expect("it is a period")
}

fn plain(text: &str) -> ClockTerms {
    ClockTerms::of(period(text), "x")
}

/// Terms of a period with these lines of TOML below it.
fn terms(period: &str, rest: &str) -> ClockTerms {
    let terms: ClockTerms = toml::from_str(&format!("period = \"{period}\"\ncite = \"x\"\n{rest}"))
        .unwrap_or_else(|error| panic!("{rest}\n{error}"));
    assert_eq!(terms.faults(), []);
    terms
}

/// A ground in TOML: id, kind and its caps.
fn ground(id: &str, kind: &str, caps: &str) -> String {
    format!(
        "[[ground]]\nid = \"{id}\"\nkind = \"{kind}\"\nname = {{ zh = \"某\", en = \"Some\" }}\ncite = \"x\"\n{caps}\n"
    )
}

/// Events from `pause 2026-02-24 expert`, `extend 2026-03-02 more 10wd`, `finish 2026-03-02`, separated by `;`.
fn events(text: &str) -> Vec<ClockEvent> {
    let event = |text: &str| {
        let words: Vec<&str> = text.split_whitespace().collect();
        let mut table = format!("kind = \"{}\"\nat = \"{}\"\n", words[0], words[1]);
        if let Some(ground) = words.get(2) {
            table.extend([
                "ground = \"", ground, "\"
",
            ]);
        }
        if let Some(by) = words.get(3) {
            table.extend([
                "by = \"", by, "\"
",
            ]);
        }
        toml::from_str(&table).unwrap_or_else(|error| panic!("{text}: {error}"))
    };
    text.split(';').map(str::trim).filter(|text| !text.is_empty()).map(event).collect()
}

fn reckon(terms: &ClockTerms, start: &str, happened: &str) -> Reckoning {
    Clock { terms, start: moment(start), events: &events(happened) }.reckon(office())
}

/// A due date as text, with `?` where it is provisional.
fn told(due: Option<Due>) -> String {
    due.map_or("none".to_owned(), |due| format!("{}{}", due.at, if due.provisional { "?" } else { "" }))
}

/// The ledger as text: `02-14..02-14 counted 1`.
fn ledger(reckoning: &Reckoning) -> Vec<String> {
    let span = |span: &super::Span| {
        let grounds: String = span.grounds.iter().flat_map(|ground| [" ", ground]).collect();
        let holiday = span.holiday.as_ref().map_or(String::new(), |name| format!(" {}", name.en));
        let short = |moment: Moment| moment.to_string()[5..].to_owned();
        let kind = format!("{:?}", span.kind).to_lowercase();
        format!("{}..{} {kind} {}{grounds}{holiday}", short(span.from), short(span.to), span.counted)
    };
    reckoning.ledger.iter().map(span).collect()
}

/// The faults as text, each with the number of its event.
fn problems(reckoning: &Reckoning) -> Vec<String> {
    let told = |problem: &super::ClockProblem| {
        let fault = format!("{:?}", problem.fault);
        let name = fault.split(' ').next().unwrap_or_default().to_owned();
        problem.event.map_or_else(|| name.clone(), |event| format!("{event} {name}"))
    };
    reckoning.problems.iter().map(told).collect()
}
