//! How rare a character or a pair of them is among the voices of a period: what is in every text tells nothing.

use super::Features;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// In how many texts of a period each gram occurs.
///
/// It is an argument of every comparison, taken once for a period and kept with a number, so that two voices compare
/// the same whichever others have come in since.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rarity {
    texts: u64,
    counts: BTreeMap<u64, u32>,
}

impl Rarity {
    /// The rarity in these texts.
    pub fn of<'f>(texts: impl IntoIterator<Item = &'f Features>) -> Self {
        let mut rarity = Self::default();
        for features in texts {
            rarity.texts += 1;
            for gram in features.singles.iter().chain(&features.pairs) {
                *rarity.counts.entry(*gram).or_default() += 1;
            }
        }
        // What occurs once weighs as much as what never occurred: it need not be kept.
        rarity.counts.retain(|_, count| *count > 1);
        rarity
    }

    /// The weight of a gram: the logarithm of how seldom it is, in sixteenths, from 16 on.
    pub fn weight(&self, gram: u64) -> u64 {
        let count = self.counts.get(&gram).copied().unwrap_or(1);
        16 + sixteenths_of_log2((self.texts + 1) * 65_536 / (u64::from(count) + 1)).saturating_sub(16 * 15)
    }
}

/// 16 × log₂, linear between powers of two; whole numbers only, so that it is the same everywhere.
fn sixteenths_of_log2(number: u64) -> u64 {
    let Some(power) = number.checked_ilog2() else { return 0 };
    let beyond = u128::from(number - (1 << power)) * 16 / (1 << power);
    u64::from(power) * 16 + beyond as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_every_text_weighs_least() {
        let text = |grams: &[u64]| Features { pairs: grams.to_vec(), ..Features::default() };
        let texts: Vec<Features> = (0..1_000).map(|n| text(&[1, 10 + n % 10, 1_000 + n])).collect();
        let rarity = Rarity::of(&texts);
        let weights = [1, 10, 1_000, 5].map(|gram| rarity.weight(gram));
        assert!(weights[0] < weights[1] && weights[1] < weights[2], "{weights:?}");
        assert_eq!(weights[2], weights[3], "what occurs once weighs as what never occurred");
        assert_eq!(Rarity::default().weight(7), 16);
        assert_eq!([1, 2, 3, 4].map(sixteenths_of_log2), [0, 16, 24, 32]);
    }
}
