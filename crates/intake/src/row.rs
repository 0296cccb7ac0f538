//! One row of a delivery, whatever it came in, and the voice it is.

use crate::Voice;
use chrono::{NaiveDate, NaiveDateTime};
use domain::{
    access::Place, clock::Moment, credit_code, finding::Finding, intake::Platform, mechanism::FieldValue,
};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization as _;

/// Longest text of a field, in characters.
const TEXT_MAX: usize = 20_000;
/// Longest number at a source, in characters.
const SOURCE_MAX: usize = 100;

/// How platforms write moments.
const MOMENTS: [&str; 6] = [
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H:%M",
];
/// How they write days.
const DAYS: [&str; 4] = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d"];

/// A row: its cells by the name of the column.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// Counted from 1.
    pub number: u64,
    /// What stands in it, by `key` of the column; blank cells are not there.
    pub cells: BTreeMap<String, String>,
    /// Files that came along.
    pub files: Vec<(String, Vec<u8>)>,
}

/// The name of a column as it is compared: width and letter case say nothing, nor does what stands around it.
pub fn key(name: &str) -> String {
    name.nfkc().collect::<String>().trim().to_lowercase()
}

impl Row {
    /// Puts a cell into it, where anything stands in it.
    pub fn put(&mut self, column: &str, text: &str) {
        let text = text.trim();
        if !text.is_empty() {
            self.cells.insert(key(column), text.to_owned());
        }
    }

    /// The first of the columns in which anything stands.
    fn cell<'c>(&'c self, columns: &'c [String]) -> Option<(&'c str, &'c str)> {
        columns.iter().find_map(|name| Some((name.as_str(), self.cells.get(&key(name))?.as_str())))
    }

    /// The voice, or all that keeps it from being one.
    pub fn voice(&self, platform: &Platform) -> Result<Voice, Vec<Finding>> {
        let mut faults = Vec::new();
        let mut fault = |column: &str, what: String, hint: &str| {
            faults.push(Finding::of_row(self.number, what, hint).in_column(column));
        };
        let source = self.source(platform).unwrap_or_else(|(column, what)| {
            fault(&column, what, "a voice needs the number it has at the source");
            String::new()
        });
        let firm = self.cell(&platform.firm).map_or_else(String::new, |(column, text)| {
            let code = text.nfkc().collect::<String>().to_uppercase();
            if let Err(problem) = credit_code::check(&code) {
                fault(column, problem.to_string(), "correct the code, or leave it out where it is not known");
            }
            code
        });
        let place = self.cell(&platform.place).map_or_else(String::new, |(column, text)| {
            let code = platform.places.get(text).cloned().unwrap_or_else(|| text.to_owned());
            if code.parse::<Place>().is_err() {
                let what = format!("`{text}` is no place that the platform's description names");
                fault(column, what, "add it to `places`, or write a division code");
            }
            code
        });
        let received = self.cell(&platform.received).and_then(|(column, text)| {
            let moment = moment(text);
            if moment.is_none() {
                fault(column, format!("`{text}` is no moment"), "write it as 2026-11-28 09:30");
            }
            moment
        });
        let data = self.data(platform, &mut fault);
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Voice { row: self.number, source, received, firm, place, data, files: self.files.clone() })
    }

    fn source(&self, platform: &Platform) -> Result<String, (String, String)> {
        let column = platform.source.first().cloned().unwrap_or_default();
        let Some((found, text)) = self.cell(&platform.source) else {
            return Err((column, "the number is missing".to_owned()));
        };
        if text.chars().count() > SOURCE_MAX || text.chars().any(char::is_control) {
            return Err((found.to_owned(), format!("the number has more than {SOURCE_MAX} characters")));
        }
        Ok(format!("{}:{text}", platform.id))
    }

    fn data(
        &self,
        platform: &Platform,
        fault: &mut impl FnMut(&str, String, &str),
    ) -> BTreeMap<String, FieldValue> {
        let mut data = platform.defaults.clone();
        for (field, columns) in &platform.columns {
            let Some((column, text)) = self.cell(columns) else { continue };
            if text.chars().count() > TEXT_MAX {
                fault(column, format!("the text has more than {TEXT_MAX} characters"), "shorten it");
                continue;
            }
            let value = match platform.codes.get(field) {
                None => Some(text.to_owned()),
                Some(codes) => codes.get(text).cloned(),
            };
            match value {
                Some(value) => drop(data.insert(field.clone(), FieldValue::Text(value))),
                // A word that nobody has described yet stands for what is said where nothing is said.
                None if data.contains_key(field) => {}
                None => {
                    fault(
                        column,
                        format!("`{text}` stands for no code"),
                        "add it to `codes` of the platform",
                    );
                }
            }
        }
        data
    }
}

/// The moment a platform writes.
fn moment(text: &str) -> Option<Moment> {
    let text: String = text.nfkc().collect();
    let text = text.trim();
    let minute = MOMENTS.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    if let Some(minute) = minute {
        return minute.format("%Y-%m-%dT%H:%M").to_string().parse().ok();
    }
    let day = DAYS.iter().find_map(|format| NaiveDate::parse_from_str(text, format).ok())?;
    day.to_string().parse().ok()
}
