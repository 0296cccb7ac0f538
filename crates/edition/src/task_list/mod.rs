//! `task-lists/<list>/`: the head with general tasks and goals, and one file for each work.

mod targets;
mod work;

use crate::{
    document::{Document, Located, Place, Row},
    layers::Joined,
    numbering::check_run,
    problem::Problems,
    tree::Tree,
};
use domain::{
    organization::Organization,
    task_list::{GeneralTask, Target, TaskList, Work},
};
use std::collections::{BTreeMap, BTreeSet};

/// What of each work can be cited, known even where a row could not be read.
pub(crate) type Anchors = BTreeMap<u16, WorkAnchors>;

/// The measures and target items of one work.
pub(crate) struct WorkAnchors {
    /// Numbers of its measures; absent where the file could not be read.
    pub measures: Option<BTreeSet<u16>>,
    /// Number of its target items; absent where it could not be read.
    pub target_items: Option<u16>,
}

/// A task list, and what of it can be cited.
pub(crate) struct ReadTaskList {
    /// The list, where its head could be read.
    pub list: Option<TaskList>,
    /// Its works.
    pub anchors: Anchors,
}

/// What the works of a list are checked against.
struct Context<'c> {
    organizations: &'c Joined<Organization>,
    general_tasks: BTreeSet<String>,
}

/// One file of a work.
struct WorkFile {
    /// The number in the name of the file.
    number: u16,
    work: Option<Work>,
    anchors: WorkAnchors,
    targets: Vec<Located<Target>>,
}

/// Reads one list; nothing where its head file is absent or refused.
pub(crate) fn read(
    tree: &Tree,
    folder: &str,
    organizations: &Joined<Organization>,
    problems: &mut Problems,
) -> Option<ReadTaskList> {
    let file = format!("{folder}/task-list.toml");
    let mut parsed = Document::parse(&file, tree.text(&file)?, &["general_task", "goal", "work"], problems)?;
    for row in parsed.take("work") {
        problems
            .at(&row.place, "", "a work stands in the head of the list", "move it to a file works/NN.toml");
    }
    let tasks = parsed.take("general_task");
    let context = Context { organizations, general_tasks: unique_ids(&tasks, problems) };
    let general_tasks: Vec<GeneralTask> = values(&tasks, problems);
    let goals: Vec<Located<Target>> =
        parsed.take("goal").iter().filter_map(|row| row.read(problems)).collect();
    for goal in &goals {
        targets::check_goal(goal, problems);
    }
    let files = read_works(tree, folder, &context, problems);
    targets::check_together(goals.iter().chain(files.iter().flat_map(|file| &file.targets)), problems);

    let head = parsed.head.with_empty(&["general_task"]).read::<TaskList>(problems);
    let (anchors, works) = split(files);
    let list = head.map(|head| {
        if !head.value.id.is_empty() {
            problems.at(&head.place, "id", "the task list names an id", "remove it; the folder is the id");
        }
        let id = folder.rsplit('/').next().unwrap_or_default().to_owned();
        let goals = goals.into_iter().map(|goal| goal.value).collect();
        TaskList { id, general_tasks, goals, works, ..head.value }
    });
    Some(ReadTaskList { list, anchors })
}

fn split(files: Vec<WorkFile>) -> (Anchors, Vec<Work>) {
    let mut anchors = Anchors::new();
    let mut works = Vec::new();
    for file in files {
        anchors.insert(file.number, file.anchors);
        works.extend(file.work);
    }
    (anchors, works)
}

fn values<T: serde::de::DeserializeOwned>(rows: &[Row<'_>], problems: &mut Problems) -> Vec<T> {
    rows.iter().filter_map(|row| row.read(problems)).map(|row: Located<T>| row.value).collect()
}

fn unique_ids(rows: &[Row<'_>], problems: &mut Problems) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for row in rows {
        let Some(id) = row.text("id") else { continue };
        if !ids.insert(id.to_owned()) {
            let what = format!("the general task `{id}` is defined twice");
            problems.at(&row.place, "id", what, "give every general task its own id");
        }
    }
    ids
}

/// Reads the files of the works in the order of their numbers.
fn read_works(tree: &Tree, folder: &str, context: &Context<'_>, problems: &mut Problems) -> Vec<WorkFile> {
    let works = format!("{folder}/works");
    let mut numbered: Vec<(u16, &str)> = tree
        .below(&works)
        .filter_map(|(path, _)| Some((path[works.len() + 1..].strip_suffix(".toml")?.parse().ok()?, path)))
        .collect();
    numbered.sort_unstable();
    if numbered.is_empty() {
        problems.in_file(folder, "the task list has no work", "add works/01.toml");
    }
    let places: Vec<Place> = numbered.iter().map(|(_, path)| Place::of_file(path)).collect();
    check_run(
        "work",
        numbered.iter().zip(&places).map(|((number, _), place)| (Some(*number), place)),
        problems,
    );
    numbered.iter().map(|(number, path)| work::read(tree, path, *number, context, problems)).collect()
}
