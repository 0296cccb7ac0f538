//! What a visitor has answered so far. The form carries all of it; nothing is kept between two requests.

use super::reading::{self, ANSWER_LENGTH_MAX, Fault};
use crate::{book::DayBook, choice::cut};
use domain::Language;
use rules::{
    catalog::{Catalog, FieldIndex, TableIndex, Type},
    expression::Value,
    table::{Bits, Children, Column, Table, column_of},
};
use std::collections::{BTreeMap, BTreeSet};

/// Most pairs of a form that are read; a whole answered form has far fewer.
const PAIRS_MAX: usize = 2_000;
/// Most lines of a child table.
pub const LINES_MAX: usize = 12;
/// Most rows that one line may stand for.
pub const COUNT_MAX: u32 = 100;

/// Something that can be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ask {
    /// A fact.
    Fact(FieldIndex),
    /// The rows of a child table.
    Table(TableIndex),
}

/// The answer to a question about a fact.
pub struct Given {
    /// As it was written; several texts where several codes may be given.
    pub texts: Vec<String>,
    /// What it means.
    pub value: Result<Value, Fault>,
}

/// A line of a child table: so many rows that are alike.
#[derive(Default)]
pub struct Line {
    /// How many, as it was written; empty for one.
    pub count: String,
    /// The cells as they were written, one for each field of the table.
    pub cells: Vec<String>,
}

/// What a press of a button asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Press {
    /// The next question.
    #[default]
    Next,
    /// Another look at the same question: a search among codes, more lines, another scope.
    Stay,
}

/// Everything a form says.
#[derive(Default)]
pub struct Answers {
    /// The field of policy that is looked at; all without one.
    pub topic: String,
    /// The level that is looked at.
    pub level: String,
    /// The one policy that is looked at.
    pub policy: String,
    /// Facts.
    pub facts: BTreeMap<FieldIndex, Given>,
    /// Child tables; no line means that there is no row.
    pub tables: BTreeMap<TableIndex, Vec<Line>>,
    /// What the visitor does not know.
    pub skipped: BTreeSet<Ask>,
    /// The question that was shown, or that is to be shown.
    pub asked: Option<Ask>,
    /// Words sought among the codes.
    pub find: String,
    /// What was pressed.
    pub press: Press,
    /// The language that was asked for.
    pub language: Option<Language>,
}

impl Ask {
    /// How it stands in a form.
    pub fn name(self, catalog: &Catalog) -> String {
        match self {
            Self::Fact(field) => catalog.field(field).name.clone(),
            Self::Table(table) => format!("table:{}", catalog.tables()[usize::from(table)].name),
        }
    }

    /// What a form names; nothing where there is no such field or table.
    fn find(name: &str, catalog: &Catalog) -> Option<Self> {
        match name.strip_prefix("table:") {
            Some(table) => Some(Self::Table(find_table(table, catalog)?)),
            None => Some(Self::Fact(find_field(name, catalog)?)),
        }
    }
}

/// A field by its identifier only: labels are for readers.
fn find_field(name: &str, catalog: &Catalog) -> Option<FieldIndex> {
    catalog.find(name).filter(|field| catalog.field(*field).name == name)
}

fn find_table(name: &str, catalog: &Catalog) -> Option<TableIndex> {
    catalog.find_table(name).filter(|table| catalog.tables()[usize::from(*table)].name == name)
}

impl Answers {
    /// Reads a form. What names nothing is left out; what cannot be read stays with its fault.
    pub fn read(pairs: &[(String, String)], book: &DayBook) -> Self {
        let mut answers = Self::default();
        let mut texts: BTreeMap<FieldIndex, Vec<&str>> = BTreeMap::new();
        let mut pressed = "";
        for (name, value) in pairs.iter().take(PAIRS_MAX) {
            let value = value.as_str();
            match name.as_str() {
                "topic" => answers.topic = cut(value).0,
                "level" => answers.level = cut(value).0,
                "policy" => answers.policy = cut(value).0,
                "find" => answers.find = cut(value).0,
                "asked" => answers.asked = Ask::find(value, &book.catalog),
                "skip" => answers.skipped.extend(Ask::find(value, &book.catalog)),
                "do" => pressed = value,
                other => {
                    if let Some(field) =
                        other.strip_prefix("f.").and_then(|name| find_field(name, &book.catalog))
                    {
                        texts.entry(field).or_default().push(value);
                    } else if let Some(cell) = other.strip_prefix("t.") {
                        answers.put_cell(cell, value, &book.catalog);
                    }
                }
            }
        }
        answers.put_facts(texts, book);
        answers.tables.values_mut().for_each(|lines| lines.retain(Line::is_filled));
        answers.press(pressed, book);
        answers
    }

    fn put_facts(&mut self, texts: BTreeMap<FieldIndex, Vec<&str>>, book: &DayBook) {
        for (field, texts) in texts {
            let kind = &book.catalog.field(field).kind;
            let mut texts: Vec<&str> = texts.into_iter().filter(|text| !text.trim().is_empty()).collect();
            if !matches!(kind, Type::CodeSet(_)) {
                texts = texts.split_off(texts.len().saturating_sub(1));
            }
            if texts.is_empty() {
                continue;
            }
            let splits = book.splits.get(&field).map_or(&[][..], Vec::as_slice);
            let value = reading::read(&texts, kind, &book.catalog, splits);
            let shorten = |text: &&str| text.chars().take(ANSWER_LENGTH_MAX).collect();
            let kept = texts.iter().take(reading::CODES_MAX).map(shorten).collect();
            self.facts.insert(field, Given { texts: kept, value });
        }
    }

    /// `hires=none`, or `hires.0.months=6`; `hires.0.#` says how many.
    fn put_cell(&mut self, name: &str, value: &str, catalog: &Catalog) {
        let mut parts = name.splitn(3, '.');
        let Some(table) = parts.next().and_then(|name| find_table(name, catalog)) else { return };
        let fields = &catalog.tables()[usize::from(table)].fields;
        let (Some(line), Some(field)) = (parts.next(), parts.next()) else {
            self.tables.entry(table).or_default();
            return;
        };
        let Some(line) = line.parse::<usize>().ok().filter(|line| *line < LINES_MAX) else { return };
        let value: String = value.trim().chars().take(ANSWER_LENGTH_MAX).collect();
        if value.is_empty() {
            return;
        }
        let lines = self.tables.entry(table).or_default();
        while lines.len() <= line {
            lines.push(Line { count: String::new(), cells: vec![String::new(); fields.len()] });
        }
        if field == "#" {
            lines[line].count = value;
        } else if let Some(at) = fields.iter().position(|one| one.name == field) {
            lines[line].cells[at] = value;
        }
    }

    /// Does what the pressed button says.
    fn press(&mut self, pressed: &str, book: &DayBook) {
        let (what, of) = pressed.split_once(':').unwrap_or((pressed, ""));
        let named = Ask::find(of, &book.catalog);
        self.press = Press::Stay;
        match what {
            "skip" => {
                if let Some(ask) = self.asked.take() {
                    self.forget(ask);
                    self.skipped.insert(ask);
                }
            }
            "none" => match self.asked.take() {
                Some(Ask::Table(table)) => drop(self.tables.insert(table, Vec::new())),
                Some(Ask::Fact(field)) => {
                    let kind = &book.catalog.field(field).kind;
                    let value = reading::read(&["-"], kind, &book.catalog, &[]);
                    self.facts.insert(field, Given { texts: vec!["-".to_owned()], value });
                }
                None => {}
            },
            "change" => self.asked = named,
            "remove" => {
                if let Some(ask) = named {
                    self.forget(ask);
                }
                self.asked = None;
            }
            "again" => {
                if let Some(ask) = named {
                    self.forget(ask);
                }
                self.asked = named;
            }
            "find" | "more" | "scope" => {}
            "lang" => self.language = Some(if of == "en" { Language::En } else { Language::Zh }),
            _ => self.press = Press::Next,
        }
        if let Some(ask) = self.asked.filter(|ask| self.is_answered(*ask) || what == "change") {
            self.skipped.remove(&ask);
        }
    }

    fn forget(&mut self, ask: Ask) {
        match ask {
            Ask::Fact(field) => drop(self.facts.remove(&field)),
            Ask::Table(table) => drop(self.tables.remove(&table)),
        }
        self.skipped.remove(&ask);
    }

    /// Whether there is an answer, readable or not.
    pub fn is_answered(&self, ask: Ask) -> bool {
        match ask {
            Ask::Fact(field) => self.facts.contains_key(&field),
            Ask::Table(table) => self.tables.contains_key(&table),
        }
    }

    /// Whether nothing was answered or skipped yet.
    pub fn is_empty(&self) -> bool {
        self.facts.is_empty() && self.tables.is_empty() && self.skipped.is_empty()
    }

    /// What is wrong with an answer.
    pub fn fault(&self, ask: Ask, catalog: &Catalog) -> Option<Fault> {
        match ask {
            Ask::Fact(field) => self.facts.get(&field)?.value.as_ref().err().copied(),
            Ask::Table(table) => {
                let lines = self.tables.get(&table)?;
                lines
                    .iter()
                    .find_map(|line| line.fault(&catalog.tables()[usize::from(table)].fields, catalog))
            }
        }
    }

    /// The question a visitor has to look at again: the one asked with nothing in it, or one with a fault.
    pub fn pending(&self, catalog: &Catalog) -> Option<(Ask, Option<Fault>)> {
        let all = self.facts.keys().map(|field| Ask::Fact(*field));
        let all = self.asked.into_iter().chain(all).chain(self.tables.keys().map(|table| Ask::Table(*table)));
        let faulty = all.into_iter().find_map(|ask| Some((ask, self.fault(ask, catalog)?)));
        if let Some((ask, fault)) = faulty {
            return Some((ask, Some(fault)));
        }
        let asked = self.asked?;
        match self.press {
            Press::Stay => Some((asked, None)),
            Press::Next if self.is_answered(asked) || self.skipped.contains(&asked) => None,
            Press::Next => Some((asked, Some(Fault::Empty))),
        }
    }

    /// The facts as a table of one firm.
    pub fn table(&self, catalog: &Catalog) -> Table {
        let value = |field| self.facts.get(&field)?.value.as_ref().ok().cloned();
        let row = (0..catalog.fields().len()).map(|field| value(field as FieldIndex)).collect();
        let mut table = Table::from_rows(catalog, &[row]);
        table.children =
            (0..catalog.tables().len()).map(|at| self.children(at as TableIndex, catalog)).collect();
        table
    }

    fn children(&self, table: TableIndex, catalog: &Catalog) -> Children {
        let fields = &catalog.tables()[usize::from(table)].fields;
        let readable = self.fault(Ask::Table(table), catalog).is_none();
        let lines = self.tables.get(&table).filter(|_| readable);
        let Some(lines) = lines else {
            let columns = fields.iter().map(|_| Column::absent(0)).collect();
            return Children { known: Bits::filled(1, false), ends: vec![0], columns };
        };
        let column = |(at, field): (usize, &rules::catalog::Field)| {
            let cells = lines.iter().flat_map(|line| {
                let value = line.value(at, &field.kind, catalog).and_then(Result::ok);
                std::iter::repeat_n(value, line.rows().unwrap_or(0) as usize)
            });
            column_of(&field.kind, cells.collect())
        };
        let rows = lines.iter().filter_map(|line| line.rows().ok()).sum();
        Children {
            known: Bits::filled(1, true),
            ends: vec![rows],
            columns: fields.iter().enumerate().map(column).collect(),
        }
    }
}

impl Line {
    fn is_filled(&self) -> bool {
        !self.count.is_empty() || self.cells.iter().any(|cell| !cell.is_empty())
    }

    /// How many rows it stands for.
    pub fn rows(&self) -> Result<u32, Fault> {
        if self.count.is_empty() {
            return Ok(1);
        }
        let whole = Type::Number { scale: 0, unit: String::new() };
        match reading::read(&[&self.count], &whole, &Catalog::default(), &[]) {
            Ok(Value::Number(number)) => u32::try_from(number.floor())
                .ok()
                .filter(|count| (1..=COUNT_MAX).contains(count))
                .ok_or(Fault::Count),
            _ => Err(Fault::Count),
        }
    }

    /// The value of a cell; nothing for an empty one.
    pub fn value(&self, at: usize, kind: &Type, catalog: &Catalog) -> Option<Result<Value, Fault>> {
        let cell = self.cells.get(at).filter(|cell| !cell.is_empty())?;
        Some(reading::read(&[cell], kind, catalog, &[]))
    }

    fn fault(&self, fields: &[rules::catalog::Field], catalog: &Catalog) -> Option<Fault> {
        let cells = fields.iter().enumerate();
        let wrong =
            cells.filter_map(|(at, field)| self.value(at, &field.kind, catalog)).find_map(Result::err);
        self.rows().err().or(wrong)
    }
}
