//! What a reader can choose in a filter, and the words asked for.

use chrono::{Datelike as _, NaiveDate};

/// Characters of a query that are read; the rest is cut.
pub const QUERY_LENGTH_MAX: usize = 100;

/// An entry of a choice.
#[derive(Debug)]
pub struct Choice {
    /// What the form sends.
    pub value: String,
    /// What the reader sees.
    pub label: String,
    /// True for the one that was chosen.
    pub chosen: bool,
}

impl Choice {
    /// An entry; chosen when it is what was asked for.
    pub fn new(value: impl Into<String>, label: impl Into<String>, asked: &str) -> Self {
        let value = value.into();
        let chosen = value == asked;
        Self { value, label: label.into(), chosen }
    }
}

/// A query without control characters and outer spaces, cut to its greatest length; true when something was
/// cut off.
pub fn cut(query: &str) -> (String, bool) {
    let visible: String = query.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let query = visible.trim();
    match query.char_indices().nth(QUERY_LENGTH_MAX) {
        Some((end, _)) => (query[..end].trim_end().to_owned(), true),
        None => (query.to_owned(), false),
    }
}

/// A value as it stands in an address.
pub fn encoded(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(letter).collect()
}

/// A day as typed; none where it is none, or of a year with other than four digits, which rows could not order and the
/// calendar of some moments does not reach.
pub fn day(typed: &str) -> Option<NaiveDate> {
    typed.trim().parse().ok().filter(|day: &NaiveDate| (1900..3000).contains(&day.year()))
}

#[cfg(test)]
mod tests {
    use super::{cut, day};

    #[test]
    fn a_day_has_a_year_of_four_digits() {
        assert!(day(" 2026-11-21 ").is_some());
        for typed in
            ["", "tomorrow", "262142-12-31", "+262142-12-31", "-0001-01-01", "0000-01-01", "2026-02-30"]
        {
            assert_eq!(day(typed), None, "{typed}");
        }
    }

    #[test]
    fn a_query_is_cut_at_characters_not_bytes() {
        let (kept, was_cut) = cut(&"\u{4fe1}".repeat(101));
        assert!(was_cut);
        assert_eq!(kept.chars().count(), 100);
        assert_eq!(cut(" ab "), ("ab".to_owned(), false));
        assert_eq!(cut("\0a\u{1b}b\n"), ("a b".to_owned(), false));
    }
}
