//! This machine as the pages see it: its clock, its chance, and the thread that writes the log.

use anyhow::{Context as _, anyhow};
use chrono::{DateTime, Utc};
use identity::{password::policy::Policy, secret::Secret};
use ring::rand::{SecureRandom as _, SystemRandom};
use std::{
    fs::OpenOptions,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
    time::Instant,
};
use tokio::sync::Semaphore;
use web::{Elapsed, Host, LineSink, Network, Reach};

/// The file of the secret in the data folder.
const SECRET_FILE_NAME: &str = "secret.key";
/// Bytes of the secret, and of the key of forms.
const SECRET_BYTES: usize = 32;
/// Bytes of chance in the salt of a deed.
const SALT_BYTES: usize = 32;
/// Lines that wait to be written; more are left out, for a full disk must not stop the service.
const LINES_WAITING_MAX: usize = 8192;

/// Where the log goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogTo {
    /// Standard error.
    StandardError,
    /// Nowhere.
    Nowhere,
    /// The end of a file.
    File(PathBuf),
}

impl LogTo {
    /// Reads `-`, `none` or a file.
    pub fn parse(text: &str) -> Self {
        match text {
            "-" => Self::StandardError,
            "none" => Self::Nowhere,
            file => Self::File(file.into()),
        }
    }

    /// Opens it, and starts the thread that writes.
    pub fn open(&self) -> anyhow::Result<LineSink> {
        let out: Box<dyn Write + Send> = match self {
            Self::Nowhere => return Ok(Arc::new(|_| ())),
            Self::StandardError => Box::new(io::stderr()),
            Self::File(file) => Box::new(open(file)?),
        };
        let (sender, receiver) = sync_channel(LINES_WAITING_MAX);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || write(out, &receiver))
            .context("the system gives no thread to write the log")?;
        Ok(sink(sender))
    }
}

fn open(file: &Path) -> anyhow::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map_err(|error| {
        anyhow!("the log cannot be written ({error}) · {} · name another file with `--log`", file.display())
    })
}

fn sink(sender: SyncSender<String>) -> LineSink {
    Arc::new(move |line| {
        // Where the line is full it is left out; the figures count requests all the same.
        let _ = sender.try_send(format!("{line}\n"));
    })
}

fn write(mut out: Box<dyn Write + Send>, lines: &Receiver<String>) {
    while let Ok(line) = lines.recv() {
        // A full disk or a closed pipe is no reason to stop; the next line is tried again.
        let _ = out.write_all(line.as_bytes());
    }
}

/// A machine that serves in this way.
pub fn host(
    reach: Reach,
    proxies: Vec<Network>,
    quota_factor: u32,
    (data, secret): (PathBuf, Secret),
    log: LineSink,
) -> Host {
    Host {
        now,
        elapsed: elapsed(),
        chance,
        reach,
        origin: None,
        names: Vec::new(),
        proxies,
        quota_factor,
        // The same at every start: a form that is sent again after one still finds its first answer.
        form_key: Secret::new(secret.seal(&[b"tokens of forms"]).to_vec()),
        secret,
        password_policy: Policy::Asvs,
        password_workers: Arc::new(Semaphore::new(cores().saturating_sub(1).max(1))),
        is_demo: false,
        unified: None,
        data,
        // Until the command says otherwise, within this process.
        cleaner: Arc::new(|name, bytes| attachment::clean(name, bytes).map_err(web::Unclean::Refused)),
        log,
    }
}

fn cores() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A machine for measuring: nobody is refused and nothing is written down.
pub fn measuring_host(data: PathBuf) -> Host {
    host(Reach::Loopback, Vec::new(), 0, (data, Secret::new(vec![0; SECRET_BYTES])), Arc::new(|_| ()))
}

/// The secret of the data folder, made when it is first asked for; only its owner may read it.
///
/// Whoever loses it keeps all data, but every password and second factor has to be set again.
pub fn secret(folder: &Path) -> anyhow::Result<Secret> {
    let file = folder.join(SECRET_FILE_NAME);
    let told = |error: io::Error| {
        anyhow!(
            "the secret cannot be read or made ({error}) · {} · see that this account may write there",
            file.display()
        )
    };
    match std::fs::read(&file) {
        Ok(bytes) => {
            let secret = Secret::new(bytes);
            if secret.expose_bytes().len() == SECRET_BYTES {
                return Ok(secret);
            }
            Err(anyhow!(
                "the secret is damaged · {} · restore it from the backup of the data folder",
                file.display()
            ))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            std::fs::create_dir_all(folder).map_err(told)?;
            let secret = Secret::random(SECRET_BYTES, &mut chance);
            let mut options = OpenOptions::new();
            options.create_new(true).write(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let mut out = options.open(&file).map_err(told)?;
            out.write_all(secret.expose_bytes()).and_then(|()| out.sync_all()).map_err(told)?;
            Ok(secret)
        }
        Err(error) => Err(told(error)),
    }
}

/// What time it is.
#[expect(clippy::disallowed_methods, reason = "this program owns the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

#[expect(clippy::disallowed_methods, reason = "this program owns the clock")]
fn elapsed() -> Elapsed {
    let start = Instant::now();
    Arc::new(move || start.elapsed())
}

/// Fills bytes that nobody can guess.
pub fn chance(bytes: &mut [u8]) {
    SystemRandom::new().fill(bytes).expect("a system that runs this program has random bytes");
}

/// Letters of chance for a deed.
pub fn salt() -> String {
    let mut bytes = [0; SALT_BYTES];
    chance(&mut bytes);
    store::sha256(&bytes)
}

/// Panics are written down by their place only: the message may hold what a visitor typed.
pub fn write_panics_down(log: LineSink) {
    std::panic::set_hook(Box::new(move |panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        let line = serde_json::json!({ "time": now(), "event": "panic", "place": place });
        log(&line.to_string());
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_reach_the_end_of_the_file_and_a_full_line_stops_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("log");
        for line in ["one", "two"] {
            let log = LogTo::File(file.clone()).open().unwrap();
            log(line);
            while !std::fs::read_to_string(&file).unwrap().contains(line) {
                thread::yield_now();
            }
        }
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "one\ntwo\n");
        let (sender, receiver) = sync_channel(1);
        let log = sink(sender);
        (0..100).for_each(|_| log("a line"));
        assert_eq!(receiver.try_iter().count(), 1);
    }

    #[test]
    fn chance_fills_bytes_and_the_clock_goes_on() {
        let (mut one, mut two) = ([0; 16], [0; 16]);
        chance(&mut one);
        chance(&mut two);
        assert_ne!(one, two);
        let (elapsed, pause) = (elapsed(), std::time::Duration::from_millis(2));
        let before = elapsed();
        thread::sleep(pause);
        assert!(elapsed() >= before + pause);
    }
}
