//! Rows of several layers joined into one list: a child adds, and replaces only by naming what it replaces.

use crate::{
    document::{Document, Located, Place, Row},
    heads::Layer,
    problem::Problems,
    spelling::{did_you_mean, is_name, is_word},
    tree::Tree,
};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;

/// The joined rows of one kind.
pub(crate) struct Joined<T> {
    /// Noun for messages: `organisation`.
    noun: &'static str,
    rows: Vec<Entry<T>>,
    /// Every identifier that stands in a file, even where its row could not be read.
    pub known: BTreeSet<String>,
    /// A file or an identifier could not be read, so that `known` may lack something.
    pub incomplete: bool,
    form: Form,
}

/// What identifies the rows of one kind, and how it is written.
#[derive(Clone, Copy)]
pub(crate) struct Form {
    key: &'static str,
    fits: fn(&str) -> bool,
    hint: &'static str,
}

/// `id = "growth-fund"`.
const BY_ID: Form = Form {
    key: "id",
    fits: is_name,
    hint: "write lower-case ASCII words joined by hyphens, at most 64 characters",
};
/// `name = "taxable_income"`.
pub(crate) const BY_NAME: Form = Form {
    key: "name",
    fits: is_word,
    hint: "write lower-case ASCII words joined by _, at most 64 characters, a letter first",
};

/// An identifier, the layer that holds it, and its row where that could be read.
struct Entry<T> {
    id: String,
    layer: String,
    place: Place,
    row: Option<Located<T>>,
}

impl<T> Joined<T> {
    /// No rows yet.
    ///
    /// Where the chain of `layers` is broken, rows of the upper ones may be lacking.
    pub fn new(noun: &'static str, layers: &[Layer]) -> Self {
        let incomplete = layers.iter().any(|layer| layer.above_unknown);
        Self { noun, rows: Vec::new(), known: BTreeSet::new(), incomplete, form: BY_ID }
    }

    /// The same with another form of identifier.
    pub fn of_form(self, form: Form) -> Self {
        Self { form, ..self }
    }

    /// The rows that could be read, if only in part, upper layers first.
    pub fn rows(&self) -> impl Iterator<Item = &Located<T>> {
        self.rows.iter().filter_map(|entry| entry.row.as_ref())
    }

    /// The rows that could be read, if only in part, each with the layer that holds it.
    pub fn layered(self) -> impl Iterator<Item = (String, Located<T>)> {
        self.rows.into_iter().filter_map(|entry| Some((entry.layer, entry.row?)))
    }

    /// The values of the rows without a fault.
    pub fn into_values(self) -> Vec<T> {
        let rows = self.rows.into_iter().filter_map(|entry| entry.row);
        rows.filter(Located::is_whole).map(|row| row.value).collect()
    }

    /// Puts a row in its place: a new one at the end, one that replaces another in its stead.
    pub fn put(
        &mut self,
        layer: &str,
        (id, place): (String, Place),
        replaces: Option<String>,
        row: Option<Located<T>>,
        problems: &mut Problems,
    ) {
        self.known.insert(id.clone());
        let key = self.form.key;
        if !(self.form.fits)(&id) {
            problems.at(&place, key, format!("`{id}` cannot be an identifier"), self.form.hint);
        }
        let entry = Entry { id, layer: layer.to_owned(), place, row };
        let (id, place) = (&entry.id, &entry.place);
        let holder = self.rows.iter().position(|held| held.id == *id);
        let noun = self.noun;
        match (holder, replaces) {
            (None, None) => self.rows.push(entry),
            (Some(at), Some(upper)) if self.rows[at].layer == upper && upper != layer => {
                self.rows[at] = entry;
            }
            (None, Some(_)) if self.incomplete => self.rows.push(entry),
            (_, Some(upper)) => {
                let what = format!("`replaces` names nothing: `{upper}` has no {noun} `{id}`");
                let layers: BTreeSet<&str> = self.rows.iter().map(|held| held.layer.as_str()).collect();
                let hint =
                    did_you_mean(&upper, layers, "name the parent edition that has it, or remove `replaces`");
                problems.at(place, "replaces", what, hint);
                if holder.is_none() {
                    self.rows.push(entry);
                }
            }
            (Some(at), None) => {
                let held = &self.rows[at];
                let what = format!(
                    "the {noun} `{id}` is already at {}:{}",
                    held.place.file,
                    held.place.line_of(key)
                );
                let hint = if held.layer == layer {
                    format!("give every row its own {key}")
                } else {
                    format!("give the row its own {key}, or add replaces = \"{}\"", held.layer)
                };
                problems.at(place, key, what, hint);
            }
        }
    }
}

impl<T: DeserializeOwned> Joined<T> {
    /// Adds the rows of one layer's file; a layer need not have the file.
    pub fn add_layer(
        &mut self,
        tree: &Tree,
        layer: &str,
        name: &str,
        list: &'static str,
        problems: &mut Problems,
    ) {
        let file = format!("{layer}/{name}");
        if !tree.holds(&file) {
            return;
        }
        let document = tree.text(&file).and_then(|text| Document::parse(&file, text, &[list], problems));
        let Some(mut document) = document else {
            self.incomplete = true;
            return;
        };
        self.incomplete |= document.may_lack_rows;
        for row in document.take(list) {
            self.add_row(layer, row, problems);
        }
        document.head.read::<Nothing>(problems);
    }

    /// Adds one row of a layer.
    pub fn add_row(&mut self, layer: &str, mut row: Row<'_>, problems: &mut Problems) {
        let replaces = row.take_text("replaces");
        let id = row.text(self.form.key).map(str::to_owned);
        let read = row.read::<T>(problems);
        match id {
            Some(id) => self.put(layer, (id, row.place), replaces, read, problems),
            None => self.incomplete = true,
        }
    }
}

/// What stands outside the rows of a list: nothing.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}
