//! Reading a row: every fault is reported on its own line, and the rest of the row is read all the same.
//!
//! What cannot be read is left aside; where the row cannot do without it, a neutral value stands in. The fields
//! concerned are remembered as doubtful, so that nothing more is said about them.

use crate::{
    document::{Located, Place, Row},
    fault::Fault,
    problem::Problems,
    texts::is_free_text,
};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use toml::{
    Spanned,
    de::{DeArray, DeInteger, DeString, DeTable, DeValue, ValueDeserializer},
};

/// Most faults reported for one row.
const FAULTS_MAX: usize = 20;
/// Most fields that are left aside as a whole after that.
const FIELDS_MAX: usize = 40;
/// The place of the row itself: no byte of a file.
const ROW: usize = usize::MAX;
/// The place of what stands in for something: no byte of a file either.
const STAND_IN: usize = usize::MAX - 1;

/// A row while it is read.
struct Reading<'r, 't> {
    row: &'r Row<'t>,
    /// What is left of the row.
    table: DeTable<'t>,
    /// The lines of what is left.
    place: Place,
    /// Top-level fields of which something was left aside, or for which something stands in.
    doubtful: BTreeSet<String>,
    /// Fields that stand in the row under a misspelt name.
    misspelt: Vec<String>,
    /// Fields that the row lacks.
    missing: Vec<String>,
}

impl Row<'_> {
    /// Reads the row. Each field or entry that cannot be read is reported on its own line, then left aside;
    /// nothing only where there are too many faults.
    pub fn read<T: DeserializeOwned>(&self, problems: &mut Problems) -> Option<Located<T>> {
        let mut reading = Reading {
            row: self,
            table: self.table.clone(),
            place: self.place.clone(),
            doubtful: BTreeSet::new(),
            misspelt: Vec::new(),
            missing: Vec::new(),
        };
        reading.leave_broken_aside();
        reading.leave_blanks_aside();
        let value = reading.run::<T>(problems);
        reading.report_missing(problems);
        let Reading { place, doubtful, .. } = reading;
        value.map(|value| Located { value, place, doubtful, broken: !self.broken.is_empty() })
    }
}

impl Reading<'_, '_> {
    fn run<T: DeserializeOwned>(&mut self, problems: &mut Problems) -> Option<T> {
        for faults in 0..FAULTS_MAX + FIELDS_MAX {
            let error = match self.value::<T>() {
                Ok(value) => return Some(value),
                Err(error) => error,
            };
            let fault = Fault::of(&error);
            let path = path_at(&self.table, fault.at);
            if fault.is_missing() {
                self.note_missing(&path, fault.word, problems);
                if !self.stand_in::<T>(&path, fault.word) {
                    return None;
                }
            } else if path.is_empty() {
                if self.row.broken.is_empty() {
                    problems.at(&self.place, "", fault.what("", fault.message), fault.hint(""));
                }
                return None;
            } else if faults < FAULTS_MAX {
                self.report(&fault, &path, problems);
                self.leave_aside(&fault, &path);
            } else {
                let hint = "mend the first ones and check again";
                problems.at(&self.place, "", "more faults follow in this row", hint);
                self.doubtful.insert(path[0].clone());
                self.table.remove(path[0].as_str());
            }
        }
        None
    }

    fn value<T: DeserializeOwned>(&self) -> Result<T, toml::de::Error> {
        let row = Spanned::new(ROW..ROW, DeValue::Table(self.table.clone()));
        T::deserialize(ValueDeserializer::from(row))
    }

    /// What stands on a line with a syntax error is a guess of the parser.
    fn leave_broken_aside(&mut self) {
        if self.row.broken.is_empty() {
            return;
        }
        let is_guess = |field: &String, value: &Spanned<DeValue<'_>>| {
            self.place.has(field)
                && (self.row.broken.contains(&self.place.line_of(field))
                    || self.row.broken_at.iter().any(|at| value.span().contains(at))
                    || value.span() == (0..0))
        };
        let fields = self.table.iter().map(|(key, value)| (key.get_ref().to_string(), value));
        let guesses: Vec<String> =
            fields.filter(|(field, value)| is_guess(field, value)).map(|(field, _)| field).collect();
        for field in guesses {
            self.table.remove(field.as_str());
            self.doubtful.insert(field);
        }
    }

    /// Blank texts are reported where the row is cut out; names and references among them say nothing more.
    fn leave_blanks_aside(&mut self) {
        let is_blank = |value: &DeValue<'_>| value.as_str().is_some_and(|text| text.trim().is_empty());
        let fields: Vec<String> = self.table.keys().map(|key| key.get_ref().to_string()).collect();
        for field in fields.iter().filter(|field| !is_free_text(field)) {
            let kept: Vec<usize> = match self.table.get(field.as_str()).map(Spanned::get_ref) {
                Some(DeValue::Array(values)) => {
                    let kept = (0..values.len()).filter(|at| !is_blank(values[*at].get_ref()));
                    let kept: Vec<usize> = kept.collect();
                    if kept.len() == values.len() {
                        continue;
                    }
                    kept
                }
                Some(value) if is_blank(value) => {
                    self.table.remove(field.as_str());
                    self.doubtful.insert(field.clone());
                    continue;
                }
                _ => continue,
            };
            self.keep_entries(std::slice::from_ref(field), &kept);
        }
    }

    fn report(&self, fault: &Fault<'_>, path: &[String], problems: &mut Problems) {
        let field = path.join(".");
        let value = value_at(&self.table, path);
        if value.and_then(DeValue::as_str).is_some_and(|text| text.trim().is_empty())
            && !fault.is_unknown_field()
        {
            return;
        }
        let entry = value.and_then(DeValue::as_array).and_then(|values| fault.entry_of(values));
        let at = entry.map_or_else(|| field.clone(), |index| format!("{field}.{index}"));
        if self.row.broken.contains(&self.place.line_of(&at)) {
            return;
        }
        let (what, hint) = match fault.message.split_once(" · ") {
            Some((what, hint)) => (fault.what(&field, what), hint.to_owned()),
            None => (fault.what(&field, fault.message), fault.hint(&field)),
        };
        problems.at(&self.place, &at, what, hint);
    }

    /// Removes what the fault is about, so that the rest of the row can be read.
    fn leave_aside(&mut self, fault: &Fault<'_>, path: &[String]) {
        if fault.is_unknown_field() {
            let parents = &path[..path.len().saturating_sub(1)];
            let meant = fault.nearest_known().map(|name| [parents, &[name.to_owned()]].concat());
            if let Some(meant) = meant.filter(|meant| !self.place.has(&meant.join("."))) {
                self.doubtful.extend(meant.first().cloned());
                self.misspelt.push(meant.join("."));
            }
        } else {
            self.doubtful.extend(path.first().cloned());
        }
        let values = value_at(&self.table, path).and_then(DeValue::as_array);
        let entry = values.and_then(|values| Some((fault.entry_of(values)?, values.len())));
        if let Some((index, count)) = entry {
            let kept: Vec<usize> = (0..count).filter(|at| *at != index).collect();
            self.keep_entries(path, &kept);
        } else if let Some((name, parents)) = path.split_last()
            && let Some(table) = table_at(&mut self.table, parents)
        {
            table.remove(name.as_str());
        }
    }

    /// Removes the entries of a list that are not kept; the lines of the others move with them.
    fn keep_entries(&mut self, path: &[String], kept: &[usize]) {
        self.doubtful.extend(path.first().cloned());
        let Some((name, parents)) = path.split_last() else { return };
        let list = table_at(&mut self.table, parents).and_then(|table| table.get_mut(name.as_str()));
        if let Some(DeValue::Array(values)) = list.map(Spanned::get_mut) {
            let all = std::mem::replace(values, DeArray::new());
            let count = all.len();
            let is_kept = |at: usize| kept.binary_search(&at).is_ok();
            let rest = all.into_iter().enumerate().filter(|(at, _)| is_kept(*at));
            rest.for_each(|(_, value)| values.push(value));
            self.place.keep_entries(&path.join("."), kept, count);
        }
    }

    /// Notes a field that is not there, unless it was left aside, is misspelt, or a syntax error hides it.
    fn note_missing(&mut self, path: &[String], name: &str, problems: &mut Problems) {
        let field = [path, &[name.to_owned()]].concat().join(".");
        let top = path.first().map_or(name, String::as_str).to_owned();
        self.doubtful.insert(top);
        if self.misspelt.contains(&field) || self.place.has(&field) || !self.row.broken.is_empty() {
            return;
        }
        if path.is_empty() {
            self.missing.push(name.to_owned());
        } else {
            let what = format!("`{}`: missing field `{name}`", path.join("."));
            problems.at(&self.place, &path.join("."), what, format!("add `{name} = …`"));
        }
    }

    fn report_missing(&self, problems: &mut Problems) {
        let names: Vec<String> = self.missing.iter().map(|name| format!("`{name}`")).collect();
        match self.missing.as_slice() {
            [] => {}
            [name] => {
                problems.at(&self.place, "", format!("missing field `{name}`"), format!("add `{name} = …`"));
            }
            _ => problems.at(
                &self.place,
                "",
                format!("missing field {}", names.join(", ")),
                "add all of them; editions/sample shows their form",
            ),
        }
    }

    /// Puts the first neutral value that fits into the place of a missing field.
    fn stand_in<T: DeserializeOwned>(&mut self, path: &[String], name: &str) -> bool {
        let mut candidates = neutral_values();
        while let Some(candidate) = candidates.pop() {
            let Some(table) = table_at(&mut self.table, path) else { return false };
            let key = DeString::Owned(name.to_owned());
            table.remove(name);
            table.insert(placed(key), placed(candidate));
            let Err(error) = self.value::<T>() else { return true };
            let fault = Fault::of(&error);
            if fault.at != STAND_IN {
                return true;
            }
            if let Some(variant) = fault.first_variant() {
                candidates.push(DeValue::String(DeString::Owned(variant.to_owned())));
            }
        }
        false
    }
}

fn placed<T>(value: T) -> Spanned<T> {
    Spanned::new(STAND_IN..STAND_IN, value)
}

/// What may stand in for a field, the last one first; a field of a few words takes its first word.
fn neutral_values() -> Vec<DeValue<'static>> {
    let text = |text| DeValue::String(DeString::Borrowed(text));
    let mut both = DeTable::new();
    for language in ["zh", "en"] {
        both.insert(placed(DeString::Borrowed(language)), placed(text("")));
    }
    vec![
        DeValue::Table(DeTable::new()),
        text("1900-01-01"),
        DeValue::Integer(DeInteger::default()),
        DeValue::Array(DeArray::new()),
        DeValue::Table(both),
        text(""),
    ]
}

/// The names that lead to the innermost field whose name or value holds this byte.
fn path_at(table: &DeTable<'_>, at: usize) -> Vec<String> {
    for (key, value) in table {
        let inner = value.get_ref().as_table().map(|table| path_at(table, at)).unwrap_or_default();
        if !inner.is_empty() || key.span().contains(&at) || value.span().contains(&at) {
            return std::iter::once(key.get_ref().to_string()).chain(inner).collect();
        }
    }
    Vec::new()
}

fn value_at<'v>(table: &'v DeTable<'_>, path: &[String]) -> Option<&'v DeValue<'v>> {
    let (first, rest) = path.split_first()?;
    let value = table.get(first.as_str())?.get_ref();
    if rest.is_empty() { Some(value) } else { value_at(value.as_table()?, rest) }
}

fn table_at<'v, 't>(table: &'v mut DeTable<'t>, path: &[String]) -> Option<&'v mut DeTable<'t>> {
    let Some((first, rest)) = path.split_first() else { return Some(table) };
    match table.get_mut(first.as_str())?.get_mut() {
        DeValue::Table(inner) => table_at(inner, rest),
        _ => None,
    }
}
