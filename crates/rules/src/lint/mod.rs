//! What is wrong with definitions although they can be read: contradictions, dead clauses, lost dates, slipped
//! units, and what fair-competition review would ask about.
//!
//! What is called a contradiction, dead or redundant is so for every firm; there is no false alarm.

mod conditions;
mod dates;
mod fair;
mod money;
mod overlap;
mod space;
#[cfg(test)]
mod tests;

pub use space::{example, may_hold, may_hold_together};

use crate::{
    catalog::{Catalog, Words},
    check::Scope,
    definition::{Book, Definitions, PolicyDefinition, PolicyVersion},
    policy::Policy,
};
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// It cannot stay.
    Error,
    /// Somebody has to look at it.
    Warning,
    /// Worth knowing.
    Note,
}

/// A standard of fair-competition review and what it rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Basis {
    /// Code of the standard: `C2`, `G4`.
    pub standard: &'static str,
    /// What it asks, with its article.
    pub asks: Words,
    /// Under which conditions it may stand all the same.
    pub exception: Words,
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which lint: `contradiction`, `unit-slip`.
    pub code: &'static str,
    /// How grave.
    pub severity: Severity,
    /// Identifier of the policy, or of the parameter, term or group.
    pub policy: String,
    /// Index of the version.
    pub version: Option<usize>,
    /// Field of the definition: `version.0.require.1.when`.
    pub path: String,
    /// What is wrong and what to do.
    pub message: Words,
    /// For fair-competition findings.
    pub basis: Option<Basis>,
}

/// Where an edition stands: what it builds on, and the code of its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The edition it builds on.
    pub parent: Option<String>,
    /// Its division code: `330300`.
    pub division_code: String,
}

/// All that is looked at together.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The definitions.
    pub definitions: &'a Definitions,
    /// The fields.
    pub catalog: &'a Catalog,
    /// Rule books of the definitions; every version in any of them is looked at once.
    pub books: &'a [Book],
    /// Editions by identifier.
    pub editions: &'a BTreeMap<String, Place>,
    /// The day for which values have to be current.
    pub today: NaiveDate,
}

/// A version of a policy, read and compiled.
#[derive(Clone, Copy)]
struct Looked<'a> {
    definition: &'a PolicyDefinition,
    at: usize,
    version: &'a PolicyVersion,
    policy: &'a Policy,
}

impl Looked<'_> {
    fn finding(&self, code: &'static str, severity: Severity, field: &str, message: Words) -> Finding {
        Finding {
            code,
            severity,
            policy: self.definition.id.clone(),
            version: Some(self.at),
            path: format!("version.{}.{field}", self.at),
            message,
            basis: None,
        }
    }

    /// The field of a required clause; the one behind the written ones is the limit of the base.
    fn require_field(&self, index: usize) -> String {
        if index < self.version.require.len() {
            format!("require.{index}.when")
        } else {
            "benefit.limit".to_owned()
        }
    }
}

/// Looks at everything; findings in the order of the definitions, the graver ones of a policy first.
pub fn lint(subject: &Subject<'_>) -> Vec<Finding> {
    let scope = Scope::new(subject.catalog, subject.today);
    let looked = looked(subject);
    let mut findings = Vec::new();
    for one in &looked {
        conditions::look(one, &scope, &mut findings);
        money::look(one, &scope, &mut findings);
        fair::look(one, subject, &scope, &mut findings);
    }
    fair::look_at_groups(subject, &scope, &mut findings);
    money::slips(&looked, &scope, &mut findings);
    money::parameters(subject, &mut findings);
    overlap::look(&looked, subject, &mut findings);
    dates::look(subject, &scope, &mut findings);
    let place: BTreeMap<&str, usize> = subject
        .definitions
        .policies
        .iter()
        .enumerate()
        .map(|(at, policy)| (policy.id.as_str(), at))
        .collect();
    findings.sort_by(|left, right| {
        let key = |finding: &Finding| {
            let at = place.get(finding.policy.as_str()).copied().unwrap_or(usize::MAX);
            (at, finding.severity, finding.path.clone(), finding.code)
        };
        key(left).cmp(&key(right))
    });
    findings
}

/// Every version that stands in a book, once.
fn looked<'a>(subject: &Subject<'a>) -> Vec<Looked<'a>> {
    let mut seen = BTreeSet::new();
    let mut looked = Vec::new();
    for book in subject.books {
        for (policy, origin) in book.rules.policies.iter().zip(&book.origins) {
            let definition = subject.definitions.policies.get(origin.0);
            let version = definition.and_then(|definition| definition.versions.get(origin.1));
            if let (Some(definition), Some(version), true) = (definition, version, seen.insert(*origin)) {
                looked.push(Looked { definition, at: origin.1, version, policy });
            }
        }
    }
    looked
}
