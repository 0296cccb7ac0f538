//! Topics and candidates for a voice, ranked, each with the words and the rule that speak for it.

use super::{super::spelling, CompetenceRule, CompetenceTable, Topic, wording};
use crate::Bilingual;
use serde::{Deserialize, Serialize};
use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

/// Most topics that are followed.
const TOPICS_MAX: usize = 5;
/// A word in the subject counts so many times.
const SUBJECT_TIMES: u64 = 2;
/// Each return by an organisation takes away so much of what speaks for it, in thousandths, up to the most.
const RETURN_PERMILLE: u64 = 150;
const RETURNS_MAX: u64 = 5;

/// What is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inquiry<'i> {
    /// The subject line.
    pub subject: &'i str,
    /// The account.
    pub text: &'i str,
    /// A topic that somebody has chosen; it goes before all that are found.
    pub topic: Option<&'i str>,
    /// The county or zone it is about, an organisation.
    pub place: Option<&'i str>,
    /// The organisations that have sent this very voice back.
    pub refused_by: &'i [String],
}

/// How often an organisation has sent back voices of a topic lately, and was right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PastReturn {
    /// The topic.
    pub topic: String,
    /// The organisation.
    pub organization: String,
    /// How often.
    pub count: u32,
}

/// A topic that a voice shows, and by which words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TopicFound {
    /// The topic.
    pub id: String,
    /// How much speaks for it.
    pub weight: u64,
    /// The words that stand in the voice.
    pub words: Vec<String>,
}

/// An organisation that may be competent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// The organisation.
    pub organization: String,
    /// The rule; none for the desk itself.
    pub rule: Option<String>,
    /// The topic.
    pub topic: Option<String>,
    /// How much speaks for it.
    pub weight: u64,
    /// The words that stand in the voice.
    pub words: Vec<String>,
    /// Whether it has sent this voice back already.
    pub has_refused: bool,
    /// How often it has sent back voices of this topic.
    pub past_returns: u32,
    /// Why: the words, the rule, what is against it.
    pub reason: Bilingual,
}

/// What is suggested; the first candidate first, the desk itself last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// The topics, the likeliest first.
    pub topics: Vec<TopicFound>,
    /// The candidates, each organisation once.
    pub candidates: Vec<Candidate>,
}

impl CompetenceTable {
    /// Who may be competent for a voice.
    pub fn suggest(&self, inquiry: &Inquiry<'_>, returns: &[PastReturn]) -> Suggestion {
        let voice = Voice { subject: spelling::flat(inquiry.subject), text: spelling::flat(inquiry.text) };
        let topics = self.topics_of(inquiry, &voice);
        let mut candidates: BTreeMap<String, (Rank, Candidate)> = BTreeMap::new();
        for topic in &topics {
            for (depth, part) in self.line(&topic.id).into_iter().enumerate() {
                let rules = self.rules.iter().enumerate().filter(|(_, rule)| rule.topic == part.id);
                for (at, rule) in rules {
                    let Some(fit) = rule.fit(inquiry, &voice) else { continue };
                    let (rank, candidate) =
                        self.candidate(topic, (rule, fit), (depth, at), (inquiry, returns));
                    let known = candidates.get(&candidate.organization);
                    if known.is_none_or(|(best, _)| rank < *best) {
                        candidates.insert(candidate.organization.clone(), (rank, candidate));
                    }
                }
            }
        }
        let mut ranked: Vec<(Rank, Candidate)> = candidates.into_values().collect();
        ranked.sort_by_key(|(rank, _)| *rank);
        let mut candidates: Vec<Candidate> = ranked.into_iter().map(|(_, candidate)| candidate).collect();
        if !candidates.iter().any(|candidate| candidate.organization == self.fallback) {
            candidates.push(self.desk(candidates.is_empty()));
        }
        Suggestion { topics, candidates }
    }

    /// The topics whose words stand in the voice, a chosen one first.
    fn topics_of(&self, inquiry: &Inquiry<'_>, voice: &Voice) -> Vec<TopicFound> {
        let all: Vec<(&Topic, &String)> = self
            .topics
            .iter()
            .flat_map(|topic| topic.keywords.iter().map(move |word| (topic, word)))
            .collect();
        let flat: Vec<Vec<char>> = all.iter().map(|(_, word)| spelling::flat(word)).collect();
        let weights = voice.weights(&flat);
        let mut found: BTreeMap<&str, TopicFound> = BTreeMap::new();
        for ((topic, word), weight) in all.into_iter().zip(weights).filter(|(_, weight)| *weight > 0) {
            let empty = || TopicFound { id: topic.id.clone(), weight: 0, words: Vec::new() };
            let entry = found.entry(&topic.id).or_insert_with(empty);
            entry.weight += weight;
            entry.words.push(word.clone());
        }
        if let Some(chosen) = inquiry.topic.and_then(|id| self.topic(id)) {
            let empty = || TopicFound { id: chosen.id.clone(), weight: 0, words: Vec::new() };
            found.entry(&chosen.id).or_insert_with(empty);
        }
        let mut topics: Vec<TopicFound> = found.into_values().collect();
        topics.sort_by_key(|topic| {
            (inquiry.topic != Some(topic.id.as_str()), Reverse(topic.weight), topic.id.clone())
        });
        topics.truncate(TOPICS_MAX);
        topics
    }

    fn candidate(
        &self,
        topic: &TopicFound,
        (rule, fit): (&CompetenceRule, Fit),
        (depth, at): (usize, usize),
        (inquiry, returns): (&Inquiry<'_>, &[PastReturn]),
    ) -> (Rank, Candidate) {
        let of = |past: &&PastReturn| past.organization == fit.organization && past.topic == topic.id;
        let past_returns = returns.iter().filter(of).map(|past| past.count).sum();
        let less = RETURN_PERMILLE * u64::from(past_returns).min(RETURNS_MAX);
        let weight = topic.weight * (1_000 - less) / 1_000;
        let has_refused = inquiry.refused_by.contains(&fit.organization);
        let is_chosen = inquiry.topic == Some(topic.id.as_str());
        let rank = Rank {
            has_refused,
            is_found: !is_chosen,
            weight: Reverse(weight),
            depth,
            said: Reverse(fit.said),
            at,
        };
        let mut words = topic.words.clone();
        words.extend(fit.words);
        words.dedup();
        let title = self.topic(&topic.id).map(|topic| topic.title.clone()).unwrap_or_default();
        let against = (has_refused, past_returns);
        let candidate = Candidate {
            reason: wording::reason(&title, (is_chosen, &words), rule, against),
            organization: fit.organization,
            rule: Some(rule.id.clone()),
            topic: Some(topic.id.clone()),
            weight,
            words,
            has_refused,
            past_returns,
        };
        (rank, candidate)
    }

    /// The desk itself.
    fn desk(&self, is_alone: bool) -> Candidate {
        Candidate {
            organization: self.fallback.clone(),
            rule: None,
            topic: None,
            weight: 0,
            words: Vec::new(),
            has_refused: false,
            past_returns: 0,
            reason: wording::desk(is_alone),
        }
    }
}

/// What goes first: who has not refused, the chosen topic, the heavier topic, the nearer topic, the rule that says
/// more, the earlier one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    has_refused: bool,
    is_found: bool,
    weight: Reverse<u64>,
    depth: usize,
    said: Reverse<(bool, bool)>,
    at: usize,
}

/// How a rule fits a voice.
struct Fit {
    organization: String,
    words: Vec<String>,
    /// Whether it names words, and the place.
    said: (bool, bool),
}

impl CompetenceRule {
    fn fit(&self, inquiry: &Inquiry<'_>, voice: &Voice) -> Option<Fit> {
        let organization = match &self.organization {
            Some(organization) => organization.as_str(),
            None => inquiry.place?,
        };
        if self.place.as_deref().is_some_and(|place| inquiry.place != Some(place)) {
            return None;
        }
        let stands = |word: &&String| voice.holds(&spelling::flat(word));
        let words: Vec<String> = self.keywords.iter().filter(stands).cloned().collect();
        if words.is_empty() && !self.keywords.is_empty() {
            return None;
        }
        let names_place = self.place.is_some() || self.to_place;
        let said = (!self.keywords.is_empty(), names_place);
        Some(Fit { organization: organization.to_owned(), words, said })
    }
}

/// A voice with nothing but letters and digits.
struct Voice {
    subject: Vec<char>,
    text: Vec<char>,
}

impl Voice {
    fn holds(&self, word: &[char]) -> bool {
        let within =
            |text: &[char]| !word.is_empty() && text.windows(word.len()).any(|window| window == word);
        within(&self.subject) || within(&self.text)
    }

    /// What each word weighs: the square of its length where it stands and no longer one stands around it.
    fn weights(&self, words: &[Vec<char>]) -> Vec<u64> {
        let mut weights = vec![0; words.len()];
        for (text, times) in [(&self.subject, SUBJECT_TIMES), (&self.text, 1)] {
            let mut spans: Vec<(usize, usize, usize)> = Vec::new();
            for (at, word) in words.iter().enumerate().filter(|(_, word)| !word.is_empty()) {
                let starts =
                    text.windows(word.len()).enumerate().filter(|(_, window)| *window == word.as_slice());
                spans.extend(starts.map(|(start, _)| (start, start + word.len(), at)));
            }
            let is_inside = |(start, end, _): &(usize, usize, usize)| {
                spans.iter().any(|(from, to, _)| from <= start && end <= to && to - from > end - start)
            };
            let standing: BTreeSet<usize> =
                spans.iter().filter(|span| !is_inside(span)).map(|span| span.2).collect();
            for at in standing {
                weights[at] += times * (words[at].len() * words[at].len()) as u64;
            }
        }
        weights
    }
}
