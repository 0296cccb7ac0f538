//! `works/NN.toml`: one work with its measures and targets.

use super::{Context, WorkAnchors, WorkFile, targets};
use crate::{
    document::{Document, Located, Row},
    numbering::{YEARS, check_run},
    problem::Problems,
    spelling::did_you_mean,
    tree::Tree,
};
use domain::task_list::{LeadMark, Measure, Target, Work};
use std::collections::BTreeSet;

/// Most target items of one work.
const ITEMS_MAX: u16 = 200;

/// Reads the file of work `number`; its anchors stay open where it is refused.
pub(super) fn read(
    tree: &Tree,
    path: &str,
    number: u16,
    context: &Context<'_>,
    problems: &mut Problems,
) -> WorkFile {
    let anchors = WorkAnchors { measures: None, target_items: None };
    let mut file = WorkFile { number, work: None, anchors, targets: Vec::new(), target_ids: None };
    let parsed =
        tree.text(path).and_then(|text| Document::parse(path, text, &["measure", "target"], problems));
    let Some(mut parsed) = parsed else { return file };

    let measures = parsed.take("measure");
    if measures.is_empty() && !parsed.may_lack_rows {
        problems.in_file(path, format!("work {number} has no measure"), "add [[measure]] rows");
    }
    let lacks = parsed.may_lack_rows;
    check_run("measure", measures.iter().map(|row| (row.number("number"), &row.place)), lacks, problems);
    let numbers: Option<BTreeSet<u16>> = measures.iter().map(|row| row.number("number")).collect();
    file.anchors.measures = numbers.filter(|numbers| !lacks && !numbers.is_empty());
    file.anchors.target_items = parsed.head.number("target_items");

    let target_rows = parsed.take("target");
    file.targets = target_rows.iter().filter_map(|row| row.read(problems)).collect();
    for target in &file.targets {
        targets::check_of_work(target, number, problems);
    }
    file.target_ids = super::ids(&target_rows).filter(|_| !parsed.may_lack_rows);
    check_items(&parsed.head, &target_rows, parsed.may_lack_rows, problems);

    let measures = super::values::<Measure>(&measures, problems);
    let head = parsed.head.with_empty(&["measure"]).read::<Work>(problems);
    let head = head.inspect(|head| check_head(head, number, context, problems));
    file.work = head.filter(Located::is_whole).map(|head| {
        let whole = file.targets.iter().filter(|target| target.is_whole());
        let targets: Vec<Target> = whole.map(|target| target.value.clone()).collect();
        Work { measures, targets, ..head.value }
    });
    file
}

/// Every printed target item has a row, and every row a printed item.
fn check_items(head: &Row<'_>, rows: &[Row<'_>], may_lack_rows: bool, problems: &mut Problems) {
    let Some(items) = head.number("target_items") else { return };
    if items > ITEMS_MAX {
        let what = format!("`target_items` is {items}, more than {ITEMS_MAX}");
        problems.at(
            &head.place,
            "target_items",
            what,
            "count the target items that are printed for the work",
        );
        return;
    }
    let present: Option<BTreeSet<u16>> = rows.iter().map(|row| row.number("item")).collect();
    let missing: Vec<u16> = match present {
        Some(present) if !may_lack_rows => (1..=items).filter(|item| !present.contains(item)).collect(),
        _ => Vec::new(),
    };
    if !missing.is_empty() {
        let are_missing = match missing.as_slice() {
            [item] => format!("target item {item} of {items} has no row"),
            items_missing => format!("target items {} of {items} have no row", runs(items_missing)),
        };
        let hint = "add its [[target]] or correct `target_items`";
        problems.at(&head.place, "target_items", are_missing, hint);
    }
    for row in rows {
        let Some(item) = row.number("item").filter(|item| !(1..=items).contains(item)) else { continue };
        let what = format!("target item {item} is outside 1 to {items}");
        problems.at(&row.place, "item", what, "correct `item`, or `target_items` at the top of the file");
    }
}

/// Rising numbers in few words: "2, 4 to 9".
fn runs(numbers: &[u16]) -> String {
    let mut runs: Vec<(u16, u16)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    let spelled = |(first, last): &(u16, u16)| {
        if first == last { first.to_string() } else { format!("{first} to {last}") }
    };
    runs.iter().map(spelled).collect::<Vec<_>>().join(", ")
}

fn check_head(head: &Located<Work>, number: u16, context: &Context<'_>, problems: &mut Problems) {
    let (work, place) = (&head.value, &head.place);
    if work.number != number && head.is_sure("number") {
        let what = format!("work {} stands in the file of work {number}", work.number);
        problems.at(place, "number", what, "correct the number or the name of the file");
    }
    if let Some(known) = &context.general_tasks
        && head.is_sure("general_task")
        && !known.contains(&work.general_task)
    {
        let what = format!("the general task `{}` does not exist", work.general_task);
        let known = known.iter().map(String::as_str);
        let hint = did_you_mean(&work.general_task, known, "name one of task-list.toml");
        problems.at(place, "general_task", what, hint);
    }
    check_stage(head, problems);
    check_owners(head, context, problems);
}

fn check_stage(head: &Located<Work>, problems: &mut Problems) {
    let stage = head.value.stage;
    if let (Some(from), Some(to)) = (stage.from, stage.to)
        && from > to
    {
        let what = format!("the stage ends in {to}, before it begins in {from}");
        problems.at(&head.place, "stage.from", what, "exchange or correct the years");
    }
    for (field, year) in [("stage.from", stage.from), ("stage.to", stage.to)] {
        if let Some(year) = year.filter(|year| !YEARS.contains(year)) {
            let what = format!("the stage names the year {year}");
            problems.at(&head.place, field, what, "write a year of four digits");
        }
    }
}

fn check_owners(head: &Located<Work>, context: &Context<'_>, problems: &mut Problems) {
    let (work, place) = (&head.value, &head.place);
    if work.lead.is_empty() && head.is_sure("lead") {
        problems.at(place, "lead", "nobody leads the work", "name the organisation that leads");
    }
    if work.lead_mark == LeadMark::Single && work.lead.len() > 1 && head.is_sure("lead_mark") {
        let what = format!("lead_mark is single and {} organisations lead", work.lead.len());
        problems.at(place, "lead_mark", what, "write \"star\", or move the others to `support`");
    }
    let mut seen = BTreeSet::new();
    let owners = [("lead", &work.lead), ("support", &work.support)];
    for (list, at, id) in
        owners.iter().flat_map(|(list, ids)| ids.iter().enumerate().map(move |(at, id)| (*list, at, id)))
    {
        let field = format!("{list}.{at}");
        if !seen.insert(id) {
            problems.at(place, &field, format!("`{id}` is named twice"), "name every organisation once");
        }
        let organizations = context.organizations;
        if !organizations.known.contains(id) && !organizations.incomplete {
            let what = format!("the organisation `{id}` does not exist");
            let known = organizations.known.iter().map(String::as_str);
            problems.at(place, &field, what, did_you_mean(id, known, "add it to organizations.toml"));
        }
    }
}
