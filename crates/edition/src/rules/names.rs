//! Names and Chinese labels of fields, tables, parameters and terms: each means one thing.

use crate::{document::Place, problem::Problems};
use rules::{
    catalog::Catalog,
    syntax::{Kind, NoNames, parse},
};
use std::collections::BTreeMap;

/// Names that are taken, and what they name.
#[derive(Default)]
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    /// The names of a catalog, taken as they are.
    pub fn of(catalog: &Catalog) -> Self {
        let fields = catalog.fields().iter().map(|field| (&field.name, &field.label));
        let tables = catalog.tables().iter().map(|table| (&table.name, &table.label));
        let words = fields.chain(tables).flat_map(|(name, label)| [(name, name), (&label.zh, name)]);
        Self(
            words
                .filter(|(word, _)| !word.is_empty())
                .map(|(word, name)| (word.clone(), name.clone()))
                .collect(),
        )
    }

    /// Takes a name and its Chinese label; both have to be words of the language that mean nothing else.
    pub fn take(&mut self, (name, label): (&str, &str), place: &Place, problems: &mut Problems) {
        for (word, field) in [(name, "name"), (label, "label.zh")] {
            if word.is_empty() {
                continue;
            }
            if !check_free(word, place, field, problems) {
                continue;
            }
            if let Some(other) = self.0.insert(word.to_owned(), name.to_owned()) {
                let what = format!("`{word}` already names `{other}`");
                problems.at(place, field, what, "give everything that rules may name its own name and label");
            }
        }
    }
}

/// Whether a word can name something in an expression; reported where it cannot. `base` is what an amount is
/// taken of.
pub(super) fn check_free(word: &str, place: &Place, field: &str, problems: &mut Problems) -> bool {
    let (tree, faults) = parse(word, &NoNames);
    let is_name = faults.is_empty() && tree.kind == Kind::Name { name: word.to_owned(), prior: 0 };
    if is_name && word != "base" {
        return true;
    }
    let what = format!("`{word}` is no single word, or a word of the rule language");
    problems.at(place, field, what, "write one word of letters, digits and _ that means nothing else");
    false
}
