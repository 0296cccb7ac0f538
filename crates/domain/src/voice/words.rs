//! The words of `words.toml`.

use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// Numerals, units, courtesies and plain words.
#[derive(Deserialize)]
struct WordFile {
    digits: Vec<String>,
    multiplier: BTreeMap<char, u32>,
    unit: Vec<Unit>,
    article: Article,
    courtesy: Phrases,
    plain: Plain,
}

/// The characters around the number of an article.
#[derive(Deserialize)]
pub(super) struct Article {
    pub before: char,
    pub after: char,
}

#[derive(Deserialize)]
struct Unit {
    spellings: Vec<String>,
}

#[derive(Deserialize)]
struct Phrases {
    phrases: Vec<String>,
}

#[derive(Deserialize)]
struct Plain {
    words: Vec<String>,
}

/// The words, ready to be looked up.
pub(super) struct WordLists {
    digits: BTreeMap<char, i128>,
    multipliers: BTreeMap<char, u32>,
    /// Spelling and the spelling that counts, the longest first.
    units: Vec<(String, String)>,
    /// The characters around the number of an article.
    pub article: Article,
    /// The longest first.
    pub courtesies: Vec<String>,
    plain: Vec<String>,
}

/// They are part of the program.
pub(super) static WORDS: LazyLock<WordLists> = LazyLock::new(|| {
    let file: WordFile = toml::from_str(include_str!("words.toml"))
        .expect("the words are part of the program, and a test reads them");
    let values = file.digits.iter().zip(0..);
    let digits = values.flat_map(|(spellings, value)| spellings.chars().map(move |digit| (digit, value)));
    let spelt = |unit: Unit| {
        let counts = unit.spellings.first().cloned().unwrap_or_default();
        unit.spellings.into_iter().map(move |spelling| (spelling, counts.clone()))
    };
    let mut units: Vec<(String, String)> = file.unit.into_iter().flat_map(spelt).collect();
    let longest_first = |text: &String| (std::cmp::Reverse(text.chars().count()), text.clone());
    units.sort_by_key(|(spelling, _)| longest_first(spelling));
    let mut courtesies = file.courtesy.phrases;
    courtesies.sort_by_key(longest_first);
    let mut plain = file.plain.words;
    plain.sort();
    WordLists {
        digits: digits.collect(),
        multipliers: file.multiplier,
        units,
        article: file.article,
        courtesies,
        plain,
    }
});

impl WordLists {
    /// The value of a digit, however it is written.
    pub fn digit(&self, character: char) -> Option<i128> {
        character.to_digit(10).map(i128::from).or_else(|| self.digits.get(&character).copied())
    }

    /// The power of ten a character stands for.
    pub fn multiplier(&self, character: char) -> Option<u32> {
        self.multipliers.get(&character).copied()
    }

    /// The unit a text begins with: how many characters it takes, and the spelling that counts.
    pub fn unit(&self, text: &[char]) -> Option<(usize, &str)> {
        let begins = |spelling: &String| {
            let mut at = 0;
            spelling.chars().all(|character| {
                at += 1;
                text.get(at - 1) == Some(&character)
            })
        };
        let (spelling, counts) = self.units.iter().find(|(spelling, _)| begins(spelling))?;
        Some((spelling.chars().count(), counts))
    }

    /// Whether a word tells nothing.
    pub fn is_plain(&self, word: &str) -> bool {
        self.plain.binary_search_by(|known| known.as_str().cmp(word)).is_ok()
    }
}
