//! One firm from JSON: `{"taxable_income": "300万", "staff_mean": 12, "hires": [{"months": 6}]}`.

use super::{Finding, Findings, cell::CellFault, column::GrowingColumn, finding::shown, object::object};
use rules::{
    catalog::{Catalog, Field},
    number::may_have_lost_digits,
    spelling::did_you_mean,
    table::{Bits, Children, Column, Table},
};
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Names that may stand beside the facts.
const NAMES: [&str; 3] = ["firm", "uscc", "name"];

/// The table of one firm; what is absent or null is unknown. Every fault where there is one.
pub fn firm_of_json(text: &str, catalog: &Catalog) -> Result<Table, Findings> {
    let (facts, twice) = object(text).map_err(|error| {
        let hint = "write one object: {\"taxable_income\": \"300万\", …}";
        Findings::of(Finding::of_row(error.line() as u64, format!("it is no JSON object: {error}"), hint))
    })?;
    let mut findings = Findings::default();
    for name in twice {
        let what = format!("`{}` stands twice", shown(&name));
        findings.add(Finding::of_file(what, "write every fact once").in_column(&name));
    }
    let mut delivered: HashMap<usize, &String> = HashMap::new();
    let mut table = Table::unknown(catalog, 1);
    table.children = catalog.tables().iter().map(|child| unknown_rows(child.fields.len())).collect();
    for (name, value) in &facts {
        if let Some(field) = catalog.find(name) {
            let field = usize::from(field);
            if let Some(before) = delivered.insert(field, name) {
                let what = format!("`{}` and `{}` are the same fact", shown(before), shown(name));
                findings.add(Finding::of_file(what, "write every fact once").in_column(name));
            }
            match column(catalog, &catalog.fields()[field], [Some(value)]) {
                Ok(column) => table.columns[field] = column,
                Err(fault) => findings.add(Finding::of_file(fault.what, fault.hint).in_column(name)),
            }
        } else if let Some(child) = catalog.find_table(name) {
            let child = usize::from(child);
            if let Some(rows) = rows(catalog, child, value, &mut findings) {
                table.children[child] = rows;
            }
        } else if !NAMES.contains(&name.as_str()) {
            let fields = catalog.fields().iter().map(|field| field.name.as_str());
            let names = fields.chain(catalog.tables().iter().map(|table| table.name.as_str()));
            let hint = did_you_mean(name, names, "declare it with the facts");
            findings
                .add(Finding::of_file(format!("there is no fact `{}`", shown(name)), hint).in_column(name));
        }
    }
    if findings.error_count > 0 { Err(findings) } else { Ok(table) }
}

fn unknown_rows(fields: usize) -> Children {
    let columns = (0..fields).map(|_| Column::absent(0)).collect();
    Children { known: Bits::filled(1, false), ends: vec![0], columns }
}

/// A value as a cell would write it.
fn written(value: &Value) -> Result<String, CellFault> {
    match value {
        Value::Null => Ok(String::new()),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Number(value) if may_have_lost_digits(&value.to_string()) => Err(CellFault::new(
            "a JSON number of so many digits is not exact",
            "write it as text, such as \"1234567890123456.78\"",
        )),
        Value::Number(value) => Ok(value.to_string()),
        Value::String(text) => Ok(text.clone()),
        Value::Array(codes) => {
            let codes = codes.iter().map(|code| code.as_str().ok_or(())).collect::<Result<Vec<_>, _>>();
            let wrong =
                |()| CellFault::new("the list holds something other than texts", "write a list of codes");
            Ok(format!("|{}|", codes.map_err(wrong)?.join("|")))
        }
        Value::Object(_) => Err(CellFault::new("an object stands here", "write a single value")),
    }
}

fn column<'v>(
    catalog: &Catalog,
    field: &Field,
    values: impl IntoIterator<Item = Option<&'v Value>>,
) -> Result<Column, CellFault> {
    let mut column = GrowingColumn::new(catalog, &field.kind);
    for value in values {
        column.push(&value.map_or(Ok(String::new()), written)?)?;
    }
    Ok(column.finish())
}

fn rows(catalog: &Catalog, child: usize, value: &Value, findings: &mut Findings) -> Option<Children> {
    let table = &catalog.tables()[child];
    let rows: Option<Vec<&Map<String, Value>>> =
        value.as_array().and_then(|rows| rows.iter().map(Value::as_object).collect());
    let Some(rows) = rows else {
        if !value.is_null() {
            let what = format!("`{}` is a list of rows", table.name);
            findings.add(Finding::of_file(what, "write [{…}, {…}]").in_column(&table.name));
        }
        return None;
    };
    for (at, row) in rows.iter().enumerate() {
        let is_known =
            |name: &str| table.fields.iter().any(|field| field.name == name || field.label.zh == name);
        for name in row.keys().filter(|name| !is_known(name)) {
            let what = format!("`{}` has no field `{}`", table.name, shown(name));
            let hint = did_you_mean(
                name,
                table.fields.iter().map(|field| field.name.as_str()),
                "declare it with the child table",
            );
            findings.add(Finding::of_row(at as u64 + 1, what, hint).in_column(&table.name));
        }
    }
    let mut columns = Vec::new();
    for field in &table.fields {
        let values = rows.iter().map(|row| row.get(&field.name).or_else(|| row.get(&field.label.zh)));
        match column(catalog, field, values) {
            Ok(column) => columns.push(column),
            Err(fault) => {
                let place = format!("{}.{}", table.name, field.name);
                findings.add(Finding::of_file(fault.what, fault.hint).in_column(&place));
                columns.push(Column::absent(rows.len()));
            }
        }
    }
    Some(Children { known: Bits::filled(1, true), ends: vec![rows.len() as u32], columns })
}
