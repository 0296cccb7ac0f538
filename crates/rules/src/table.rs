//! The facts of many firms as columns, and of one firm as a table of one row.

use crate::{
    catalog::{Catalog, FieldIndex, TableIndex, Type},
    expression::Value,
    number::Number,
    vocabulary::{CodeBits, CodeIndex},
};
use chrono::{Datelike, NaiveDate};
use std::sync::Arc;

/// A bit for each row, 64 rows to a word; bits beyond the last row are nought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits {
    /// The words.
    pub words: Vec<u64>,
}

impl Bits {
    /// So many rows, all the same.
    pub fn filled(rows: usize, value: bool) -> Self {
        let mut words = vec![if value { u64::MAX } else { 0 }; rows.div_ceil(64)];
        if value && !rows.is_multiple_of(64) {
            *words.last_mut().expect("there is at least one row") = (1 << (rows % 64)) - 1;
        }
        Self { words }
    }

    /// The bit of a row.
    pub fn get(&self, row: usize) -> bool {
        self.words[row / 64] >> (row % 64) & 1 == 1
    }

    /// Sets the bit of a row.
    pub fn set(&mut self, row: usize, value: bool) {
        let mask = 1 << (row % 64);
        if value {
            self.words[row / 64] |= mask;
        } else {
            self.words[row / 64] &= !mask;
        }
    }
}

/// The values of a column; rows that are unknown hold anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Values {
    /// No row is known.
    Absent,
    /// Truth values.
    Bool(Bits),
    /// Numbers, ratios, money: whole numbers of the type's scale, where all fit 32 bits.
    Narrow(Vec<i32>),
    /// The same where they do not.
    Wide(Vec<i64>),
    /// Dates as days of the common era (`NaiveDate::num_days_from_ce`).
    Date(Vec<i32>),
    /// Codes.
    Code(Vec<CodeIndex>),
    /// Sets of codes: row `r` holds `codes[ends[r - 1]..ends[r]]`.
    CodeSet {
        /// Where the codes of a row end.
        ends: Vec<u32>,
        /// The codes of all rows.
        codes: Vec<CodeIndex>,
    },
    /// Texts.
    Text(Vec<Arc<str>>),
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Which rows are known.
    pub known: Bits,
    /// Their values.
    pub values: Values,
}

/// The rows of a child table, of all firms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Children {
    /// For which firms the rows are known; without them an aggregate is unknown.
    pub known: Bits,
    /// Where the rows of a firm end.
    pub ends: Vec<u32>,
    /// A column for each field of the child table.
    pub columns: Vec<Column>,
}

/// Facts of firms: a column for each field of the catalog.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Number of firms.
    pub rows: usize,
    /// In the order of the fields of the catalog.
    pub columns: Vec<Column>,
    /// In the order of the child tables of the catalog; may be shorter: what is missing is unknown.
    pub children: Vec<Children>,
}

impl Column {
    /// A column of which nothing is known.
    pub fn absent(rows: usize) -> Self {
        Self { known: Bits::filled(rows, false), values: Values::Absent }
    }

    /// The value of a row; `None` where it is unknown.
    pub fn value(&self, kind: &Type, row: usize, code_count: usize) -> Option<Value> {
        if !self.known.get(row) {
            return None;
        }
        let number =
            |digits: i64| Number::scaled(i128::from(digits), u32::from(kind.scale())).map(Value::Number);
        match &self.values {
            Values::Absent => None,
            Values::Bool(bits) => Some(Value::Bool(bits.get(row))),
            Values::Narrow(values) => number(i64::from(values[row])),
            Values::Wide(values) => number(values[row]),
            Values::Date(days) => NaiveDate::from_num_days_from_ce_opt(days[row]).map(Value::Date),
            Values::Code(codes) => Some(Value::Code(codes[row])),
            Values::CodeSet { ends, codes } => {
                let from = row.checked_sub(1).map_or(0, |before| ends[before]);
                let mut bits = CodeBits::none(code_count);
                codes[from as usize..ends[row] as usize].iter().for_each(|code| bits.insert(*code));
                Some(Value::Codes(bits))
            }
            Values::Text(texts) => Some(Value::Text(Arc::clone(&texts[row]))),
        }
    }
}

/// Number of codes of the vocabulary of a type; 0 where it has none.
pub fn code_count(catalog: &Catalog, kind: &Type) -> usize {
    match kind {
        Type::Code(vocabulary) | Type::CodeSet(vocabulary) => catalog.vocabulary(*vocabulary).codes().len(),
        _ => 0,
    }
}

impl Table {
    /// So many firms of which nothing is known.
    pub fn unknown(catalog: &Catalog, rows: usize) -> Self {
        Self { rows, columns: vec![Column::absent(rows); catalog.fields().len()], children: Vec::new() }
    }

    /// A fact of a firm; `None` where it is unknown.
    pub fn value(&self, catalog: &Catalog, field: FieldIndex, row: usize) -> Option<Value> {
        let kind = &catalog.field(field).kind;
        self.columns.get(usize::from(field))?.value(kind, row, code_count(catalog, kind))
    }

    /// The rows of a child table that belong to a firm; `None` where they are unknown.
    pub fn child_rows(&self, table: TableIndex, row: usize) -> Option<(&Children, std::ops::Range<usize>)> {
        let children = self.children.get(usize::from(table))?;
        if !children.known.get(row) {
            return None;
        }
        let from = row.checked_sub(1).map_or(0, |before| children.ends[before]);
        Some((children, from as usize..children.ends[row] as usize))
    }

    /// Builds a table from rows of values: a value for each field, `None` where unknown.
    ///
    /// A number that does not fit its type's scale is unknown; values of the wrong type are too.
    pub fn from_rows(catalog: &Catalog, rows: &[Vec<Option<Value>>]) -> Self {
        let columns = catalog.fields().iter().enumerate();
        let columns = columns.map(|(at, field)| {
            let values = rows.iter().map(|row| row.get(at).cloned().flatten());
            column_of(&field.kind, values.collect())
        });
        Self { rows: rows.len(), columns: columns.collect(), children: Vec::new() }
    }
}

/// A column of values, `None` where unknown.
#[expect(clippy::needless_pass_by_value, reason = "callers build the values for this alone")]
pub fn column_of(kind: &Type, values: Vec<Option<Value>>) -> Column {
    let mut known = Bits::filled(values.len(), false);
    let stored = match kind {
        Type::Bool => {
            let mut bits = Bits::filled(values.len(), false);
            for (row, value) in values.iter().enumerate() {
                if let Some(Value::Bool(value)) = value {
                    known.set(row, true);
                    bits.set(row, *value);
                }
            }
            Values::Bool(bits)
        }
        Type::Number { .. } | Type::Money | Type::Ratio => {
            let digits = |value: &Option<Value>| digits_of(value.as_ref(), kind.scale());
            narrowed(fill(&values, &mut known, digits, 0))
        }
        Type::Date => {
            let day = |value: &Option<Value>| match value {
                Some(Value::Date(date)) => Some(date.num_days_from_ce()),
                _ => None,
            };
            Values::Date(fill(&values, &mut known, day, 0))
        }
        Type::Code(_) => {
            let code = |value: &Option<Value>| match value {
                Some(Value::Code(code)) => Some(*code),
                _ => None,
            };
            Values::Code(fill(&values, &mut known, code, 0))
        }
        Type::CodeSet(_) => {
            let (mut ends, mut codes) = (Vec::with_capacity(values.len()), Vec::new());
            for (row, value) in values.iter().enumerate() {
                if let Some(Value::Codes(bits)) = value {
                    known.set(row, true);
                    codes.extend(bits.codes());
                }
                ends.push(codes.len() as u32);
            }
            Values::CodeSet { ends, codes }
        }
        Type::Text => {
            let text = |value: &Option<Value>| match value {
                Some(Value::Text(text)) => Some(Arc::clone(text)),
                _ => None,
            };
            Values::Text(fill(&values, &mut known, text, Arc::from("")))
        }
    };
    Column { known, values: stored }
}

fn fill<T: Clone>(
    values: &[Option<Value>],
    known: &mut Bits,
    read: impl Fn(&Option<Value>) -> Option<T>,
    unknown: T,
) -> Vec<T> {
    let stored = values.iter().enumerate().map(|(row, value)| {
        let value = read(value);
        known.set(row, value.is_some());
        value.unwrap_or_else(|| unknown.clone())
    });
    stored.collect()
}

fn digits_of(value: Option<&Value>, scale: u8) -> Option<i64> {
    let Some(Value::Number(number)) = value else { return None };
    let scaled = number.multiply(Number::whole(10_i128.pow(u32::from(scale))))?;
    if scaled.is_whole() { i64::try_from(scaled.floor()).ok() } else { None }
}

/// The narrower of the two forms that holds all the values.
pub fn narrowed(values: Vec<i64>) -> Values {
    if values.iter().all(|value| i32::try_from(*value).is_ok()) {
        Values::Narrow(values.into_iter().map(|value| value as i32).collect())
    } else {
        Values::Wide(values)
    }
}
