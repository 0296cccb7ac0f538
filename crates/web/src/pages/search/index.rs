//! What can be found in an edition, folded once for finding.

use crate::{
    frame::Page,
    matching::{Folded, Words},
};
use domain::{
    Bilingual, Citation,
    task_list::{Target, Work},
};
use edition::Edition;
use std::cmp::Reverse;

/// Sorts of results, in the order in which they are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Articles of the regulation.
    Article,
    /// Works of the plan.
    Work,
    /// Measures of works.
    Measure,
    /// Targets of works and goals of the plan.
    Target,
    /// Named systems.
    System,
    /// Organisations.
    Organization,
}

impl Kind {
    /// All sorts, in display order.
    pub const ALL: [Self; 6] =
        [Self::Article, Self::Work, Self::Measure, Self::Target, Self::System, Self::Organization];

    /// The identifier in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Article => "articles",
            Self::Work => "works",
            Self::Measure => "measures",
            Self::Target => "targets",
            Self::System => "systems",
            Self::Organization => "organizations",
        }
    }
}

/// How a result is named above its title.
enum Name {
    Citation(Citation),
    Target(String),
    /// The title alone says it.
    Title,
}

/// Something that can be found.
pub struct Entry {
    kind: Kind,
    name: Name,
    /// Page that shows it.
    pub href: String,
    /// Its title.
    pub title: Bilingual,
    /// What else it says; may be empty.
    pub text: Bilingual,
    folded_title: Folded,
    folded_text: Folded,
}

impl Entry {
    fn new(kind: Kind, name: Name, href: String, title: &Bilingual, text: Bilingual) -> Self {
        let folded = |text: &Bilingual| Folded::new(&format!("{}\n{}", text.zh, text.en));
        let (folded_title, folded_text) = (folded(title), folded(&text));
        Self { kind, name, href, title: title.clone(), text, folded_title, folded_text }
    }

    /// How the reader cites it; empty where the title says it.
    pub fn label(&self, page: &Page) -> String {
        match &self.name {
            Name::Citation(citation) => page.citation(citation).label,
            Name::Target(id) => page.target_link(id).label,
            Name::Title => String::new(),
        }
    }
}

/// Everything that can be found.
pub struct Index(Vec<Entry>);

impl Index {
    /// The index of an edition.
    pub fn new(edition: &Edition) -> Self {
        let mut entries = Vec::new();
        for article in edition.regulation.iter().flat_map(|regulation| &regulation.articles) {
            let name = Name::Citation(Citation::Article(article.number.clone()));
            let mut text = joined(&article.gist, &article.who);
            if let Some(limits) = &article.limits {
                text = joined(&text, limits);
            }
            let href = format!("/regulation/{}", article.number);
            entries.push(Entry::new(Kind::Article, name, href, &article.title, text));
        }
        if let Some(list) = &edition.task_list {
            list.works.iter().for_each(|work| add_work(&mut entries, edition, work));
            list.goals.iter().for_each(|goal| add_target(&mut entries, goal, "/plan"));
        }
        for system in &edition.systems {
            let href = format!("/systems/{}", system.id);
            entries.push(Entry::new(Kind::System, Name::Title, href, &system.name, system.must.clone()));
        }
        for organization in &edition.organizations {
            let aliases = organization.aliases.join(" ");
            let text = Bilingual { zh: aliases.clone(), en: aliases };
            let href = format!("/organizations/{}", organization.id);
            entries.push(Entry::new(Kind::Organization, Name::Title, href, &organization.name, text));
        }
        Self(entries)
    }

    /// Entries of one sort in which every word stands, those with most words in the title first.
    pub fn find(&self, kind: Kind, words: &Words) -> Vec<&Entry> {
        let own = self.0.iter().filter(|entry| entry.kind == kind);
        let mut found: Vec<_> =
            own.filter(|entry| words.match_any(&[&entry.folded_title, &entry.folded_text])).collect();
        found.sort_by_key(|entry| Reverse(words.count_in(&entry.folded_title)));
        found
    }
}

/// A work with its measures and targets.
fn add_work(entries: &mut Vec<Entry>, edition: &Edition, work: &Work) {
    let owners: Vec<_> = work.owners().filter_map(|id| edition.organization(id)).collect();
    let names = |of: fn(&Bilingual) -> &String| {
        owners.iter().map(|one| of(&one.name).as_str()).collect::<Vec<_>>().join(" ")
    };
    let text = Bilingual { zh: names(|name| &name.zh), en: names(|name| &name.en) };
    let name = Name::Citation(Citation::Work(work.number));
    let href = format!("/plan/{}", work.number);
    entries.push(Entry::new(Kind::Work, name, href.clone(), &work.title, text));
    for measure in &work.measures {
        let citation = Citation::Measure(work.number, measure.number);
        let address = format!("{href}#{citation}");
        let text = measure.figures.clone().unwrap_or_default();
        entries.push(Entry::new(Kind::Measure, Name::Citation(citation), address, &measure.title, text));
    }
    work.targets.iter().for_each(|target| add_target(entries, target, &href));
}

/// A target that `page` shows.
fn add_target(entries: &mut Vec<Entry>, target: &Target, page: &str) {
    let text = target.remark.clone().unwrap_or_default();
    let name = Name::Target(target.id.clone());
    entries.push(Entry::new(Kind::Target, name, format!("{page}#{}", target.id), &target.indicator, text));
}

/// Two texts one after the other.
fn joined(first: &Bilingual, second: &Bilingual) -> Bilingual {
    Bilingual { zh: format!("{} · {}", first.zh, second.zh), en: format!("{} · {}", first.en, second.en) }
}
