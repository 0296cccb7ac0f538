//! `text.toml` of a mechanism: what its messages say, in both languages.

use crate::{
    document::{Document, Place},
    layers::Nothing,
    problem::Problems,
    spelling::did_you_mean,
    tree::Tree,
};
use domain::{Bilingual, mechanism::Mechanism};
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a message may name besides the fields of forms.
const OF_THE_CASE: [&str; 5] = ["case", "stage", "unit", "due", "today"];

/// A row of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageRow {
    id: String,
    text: Bilingual,
}

/// Reads the texts and puts them into the messages; every message needs one.
pub(super) fn read(
    tree: &Tree,
    folder: &str,
    (mechanism, place): (&mut Mechanism, &Place),
    problems: &mut Problems,
) {
    let file = format!("{folder}/text.toml");
    if mechanism.notices.is_empty() && !tree.holds(&file) {
        return;
    }
    if !tree.holds(&file) && !tree.is_closed(folder) {
        let hint = "add the file with a [[notice]] for each; docs/guide/mechanisms.md shows its form";
        problems.in_file(&file, "the messages have no texts", hint);
    }
    let document = tree.text(&file).and_then(|text| Document::parse(&file, text, &["notice"], problems));
    let Some(mut document) = document else { return };
    document.head.read::<Nothing>(problems);
    let fields: BTreeSet<String> =
        mechanism.forms.iter().flat_map(|form| &form.fields).map(|field| field.name.clone()).collect();
    for row in document.take("notice") {
        let Some(located) = row.read::<MessageRow>(problems) else { continue };
        let MessageRow { id, text } = located.value;
        for (field, said) in [("text.zh", &text.zh), ("text.en", &text.en)] {
            check_names(said, &fields, |what, hint| problems.at(&located.place, field, what, hint));
        }
        match mechanism.notices.iter_mut().find(|notice| notice.id == id) {
            Some(notice) => notice.text = text,
            None => {
                let known = mechanism.notices.iter().map(|notice| notice.id.as_str());
                let hint = did_you_mean(&id, known, "remove the text, or add the message to mechanism.toml");
                problems.at(&located.place, "id", format!("no message is called `{id}`"), hint);
            }
        }
    }
    for (at, notice) in mechanism.notices.iter().enumerate() {
        if notice.text.zh.is_empty() && !document.may_lack_rows {
            let what = format!("the message `{}` has no text", notice.id);
            problems.at(place, &format!("notice.{at}.id"), what, "add it to text.toml");
        }
    }
}

/// Every name in braces must be a field of a form, or something every case has.
fn check_names(text: &str, fields: &BTreeSet<String>, mut tell: impl FnMut(String, String)) {
    for part in text.split('{').skip(1) {
        let Some((name, _)) = part.split_once('}') else {
            tell("a brace is not closed".to_owned(), "write {name}".to_owned());
            continue;
        };
        if !fields.contains(name) && !OF_THE_CASE.contains(&name) {
            let known = fields.iter().map(String::as_str).chain(OF_THE_CASE);
            let hint = did_you_mean(name, known, "name a field of a form, or case, stage, unit, due, today");
            tell(format!("`{{{name}}}` stands for nothing"), hint);
        }
    }
}
