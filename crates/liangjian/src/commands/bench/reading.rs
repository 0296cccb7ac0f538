//! `bench read`: documents from bytes to the JSON of their structure, and the memory that took.

use super::{
    machine::{Setting, peak_memory_kib},
    timing::{Times, timed},
};
use crate::commands::read;
use anyhow::Context as _;
use gazette::Hints;
use serde::Serialize;
use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
};

/// How often every document is read.
const READINGS: usize = 20;

const METHOD: &str = "every document read in full, from its bytes in memory to JSON";

/// What was measured.
#[derive(Serialize)]
pub struct Report {
    method: &'static str,
    setting: Setting,
    readings: usize,
    documents: Vec<DocumentTime>,
    /// The most memory the process had at one time; absent where the system does not tell.
    peak_memory_kib: Option<u64>,
}

/// One document.
#[derive(Serialize)]
struct DocumentTime {
    file: String,
    bytes: usize,
    json_bytes: usize,
    median_ms: f64,
    worst_ms: f64,
}

/// Reads every file `READINGS` times.
pub fn measure(files: &[PathBuf]) -> anyhow::Result<Report> {
    let documents = files.iter().map(|file| document_time(file)).collect::<anyhow::Result<_>>()?;
    Ok(Report {
        method: METHOD,
        setting: Setting::read(),
        readings: READINGS,
        documents,
        peak_memory_kib: peak_memory_kib(),
    })
}

fn document_time(file: &Path) -> anyhow::Result<DocumentTime> {
    let bytes = read::bytes(file)?;
    let file_name = file.file_name().and_then(|name| name.to_str());
    let mut json_bytes = 0;
    let mut times = Vec::with_capacity(READINGS);
    for _ in 0..READINGS {
        let (json, time) = timed(|| -> anyhow::Result<Vec<u8>> {
            let manuscript = gazette::manuscript(&bytes, Hints { file_name })?;
            Ok(serde_json::to_vec_pretty(&gazette::structure(&manuscript))?)
        });
        json_bytes = json.with_context(|| file.display().to_string())?.len();
        times.push(time);
    }
    let times = Times::new(times);
    Ok(DocumentTime {
        file: file.display().to_string(),
        bytes: bytes.len(),
        json_bytes,
        median_ms: times.median_milliseconds(),
        worst_ms: times.worst_milliseconds(),
    })
}

impl Report {
    /// The figures for people.
    pub fn table(&self) -> String {
        let mut out = format!("{}\n{}, {} times\n\n", self.setting.line(), self.method, self.readings);
        let _ =
            writeln!(out, "{:>10} {:>10} {:>9} {:>10}  file", "median ms", "worst ms", "bytes", "JSON bytes");
        for DocumentTime { file, bytes, json_bytes, median_ms, worst_ms } in &self.documents {
            let _ = writeln!(out, "{median_ms:>10.3} {worst_ms:>10.3} {bytes:>9} {json_bytes:>10}  {file}");
        }
        if let Some(peak) = self.peak_memory_kib {
            let _ = writeln!(out, "\npeak memory of the process: {} MiB", peak.div_ceil(1024));
        }
        out
    }
}
