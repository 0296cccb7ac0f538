//! Random catalogs, firms and rule books, as the tests of the engine make them, and their rows as SQL.

#[path = "../../../rules/tests/engine/chance.rs"]
mod chance;

use chance::{Chance, Fourth};
use chrono::Datelike as _;
use rules::{
    catalog::{Catalog, Type},
    expression::Value,
    number::Number,
    policy::{Outcome, RuleBook},
    reference::Firm,
    sql::DIGITS_MAX,
    table::Table,
};

/// A made city.
pub struct City {
    pub catalog: Catalog,
    pub table: Table,
    pub book: RuleBook,
}

/// The city of a seed.
pub fn city(seed: u64, firms: usize, policies: usize) -> City {
    let mut chance = Chance::new(seed);
    let made = chance.table(firms);
    let book = chance.book(policies);
    let catalog = chance.catalog;
    // What a column of 18 digits or a usual date cannot hold is unknown.
    let held = |field: usize, row: usize| {
        let kind = &catalog.fields()[field].kind;
        made.value(&catalog, field as u16, row).filter(|value| match value {
            Value::Number(number) => {
                let digits = number.multiply(Number::whole(10_i128.pow(u32::from(kind.scale()))));
                digits.is_some_and(|digits| digits.floor().unsigned_abs() < 10_u128.pow(DIGITS_MAX))
            }
            Value::Date(day) => (1..=9999).contains(&day.year()),
            _ => true,
        })
    };
    let rows: Vec<Vec<Option<Value>>> =
        (0..firms).map(|row| (0..catalog.fields().len()).map(|field| held(field, row)).collect()).collect();
    let table = Table::from_rows(&catalog, &rows);
    City { catalog, table, book }
}

impl City {
    /// What the reference says of every policy, for each firm.
    pub fn outcomes(&self) -> Vec<Vec<Outcome>> {
        let firm = |row| Firm::new(&self.catalog, &self.table, row, &Fourth);
        (0..self.table.rows).map(|row| firm(row).outcomes(&self.book)).collect()
    }

    /// The statement that fills the table of firms with the columns it was made with.
    pub fn insert(&self, facts: &str) -> String {
        let columns = self.catalog.fields().iter().enumerate();
        let columns: Vec<(usize, &Type)> = columns
            .filter(|(_, field)| facts.contains(&format!("\"{}\"", field.name)))
            .map(|(at, field)| (at, &field.kind))
            .collect();
        let row = |row: usize| {
            let cells: Vec<String> = columns.iter().map(|(at, kind)| self.cell(*at, kind, row)).collect();
            format!("({row}{}{})", if cells.is_empty() { "" } else { ", " }, cells.join(", "))
        };
        let rows: Vec<String> = (0..self.table.rows).map(row).collect();
        let names: Vec<String> =
            columns.iter().map(|(at, _)| format!(", \"{}\"", self.catalog.fields()[*at].name)).collect();
        format!("INSERT INTO firms (firm{}) VALUES {}", names.concat(), rows.join(", "))
    }

    fn cell(&self, field: usize, kind: &Type, row: usize) -> String {
        let codes = |kind: &Type| match kind {
            Type::Code(vocabulary) | Type::CodeSet(vocabulary) => {
                self.catalog.vocabulary(*vocabulary).codes()
            }
            _ => &[][..],
        };
        match self.table.value(&self.catalog, field as u16, row) {
            None => "NULL".to_owned(),
            Some(Value::Bool(value)) => value.to_string(),
            Some(Value::Number(number)) => number.to_string(),
            Some(Value::Date(day)) => format!("DATE '{day}'"),
            Some(Value::Code(code)) => format!("'{}'", codes(kind)[usize::from(code)].code),
            Some(Value::Codes(set)) => {
                let all: Vec<&str> =
                    set.codes().map(|code| codes(kind)[usize::from(code)].code.as_str()).collect();
                format!("'|{}|'", all.join("|"))
            }
            Some(Value::Text(text)) => format!("'{}'", text.replace('\'', "''")),
        }
    }
}
