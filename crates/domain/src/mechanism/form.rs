//! The forms of a mechanism. Their fields are those of the one field system: what facts and registers have.

use crate::Bilingual;
use serde::{Deserialize, Serialize};

/// A form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its name.
    pub id: String,
    /// What people call it.
    pub title: Bilingual,
    /// Its fields, in order.
    #[serde(rename = "field")]
    pub fields: Vec<FormField>,
}

/// A field of a form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Its name, as guards write it: lower-case words joined by `_`.
    pub name: String,
    /// What people read before it.
    pub label: Bilingual,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FormFieldKind,
    /// The unit of a number.
    #[serde(default)]
    pub unit: Option<String>,
    /// The vocabulary of a code.
    #[serde(default)]
    pub vocabulary: Option<String>,
    /// Whether it has to be filled in.
    #[serde(default)]
    pub required: bool,
    /// What helps to fill it in.
    #[serde(default)]
    pub hint: Option<Bilingual>,
    /// What stands in it at first: a code of the vocabulary, which most people leave as it is.
    #[serde(default)]
    pub default: Option<String>,
}

/// What a field of a form holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FormFieldKind {
    /// Yes or no.
    Bool,
    /// A number, with a unit.
    Number,
    /// Money in CNY.
    Money,
    /// A share.
    Ratio,
    /// A day.
    Date,
    /// A code of a vocabulary.
    Code,
    /// Codes of a vocabulary.
    CodeSet,
    /// Text.
    Text,
    /// A file.
    File,
    /// A period, such as that of an extension.
    Period,
    /// An organisation of the edition.
    Organization,
}
