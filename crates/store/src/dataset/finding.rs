//! What is wrong with a file; never more than a bounded number.

pub use domain::finding::{Finding, Severity, shown};

use super::ERRORS_MAX;
use serde::Serialize;

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
