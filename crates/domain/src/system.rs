//! Named systems: what the two documents call by name, and what of the product realises it.

use crate::{Bilingual, Block, Citation};
use serde::{Deserialize, Serialize};

/// How far a named system has come to life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SystemState {
    /// Nothing of it works yet.
    Planned,
    /// Part of it works; `realised_by` says which.
    Partial,
    /// It works.
    Live,
}

impl SystemState {
    /// All states, in display order.
    pub const ALL: [Self; 3] = [Self::Live, Self::Partial, Self::Planned];

    /// The identifier used in editions, addresses and JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Partial => "partial",
            Self::Live => "live",
        }
    }
}

/// A named system of the sources.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedSystem {
    /// Identifier `x001` … `x158`.
    pub id: String,
    /// The name as the sources give it, and in English.
    pub name: Bilingual,
    /// What the software has to do, in our own words.
    pub must: Bilingual,
    /// Where the sources name it.
    pub citations: Vec<Citation>,
    /// The building blocks that serve it.
    pub blocks: Vec<Block>,
    /// How far it has come.
    pub state: SystemState,
    /// Definitions and pages that realise it: `task-list:<id>`, `register:<id>`, `mechanism:<id>`, `page:<path>` …
    #[serde(default)]
    pub realised_by: Vec<String>,
    /// What a partial one still lacks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<Bilingual>,
}
