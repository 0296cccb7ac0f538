//! How much of the sources the named systems cover, and how far these have come.

use crate::model::Edition;
use domain::{
    Citation,
    system::{NamedSystem, SystemState},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    /// How many are cited by at least one named system.
    pub cited: usize,
    /// How many there are.
    pub total: usize,
}

/// What realises one article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ArticleCoverage {
    /// Number as cited: "41", "41-1".
    pub number: String,
    /// Named systems that cite it.
    pub systems: usize,
    /// Different definitions and pages that realise these systems.
    pub realised_by: usize,
}

/// What the named systems of an edition cover.
///
/// A system that cites a work as a whole covers all its measures and target items; one that cites a measure
/// or a target item covers its work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Articles of the regulation.
    pub articles: Share,
    /// Works of the task list.
    pub works: Share,
    /// Measures of all works.
    pub measures: Share,
    /// Printed target items of all works.
    pub targets: Share,
    /// Named systems by state; every state has an entry.
    pub systems_by_state: BTreeMap<SystemState, usize>,
    /// What realises each article, in order.
    pub articles_realised: Vec<ArticleCoverage>,
}

impl Edition {
    /// Counts what is cited and what realises it.
    pub fn coverage(&self) -> Coverage {
        let cited: BTreeSet<&Citation> = self.systems.iter().flat_map(|system| &system.citations).collect();
        let mut coverage = Coverage {
            systems_by_state: SystemState::ALL.into_iter().map(|state| (state, 0)).collect(),
            ..Coverage::default()
        };
        for system in &self.systems {
            *coverage.systems_by_state.entry(system.state).or_default() += 1;
        }
        for article in self.regulation.iter().flat_map(|regulation| &regulation.articles) {
            let realised = article_coverage(&article.number, &self.systems_citing_article(&article.number));
            coverage.articles.count(realised.systems > 0);
            coverage.articles_realised.push(realised);
        }
        for work in self.task_list.iter().flat_map(|list| &list.works) {
            let whole = cited.contains(&Citation::Work(work.number));
            let mut any = whole;
            for measure in &work.measures {
                let hit = cited.contains(&Citation::Measure(work.number, measure.number));
                coverage.measures.count(whole || hit);
                any |= hit;
            }
            for item in 1..=work.target_items {
                let hit = cited.contains(&Citation::Target(work.number, item));
                coverage.targets.count(whole || hit);
                any |= hit;
            }
            coverage.works.count(any);
        }
        coverage
    }
}

impl Share {
    fn count(&mut self, is_cited: bool) {
        self.total += 1;
        self.cited += usize::from(is_cited);
    }
}

fn article_coverage(number: &str, systems: &[&NamedSystem]) -> ArticleCoverage {
    let realised_by: BTreeSet<&String> = systems.iter().flat_map(|system| &system.realised_by).collect();
    ArticleCoverage { number: number.to_owned(), systems: systems.len(), realised_by: realised_by.len() }
}
