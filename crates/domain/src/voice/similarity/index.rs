//! Voices that can be looked up: by the bands of their sketches, and by firm.

use super::{Features, Likeness, Rarity, Relation, Sketch, Thresholds, Weighed, compare};
use std::collections::{BTreeMap, BTreeSet};

/// A voice that is the same matter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Near {
    /// Its identifier.
    pub id: String,
    /// Repeat of the same firm, or shared with another.
    pub relation: Relation,
    /// How alike they are.
    pub likeness: Likeness,
}

#[derive(Clone, Debug)]
struct Kept {
    firm: String,
    features: Features,
    bands: Vec<u64>,
}

/// Voices in memory. A store keeps sketches and bands in rows instead and compares what comes up the same way.
#[derive(Clone, Debug, Default)]
pub struct VoiceIndex {
    voices: BTreeMap<String, Kept>,
    by_band: BTreeMap<u64, BTreeSet<String>>,
    by_firm: BTreeMap<String, BTreeSet<String>>,
}

impl VoiceIndex {
    /// Adds a voice; one with the same identifier is replaced.
    pub fn insert(&mut self, id: &str, firm: &str, features: Features) {
        self.remove(id);
        let bands = Sketch::of(&features).bands();
        for band in &bands {
            self.by_band.entry(*band).or_default().insert(id.to_owned());
        }
        self.by_firm.entry(firm.to_owned()).or_default().insert(id.to_owned());
        self.voices.insert(id.to_owned(), Kept { firm: firm.to_owned(), features, bands });
    }

    /// Forgets a voice.
    pub fn remove(&mut self, id: &str) {
        let Some(kept) = self.voices.remove(id) else { return };
        for band in kept.bands {
            forget(&mut self.by_band, &band, id);
        }
        forget(&mut self.by_firm, &kept.firm, id);
    }

    /// Whose bands meet those of a text, and all voices of its firm: few of all, and nearly every one that is alike.
    pub fn candidates(&self, firm: &str, features: &Features) -> BTreeSet<&str> {
        let bands = Sketch::of(features).bands();
        let met = bands.iter().filter_map(|band| self.by_band.get(band)).flatten();
        met.chain(self.by_firm.get(firm).into_iter().flatten()).map(String::as_str).collect()
    }

    /// The voices that are the same matter as a text of a firm: repeats first, the likest first.
    pub fn near(
        &self,
        firm: &str,
        features: &Features,
        rarity: &Rarity,
        thresholds: Thresholds,
    ) -> Vec<Near> {
        let own = Weighed::of(features.clone(), rarity);
        let compared = self.candidates(firm, features).into_iter().filter_map(|id| {
            let kept = self.voices.get(id)?;
            let likeness = compare(&own, &Weighed::of(kept.features.clone(), rarity));
            let relation = thresholds.relation(likeness.permille, kept.firm == firm)?;
            Some(Near { id: id.to_owned(), relation, likeness })
        });
        let mut near: Vec<Near> = compared.collect();
        near.sort_by(|one, other| {
            let key = |near: &Near| (near.relation, std::cmp::Reverse(near.likeness.permille));
            key(one).cmp(&key(other)).then_with(|| one.id.cmp(&other.id))
        });
        near
    }
}

fn forget<K: Ord + Clone>(map: &mut BTreeMap<K, BTreeSet<String>>, key: &K, id: &str) {
    if let Some(ids) = map.get_mut(key) {
        ids.remove(id);
        if ids.is_empty() {
            map.remove(key);
        }
    }
}
