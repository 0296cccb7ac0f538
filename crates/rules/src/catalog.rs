//! The fields that rules may read: their types, units, vocabularies, names and questions. From `facts.toml`.

use crate::vocabulary::Vocabulary;
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::Arc};

/// Text in both languages; either may be empty where a field was declared for a program only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// Chinese.
    #[serde(default)]
    pub zh: String,
    /// English.
    #[serde(default)]
    pub en: String,
}

/// What a field or an expression holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// Yes or no.
    Bool,
    /// A number; `unit` is empty for a pure number (`人`, `tce/万元`).
    Number {
        /// Decimal places that are stored, 0 for a whole number.
        scale: u8,
        /// Unit as declared.
        unit: String,
    },
    /// Money in CNY, exact to the fen.
    Money,
    /// A share or a growth: 5 % is 0.05. Stored with six decimal places.
    Ratio,
    /// A day.
    Date,
    /// A code of the vocabulary of this index.
    Code(VocabularyIndex),
    /// Any number of codes of one vocabulary.
    CodeSet(VocabularyIndex),
    /// Free text; it can be compared for equality, nothing else.
    Text,
}

impl Type {
    /// Decimal places of the stored whole number; 0 where there is none.
    pub fn scale(&self) -> u8 {
        match self {
            Self::Number { scale, .. } => *scale,
            Self::Money => 2,
            Self::Ratio => RATIO_SCALE,
            _ => 0,
        }
    }

    /// Whether it is a number, money or ratio.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Self::Number { .. } | Self::Money | Self::Ratio)
    }
}

/// Decimal places of a stored ratio.
pub const RATIO_SCALE: u8 = 6;

/// Index of a vocabulary in its catalog.
pub type VocabularyIndex = u16;
/// Index of a field in its catalog; columns of a table stand in the same order.
pub type FieldIndex = u16;
/// Index of a child table in its catalog.
pub type TableIndex = u16;

/// A fact that rules may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Identifier: `taxable_income`. A value of an earlier period is a field of its own: `revenue[-1]`.
    pub name: String,
    /// Names for people.
    pub label: Words,
    /// What it holds.
    pub kind: Type,
    /// How a firm is asked for it.
    pub question: Words,
    /// The dataset that delivers it.
    pub dataset: String,
    /// Whether the firm can change it by acting (staff, spending), and not only time or birth.
    pub can_act: bool,
}

/// A child table: people hired, projects, invoices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChildTable {
    /// Identifier: `hires`.
    pub name: String,
    /// Names for people.
    pub label: Words,
    /// Its fields; their indexes count within the table.
    pub fields: Vec<Field>,
}

/// All that rules may name.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    fields: Vec<Field>,
    tables: Vec<ChildTable>,
    vocabularies: Vec<Arc<Vocabulary>>,
    by_name: HashMap<String, FieldIndex>,
    by_label: HashMap<String, FieldIndex>,
}

impl Catalog {
    /// Adds a vocabulary.
    pub fn add_vocabulary(&mut self, vocabulary: Vocabulary) -> VocabularyIndex {
        self.vocabularies.push(Arc::new(vocabulary));
        (self.vocabularies.len() - 1) as VocabularyIndex
    }

    /// Adds a field; its Chinese label names it too. The former index where the name is taken.
    pub fn add_field(&mut self, field: Field) -> Result<FieldIndex, FieldIndex> {
        if let Some(taken) = self.by_name.get(&field.name) {
            return Err(*taken);
        }
        let index = self.fields.len() as FieldIndex;
        if !field.label.zh.is_empty() {
            self.by_label.entry(field.label.zh.clone()).or_insert(index);
        }
        self.by_name.insert(field.name.clone(), index);
        self.fields.push(field);
        Ok(index)
    }

    /// Adds a child table.
    pub fn add_table(&mut self, table: ChildTable) -> TableIndex {
        self.tables.push(table);
        (self.tables.len() - 1) as TableIndex
    }

    /// Every field, in the order of the columns.
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// A field by its index.
    pub fn field(&self, index: FieldIndex) -> &Field {
        &self.fields[usize::from(index)]
    }

    /// The field of this identifier or Chinese label.
    pub fn find(&self, name: &str) -> Option<FieldIndex> {
        self.by_name.get(name).or_else(|| self.by_label.get(name)).copied()
    }

    /// Every child table.
    pub fn tables(&self) -> &[ChildTable] {
        &self.tables
    }

    /// The child table of this identifier or Chinese label.
    pub fn find_table(&self, name: &str) -> Option<TableIndex> {
        let found = self.tables.iter().position(|table| table.name == name || table.label.zh == name)?;
        Some(found as TableIndex)
    }

    /// Every vocabulary.
    pub fn vocabularies(&self) -> &[Arc<Vocabulary>] {
        &self.vocabularies
    }

    /// A vocabulary by its index.
    pub fn vocabulary(&self, index: VocabularyIndex) -> &Vocabulary {
        &self.vocabularies[usize::from(index)]
    }

    /// The vocabulary whose codes a type holds.
    pub fn vocabulary_of(&self, kind: &Type) -> Option<&Vocabulary> {
        match kind {
            Type::Code(vocabulary) | Type::CodeSet(vocabulary) => Some(self.vocabulary(*vocabulary)),
            _ => None,
        }
    }

    /// The vocabulary of this identifier.
    pub fn find_vocabulary(&self, name: &str) -> Option<VocabularyIndex> {
        let found = self.vocabularies.iter().position(|vocabulary| vocabulary.name == name)?;
        Some(found as VocabularyIndex)
    }
}
