//! Cases as pages see them: who stands how to a case, what is asked of him, what a row of a list says.
//!
//! Decides nothing: mechanisms say who may do what, `domain::mechanism::sight` says who sees it.

mod beginning;
mod notice;
mod opening;
mod party;
mod row;

pub use beginning::{Beginning, beginnings, form_of};
pub use notice::{Told, recipients, told as told_notice};
pub use opening::{Heir, hexadecimal, landing, title_of};
pub use party::{Found, asked, binds};
pub use row::{CaseRow, DueWords};

use crate::{City, context::Context};
use domain::{
    Language,
    clock::Moment,
    mechanism::{Mechanism, MechanismVersion},
};
use edition::Edition;
use store::Procedures;

impl City {
    /// What cases run on: the mechanisms of the edition, its calendar and its office hours.
    pub fn procedures(&self) -> Procedures<'_> {
        Procedures { versions: &self.edition.mechanisms, office: self.edition.office_time() }
    }

    /// The version on which a case runs.
    pub fn mechanism(&self, id: &str, version: u16) -> Option<&MechanismVersion> {
        let mut versions = self.edition.mechanisms.iter();
        versions.find(|one| one.definition.id == id && one.definition.version == version)
    }
}

impl Context {
    /// This minute, in the one time that China keeps.
    pub fn moment(&self) -> Moment {
        Moment::in_china((self.city.host.now)())
    }
}

/// The name of a stage.
pub fn stage<'m>(mechanism: &'m Mechanism, id: &'m str, language: Language) -> &'m str {
    let found = mechanism.stages.iter().find(|stage| stage.id == id);
    found.map_or(id, |stage| stage.title.get(language))
}

/// The name of an organisation.
pub fn organization<'e>(edition: &'e Edition, id: &'e str, language: Language) -> &'e str {
    edition.organization(id).map_or(id, |one| one.name.get(language))
}
