//! Columns while they are read.

use super::{
    TEXT_BYTES_MAX,
    cell::{self, CellFault},
    number::{DIGITS_MAX, NumberFault, of_float, scaled},
};
use rules::{
    catalog::{Catalog, Type},
    number::Number,
    table::{Bits, Column, Values},
    vocabulary::{CodeIndex, Vocabulary},
};
use std::{collections::HashSet, sync::Arc};

/// Most different texts of a column that are kept once each.
const TEXTS_MAX: usize = 65_536;

/// A column that grows row by row.
pub struct GrowingColumn<'c> {
    pub kind: &'c Type,
    vocabulary: Option<&'c Vocabulary>,
    rows: usize,
    known: Vec<u64>,
    values: Growing,
}

enum Growing {
    Bool(Vec<u64>),
    Narrow(Vec<i32>),
    Wide(Vec<i64>),
    Date(Vec<i32>),
    Code(Vec<CodeIndex>),
    CodeSet { ends: Vec<u32>, codes: Vec<CodeIndex> },
    Text(Vec<Arc<str>>, HashSet<Arc<str>>),
}

/// A value of a file that has types of its own.
pub enum Typed<'v> {
    Unknown,
    Text(&'v str),
    Bool(bool),
    Decimal(i128, u32),
    Float(f64),
    /// Days of the common era.
    Day(i32),
}

impl<'c> GrowingColumn<'c> {
    /// A column of a type without rows.
    pub fn new(catalog: &'c Catalog, kind: &'c Type) -> Self {
        let values = match kind {
            Type::Bool => Growing::Bool(Vec::new()),
            Type::Number { .. } | Type::Money | Type::Ratio => Growing::Narrow(Vec::new()),
            Type::Date => Growing::Date(Vec::new()),
            Type::Code(_) => Growing::Code(Vec::new()),
            Type::CodeSet(_) => Growing::CodeSet { ends: Vec::new(), codes: Vec::new() },
            Type::Text => Growing::Text(Vec::new(), HashSet::from([Arc::from("")])),
        };
        Self { kind, vocabulary: cell::vocabulary(catalog, kind), rows: 0, known: Vec::new(), values }
    }

    /// Adds a row from a text; an empty one is unknown. The row is there even where it has a fault.
    pub fn push(&mut self, text: &str) -> Result<(), CellFault> {
        let text = text.trim();
        if text.is_empty() {
            self.push_unknown();
            return Ok(());
        }
        let read = match self.kind {
            Type::Bool => cell::truth(text).map(|value| self.push_truth(value)),
            Type::Number { .. } | Type::Money | Type::Ratio => {
                cell::number(text, self.kind).map(|value| self.push_digits(value))
            }
            Type::Date => cell::day(text).map(|day| self.push_day(day)),
            Type::Code(_) => self.code(text).map(|code| self.push_code(code)),
            Type::CodeSet(_) => self.push_codes(text),
            Type::Text if text.len() > TEXT_BYTES_MAX => {
                let what = format!("the text is longer than {TEXT_BYTES_MAX} bytes");
                Err(CellFault::new(what, "see that it is the right file"))
            }
            Type::Text => {
                self.push_text(text);
                Ok(())
            }
        };
        if read.is_err() {
            self.push_unknown();
        }
        read
    }

    /// Adds a row of a file that has types of its own.
    pub fn push_typed(&mut self, value: &Typed<'_>) -> Result<(), CellFault> {
        let scale = u32::from(self.kind.scale());
        let number = |read: Result<i64, NumberFault>, text: &dyn Fn() -> String| {
            read.map_err(|fault| CellFault::of_number(fault, &text(), self.kind))
        };
        let read = match (value, self.kind) {
            (Typed::Text(text), _) => return self.push(text),
            (Typed::Unknown, _) => {
                self.push_unknown();
                return Ok(());
            }
            (Typed::Bool(value), Type::Bool) => {
                self.push_truth(*value);
                return Ok(());
            }
            (Typed::Day(day), Type::Date) => {
                self.push_day(*day);
                return Ok(());
            }
            (Typed::Decimal(value, places), kind) if kind.is_numeric() => {
                number(scaled(*value, *places, scale), &|| {
                    Number::scaled(*value, *places)
                        .map_or_else(|| value.to_string(), |number| number.to_string())
                })
            }
            (Typed::Float(value), kind) if kind.is_numeric() => {
                number(of_float(*value, scale), &|| value.to_string())
            }
            (Typed::Decimal(value, 0), Type::Code(_) | Type::CodeSet(_) | Type::Text) => {
                return self.push(&value.to_string());
            }
            (Typed::Decimal(value, 0), Type::Date) => return self.push(&value.to_string()),
            _ => {
                Err(CellFault::new("the column has another type than its field", "write the column as text"))
            }
        };
        match read {
            Ok(value) => {
                self.push_digits(value);
                Ok(())
            }
            Err(fault) => {
                self.push_unknown();
                Err(fault)
            }
        }
    }

    /// Adds a row of a whole number of so many decimal places; most need no more than to be stored.
    pub fn push_whole(&mut self, value: i64, places: u32) -> Result<(), CellFault> {
        let is_short = value.unsigned_abs() < 10_u64.pow(DIGITS_MAX);
        if is_short && self.kind.is_numeric() && places == u32::from(self.kind.scale()) {
            self.push_digits(value);
            return Ok(());
        }
        self.push_typed(&Typed::Decimal(i128::from(value), places))
    }

    fn code(&self, text: &str) -> Result<CodeIndex, CellFault> {
        let vocabulary = self.vocabulary.expect("a field of codes has a vocabulary");
        cell::code(text, vocabulary)
    }

    /// Begins a row.
    fn begin(&mut self, known: bool) {
        if self.rows.is_multiple_of(64) {
            self.known.push(0);
        }
        *self.known.last_mut().expect("a word was begun") |= u64::from(known) << (self.rows % 64);
        self.rows += 1;
    }

    fn push_unknown(&mut self) {
        let row = self.rows;
        self.begin(false);
        match &mut self.values {
            Growing::Bool(words) if row.is_multiple_of(64) => words.push(0),
            Growing::Bool(_) => {}
            Growing::Narrow(values) => values.push(0),
            Growing::Wide(values) => values.push(0),
            Growing::Date(days) => days.push(0),
            Growing::Code(codes) => codes.push(0),
            Growing::CodeSet { ends, codes } => ends.push(codes.len() as u32),
            Growing::Text(texts, known) => {
                let nothing = known.get("").map_or_else(|| Arc::from(""), Arc::clone);
                texts.push(nothing);
            }
        }
    }

    fn push_truth(&mut self, value: bool) {
        let row = self.rows;
        self.begin(true);
        if let Growing::Bool(words) = &mut self.values {
            if row.is_multiple_of(64) {
                words.push(0);
            }
            *words.last_mut().expect("a word was begun") |= u64::from(value) << (row % 64);
        }
    }

    fn push_digits(&mut self, value: i64) {
        self.begin(true);
        if let Growing::Narrow(values) = &mut self.values {
            match i32::try_from(value) {
                Ok(value) => return values.push(value),
                Err(_) => self.values = Growing::Wide(values.iter().map(|value| i64::from(*value)).collect()),
            }
        }
        if let Growing::Wide(values) = &mut self.values {
            values.push(value);
        }
    }

    fn push_day(&mut self, day: i32) {
        self.begin(true);
        if let Growing::Date(days) = &mut self.values {
            days.push(day);
        }
    }

    fn push_code(&mut self, code: CodeIndex) {
        self.begin(true);
        if let Growing::Code(codes) = &mut self.values {
            codes.push(code);
        }
    }

    /// Codes separated by `|`; a single `|` is the empty set.
    fn push_codes(&mut self, text: &str) -> Result<(), CellFault> {
        let codes = text.split('|').map(str::trim).filter(|code| !code.is_empty());
        let found: Vec<CodeIndex> = codes.map(|code| self.code(code)).collect::<Result<_, _>>()?;
        self.begin(true);
        if let Growing::CodeSet { ends, codes } = &mut self.values {
            codes.extend(found);
            ends.push(codes.len() as u32);
        }
        Ok(())
    }

    fn push_text(&mut self, text: &str) {
        self.begin(true);
        if let Growing::Text(texts, known) = &mut self.values {
            if let Some(same) = known.get(text) {
                texts.push(Arc::clone(same));
                return;
            }
            let text: Arc<str> = Arc::from(text);
            if known.len() < TEXTS_MAX {
                known.insert(Arc::clone(&text));
            }
            texts.push(text);
        }
    }

    /// The column.
    pub fn finish(self) -> Column {
        let known = Bits { words: self.known };
        let values = match self.values {
            Growing::Bool(words) => Values::Bool(Bits { words }),
            Growing::Narrow(values) => Values::Narrow(values),
            Growing::Wide(values) => Values::Wide(values),
            Growing::Date(days) => Values::Date(days),
            Growing::Code(codes) => Values::Code(codes),
            Growing::CodeSet { ends, codes } => Values::CodeSet { ends, codes },
            Growing::Text(texts, _) => Values::Text(texts),
        };
        Column { known, values }
    }
}
