//! What a desk sees of a group of voices, and when it becomes a proposal to change a policy.

use super::{CommonProblems, HeardVoice, label::WordCounts};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// From when on a common problem is proposed as a change of policy; an edition sets it and says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProposalRule {
    /// From how many firms on.
    pub firms_min: u32,
    /// From how many voices on.
    pub voices_min: u32,
}

/// A group of voices of a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommonProblem {
    /// The voices, in order of identifier; the first of them names the group.
    pub voices: Vec<String>,
    /// Its most telling words.
    pub label: Vec<String>,
    /// The firms.
    pub firms: BTreeSet<String>,
    /// The organisations that answer.
    pub organizations: BTreeSet<String>,
    /// The places.
    pub places: BTreeSet<String>,
    /// The topics.
    pub topics: BTreeSet<String>,
    /// The clauses.
    pub clauses: BTreeSet<String>,
    /// The day of the first voice.
    pub first_day: NaiveDate,
    /// The day of the last.
    pub last_day: NaiveDate,
    /// Whether it has become a proposal.
    pub is_proposal: bool,
}

impl CommonProblems {
    /// The common problems of the window among the voices that somebody sees, the largest first.
    pub fn standing(&self, rule: ProposalRule, is_seen: impl Fn(&HeardVoice) -> bool) -> Vec<CommonProblem> {
        let counts = WordCounts::of(self.words());
        self.groups(is_seen).into_iter().filter_map(|group| problem(&group, rule, &counts)).collect()
    }
}

fn problem(group: &[&HeardVoice], rule: ProposalRule, counts: &WordCounts<'_>) -> Option<CommonProblem> {
    let all = |of: fn(&HeardVoice) -> Option<&String>| {
        group.iter().filter_map(|voice| of(voice).cloned()).collect::<BTreeSet<String>>()
    };
    let firms = all(|voice| Some(&voice.firm));
    let days = || group.iter().map(|voice| voice.day);
    Some(CommonProblem {
        voices: group.iter().map(|voice| voice.id.clone()).collect(),
        label: counts.label(group.iter().map(|voice| voice.id.as_str())),
        organizations: all(|voice| voice.organization.as_ref()),
        places: all(|voice| voice.place.as_ref()),
        topics: all(|voice| voice.topic.as_ref()),
        clauses: all(|voice| voice.clause.as_ref()),
        first_day: days().min()?,
        last_day: days().max()?,
        is_proposal: firms.len() >= rule.firms_min as usize && group.len() >= rule.voices_min as usize,
        firms,
    })
}
