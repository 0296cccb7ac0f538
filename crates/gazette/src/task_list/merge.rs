//! Puts together what a page break tore apart, and reports where the copies disagree.

use super::{Conflict, Target, Work};
use crate::{numeral::Style, span::is_space};
use std::collections::HashMap;

/// Adds the second half of a work to the first. Cells that are repeated must say the same; where they do
/// not, the first reading is kept and the other is reported.
pub fn into(work: &mut Work, other: Work, conflicts: &mut Vec<Conflict>) {
    let place = work.number.to_string();
    let span = |work: &Work| work.spans.first().copied().unwrap_or_default();
    let (kept_span, other_span) = (span(work), span(&other));
    let mut note = |field, kept: &str, theirs: &str| {
        if !same(kept, theirs) && !theirs.is_empty() {
            conflicts.push(Conflict {
                place: place.clone(),
                field,
                kept: kept.to_owned(),
                other: theirs.to_owned(),
                span: kept_span,
                other_span,
            });
        }
    };
    note("title", &work.title, &other.title);
    let units =
        |work: &Work| [work.lead.clone(), work.support.clone(), work.open.clone()].concat().join("、");
    note("units", &units(work), &units(&other));
    let stage = |work: &Work| work.stage.as_ref().map(|stage| stage.text.clone()).unwrap_or_default();
    note("stage", &stage(work), &stage(&other));
    targets(work, other.targets, conflicts);
    let last = work.measures.last().map_or(0, |measure| measure.number);
    for measure in other.measures {
        let known = measure.number <= last;
        let repeated =
            known.then(|| work.measures.iter().find(|mine| mine.number == measure.number)).flatten();
        match repeated {
            Some(mine) if same(&mine.text, &measure.text) => {}
            Some(mine) => conflicts.push(Conflict {
                place: format!("{}.{}", work.number, measure.number),
                field: "measure",
                kept: mine.text.clone(),
                other: measure.text,
                span: mine.span,
                other_span: measure.span,
            }),
            None => work.measures.push(measure),
        }
    }
    work.spans.extend(other.spans);
}

fn targets(work: &mut Work, others: Vec<Target>, conflicts: &mut Vec<Conflict>) {
    for other in others {
        match work.targets.iter().find(|mine| mine.number == other.number) {
            Some(mine) if same(&mine.text, &other.text) => {}
            Some(mine) => conflicts.push(Conflict {
                place: format!("{}.{}", work.number, mine.number),
                field: "target",
                kept: mine.text.clone(),
                other: other.text,
                span: mine.span,
                other_span: other.span,
            }),
            None => work.targets.push(other),
        }
    }
}

/// Whether two copies say the same, blanks and the width of punctuation aside.
pub fn same(first: &str, second: &str) -> bool {
    plain(first) == plain(second)
}

fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| !is_space(*c))
        .map(|c| match c {
            '，' => ',',
            '；' => ';',
            '：' => ':',
            '（' => '(',
            '）' => ')',
            '．' => '.',
            '％' => '%',
            other => other,
        })
        .collect()
}

/// Where a sentence of the document says that the first unit leads.
pub fn first_leads(work: &mut Work) {
    let split = |lead: &mut Vec<String>, support: &mut Vec<String>| {
        if lead.len() > 1 && support.is_empty() {
            *support = lead.split_off(1);
        }
    };
    split(&mut work.lead, &mut work.support);
    for measure in &mut work.measures {
        split(&mut measure.lead, &mut measure.support);
    }
}

/// The headings above the works: a damaged copy gives way to the reading most works share, an empty cell to
/// the one above. Headings are the same if they carry the same number.
pub fn tasks(works: &mut [Work], conflicts: &mut Vec<Conflict>) {
    let key = |task: &str| crate::numeral::marker(task).map(|marker| (marker.style, marker.number));
    let mut readings: HashMap<(Style, u32), HashMap<String, usize>> = HashMap::new();
    for task in works.iter().filter_map(|work| work.task.as_ref()) {
        if let Some(number) = key(task) {
            *readings.entry(number).or_default().entry(task.clone()).or_default() += 1;
        }
    }
    let most = |alike: &HashMap<String, usize>| {
        let rank = |(task, count): &(&String, &usize)| (**count, task.chars().count(), (*task).clone());
        alike.iter().max_by_key(rank).map(|(task, _)| task.clone())
    };
    let best: HashMap<(Style, u32), String> =
        readings.iter().filter_map(|(number, alike)| Some((*number, most(alike)?))).collect();
    for work in works.iter_mut() {
        let Some(task) = work.task.clone() else { continue };
        let kept = key(&task).and_then(|number| best.get(&number)).filter(|kept| !same(kept, &task));
        let Some(kept) = kept.cloned() else { continue };
        let span = work.spans.first().copied().unwrap_or_default();
        conflicts.push(Conflict {
            place: work.number.to_string(),
            field: "task",
            kept: kept.clone(),
            other: task,
            span,
            other_span: span,
        });
        work.task = Some(kept);
    }
    let mut above: Option<String> = None;
    for work in works.iter_mut() {
        match &work.task {
            Some(task) if !task.is_empty() => above = Some(task.clone()),
            _ => work.task.clone_from(&above),
        }
    }
}
