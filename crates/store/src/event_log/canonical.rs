//! The exact bytes that are hashed, so that anybody can recompute the chain.
//!
//! hash = SHA-256 over nine fields, each written as its length in bytes (eight bytes, big-endian) and then its
//! UTF-8 bytes: the format name `liangjian-event-1`, previous_hash, sequence, stream, version, kind, actor,
//! recorded_at, payload. Sequence and version are decimal digits. recorded_at is RFC 3339 in UTC with six
//! decimals and `Z`. The payload is canonical JSON: no spaces, object keys sorted by their UTF-8 bytes, strings
//! escaped as serde_json does (`"`, `\` and control characters only), numbers whole. The previous_hash of event 1
//! is 64 zeros.
//!
//! A leaf of the tree, and a line of an export, is the canonical JSON of an object of all nine fields of an event:
//! actor, hash, kind, payload, previous_hash, recorded_at, sequence, stream, version.

use super::EventRow;
use crate::{StoreError, digest::sha256_of_fields};
use chrono::{DateTime, Datelike, SecondsFormat, Utc};
use serde_json::Value;

const FORMAT: &str = "liangjian-event-1";
const DEPTH_MAX: u16 = 64;

/// The hash of an event, from the texts as they are stored.
pub fn event_hash(row: &EventRow) -> String {
    let (sequence, version) = (row.sequence.to_string(), row.version.to_string());
    sha256_of_fields([
        FORMAT, &row.previous_hash, &sequence, &row.stream, &version, &row.kind, &row.actor,
        &row.recorded_at, &row.payload,
    ])
}

/// The leaf of an event, from the texts as they are stored.
pub fn event_line(row: &EventRow) -> String {
    let text = |text: &str| Value::from(text).to_string();
    format!(
        r#"{{"actor":{},"hash":{},"kind":{},"payload":{},"previous_hash":{},"recorded_at":{},"sequence":{},"stream":{},"version":{}}}"#,
        text(&row.actor),
        text(&row.hash),
        text(&row.kind),
        row.payload,
        text(&row.previous_hash),
        text(&row.recorded_at),
        row.sequence,
        text(&row.stream),
        row.version
    )
}

/// A time as it is stored and hashed: `2026-11-21T08:00:00.000000Z`. These texts sort as the times do.
pub fn recorded_text(at: DateTime<Utc>) -> Result<String, StoreError> {
    if !(1..=9999).contains(&at.year()) {
        return Err(StoreError::Invalid(format!("the time {at} cannot be recorded · correct the clock")));
    }
    Ok(at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

/// The one JSON text of a value; fails with what is wrong and what to write instead.
pub fn canonical_json(value: &Value) -> Result<String, String> {
    let mut text = String::new();
    write_value(&mut text, value, 0)?;
    Ok(text)
}

fn write_value(text: &mut String, value: &Value, depth: u16) -> Result<(), String> {
    if depth > DEPTH_MAX {
        return Err(format!("it is nested deeper than {DEPTH_MAX} levels · flatten it"));
    }
    match value {
        Value::Number(number) if !(number.is_i64() || number.is_u64()) => {
            return Err(format!("the number {number} is not whole · write amounts in fen, decimals as text"));
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                write_value(text, item, depth + 1)?;
            }
            text.push(']');
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by(|a, b| a.0.cmp(b.0));
            text.push('{');
            for (index, (key, item)) in fields.into_iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write_value(text, item, depth + 1)?;
            }
            text.push('}');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            text.push_str(&value.to_string());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_order_of_keys_does_not_change_the_canonical_text() {
        let one = canonical_json(&json!({"b": [1, null, "温州\n\u{0}"], "a": {"z": true, "y": -2}})).unwrap();
        let other: Value =
            serde_json::from_str(r#"{ "a": {"y":-2,"z":true}, "b":[1,null,"\u6e29\u5dde\n\u0000"] }"#)
                .unwrap();
        assert_eq!(one, r#"{"a":{"y":-2,"z":true},"b":[1,null,"温州\n\u0000"]}"#);
        assert_eq!(canonical_json(&other).unwrap(), one);
    }

    #[test]
    fn a_number_that_is_not_whole_is_refused_with_what_to_write() {
        let problem = canonical_json(&json!({"ratio": 0.1})).unwrap_err();
        assert!(problem.contains("0.1") && problem.contains("as text"), "{problem}");
    }

    #[test]
    fn a_value_nested_too_deeply_is_refused() {
        let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
        assert!(canonical_json(&deep).unwrap_err().contains("nested deeper"));
    }

    #[test]
    fn times_outside_four_digit_years_are_refused() {
        assert!(recorded_text(DateTime::<Utc>::MAX_UTC).unwrap_err().to_string().contains("clock"));
    }
}
