//! Common problems: groups of voices of a window that say the same, or nearly the same of one topic and place.
//!
//! Whether two voices belong together depends on these two alone, so the groups are the same however the voices came
//! in, and whether one was added, forgotten or all were read anew.

mod label;
mod standing;
#[cfg(test)]
mod tests;

pub use label::WordFinder;
pub use standing::{CommonProblem, ProposalRule};

use super::similarity::{Features, Rarity, Sketch, Weighed, compare};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A voice as far as groups look at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeardVoice {
    /// Its identifier.
    pub id: String,
    /// The firm, by identifier.
    pub firm: String,
    /// The day it came in.
    pub day: NaiveDate,
    /// The place it is about, by organisation.
    pub place: Option<String>,
    /// The topic, where a person or the table of competence has named one.
    pub topic: Option<String>,
    /// The clause it is about, where one is named.
    pub clause: Option<String>,
    /// The organisation that answers, once it is dispatched.
    pub organization: Option<String>,
    /// The organisations it complains of; none of them sees it.
    pub accused: Vec<String>,
    /// The telling words of what was written; they label a group.
    pub words: BTreeSet<String>,
}

/// From which likeness on two voices belong together; what they share besides makes less enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClusterTerms {
    /// How many days a voice counts, the day it came in included.
    pub window_days: u32,
    /// Enough by itself.
    pub alike_permille: u32,
    /// Enough with the same topic or the same clause.
    pub alike_in_topic_permille: u32,
    /// Enough with the same topic or clause at the same place.
    pub alike_in_topic_and_place_permille: u32,
}

impl ClusterTerms {
    /// Whether two voices belong together; `permille` is how alike their texts are.
    fn joins(&self, one: &HeardVoice, other: &HeardVoice, permille: u32) -> bool {
        let same = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        let in_topic = same(&one.topic, &other.topic) || same(&one.clause, &other.clause);
        let least = match (in_topic, same(&one.place, &other.place)) {
            (true, true) => self.alike_in_topic_and_place_permille,
            (true, false) => self.alike_in_topic_permille,
            _ => self.alike_permille,
        };
        permille >= least
    }
}

struct Kept {
    voice: HeardVoice,
    weighed: Weighed,
    keys: Vec<u64>,
}

/// The voices of a window and what joins them.
pub struct CommonProblems {
    terms: ClusterTerms,
    rarity: Rarity,
    voices: BTreeMap<String, Kept>,
    /// Who may be joined with whom: bands of sketches, topics, clauses.
    by_key: BTreeMap<u64, BTreeSet<String>>,
    joined: BTreeMap<String, BTreeSet<String>>,
}

impl CommonProblems {
    /// No voices yet.
    pub fn new(terms: ClusterTerms, rarity: Rarity) -> Self {
        Self { terms, rarity, voices: BTreeMap::new(), by_key: BTreeMap::new(), joined: BTreeMap::new() }
    }

    /// How rare a character is here.
    pub fn rarity(&self) -> &Rarity {
        &self.rarity
    }

    /// The voice with this identifier.
    pub fn voice(&self, id: &str) -> Option<&HeardVoice> {
        self.voices.get(id).map(|kept| &kept.voice)
    }

    /// Adds a voice with the features of its text; one with the same identifier is replaced.
    pub fn insert(&mut self, voice: HeardVoice, features: Features) {
        self.remove(&voice.id);
        let keys = keys(&voice, &features);
        let weighed = Weighed::of(features, &self.rarity);
        let met: BTreeSet<&String> = keys.iter().filter_map(|key| self.by_key.get(key)).flatten().collect();
        let joins = |id: &&String| {
            self.voices.get(*id).is_some_and(|kept| {
                let permille = compare(&weighed, &kept.weighed).permille;
                self.terms.joins(&voice, &kept.voice, permille)
            })
        };
        let friends: BTreeSet<String> = met.into_iter().filter(joins).cloned().collect();
        for friend in &friends {
            self.joined.entry(friend.clone()).or_default().insert(voice.id.clone());
        }
        self.joined.insert(voice.id.clone(), friends);
        for key in &keys {
            self.by_key.entry(*key).or_default().insert(voice.id.clone());
        }
        self.voices.insert(voice.id.clone(), Kept { voice, weighed, keys });
    }

    /// Forgets a voice.
    pub fn remove(&mut self, id: &str) {
        let Some(kept) = self.voices.remove(id) else { return };
        for key in kept.keys {
            if let Some(ids) = self.by_key.get_mut(&key) {
                ids.remove(id);
                if ids.is_empty() {
                    self.by_key.remove(&key);
                }
            }
        }
        for friend in self.joined.remove(id).unwrap_or_default() {
            if let Some(friends) = self.joined.get_mut(&friend) {
                friends.remove(id);
            }
        }
    }

    /// Forgets what is older than the window on a day.
    pub fn pass(&mut self, today: NaiveDate) {
        let is_over = |kept: &&Kept| (today - kept.voice.day).num_days() >= i64::from(self.terms.window_days);
        let over: Vec<String> =
            self.voices.values().filter(is_over).map(|kept| kept.voice.id.clone()).collect();
        for id in over {
            self.remove(&id);
        }
    }

    /// The groups of two and more among the voices that somebody sees, each in order of identifier; the largest first.
    /// What he does not see joins nothing for him.
    fn groups(&self, is_seen: impl Fn(&HeardVoice) -> bool) -> Vec<Vec<&HeardVoice>> {
        let (mut seen, mut groups) = (BTreeSet::new(), Vec::new());
        let hidden = |id: &str| self.voices.get(id).is_none_or(|kept| !is_seen(&kept.voice));
        for id in self.voices.keys() {
            let (mut group, mut next) = (BTreeSet::new(), vec![id.as_str()]);
            while let Some(id) = next.pop() {
                if !hidden(id) && seen.insert(id) {
                    group.insert(id);
                    next.extend(self.joined.get(id).into_iter().flatten().map(String::as_str));
                }
            }
            if group.len() > 1 {
                let voices = group.into_iter().filter_map(|id| Some(&self.voices.get(id)?.voice));
                groups.push(voices.collect::<Vec<_>>());
            }
        }
        groups.sort_by_key(|group| std::cmp::Reverse(group.len()));
        groups
    }

    /// The words of all voices of the window, in order of identifier.
    fn words(&self) -> impl Iterator<Item = (&str, &BTreeSet<String>)> {
        self.voices.values().map(|kept| (kept.voice.id.as_str(), &kept.voice.words))
    }
}

/// The bands of the text, and one key each for topic and clause.
fn keys(voice: &HeardVoice, features: &Features) -> Vec<u64> {
    let mut keys = Sketch::of(features).bands();
    for (kind, word) in [("topic", &voice.topic), ("clause", &voice.clause)] {
        if let Some(word) = word {
            // Top bit set: never a band.
            let hash = |text: &str| {
                text.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
                    (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3)
                })
            };
            keys.push(hash(&format!("{kind}:{word}")) | 1 << 63);
        }
    }
    keys
}
