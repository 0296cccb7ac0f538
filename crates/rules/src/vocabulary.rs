//! Vocabularies: closed lists of codes, flat or as a tree, of any size up to 65,535 codes.

use crate::catalog::Words;
use std::collections::HashMap;

/// Index of a code in its vocabulary.
pub type CodeIndex = u16;

/// Most codes of one vocabulary.
pub const CODES_MAX: usize = CodeIndex::MAX as usize;

/// One code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The code itself: `C39`, `330302`, `small`.
    pub code: String,
    /// Names for people.
    pub label: Words,
    /// The code above it.
    pub parent: Option<CodeIndex>,
}

/// A list of codes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Identifier: `industry`.
    pub name: String,
    codes: Vec<Code>,
    by_code: HashMap<String, CodeIndex>,
    by_label: HashMap<String, CodeIndex>,
}

/// A set of codes of one vocabulary, a bit for each.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CodeBits(pub Vec<u64>);

impl CodeBits {
    /// No code of a vocabulary of this many.
    pub fn none(code_count: usize) -> Self {
        Self(vec![0; code_count.div_ceil(64)])
    }

    /// Adds a code.
    pub fn insert(&mut self, code: CodeIndex) {
        self.0[usize::from(code) / 64] |= 1 << (code % 64);
    }

    /// Whether a code is in it; false for a code beyond the vocabulary.
    pub fn contains(&self, code: CodeIndex) -> bool {
        self.0.get(usize::from(code) / 64).is_some_and(|word| word >> (code % 64) & 1 == 1)
    }

    /// The codes in it, ascending.
    pub fn codes(&self) -> impl Iterator<Item = CodeIndex> + '_ {
        (0..self.0.len() * 64).map(|code| code as CodeIndex).filter(|code| self.contains(*code))
    }
}

impl Vocabulary {
    /// An empty vocabulary.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Adds a code below `parent`, which must have been added before; `None` if the code is taken or the
    /// vocabulary full.
    pub fn add(&mut self, code: &str, label: Words, parent: Option<CodeIndex>) -> Option<CodeIndex> {
        if self.by_code.contains_key(code) || self.codes.len() >= CODES_MAX {
            return None;
        }
        let index = self.codes.len() as CodeIndex;
        if !label.zh.is_empty() {
            self.by_label.entry(label.zh.clone()).or_insert(index);
        }
        self.by_code.insert(code.to_owned(), index);
        self.codes.push(Code { code: code.to_owned(), label, parent });
        Some(index)
    }

    /// The codes in the order they were added.
    pub fn codes(&self) -> &[Code] {
        &self.codes
    }

    /// A code by its index.
    pub fn code(&self, index: CodeIndex) -> &Code {
        &self.codes[usize::from(index)]
    }

    /// The code that is written so, or whose Chinese label is.
    pub fn find(&self, name: &str) -> Option<CodeIndex> {
        self.by_code.get(name).or_else(|| self.by_label.get(name)).copied()
    }

    /// The code itself for a code or its Chinese label.
    pub fn canonical(&self, written: &str) -> Option<String> {
        Some(self.code(self.find(written)?).code.clone())
    }

    /// The Chinese label of a code, where it has one.
    pub fn label_of(&self, code: &str) -> Option<String> {
        let label = &self.code(self.find(code)?).label.zh;
        (!label.is_empty()).then(|| label.clone())
    }

    /// The code and everything below it.
    pub fn within(&self, top: CodeIndex) -> CodeBits {
        let mut bits = CodeBits::none(self.codes.len());
        bits.insert(top);
        // A parent stands before its children, so one pass is enough.
        for (index, code) in self.codes.iter().enumerate() {
            if code.parent.is_some_and(|parent| bits.contains(parent)) {
                bits.insert(index as CodeIndex);
            }
        }
        bits
    }
}
