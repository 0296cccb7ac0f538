//! The facts of an example: written values become a table of one firm.

use crate::{document::Place, problem::Problems, spelling::did_you_mean};
use chrono::NaiveDate;
use rules::{
    calendar::NoCalendar,
    catalog::{Catalog, Field, Type},
    check::{Scope, Wanted, compile},
    expression::Value,
    number::Number,
    reference::Firm,
    table::{Bits, Children, Column, Table, code_count, column_of},
    vocabulary::CodeBits,
};
use std::sync::Arc;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// Most rows of one child table of an example.
const ROWS_MAX: usize = 200;

/// What is wrong, and what to do.
type Refusal = (String, String);

/// Reads facts; `unsure` says of which names nothing more is said.
pub(super) struct Given<'g> {
    pub catalog: &'g Catalog,
    pub place: &'g Place,
    pub is_unsure: &'g dyn Fn(&str) -> bool,
}

impl Given<'_> {
    /// The table of the one firm; what cannot be read is reported and stays unknown.
    pub fn table(&self, given: &DeTable<'_>, problems: &mut Problems) -> Table {
        let catalog = self.catalog;
        let mut table = Table::unknown(catalog, 1);
        table.children = catalog.tables().iter().map(|child| no_rows(child.fields.len())).collect();
        for (name, value) in given {
            let name = name.get_ref().as_ref();
            let path = format!("given.{name}");
            if let Some(index) = catalog.find(name) {
                let kind = &catalog.field(index).kind;
                if let Some(value) = self.value(value.get_ref(), kind, &path, problems) {
                    table.columns[usize::from(index)] = column_of(kind, vec![Some(value)]);
                }
            } else if let Some(index) = catalog.find_table(name) {
                let index = usize::from(index);
                if let Some(rows) = self.children(value.get_ref(), index, &path, problems) {
                    table.children[index] = rows;
                }
            } else if !(self.is_unsure)(name) {
                let fields = catalog.fields().iter().map(|field| field.name.as_str());
                let names = fields.chain(catalog.tables().iter().map(|table| table.name.as_str()));
                let hint = did_you_mean(name, names, "declare it in facts.toml");
                problems.at(self.place, &path, format!("there is no fact `{name}`"), hint);
            }
        }
        table
    }

    fn children(
        &self,
        value: &DeValue<'_>,
        index: usize,
        path: &str,
        problems: &mut Problems,
    ) -> Option<Children> {
        let table = &self.catalog.tables()[index];
        let Some(rows) = value.as_array().filter(|rows| rows.len() <= ROWS_MAX) else {
            let what = format!("`{}` is a child table of at most {ROWS_MAX} rows", table.name);
            problems.at(self.place, path, what, "write a list of tables: [{ … }, { … }]");
            return None;
        };
        let mut cells: Vec<Vec<Option<Value>>> = vec![vec![None; rows.len()]; table.fields.len()];
        for (at, row) in rows.iter().enumerate() {
            let path = format!("{path}.{at}");
            let Some(row) = row.get_ref().as_table() else {
                let what = format!("a row of `{}` is no table", table.name);
                problems.at(self.place, &path, what, "write it as { field = value }");
                continue;
            };
            for (name, value) in row {
                let name = name.get_ref().as_ref();
                let path = format!("{path}.{name}");
                let Some(field) = field_of(&table.fields, name) else {
                    let what = format!("`{}` has no field `{name}`", table.name);
                    let names = table.fields.iter().map(|field| field.name.as_str());
                    let hint = did_you_mean(name, names, "declare it in facts.toml");
                    problems.at(self.place, &path, what, hint);
                    continue;
                };
                cells[field][at] = self.value(value.get_ref(), &table.fields[field].kind, &path, problems);
            }
        }
        let columns = table.fields.iter().zip(cells).map(|(field, cells)| column_of(&field.kind, cells));
        Some(Children {
            known: Bits::filled(1, true),
            ends: vec![u32::try_from(rows.len()).unwrap_or(0)],
            columns: columns.collect(),
        })
    }

    fn value(&self, value: &DeValue<'_>, kind: &Type, path: &str, problems: &mut Problems) -> Option<Value> {
        let read = read(value, kind, self.catalog);
        read.map_err(|(what, hint)| {
            let name = path.trim_start_matches("given.");
            problems.at(self.place, path, format!("`{name}`: {what}"), hint);
        })
        .ok()
    }
}

/// No rows of a child table: it is not known whether there are any.
fn no_rows(field_count: usize) -> Children {
    Children { known: Bits::filled(1, false), ends: vec![0], columns: vec![Column::absent(0); field_count] }
}

fn field_of(fields: &[Field], name: &str) -> Option<usize> {
    fields.iter().position(|field| field.name == name || field.label.zh == name)
}

/// A written value of a type.
fn read(value: &DeValue<'_>, kind: &Type, catalog: &Catalog) -> Result<Value, Refusal> {
    let refuse = |what: &str, hint: &str| Err((what.to_owned(), hint.to_owned()));
    match kind {
        Type::Bool => match value.as_bool() {
            Some(value) => Ok(Value::Bool(value)),
            None => refuse("yes or no is wanted", "write true or false without quotation marks"),
        },
        Type::Number { .. } | Type::Money | Type::Ratio => {
            let number = number(&written(value)?, kind)?;
            let scaled = number.multiply(Number::whole(10_i128.pow(u32::from(kind.scale()))));
            let fits = |digits: Number| digits.is_whole() && i64::try_from(digits.floor()).is_ok();
            if scaled.is_some_and(fits) {
                return Ok(Value::Number(number));
            }
            let what = format!("{number} has more than {} decimal places, or is too large", kind.scale());
            Err((what, "write the value as it can be delivered".to_owned()))
        }
        Type::Date => match written(value)?.parse::<NaiveDate>() {
            Ok(date) => Ok(Value::Date(date)),
            Err(_) => refuse("a day is wanted", "write a day of the calendar as \"2024-01-31\""),
        },
        Type::Code(_) => code(&written(value)?, kind, catalog).map(Value::Code),
        Type::CodeSet(_) => {
            let Some(codes) = value.as_array() else {
                return refuse("a list of codes is wanted", "write [\"…\", \"…\"]; [] for none");
            };
            let mut bits = CodeBits::none(code_count(catalog, kind));
            for one in codes {
                bits.insert(code(&written(one.get_ref())?, kind, catalog)?);
            }
            Ok(Value::Codes(bits))
        }
        Type::Text => match value.as_str() {
            Some(text) => Ok(Value::Text(Arc::from(text))),
            None => refuse("a text is wanted", "write it in quotation marks"),
        },
    }
}

/// What stands in the file, as text: `"300万"`, `300`, `12.5`.
fn written(value: &DeValue<'_>) -> Result<String, Refusal> {
    if let Some(integer) = value.as_integer().filter(|integer| integer.radix() == 10) {
        return Ok(integer.as_str().to_owned());
    }
    let refusal = || ("a number or a text is wanted".to_owned(), "write it as 300 or \"300万\"".to_owned());
    value.as_str().map(str::to_owned).ok_or_else(refusal)
}

fn code(written: &str, kind: &Type, catalog: &Catalog) -> Result<u16, Refusal> {
    let (Type::Code(vocabulary) | Type::CodeSet(vocabulary)) = kind else {
        return Err(("a code is wanted".to_owned(), "write a code of the vocabulary".to_owned()));
    };
    let vocabulary = catalog.vocabulary(*vocabulary);
    vocabulary.find(written).ok_or_else(|| {
        let codes = vocabulary.codes().iter().map(|code| code.code.as_str());
        let hint = did_you_mean(written, codes, "write a code of the vocabulary");
        (format!("`{written}` is no code of `{}`", vocabulary.name), hint)
    })
}

/// The number that a constant of the rule language stands for: `300万`, `5.5%`, `-3`.
pub(super) fn number(written: &str, kind: &Type) -> Result<Number, Refusal> {
    if *kind != Type::Ratio
        && let Some(number) = plain(written)
    {
        return Ok(number);
    }
    let nothing = Catalog::default();
    let scope = Scope::new(&nothing, NaiveDate::default());
    let expression = compile(written, &scope, &Wanted::Of(kind.clone())).map_err(|faults| {
        let fault = faults.into_iter().next();
        fault.map_or_else(
            || (format!("`{written}` is no number"), "write a number".to_owned()),
            |fault| (format!("`{written}`: {}", fault.what), fault.hint),
        )
    })?;
    let nobody = Table { rows: 1, ..Table::default() };
    match Firm::new(&nothing, &nobody, 0, &NoCalendar).value(&expression) {
        Some(Value::Number(number)) => Ok(number),
        _ => {
            Err((format!("`{written}` is no number"), "write a constant such as 300 or \"300万\"".to_owned()))
        }
    }
}

/// Digits with at most one point, the common case.
fn plain(written: &str) -> Option<Number> {
    let (whole, rest) = written.split_once('.').unwrap_or((written, ""));
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = !whole.is_empty() && written.len() <= 30 && is_plain(whole) && is_plain(rest);
    if !is_number || written.ends_with('.') {
        return None;
    }
    Number::scaled(format!("{whole}{rest}").parse().ok()?, u32::try_from(rest.len()).ok()?)
}

/// A table of a row, taken as it stands.
pub(super) fn table_of<'v, 't>(value: Option<&'v Spanned<DeValue<'t>>>) -> Option<&'v DeTable<'t>> {
    value.and_then(|value| value.get_ref().as_table())
}
