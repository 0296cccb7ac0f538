//! The rules of an edition: facts, parameters, terms, policies, scorecards, ladders, groups and their examples.
//!
//! The files are described in docs/guide/rules.md. A child edition adds; it replaces only by naming what it
//! replaces. Every fault is reported with file and line, whatever else is wrong.

mod amounts;
mod calendars;
mod closure;
mod compile;
mod csv;
mod examples;
pub mod facts;
mod given;
mod groups;
mod kind;
mod ladders;
mod lapses;
mod named;
mod names;
mod periods;
mod places;
mod policies;
mod scorecards;
mod sources;
mod versions;
mod vocabularies;
mod words;

pub use examples::{Example, ExampleSource};
pub(crate) use places::RulePlaces;

use crate::{
    document::Located,
    heads::Layer,
    problem::{Problem, Problems},
    tree::Tree,
};
use closure::Mentions;
use compile::Compiled;
use domain::calendar::WorkingCalendar;
use examples::Reader;
use facts::{Facts, ReadFacts};
use rules::{
    catalog::Catalog,
    definition::{Book, Definitions},
};
use serde::Serialize;
use sources::Sources;
use versions::ReadPolicy;

/// What to do about a folder without its file.
const FORMS: &str = "add the file; editions/sample shows its form";

/// What was read.
#[derive(Default)]
pub(crate) struct Rules {
    pub catalog: Catalog,
    pub definitions: Definitions,
    pub examples: Vec<Example>,
    pub calendar: WorkingCalendar,
    pub compiled: Book,
    pub places: RulePlaces,
}

/// How many rules there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RuleCounts {
    /// Facts that rules may ask for, child tables left out.
    pub facts: usize,
    /// Policies, grades of ladders among them.
    pub policies: usize,
    /// Their versions.
    pub versions: usize,
    /// Parameters and terms.
    pub named: usize,
    /// Scorecards.
    pub scorecards: usize,
    /// Ladders.
    pub ladders: usize,
    /// Examples that came out as expected.
    pub examples_passed: usize,
    /// Examples that did not.
    pub examples_failed: usize,
    /// Procedures.
    pub mechanisms: usize,
    /// Examples of procedures that came out as expected.
    pub timelines_passed: usize,
    /// Examples of procedures that did not.
    pub timelines_failed: usize,
    /// Topics of voices.
    pub topics: usize,
    /// Ways from topics to organisations.
    pub ways: usize,
    /// Examples of competence.
    pub voices: usize,
    /// Those that came out as expected.
    pub voices_passed: usize,
    /// Versions and parameter values that nobody has compared with the document.
    pub unverified: usize,
}

/// Reads the rules of all layers.
pub(crate) fn read(tree: &Tree, layers: &[Layer], problems: &mut Problems) -> Rules {
    let mut facts = Facts::new(layers);
    for layer in layers {
        let file = format!("{}/facts.toml", layer.id);
        if tree.holds(&file) {
            facts.add(&layer.id, &file, tree.text(&file), problems);
        }
    }
    let beside = |path: &str| match tree.text(path) {
        Some(text) => Ok(text.to_owned()),
        None if tree.holds(path) => Err(format!("the file {path} cannot be read")),
        None => Err(format!("there is no file {path}")),
    };
    let facts = facts.catalog(&beside, true, problems);
    read_with(tree, layers, facts, true, problems)
}

/// Reads the rules of a folder that is no edition: `--policies DIR`. It holds what an edition holds, but policies
/// may stand in any folder of it, and examples may be left out.
///
/// `folder` is the name of the folder in the tree, `catalog` what the rules may ask for.
pub fn policies_of_folder(tree: &Tree, folder: &str, catalog: &Catalog) -> (Definitions, Vec<Problem>) {
    let mut problems = Problems::default();
    let layers = [Layer::alone(folder)];
    let facts = ReadFacts::of(catalog.clone());
    let rules = read_with(tree, &layers, facts, false, &mut problems);
    (rules.definitions, problems.sorted())
}

/// Reads everything but the facts.
fn read_with(
    tree: &Tree,
    layers: &[Layer],
    mut facts: ReadFacts,
    is_edition: bool,
    problems: &mut Problems,
) -> Rules {
    let sources = read_sources(tree, layers, &mut facts, is_edition, problems);
    let mentions = Mentions::of(&sources, &facts.catalog);
    let Compiled { versions, faulty } = compile::check(tree, &sources, &mentions, &facts, problems);
    let (sources, mentions) = (&sources, &mentions);
    let calendar = calendars::read(tree, layers, problems);
    let reader = Reader {
        tree,
        layers,
        sources,
        mentions,
        facts: &facts,
        calendar: &calendar,
        faulty: &faulty,
        are_needed: is_edition,
    };
    let examples = reader.read(problems);
    Rules {
        definitions: sources.definitions(),
        examples,
        calendar,
        compiled: sources.book(versions),
        places: RulePlaces::of(sources),
        catalog: facts.catalog,
    }
}

fn read_sources(
    tree: &Tree,
    layers: &[Layer],
    facts: &mut ReadFacts,
    is_edition: bool,
    problems: &mut Problems,
) -> Sources {
    let mut named = named::read(tree, layers, facts, true, problems);
    named.extend(named::read(tree, layers, facts, false, problems));
    let (scorecards, lacks_cards) = scorecards::read(tree, layers, problems);
    facts.incomplete |= lacks_cards;
    let joined = policies::read(tree, layers, is_edition, problems);
    let known = joined.known.clone();
    facts.incomplete |= joined.incomplete;
    let mut policies: Vec<ReadPolicy> = joined.layered().map(|(_, policy)| policy.value).collect();
    let joined = ladders::read(tree, layers, problems);
    facts.incomplete |= joined.incomplete;
    let mut ladders = Vec::new();
    for (_, Located { value: ladder, .. }) in joined.layered() {
        for grade in ladder.grades {
            if known.contains(&grade.definition.id) {
                let what = format!("a policy is called `{}` too", grade.definition.id);
                problems.at(&grade.place, "id", what, "give the grade another id");
            }
            policies.push(grade);
        }
        ladders.push(ladder.definition);
    }
    let groups = groups::read(tree, layers, problems);
    Sources { named, scorecards, policies, groups, ladders }
}
