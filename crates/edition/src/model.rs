//! An edition as the rest of the product sees it.

use domain::{
    Bilingual, Citation, law::Regulation, organization::Organization, system::NamedSystem,
    task_list::TaskList,
};

/// What a city has written down, with everything its parents add.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edition {
    /// Name of its folder.
    pub id: String,
    /// Name of the place.
    pub name: Bilingual,
    /// What the edition is about, one sentence.
    pub summary: Bilingual,
    /// GB/T 2260 code, six digits.
    pub division_code: String,
    /// Identifiers of its layers, root first, itself last.
    pub layers: Vec<String>,
    /// Organisations, upper layers first.
    pub organizations: Vec<Organization>,
    /// The regulation that `a…` citations point at.
    pub regulation: Option<Regulation>,
    /// The task list that `w…`, `t…` and `P` citations point at.
    pub task_list: Option<TaskList>,
    /// Named systems, upper layers first.
    pub systems: Vec<NamedSystem>,
}

impl Edition {
    /// The organisation with this identifier.
    pub fn organization(&self, id: &str) -> Option<&Organization> {
        self.organizations.iter().find(|organization| organization.id == id)
    }

    /// The named system with this identifier.
    pub fn system(&self, id: &str) -> Option<&NamedSystem> {
        self.systems.iter().find(|system| system.id == id)
    }

    /// Systems that cite the article with this number.
    pub fn systems_citing_article(&self, number: &str) -> Vec<&NamedSystem> {
        self.citing(|citation| matches!(citation, Citation::Article(article) if article == number))
    }

    /// Systems that cite a work: the whole of it, one of its measures or one of its target items.
    pub fn systems_citing_work(&self, work: u16) -> Vec<&NamedSystem> {
        self.citing(|citation| {
            matches!(citation, Citation::Work(n) | Citation::Measure(n, _) | Citation::Target(n, _) if *n == work)
        })
    }

    /// Systems with exactly this citation.
    pub fn systems_citing(&self, citation: &Citation) -> Vec<&NamedSystem> {
        self.citing(|other| other == citation)
    }

    fn citing(&self, wanted: impl Fn(&Citation) -> bool) -> Vec<&NamedSystem> {
        self.systems.iter().filter(|system| system.citations.iter().any(&wanted)).collect()
    }
}
