//! `bench cases`: lists, searches, the board and single cases among many, as the pages ask for them.
//!
//! The cases are made and written in bulk, without events: what is measured is reading, and the store says so itself.

pub mod made;

use super::{
    machine::Setting,
    pages::sound_edition,
    timing::{Times, timed},
};
use crate::commands::Context;
use anyhow::Context as _;
use domain::voice::similarity::{Features, KnownNames, Rarity, Sketch, Thresholds, Weighed, compare};
use made::{City, MECHANISM};
use serde::Serialize;
use std::fmt::Write as _;
use store::{BoardQuery, CaseQuery, DueWindow, KnownCase, Location, Order, Store, Within};

const METHOD: &str = "cases are written in bulk, without events; every question is asked so many times, one after the \
                      other, of another organisation, firm or case each time, and its whole answer is read";
const PAGE: u32 = 20;
/// Voices that a page compares.
const COMPARED: u32 = 100;

/// Arguments of `bench cases`.
#[derive(clap::Args)]
pub struct Arguments {
    /// How many cases.
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    cases: u64,
    /// How many of them run.
    #[arg(long, value_name = "N", default_value_t = 12_000)]
    open: u64,
    /// How often each question is asked.
    #[arg(long, value_name = "N", default_value_t = 200)]
    times: u64,
    /// Measure on an empty database of a PostgreSQL server: postgres://user:password@host:5432/database
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// The edition whose mechanisms and organisations the cases have.
    #[arg(long, value_name = "ID", default_value = "wenzhou")]
    edition: String,
}

/// What was measured.
#[derive(Serialize)]
pub struct Report {
    method: &'static str,
    setting: Setting,
    engine: &'static str,
    cases: u64,
    open: u64,
    /// What it took to write them, which says nothing about how cases are opened.
    filled_seconds: f64,
    questions: Vec<Question>,
}

#[derive(Serialize)]
struct Question {
    asked: &'static str,
    /// Rows of the last answer.
    rows: usize,
    median_ms: f64,
    p99_ms: f64,
    worst_ms: f64,
}

/// Makes the cases, and asks.
pub fn measure(context: &Context, arguments: &Arguments) -> anyhow::Result<Report> {
    let temporary = tempfile::tempdir().context("no temporary folder can be made · check TMPDIR")?;
    let (location, engine) = match &arguments.postgres {
        Some(url) => (Location::Postgres(url.clone()), "PostgreSQL"),
        None => (Location::Sqlite(temporary.path().join("data")), "SQLite"),
    };
    let runtime = tokio::runtime::Runtime::new().context("the system gives no threads to measure with")?;
    let edition = sound_edition(context, &arguments.edition)?;
    let city = City::of(&edition, (arguments.cases, arguments.open));
    let store = runtime.block_on(Store::open(&location))?;
    let (filled, time) = timed(|| runtime.block_on(city.fill(&store)));
    filled?;
    let mut questions = Vec::new();
    for (asked, ask) in questions_of(&city) {
        let (mut times, mut rows) = (Vec::new(), 0);
        for number in 0..arguments.times {
            let (answer, time) = timed(|| runtime.block_on(answered(&store, ask(number))));
            rows = answer?;
            times.push(time);
        }
        let times = Times::new(times);
        questions.push(Question {
            asked,
            rows,
            median_ms: times.median_milliseconds(),
            p99_ms: times.percentile_milliseconds(99),
            worst_ms: times.worst_milliseconds(),
        });
    }
    runtime.block_on(store.close());
    Ok(Report {
        method: METHOD,
        setting: Setting::read(),
        engine,
        cases: arguments.cases,
        open: arguments.open,
        filled_seconds: time.as_secs_f64(),
        questions,
    })
}

/// What is asked.
enum Ask {
    List(Box<CaseQuery>),
    Board(BoardQuery),
    Case(String),
    Alike(String),
}

/// A question with its number: every time about something else.
type Asked<'c> = (&'static str, Box<dyn Fn(u64) -> Ask + 'c>);

fn list(within: Within, change: impl FnOnce(&mut CaseQuery)) -> Ask {
    let mut query = CaseQuery::all(within, PAGE);
    change(&mut query);
    Ask::List(Box::new(query))
}

fn questions_of(city: &City) -> Vec<Asked<'_>> {
    let unit = |number: u64| Within::Organization(city.organization(number));
    let desk = || Within::Mechanisms(vec![MECHANISM.to_owned(), "credit-repair".to_owned()]);
    let mut questions: Vec<Asked<'_>> = vec![
        (
            "inbox of an organisation: open, by due date",
            Box::new(move |number| {
                list(unit(number), |query| (query.is_ended, query.order) = (Some(false), Order::Due))
            }),
        ),
        ("all cases of an organisation, newest first", Box::new(move |number| list(unit(number), |_| {}))),
        (
            "inbox of the desk: open, by due date",
            Box::new(move |_| {
                list(desk(), |query| (query.is_ended, query.order) = (Some(false), Order::Due))
            }),
        ),
        (
            "all cases of the desk, last changed first",
            Box::new(move |_| list(desk(), |query| query.order = Order::Changed)),
        ),
        (
            "open cases of the desk, newest first",
            Box::new(move |_| list(desk(), |query| query.is_ended = Some(false))),
        ),
        (
            "overdue cases of the desk",
            Box::new(move |_| {
                list(desk(), |query| {
                    (query.due, query.order) = (Some(DueWindow::Overdue(made::board().now)), Order::Due);
                })
            }),
        ),
        (
            "a stage among the open cases of the desk",
            Box::new(move |_| {
                list(desk(), |query| {
                    (query.is_ended, query.stage, query.order) =
                        (Some(false), Some("received".to_owned()), Order::Due);
                })
            }),
        ),
        ("cases of a firm", Box::new(move |number| list(Within::Firm(made::firm(number * 97)), |_| {}))),
    ];
    for (name, word) in made::SEARCHED {
        questions.push((name.0, Box::new(move |_| list(desk(), |query| query.text = word()))));
        questions.push((name.1, Box::new(move |number| list(unit(number), |query| query.text = word()))));
    }
    questions.push(("the board", Box::new(|_| Ask::Board(made::board()))));
    questions.push(("one case with its steps", Box::new(|number| Ask::Case(city.number(number * 7919)))));
    questions.push((
        "voices that are like one that comes in",
        Box::new(|number| Ask::Alike(city.said(number * 7919))),
    ));
    questions
}

async fn answered(store: &Store, ask: Ask) -> anyhow::Result<usize> {
    Ok(match ask {
        Ask::List(query) => store.cases(&query).await?.rows.len(),
        Ask::Board(query) => store.board(&query).await?.len(),
        Ask::Alike(text) => alike(store, &text).await?,
        Ask::Case(number) => store.case(&number).await?.map_or(0, |case| case.steps.len()),
    })
}

/// How many voices are the same matter as a text: those that share a band are read and compared, as the pages do.
async fn alike(store: &Store, text: &str) -> anyhow::Result<usize> {
    let (names, rarity) = (KnownNames::default(), Rarity::default());
    let features = Features::of(text, &names);
    let known = store.voices_alike(&Sketch::of(&features).bands(), COMPARED).await?;
    let own = Weighed::of(features, &rarity);
    let said = |known: &KnownCase| {
        let texts = ["subject", "account"].iter().filter_map(|name| known.state.data.get(*name)?.text());
        texts.collect::<Vec<_>>().join("\n")
    };
    let of_other = |text: &str| Weighed::of(Features::of(text, &names), &rarity);
    let is_alike = |known: &&KnownCase| {
        let permille = compare(&own, &of_other(&said(known))).permille;
        Thresholds::default().relation(permille, false).is_some()
    };
    Ok(known.iter().filter(is_alike).count())
}

impl Report {
    /// The figures for people.
    pub fn table(&self) -> String {
        let mut table = format!(
            "{}\n{} · {} cases, {} open, filled in {:.0} s\n{METHOD}\n\n{:<52} {:>5} {:>10} {:>10} {:>10}\n",
            self.setting.line(),
            self.engine,
            self.cases,
            self.open,
            self.filled_seconds,
            "",
            "rows",
            "median ms",
            "p99 ms",
            "worst ms",
        );
        for one in &self.questions {
            let Question { asked, rows, median_ms, p99_ms, worst_ms } = one;
            // Writing to a string cannot fail.
            let _ =
                writeln!(table, "{asked:<52} {rows:>5} {median_ms:>10.2} {p99_ms:>10.2} {worst_ms:>10.2}");
        }
        table
    }
}
