//! Texts for people, in both languages.

use crate::{document::Place, problem::Problems};
use rules::catalog::Words;

/// Both languages are filled; a blank text that stands in the file was reported where it stands.
pub(super) fn check_words(words: &Words, place: &Place, field: &str, problems: &mut Problems) {
    let lacks = |text: &str, language: &str| text.is_empty() && !place.has(&format!("{field}.{language}"));
    if lacks(&words.zh, "zh") || lacks(&words.en, "en") {
        let what = format!("`{field}` lacks a language");
        problems.at(place, field, what, format!("write {field} = {{ zh = \"…\", en = \"…\" }}"));
    }
}

/// A text such as a citation is there.
pub(super) fn check_filled(text: &str, place: &Place, field: &str, problems: &mut Problems) {
    // A blank text that stands in the file was reported where it stands.
    if text.trim().is_empty() && !place.has(field) {
        let name = field.rsplit('.').next().unwrap_or(field);
        let hint = match name {
            "cite" => "add the clause it rests on: cite = \"art. 3\"",
            "document" => "add title or number of the document it rests on: document = \"…\"",
            _ => "add it",
        };
        problems.at(place, field, format!("`{field}` is missing"), hint);
    }
}
