//! What was typed into a form, as browsers send it: each field with all its values. It is what drafts keep.

use domain::mechanism::{FieldValue, Form};
use std::collections::BTreeMap;

/// What the names of fields begin with, so that none is taken for a part of the page.
const PREFIX: &str = "f.";
/// What the name of the unit of a period ends with.
pub(super) const UNIT: &str = ".unit";

/// The name of a field in HTML.
pub(super) fn name_of(field: &str) -> String {
    format!("{PREFIX}{field}")
}

/// What was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed(BTreeMap<String, Vec<String>>);

impl Typed {
    /// What a browser sent; what belongs to no form is left out.
    pub fn sent(pairs: &[(String, String)]) -> Self {
        let mut typed = Self::default();
        for (name, value) in pairs {
            if let Some(field) = name.strip_prefix(PREFIX) {
                typed.add(field, value.clone());
            }
        }
        typed
    }

    /// What was typed as values, unread: how a draft is kept.
    pub fn kept(&self) -> BTreeMap<String, FieldValue> {
        let value = |values: &Vec<String>| FieldValue::Texts(values.clone());
        self.0.iter().map(|(name, values)| (name.clone(), value(values))).collect()
    }

    /// A draft as it was kept.
    pub fn of_draft(kept: &BTreeMap<String, FieldValue>) -> Self {
        let texts = |value: &FieldValue| match value {
            FieldValue::Texts(texts) => texts.clone(),
            FieldValue::Text(text) => vec![text.clone()],
            FieldValue::Whole(value) => vec![value.to_string()],
            FieldValue::Bool(value) => vec![value.to_string()],
        };
        Self(kept.iter().map(|(name, value)| (name.clone(), texts(value))).collect())
    }

    /// Writes a value where nothing was typed.
    pub fn suggest(&mut self, field: &str, value: &str) {
        if self.one(field).is_empty() {
            self.0.insert(field.to_owned(), vec![value.to_owned()]);
        }
    }

    /// What stands in a form at first, before anybody has typed.
    pub fn at_first(form: Option<&Form>) -> Self {
        let mut typed = Self::default();
        for field in form.into_iter().flat_map(|form| &form.fields) {
            if let Some(value) = &field.default {
                typed.suggest(&field.name, value);
            }
        }
        typed
    }

    /// Drops what was typed in a field that the form does not ask for.
    pub fn forget(&mut self, field: &str) {
        self.0.retain(|name, _| name != field);
    }

    pub(super) fn add(&mut self, field: &str, value: String) {
        self.0.entry(field.to_owned()).or_default().push(value);
    }

    /// The last value of a field; empty where there is none.
    pub fn one(&self, field: &str) -> &str {
        self.all(field).last().map_or("", String::as_str)
    }

    /// All values of a field.
    pub fn all(&self, field: &str) -> &[String] {
        self.0.get(field).map_or(&[], Vec::as_slice)
    }

    /// The fields that were sent.
    #[cfg(test)]
    pub fn fields(&self) -> impl Iterator<Item = &String> {
        self.0.keys()
    }
}
