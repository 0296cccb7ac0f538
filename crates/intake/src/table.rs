//! A table with commas: names in the first row, a voice in every other.

use crate::{COLUMNS_MAX, row::Row, too_many_columns};
use csv::{ErrorKind, ReaderBuilder};
use domain::finding::Finding;

/// The rows of a table.
pub fn rows(text: &str) -> Result<Vec<Row>, Finding> {
    let mut reader = ReaderBuilder::new().has_headers(true).from_reader(text.as_bytes());
    let names = reader.headers().map_err(|error| told(&error))?.clone();
    if names.len() > COLUMNS_MAX {
        return Err(too_many_columns(1));
    }
    if let Some(twice) =
        names.iter().enumerate().find(|(at, name)| names.iter().take(*at).any(|other| other == *name))
        && !twice.1.trim().is_empty()
    {
        let what = format!("two columns are called `{}`", twice.1);
        return Err(Finding::of_row(1, what, "give one of them another name"));
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| told(&error))?;
        let number = record.position().map_or(0, csv::Position::line);
        let mut row = Row { number, ..Row::default() };
        names.iter().zip(&record).for_each(|(name, text)| row.put(name, text));
        // A row of commas only is no voice.
        if !row.cells.is_empty() {
            rows.push(row);
        }
    }
    Ok(rows)
}

fn told(error: &csv::Error) -> Finding {
    let line = error.position().map_or(1, csv::Position::line);
    match error.kind() {
        ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let what = format!("the row has {len} cells, the first row has {expected_len}");
            Finding::of_row(line, what, "a text with commas or line ends stands in quotes")
        }
        _ => Finding::of_row(line, error.to_string(), "save the table as CSV again"),
    }
}
