//! Runs this same command in a child process with limits on memory and time.
//!
//! Libraries that unpack .docx and .pdf can be made to eat all memory by a file of a few kilobytes, and an
//! allocation that fails ends the process. So such files, and texts far longer than any document, are read in
//! a child, and the parent turns a dead child into one line that says what to do.

use anyhow::{Context as _, bail};
use rlimit::Resource;
use std::{
    fs::File,
    io::{Read, Write as _},
    path::Path,
    process::{Command, Stdio},
};

/// Memory the child may map, in bytes.
const MEMORY_BYTES_MAX: u64 = 2 << 30;
/// The same for a PDF, whose libraries unpack more than anybody asked for.
const PDF_MEMORY_BYTES_MAX: u64 = 512 << 20;
/// Processor time the child may use, in seconds.
const CPU_SECONDS_MAX: u64 = 30;
/// Says that this process is the child.
const MARK: &str = "LIANGJIAN_LIMITED";

/// A text longer than this is no ordinary document, in bytes.
const TEXT_BYTES_MAX: u64 = 1 << 20;

/// The memory a file may take, where it is read with limits: a zip, a PDF, or a text of unusual length.
fn memory_bytes_max(file: &Path) -> Option<u64> {
    if !file.is_file() {
        return None;
    }
    let mut start = [0; 4];
    let mut opened = File::open(file).ok()?;
    let is_long = opened.metadata().is_ok_and(|about| about.len() > TEXT_BYTES_MAX);
    match opened.read_exact(&mut start) {
        Ok(()) if &start == b"%PDF" => Some(PDF_MEMORY_BYTES_MAX),
        Ok(()) if &start == b"PK\x03\x04" => Some(MEMORY_BYTES_MAX),
        _ => is_long.then_some(MEMORY_BYTES_MAX),
    }
}

/// Runs `work` on `file`: here and now, or in a child with limits where the file needs them.
pub fn run(file: &Path, work: impl FnOnce() -> anyhow::Result<bool>) -> anyhow::Result<bool> {
    #[expect(clippy::disallowed_methods, reason = "this crate owns the environment")]
    let is_child = std::env::var_os(MARK).is_some();
    if is_child {
        let memory = memory_bytes_max(file).unwrap_or(MEMORY_BYTES_MAX);
        rlimit::setrlimit(Resource::AS, memory, memory)?;
        rlimit::setrlimit(Resource::CPU, CPU_SECONDS_MAX, CPU_SECONDS_MAX)?;
        // The reader catches panics of its libraries; their noise is not for the user.
        std::panic::set_hook(Box::new(|_| {}));
        return work();
    }
    match memory_bytes_max(file) {
        None => work(),
        Some(memory) => supervise(file, memory),
    }
}

fn supervise(file: &Path, memory: u64) -> anyhow::Result<bool> {
    #[expect(clippy::disallowed_methods, reason = "this crate owns the environment")]
    let arguments = std::env::args_os().skip(1);
    let program =
        std::env::current_exe().context("the program cannot find itself · start it by its full path")?;
    let child = Command::new(program).args(arguments).env(MARK, "1").stderr(Stdio::piped()).spawn()?;
    let ended = child.wait_with_output()?;
    match ended.status.code() {
        Some(code) => {
            std::io::stderr().write_all(&ended.stderr)?;
            // The child has said all there is to say.
            std::process::exit(code)
        }
        None => bail!(
            "{}: reading it took more than {} MiB of memory or {CPU_SECONDS_MAX} s · it is too large, damaged or made to do harm; save only the document itself",
            file.display(),
            memory >> 20
        ),
    }
}
