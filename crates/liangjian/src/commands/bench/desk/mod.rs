//! `bench desk`: whole pages of desks, firms and leaders among many made cases, over HTTP as a browser asks for them;
//! then forms that change something; then many readers beside a few writers.
//!
//! The city is that of `bench cases`, and the clock of the service stands on its last day.

mod crowd;
mod forms;
mod pages;
mod people;

use super::{cases::made::City, machine::Setting, pages::sound_edition, timing::timed};
use crate::{commands::Context, machine};
use anyhow::Context as _;
use people::People;
use serde::Serialize;
use std::{fmt::Write as _, num::NonZeroUsize, path::PathBuf, sync::Arc};
use store::{Location, Store};

const METHOD: &str = "cases are written in bulk, without events; pages in Chinese, uncompressed, over one kept \
                      connection to 127.0.0.1, from the request to the last byte; the first request is told apart, two \
                      more are not counted";

/// Arguments of `bench desk`.
#[derive(clap::Args)]
pub struct Arguments {
    /// How many cases.
    #[arg(long, value_name = "N", default_value_t = 200_000)]
    cases: u64,
    /// How many of them run.
    #[arg(long, value_name = "N", default_value_t = 12_000)]
    open: u64,
    /// How often each page is asked for, and each form sent.
    #[arg(long, value_name = "N", default_value = "50")]
    times: NonZeroUsize,
    /// How many read beside those who write; none leaves the crowd out.
    #[arg(long, value_name = "N", default_value_t = 64)]
    readers: usize,
    /// How many write beside them.
    #[arg(long, value_name = "N", default_value_t = 8)]
    writers: usize,
    /// How long a reader looks at a page before he asks for the next.
    #[arg(long, value_name = "MS", default_value_t = 1000)]
    pause_ms: u64,
    /// Measure on an empty database of a PostgreSQL server: postgres://user:password@host:5432/database
    #[arg(long, value_name = "URL")]
    postgres: Option<String>,
    /// Folder of the data; without it a temporary one. One that was filled before is taken as it is.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The edition that is served.
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
    times: usize,
    pages: Vec<PageTime>,
    crowd: Option<crowd::Crowd>,
}

/// One page, or one form.
#[derive(Serialize)]
struct PageTime {
    who: &'static str,
    what: String,
    first_ms: f64,
    median_ms: f64,
    p99_ms: f64,
    bytes: usize,
}

/// Makes the cases, and asks.
pub fn measure(context: &Context, arguments: &Arguments) -> anyhow::Result<Report> {
    let temporary = tempfile::tempdir().context("no temporary folder can be made · check TMPDIR")?;
    let data = arguments.data.clone().unwrap_or_else(|| temporary.path().join("data"));
    let (location, engine) = match &arguments.postgres {
        Some(url) => (Location::Postgres(url.clone()), "PostgreSQL"),
        None => (Location::Sqlite(data.clone()), "SQLite"),
    };
    let edition = Arc::new(sound_edition(context, &arguments.edition)?);
    let city = City::of(&edition, (arguments.cases, arguments.open));
    let runtime = tokio::runtime::Runtime::new().context("the system gives no threads to serve with")?;
    let store = runtime.block_on(Store::open(&location))?;
    let (filled, time) = timed(|| runtime.block_on(city.fill(&store)));
    filled?;
    let people = runtime.block_on(people::signed_in(&store, &edition, &city))?;
    let mut host = machine::measuring_host(data);
    host.now = super::cases::made::now;
    let host = runtime.block_on(super::pages::in_background(web::City {
        edition: Arc::clone(&edition),
        store,
        today: super::cases::made::today,
        books: web::Books::default(),
        voices: web::Voices::default(),
        host,
    }))?;
    let times = arguments.times.get();
    let mut pages = pages::measure(host, &people, &city, times)?;
    pages.extend(forms::measure(host, &people, &edition, times)?);
    let crowd = (arguments.readers > 0).then(|| {
        crowd::measure(
            host,
            &people,
            crowd::Size {
                readers: arguments.readers,
                writers: arguments.writers,
                pages: times,
                pause_ms: arguments.pause_ms,
            },
        )
    });
    let crowd = crowd.transpose()?;
    runtime.shutdown_background();
    Ok(Report {
        method: METHOD,
        setting: Setting::read(),
        engine,
        cases: arguments.cases,
        open: arguments.open,
        filled_seconds: time.as_secs_f64(),
        times,
        pages,
        crowd,
    })
}

impl Report {
    /// The figures for people.
    pub fn table(&self) -> String {
        let mut table = format!(
            "{}\n{} · {} cases, {} open, filled in {:.0} s · {} times each\n{METHOD}\n\n{:>9} {:>10} {:>10} {:>9}  page\n",
            self.setting.line(),
            self.engine,
            self.cases,
            self.open,
            self.filled_seconds,
            self.times,
            "first ms",
            "median ms",
            "p99 ms",
            "bytes",
        );
        for PageTime { who, what, first_ms, median_ms, p99_ms, bytes } in &self.pages {
            // Writing to a string cannot fail.
            let _ =
                writeln!(table, "{first_ms:>9.2} {median_ms:>10.2} {p99_ms:>10.2} {bytes:>9}  {who}: {what}");
        }
        if let Some(crowd) = &self.crowd {
            table.push_str(&crowd.told());
        }
        table
    }
}
