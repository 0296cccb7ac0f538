//! One TOML file as rows that know their lines, read one by one so that a bad row hides no other.

use crate::{
    nesting::{DEPTH_MAX, too_deep},
    problem::Problems,
    spelling::nearest,
    texts,
};
use rules::catalog::Words;
use std::collections::{BTreeMap, BTreeSet};
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
};

/// Most rows of one file, and most entries of one list.
const ROWS_MAX: usize = 5_000;
/// Most syntax errors reported for one file; after a broken line the rest is often noise.
const SYNTAX_ERRORS_MAX: usize = 20;

/// Most places with a syntax error that are looked at, in a file and from one row on.
const BROKEN_MAX: usize = 1_000;
const BROKEN_AT_MAX: usize = 50;

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

    /// Whether the row has this field.
    pub fn has(&self, field: &str) -> bool {
        self.fields.contains_key(field)
    }

    /// Forgets the entries of a list of `count` that are not kept; those that are keep their lines.
    pub fn keep_entries(&mut self, list: &str, kept: &[usize], count: usize) {
        for (at, from) in kept.iter().enumerate().filter(|(at, from)| at != *from) {
            if let Some(line) = self.fields.get(&format!("{list}.{from}")).copied() {
                self.fields.insert(format!("{list}.{at}"), line);
            }
        }
        for gone in kept.len()..count {
            self.fields.remove(&format!("{list}.{gone}"));
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
    /// Fields of the row that could not be read; something neutral stands in their place.
    pub doubtful: BTreeSet<String>,
    /// A syntax error stands in the row, so that fields may be missing from it.
    pub broken: bool,
}

impl<T> Located<T> {
    /// Whether a field says what the file says: it could be read, or it is really not there.
    pub fn is_sure(&self, field: &str) -> bool {
        !self.doubtful.contains(field) && (!self.broken || self.place.has(field))
    }

    /// Whether every field could be read.
    pub fn is_whole(&self) -> bool {
        self.doubtful.is_empty()
    }
}

/// A row before it is read: a table of the file, or what stands outside every list of rows.
pub(crate) struct Row<'t> {
    pub table: DeTable<'t>,
    pub place: Place,
    /// Lines of the row with a syntax error; what is missing from it is no second problem.
    pub broken: Vec<usize>,
    /// Bytes with a syntax error, from the row on.
    pub broken_at: Vec<usize>,
}

/// A file: its head, and its lists of rows by name.
pub(crate) struct Document<'t> {
    pub head: Row<'t>,
    lists: BTreeMap<&'static str, Vec<Row<'t>>>,
    /// A syntax error or a misspelt list hides some of the rows.
    pub may_lack_rows: bool,
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
            errors.iter().take(BROKEN_MAX).map(|error| error.span().map_or(0, |span| span.start)).collect();
        report_syntax(file, &lines, &errors, problems);
        let may_lack_rows = !broken.is_empty();
        let mut reader = Reader { file, text, lines, broken, problems };
        let mut table = table.into_inner();
        let rows: usize =
            table.values().map(|value| value.get_ref().as_array().map_or(0, |rows| rows.len())).sum();
        if rows > ROWS_MAX {
            let what = format!("the file holds {rows} rows, more than {ROWS_MAX}");
            reader.problems.in_file(file, what, "split it; its content was not read");
            return None;
        }
        let is_list = |value: &DeValue<'_>| value.as_array().is_some_and(|rows| !rows.is_empty());
        let may_lack_rows = may_lack_rows
            || lists.iter().any(|list| table.get(*list).is_some_and(|value| !value.get_ref().is_array()))
            || table.iter().any(|(key, value)| {
                let (key, lists) = (key.get_ref(), lists.iter().copied());
                is_list(value.get_ref())
                    && !lists.clone().any(|list| list == *key)
                    && nearest(key, lists).is_some()
            });
        let lists = lists.iter().map(|list| (*list, reader.take_rows(&mut table, list))).collect();
        let head = reader.row(table, 0, 0);
        Some(Self { head, lists, may_lack_rows })
    }

    /// The rows of a list, in the order of the file.
    pub fn take(&mut self, list: &'static str) -> Vec<Row<'t>> {
        self.lists.remove(list).unwrap_or_default()
    }
}

fn report_syntax(file: &str, lines: &Lines, errors: &[toml::de::Error], problems: &mut Problems) {
    let mut reported = Vec::new();
    let line_of = |error: &toml::de::Error| lines.at(error.span().map_or(0, |span| span.start));
    // A list that is never closed swallows the lines that follow; all of them are one fault.
    let in_lists = errors.iter().filter(|error| error.message().contains("array"));
    let is_open = errors.iter().any(|error| error.message().starts_with("unclosed array,"));
    let swallowed = in_lists.map(line_of).min().filter(|_| is_open);
    for error in errors {
        let line = line_of(error);
        if swallowed.is_some_and(|first| line > first) || reported.contains(&line) {
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
        let within = self.broken.iter().filter(|at| extent.contains(at) || **at == extent.end);
        let broken = within.map(|at| self.lines.at(*at)).collect();
        let broken_at = self.broken.iter().copied().filter(|at| *at >= start).take(BROKEN_AT_MAX).collect();
        let mut row = Row { table: DeTable::new(), place, broken, broken_at };
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
            // A code without one above it.
            DeValue::String(text) if text.is_empty() && path.ends_with(".parent") => {}
            DeValue::String(text) if text.trim().is_empty() && !self.broken.contains(&start) => {
                let hint = if matches!(path.rsplit('.').next(), Some("zh" | "en")) {
                    "write the text in both languages"
                } else {
                    "write it, or leave the field out"
                };
                self.problems.in_line(self.file, self.lines.at(start), format!("`{path}` is blank"), hint);
            }
            DeValue::String(text) => {
                if let Some((what, hint)) = texts::fault_of(path, text) {
                    self.problems.in_line(self.file, self.lines.at(start), what, hint);
                }
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
    /// A text field as it stands, readable or not; nothing where it is blank.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.value(field)?.as_str().filter(|text| !text.trim().is_empty())
    }

    /// A small number as it stands.
    pub fn number(&self, field: &str) -> Option<u16> {
        let integer = self.value(field)?.as_integer()?;
        u16::from_str_radix(integer.as_str(), integer.radix()).ok()
    }

    /// A value that stands in the file; the parser's guess at what a syntax error hides is none.
    fn value(&self, field: &str) -> Option<&DeValue<'_>> {
        let is_guess = |value: &&Spanned<DeValue<'_>>| {
            value.span() == (0..0) || self.broken.contains(&self.place.line_of(field))
        };
        self.table.get(field).filter(|value| !is_guess(value)).map(Spanned::get_ref)
    }

    /// Takes a text field that is no part of what the row describes.
    pub fn take_text(&mut self, field: &str) -> Option<String> {
        self.text(field)?;
        self.table.remove(field)?.into_inner().as_str().map(str::to_owned)
    }

    /// Takes a text in both languages that is no part of what the row describes; what cannot be read is blank.
    pub fn take_words(&mut self, field: &str) -> Words {
        let Some(value) = self.table.remove(field) else { return Words::default() };
        let value = value.into_inner();
        let text =
            |language| value.get(language).and_then(|text| text.get_ref().as_str()).unwrap_or_default();
        Words { zh: text("zh").to_owned(), en: text("en").to_owned() }
    }

    /// Gives the row empty lists where its rows were taken out.
    pub fn with_empty(mut self, lists: &[&'static str]) -> Self {
        for list in lists {
            let empty = DeValue::Array(toml::de::DeArray::new());
            self.table.insert(Spanned::new(0..0, DeString::Borrowed(list)), Spanned::new(0..0, empty));
        }
        self
    }
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
