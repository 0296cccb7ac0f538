//! Voices of firms that other platforms took in, read into cases to be opened.
//!
//! Bytes and the description of a platform (`domain::intake`) go in; voices come out, and everything that is wrong with the
//! delivery, with its row and column. Columns that the platform's description does not name are passed over: telephone
//! numbers and names of those who called stay where they are. Pure: nothing is opened here.

mod letter;
mod row;
mod table;
#[cfg(test)]
mod tests;
mod tree;

use domain::{
    clock::Moment,
    finding::Finding,
    intake::{DeliveryFormat, Platform},
    mechanism::FieldValue,
};
use encoding_rs::GB18030;
use row::Row;
use std::collections::{BTreeMap, BTreeSet};

/// Most voices of one delivery.
pub const VOICES_MAX: usize = 100_000;

/// Most columns of a delivery, those that nothing is taken from among them.
pub const COLUMNS_MAX: usize = 500;

/// A voice as a platform took it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Voice {
    /// Its row in the delivery, from 1.
    pub row: u64,
    /// Its number at the source, with the name of the platform: `12345:2026-8841`. The same voice has it every time.
    pub source: String,
    /// When the platform took it in, where it says so.
    pub received: Option<Moment>,
    /// Credit code of the firm; empty where the platform does not know it.
    pub firm: String,
    /// Division code of the place; empty where it is not known.
    pub place: String,
    /// What goes into the form.
    pub data: BTreeMap<String, FieldValue>,
    /// Files that came along, as they came, with their names.
    pub files: Vec<(String, Vec<u8>)>,
}

/// What a delivery holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Voices without a fault, in their order.
    pub voices: Vec<Voice>,
    /// What is wrong, in order.
    pub faults: Vec<Finding>,
    /// Columns that nothing is taken from.
    pub passed_over: BTreeSet<String>,
}

/// Reads a delivery.
pub fn read(platform: &Platform, bytes: &[u8]) -> Delivery {
    let rows = match platform.format {
        DeliveryFormat::Letter => letter::rows(bytes),
        DeliveryFormat::Csv => decoded(bytes).and_then(|text| table::rows(&text)),
        DeliveryFormat::Json => decoded(bytes).and_then(|text| tree::rows(&text)),
    };
    let rows = match rows {
        Ok(rows) if rows.len() > VOICES_MAX => Err(Finding::of_file(
            format!("there are more than {VOICES_MAX} voices"),
            "deliver them in several files",
        )),
        Ok(rows) if rows.is_empty() => {
            Err(Finding::of_file("the delivery is empty", "see that it is the right file"))
        }
        rows => rows,
    };
    let mut delivery = Delivery::default();
    match rows {
        Ok(rows) => rows.iter().for_each(|row| take(platform, row, &mut delivery)),
        Err(fault) => delivery.faults.push(fault),
    }
    report_twice(&mut delivery);
    delivery
}

/// What is said of a delivery with more columns than are read; `row` is the first that has them.
fn too_many_columns(row: u64) -> Finding {
    let what = format!("there are more than {COLUMNS_MAX} columns");
    Finding::of_row(row, what, "see that it is the right file, or leave out columns that nobody asked for")
}

/// UTF-8, or else GB18030, as older platforms deliver.
fn decoded(bytes: &[u8]) -> Result<String, Finding> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(std::borrow::Cow::into_owned)
        .ok_or_else(|| Finding::of_file("the text is neither UTF-8 nor GB18030", "save it as UTF-8"))
}

fn take(platform: &Platform, row: &Row, delivery: &mut Delivery) {
    delivery.passed_over.extend(row.cells.keys().filter(|name| !is_named(platform, name)).cloned());
    match row.voice(platform) {
        Ok(voice) => delivery.voices.push(voice),
        Err(faults) => delivery.faults.extend(faults),
    }
}

fn is_named(platform: &Platform, column: &str) -> bool {
    let own = [&platform.source, &platform.received, &platform.firm, &platform.place];
    let mut names = own.into_iter().chain(platform.columns.values()).flatten();
    names.any(|name| row::key(name) == column)
}

/// One number twice in a delivery: the first stays, every further one is told.
fn report_twice(delivery: &mut Delivery) {
    let mut first: BTreeMap<String, u64> = BTreeMap::new();
    let mut faults = Vec::new();
    delivery.voices.retain(|voice| {
        let before = first.get(&voice.source);
        if let Some(row) = before {
            let what = format!("`{}` stands in row {row} already", voice.source);
            faults.push(Finding::of_row(voice.row, what, "leave one of them out"));
        }
        let is_first = before.is_none();
        first.entry(voice.source.clone()).or_insert(voice.row);
        is_first
    });
    delivery.faults.extend(faults);
    delivery.faults.sort_by_key(|fault| fault.row);
}
