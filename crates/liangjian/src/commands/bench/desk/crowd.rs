//! Many who read lists beside a few who file, on connections of their own.

use super::super::{
    client::Client,
    timing::{Times, timed},
};
use super::{People, forms};
use anyhow::anyhow;
use serde::Serialize;
use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

/// How large it is, and how long it stays.
#[derive(Clone, Copy)]
pub struct Size {
    /// Those who read.
    pub readers: usize,
    /// Those who write, until all have read.
    pub writers: usize,
    /// Pages that each reads.
    pub pages: usize,
    /// How long each looks at a page; those who write wait as long between two forms.
    pub pause_ms: u64,
}

/// What it saw.
#[derive(Serialize)]
pub struct Crowd {
    readers: usize,
    writers: usize,
    pause_ms: u64,
    seconds: f64,
    pages: usize,
    median_ms: f64,
    p99_ms: f64,
    worst_ms: f64,
    /// How many answers there were with each status.
    statuses: BTreeMap<u16, usize>,
    /// Cases that were filed meanwhile.
    filed: usize,
    filed_median_ms: f64,
    filed_p99_ms: f64,
}

/// Answers of one reader.
type Read = Vec<(u16, Duration)>;

/// Lets it come.
pub fn measure(host: SocketAddr, people: &People, size: Size) -> anyhow::Result<Crowd> {
    let is_over = AtomicBool::new(false);
    let all = [
        (&people.coordinator, "/desk"),
        (&people.clerk, "/desk"),
        (&people.coordinator, "/desk?of=desk&tab=open"),
        (&people.small_firm, "/cases"),
    ];
    let ((read, filed), time) = timed(|| {
        thread::scope(|scope| {
            let writer = |_| scope.spawn(|| write(host, &people.small_firm, size, &is_over));
            let writers: Vec<_> = (0..size.writers).map(writer).collect();
            let readers: Vec<_> = (0..size.readers)
                .map(|at| {
                    let (cookie, address) = all[at % all.len()];
                    scope.spawn(move || read(host, cookie, address, (size, at)))
                })
                .collect();
            let read: Vec<_> = readers.into_iter().map(thread::ScopedJoinHandle::join).collect();
            is_over.store(true, Ordering::Relaxed);
            let filed: Vec<_> = writers.into_iter().map(thread::ScopedJoinHandle::join).collect();
            (read, filed)
        })
    });
    let (mut times, mut statuses) = (Vec::new(), BTreeMap::new());
    for reader in read {
        for (status, time) in reader.map_err(|_| anyhow!("a reader stopped"))?? {
            *statuses.entry(status).or_default() += 1;
            times.push(time);
        }
    }
    let mut forms = Vec::new();
    for writer in filed {
        forms.extend(writer.map_err(|_| anyhow!("a writer stopped"))??);
    }
    let (pages, filed) = (times.len(), forms.len());
    let times = Times::new(times);
    let forms = (filed > 0).then(|| Times::new(forms));
    let of_forms = |percent| forms.as_ref().map_or(0.0, |forms| forms.percentile_milliseconds(percent));
    Ok(Crowd {
        readers: size.readers,
        writers: size.writers,
        pause_ms: size.pause_ms,
        seconds: time.as_secs_f64(),
        pages,
        median_ms: times.median_milliseconds(),
        p99_ms: times.percentile_milliseconds(99),
        worst_ms: times.worst_milliseconds(),
        statuses,
        filed,
        filed_median_ms: of_forms(50),
        filed_p99_ms: of_forms(99),
    })
}

fn read(host: SocketAddr, cookie: &str, address: &str, (size, at): (Size, usize)) -> anyhow::Result<Read> {
    let mut client = Client::with_cookie(host, cookie.to_owned())?;
    let pause = Duration::from_millis(size.pause_ms);
    // They do not all come in the same moment.
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    thread::sleep(pause.saturating_mul(count(at)) / count(size.readers).max(1));
    let mut answers = Vec::with_capacity(size.pages);
    for _ in 0..size.pages {
        let (answer, time) = timed(|| client.asked(address));
        answers.push((answer?.status, time));
        thread::sleep(pause);
    }
    Ok(answers)
}

fn write(host: SocketAddr, cookie: &str, size: Size, is_over: &AtomicBool) -> anyhow::Result<Vec<Duration>> {
    let mut firm = Client::with_cookie(host, cookie.to_owned())?;
    let mut times = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        times.push(forms::file(&mut firm)?.1);
        thread::sleep(Duration::from_millis(size.pause_ms));
    }
    Ok(times)
}

impl Crowd {
    /// The figures for people.
    pub fn told(&self) -> String {
        let statuses: Vec<String> =
            self.statuses.iter().map(|(status, count)| format!("{count} × {status}")).collect();
        format!(
            "\n{} readers and {} writers, {} ms between two pages of each, {:.0} s: {} pages, median {:.1} ms, p99 {:.1} ms, \
             worst {:.1} ms ({}) · {} filed, median {:.1} ms, p99 {:.1} ms\n",
            self.readers,
            self.writers,
            self.pause_ms,
            self.seconds,
            self.pages,
            self.median_ms,
            self.p99_ms,
            self.worst_ms,
            statuses.join(", "),
            self.filed,
            self.filed_median_ms,
            self.filed_p99_ms,
        )
    }
}
