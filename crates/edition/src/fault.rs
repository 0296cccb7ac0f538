//! Why a row could not be read: the reader's message turned into a place, what is wrong, and what to do.

use crate::{
    document::one_line,
    spelling::{did_you_mean, nearest},
};
use toml::{Spanned, de::DeValue};

/// Why a row could not be read.
pub(crate) struct Fault<'e> {
    /// The message of the reader.
    pub message: &'e str,
    /// The first word of the message in backquotes: a field, a variant, a text.
    pub word: &'e str,
    /// Where in the file, in bytes.
    pub at: usize,
}

impl<'e> Fault<'e> {
    /// Reads the message.
    pub fn of(error: &'e toml::de::Error) -> Self {
        let message = error.message();
        let word = quoted(message).next().unwrap_or_default();
        Self { message, word, at: error.span().map_or(usize::MAX, |span| span.start) }
    }

    /// The entry of a list that the fault is about.
    pub fn entry_of(&self, values: &[Spanned<DeValue<'_>>]) -> Option<usize> {
        let at = values.iter().position(|value| value.span().contains(&self.at));
        at.or_else(|| values.iter().position(|value| value.get_ref().as_str() == Some(self.word)))
    }

    /// What is wrong; the hint names what was expected.
    pub fn what(&self, field: &str, message: &str) -> String {
        let what = one_line(message);
        let what = match what.split_once(", expected") {
            Some((what, _)) if self.is_unknown() => what.to_owned(),
            _ => what,
        };
        if field.is_empty() || self.word == field { what } else { format!("`{field}`: {what}") }
    }

    /// Whether the fault is a field that is not there.
    pub fn is_missing(&self) -> bool {
        self.message.starts_with("missing field")
    }

    /// Whether the fault is a field that should not be there.
    pub fn is_unknown_field(&self) -> bool {
        self.message.starts_with("unknown field")
    }

    /// The first of the words that the field may hold, where it holds nothing.
    pub fn first_variant(&self) -> Option<&'e str> {
        let is_empty = self.word.is_empty() && self.message.starts_with("unknown variant");
        is_empty.then(|| quoted(self.message).nth(1)).flatten()
    }

    /// The known name that an unknown one was probably meant to be.
    pub fn nearest_known(&self) -> Option<&'e str> {
        nearest(self.word, quoted(self.message).skip(1))
    }

    fn is_unknown(&self) -> bool {
        self.is_unknown_field() || self.message.starts_with("unknown variant")
    }

    /// What to do about it.
    pub fn hint(&self, field: &str) -> String {
        if self.message.contains("expected u16") {
            return "write a whole number without a sign, at most 65535".to_owned();
        }
        let forms = [
            ("expected i32", "write a whole number"),
            ("wanted string or table", "write one word in quotes"),
            ("expected a string", "write a text in quotes"),
            ("expected a sequence", "write a list in brackets: [\"…\"]"),
            ("expected struct Bilingual", "write both languages: { zh = \"…\", en = \"…\" }"),
            ("expected struct Words", "write both languages: { zh = \"…\", en = \"…\" }"),
            ("expected struct Effective", "write the days it is in force: { from = \"2023-01-01\" }"),
            ("expected struct Benefit", "write it as a table: [version.benefit]"),
        ];
        if let Some((_, hint)) = forms.iter().find(|(expected, _)| self.message.contains(expected)) {
            return (*hint).to_owned();
        }
        if self.is_unknown() {
            let known: Vec<&str> = quoted(self.message).skip(1).collect();
            let otherwise = format!("known are {}", known.join(", "));
            let otherwise = if known.is_empty() { "remove it" } else { otherwise.as_str() };
            return did_you_mean(self.word, known.iter().copied(), otherwise);
        }
        let form = "write the field in the form it has in editions/sample";
        let hint = match field.rsplit('.').next().unwrap_or(field) {
            "adopted" | "approved" | "effective" | "issued_on" | "deadline" | "until" | "from" | "to"
            | "known_from" | "checked_on" | "as_of" | "known_at" => {
                "write a day of the calendar as \"2023-12-31\""
            }
            "value" => "write the figure as digits in quotes: \"12.5\"",
            _ => form,
        };
        hint.to_owned()
    }
}

/// The words of a message that stand in backquotes.
fn quoted(message: &str) -> impl Iterator<Item = &str> {
    message.split('`').skip(1).step_by(2)
}
