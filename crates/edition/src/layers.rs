//! Rows of several layers joined into one list: a child adds, and replaces only by naming what it replaces.

use crate::{
    document::{Document, Located, Place, Row},
    heads::Layer,
    problem::Problems,
    spelling::{did_you_mean, is_name},
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
}

/// An identifier, the layer that holds it, and its row where that could be read.
struct Entry<T> {
    id: String,
    layer: String,
    place: Place,
    row: Option<Located<T>>,
}

impl<T: DeserializeOwned> Joined<T> {
    /// No rows yet.
    ///
    /// Where the chain of `layers` is broken, rows of the upper ones may be lacking.
    pub fn new(noun: &'static str, layers: &[Layer]) -> Self {
        let incomplete = layers.iter().any(|layer| layer.above_unknown);
        Self { noun, rows: Vec::new(), known: BTreeSet::new(), incomplete }
    }

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

    /// The rows that could be read, if only in part, upper layers first.
    pub fn rows(&self) -> impl Iterator<Item = &Located<T>> {
        self.rows.iter().filter_map(|entry| entry.row.as_ref())
    }

    /// The values of the rows without a fault.
    pub fn into_values(self) -> Vec<T> {
        let rows = self.rows.into_iter().filter_map(|entry| entry.row);
        rows.filter(Located::is_whole).map(|row| row.value).collect()
    }

    fn add_row(&mut self, layer: &str, mut row: Row<'_>, problems: &mut Problems) {
        let replaces = row.take_text("replaces");
        let id = row.text("id").map(str::to_owned);
        let read = row.read::<T>(problems);
        let Some(id) = id else {
            self.incomplete = true;
            return;
        };
        self.known.insert(id.clone());
        if !is_name(&id) {
            let what = format!("`{id}` cannot be an identifier");
            problems.at(
                &row.place,
                "id",
                what,
                "write lower-case ASCII words joined by hyphens, at most 64 characters",
            );
        }
        let entry = Entry { id, layer: layer.to_owned(), place: row.place, row: read };
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
                    held.place.line_of("id")
                );
                let hint = if held.layer == layer {
                    "give every row its own id".to_owned()
                } else {
                    format!("give the row its own id, or add replaces = \"{}\"", held.layer)
                };
                problems.at(place, "id", what, hint);
            }
        }
    }
}

/// What stands outside the rows of a list: nothing.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}
