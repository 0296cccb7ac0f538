//! Facts of firms from files: CSV and Parquet into a table, every finding with row and column; outcomes back.
//!
//! A file is loaded whole or not at all. Reading keeps one row and the growing columns in memory, and stops
//! after a bounded number of findings, whatever the size of the file.

mod cell;
mod column;
mod csv;
mod finding;
mod firms;
mod header;
mod matches;
mod number;
mod object;
mod one;
mod parquet;
#[cfg(test)]
mod tests;

pub use finding::{Finding, Findings, Severity};
pub use firms::Firms;
pub use matches::{MatchRow, Matches, MatchesWriter};
pub use one::firm_of_json;

use rules::{catalog::Catalog, table::Table};
use std::{
    fs::File,
    io::{Read as _, Seek as _},
    path::Path,
};

/// Most errors that are told of one file; reading stops there.
pub const ERRORS_MAX: usize = 200;
/// Longest row, in bytes.
pub const ROW_BYTES_MAX: usize = 1 << 20;
/// Most columns of a file.
pub const COLUMNS_MAX: usize = 20_000;
/// Most firms of a file: more than any province has, and few enough for the memory of one machine.
pub const FIRMS_MAX: usize = 30_000_000;
/// Longest identifier of a firm, in bytes.
pub const FIRM_BYTES_MAX: usize = 100;
/// Longest text of a cell that is kept as text, in bytes.
pub const TEXT_BYTES_MAX: usize = 1 << 12;
/// Names of the column that identifies the firm.
pub const FIRM_COLUMNS: [&str; 3] = ["uscc", "firm", "统一社会信用代码"];

/// Firms with their facts, as a file delivered them.
#[derive(Clone, Debug, Default)]
pub struct Dataset {
    /// Identifiers, in the order of the rows.
    pub firms: Firms,
    /// Facts.
    pub table: Table,
    /// Warnings, columns that are missing or unknown.
    pub findings: Findings,
    /// Fields of the catalog that no column delivers: unknown of every firm.
    pub missing: Vec<String>,
    /// Columns that are no field.
    pub unknown_columns: Vec<String>,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading {
    /// Warnings are errors.
    pub strict: bool,
}

/// Told now and then how many of how many bytes or rows have been read.
pub type Progress<'p> = dyn FnMut(u64, u64) + 'p;

/// Reads a file of firms; the findings where there is an error in it.
pub fn read(
    path: &Path,
    catalog: &Catalog,
    reading: Reading,
    progress: &mut Progress<'_>,
) -> Result<Dataset, Findings> {
    let unreadable = |error: &std::io::Error| {
        Findings::of(Finding::of_file(
            format!("the file cannot be read: {error}"),
            "name a file that can be read",
        ))
    };
    if path.is_dir() {
        return Err(Findings::of(Finding::of_file("it is a folder", "name a CSV or Parquet file")));
    }
    let mut file = File::open(path).map_err(|error| unreadable(&error))?;
    let size = file.metadata().map_or(0, |about| about.len());
    let mut head = Vec::new();
    (&mut file).take(4).read_to_end(&mut head).map_err(|error| unreadable(&error))?;
    let by_name = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("parquet"));
    if by_name || head == b"PAR1" {
        return parquet::read(file, catalog, reading, progress);
    }
    if let Some(finding) = csv::foreign(&head) {
        return Err(Findings::of(finding));
    }
    // A pipe cannot be rewound: what was read stands before the rest.
    let rest: Box<dyn std::io::Read> = match file.rewind() {
        Ok(()) => Box::new(file),
        Err(_) => Box::new(std::io::Cursor::new(head).chain(file)),
    };
    csv::read(rest, size, catalog, reading, progress)
}
