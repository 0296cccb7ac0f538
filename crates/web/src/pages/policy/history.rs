//! The versions of a policy: when each is in force, and from when on it was known.

use crate::{book::DayBook, frame::Page};
use rules::definition::{Moment, PolicyDefinition, PolicyVersion};

/// A version as a row of the history.
pub struct Version {
    /// When it is in force.
    pub validity: String,
    /// From when on it was known.
    pub known_from: String,
    /// What is due.
    pub phrase: String,
    /// The document.
    pub document: String,
    /// In force, to come, or over.
    pub standing: &'static str,
    /// Whether it is the one that stands.
    pub current: bool,
    /// Whether somebody compared it with the document.
    pub verified: &'static str,
}

/// The version a page shows: the one that stands, else the next to come, else the last that stood.
pub fn shown_version(policy: &PolicyDefinition, moment: Moment) -> Option<&PolicyVersion> {
    let standing = policy.version_at(moment).map(|(_, version)| version);
    let to_come = || {
        let later = policy.versions.iter().filter(|version| version.effective.from > moment.as_of);
        later.min_by_key(|version| version.effective.from)
    };
    standing.or_else(to_come).or_else(|| policy.versions.iter().max_by_key(|version| version.effective.from))
}

/// All versions, the latest first.
pub fn versions(page: &Page, policy: &PolicyDefinition, book: &DayBook) -> Vec<Version> {
    let current = shown_version(policy, book.moment);
    let known_from = |version: &PolicyVersion| version.known_from.unwrap_or(version.effective.from);
    let mut all: Vec<&PolicyVersion> = policy.versions.iter().collect();
    all.sort_by_key(|version| std::cmp::Reverse((version.effective.from, known_from(version))));
    let row = |version: &PolicyVersion| Version {
        validity: page.validity(&version.effective),
        known_from: page.date(&known_from(version)),
        phrase: page.benefit_phrase(version.benefit.as_ref(), book),
        document: version.document.clone(),
        standing: page.standing(&version.effective, book.moment.as_of),
        current: current.is_some_and(|current| std::ptr::eq(current, version)),
        verified: page.verified(version),
    };
    all.into_iter().map(row).collect()
}
