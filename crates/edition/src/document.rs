//! One TOML file as rows that know their lines, read one by one so that a bad row hides no other.

use crate::{
    fault::Fault,
    nesting::{DEPTH_MAX, too_deep},
    problem::Problems,
    spelling::nearest,
};
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue, ValueDeserializer},
};

/// Most rows of one file, and most entries of one list.
const ROWS_MAX: usize = 5_000;
/// Most syntax errors reported for one file; after a broken line the rest is often noise.
const SYNTAX_ERRORS_MAX: usize = 20;
/// Most faults reported for one row.
const FAULTS_MAX: usize = 20;

/// Where a row stands, and each of its fields: `lead`, `lead.1`, `stage.from`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    /// Path of the file.
    pub file: String,
    /// Line of the row, from 1.
    pub line: usize,
    fields: BTreeMap<String, usize>,
}

impl Place {
    /// The beginning of a file.
    pub fn of_file(file: &str) -> Self {
        Self { file: file.to_owned(), line: 1, fields: BTreeMap::new() }
    }

    /// The line of a field, or of the nearest thing around it.
    pub fn line_of(&self, field: &str) -> usize {
        let mut path = field;
        loop {
            if let Some(line) = self.fields.get(path) {
                return *line;
            }
            match path.rfind('.') {
                Some(dot) => path = &path[..dot],
                None => return self.line,
            }
        }
    }
}

/// A value and where it was read.
#[derive(Clone, Debug)]
pub(crate) struct Located<T> {
    /// What was read.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// A row before it is read: a table of the file, or what stands outside every list of rows.
pub(crate) struct Row<'t> {
    table: DeTable<'t>,
    pub place: Place,
    /// Bytes of the row's own lines.
    extent: std::ops::Range<usize>,
    /// A syntax error stands in the row; what is missing from it is no second problem.
    broken: bool,
}

/// A file: its head, and its lists of rows by name.
pub(crate) struct Document<'t> {
    pub head: Row<'t>,
    lists: BTreeMap<&'static str, Vec<Row<'t>>>,
}

impl<'t> Document<'t> {
    /// Parses a file; `lists` names the keys that hold rows. Nothing where the file is refused as a whole.
    pub fn parse(file: &str, text: &'t str, lists: &[&'static str], problems: &mut Problems) -> Option<Self> {
        if let Some(line) = too_deep(text) {
            let what = format!("tables or lists nest deeper than {DEPTH_MAX}");
            problems.in_line(
                file,
                line,
                what,
                "write the file with flat rows; its other content was not read",
            );
            return None;
        }
        let lines = Lines::of(text);
        let (table, errors) = DeTable::parse_recoverable(text);
        let broken: Vec<usize> =
            errors.iter().map(|error| error.span().map_or(0, |span| span.start)).collect();
        report_syntax(file, &lines, &errors, problems);
        let mut reader = Reader { file, text, lines, broken, problems };
        let mut table = table.into_inner();
        let rows: usize =
            table.values().map(|value| value.get_ref().as_array().map_or(0, |rows| rows.len())).sum();
        if rows > ROWS_MAX {
            let what = format!("the file holds {rows} rows, more than {ROWS_MAX}");
            reader.problems.in_file(file, what, "split it; its content was not read");
            return None;
        }
        let lists = lists.iter().map(|list| (*list, reader.take_rows(&mut table, list))).collect();
        let head = reader.row(table, 0, 0);
        Some(Self { head, lists })
    }

    /// The rows of a list, in the order of the file.
    pub fn take(&mut self, list: &'static str) -> Vec<Row<'t>> {
        self.lists.remove(list).unwrap_or_default()
    }
}

fn report_syntax(file: &str, lines: &Lines, errors: &[toml::de::Error], problems: &mut Problems) {
    let mut reported = Vec::new();
    for error in errors {
        let line = lines.at(error.span().map_or(0, |span| span.start));
        if reported.contains(&line) {
            continue;
        }
        if reported.len() == SYNTAX_ERRORS_MAX {
            problems.in_line(file, line, "more syntax errors follow", "mend the first ones and check again");
            return;
        }
        reported.push(line);
        let what = format!("this is no TOML: {}", one_line(error.message()));
        problems.in_line(file, line, what, "correct the syntax of this line or the one before it");
    }
}

/// What is needed while the rows of one file are cut out.
struct Reader<'t, 'p> {
    file: &'p str,
    text: &'t str,
    lines: Lines,
    broken: Vec<usize>,
    problems: &'p mut Problems,
}

impl<'t> Reader<'t, '_> {
    /// Takes the rows of one list out of the table of the file.
    fn take_rows(&mut self, table: &mut DeTable<'t>, list: &str) -> Vec<Row<'t>> {
        let Some(value) = table.remove(list) else { return Vec::new() };
        let start = value.span().start;
        let DeValue::Array(values) = value.into_inner() else {
            let line = self.lines.at(start);
            let what = format!("`{list}` holds no rows");
            self.problems.in_line(self.file, line, what, format!("write each row under its own [[{list}]]"));
            return Vec::new();
        };
        let mut rows = Vec::new();
        for value in values {
            let span = value.span();
            if let DeValue::Table(row) = value.into_inner() {
                rows.push(self.row(row, span.start, span.end));
            } else {
                let line = self.lines.at(span.start);
                let what = format!("an entry of `{list}` is no row");
                self.problems.in_line(self.file, line, what, format!("write it under its own [[{list}]]"));
            }
        }
        rows
    }

    fn row(&mut self, mut table: DeTable<'t>, start: usize, end: usize) -> Row<'t> {
        let rest = &self.text[end..];
        let next = if rest.starts_with('[') { Some(0) } else { rest.find("\n[").map(|at| at + 1) };
        let extent = start..next.map_or(self.text.len(), |at| end + at);
        let place = Place { file: self.file.to_owned(), line: self.lines.at(start), ..Place::default() };
        let broken = self.broken.iter().any(|at| extent.contains(at) || *at == extent.end);
        let mut row = Row { table: DeTable::new(), place, extent, broken };
        self.walk_table(&mut table, "", &mut row.place);
        row.table = table;
        row
    }

    fn walk_table(&mut self, table: &mut DeTable<'t>, path: &str, place: &mut Place) {
        for (key, value) in table.iter_mut() {
            let path =
                if path.is_empty() { key.get_ref().to_string() } else { format!("{path}.{}", key.get_ref()) };
            place.fields.insert(path.clone(), self.lines.at(key.span().start));
            self.walk(value, &path, place);
        }
    }

    /// Notes the line of every value, reports blank texts, and turns dates and decimals into exact strings.
    /// The depth of the recursion is bounded by [`too_deep`].
    fn walk(&mut self, value: &mut Spanned<DeValue<'t>>, path: &str, place: &mut Place) {
        let start = value.span().start;
        match value.get_mut() {
            DeValue::Table(table) => self.walk_table(table, path, place),
            DeValue::Array(values) if values.len() > ROWS_MAX => {
                let what = format!("`{path}` holds more than {ROWS_MAX} entries");
                self.problems.in_line(
                    self.file,
                    self.lines.at(start),
                    what,
                    "shorten the list; it was not read",
                );
                *values = toml::de::DeArray::new();
            }
            DeValue::Array(values) => {
                for (at, value) in values.iter_mut().enumerate() {
                    let path = format!("{path}.{at}");
                    place.fields.insert(path.clone(), self.lines.at(value.span().start));
                    self.walk(value, &path, place);
                }
            }
            DeValue::String(text) if text.trim().is_empty() && !self.broken.contains(&start) => {
                let hint = if matches!(path.rsplit('.').next(), Some("zh" | "en")) {
                    "write the text in both languages"
                } else {
                    "write it, or leave the field out"
                };
                self.problems.in_line(self.file, self.lines.at(start), format!("`{path}` is blank"), hint);
            }
            DeValue::Datetime(date) => {
                let text = DeString::Owned(date.to_string());
                *value.get_mut() = DeValue::String(text);
            }
            DeValue::Float(number) => {
                let text = DeString::Owned(number.as_str().to_owned());
                *value.get_mut() = DeValue::String(text);
            }
            _ => {}
        }
    }
}

impl Row<'_> {
    /// A text field as it stands, readable or not.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.table.get(field)?.get_ref().as_str()
    }

    /// A small number as it stands.
    pub fn number(&self, field: &str) -> Option<u16> {
        let integer = self.table.get(field)?.get_ref().as_integer()?;
        u16::from_str_radix(integer.as_str(), integer.radix()).ok()
    }

    /// Takes a text field that is no part of what the row describes.
    pub fn take_text(&mut self, field: &str) -> Option<String> {
        self.text(field)?;
        self.table.remove(field)?.into_inner().as_str().map(str::to_owned)
    }

    /// Gives the row empty lists where its rows were taken out.
    pub fn with_empty(mut self, lists: &[&'static str]) -> Self {
        for list in lists {
            let empty = DeValue::Array(toml::de::DeArray::new());
            self.table.insert(Spanned::new(0..0, DeString::Borrowed(list)), Spanned::new(0..0, empty));
        }
        self
    }

    /// Reads the row. Each field or entry that cannot be read is reported on its own line, then left aside.
    pub fn read<T: DeserializeOwned>(&self, problems: &mut Problems) -> Option<Located<T>> {
        let mut table = self.table.clone();
        let mut left_aside = Vec::new();
        while left_aside.len() < FAULTS_MAX {
            let row = Spanned::new(self.extent.clone(), DeValue::Table(table.clone()));
            let error = match T::deserialize(ValueDeserializer::from(row)) {
                Ok(value) if left_aside.is_empty() => {
                    return Some(Located { value, place: self.place.clone() });
                }
                Ok(_) => return None,
                Err(error) => error,
            };
            let fault = Fault::of(&error);
            let Some(field) = field_at(&table, fault.at) else {
                let follows = |field: &String| field == fault.word || nearest(field, [fault.word]).is_some();
                if !self.broken && !left_aside.iter().any(follows) {
                    problems.at(&self.place, "", fault.what("", fault.message), fault.hint(""));
                }
                return None;
            };
            self.report(&fault, &field, problems);
            fault.leave_aside(&mut table, &field);
            left_aside.push(field);
        }
        problems.at(&self.place, "", "more faults follow in this row", "mend the first ones and check again");
        None
    }

    fn report(&self, fault: &Fault<'_>, field: &str, problems: &mut Problems) {
        let mut path = field.to_owned();
        match self.table.get(field).map(Spanned::get_ref) {
            Some(DeValue::Array(values)) => {
                if let Some(index) = fault.entry_of(values) {
                    path = format!("{path}.{index}");
                }
            }
            Some(DeValue::Table(table)) => {
                if let Some(inner) = field_at(table, fault.at) {
                    path = format!("{path}.{inner}");
                }
            }
            _ => {}
        }
        let (what, hint) = match fault.message.split_once(" · ") {
            Some((what, hint)) => (fault.what(field, what), hint.to_owned()),
            None => (fault.what(field, fault.message), fault.hint(field)),
        };
        problems.at(&self.place, &path, what, hint);
    }
}

/// The field whose name or value holds this byte.
fn field_at(table: &DeTable<'_>, at: usize) -> Option<String> {
    let holds = |key: &Spanned<DeString<'_>>, value: &Spanned<DeValue<'_>>| {
        key.span().contains(&at) || value.span().contains(&at) || holds_inside(value.get_ref(), at)
    };
    table.iter().find(|(key, value)| holds(key, value)).map(|(key, _)| key.get_ref().to_string())
}

/// Tables written with dotted keys have the span of their first key only.
fn holds_inside(value: &DeValue<'_>, at: usize) -> bool {
    value.as_table().is_some_and(|table| field_at(table, at).is_some())
}

/// A message without line breaks.
pub(crate) fn one_line(message: &str) -> String {
    message.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where lines begin.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Self {
        Self(text.match_indices('\n').map(|(at, _)| at + 1).collect())
    }

    /// The line of a byte, from 1.
    fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte) + 1
    }
}
