//! How alike two voices are, and what that makes of them.

use super::{Features, Rarity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How much two texts share, from 0 to 1,000, and what speaks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Likeness {
    /// From 0, nothing, to 1,000, the same.
    pub permille: u32,
    /// Figures that stand in both.
    pub figures: Vec<String>,
    /// Places and bodies that stand in both, by identifier.
    pub names: Vec<String>,
}

/// What two voices are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// The same firm asks the same again: a merge is proposed.
    Repeat,
    /// Another firm has the same matter: a link is proposed, and it counts towards a common problem.
    Shared,
}

/// From which likeness on two voices are the same matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Where the firm is the same.
    pub same_firm_permille: u32,
    /// Where it is another one.
    pub other_firm_permille: u32,
}

/// Tuned on the made pairs beside the tests.
impl Default for Thresholds {
    fn default() -> Self {
        Self { same_firm_permille: 190, other_firm_permille: 220 }
    }
}

impl Thresholds {
    /// What two voices so alike are to each other; nothing where they are two matters.
    pub fn relation(&self, permille: u32, is_same_firm: bool) -> Option<Relation> {
        let (least, relation) = if is_same_firm {
            (self.same_firm_permille, Relation::Repeat)
        } else {
            (self.other_firm_permille, Relation::Shared)
        };
        (permille >= least).then_some(relation)
    }
}

/// The features of a text with what each weighs: weighed once, it is compared with many.
#[derive(Clone, Debug, Default)]
pub struct Weighed {
    singles: Grams,
    pairs: Grams,
    figures: BTreeSet<String>,
    names: BTreeSet<String>,
}

/// Grams in order with their weights, and all the weight.
#[derive(Clone, Debug, Default)]
struct Grams {
    each: Vec<(u64, u64)>,
    all: u64,
}

impl Grams {
    fn of(grams: &[u64], rarity: &Rarity) -> Self {
        let each: Vec<(u64, u64)> = grams.iter().map(|gram| (*gram, rarity.weight(*gram))).collect();
        Self { all: each.iter().map(|(_, weight)| weight).sum(), each }
    }

    /// The weight that is shared, of all and of the lighter of the two, half and half, in thousandths.
    fn shares(&self, other: &Self) -> u64 {
        let (mut shared, mut one, mut two) = (0, self.each.as_slice(), other.each.as_slice());
        while let ([(a, weight), ..], [(b, _), ..]) = (one, two) {
            if a == b {
                shared += weight;
            }
            (one, two) = (&one[usize::from(a <= b)..], &two[usize::from(b <= a)..]);
        }
        if shared == 0 {
            return 0;
        }
        let lighter = self.all.min(other.all);
        u64::midpoint(shared * 1_000 / (self.all + other.all - shared), shared * 1_000 / lighter)
    }
}

impl Weighed {
    /// The features of a text, weighed.
    pub fn of(features: Features, rarity: &Rarity) -> Self {
        let (singles, pairs) = (Grams::of(&features.singles, rarity), Grams::of(&features.pairs, rarity));
        Self { singles, pairs, figures: features.figures, names: features.names }
    }
}

/// Compares two texts exactly.
///
/// Half of the result is the share of what either has, half the share of the shorter one: what somebody says on the
/// telephone is a part of what he writes. Then figures and places speak for or against it.
pub fn compare(one: &Weighed, other: &Weighed) -> Likeness {
    let singles = one.singles.shares(&other.singles);
    let pairs = one.pairs.shares(&other.pairs);
    let text = u64::midpoint(singles, pairs);
    let figures = common(&one.figures, &other.figures);
    let names = common(&one.names, &other.names);
    let both = |a: &BTreeSet<String>, b: &BTreeSet<String>| !a.is_empty() && !b.is_empty();
    let mut permille = text;
    if !figures.is_empty() {
        permille = permille * 5 / 4;
    } else if both(&one.figures, &other.figures) {
        permille = permille * 4 / 5;
    }
    if !names.is_empty() {
        permille = permille * 11 / 10;
    } else if both(&one.names, &other.names) {
        permille = permille * 3 / 5;
    }
    Likeness { permille: permille.min(1_000) as u32, figures, names }
}

fn common(one: &BTreeSet<String>, other: &BTreeSet<String>) -> Vec<String> {
    one.intersection(other).cloned().collect()
}
