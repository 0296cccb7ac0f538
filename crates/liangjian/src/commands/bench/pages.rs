//! `bench pages`: the real service behind a real connection, page by page, then its cold start.

use super::{client::Client, machine::Setting, start, timing::Times, timing::timed};
use crate::{
    commands::{Context, serve},
    editions, listener, machine,
};
use anyhow::{Context as _, bail};
use edition::Edition;
use rules::catalog::{Field, Type};
use serde::Serialize;
use std::{fmt::Write as _, net::SocketAddr, num::NonZeroUsize, path::Path, sync::Arc};
use store::{Location, Store};

const METHOD: &str = "one reader over one kept connection to 127.0.0.1, pages in Chinese, uncompressed, fresh \
                      SQLite data, from the request to the last byte, after 3 requests that are not counted; \
                      cold start from the spawn of `serve` on an empty folder to its ready line";

/// Most answers of a form that is sent.
const ANSWERS_MAX: usize = 12;

/// Requests that warm a page up.
const UNCOUNTED_ROUNDS: usize = 3;

/// Arguments of `bench pages`.
#[derive(clap::Args)]
pub struct Arguments {
    /// How often every page is asked for.
    #[arg(long, value_name = "N", default_value = "200")]
    rounds: NonZeroUsize,
    /// How often the service is started.
    #[arg(long, value_name = "N", default_value = "10")]
    starts: NonZeroUsize,
    /// The edition to serve.
    #[arg(long, value_name = "ID", default_value = "wenzhou")]
    edition: String,
}

/// What was measured.
#[derive(Serialize)]
pub struct Report {
    method: &'static str,
    setting: Setting,
    edition: String,
    rounds: usize,
    pages: Vec<PageTime>,
    cold_start: start::ColdStart,
}

/// One page.
#[derive(Serialize)]
struct PageTime {
    address: String,
    /// What is sent there as a form; nothing where the page is only asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    form: Option<String>,
    median_ms: f64,
    p99_ms: f64,
    bytes: usize,
}

/// Measures every page, then the cold start; leaves nothing behind.
pub fn measure(context: &Context, arguments: &Arguments) -> anyhow::Result<Report> {
    let folder = tempfile::tempdir().context("no temporary folder can be made · check TMPDIR")?;
    let edition = sound_edition(context, &arguments.edition)?;
    let asked = addresses(&edition).into_iter().map(|address| (address, None));
    let asked: Vec<_> = asked.chain([("/calculator".to_owned(), Some(answers(&edition)))]).collect();
    let rounds = arguments.rounds.get();
    let runtime = tokio::runtime::Runtime::new().context("the system gives no threads to serve with")?;
    let host = runtime.block_on(service(edition, &folder.path().join("pages")))?;
    let mut client = Client::new(host)?;
    let mut pages = Vec::new();
    for (address, form) in asked {
        pages.push(page_time(&mut client, address, form, rounds)?);
    }
    drop(client);
    runtime.shutdown_background();
    let cold_start = start::measure(context, &arguments.edition, folder.path(), arguments.starts.get())?;
    let edition = arguments.edition.clone();
    Ok(Report { method: METHOD, setting: Setting::read(), edition, rounds, pages, cold_start })
}

/// An edition without problems.
pub fn sound_edition(context: &Context, id: &str) -> anyhow::Result<Edition> {
    let loaded = edition::load(&editions::tree(context)?, id);
    if let Some(problem) = loaded.problems.first() {
        bail!("an edition with problems is not measured · {problem} · mend it, then `liangjian check {id}`");
    }
    Ok(loaded.edition)
}

/// One address of every sort of page.
fn addresses(edition: &Edition) -> Vec<String> {
    let mut addresses = vec!["/".to_owned()];
    if let Some(regulation) = &edition.regulation {
        addresses.push("/regulation".to_owned());
        let article = regulation.article("20").or(regulation.articles.first());
        addresses.extend(article.map(|article| format!("/regulation/{}", article.number)));
    }
    if let Some(list) = &edition.task_list {
        addresses.push("/plan".to_owned());
        let staged = list.works.iter().find(|work| !work.stage.is_long_term());
        addresses.extend(staged.map(|work| format!("/plan?stage={}", work.stage.id())));
        let work = list.work(5).or(list.works.first());
        addresses.extend(work.map(|work| format!("/plan/{}", work.number)));
    }
    addresses.push("/policies".to_owned());
    let policy = edition.definitions.policies.first();
    addresses.extend(policy.map(|policy| format!("/policies/{}", policy.id)));
    addresses.extend(["/calculator", "/systems"].map(str::to_owned));
    addresses.extend(edition.systems.first().map(|system| format!("/systems/{}", system.id)));
    addresses.push("/organizations".to_owned());
    addresses.extend(edition.organizations.first().map(|one| format!("/organizations/{}", one.id)));
    // The word for loans, found in articles, works, measures and targets.
    addresses.extend(["/search?q=%E8%B4%B7%E6%AC%BE", "/about", "/healthz"].map(str::to_owned));
    addresses
}

/// A form of the calculator, half filled in: the first facts that are a number or a yes or no.
fn answers(edition: &Edition) -> String {
    let answer = |field: &Field| match field.kind {
        Type::Bool => Some(format!("f.{}=true", field.name)),
        Type::Money => Some(format!("f.{}=3000000", field.name)),
        Type::Number { .. } => Some(format!("f.{}=50", field.name)),
        _ => None,
    };
    let answers = edition.catalog.fields().iter().filter_map(answer).take(ANSWERS_MAX);
    answers.collect::<Vec<_>>().join("&")
}

/// The service on fresh data, running in the background on a free port.
async fn service(edition: Edition, data: &Path) -> anyhow::Result<SocketAddr> {
    let store = Store::open(&Location::Sqlite(data.to_owned())).await?;
    in_background(web::City {
        edition: Arc::new(edition),
        store,
        today: serve::today,
        books: web::Books::default(),
        voices: web::Voices::default(),
        host: machine::measuring_host(data.to_owned()),
    })
    .await
}

/// The service of a city, running in the background on a free port.
pub async fn in_background(city: web::City) -> anyhow::Result<SocketAddr> {
    let socket = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let host = socket.local_addr()?;
    tokio::spawn(listener::serve(socket, web::router(city), std::future::pending()));
    Ok(host)
}

fn page_time(
    client: &mut Client,
    address: String,
    form: Option<String>,
    rounds: usize,
) -> anyhow::Result<PageTime> {
    let mut ask = || match &form {
        Some(form) => client.post(&address, form),
        None => client.get(&address),
    };
    let mut bytes = 0;
    for _ in 0..UNCOUNTED_ROUNDS {
        bytes = ask()?;
    }
    let mut times = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let (answer, time) = timed(&mut ask);
        answer?;
        times.push(time);
    }
    let times = Times::new(times);
    let (median_ms, p99_ms) = (times.median_milliseconds(), times.percentile_milliseconds(99));
    Ok(PageTime { address, form, median_ms, p99_ms, bytes })
}

impl Report {
    /// The figures for people.
    pub fn table(&self) -> String {
        let mut out = format!("{}\n", self.setting.line());
        let _ = writeln!(out, "{}", self.method);
        let _ = writeln!(out, "edition {} · {} rounds a page\n", self.edition, self.rounds);
        let _ = writeln!(out, "{:>10} {:>10} {:>9}  address", "median ms", "p99 ms", "bytes");
        for PageTime { address, form, median_ms, p99_ms, bytes } in &self.pages {
            let count = form.as_ref().map(|form| form.split('&').count());
            let sent = count.map_or_else(String::new, |count| format!(" with {count} answers"));
            let _ = writeln!(out, "{median_ms:>10.3} {p99_ms:>10.3} {bytes:>9}  {address}{sent}");
        }
        let start::ColdStart { starts, median_ms, worst_ms } = self.cold_start;
        let _ = writeln!(out, "\ncold start of {starts}: median {median_ms:.0} ms, worst {worst_ms:.0} ms");
        out
    }
}
