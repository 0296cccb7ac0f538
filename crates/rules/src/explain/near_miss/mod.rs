//! Near misses: the smallest changes that would make a policy apply, and in whose hands they are.

mod atom;
mod direction;
mod plan;
mod said;
mod search;
mod trial;
mod wanted;
#[cfg(test)]
mod wanted_tests;

use super::{dossier::Dossier, node::Provenance, readable::Readable};
use crate::{
    catalog::{FieldIndex, Words},
    expression::Value,
    reference::Firm,
};
use chrono::NaiveDate;
use plan::{Constraint, Constraints, Subject};
pub(super) use plan::{Need, single_row};
use search::Search;
use serde::Serialize;
use smallvec::SmallVec;
use trial::Trial;

/// In whose hands a change is; of several, the last one counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// The firm can act on it.
    Act,
    /// Time brings it.
    Time,
    /// It is not known; it may well be so already.
    Learn,
    /// A person has to decide it.
    Judge,
    /// It cannot change.
    Never,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// In whose hands it is.
    pub way: Way,
    /// The field; nothing for the day, a judgement, a summary of a child table.
    pub field: Option<String>,
    /// What it is called.
    pub label: Words,
    /// What it is; nothing where that is unknown.
    pub from: Option<Words>,
    /// What it would have to be.
    pub to: Words,
    /// By how much, to the smallest unit of the field.
    pub by: Option<Words>,
    /// For time: the first day on which it is so.
    pub first_day: Option<NaiveDate>,
    /// Index of the clause among those of the explanation.
    pub clause: usize,
    /// The clause of the document.
    pub cite: String,
    /// Whether the limit is a cliff: one unit above it and nothing is due.
    pub is_cliff: bool,
    /// How far it is: thousandths of the greater of both values, of a year for time.
    pub distance_permille: u32,
    /// Said.
    pub sentence: Words,
    /// Index of the field.
    #[serde(skip)]
    pub index: Option<FieldIndex>,
    /// The value it would have to be; nothing where any would do.
    #[serde(skip)]
    pub value: Option<Value>,
}

/// Changes that together make the policy apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Path {
    /// In whose hands the hardest of them is.
    pub way: Way,
    /// All of them are needed.
    pub changes: Vec<Change>,
    /// The day on which the last of them is there; today's where none needs time.
    pub first_day: NaiveDate,
    /// How far it is, all changes together.
    pub distance_permille: u32,
    /// Whether the changes were tried and make the policy apply; not where a value is left open.
    pub is_tried: bool,
}

/// The ways to a policy, nearest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct NearMiss {
    /// Ways; none where the policy applies already, or where no way was found.
    pub paths: Vec<Path>,
    /// How many conditions were evaluated.
    pub evaluations: u32,
}

/// The ways to a policy for one firm, nearest first, without a word.
#[derive(Clone, Debug)]
pub struct Ways<'r> {
    /// The policy.
    pub readable: &'r Readable,
    /// How many conditions were evaluated.
    pub evaluations: u32,
    routes: SmallVec<[Route; 1]>,
}

/// Changes that together make the policy apply, without a word.
#[derive(Clone, Debug)]
pub struct Route {
    /// In whose hands the hardest of them is.
    pub way: Way,
    /// The day on which the last of them is there; today's where none needs time.
    pub first_day: NaiveDate,
    /// How far it is, all changes together.
    pub distance_permille: u32,
    /// Whether the changes were tried and make the policy apply; not where a value is left open.
    pub is_tried: bool,
    until: Option<NaiveDate>,
    constraints: Constraints,
}

/// One change, without a word.
#[derive(Clone, Copy, Debug)]
pub struct Step<'w> {
    /// In whose hands it is.
    pub way: Way,
    /// The field; nothing for the day, a judgement, a summary of a child table.
    pub field: Option<FieldIndex>,
    /// The value it would have to be; nothing where any would do.
    pub value: Option<&'w Value>,
    /// For time: the first day on which it is so.
    pub first_day: Option<NaiveDate>,
    /// Index of the clause among those of the explanation.
    pub clause: usize,
    /// How far it is.
    pub distance_permille: u32,
}

/// Most ways that are told.
const PATHS_MAX: usize = 3;

/// The smallest changes that would make a policy apply to a firm.
pub fn near_miss(readable: &Readable, firm: &Firm<'_>) -> NearMiss {
    let provenance = Provenance::default();
    let dossier = Dossier::new(readable, firm, &provenance);
    dossier.ways(readable).said(&dossier)
}

impl Ways<'_> {
    /// Ways; none where the policy applies already, or where no way was found.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }
}

impl Route {
    fn only_waits(&self) -> bool {
        matches!(&*self.constraints, [only] if only.need.subject == Subject::Day) && self.way == Way::Time
    }

    /// The changes; all of them are needed.
    pub fn steps(&self) -> impl ExactSizeIterator<Item = Step<'_>> {
        self.constraints.iter().map(|Constraint { need, line }| Step {
            way: need.way(self.until),
            field: match need.subject {
                Subject::Field(field) => Some(field),
                _ => None,
            },
            value: need.value.as_ref(),
            first_day: need.first_day(),
            clause: *line,
            distance_permille: need.distance_permille,
        })
    }
}

impl Dossier<'_> {
    /// The smallest changes that would make a policy apply.
    pub fn ways<'r>(&self, readable: &'r Readable) -> Ways<'r> {
        self.expects(readable);
        if self.truth(readable.condition) == Some(true) {
            return Ways { readable, evaluations: 1, routes: SmallVec::new() };
        }
        let search = Search::new(self, readable, 0);
        let mut plans = search.plans();
        let trial = Trial { readable, dossier: self };
        let mut evaluations = search.evaluations() + plans.len() as u32;
        let mut routes: SmallVec<[Route; 1]> =
            plans.iter_mut().filter_map(|plan| trial.route(plan)).take(PATHS_MAX).collect();
        if routes.is_empty() {
            let near = plans.iter().take(PATHS_MAX);
            routes = near.filter_map(|plan| trial.mended(plan, &mut evaluations)).collect();
        }
        if routes.is_empty() {
            // What cannot change is told only where there is nothing else; one way of it is enough.
            let mut plans = search.hopeless_plans();
            routes = plans.iter_mut().find_map(|plan| trial.route(plan)).into_iter().collect();
            evaluations = evaluations.max(search.evaluations()) + plans.len() as u32;
        }
        // Where waiting alone is enough, nothing that comes later is worth telling.
        let waits = routes.iter().filter(|route| route.only_waits()).map(|route| route.first_day);
        if let Some(soonest) = waits.min() {
            routes.retain(|route| route.first_day <= soonest);
        }
        Ways { readable, evaluations, routes }
    }
}
