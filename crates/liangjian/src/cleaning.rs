//! Files that people hand in are checked and written anew in a child process with limits, after the scanner of the city has
//! seen them.
//!
//! Whoever makes a file to do harm meets a process that has no data, little memory and a few seconds, and whose end is
//! an answer like any other.

use anyhow::{Context as _, bail};
use attachment::{Cleaned, Kind, Refusal};
use rlimit::Resource;
use serde::{Deserialize, Serialize};
use std::{
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};
use web::{Cleaner, Unclean};

/// Memory the child may map, in bytes: a PDF is held in memory several times, and the allocator maps a part ahead.
const MEMORY_BYTES_MAX: u64 = 2 << 30;
/// Processor time the child may use, in seconds.
const CPU_SECONDS_MAX: u64 = 10;
/// How long the child and the scanner may take, whatever they wait for.
const WAIT_MAX: Duration = Duration::from_secs(30);
/// How often it is asked whether they have ended.
const PAUSE: Duration = Duration::from_millis(5);
/// Longest answer of the child before the bytes of the file.
const HEAD_BYTES_MAX: usize = 4096;

/// What the child says before the bytes.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
enum Head {
    /// The file can be taken; its bytes follow.
    Taken { kind: Kind, name: String },
    /// It cannot.
    Refused(Refusal),
}

/// Cleans files in children of this program. `scanner` is a program that reads a file from its standard input and ends with 0
/// where nothing is in it, with 1 where something is.
pub fn cleaner(scanner: Option<PathBuf>) -> anyhow::Result<Cleaner> {
    let program =
        std::env::current_exe().context("the program cannot find itself · start it by its full path")?;
    if let Some(scanner) = scanner.as_deref().filter(|scanner| !scanner.is_file()) {
        bail!("the scanner is not there · {} · name the program itself", scanner.display());
    }
    Ok(Arc::new(move |name, bytes| {
        if let Some(scanner) = &scanner {
            scan(scanner, bytes)?;
        }
        clean(&program, name, bytes)
    }))
}

/// What the child does: reads a file from its standard input and writes it anew to its standard output.
pub fn serve_one(name: &str) -> anyhow::Result<bool> {
    rlimit::setrlimit(Resource::AS, MEMORY_BYTES_MAX, MEMORY_BYTES_MAX)?;
    rlimit::setrlimit(Resource::CPU, CPU_SECONDS_MAX, CPU_SECONDS_MAX)?;
    std::panic::set_hook(Box::new(|_| {}));
    let mut bytes = Vec::new();
    let most = attachment::BYTES_MAX as u64 + 1;
    io::stdin().lock().take(most).read_to_end(&mut bytes)?;
    let cleaned =
        std::panic::catch_unwind(|| attachment::clean(name, &bytes)).unwrap_or(Err(Refusal::Damaged));
    let (head, bytes) = match cleaned {
        Ok(Cleaned { kind, name, bytes }) => (Head::Taken { kind, name }, bytes),
        Err(refusal) => (Head::Refused(refusal), Vec::new()),
    };
    let mut out = io::stdout().lock();
    writeln!(out, "{}", serde_json::to_string(&head)?)?;
    out.write_all(&bytes)?;
    out.flush()?;
    Ok(true)
}

fn clean(program: &Path, name: &str, bytes: &[u8]) -> Result<Cleaned, Unclean> {
    let mut command = Command::new(program);
    command.args(["clean", "--name", name]).env_clear();
    let (status, answer) = fed(command, bytes).ok_or(Unclean::Unavailable)?;
    // A child that died had too little memory or time, or was led astray.
    if !status.success() {
        return Err(Unclean::Refused(Refusal::Bomb));
    }
    let end =
        answer.iter().take(HEAD_BYTES_MAX).position(|byte| *byte == b'\n').ok_or(Unclean::Unavailable)?;
    match serde_json::from_slice(&answer[..end]).map_err(|_| Unclean::Unavailable)? {
        Head::Taken { kind, name } => Ok(Cleaned { kind, name, bytes: answer[end + 1..].to_vec() }),
        Head::Refused(refusal) => Err(Unclean::Refused(refusal)),
    }
}

fn scan(scanner: &Path, bytes: &[u8]) -> Result<(), Unclean> {
    let (status, _) = fed(Command::new(scanner), bytes).ok_or(Unclean::Unavailable)?;
    match status.code() {
        Some(0) => Ok(()),
        Some(1) => Err(Unclean::Infected),
        // A scanner that cannot say is no scanner that found nothing.
        _ => Err(Unclean::Unavailable),
    }
}

/// Runs a program on bytes; none where it cannot be run or takes too long.
fn fed(mut command: Command, bytes: &[u8]) -> Option<(ExitStatus, Vec<u8>)> {
    let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = child.spawn().ok()?;
    let (mut to, from) = (child.stdin.take()?, child.stdout.take()?);
    let most = attachment::BYTES_MAX as u64 * 2;
    thread::scope(|scope| {
        // One that ends early closes its input: what is left need not be written.
        scope.spawn(move || drop(to.write_all(bytes)));
        let answer = scope.spawn(move || {
            let mut answer = Vec::new();
            from.take(most).read_to_end(&mut answer).map(|_| answer).ok()
        });
        let status = ended(&mut child)?;
        Some((status, answer.join().ok()??))
    })
}

/// Waits for the end of a child; one that takes too long is ended.
#[expect(clippy::disallowed_methods, reason = "this crate owns the clock")]
fn ended(child: &mut Child) -> Option<ExitStatus> {
    let begun = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if begun.elapsed() < WAIT_MAX => thread::sleep(PAUSE),
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                return None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn scanner(folder: &Path, ends_with: u8) -> PathBuf {
        let file = folder.join(format!("scanner-{ends_with}"));
        std::fs::write(&file, format!("#!/bin/sh\ncat >/dev/null\nexit {ends_with}\n"))
            .expect("it is written");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o700)).expect("it is ours");
        file
    }

    #[test]
    fn what_a_scanner_says_decides_and_one_that_cannot_say_lets_nothing_pass() {
        let folder = tempfile::tempdir().expect("there is room");
        for (code, expected) in [
            (0, Ok(())),
            (1, Err(Unclean::Infected)),
            (2, Err(Unclean::Unavailable)),
            (127, Err(Unclean::Unavailable)),
        ] {
            assert_eq!(scan(&scanner(folder.path(), code), b"bytes"), expected, "{code}");
        }
        assert_eq!(scan(&folder.path().join("none"), b"bytes"), Err(Unclean::Unavailable));
    }

    #[test]
    fn a_scanner_that_is_not_there_is_told_at_the_start() {
        let told = cleaner(Some("/nowhere/scanner".into())).err().map(|error| error.to_string());
        assert!(told.is_some_and(|told| told.starts_with("the scanner is not there")));
    }

    #[test]
    fn a_program_that_reads_nothing_and_ends_is_no_fault() {
        let (status, answer) = fed(Command::new("/bin/true"), &vec![0; 4 << 20]).expect("it runs");
        assert!(status.success() && answer.is_empty());
    }
}
