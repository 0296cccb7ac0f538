//! `bench clock`: due dates and whole reckonings of made cases, and what it costs to look through many of them
//! when a new calendar arrives.

use super::{machine::Setting, timing::timed};
use crate::{commands::Context, editions};
use anyhow::Context as _;
use domain::clock::{Clock, ClockEvent, ClockTerms, Due, OfficeTime, recompute};
use edition::clock_of_file;
use serde::Serialize;
use std::{fmt::Write as _, hint::black_box, time::Duration};

const METHOD: &str =
    "each case reckoned for every start of the known years, again and again; time divided by calls";

/// Starts that are left out at both ends of the calendar.
const MARGIN: usize = 200;

/// Arguments of `bench clock`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Reckonings of each kind and case.
    #[arg(long, default_value_t = 200_000)]
    calls: usize,
}

/// What was measured.
#[derive(Serialize)]
pub struct Report {
    method: &'static str,
    setting: Setting,
    calls: usize,
    cases: Vec<CaseTime>,
    /// Clocks that one new calendar was applied to, and the time of all.
    recomputed: usize,
    recomputed_ms: f64,
}

/// One case.
#[derive(Serialize)]
struct CaseTime {
    case: &'static str,
    /// The due date alone.
    due_us: f64,
    /// Due date, ledger, warnings and problems.
    reckoning_us: f64,
}

/// A case: its name, its period, and what happens so many days after the start.
type Case = (&'static str, &'static str, &'static [(u64, &'static str)]);

const CASES: [Case; 5] = [
    ("5wd, nothing happened", "5wd", &[]),
    ("20wd, two pauses and an extension", "20wd", HAPPENED),
    ("60d, two pauses", "60d", &[HAPPENED[0], HAPPENED[1], HAPPENED[2], HAPPENED[3]]),
    ("3m, two pauses", "3m", &[HAPPENED[0], HAPPENED[1], HAPPENED[2], HAPPENED[3]]),
    ("8h", "8h", &[]),
];

const HAPPENED: &[(u64, &str)] = &[
    (5, "kind = \"pause\"\nground = \"papers\""),
    (9, "kind = \"resume\"\nground = \"papers\""),
    (12, "kind = \"pause\"\nground = \"expert\""),
    (20, "kind = \"resume\"\nground = \"expert\""),
    (22, "kind = \"extend\"\nground = \"approved\"\nby = \"10wd\""),
];

const GROUNDS: [(&str, &str, &str); 3] = [
    ("papers", "pause", "times_max = 2\nlength_max = \"10wd\""),
    ("expert", "pause", ""),
    ("approved", "extension", "times_max = 1\nlength_max = \"10wd\"\nasked_before = \"1wd\""),
];

/// Measures on the calendar of the nation and the office hours of the sample.
pub fn measure(context: &Context, arguments: &Arguments) -> anyhow::Result<Report> {
    let tree = editions::tree(context)?;
    let calendar = edition::load(&tree, "national").edition.calendar;
    let hours = edition::load(&tree, "sample").edition.office_hours;
    let office = OfficeTime { calendar: &calendar, hours: hours.as_deref() };
    let first = calendar.first_day().context("the national edition has no calendar · editions · check it")?;
    let last = calendar.last_day().unwrap_or(first);
    let starts: Vec<_> = first.iter_days().take_while(|day| *day <= last).collect();
    let starts = &starts[MARGIN..starts.len() - MARGIN];
    let mut cases = Vec::new();
    let mut recomputed_ms = 0.0;
    for (name, period, happened) in CASES {
        let (terms, events) = written(period, happened)?;
        // The events of each start, made before the clock of the bench runs.
        let moved: Vec<Vec<ClockEvent>> = starts.iter().map(|start| at(*start, &events, happened)).collect();
        let time = if period.ends_with('h') { "T10:00" } else { "" };
        let moments: Vec<_> =
            starts.iter().map(|start| format!("{start}{time}").parse()).collect::<Result<_, _>>()?;
        let clocks: Vec<Clock<'_>> = (moments.iter().zip(&moved))
            .map(|(start, events)| Clock { terms: &terms, start: *start, events })
            .collect();
        let due = |count: usize| {
            black_box(clocks[count % clocks.len()].due(office));
        };
        let reckoning = |count: usize| {
            black_box(clocks[count % clocks.len()].reckon(office));
        };
        cases.push(CaseTime {
            case: name,
            due_us: per_call(arguments.calls, due),
            reckoning_us: per_call(arguments.calls, reckoning),
        });
        if happened.len() == HAPPENED.len() {
            let said: Vec<(usize, Clock<'_>, Due)> = clocks
                .iter()
                .enumerate()
                .filter_map(|(id, clock)| Some((id, *clock, clock.due(office)?)))
                .collect();
            let many = said.iter().cycle().take(arguments.calls).copied();
            let (changes, took) = timed(|| recompute(many, office));
            black_box(changes);
            recomputed_ms = took.as_secs_f64() * 1e3;
        }
    }
    let (setting, calls) = (Setting::read(), arguments.calls);
    Ok(Report { method: METHOD, setting, calls, cases, recomputed: calls, recomputed_ms })
}

/// Terms and events as a file would hold them; the days of the events are set later.
fn written(period: &str, happened: &[(u64, &str)]) -> anyhow::Result<(ClockTerms, Vec<ClockEvent>)> {
    let mut text = String::new();
    if !happened.is_empty() {
        for (id, kind, caps) in GROUNDS {
            let _ = writeln!(
                text,
                "[[ground]]\nid = \"{id}\"\nkind = \"{kind}\"\nname = {{ zh = \"某\", en = \"Some\" }}\ncite = \"x\"\n{caps}"
            );
        }
    }
    for (_, event) in happened {
        let _ = writeln!(text, "[[event]]\nat = 2026-01-01\n{event}");
    }
    clock_of_file("bench", &text, period.parse()?).map_err(|problems| anyhow::anyhow!("{}", problems[0]))
}

fn at(start: chrono::NaiveDate, events: &[ClockEvent], happened: &[(u64, &str)]) -> Vec<ClockEvent> {
    let moved = events.iter().zip(happened).map(|(event, (days, _))| {
        let day = start + chrono::Days::new(*days);
        ClockEvent { at: day.into(), ..event.clone() }
    });
    moved.collect()
}

/// Microseconds of one call.
fn per_call(calls: usize, mut call: impl FnMut(usize)) -> f64 {
    let ((), took): ((), Duration) = timed(|| (0..calls).for_each(&mut call));
    let calls = u32::try_from(calls.max(1)).unwrap_or(u32::MAX);
    (took.as_secs_f64() * 1e9 / f64::from(calls)).round() / 1e3
}

impl Report {
    /// The figures for people.
    pub fn table(&self) -> String {
        let mut out = format!("{}\n{}\n{} calls each\n\n", self.setting.line(), self.method, self.calls);
        let _ = writeln!(out, "{:>10} {:>13}  case", "due µs", "reckoning µs");
        for CaseTime { case, due_us, reckoning_us } in &self.cases {
            let _ = writeln!(out, "{due_us:>10.3} {reckoning_us:>13.3}  {case}");
        }
        let _ =
            writeln!(out, "\n{} clocks and a new calendar: {:.0} ms", self.recomputed, self.recomputed_ms);
        out
    }
}
