//! What a version becomes after its first day: a policy, parameter or term that it names may begin or end later.

use super::{Finding, Looked, Subject};
use crate::{
    definition::{Dated, Definitions, Effective, Moment},
    policy::Policy,
};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Most days that are looked at.
const DAYS_MAX: usize = 400;

/// Whether a later day may take a finding back.
pub fn may_pass(finding: &Finding) -> bool {
    matches!(
        finding.code,
        "contradiction" | "dead-branch" | "dead-exception" | "redundant" | "redundant-part"
    )
}

/// The policy of a version as it reads on later days, each reading once.
pub fn changed(one: &Looked<'_>, subject: &Subject<'_>) -> Vec<(Moment, Policy)> {
    let first = one.version.beginning();
    let last = one.version.effective.to.unwrap_or(NaiveDate::MAX);
    let days = turns(subject.definitions).into_iter().filter(|day| first.as_of < *day && *day <= last);
    let mut changed: Vec<(Moment, Policy)> = Vec::new();
    for as_of in days.take(DAYS_MAX) {
        let moment = Moment { as_of, known_at: as_of.max(first.known_at) };
        let (book, _) = subject.definitions.book(subject.catalog, moment);
        let of_version = |(policy, version): &(usize, usize)| {
            subject.definitions.policies.get(*policy).is_some_and(|found| found.id == one.definition.id)
                && *version == one.at
        };
        let Some(at) = book.origins.iter().position(of_version) else { continue };
        let policy = book.rules.policies.into_iter().nth(at);
        let is_new = |policy: &Policy| {
            policy.condition() != one.policy.condition()
                && changed.iter().all(|(_, known)| known.condition() != policy.condition())
        };
        changed.extend(policy.filter(is_new).map(|policy| (moment, policy)));
    }
    changed
}

/// The days on which anything begins to stand or has just ended.
fn turns(definitions: &Definitions) -> BTreeSet<NaiveDate> {
    let policies = definitions.policies.iter().flat_map(|policy| &policy.versions);
    let policies = policies.map(|version| (version.effective, version.known_from));
    let named = definitions.named.iter().flat_map(|named| &named.values);
    let named = named.map(|value| (value.effective, value.known_from));
    let cards = definitions.scorecards.iter().flat_map(|card| &card.versions);
    let cards = cards.map(|version| (version.effective, version.known_from));
    let days = |(Effective { from, to }, known): (Effective, Option<NaiveDate>)| {
        [Some(from), to.and_then(|to| to.succ_opt()), known].into_iter().flatten()
    };
    policies.chain(named).chain(cards).flat_map(days).collect()
}
