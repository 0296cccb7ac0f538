//! Rows as a file that spreadsheets open, in which no text is ever taken for a formula.

mod csv;
#[cfg(test)]
mod tests;
mod workbook;

use crate::error::PageError;
use axum::{
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use domain::china_time::time_in_china;
use serde::Deserialize;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetCell {
    /// A text; never worked out, whatever it begins with.
    Text(String),
    /// A whole number.
    Whole(u64),
    /// Tenths, shown with one decimal.
    Tenths(u64),
    /// A day.
    Day(NaiveDate),
    /// A moment, in the one time that China keeps.
    Moment(NaiveDateTime),
    /// Nothing.
    Blank,
}

/// In which form somebody wants a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SheetForm {
    /// Comma-separated.
    #[default]
    Csv,
    /// A workbook.
    Workbook,
}

/// The form, as it stands in an address or a form.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedForm {
    /// `csv` or `xlsx`.
    pub form: String,
}

/// A table, the head first.
pub struct Sheet {
    head: Vec<String>,
    rows: Vec<Vec<SheetCell>>,
}

impl AskedForm {
    /// The form; comma-separated where it is none we know.
    pub fn form(&self) -> SheetForm {
        if self.form == "xlsx" { SheetForm::Workbook } else { SheetForm::Csv }
    }
}

impl Sheet {
    /// An empty table.
    pub fn new<'h>(head: impl IntoIterator<Item = &'h str>) -> Self {
        Self { head: head.into_iter().map(str::to_owned).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = SheetCell>) {
        self.rows.push(row.into_iter().collect());
    }

    /// The table as comma-separated text.
    pub fn csv(&self) -> String {
        csv::content(self)
    }

    /// The table as a file that is taken along; `made_at` is written into a workbook, which has to say when it was made.
    pub fn answer(&self, name: &str, form: SheetForm, made_at: DateTime<Utc>) -> Result<Response, PageError> {
        let (media, ending, content) = match form {
            SheetForm::Csv => ("text/csv; charset=utf-8", "csv", self.csv().into_bytes()),
            SheetForm::Workbook => (
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "xlsx",
                workbook::content(self, made_at).map_err(|error| PageError::broken(&error))?,
            ),
        };
        let disposition = format!("attachment; filename=\"{name}.{ending}\"");
        let disposition = HeaderValue::from_str(&disposition).map_err(|error| PageError::broken(&error))?;
        let media = HeaderValue::from_static(media);
        Ok(([(header::CONTENT_TYPE, media), (header::CONTENT_DISPOSITION, disposition)], content)
            .into_response())
    }
}

impl SheetCell {
    /// A moment, as China's clocks show it.
    pub fn moment(at: DateTime<Utc>) -> Self {
        Self::Moment(time_in_china(at))
    }
}

impl From<&str> for SheetCell {
    fn from(text: &str) -> Self {
        if text.is_empty() { Self::Blank } else { Self::Text(text.to_owned()) }
    }
}

impl From<String> for SheetCell {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

/// A text without characters that are not seen, behind which something could hide.
fn visible(text: &str) -> String {
    text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect()
}
