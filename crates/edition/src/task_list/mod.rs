//! `task-lists/<list>/`: the head with general tasks and goals, and one file for each work.

mod targets;
mod work;

use crate::{
    document::{Document, Located, Place, Row},
    layers::Joined,
    numbering::{check_run, check_year},
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
    /// A file of a work could not be found or named, so that `anchors` may lack something.
    pub incomplete: bool,
}

/// What the works of a list are checked against.
struct Context<'c> {
    organizations: &'c Joined<Organization>,
    /// Absent where one of them could not be read.
    general_tasks: Option<BTreeSet<String>>,
}

/// One file of a work.
struct WorkFile {
    /// The number in the name of the file.
    number: u16,
    work: Option<Work>,
    anchors: WorkAnchors,
    targets: Vec<Located<Target>>,
    /// Identifiers of its targets, even where a row could not be read; absent where one of them could not.
    target_ids: Option<BTreeSet<String>>,
}

/// What stands in the head file of a list.
#[derive(Default)]
struct ReadHead {
    list: Option<TaskList>,
    goals: Vec<Located<Target>>,
    /// Identifiers of the general tasks, and of the goals; absent where one of them could not be read.
    general_tasks: Option<BTreeSet<String>>,
    goal_ids: Option<BTreeSet<String>>,
}

/// Reads one list. Its works are read and checked even where its head file is absent or refused.
pub(crate) fn read(
    tree: &Tree,
    folder: &str,
    organizations: &Joined<Organization>,
    problems: &mut Problems,
) -> ReadTaskList {
    let head = read_head(tree, folder, problems).unwrap_or_default();
    let context = Context { organizations, general_tasks: head.general_tasks };
    let (files, incomplete) = read_works(tree, folder, &context, problems);
    let ids: Option<BTreeSet<String>> = std::iter::once(&head.goal_ids)
        .chain(files.iter().map(|file| &file.target_ids))
        .cloned()
        .try_fold(BTreeSet::new(), |all, some| Some(&all | &some?));
    let targets = head.goals.iter().chain(files.iter().flat_map(|file| &file.targets));
    targets::check_together(targets, ids.filter(|_| !incomplete).as_ref(), problems);
    let (anchors, works) = split(files);
    let list = head.list.map(|list| {
        let id = folder.rsplit('/').next().unwrap_or_default().to_owned();
        let goals = head.goals.into_iter().filter(Located::is_whole).map(|goal| goal.value).collect();
        TaskList { id, goals, works, ..list }
    });
    ReadTaskList { list, anchors, incomplete }
}

fn read_head(tree: &Tree, folder: &str, problems: &mut Problems) -> Option<ReadHead> {
    let file = format!("{folder}/task-list.toml");
    let mut parsed = Document::parse(&file, tree.text(&file)?, &["general_task", "goal", "work"], problems)?;
    for row in parsed.take("work") {
        problems
            .at(&row.place, "", "a work stands in the head of the list", "move it to a file works/NN.toml");
    }
    let (tasks, goal_rows) = (parsed.take("general_task"), parsed.take("goal"));
    let general_tasks = unique_ids(&tasks, problems);
    let goal_ids = ids(&goal_rows).filter(|_| !parsed.may_lack_rows);
    let goals: Vec<Located<Target>> = goal_rows.iter().filter_map(|row| row.read(problems)).collect();
    for goal in &goals {
        targets::check_goal(goal, problems);
    }
    let tasks: Vec<GeneralTask> = values(&tasks, problems);
    let may_lack_rows = parsed.may_lack_rows;
    let head = parsed.head.with_empty(&["general_task"]).read::<TaskList>(problems);
    let head = head.inspect(|head| {
        check_year(head, "issued_on", Some(head.value.issued_on), problems);
        if !head.value.id.is_empty() {
            problems.at(&head.place, "id", "the task list names an id", "remove it; the folder is the id");
        }
    });
    let list = head.filter(Located::is_whole).map(|head| TaskList { general_tasks: tasks, ..head.value });
    Some(ReadHead { list, goals, general_tasks: general_tasks.filter(|_| !may_lack_rows), goal_ids })
}

/// The identifiers of rows; nothing where one of them could not be read.
fn ids(rows: &[Row<'_>]) -> Option<BTreeSet<String>> {
    rows.iter().map(|row| row.text("id").map(str::to_owned)).collect()
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
    let read = rows.iter().filter_map(|row| row.read(problems));
    read.filter(Located::is_whole).map(|row: Located<T>| row.value).collect()
}

fn unique_ids(rows: &[Row<'_>], problems: &mut Problems) -> Option<BTreeSet<String>> {
    let mut seen = BTreeSet::new();
    for row in rows {
        let Some(id) = row.text("id") else { continue };
        targets::check_name(id, &row.place, problems);
        if !seen.insert(id.to_owned()) {
            let what = format!("the general task `{id}` is defined twice");
            problems.at(&row.place, "id", what, "give every general task its own id");
        }
    }
    ids(rows)
}

/// Reads the files of the works in the order of their numbers, and says whether some may be missing for a
/// reason that is reported already: a folder that cannot be read, a file with another name.
fn read_works(
    tree: &Tree,
    folder: &str,
    context: &Context<'_>,
    problems: &mut Problems,
) -> (Vec<WorkFile>, bool) {
    let works = format!("{folder}/works");
    let mut numbered: Vec<(u16, &str)> = tree
        .below(&works)
        .filter_map(|(path, _)| Some((path[works.len() + 1..].strip_suffix(".toml")?.parse().ok()?, path)))
        .collect();
    numbered.sort_unstable();
    let incomplete = tree.is_closed(&works) || tree.below(&works).count() > numbered.len();
    if numbered.is_empty() && !incomplete {
        problems.in_file(folder, "the task list has no work", "add works/01.toml");
    }
    let files =
        numbered.iter().map(|(number, path)| work::read(tree, path, *number, context, problems)).collect();
    let places: Vec<Place> = numbered.iter().map(|(_, path)| Place::of_file(path)).collect();
    check_run(
        "work",
        numbered.iter().zip(&places).map(|((number, _), place)| (Some(*number), place)),
        incomplete,
        problems,
    );
    (files, incomplete)
}
