//! Loading: every file of an edition and of its parents, and every problem at once.

use crate::{
    competence, desk, files,
    heads::{Layer, chain},
    layers::Joined,
    mechanisms::{self, Surroundings},
    model::Edition,
    office_hours, organizations, platforms,
    problem::{Problem, Problems},
    regulation, rules,
    spelling::did_you_mean,
    systems::{self, Source, Sources},
    task_list,
    tree::Tree,
};
use domain::{clock::OfficeTime, organization::Organization};

/// An edition and what is wrong with it.
pub struct Loaded {
    /// Everything that could be read.
    pub edition: Edition,
    /// All problems of the edition and its parents, by file and line.
    pub problems: Vec<Problem>,
}

/// Loads an edition of the tree together with its parents; never fails, reports instead.
///
/// A document or task list that the edition does not name comes from its nearest parent that names one.
pub fn load(tree: &Tree, id: &str) -> Loaded {
    let mut problems = Problems::default();
    let layers = chain(tree, id, &mut problems);
    for layer in &layers {
        files::check(tree, &layer.id, &mut problems);
    }
    let organizations = organizations::read(tree, &layers, &mut problems);
    let sources = read_sources(tree, &layers, &organizations, &mut problems);
    let systems = systems::read(tree, &layers, &sources, &mut problems);
    let rules = rules::read(tree, &layers, &mut problems);
    let hours = office_hours::read(tree, &layers, &mut problems);
    let lpr = desk::read_rates(tree, &layers, &mut problems);
    let parameters = mechanisms::parameters(&rules.definitions.named, lpr.as_ref());
    let around = Surroundings {
        organizations: &organizations,
        sources: &sources,
        vocabularies: rules.catalog.vocabularies(),
        parameters: &parameters,
        office: OfficeTime { calendar: &rules.calendar, hours: hours.as_ref() },
    };
    let mechanisms = mechanisms::read(tree, &layers, &around, &mut problems);
    let platforms =
        platforms::read(tree, &layers, (&mechanisms.versions, rules.catalog.vocabularies()), &mut problems);
    let competence = competence::read(tree, &layers, (&organizations, &sources), &mut problems);
    let mut edition = Edition {
        id: id.to_owned(),
        layers: layers.iter().map(|layer| layer.id.clone()).collect(),
        organizations: organizations.into_values(),
        regulation: sources.regulation.read().and_then(|read| read.regulation.clone()),
        task_list: sources.task_list.read().and_then(|read| read.list.clone()),
        systems,
        catalog: rules.catalog.into(),
        definitions: rules.definitions.into(),
        examples: rules.examples.into(),
        calendar: rules.calendar.into(),
        office_hours: hours.map(Into::into),
        voice_terms: desk::read_terms(tree, &layers, (&sources, &mechanisms.versions), &mut problems),
        mechanisms: mechanisms.versions.into(),
        platforms: platforms.into(),
        timelines: mechanisms.timelines.into(),
        competence: competence.table.map(Into::into),
        competence_examples: competence.examples.into(),
        lpr: lpr.map(Into::into),
        versions: rules.compiled.into(),
        places: rules.places,
        division_codes: layers.iter().map(|layer| layer.division_code.clone()).collect(),
        ..Edition::default()
    };
    if let Some(layer) = layers.into_iter().next_back() {
        edition.name = layer.name;
        edition.summary = layer.summary;
        edition.division_code = layer.division_code;
    }
    Loaded { edition, problems: problems.sorted() }
}

/// Reads every document and list of every layer; keeps the ones that the nearest layer names.
fn read_sources(
    tree: &Tree,
    layers: &[Layer],
    organizations: &Joined<Organization>,
    problems: &mut Problems,
) -> Sources {
    let mut sources = Sources { regulation: Source::Absent, task_list: Source::Absent };
    for layer in layers {
        let is_unknown = layer.names_unknown || layer.above_unknown;
        if layer.regulation.is_some() || is_unknown {
            sources.regulation = Source::Unreadable;
        }
        if layer.task_list.is_some() || is_unknown {
            sources.task_list = Source::Unreadable;
        }
        for folder in tree.folders(&format!("{}/documents", layer.id)) {
            let read = regulation::read(tree, &layer.id, folder, problems);
            if layer.regulation.as_deref() == Some(folder) {
                sources.regulation = read.map_or(Source::Unreadable, Source::Read);
            }
        }
        for folder in tree.folders(&format!("{}/task-lists", layer.id)) {
            let path = format!("{}/task-lists/{folder}", layer.id);
            if !tree.holds(&format!("{path}/task-list.toml")) && !tree.is_closed(&path) {
                problems.in_file(&path, "the task list has no task-list.toml", "add the file with its head");
            }
            let read = task_list::read(tree, &path, organizations, problems);
            if layer.task_list.as_deref() == Some(folder) {
                sources.task_list = Source::Read(read);
            }
        }
        check_named(tree, layer, "regulation", layer.regulation.as_deref(), "documents", problems);
        check_named(tree, layer, "task_list", layer.task_list.as_deref(), "task-lists", problems);
    }
    sources
}

/// What `edition.toml` names must exist.
fn check_named(
    tree: &Tree,
    layer: &Layer,
    field: &str,
    named: Option<&str>,
    folder: &str,
    problems: &mut Problems,
) {
    let Some(named) = named else { return };
    let path = format!("{}/{folder}", layer.id);
    let existing = tree.folders(&path);
    if !existing.contains(named) && !tree.is_closed(&path) {
        let what = format!("`{field}` names `{named}`, which does not exist");
        let hint = did_you_mean(named, existing, &format!("name a folder below {folder}/"));
        problems.at(&layer.place, field, what, hint);
    }
}
