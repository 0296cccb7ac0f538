//! The statements as data, and what is wrong with them.

use super::{Permission, Role};
use crate::Bilingual;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, sync::LazyLock};
use thiserror::Error;

static BUILT_IN: LazyLock<AccessPolicy> = LazyLock::new(|| {
    AccessPolicy::parse(include_str!("statements.toml")).expect("a test reads the statements")
});

/// Who may do what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessPolicy {
    /// What is allowed.
    #[serde(rename = "statement")]
    pub statements: Vec<Statement>,
    /// What no statement can allow.
    #[serde(rename = "never")]
    pub separations: Vec<Separation>,
}

/// One thing that is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Identifier, lower-case words joined by hyphens.
    pub id: String,
    /// To whom.
    pub who: Vec<Who>,
    /// What.
    pub may: Vec<Permission>,
    /// On which objects.
    pub within: Within,
    /// What he must have shown.
    #[serde(default)]
    pub demand: Demand,
    /// Why.
    pub reason: Bilingual,
    /// Situations it allows: `head own`.
    pub allows: Vec<String>,
    /// Situations it does not: `head foreign`.
    pub denies: Vec<String>,
}

/// A separation of duties.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Separation {
    /// Identifier, lower-case words joined by hyphens.
    pub id: String,
    /// Who.
    pub who: Vec<Who>,
    /// May not do what.
    pub may_not: Vec<Permission>,
    /// Only where the object is about himself.
    #[serde(default)]
    pub about_himself: bool,
    /// Why.
    pub reason: Bilingual,
}

/// Whom a statement is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Who {
    /// Everybody, signed in or not.
    Anyone,
    /// Whoever is signed in, in any capacity.
    Person,
    /// Whoever acts in this role.
    Role(Role),
}

/// On which objects a statement allows something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Within {
    /// All of them.
    Everything,
    /// Those about the person himself.
    OwnPerson,
    /// Those of the firm he acts for.
    OwnFirm,
    /// Those his organisation is in charge of.
    OwnOrganization,
    /// Those in the place where he is competent.
    OwnPlace,
    /// Those to which he is a party, in this capacity.
    Party,
}

/// What somebody must have shown before a statement serves him.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Demand {
    /// A second factor or a passkey.
    pub two_factors: bool,
    /// Who he is, at most so many minutes ago.
    pub proof_minutes_max: Option<u16>,
}

/// What is wrong with a policy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PolicyFault {
    /// It cannot be read.
    #[error("the statements cannot be read: {0}")]
    Unreadable(String),
    /// Two have one identifier.
    #[error("two statements are called `{0}` · rename one")]
    Twice(String),
    /// A permission that nobody has.
    #[error("no statement allows `{0}` · write one, or remove the permission")]
    Unused(Permission),
    /// A statement that gives no example of both sorts.
    #[error("statement `{0}` needs a situation under `allows` and one under `denies`")]
    Untried(String),
}

impl AccessPolicy {
    /// The statements of this program.
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// Reads statements; all faults of a readable text are told.
    pub fn parse(text: &str) -> Result<Self, Vec<PolicyFault>> {
        let policy: Self =
            toml::from_str(text).map_err(|error| vec![PolicyFault::Unreadable(error.to_string())])?;
        let faults = policy.faults();
        if faults.is_empty() { Ok(policy) } else { Err(faults) }
    }

    fn faults(&self) -> Vec<PolicyFault> {
        let mut seen = BTreeSet::new();
        let ids = self.statements.iter().map(|one| &one.id).chain(self.separations.iter().map(|one| &one.id));
        let twice = ids.filter(|id| !seen.insert(*id)).map(|id| PolicyFault::Twice(id.clone()));
        let allowed: BTreeSet<_> = self.statements.iter().flat_map(|one| &one.may).collect();
        let unused = Permission::ALL.iter().filter(|one| !allowed.contains(one));
        let untried = self.statements.iter().filter(|one| {
            let denies_somebody = !one.who.contains(&Who::Anyone);
            one.allows.is_empty() || (denies_somebody && one.denies.is_empty())
        });
        twice
            .chain(unused.map(|one| PolicyFault::Unused(*one)))
            .chain(untried.map(|one| PolicyFault::Untried(one.id.clone())))
            .collect()
    }
}

impl TryFrom<String> for Who {
    type Error = String;

    fn try_from(name: String) -> Result<Self, String> {
        match name.as_str() {
            "anyone" => Ok(Self::Anyone),
            "person" => Ok(Self::Person),
            other => Role::named(other).map(Self::Role).ok_or_else(|| {
                format!("`{other}` is no role · write `anyone`, `person` or a role such as `clerk`")
            }),
        }
    }
}

impl From<Who> for String {
    fn from(who: Who) -> Self {
        match who {
            Who::Anyone => "anyone".to_owned(),
            Who::Person => "person".to_owned(),
            Who::Role(role) => role.name().to_owned(),
        }
    }
}
