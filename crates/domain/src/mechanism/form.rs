//! The forms of a mechanism. Their fields are those of the one field system: what facts and registers have.

use super::Mechanism;
use crate::Bilingual;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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
    /// What pages know it by, where they have something to do with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marks: Option<FieldMark>,
}

/// What a field means for the service itself, whatever a mechanism calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldMark {
    /// What the case is about, in a few words.
    Subject,
    /// How the case came in.
    Channel,
    /// Its number where it came in.
    SourceNumber,
    /// Who may know the firm.
    Identity,
    /// Whom the case complains of.
    Accused,
    /// How satisfied the firm is.
    Rating,
    /// The case in which it goes on.
    MergedInto,
}

impl FieldMark {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Subject,
        Self::Channel,
        Self::SourceNumber,
        Self::Identity,
        Self::Accused,
        Self::Rating,
        Self::MergedInto,
    ];

    /// What a field with the mark has to hold.
    pub fn kind(self) -> FormFieldKind {
        match self {
            Self::Subject | Self::SourceNumber | Self::MergedInto => FormFieldKind::Text,
            Self::Channel | Self::Identity => FormFieldKind::Code,
            Self::Accused => FormFieldKind::Organization,
            Self::Rating => FormFieldKind::Number,
        }
    }

    /// Whether fields of several names can have it.
    pub fn is_for_many(self) -> bool {
        self == Self::Accused
    }
}

impl Mechanism {
    /// The fields with a mark, by the forms in their order. What one form marks is marked wherever it stands.
    pub fn marked(&self, mark: FieldMark) -> Vec<&FormField> {
        let fields = || self.forms.iter().flat_map(|form| &form.fields);
        let names: BTreeSet<&str> =
            fields().filter(|field| field.marks == Some(mark)).map(|field| field.name.as_str()).collect();
        fields().filter(|field| names.contains(field.name.as_str())).collect()
    }

    /// The name of the field with a mark.
    pub fn field_marked(&self, mark: FieldMark) -> Option<&str> {
        self.marked(mark).first().map(|field| field.name.as_str())
    }

    /// The mark of a field.
    pub fn mark_of(&self, field: &str) -> Option<FieldMark> {
        let mut fields = self.forms.iter().flat_map(|form| &form.fields).filter(|known| known.name == field);
        fields.find_map(|known| known.marks)
    }
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
