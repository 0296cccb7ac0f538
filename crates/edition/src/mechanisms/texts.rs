//! `text.toml` of a mechanism: what its messages say, in both languages.

use crate::{
    document::{Document, Place},
    problem::Problems,
    spelling::did_you_mean,
    tree::Tree,
};
use domain::{Bilingual, mechanism::Mechanism};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};

/// What a message may name besides the fields of forms.
const OF_THE_CASE: [&str; 5] = ["case", "stage", "unit", "due", "today"];

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Texts {
    #[serde(default)]
    notice: BTreeMap<String, Bilingual>,
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
        let hint = "add the file with a text for each; docs/guide/mechanisms.md shows its form";
        problems.in_file(&file, "the messages have no texts", hint);
    }
    let document = tree.text(&file).and_then(|text| Document::parse(&file, text, &[], problems));
    let Some(located) = document.and_then(|document| document.head.read::<Texts>(problems)) else { return };
    if !located.is_whole() || located.broken {
        return;
    }
    let fields = mechanism.forms.iter().flat_map(|form| &form.fields).map(|field| field.name.clone());
    let clocks: Vec<&str> = mechanism.clocks.iter().map(|clock| clock.id.as_str()).collect();
    let names: BTreeSet<String> = fields.collect();
    for (id, text) in located.value.notice {
        for (language, said) in [("zh", &text.zh), ("en", &text.en)] {
            let field = format!("notice.{id}.{language}");
            check_names(said, (&names, &clocks), |what, hint| {
                problems.at(&located.place, &field, what, hint);
            });
        }
        if let Some(notice) = mechanism.notices.iter_mut().find(|notice| notice.id == id) {
            notice.text = text;
        } else {
            let known = mechanism.notices.iter().map(|notice| notice.id.as_str());
            let hint = did_you_mean(&id, known, "remove the text, or add the message to mechanism.toml");
            let what = format!("no message is called `{id}`");
            problems.at(&located.place, &format!("notice.{id}"), what, hint);
        }
    }
    for (at, notice) in mechanism.notices.iter().enumerate() {
        if notice.text.zh.is_empty() {
            let what = format!("the message `{}` has no text", notice.id);
            problems.at(place, &format!("notice.{at}.id"), what, "add it to text.toml");
        }
    }
}

/// Every name in braces must be a field of a form, the end of clocks (`due:unit`, `due:unit,meeting` for the one that
/// runs), or something every case has.
fn check_names(
    text: &str,
    (fields, clocks): (&BTreeSet<String>, &[&str]),
    mut tell: impl FnMut(String, String),
) {
    for part in text.split('{').skip(1) {
        let Some((name, _)) = part.split_once('}') else {
            tell("a brace is not closed".to_owned(), "write {name}".to_owned());
            continue;
        };
        if let Some(named) = name.strip_prefix("due:") {
            for clock in named.split(',').filter(|clock| !clocks.contains(clock)) {
                let hint = did_you_mean(clock, clocks.iter().copied(), "name a clock of the mechanism");
                tell(format!("`{{{name}}}`: there is no clock `{clock}`"), hint);
            }
        } else if name == "due" && clocks.len() > 1 {
            // Which of them is meant would be left to chance.
            let what = "`{due}` does not say which clock is meant".to_owned();
            tell(what, format!("write {{due:{}}} with the clock it means", clocks.join("} or {due:")));
        } else if !fields.contains(name) && !OF_THE_CASE.contains(&name) {
            let known = fields.iter().map(String::as_str).chain(OF_THE_CASE);
            let hint = "name a field of a form, due:<clock>, or case, stage, unit, due, today";
            tell(format!("`{{{name}}}` stands for nothing"), did_you_mean(name, known, hint));
        }
    }
}
