//! Which works a reader wants to see.

use crate::{
    choice::{Choice, cut},
    frame::Page,
    matching::{Folded, Words},
};
use domain::{
    organization::{Organization, OrganizationKind},
    task_list::{TaskList, Work},
};
use edition::Edition;
use serde::Deserialize;
use std::collections::BTreeSet;

/// The query of the page.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    department: String,
    county: String,
    stage: String,
    q: String,
}

/// The filter over one list.
pub struct Filter<'a> {
    edition: &'a Edition,
    list: &'a TaskList,
    asked: Asked,
    words: Words,
}

impl<'a> Filter<'a> {
    /// The filter that was asked for.
    pub fn new(edition: &'a Edition, list: &'a TaskList, asked: Asked) -> Self {
        let asked = Asked { q: cut(&asked.q).0, ..asked };
        let words = Words::new(&asked.q);
        Self { edition, list, asked, words }
    }

    /// True when the work is wanted. A county also answers for works that name the counties as a group.
    pub fn passes(&self, work: &Work) -> bool {
        let owns = |id: &str| work.owners().any(|owner| owner == id);
        let owned_by_group = || work.owners().any(|owner| self.is_group(owner));
        (self.asked.department.is_empty() || owns(&self.asked.department))
            && (self.asked.county.is_empty() || owns(&self.asked.county) || owned_by_group())
            && (self.asked.stage.is_empty() || work.stage.id() == self.asked.stage)
            && (self.words.is_empty() || self.words.match_any(&[&folded(work)]))
    }

    /// The words asked for, as typed.
    pub fn words(&self) -> &str {
        &self.asked.q
    }

    /// True when anything narrows the list.
    pub fn is_set(&self) -> bool {
        let Asked { department, county, stage, q } = &self.asked;
        [department, county, stage, q].iter().any(|value| !value.is_empty())
    }

    /// True when a county is chosen.
    pub fn has_county(&self) -> bool {
        !self.asked.county.is_empty()
    }

    /// Everyone but counties and groups who answers for a work.
    pub fn departments(&self, page: &Page) -> Vec<Choice> {
        let owners: BTreeSet<&String> = self.list.works.iter().flat_map(Work::owners).collect();
        let wanted = |organization: &&Organization| {
            let territorial = matches!(organization.kind, OrganizationKind::County | OrganizationKind::Group);
            owners.contains(&organization.id) && !territorial
        };
        self.choices(page, wanted, &self.asked.department)
    }

    /// All counties.
    pub fn counties(&self, page: &Page) -> Vec<Choice> {
        self.choices(page, |organization| organization.kind == OrganizationKind::County, &self.asked.county)
    }

    /// The stages that occur, in order of their years.
    pub fn stages(&self, page: &Page) -> Vec<Choice> {
        let mut stages: Vec<_> = self.list.works.iter().map(|work| work.stage).collect();
        stages.sort_by_key(|stage| (stage.is_long_term(), stage.from, stage.to));
        stages.dedup();
        stages.iter().map(|stage| Choice::new(stage.id(), page.stage(stage), &self.asked.stage)).collect()
    }

    fn choices(&self, page: &Page, wanted: impl Fn(&&Organization) -> bool, asked: &str) -> Vec<Choice> {
        let organizations = self.edition.organizations.iter().filter(wanted);
        organizations.map(|one| Choice::new(one.id.as_str(), page.say(&one.name), asked)).collect()
    }

    fn is_group(&self, id: &str) -> bool {
        self.edition.organization(id).is_some_and(|one| one.kind == OrganizationKind::Group)
    }
}

/// Everything a work says, for finding words in it.
fn folded(work: &Work) -> Folded {
    let mut text = format!("{} {}", work.title.zh, work.title.en);
    let measures = work.measures.iter().map(|measure| &measure.title);
    for said in measures.chain(work.targets.iter().map(|target| &target.indicator)) {
        text.push('\n');
        text.push_str(&said.zh);
        text.push(' ');
        text.push_str(&said.en);
    }
    Folded::new(&text)
}
