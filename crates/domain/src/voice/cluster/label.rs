//! The words that tell what a group of voices is about.

use super::super::{spelling, words::WORDS};
use jieba_rs::Jieba;
use std::collections::{BTreeMap, BTreeSet};

/// Most words of a label.
const WORDS_MAX: usize = 4;

/// Finds the words of a Chinese text: a dictionary, and the words of the edition.
///
/// It takes a moment to make and some memory; a program makes one and keeps it.
pub struct WordFinder(Jieba);

impl WordFinder {
    /// With the dictionary, and words that must stay whole: keywords of topics, names of bodies.
    pub fn new<'w>(words: impl IntoIterator<Item = &'w str>) -> Self {
        let mut jieba = Jieba::new();
        for word in words {
            let flat: String = spelling::flat(word).into_iter().collect();
            if flat.chars().count() > 1 {
                jieba.add_word(&flat, Some(jieba.suggest_freq(&flat)), None);
            }
        }
        Self(jieba)
    }

    /// The words of a text that can tell something: at least two characters, no number, nothing plain.
    pub fn words(&self, text: &str) -> BTreeSet<String> {
        let text: String = spelling::spelt(text).text.into_iter().collect();
        let is_telling = |word: &&str| {
            word.chars().count() > 1 && word.chars().all(char::is_alphabetic) && !WORDS.is_plain(word)
        };
        let words = self.0.cut(&text, false).into_iter().map(|token| token.word);
        words.filter(is_telling).map(str::to_owned).collect()
    }
}

/// In how many voices of the window each word stands.
pub(super) struct WordCounts<'w> {
    by_voice: BTreeMap<&'w str, &'w BTreeSet<String>>,
    counts: BTreeMap<&'w str, u64>,
}

impl<'w> WordCounts<'w> {
    /// Counts the words of all voices.
    pub fn of(words: impl Iterator<Item = (&'w str, &'w BTreeSet<String>)>) -> Self {
        let by_voice: BTreeMap<&str, &BTreeSet<String>> = words.collect();
        let mut counts = BTreeMap::new();
        for word in by_voice.values().copied().flatten() {
            *counts.entry(word.as_str()).or_default() += 1;
        }
        Self { by_voice, counts }
    }

    /// The words that stand in most voices of a group and in few others, the most telling first.
    ///
    /// A word counts for what it is above chance: how many of the group say it, times how much more often than in the
    /// rest of the window.
    pub fn label<'i>(&self, group: impl Iterator<Item = &'i str>) -> Vec<String> {
        let (mut inside, mut size) = (BTreeMap::<&str, u64>::new(), 0);
        for word in group.filter_map(|id| self.by_voice.get(id).copied()).inspect(|_| size += 1).flatten() {
            *inside.entry(word).or_default() += 1;
        }
        let outside_size = self.by_voice.len() as u64 - size;
        let score = |word: &str, count: u64| {
            let outside = self.counts.get(word).copied().unwrap_or(count) - count;
            count * count * 1_000 * (outside_size + 1) / (size * (outside_size + 1 + outside * size * 2))
        };
        let often = inside.into_iter().filter(|(_, count)| *count * 3 >= size && *count > 1);
        let mut ranked: Vec<(u64, &str)> = often.map(|(word, count)| (score(word, count), word)).collect();
        ranked.sort_by(|one, other| {
            let length = |word: &str| std::cmp::Reverse(word.chars().count());
            other.0.cmp(&one.0).then(length(one.1).cmp(&length(other.1))).then(one.1.cmp(other.1))
        });
        let mut label: Vec<String> = Vec::new();
        for (_, word) in ranked {
            if label.len() < WORDS_MAX
                && !label.iter().any(|known| known.contains(word) || word.contains(known.as_str()))
            {
                label.push(word.to_owned());
            }
        }
        label
    }
}
