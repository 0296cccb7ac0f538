//! JSON: a list of objects, an object with one list in it, or one object a line.

use crate::{COLUMNS_MAX, row::Row, too_many_columns};
use domain::finding::Finding;
use serde_json::Value;

/// No objects are deeper within objects.
const DEPTH_MAX: usize = 8;

/// The objects as rows; `a.b` is the column of what stands in `b` of `a`.
pub fn rows(text: &str) -> Result<Vec<Row>, Finding> {
    let objects = match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(list)) => list,
        Ok(Value::Object(object)) => {
            let mut lists: Vec<Vec<Value>> = Vec::new();
            for value in object.values() {
                if let Value::Array(list) = value
                    && list.iter().all(Value::is_object)
                {
                    lists.push(list.clone());
                }
            }
            match (lists.len(), lists.pop()) {
                (1, Some(list)) if !list.is_empty() => list,
                _ => vec![Value::Object(object)],
            }
        }
        Ok(_) => {
            return Err(Finding::of_file(
                "it is no list of objects",
                "deliver `[{…}, {…}]` or an object a line",
            ));
        }
        Err(whole) => lines(text).map_err(|fault| fault.unwrap_or_else(|| told(&whole)))?,
    };
    let mut rows = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        let number = at as u64 + 1;
        if !object.is_object() {
            return Err(Finding::of_row(number, "it is no object", "every voice is an object: `{\"…\": …}`"));
        }
        let mut row = Row { number, ..Row::default() };
        put(&mut row, ("", object), 0)?;
        rows.push(row);
    }
    Ok(rows)
}

/// One object a line; none where the first line is no object, so that the text is told as a whole.
fn lines(text: &str) -> Result<Vec<Value>, Option<Finding>> {
    let mut objects = Vec::new();
    for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str(line) {
            Ok(value) => objects.push(value),
            Err(_) if objects.is_empty() => return Err(None),
            Err(error) => {
                let what = format!("the line is no JSON: {error}");
                return Err(Some(Finding::of_row(at as u64 + 1, what, "deliver one object a line")));
            }
        }
    }
    Ok(objects)
}

fn told(error: &serde_json::Error) -> Finding {
    let what = format!("it is no JSON: {error}");
    Finding::of_row(error.line() as u64, what, "deliver `[{…}, {…}]` or an object a line")
}

/// Puts a value into its column, those of an object into columns of their own.
fn put(row: &mut Row, (path, value): (&str, &Value), depth: usize) -> Result<(), Finding> {
    match value {
        Value::Object(_) if depth == DEPTH_MAX => {
            let what = format!("objects stand more than {DEPTH_MAX} deep within objects");
            return Err(Finding::of_row(row.number, what, "deliver every voice as one flat object"));
        }
        Value::Object(object) if object.len() > COLUMNS_MAX => return Err(too_many_columns(row.number)),
        Value::Object(object) => {
            for (name, value) in object {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                put(row, (&path, value), depth + 1)?;
            }
        }
        Value::String(text) => row.put(path, text),
        Value::Number(number) => row.put(path, &number.to_string()),
        Value::Bool(flag) => row.put(path, if *flag { "true" } else { "false" }),
        // A list of texts is read as one; what else stands in lists has no column.
        Value::Array(list) => {
            let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            row.put(path, &texts.join("、"));
        }
        Value::Null => {}
    }
    if row.cells.len() > COLUMNS_MAX { Err(too_many_columns(row.number)) } else { Ok(()) }
}
