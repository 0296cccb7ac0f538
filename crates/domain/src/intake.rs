//! Other platforms that take in voices of firms, and how what they deliver becomes a case. An edition keeps them as data.

use crate::{Bilingual, mechanism::FieldValue};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    /// Its name; the number of a voice at the source begins with it.
    pub id: String,
    /// What people call it.
    pub title: Bilingual,
    /// Where the sources name it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cite: Option<String>,
    /// What it delivers.
    pub format: DeliveryFormat,
    /// The mechanism of which a case is opened.
    pub mechanism: String,
    /// The step that opens it.
    pub step: String,
    /// The actor who takes it: who hands on what others took in.
    pub actor: String,
    /// Columns with the number of a voice at the source, by their possible names.
    pub source: Vec<String>,
    /// Columns with the moment it was taken in.
    #[serde(default)]
    pub received: Vec<String>,
    /// Columns with the unified social credit code.
    #[serde(default)]
    pub firm: Vec<String>,
    /// Columns with the place.
    #[serde(default)]
    pub place: Vec<String>,
    /// Places by what the platform calls them: division codes.
    #[serde(default)]
    pub places: BTreeMap<String, String>,
    /// Fields of the form by the columns that fill them, first found first taken.
    pub columns: BTreeMap<String, Vec<String>>,
    /// For fields that hold codes: what the platform writes, and the code it stands for.
    #[serde(default)]
    pub codes: BTreeMap<String, BTreeMap<String, String>>,
    /// What stands in a field where the platform says nothing.
    #[serde(default)]
    pub defaults: BTreeMap<String, FieldValue>,
}

/// What a platform delivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryFormat {
    /// A table with commas and a first row of names.
    Csv,
    /// A list of objects, or one object a line.
    Json,
    /// One letter a file; columns are `subject`, `text`, `date`, `message-id`.
    Letter,
}
