//! `facts.toml` of all layers: what rules may ask for.

use super::{
    kind::{KindWord, Written},
    names::{Names, check_free},
    vocabularies::{self, Beside, VocabularyRow},
    words::check_words,
};
use crate::{
    document::{Document, Located, Place},
    heads::Layer,
    layers::{BY_NAME, Joined, Nothing},
    problem::{Problem, Problems},
};
use rules::catalog::{Catalog, ChildTable, Field, Type, Words};
use serde::Deserialize;
use std::collections::BTreeSet;

/// Most earlier periods of one field.
const PRIOR_MAX: u8 = 24;
/// Most fields, those of earlier periods among them.
const FIELDS_MAX: usize = 10_000;
/// Most child tables.
const TABLES_MAX: usize = 500;

/// A row of `facts.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldRow {
    name: String,
    #[serde(rename = "type")]
    kind: KindWord,
    #[serde(default)]
    unit: Option<String>,
    #[serde(default)]
    scale: Option<u8>,
    #[serde(default)]
    vocabulary: Option<String>,
    #[serde(default)]
    prior: u8,
    #[serde(default)]
    label: Words,
    #[serde(default)]
    question: Words,
    #[serde(default)]
    dataset: String,
    #[serde(default)]
    act: bool,
}

/// A child table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TableRow {
    name: String,
    #[serde(default)]
    label: Words,
    #[serde(default)]
    field: Vec<FieldRow>,
}

/// The catalog, and what about it is not sure.
pub(crate) struct ReadFacts {
    /// Everything that could be read.
    pub catalog: Catalog,
    /// Names whose rows could not be read as a whole; nothing more is said about them.
    pub unsure: BTreeSet<String>,
    /// A file could not be read, so that names may be missing.
    pub incomplete: bool,
    /// Names that are taken.
    pub names: Names,
}

impl ReadFacts {
    /// A catalog that is complete.
    pub(super) fn of(catalog: Catalog) -> Self {
        let names = Names::of(&catalog);
        Self { catalog, unsure: BTreeSet::new(), incomplete: false, names }
    }

    /// Whether a name that is absent may be so because its row could not be read.
    pub(super) fn is_unsure(&self, name: &str) -> bool {
        self.incomplete || self.unsure.contains(name.split('[').next().unwrap_or(name))
    }
}

/// Reads facts that belong to no edition: `--facts FACTS.toml`. Labels may be left out.
///
/// `file` is the name of the file for messages; `beside` reads a file beside it, such as
/// `vocabularies/industry.csv`, and answers its text or what is wrong.
pub fn read(
    file: &str,
    text: &str,
    beside: &dyn Fn(&str) -> Result<String, String>,
) -> (Catalog, Vec<Problem>) {
    let mut problems = Problems::default();
    let mut facts = Facts::new(&[]);
    facts.add("", file, Some(text), &mut problems);
    let read = facts.catalog(beside, false, &mut problems);
    (read.catalog, problems.sorted())
}

/// The rows of all layers, before they make a catalog.
pub(super) struct Facts {
    vocabularies: Joined<VocabularyRow>,
    fields: Joined<FieldRow>,
    tables: Joined<TableRow>,
    incomplete: bool,
}

impl Facts {
    pub fn new(layers: &[Layer]) -> Self {
        Self {
            vocabularies: Joined::new("vocabulary", layers).of_form(BY_NAME),
            fields: Joined::new("field", layers).of_form(BY_NAME),
            tables: Joined::new("table", layers).of_form(BY_NAME),
            incomplete: false,
        }
    }

    /// Adds the file of one layer.
    pub fn add(&mut self, layer: &str, file: &str, text: Option<&str>, problems: &mut Problems) {
        let document =
            text.and_then(|text| Document::parse(file, text, &["vocabulary", "field", "table"], problems));
        let Some(mut document) = document else {
            self.incomplete = true;
            return;
        };
        self.incomplete |= document.may_lack_rows;
        for row in document.take("vocabulary") {
            self.vocabularies.add_row(layer, row, problems);
        }
        for row in document.take("field") {
            self.fields.add_row(layer, row, problems);
        }
        for row in document.take("table") {
            self.tables.add_row(layer, row, problems);
        }
        document.head.read::<Nothing>(problems);
    }

    /// The catalog of all rows. `is_public`: fields need a label in both languages.
    pub fn catalog(self, beside: &Beside<'_>, is_public: bool, problems: &mut Problems) -> ReadFacts {
        let incomplete = self.incomplete
            || self.vocabularies.incomplete
            || self.fields.incomplete
            || self.tables.incomplete;
        let unsure = BTreeSet::new();
        let mut building = Building {
            read: ReadFacts { catalog: Catalog::default(), unsure, incomplete, names: Names::default() },
            is_public,
            problems,
        };
        for (layer, row) in self.vocabularies.layered() {
            let folder = if layer.is_empty() { String::new() } else { format!("{layer}/") };
            vocabularies::add(&row, &folder, beside, &mut building.read.catalog, building.problems);
        }
        for (_, row) in self.fields.layered() {
            building.add_field(&row);
        }
        for (_, row) in self.tables.layered() {
            building.add_table(&row);
        }
        building.read
    }
}

/// A catalog while it is built.
struct Building<'p> {
    read: ReadFacts,
    is_public: bool,
    problems: &'p mut Problems,
}

impl Building<'_> {
    fn add_field(&mut self, row: &Located<FieldRow>) {
        let (field, place) = (&row.value, &row.place);
        if !row.is_whole() {
            self.read.unsure.extend([field.name.clone(), field.label.zh.clone()]);
        }
        if !row.is_sure("name") || !row.is_sure("type") || self.is_full(place) {
            return;
        }
        self.take_name(&field.name, &field.label, place);
        let Some(kind) = self.kind(field, place, "") else { return };
        if field.prior > PRIOR_MAX {
            let what = format!("the field `{}` has {} earlier periods", field.name, field.prior);
            self.problems.at(place, "prior", what, format!("ask for at most {PRIOR_MAX}"));
        }
        for period in 0..=field.prior.min(PRIOR_MAX) {
            let added = earlier(&Self::field(field, kind.clone()), period);
            if self.read.catalog.add_field(added).is_err() {
                let what = format!("the field `{}` stands twice", field.name);
                self.problems.at(place, "name", what, "give every field its own name");
            }
        }
    }

    fn add_table(&mut self, row: &Located<TableRow>) {
        let (table, place) = (&row.value, &row.place);
        if !row.is_whole() {
            self.read.unsure.extend([table.name.clone(), table.label.zh.clone()]);
        }
        if !row.is_sure("name") || self.is_full(place) {
            return;
        }
        self.take_name(&table.name, &table.label, place);
        let mut fields: Vec<Field> = Vec::new();
        for (at, field) in table.field.iter().enumerate() {
            let prefix = format!("field.{at}.");
            if !row.is_whole() && !place.has(&format!("{prefix}type")) {
                continue;
            }
            if !crate::spelling::is_word(&field.name) {
                let what = format!("`{}` cannot be an identifier", field.name);
                self.problems.at(
                    place,
                    &format!("{prefix}name"),
                    what,
                    "write lower-case ASCII words joined by _",
                );
            }
            if fields.iter().any(|other| other.name == field.name) {
                let what = format!("the field `{}` stands twice in `{}`", field.name, table.name);
                self.problems.at(place, &format!("{prefix}name"), what, "give every field its own name");
            }
            if field.prior > 0 {
                let what = "a field of a child table has no earlier periods";
                self.problems.at(
                    place,
                    &format!("{prefix}prior"),
                    what,
                    "add a field for the period to the table",
                );
            }
            self.check_words(&field.label, place, &format!("{prefix}label"));
            for (word, name) in [(&field.name, "name"), (&field.label.zh, "label.zh")] {
                if !word.is_empty() {
                    check_free(word, place, &format!("{prefix}{name}"), self.problems);
                }
            }
            if let Some(kind) = self.kind(field, place, &prefix) {
                fields.push(Self::field(field, kind));
            }
        }
        if fields.is_empty() && row.is_sure("field") {
            let what = format!("the table `{}` has no field", table.name);
            self.problems.at(place, "name", what, "add [[table.field]] rows");
        }
        self.read.catalog.add_table(ChildTable {
            name: table.name.clone(),
            label: table.label.clone(),
            fields,
        });
    }

    fn field(row: &FieldRow, kind: Type) -> Field {
        Field {
            name: row.name.clone(),
            label: row.label.clone(),
            kind,
            question: row.question.clone(),
            dataset: row.dataset.clone(),
            can_act: row.act,
        }
    }

    fn kind(&mut self, row: &FieldRow, place: &Place, prefix: &str) -> Option<Type> {
        let written = Written {
            kind: row.kind,
            unit: row.unit.as_deref(),
            scale: row.scale,
            vocabulary: row.vocabulary.as_deref(),
        };
        if row.question != Words::default() {
            check_words(&row.question, place, &format!("{prefix}question"), self.problems);
        }
        let kind = written.kind(&self.read.catalog, (place, prefix), self.problems);
        if kind.is_none() {
            self.read.unsure.extend([row.name.clone(), row.label.zh.clone()]);
        }
        kind
    }

    fn take_name(&mut self, name: &str, label: &Words, place: &Place) {
        self.check_words(label, place, "label");
        self.read.names.take((name, &label.zh), place, self.problems);
    }

    fn check_words(&mut self, label: &Words, place: &Place, field: &str) {
        if self.is_public {
            check_words(label, place, field, self.problems);
        }
    }

    fn is_full(&mut self, place: &Place) -> bool {
        let catalog = &self.read.catalog;
        let is_full = catalog.fields().len() + usize::from(PRIOR_MAX) >= FIELDS_MAX
            || catalog.tables().len() >= TABLES_MAX;
        if is_full {
            let what = format!("there are more than {FIELDS_MAX} fields or {TABLES_MAX} tables");
            self.problems.at(place, "", what, "remove what no rule asks for");
        }
        is_full
    }
}

/// The field of an earlier period: `revenue[-1]`.
fn earlier(field: &Field, period: u8) -> Field {
    let mark = |text: &str| if text.is_empty() { String::new() } else { format!("{text}[-{period}]") };
    if period == 0 {
        return field.clone();
    }
    let label = Words { zh: mark(&field.label.zh), en: mark(&field.label.en) };
    Field { name: mark(&field.name), label, ..field.clone() }
}
