//! Organisations that answer for something: departments, counties, zones, courts, state firms.

use crate::Bilingual;
use serde::{Deserialize, Serialize};

/// What sort of body an organisation is; filters on pages use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrganizationKind {
    /// A government department of the city.
    Department,
    /// A body of the Party.
    PartyBody,
    /// A court or a procuratorate.
    Judiciary,
    /// A county, district or county-level city.
    County,
    /// A functional zone without a division code of its own.
    Zone,
    /// A local office of a national body (central bank, regulator).
    NationalOffice,
    /// A state-owned firm.
    StateFirm,
    /// A chamber, association, media centre or other body.
    PublicBody,
    /// A group named as one ("counties concerned"); never a single addressee.
    Group,
}

/// A body named by a source, with the names it goes by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organization {
    /// Identifier, lower-case words joined by hyphens.
    pub id: String,
    /// The name as the sources print it, and in English.
    pub name: Bilingual,
    /// Sort of body.
    pub kind: OrganizationKind,
    /// GB/T 2260 code, six digits; counties only.
    #[serde(default)]
    pub division_code: Option<String>,
    /// Other names the sources use for the same body.
    #[serde(default)]
    pub aliases: Vec<String>,
}
