//! The cold start: this program, started on an empty data folder, until it says that it is ready.

use super::timing::{Times, timed};
use crate::commands::Context;
use anyhow::{Context as _, bail};
use serde::Serialize;
use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

/// Times of cold starts.
#[derive(Serialize)]
pub struct ColdStart {
    /// How many were made.
    pub starts: usize,
    /// The middle one.
    pub median_ms: f64,
    /// The longest one.
    pub worst_ms: f64,
}

/// Starts the service `starts` times, each on a data folder of its own under `folder`.
pub fn measure(context: &Context, edition: &str, folder: &Path, starts: usize) -> anyhow::Result<ColdStart> {
    let mut times = Vec::new();
    for start in 0..starts {
        let mut serve = serve(context, edition, &folder.join(format!("start-{start}")))?;
        let (service, time) = timed(|| ready(&mut serve));
        let mut service = service?;
        service.kill()?;
        service.wait()?;
        times.push(time);
    }
    let times = Times::new(times);
    Ok(ColdStart { starts, median_ms: times.median_milliseconds(), worst_ms: times.worst_milliseconds() })
}

/// `serve` on any free port.
fn serve(context: &Context, edition: &str, data: &Path) -> anyhow::Result<Command> {
    let program =
        std::env::current_exe().context("the program cannot find itself · start it by its full path")?;
    let mut serve = Command::new(program);
    if let Some(editions) = &context.editions {
        serve.arg("--editions").arg(editions);
    }
    serve.args(["serve", "--address", "127.0.0.1:0", "--edition", edition, "--data"]).arg(data);
    serve.stdin(Stdio::null()).stdout(Stdio::piped());
    Ok(serve)
}

/// Starts the service and waits for its ready line.
fn ready(serve: &mut Command) -> anyhow::Result<Child> {
    let mut service = serve.spawn().context("the service cannot be started")?;
    let mut line = String::new();
    if let Some(output) = service.stdout.as_mut() {
        BufReader::new(output).read_line(&mut line)?;
    }
    if line.is_empty() {
        let ended = service.wait()?;
        bail!("the service ended before it was ready · {ended} · see what it printed above");
    }
    Ok(service)
}
