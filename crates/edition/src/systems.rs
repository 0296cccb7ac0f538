//! `systems.toml`: the named systems, their citations and what realises them.

use crate::{
    document::{Located, Place},
    heads::Layer,
    layers::Joined,
    problem::Problems,
    regulation::ReadRegulation,
    spelling::did_you_mean,
    task_list::ReadTaskList,
    texts::is_hidden,
    tree::Tree,
};
use domain::{
    Citation,
    system::{NamedSystem, SystemState},
};
use std::collections::BTreeSet;

/// What `realised_by` may name, and the folder that must then exist in one of the layers.
const KINDS: [(&str, &str); 4] = [
    ("document", "documents"),
    ("mechanism", "mechanisms"),
    ("register", "registers"),
    ("task-list", "task-lists"),
];

/// Longest path of a page, in bytes.
const PATH_MAX: usize = 200;

/// A source of citations.
pub(crate) enum Source<T> {
    /// No layer names one.
    Absent,
    /// It is named but could not be read; citations of it are not judged.
    Unreadable,
    /// It was read.
    Read(T),
}

impl<T> Source<T> {
    /// The source, where it was read.
    pub fn read(&self) -> Option<&T> {
        if let Self::Read(source) = self { Some(source) } else { None }
    }
}

/// What citations are checked against.
pub(crate) struct Sources {
    /// Target of `a…`.
    pub regulation: Source<ReadRegulation>,
    /// Target of `w…`, `t…`, `P`.
    pub task_list: Source<ReadTaskList>,
}

/// Reads and joins the named systems of all layers, and checks every reference they make.
pub(crate) fn read(
    tree: &Tree,
    layers: &[Layer],
    sources: &Sources,
    problems: &mut Problems,
) -> Vec<NamedSystem> {
    let mut joined = Joined::<NamedSystem>::new("system", layers);
    for layer in layers {
        joined.add_layer(tree, &layer.id, "systems.toml", "system", problems);
    }
    for row in joined.rows() {
        check_citations(row, sources, problems);
        check_blocks(row, problems);
        check_realisation(row, tree, layers, problems);
    }
    joined.into_values()
}

fn check_citations(row: &Located<NamedSystem>, sources: &Sources, problems: &mut Problems) {
    if row.value.citations.is_empty() && row.is_sure("citations") {
        let what = format!("the system `{}` cites nothing", row.value.id);
        problems.at(&row.place, "citations", what, "name where the sources ask for it: a20, w1.8, t5.4 or P");
    }
    let mut seen = BTreeSet::new();
    for (at, citation) in row.value.citations.iter().enumerate() {
        let field = format!("citations.{at}");
        if !seen.insert(citation) {
            problems.at(&row.place, &field, format!("{citation} is cited twice"), "name it once");
        }
        if let Some((what, hint)) = dangling(citation, sources) {
            problems.at(
                &row.place,
                &field,
                format!("the citation {citation} points at nothing: {what}"),
                hint,
            );
        }
    }
}

/// What a citation misses, and what to do about it.
pub(crate) fn dangling(citation: &Citation, sources: &Sources) -> Option<(String, String)> {
    let correct = "correct the citation".to_owned();
    let (no_regulation, no_task_list) = ("the edition has no regulation", "the edition has no task list");
    match (citation, &sources.regulation, &sources.task_list) {
        (Citation::Article(number), Source::Read(regulation), _) => {
            (!regulation.incomplete && !regulation.articles.contains(number)).then(|| {
                let last = regulation.regulation.iter().flat_map(|regulation| &regulation.articles).last();
                let hint = last.map(|last| format!("the regulation ends with article {}", last.number));
                (format!("there is no article {number}"), hint.unwrap_or(correct))
            })
        }
        (Citation::Article(_), Source::Absent, _) => {
            Some((no_regulation.to_owned(), "name it in edition.toml as `regulation`".to_owned()))
        }
        (Citation::Article(_), Source::Unreadable, _) | (_, _, Source::Unreadable) => None,
        (_, _, Source::Absent) => {
            Some((no_task_list.to_owned(), "name it in edition.toml as `task_list`".to_owned()))
        }
        (_, _, Source::Read(list)) => missing_in_list(citation, list),
    }
}

fn missing_in_list(citation: &Citation, list: &ReadTaskList) -> Option<(String, String)> {
    let (Citation::Work(work) | Citation::Measure(work, _) | Citation::Target(work, _)) = citation else {
        return None;
    };
    let Some(found) = list.anchors.get(work) else {
        let count = list.anchors.len();
        let nothing = (format!("there is no work {work}"), format!("the task list has {count} works"));
        return (!list.incomplete).then_some(nothing);
    };
    let (noun, number, count) = match (citation, &found.measures, found.target_items) {
        (Citation::Measure(_, measure), Some(measures), _) if !measures.contains(measure) => {
            ("measure", measure, measures.len())
        }
        (Citation::Target(_, item), _, Some(items)) if !(1..=items).contains(item) => {
            ("target item", item, usize::from(items))
        }
        _ => return None,
    };
    Some((format!("work {work} has no {noun} {number}"), format!("it has {count}")))
}

fn check_blocks(row: &Located<NamedSystem>, problems: &mut Problems) {
    let blocks = &row.value.blocks;
    if blocks.is_empty() && row.is_sure("blocks") {
        let what = format!("the system `{}` names no building block", row.value.id);
        problems.at(&row.place, "blocks", what, "name the blocks that serve it, such as \"register\"");
    }
    for (at, block) in blocks.iter().enumerate().filter(|(at, block)| blocks[..*at].contains(block)) {
        let what = format!("the block {} is named twice", block.id());
        problems.at(&row.place, &format!("blocks.{at}"), what, "name it once");
    }
}

fn check_realisation(row: &Located<NamedSystem>, tree: &Tree, layers: &[Layer], problems: &mut Problems) {
    let system = &row.value;
    let is_sure = row.is_sure("state") && row.is_sure("realised_by");
    if is_sure && system.state != SystemState::Planned && system.realised_by.is_empty() {
        let what = format!("the system `{}` is {} but nothing realises it", system.id, system.state.id());
        problems.at(
            &row.place,
            "state",
            what,
            "name what does in `realised_by`, or set the state to planned",
        );
    }
    if is_sure && system.missing.is_some() && system.state != SystemState::Partial {
        let what = format!("the system `{}` is {} and lacks something", system.id, system.state.id());
        problems.at(&row.place, "missing", what, "only a partial system has `missing`");
    }
    for (at, entry) in system.realised_by.iter().enumerate() {
        check_entry(entry, &row.place, &format!("realised_by.{at}"), &(tree, layers), problems);
    }
}

fn check_entry(
    entry: &str,
    place: &Place,
    field: &str,
    (tree, layers): &(&Tree, &[Layer]),
    problems: &mut Problems,
) {
    let known = || KINDS.iter().map(|(kind, _)| *kind).chain(["page"]);
    let (kind, id) = entry.split_once(':').unwrap_or((entry, ""));
    if kind == "page" {
        let is_path = id.starts_with('/') && id.len() <= PATH_MAX;
        if !is_path || id.contains(|c: char| c.is_whitespace() || is_hidden(c)) {
            let what = format!("`{entry}` names no page");
            problems.at(place, field, what, "write the path of the page with its slash: \"page:/plan\"");
        }
        return;
    }
    let Some((_, folder)) = KINDS.iter().find(|(known, _)| *known == kind) else {
        let what = format!("`{entry}` is of no known kind");
        let kinds: Vec<&str> = known().collect();
        let hint = did_you_mean(kind, known(), &format!("known are {}", kinds.join(", ")));
        problems.at(place, field, what, hint);
        return;
    };
    let existing: BTreeSet<&str> =
        layers.iter().flat_map(|layer| tree.folders(&format!("{}/{folder}", layer.id))).collect();
    let is_closed = layers.iter().any(|layer| tree.is_closed(&format!("{}/{folder}", layer.id)));
    let unknown_above = layers.iter().any(|layer| layer.above_unknown);
    if !existing.contains(id) && !is_closed && !unknown_above {
        let what = format!("the {kind} `{id}` does not exist");
        let hint = did_you_mean(id, existing, &format!("name a folder below {folder}/ of the edition"));
        problems.at(place, field, what, hint);
    }
}
