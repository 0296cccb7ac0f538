//! What of a text is compared: characters, pairs of them, figures, names of places and bodies.

use super::{super::spelling, mixed};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Fewest characters of a name that is looked for.
const NAME_MIN: usize = 2;

/// What a text consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Features {
    /// Characters, hashed, in order, each once.
    pub singles: Vec<u64>,
    /// Pairs of characters, likewise.
    pub pairs: Vec<u64>,
    /// Figures with their units: `3000000` and its unit.
    pub figures: BTreeSet<String>,
    /// Identifiers of the names that occur.
    pub names: BTreeSet<String>,
}

impl Features {
    /// The features of a text.
    pub fn of(text: &str, names: &KnownNames) -> Self {
        let spelt = spelling::spelt(text);
        let telling = spelt.figures.into_iter().filter(|figure| is_telling(figure)).collect();
        Self {
            singles: grams(&spelt.text, 1),
            pairs: grams(&spelt.text, 2),
            figures: telling,
            names: names.within(text),
        }
    }

    /// Whether there is nothing to compare.
    pub fn is_empty(&self) -> bool {
        self.singles.is_empty()
    }
}

/// Small numbers occur in every text.
fn is_telling(figure: &str) -> bool {
    figure.contains('/') || figure.bytes().take_while(u8::is_ascii_digit).count() >= 2
}

fn grams(text: &[char], size: usize) -> Vec<u64> {
    let hash =
        |window: &[char]| window.iter().fold(size as u64, |hash, c| mixed(hash ^ u64::from(u32::from(*c))));
    let mut grams: Vec<u64> = text.windows(size).map(hash).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// Names of places and bodies that texts are searched for.
#[derive(Clone, Debug, Default)]
pub struct KnownNames {
    /// Spelling and identifier, by first character through order; longer ones before shorter ones.
    names: Vec<(Vec<char>, String)>,
}

impl KnownNames {
    /// Names with the identifier of what they name; one thing may have several.
    pub fn new<'n>(names: impl IntoIterator<Item = (&'n str, &'n str)>) -> Self {
        let flat = |(name, id): (&str, &str)| (spelling::flat(name), id.to_owned());
        let mut names: Vec<_> =
            names.into_iter().map(flat).filter(|(name, _)| name.len() >= NAME_MIN).collect();
        names.sort_by(|one, other| {
            (one.0[0], std::cmp::Reverse(one.0.len()), one).cmp(&(
                other.0[0],
                std::cmp::Reverse(other.0.len()),
                other,
            ))
        });
        names.dedup();
        Self { names }
    }

    /// The identifiers of the names in a text; of names inside one another the longest counts.
    pub fn within(&self, text: &str) -> BTreeSet<String> {
        let text = spelling::flat(text);
        let (mut found, mut at) = (BTreeSet::new(), 0);
        while at < text.len() {
            let first = self.names.partition_point(|(name, _)| name[0] < text[at]);
            let of_character = self.names[first..].iter().take_while(|(name, _)| name[0] == text[at]);
            let longest = of_character.into_iter().find(|(name, _)| text[at..].starts_with(name));
            match longest {
                Some((name, id)) => {
                    found.insert(id.clone());
                    at += name.len();
                }
                None => at += 1,
            }
        }
        found
    }
}
