//! Who is competent for a voice: a tree of topics with their words, and rules from topics to organisations.
//!
//! The table is data of an edition. What comes of it is a suggestion with its reason; a person at the desk confirms it.

mod fault;
mod suggestion;
#[cfg(test)]
mod tests;
mod wording;

pub use fault::{CompetenceFault, CompetenceFaultKind, CompetenceList};
pub use suggestion::{Candidate, Inquiry, PastReturn, Suggestion, TopicFound};

use crate::{Bilingual, Citation};
use serde::{Deserialize, Serialize};

/// What voices are about; topics form a tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// Identifier.
    pub id: String,
    /// What it is called.
    pub title: Bilingual,
    /// The topic it is part of.
    #[serde(default)]
    pub parent: Option<String>,
    /// Words that show that a voice is about it.
    #[serde(default)]
    pub keywords: Vec<String>,
}

/// A way from a topic to an organisation. What it names besides the topic must hold too, and makes it go first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompetenceRule {
    /// Identifier.
    pub id: String,
    /// The topic; its parts follow it where they have no way of their own.
    pub topic: String,
    /// Words of which one must stand in the voice.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// The place, an organisation that is a county or a zone.
    #[serde(default)]
    pub place: Option<String>,
    /// The competent organisation; left out where `to_place` is true.
    #[serde(default)]
    pub organization: Option<String>,
    /// The county or zone the voice is about is competent; holds only where that is known.
    #[serde(default)]
    pub to_place: bool,
    /// Why, in one sentence of ours.
    pub reason: Bilingual,
    /// Where the sources say so.
    #[serde(default)]
    pub cite: Vec<Citation>,
    /// It is our reading and stands in no source.
    #[serde(default)]
    pub derived: bool,
}

/// Topics and ways of an edition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CompetenceTable {
    /// The topics.
    pub topics: Vec<Topic>,
    /// The ways.
    pub rules: Vec<CompetenceRule>,
    /// The desk that decides where no way fits.
    pub fallback: String,
}

impl CompetenceTable {
    /// The topic with this identifier.
    pub fn topic(&self, id: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.id == id)
    }

    /// A topic and what it is part of, the topic first; a ring ends where it closes.
    pub fn line<'t>(&'t self, id: &str) -> Vec<&'t Topic> {
        let (mut line, mut next): (Vec<&Topic>, _) = (Vec::new(), self.topic(id));
        while let Some(topic) = next.filter(|topic| !line.iter().any(|known| known.id == topic.id)) {
            line.push(topic);
            next = topic.parent.as_deref().and_then(|parent| self.topic(parent));
        }
        line
    }
}
