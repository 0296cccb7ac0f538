//! The identifiers of the firms of a table.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, DefaultHasher, Hash as _, Hasher as _},
};

/// Identifiers of firms, one after the other in one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Firms {
    text: String,
    ends: Vec<usize>,
}

impl Firms {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The identifier of a row.
    ///
    /// # Panics
    /// Where there is no such row.
    pub fn id(&self, row: usize) -> &str {
        &self.text[self.range(row)]
    }

    pub(super) fn range(&self, row: usize) -> std::ops::Range<usize> {
        row.checked_sub(1).map_or(0, |before| self.ends[before])..self.ends[row]
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn push(&mut self, id: &str) {
        self.text.push_str(id);
        self.ends.push(self.text.len());
    }
}

/// Firms while they are read: knows which were there before.
#[derive(Debug, Default)]
pub struct NewFirms {
    firms: Firms,
    /// Row of the first firm with this hash.
    by_hash: HashMap<u64, u32, BuildHasherDefault<DefaultHasher>>,
    /// Firms whose hash another firm had before.
    others: HashMap<String, u32>,
}

impl NewFirms {
    /// Adds a firm; the row on which it stood before, from 0.
    pub fn add(&mut self, id: &str) -> Result<(), usize> {
        let mut hasher = DefaultHasher::new();
        id.hash(&mut hasher);
        let row = self.firms.count() as u32;
        let first = *self.by_hash.entry(hasher.finish()).or_insert(row);
        if first != row {
            if self.firms.id(first as usize) == id {
                return Err(first as usize);
            }
            let other = *self.others.entry(id.to_owned()).or_insert(row);
            if other != row {
                return Err(other as usize);
            }
        }
        self.firms.push(id);
        Ok(())
    }

    /// Rows so far.
    pub fn count(&self) -> usize {
        self.firms.count()
    }

    /// A row of a firm that cannot be used, so that rows keep their places.
    pub fn skip(&mut self) {
        self.firms.push("");
    }

    /// What was read.
    pub fn finish(self) -> Firms {
        self.firms
    }
}
