//! What is wrong with a delivery, where, and what to do.

use serde::Serialize;
use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Row, counted from 1: the line on which it begins in a table (the names are row 1), the object in a list.
    pub row: Option<u64>,
    /// Column, as the platform names it.
    pub column: Option<String>,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub hint: String,
}

impl Fault {
    /// A fault of the delivery as a whole.
    pub fn of_all(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { row: None, column: None, what: what.into(), hint: hint.into() }
    }

    /// A fault of a row.
    pub fn of_row(row: u64, what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { row: Some(row), ..Self::of_all(what, hint) }
    }

    /// The same of a column.
    #[must_use]
    pub fn in_column(self, column: &str) -> Self {
        Self { column: Some(column.to_owned()), ..self }
    }
}

/// `what · row 3, column x · what to do`.
impl fmt::Display for Fault {
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
