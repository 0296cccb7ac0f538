//! A work as a line of a list.

use crate::frame::{Link, Page};
use domain::task_list::Work;
use edition::Edition;

/// What a list shows of a work.
pub struct WorkLine<'a> {
    /// The work.
    pub work: &'a Work,
    /// Names of those who lead it.
    pub leads: String,
}

impl<'a> WorkLine<'a> {
    /// The line of `work`.
    pub fn new(page: &Page, edition: &Edition, work: &'a Work) -> Self {
        let names: Vec<String> = work.lead.iter().map(|id| page.organization(edition, id).label).collect();
        Self { work, leads: names.join(page.w.of("and")) }
    }
}

impl Page {
    /// The page of an organisation, with its name; its identifier where the edition does not know it.
    pub fn organization(&self, edition: &Edition, id: &str) -> Link {
        let name = edition.organization(id).map_or(id, |organization| self.say(&organization.name));
        Link::new(format!("/organizations/{id}"), name)
    }
}
