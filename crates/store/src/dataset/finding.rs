//! What is wrong with a file, where, and what to do; never more than a bounded number.

use super::ERRORS_MAX;
use serde::Serialize;
use std::fmt;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing is loaded.
    Error,
    /// It is loaded all the same.
    Warning,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How grave it is.
    pub severity: Severity,
    /// Row, counted from 1: in CSV the line on which it begins (the header is row 1), in Parquet the record.
    pub row: Option<u64>,
    /// Column, as the file names it.
    pub column: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl Finding {
    /// An error of the file as a whole.
    pub fn of_file(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { severity: Severity::Error, row: None, column: None, what: what.into(), hint: hint.into() }
    }

    /// An error of a row.
    pub fn of_row(row: u64, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { row: Some(row), ..Self::of_file(what, hint) }
    }

    /// The same of a column.
    #[must_use]
    pub fn in_column(self, column: &str) -> Self {
        Self { column: Some(shown(column)), ..self }
    }
}

/// `what · row 3, column x · what to do`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.what)?;
        match (&self.row, &self.column) {
            (Some(row), Some(column)) => write!(f, " · row {row}, column {column}")?,
            (Some(row), None) => write!(f, " · row {row}")?,
            (None, Some(column)) => write!(f, " · column {column}")?,
            (None, None) => {}
        }
        write!(f, " · {}", self.hint)
    }
}

/// Findings of a file: the first of each severity, and how many there are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Findings {
    /// In the order they were found.
    pub all: Vec<Finding>,
    /// Errors, those among them that are not told.
    pub error_count: u64,
    /// Warnings, those among them that are not told.
    pub warning_count: u64,
}

impl Findings {
    /// One.
    pub fn of(finding: Finding) -> Self {
        let mut findings = Self::default();
        findings.add(finding);
        findings
    }

    /// Adds one; of each severity no more are kept than [`ERRORS_MAX`].
    pub fn add(&mut self, finding: Finding) {
        let count = match finding.severity {
            Severity::Error => &mut self.error_count,
            Severity::Warning => &mut self.warning_count,
        };
        *count += 1;
        if *count <= ERRORS_MAX as u64 {
            self.all.push(finding);
        }
    }

    /// The same of this severity; made only where it is kept.
    pub fn note(&mut self, severity: Severity, finding: impl FnOnce() -> Finding) {
        let count = match severity {
            Severity::Error => &mut self.error_count,
            Severity::Warning => &mut self.warning_count,
        };
        if *count < ERRORS_MAX as u64 {
            self.add(Finding { severity, ..finding() });
        } else {
            *count += 1;
        }
    }

    /// Adds those of a part of the file that was read apart, until there are so many that reading is of no use.
    pub fn append(&mut self, part: Self) {
        let (mut errors, mut warnings) = (part.error_count, part.warning_count);
        for finding in part.all {
            match finding.severity {
                Severity::Error => errors -= 1,
                Severity::Warning => warnings -= 1,
            }
            self.add(finding);
            if self.is_full() {
                return;
            }
        }
        self.error_count += errors;
        self.warning_count += warnings;
    }

    /// Whether there are so many errors that reading on is of no use.
    pub fn is_full(&self) -> bool {
        self.error_count >= ERRORS_MAX as u64
    }

    /// Says that reading stopped.
    pub fn stop(&mut self, row: u64) {
        let errors = if self.error_count == 1 { "error" } else { "errors" };
        let what = format!("reading stopped after {} {errors}", self.error_count);
        let hint = "mend these first; where every row is wrong, see that it is the right file and these are its facts";
        self.all.push(Finding::of_row(row, what, hint));
    }
}

/// Text of a file as a message shows it: short, on one line.
pub fn shown(text: &str) -> String {
    const LENGTH_MAX: usize = 40;
    let mut characters = text.chars();
    let short: String = characters.by_ref().take(LENGTH_MAX).collect();
    let more = if characters.next().is_some() { "…" } else { "" };
    format!("{}{more}", short.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
}
