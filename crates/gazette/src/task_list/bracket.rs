//! Task lists in numbered paragraphs: each measure ends in a bracket that names who answers for it.

use super::{
    Found, Mark, Measure, Work,
    owners::{self, Owners, Part},
    table,
};
use crate::{
    node::{Node, Tree},
    quantity::{self, Around},
    reading::Account,
    span::{Span, Text, is_space},
};
use chrono::NaiveDate;
use regex::Regex;
use std::{collections::HashMap, sync::LazyLock};

/// Fewest brackets that make a document a task list.
const BRACKETS_MIN: usize = 2;

static LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?P<lead>牵头(?:单位|部门|处室|责任单位|落实单位)?|主办单位|主要责任单位|第一责任单位)\s*[:：]",
        r"|(?P<support>(?:配合|协办|参与|参加|协助|协同)(?:单位|部门|处室)?)\s*[:：]",
        r"|(?P<plain>(?:责任|负责|落实|实施|承办|主管|指导|完成)(?:单位|部门|主体|处室|科室|分工)(?:及分工)?)\s*[:：]",
        r"|(?P<due>(?:完成|办理|办结|整改)?(?:时限|时间|期限|时间节点)(?:要求)?)\s*[:：]",
        r"|(?P<person>责任人|责任领导|联系人|联络员|联系电话|分管领导|负责人)\s*[:：]"
    ))
    .expect("the pattern is constant")
});

/// What a bracket says.
#[derive(Debug, Default)]
struct Said {
    owners: Owners,
    due: Option<String>,
}

/// Units under labels: 牵头单位：…；配合单位：…; `None` where the text has no label.
pub fn labelled(text: &Text) -> Option<Owners> {
    LABEL.is_match(text.as_str()).then(|| labels(text).owners).filter(|owners| !owners.is_empty())
}

fn labels(text: &Text) -> Said {
    let string = text.as_str();
    let found: Vec<_> = LABEL.captures_iter(string).filter_map(|c| Some((c.get(0)?.range(), c))).collect();
    let mut said = Said::default();
    for (index, (range, captures)) in found.iter().enumerate() {
        let end = found.get(index + 1).map_or(string.len(), |(next, _)| next.start);
        let value = text.slice(range.end..end);
        let part = if captures.name("lead").is_some() {
            Part::Lead
        } else if captures.name("support").is_some() {
            Part::Support
        } else if captures.name("due").is_some() {
            said.due =
                Some(value.squeezed().as_str().trim_end_matches(['；', ';', '，', ',', '。']).to_owned());
            continue;
        } else if captures.name("person").is_some() {
            continue;
        } else {
            Part::Plain
        };
        said.owners.join(owners::read(&value, part));
    }
    said
}

/// What the inside of a bracket, or a line of its own, says about who answers; `None` where it says nothing.
fn said(inside: &Text) -> Option<Said> {
    let string = inside.as_str();
    if LABEL.is_match(string) {
        return Some(labels(inside)).filter(|said| !said.owners.is_empty() || said.due.is_some());
    }
    let squeezed = inside.squeezed();
    let text = squeezed.as_str().trim_end_matches(['。', '；']);
    let ends = [
        "负责", "牵头", "配合", "参与", "组织实施", "按职责分工负责", "落实", "承担", "参加", "分工负责",
        "牵头负责", "实施",
    ];
    if !ends.iter().any(|end| text.ends_with(end)) || text.contains('。') || text.chars().count() > 240 {
        return None;
    }
    let owners = roles_in_words(&squeezed);
    let named = |unit: &String| unit.chars().count() <= 24 && !unit.contains(['：', '，']);
    let all = owners.lead.iter().chain(&owners.support).chain(&owners.plain);
    (all.clone().next().is_some() && all.clone().all(named)).then_some(Said { owners, due: None })
}

/// X牵头，Y、Z配合 · X、Y按职责分工负责
fn roles_in_words(text: &Text) -> Owners {
    static ROLE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?P<lead>牵头(?:负责)?)|(?P<support>配合|参与|参加|协助|协同)|(?P<plain>(?:按照?|根据|依)?(?:职责|职能)?(?:分工)?(?:分别|共同)?(?:负责(?:落实)?|组织实施|落实|承担|实施))").expect("constant")
    });
    let string = text.as_str();
    let mut owners = Owners::default();
    let mut from = 0;
    for captures in ROLE.captures_iter(string) {
        let Some(found) = captures.get(0) else { continue };
        let part = if captures.name("lead").is_some() {
            Part::Lead
        } else if captures.name("support").is_some() {
            Part::Support
        } else {
            Part::Plain
        };
        let names = text.slice(from..found.start().max(from));
        let names = names.slice(
            0..names.as_str().trim_end_matches(['等', '，', ',']).len()
                + if names.as_str().ends_with('等') { '等'.len_utf8() } else { 0 },
        );
        owners.join(owners::read(&names, part));
        from = found.end();
    }
    owners
}

/// The brackets of a text, outermost only, with the bytes they take.
fn brackets(text: &Text) -> Vec<(std::ops::Range<usize>, Text)> {
    let mut found = Vec::new();
    let (mut depth, mut start) = (0_usize, 0);
    for (at, character) in text.as_str().char_indices() {
        match character {
            '（' | '(' | '【' | '[' | '〔' => {
                if depth == 0 {
                    start = at;
                }
                depth += 1;
            }
            '）' | ')' | '】' | ']' | '〕' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    let open = text.as_str()[start..].chars().next().map_or(1, char::len_utf8);
                    found.push((start..at + character.len_utf8(), text.slice(start + open..at)));
                }
            }
            _ => {}
        }
    }
    found
}

/// What the lines of a node say of who answers, and its text without that.
fn read_node(node: &Node) -> (Said, Text) {
    let mut all = Said::default();
    let mut body = Text::default();
    for line in std::iter::once(&node.first).chain(&node.lines) {
        let mut kept = Text::default();
        let mut from = 0;
        if LABEL.find(line.as_str()).is_some_and(|label| label.start() == 0) {
            take(&mut all, labels(line));
            continue;
        }
        for (range, inside) in brackets(line) {
            if let Some(said) = said(&inside) {
                take(&mut all, said);
                kept.append(&line.slice(from..range.start));
                from = range.end;
            }
        }
        kept.append(&line.slice(from..line.as_str().len()));
        if !kept.as_str().trim_matches(|c| is_space(c) || c == '。').is_empty() {
            if !body.is_empty() {
                body.push('\n', kept.span().from);
            }
            body.append(&kept.trim());
        }
    }
    (all, body)
}

fn take(all: &mut Said, said: Said) {
    all.owners.join(said.owners);
    all.due = all.due.take().or(said.due);
}

/// Reads the list; `None` where too few paragraphs name who answers.
pub fn read(tree: &Tree, year: Option<i32>, account: &mut Account) -> Option<Found> {
    let read: Vec<(Said, Text)> = tree.nodes.iter().map(read_node).collect();
    let bearing: Vec<usize> = (0..read.len()).filter(|at| !read[*at].0.owners.is_empty()).collect();
    if bearing.len() < BRACKETS_MIN {
        return None;
    }
    let level = measure_level(tree, &bearing);
    let mut found = Found::default();
    let mut works: HashMap<Option<usize>, usize> = HashMap::new();
    let groups: Vec<Option<usize>> = bearing.iter().map(|at| group(tree, *at, level)).collect();
    for at in 0..tree.nodes.len() {
        let node = &tree.nodes[at];
        if node.depth != level || !groups.contains(&node.parent) {
            continue;
        }
        let children: Vec<usize> = descendants(tree, at);
        let (owners, due, text, span) = gather(tree, at, &children, &read);
        let measure =
            Item { number: node.number().unwrap_or(0), title: heading(node), owners, due, text, span };
        place(tree, at, measure, &mut works, &mut found, year);
        account.claim(span, format!("measure {}", found.works.len()));
        found.used.push(span);
    }
    found.count_marks();
    (!found.works.is_empty()).then_some(found)
}

/// The depth at which measures stand: where most of the brackets are. When only the last of several numbered
/// paragraphs bears one, it speaks for all of them and the measure is the heading above.
fn measure_level(tree: &Tree, bearing: &[usize]) -> usize {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for at in bearing {
        *counts.entry(tree.nodes[*at].depth).or_default() += 1;
    }
    let level = counts.iter().max_by_key(|(depth, count)| (**count, **depth)).map_or(0, |(depth, _)| *depth);
    let parents: std::collections::BTreeSet<usize> = bearing
        .iter()
        .filter(|at| tree.nodes[**at].depth == level)
        .filter_map(|at| tree.nodes[*at].parent)
        .collect();
    let speaks_for_all = parents.iter().filter(|parent| {
        let children: Vec<usize> = tree.children(**parent).collect();
        let bear = children.iter().filter(|child| bearing.contains(child)).count();
        children.len() >= 2 && bear == 1 && children.last().is_some_and(|last| bearing.contains(last))
    });
    if level > 0 && parents.len() >= 2 && speaks_for_all.count() * 3 >= parents.len() * 2 {
        level - 1
    } else {
        level
    }
}

/// The node that holds the measures around `at`.
fn group(tree: &Tree, at: usize, level: usize) -> Option<usize> {
    let measure = std::iter::once(at).chain(tree.ancestors(at)).find(|node| tree.nodes[*node].depth == level);
    measure.and_then(|node| tree.nodes[node].parent)
}

fn descendants(tree: &Tree, at: usize) -> Vec<usize> {
    let depth = tree.nodes[at].depth;
    (at + 1..tree.nodes.len()).take_while(|next| tree.nodes[*next].depth > depth).collect()
}

struct Item {
    number: u32,
    title: Option<String>,
    owners: Owners,
    due: Option<String>,
    text: String,
    span: Span,
}

fn gather(
    tree: &Tree,
    at: usize,
    children: &[usize],
    read: &[(Said, Text)],
) -> (Owners, Option<String>, String, Span) {
    let (said, body) = &read[at];
    let (mut owners, mut due) = (said.owners.clone(), said.due.clone());
    let mut text = body.squeezed().as_str().to_owned();
    if let Some(title) = heading(&tree.nodes[at]).filter(|_| !tree.nodes[at].lines.is_empty()) {
        // The heading stands on a line of its own; the text starts below it.
        text = text.strip_prefix(title.as_str()).filter(|rest| !rest.is_empty()).unwrap_or(&text).to_owned();
    }
    let mut span = tree.nodes[at].span;
    for child in children {
        let (said, body) = &read[*child];
        owners.join(said.owners.clone());
        due = due.or_else(|| said.due.clone());
        text.push('\n');
        text.push_str(body.squeezed().as_str());
        span = span.cover(tree.nodes[*child].span);
    }
    (owners, due, text, span)
}

/// The heading of a measure: its first line if more lines follow, or its first short sentence.
fn heading(node: &Node) -> Option<String> {
    let first = node.first.squeezed();
    let text = first.as_str();
    let short = text.chars().count() <= 60;
    if !node.lines.is_empty() && short && !text.contains('。') {
        return Some(text.to_owned());
    }
    let (sentence, rest) = text.split_once('。')?;
    (sentence.chars().count() <= 40
        && !rest.is_empty()
        && !sentence.contains('；')
        && sentence.matches('，').count() <= 2)
        .then(|| sentence.to_owned())
}

fn place(
    tree: &Tree,
    at: usize,
    item: Item,
    works: &mut HashMap<Option<usize>, usize>,
    found: &mut Found,
    year: Option<i32>,
) {
    let node = &tree.nodes[at];
    let parent = node.parent;
    let assigned = item.owners.assign();
    let deadline = item
        .due
        .as_deref()
        .and_then(|due| table::due(due, year))
        .or_else(|| table::due_inside(&item.text, year));
    let measure = Measure {
        number: item.number,
        title: item.title.clone(),
        text: item.text.clone(),
        lead: assigned.lead.clone(),
        support: assigned.support.clone(),
        open_list: !assigned.open.is_empty(),
        open: assigned.open.clone(),
        deadline,
        due: item.due,
        quantities: quantity::read(&tree.nodes[at].text(), Around { year }),
        span: item.span,
        mark: assigned.mark,
        ..Measure::default()
    };
    if parent.is_none() {
        found.works.push(whole_work(item.number, item.title, assigned, deadline, measure));
        return;
    }
    let index = *works.entry(parent).or_insert_with(|| {
        let work = parent.map(|parent| heading_work(tree, parent)).unwrap_or_default();
        found.works.push(work);
        found.works.len() - 1
    });
    found.works[index].spans.push(item.span);
    found.works[index].measures.push(measure);
}

fn whole_work(
    number: u32,
    title: Option<String>,
    assigned: owners::Assigned,
    deadline: Option<NaiveDate>,
    measure: Measure,
) -> Work {
    Work {
        number,
        title: title.unwrap_or_default(),
        lead: assigned.lead,
        support: assigned.support,
        open_list: !assigned.open.is_empty(),
        open: assigned.open,
        mark: assigned.mark,
        deadline,
        spans: vec![measure.span],
        measures: vec![Measure { mark: Mark::None, ..measure }],
        ..Work::default()
    }
}

fn heading_work(tree: &Tree, parent: usize) -> Work {
    let node = &tree.nodes[parent];
    let title = node.first.squeezed().as_str().trim_end_matches('。').to_owned();
    let above = tree.ancestors(parent).next().map(|at| tree.nodes[at].first.squeezed().as_str().to_owned());
    Work {
        number: node.number().unwrap_or(1),
        title,
        task: above,
        spans: vec![node.first.span()],
        ..Work::default()
    }
}
