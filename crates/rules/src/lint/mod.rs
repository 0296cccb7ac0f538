//! What is wrong with definitions although they can be read: contradictions, dead clauses, lost dates, slipped
//! units, and what fair-competition review would ask about.
//!
//! What is called a contradiction, dead or redundant is so for every firm; there is no false alarm.

mod bounds;
mod choices;
mod conditions;
mod dates;
mod fair;
mod later;
mod money;
mod overlap;
mod redundant;
mod slips;
mod space;
#[cfg(test)]
mod tests;
mod written;

pub use space::{example, may_hold, may_hold_together};

use crate::{
    catalog::{Catalog, Words},
    check::Scope,
    definition::{Book, Dated, Definitions, PolicyDefinition, PolicyVersion},
    policy::Policy,
    table::Table,
};
use chrono::NaiveDate;
use serde::Serialize;
use space::Goal;
use std::collections::{BTreeMap, BTreeSet};
use written::{Scopes, Text, name_base};

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
    /// Facts of the examples, each with its policy.
    pub examples: &'a [(&'a str, &'a Table)],
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

    /// What is so of an entitled firm, where a text of a field counts.
    fn known_for(&self, field: &str) -> Vec<Goal> {
        if let Some(rest) = field.strip_prefix("require.") {
            // The others only: of itself it cannot be said before it was asked.
            let own = rest.split('.').next().and_then(|own| own.parse::<usize>().ok());
            let others = self.policy.require.iter().enumerate().filter(|(at, _)| Some(*at) != own);
            return others.map(|(_, clause)| (clause.expression.clone(), true)).collect();
        }
        // The limit itself is asked of the base.
        let is_of_base = matches!(field, "benefit.base" | "benefit.limit" | "benefit.base_cap");
        let count = if is_of_base { self.version.require.len() } else { usize::MAX };
        let required = self.policy.require.iter().take(count);
        let mut known: Vec<Goal> = required.map(|clause| (clause.expression.clone(), true)).collect();
        if field.starts_with("benefit") {
            let exceptions = self.policy.unless.iter().map(|one| (one.condition(), false));
            known.extend(exceptions);
        }
        known
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

/// Every lint, as docs/guide/lints.md explains them.
pub const CODES: [&str; 31] = [
    "cap-below-floor", "cash-deposit", "contradiction", "dead-branch", "dead-else", "dead-exception",
    "editions-contradict", "expired", "expired-value", "gap", "implausible-amount", "local-branch",
    "local-content", "local-honour", "local-record", "local-registration", "local-statistics", "local-tax",
    "named-firms", "no-end", "overlap", "ownership", "phrase", "redundant", "redundant-part", "relocation",
    "share-above-whole", "size-demand", "uncited-amount", "undated", "unit-slip",
];

/// Looks at everything; findings in the order of the definitions, the graver ones of a policy first.
pub fn lint(subject: &Subject<'_>) -> Vec<Finding> {
    let scope = Scope::new(subject.catalog, subject.today);
    let looked = looked(subject);
    let mut scopes = Scopes::new(subject.definitions, subject.catalog);
    let mut findings = Vec::new();
    for one in &looked {
        look_inside(one, subject, &mut scopes, &mut findings);
        money::look(one, &scope, &mut findings);
        fair::look(one, subject, &scope, &mut findings);
    }
    look_at_named(subject, &mut scopes, &mut findings);
    fair::look_at_groups(subject, &scope, &mut findings);
    slips::look(&looked, subject, &scope, &mut findings);
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

/// Looks at the conditions of one version and, where a firm can be entitled, at its choices and bounds.
fn look_inside(
    one: &Looked<'_>,
    subject: &Subject<'_>,
    scopes: &mut Scopes<'_>,
    findings: &mut Vec<Finding>,
) {
    let moment = one.version.beginning();
    let mut found = Vec::new();
    let is_alive = conditions::look(one, scopes.at(moment), &mut found);
    let later = if found.iter().any(later::may_pass) { later::changed(one, subject) } else { Vec::new() };
    let mut alive = is_alive.then_some((moment, one.policy));
    for (moment, policy) in &later {
        let mut again = Vec::new();
        if conditions::look(&Looked { policy, ..*one }, scopes.at(*moment), &mut again) {
            alive = alive.or(Some((*moment, policy)));
        }
        found.retain(|finding| !later::may_pass(finding) || again.contains(finding));
    }
    findings.append(&mut found);
    let Some((moment, policy)) = alive else { return };
    let (one, scope) = (&Looked { policy, ..*one }, scopes.at(moment));
    if let Some(benefit) = &one.version.benefit {
        name_base(benefit, scope);
    }
    for (path, text) in one.version.texts() {
        let text = Text {
            id: &one.definition.id,
            version: Some(one.at),
            known: one.known_for(&path),
            path: format!("version.{}.{path}", one.at),
            expression: text,
            is_needed: true,
        };
        choices::look(&text, scope, findings);
    }
    bounds::look(one, &one.known_for("benefit.cap"), scope, findings);
}

/// Looks at the choices of terms and scores, whoever uses them.
fn look_at_named(subject: &Subject<'_>, scopes: &mut Scopes<'_>, findings: &mut Vec<Finding>) {
    let mut look = |id: &str, version, path: String, text: &str, moment| {
        let text = Text { id, version, path, expression: text, known: Vec::new(), is_needed: false };
        choices::look(&text, scopes.at(moment), findings);
    };
    for named in &subject.definitions.named {
        for (at, value) in named.values.iter().enumerate() {
            look(&named.name, None, format!("value.{at}.value"), &value.value, value.beginning());
        }
    }
    for card in &subject.definitions.scorecards {
        for (at, version) in card.versions.iter().enumerate() {
            for (row, item) in version.items.iter().enumerate() {
                let path = format!("version.{at}.item.{row}.points");
                look(&card.id, Some(at), path, &item.points, version.beginning());
            }
        }
    }
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
