//! What is wrong with a table of competence.

use super::{super::spelling, CompetenceRule, CompetenceTable};
use std::collections::{BTreeMap, BTreeSet};

/// In which list of the table a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompetenceList {
    /// A topic.
    Topic,
    /// A rule.
    Rule,
}

/// A fault of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompetenceFault {
    /// The list.
    pub list: CompetenceList,
    /// Identifier of the row.
    pub id: String,
    /// Its field.
    pub field: String,
    /// What is wrong.
    pub what: CompetenceFaultKind,
}

/// What can be wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompetenceFaultKind {
    /// The topic that is named does not exist.
    NoSuchTopic(String),
    /// The topic is a part of itself.
    Ring,
    /// No rule leads from the topic, or from what it is part of, to an organisation for every voice.
    NoWay,
    /// Another topic has the same word.
    SameWord {
        /// The word.
        word: String,
        /// The other topic.
        other: String,
    },
    /// The word is too short to tell anything, or stands twice in the row.
    NoWord(String),
    /// Another rule always goes first.
    NeverWins(String),
    /// The rule names no organisation, or two.
    NotOneOrganization,
    /// The rule says nowhere where it comes from, or both that it is cited and that it is derived.
    NoSource,
}

/// Fewest characters of a word.
const WORD_MIN: usize = 2;

impl CompetenceTable {
    /// All faults that the rows show by themselves and together.
    pub fn faults(&self) -> Vec<CompetenceFault> {
        let mut faults = Faults(Vec::new());
        self.check_topics(&mut faults);
        let mut seen: BTreeMap<Vec<char>, &str> = BTreeMap::new();
        for topic in &self.topics {
            check_words(&topic.keywords, (CompetenceList::Topic, &topic.id), &mut faults);
            for (at, word) in topic.keywords.iter().enumerate() {
                match seen.insert(spelling::flat(word), &topic.id) {
                    Some(other) if other != topic.id => {
                        let what =
                            CompetenceFaultKind::SameWord { word: word.clone(), other: other.to_owned() };
                        faults.add(CompetenceList::Topic, &topic.id, &format!("keywords.{at}"), what);
                    }
                    _ => {}
                }
            }
        }
        for (at, rule) in self.rules.iter().enumerate() {
            check_words(&rule.keywords, (CompetenceList::Rule, &rule.id), &mut faults);
            self.check_rule(rule, &self.rules[..at], &mut faults);
        }
        faults.0
    }

    fn check_topics(&self, faults: &mut Faults) {
        for topic in &self.topics {
            let known_parent = topic.parent.as_deref().filter(|parent| self.topic(parent).is_none());
            if let Some(parent) = known_parent {
                let what = CompetenceFaultKind::NoSuchTopic(parent.to_owned());
                faults.add(CompetenceList::Topic, &topic.id, "parent", what);
            }
            let line = self.line(&topic.id);
            let ends = line.last().is_some_and(|last| last.parent.is_none());
            if !ends
                && known_parent.is_none()
                && line.last().and_then(|last| last.parent.as_deref()) == Some(&topic.id)
            {
                faults.add(CompetenceList::Topic, &topic.id, "parent", CompetenceFaultKind::Ring);
            }
            let is_open =
                |rule: &&CompetenceRule| rule.keywords.is_empty() && rule.place.is_none() && !rule.to_place;
            let has_way =
                line.iter().any(|part| self.rules.iter().filter(is_open).any(|rule| rule.topic == part.id));
            if !has_way {
                faults.add(CompetenceList::Topic, &topic.id, "id", CompetenceFaultKind::NoWay);
            }
        }
    }

    fn check_rule(&self, rule: &CompetenceRule, before: &[CompetenceRule], faults: &mut Faults) {
        let mut add = |field: &str, what| faults.add(CompetenceList::Rule, &rule.id, field, what);
        if self.topic(&rule.topic).is_none() {
            add("topic", CompetenceFaultKind::NoSuchTopic(rule.topic.clone()));
        }
        if rule.organization.is_some() == rule.to_place {
            add("organization", CompetenceFaultKind::NotOneOrganization);
        }
        if rule.cite.is_empty() != rule.derived {
            add("cite", CompetenceFaultKind::NoSource);
        }
        if let Some(first) = before.iter().find(|other| other.always_before(rule)) {
            add("id", CompetenceFaultKind::NeverWins(first.id.clone()));
        }
    }
}

impl CompetenceRule {
    /// Whether it fits whatever a later rule fits, and is not less exact.
    ///
    /// A rule that says more goes first, so only one that says exactly as much can stand in the way.
    fn always_before(&self, later: &Self) -> bool {
        let words =
            |rule: &Self| rule.keywords.iter().map(|word| spelling::flat(word)).collect::<BTreeSet<_>>();
        // A rule to the place of the voice needs that place, as one that names it does.
        let needs_place = |rule: &Self| rule.to_place && rule.place.is_none();
        let (mine, theirs) = (words(self), words(later));
        self.topic == later.topic
            && self.place == later.place
            && needs_place(self) == needs_place(later)
            && mine.is_empty() == theirs.is_empty()
            && theirs.is_subset(&mine)
    }
}

fn check_words(words: &[String], (list, id): (CompetenceList, &str), faults: &mut Faults) {
    let mut seen = BTreeSet::new();
    for (at, word) in words.iter().enumerate() {
        let flat = spelling::flat(word);
        if flat.len() < WORD_MIN || !seen.insert(flat) {
            faults.add(list, id, &format!("keywords.{at}"), CompetenceFaultKind::NoWord(word.clone()));
        }
    }
}

struct Faults(Vec<CompetenceFault>);

impl Faults {
    fn add(&mut self, list: CompetenceList, id: &str, field: &str, what: CompetenceFaultKind) {
        self.0.push(CompetenceFault { list, id: id.to_owned(), field: field.to_owned(), what });
    }
}
