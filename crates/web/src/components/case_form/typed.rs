//! What was typed into a form, as browsers send it: each field with all its values. It is what drafts keep.

use super::{Ground, control};
use domain::{
    Language,
    mechanism::{FieldValue, Form, FormField, FormFieldKind},
};
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

    /// Values as somebody would type them.
    pub fn of(
        ground: Ground<'_>,
        language: Language,
        form: &Form,
        values: &BTreeMap<String, FieldValue>,
    ) -> Self {
        let mut typed = Self::default();
        for field in &form.fields {
            if let Some(value) = values.get(&field.name) {
                typed.write(ground, language, field, value);
            }
        }
        typed
    }

    fn write(&mut self, ground: Ground<'_>, language: Language, field: &FormField, value: &FieldValue) {
        match (value, field.kind) {
            (FieldValue::Bool(value), _) => self.add(&field.name, value.to_string()),
            (FieldValue::Whole(value), _) => self.add(&field.name, value.to_string()),
            (FieldValue::Texts(values), _) => {
                values.iter().for_each(|value| self.add(&field.name, value.clone()));
            }
            (FieldValue::Text(text), FormFieldKind::Period) => {
                let digits = text.bytes().take_while(u8::is_ascii_digit).count();
                let (count, unit) = text.split_at(digits);
                self.add(&field.name, count.to_owned());
                self.add(&format!("{}{UNIT}", field.name), unit.to_owned());
            }
            (FieldValue::Text(text), FormFieldKind::Organization) => {
                self.add(&field.name, control::organization_name(ground.edition, language, text));
            }
            (FieldValue::Text(text), _) => self.add(&field.name, text.clone()),
        }
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

    fn add(&mut self, field: &str, value: String) {
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
