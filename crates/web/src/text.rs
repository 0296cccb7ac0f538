//! The texts of a page or component: `text.toml` beside its template, both languages side by side.

use domain::{Bilingual, Language};
use std::{collections::BTreeMap, fmt::Display};

/// All texts of one `text.toml`, by key.
pub struct Texts(BTreeMap<String, Bilingual>);

impl Texts {
    /// Reads the embedded source of a `text.toml`.
    ///
    /// # Panics
    /// When the source is not a table of texts; the tests parse every one of them.
    pub fn parse(source: &str) -> Self {
        Self(toml::from_str(source).expect("an embedded text.toml is a table of bilingual texts"))
    }

    /// The texts in one language.
    pub fn of(&'static self, language: Language) -> Text {
        Text { texts: self, language }
    }

    /// Every key with its text, for the tests.
    #[cfg(test)]
    pub fn entries(&self) -> &BTreeMap<String, Bilingual> {
        &self.0
    }
}

/// Texts in the language of the reader.
#[derive(Clone, Copy)]
pub struct Text {
    texts: &'static Texts,
    language: Language,
}

impl Text {
    /// The text of `key`. A key that does not exist shows as ⟦missing⟧; a test finds it.
    pub fn of(&self, key: &str) -> &'static str {
        self.texts.0.get(key).map_or("⟦missing⟧", |text| text.get(self.language))
    }

    /// The text of `key`, where there is one.
    pub fn find(&self, key: &str) -> Option<&'static str> {
        self.texts.0.get(key).map(|text| text.get(self.language))
    }

    /// The text of `key` with `{0}` filled in.
    pub fn one(&self, key: &str, value: impl Display) -> String {
        self.of(key).replace("{0}", &value.to_string())
    }

    /// The text of `key` with `{0}` and `{1}` filled in.
    pub fn two(&self, key: &str, first: impl Display, second: impl Display) -> String {
        self.one(key, first).replace("{1}", &second.to_string())
    }
}
