//! What is wrong with a file that somebody hands over: where, and what to do.

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

/// Text of a file as a message shows it: short, on one line.
pub fn shown(text: &str) -> String {
    const LENGTH_MAX: usize = 40;
    let mut characters = text.chars();
    let short: String = characters.by_ref().take(LENGTH_MAX).collect();
    let more = if characters.next().is_some() { "…" } else { "" };
    format!("{}{more}", short.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
}
