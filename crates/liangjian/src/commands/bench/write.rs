//! `bench write`: acknowledged writes through the real store, and how long each waits for its answer.
//!
//! With `--acks` every answer is noted in a file as it comes: `sent acknowledged client index outcome`, times in
//! nanoseconds of the system's clock. A client begins behind the last of its answers in that file, so that a run
//! that was killed is taken up where its senders stand: what was not answered is sent again under the same key.

use super::{
    machine::Setting,
    timing::{Times, timed},
};
use anyhow::{Context as _, bail};
use chrono::DateTime;
use serde::Serialize;
use serde_json::json;
use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    num::{NonZeroI64, NonZeroUsize},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use store::{Location, NewEvent, Once, Store, Submission, sha256};

const METHOD: &str = "each client sends an event with a key, waits for the answer and sends the next; an event, its \
                      place in the tree and the kept answer are one change; warm-up is not left out";

/// Arguments of `bench write`.
#[derive(clap::Args)]
pub struct Arguments {
    /// How long to write.
    #[arg(long, value_name = "N", default_value = "10")]
    seconds: NonZeroI64,
    /// How many senders there are at the same time.
    #[arg(long, value_name = "N", default_value = "64")]
    clients: NonZeroUsize,
    /// Folder of the data; without it a temporary one.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Note every answer at the end of this file, and go on behind the answers that stand in it.
    #[arg(long, value_name = "FILE")]
    acks: Option<PathBuf>,
}

/// What was measured.
#[derive(Serialize)]
pub struct Report {
    method: &'static str,
    setting: Setting,
    clients: usize,
    seconds: f64,
    acknowledged: u32,
    replayed: usize,
    acknowledged_per_second: f64,
    median_ms: f64,
    p99_ms: f64,
    worst_ms: f64,
}

/// Where answers are noted.
type Acks = Arc<Mutex<Option<File>>>;

/// One sender: its name, and the next event of its stream.
struct Client {
    name: String,
    next: i64,
    store: Store,
    acks: Acks,
}

/// Writes for the time asked for.
pub fn measure(arguments: &Arguments) -> anyhow::Result<Report> {
    let temporary = tempfile::tempdir().context("no temporary folder can be made · check TMPDIR")?;
    let folder = arguments.data.clone().unwrap_or_else(|| temporary.path().join("data"));
    let runtime = tokio::runtime::Runtime::new().context("the system gives no threads to write with")?;
    let (answers, time) = timed(|| runtime.block_on(write(arguments, folder)));
    let answers = answers?;
    let acknowledged = u32::try_from(answers.len()).context("more was written than can be counted")?;
    if acknowledged == 0 {
        bail!("nothing was written · give it more time with --seconds")
    }
    let replayed = answers.iter().filter(|(_, is_new)| !is_new).count();
    let times = Times::new(answers.into_iter().map(|(time, _)| time).collect());
    Ok(Report {
        method: METHOD,
        setting: Setting::read(),
        clients: arguments.clients.get(),
        seconds: time.as_secs_f64(),
        acknowledged,
        replayed,
        acknowledged_per_second: (f64::from(acknowledged) / time.as_secs_f64()).round(),
        median_ms: times.median_milliseconds(),
        p99_ms: times.percentile_milliseconds(99),
        worst_ms: times.worst_milliseconds(),
    })
}

/// Lets every client write; answers how long each answer took, and whether its effect was new.
async fn write(arguments: &Arguments, folder: PathBuf) -> anyhow::Result<Vec<(Duration, bool)>> {
    let noted = arguments.acks.as_deref().map(noted).transpose()?.unwrap_or_default();
    let acks: Acks = Arc::new(Mutex::new(arguments.acks.as_deref().map(opened).transpose()?));
    let store = Store::open(&Location::Sqlite(folder)).await?;
    // Without such a file every run has senders of its own.
    let run = if arguments.acks.is_some() { String::new() } else { format!("{}-", nanoseconds()) };
    let end = nanoseconds() + arguments.seconds.get().saturating_mul(1_000_000_000);
    let clients = (0..arguments.clients.get()).map(|number| {
        let name = format!("{run}{number}");
        let last = noted.iter().filter(|(client, _)| *client == name).map(|(_, index)| *index).max();
        let next = last.map_or(0, |last| last + 1);
        Client { name, next, store: store.clone(), acks: Arc::clone(&acks) }
    });
    let tasks: Vec<_> = clients.map(|client| tokio::spawn(client.send_until(end))).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.extend(task.await.context("a sender stopped")??);
    }
    store.close().await;
    Ok(answers)
}

impl Client {
    async fn send_until(mut self, end: i64) -> anyhow::Result<Vec<(Duration, bool)>> {
        let mut answers = Vec::new();
        while nanoseconds() < end {
            let sent = nanoseconds();
            let is_new = self.send(sent).await?;
            let acknowledged = nanoseconds();
            self.note(sent, acknowledged, is_new)?;
            let waited = u64::try_from(acknowledged - sent).unwrap_or(0);
            answers.push((Duration::from_nanos(waited), is_new));
            self.next += 1;
        }
        Ok(answers)
    }

    /// Sends one event; answers whether it is new.
    async fn send(&self, sent: i64) -> anyhow::Result<bool> {
        let key = format!("{}-{}", self.name, self.next);
        let event = NewEvent {
            stream: format!("bench:{}", self.name),
            expected_version: self.next,
            kind: "bench.written".to_owned(),
            actor: "bench".to_owned(),
            payload: json!({"key": key, "amount_fen": self.next, "note": "as long as the note of a small payment is"}),
        };
        let submission = Submission {
            principal: "bench".to_owned(),
            request_sha256: sha256(event.payload.to_string().as_bytes()),
            key,
            has_money: true,
            at: DateTime::from_timestamp_nanos(sent),
        };
        match self.store.append_once(&submission, &event).await? {
            Once::Done(_) => Ok(true),
            Once::Replayed(_) => Ok(false),
            Once::Mismatch => {
                bail!("{} was sent before with another content · use another --data", submission.key)
            }
        }
    }

    fn note(&self, sent: i64, acknowledged: i64, is_new: bool) -> anyhow::Result<()> {
        let outcome = if is_new { "done" } else { "replayed" };
        let line = format!("{sent} {acknowledged} {} {} {outcome}\n", self.name, self.next);
        match self.acks.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            // One call a line: a killed run leaves whole lines.
            Some(file) => Ok(file.write_all(line.as_bytes())?),
            None => Ok(()),
        }
    }
}

/// Client and index of the answers that stand in a file; none where it is not there yet.
fn noted(file: &Path) -> anyhow::Result<Vec<(String, i64)>> {
    if !file.exists() {
        return Ok(Vec::new());
    }
    let text = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let read = |line: &str| {
        let mut words = line.split(' ').skip(2);
        Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
    };
    Ok(text.lines().filter_map(read).collect())
}

fn opened(file: &Path) -> anyhow::Result<File> {
    let opened = OpenOptions::new().create(true).append(true).open(file);
    opened.with_context(|| format!("{} cannot be written · name another file", file.display()))
}

/// The system's clock, the one that `slow_sync.c` notes.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time; nothing else reads this clock")]
fn nanoseconds() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.ok().and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0)
}

impl Report {
    /// The figures for people.
    pub fn table(&self) -> String {
        format!(
            "{}\n{}\n\n{} senders · {} writes acknowledged in {:.1} s ({} of them replayed)\n{} writes/s · median {} ms · p99 {} ms · worst {} ms\n",
            self.setting.line(),
            self.method,
            self.clients,
            self.acknowledged,
            self.seconds,
            self.replayed,
            self.acknowledged_per_second,
            self.median_ms,
            self.p99_ms,
            self.worst_ms,
        )
    }
}
