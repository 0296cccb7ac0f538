//! What the figures were measured on, and when.

use crate::commands::serve;
use serde::Serialize;
use std::fs;

/// The machine, the build and the day.
#[derive(Serialize)]
pub struct Setting {
    /// The date at the city.
    date: String,
    /// Processors this process may use.
    cores: usize,
    /// Name of the processor; "unknown" where the system does not tell.
    processor: String,
    /// How this program was built: debug or release.
    build: &'static str,
}

impl Setting {
    /// Reads it.
    pub fn read() -> Self {
        Self {
            date: serve::today().to_string(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor: field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned()),
            build: if cfg!(debug_assertions) { "debug" } else { "release" },
        }
    }

    /// One line for people.
    pub fn line(&self) -> String {
        format!("{} · {} × {} · {} build", self.date, self.cores, self.processor, self.build)
    }
}

/// The most memory this process had at one time, in KiB; none where the system does not tell.
pub fn peak_memory_kib() -> Option<u64> {
    field("/proc/self/status", "VmHWM")?.strip_suffix("kB")?.trim().parse().ok()
}

/// The value of the first line `name : value`.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim().to_owned())
}
