//! Task lists in numbered paragraphs: each measure is closed by a bracket that names who answers for it.

use super::{
    Found, Mark, Measure, Work,
    assignment::{self, Assignment, Statement},
    owners::Assigned,
    table,
};
use crate::{
    node::{Node, Tree},
    notice::Passage,
    numeral::Style,
    quantity::{self, Around},
    reading::Account,
    span::{Span, Text},
};
use std::collections::{BTreeSet, HashMap};

/// Fewest brackets that make a document a task list.
const BRACKETS_MIN: usize = 2;

/// A node as its statements, in order. Lines of labels close the statement above them together.
fn statements(node: &Node) -> Vec<Statement> {
    let mut joined: Vec<Statement> = Vec::new();
    for statement in std::iter::once(&node.first).chain(&node.lines).flat_map(assignment::statements) {
        match joined.last_mut() {
            Some(above) if statement.text.is_empty() => {
                let said = above.assignment.get_or_insert_default();
                assignment::take(said, statement.assignment.unwrap_or_default());
            }
            _ => joined.push(statement),
        }
    }
    joined
}

/// Reads the list; `None` where too few paragraphs name who answers.
pub fn read(tree: &Tree, year: Option<i32>, account: &mut Account) -> Option<Found> {
    let read: Vec<Vec<Statement>> = tree.nodes.iter().map(statements).collect();
    let assigned =
        |statement: &&Statement| statement.assignment.as_ref().is_some_and(|a| !a.owners.is_empty());
    let counts: Vec<usize> = read.iter().map(|node| node.iter().filter(assigned).count()).collect();
    let bearing: Vec<usize> = (0..read.len()).filter(|at| counts[*at] > 0).collect();
    if counts.iter().sum::<usize>() < BRACKETS_MIN {
        return None;
    }
    let level = measure_level(tree, &bearing);
    let last_start = tree.nodes.iter().rposition(|node| node.depth <= level).unwrap_or(0);
    let mut list =
        List { tree, read: &read, year, works: HashMap::new(), last_start, found: Found::default() };
    let running = running_style(tree, &bearing);
    // Where most nodes hold several assignments, each of these closes a measure and the node is the work.
    let many = counts.iter().sum::<usize>() * 2 >= bearing.len() * 3
        && bearing.iter().filter(|at| counts[**at] > 1).count() * 2 >= bearing.len();
    let groups: BTreeSet<Option<usize>> = bearing.iter().map(|at| group(tree, *at, level)).collect();
    // Measures between others are measures too, even where nobody is named for them.
    let first = bearing.first().copied().unwrap_or(0);
    let last = bearing.last().copied().unwrap_or(0);
    for (at, node) in tree.nodes.iter().enumerate() {
        let grouped = groups.contains(&node.parent) && (node.parent.is_some() || at >= first);
        let among = grouped || (first..last).contains(&at) || precedes(tree, at, first);
        let fits = match running {
            Some(style) => node.marker.is_some_and(|marker| marker.style == style),
            None => node.depth == level && among,
        };
        if !fits {
            continue;
        }
        if many && counts[at] > 0 {
            list.work_of_statements(at);
        } else {
            list.measure(at);
        }
        let span = list.span(at);
        account.claim(span, format!("work {}", list.found.works.len()));
        list.found.used.push(span);
    }
    let mut found = list.found;
    found.count_marks();
    (!found.works.is_empty()).then_some(found)
}

/// Whether a node without heading starts the list that the first bearing node goes on with.
fn precedes(tree: &Tree, at: usize, first: usize) -> bool {
    let (node, bearing) = (&tree.nodes[at], &tree.nodes[first]);
    let alike = node.parent.is_none() && bearing.parent.is_none() && node.depth == bearing.depth;
    let (Some(own), Some(other)) = (node.number(), bearing.number()) else { return false };
    alike && at < first && own < other && other - own == (first - at) as u32
}

/// Measures numbered 1, 2, 3 … through the whole document stand at any depth.
fn running_style(tree: &Tree, bearing: &[usize]) -> Option<Style> {
    let style = bearing.iter().filter_map(|at| tree.nodes[*at].marker).map(|marker| marker.style).max()?;
    let all: Vec<usize> =
        (0..tree.nodes.len()).filter(|at| tree.nodes[*at].marker.is_some_and(|m| m.style == style)).collect();
    let runs = all.iter().zip(1..).all(|(at, number)| tree.nodes[*at].number() == Some(number));
    let bearers: BTreeSet<usize> = bearing.iter().copied().collect();
    let bear = all.iter().filter(|at| bearers.contains(at)).count();
    let depths: BTreeSet<usize> = all.iter().map(|at| tree.nodes[*at].depth).collect();
    (runs && all.len() >= 4 && bear * 3 >= all.len() * 2 && bear * 3 >= bearing.len() * 2 && depths.len() > 1)
        .then_some(style)
}

/// The depth at which measures stand: where most of the brackets are. When only the last of several numbered
/// paragraphs bears one, it speaks for all of them and the measure is the heading above.
fn measure_level(tree: &Tree, bearing: &[usize]) -> usize {
    let mut counts: HashMap<usize, usize> = HashMap::new();
    for at in bearing {
        *counts.entry(tree.nodes[*at].depth).or_default() += 1;
    }
    let level = counts.iter().max_by_key(|(depth, count)| (**count, **depth)).map_or(0, |(depth, _)| *depth);
    let at_level = bearing.iter().filter(|at| tree.nodes[**at].depth == level);
    let parents: BTreeSet<usize> = at_level.filter_map(|at| tree.nodes[*at].parent).collect();
    let bearers: BTreeSet<usize> = bearing.iter().copied().collect();
    let children = tree.children();
    let speaks_for_all = parents.iter().filter(|parent| {
        let Some(children) = children.get(parent) else { return false };
        let bear = children.iter().filter(|child| bearers.contains(child)).count();
        children.len() >= 2 && bear == 1 && children.last().is_some_and(|last| bearers.contains(last))
    });
    let shared = level > 0 && parents.len() >= 2 && speaks_for_all.count() * 3 >= parents.len() * 2;
    if shared { level - 1 } else { level }
}

/// The node that holds the measures around `at`.
fn group(tree: &Tree, at: usize, level: usize) -> Option<usize> {
    let measure = std::iter::once(at).chain(tree.ancestors(at)).find(|node| tree.nodes[*node].depth == level);
    measure.and_then(|node| tree.nodes[node].parent)
}

struct List<'a> {
    tree: &'a Tree,
    read: &'a [Vec<Statement>],
    year: Option<i32>,
    works: HashMap<Option<usize>, usize>,
    /// The last node at the depth of the measures or above.
    last_start: usize,
    found: Found,
}

impl List<'_> {
    fn below(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let depth = self.tree.nodes[at].depth;
        (at + 1..self.tree.nodes.len()).take_while(move |next| self.tree.nodes[*next].depth > depth)
    }

    /// Whether no node on its level or above follows.
    fn is_last(&self, at: usize) -> bool {
        at >= self.last_start
    }

    fn span(&self, at: usize) -> Span {
        self.below(at).fold(self.tree.nodes[at].span, |span, child| span.cover(self.tree.nodes[child].span))
    }

    /// A node that is one measure, with everything below it.
    fn measure(&mut self, at: usize) {
        let node = &self.tree.nodes[at];
        let title = heading(node);
        let mut said = Assignment::default();
        let mut text = String::new();
        let all: Vec<&Statement> =
            std::iter::once(at).chain(self.below(at)).flat_map(|node| &self.read[node]).collect();
        // Paragraphs behind the bracket that closes the last measure speak of the whole list.
        let closed = all.iter().rposition(|statement| statement.assignment.is_some());
        let end = closed.filter(|_| self.is_last(at)).map_or(all.len(), |closed| closed + 1);
        for statement in &all[end..] {
            let paragraphs = vec![statement.text.squeezed().as_str().to_owned()];
            let span = statement.text.span();
            self.found.trailing.push(Passage { number: None, depth: 0, paragraphs, span });
        }
        for statement in &all[..end] {
            assignment::take(&mut said, statement.assignment.clone().unwrap_or_default());
            push_line(&mut text, statement.text.squeezed().as_str());
        }
        let own_line =
            |title: &&String| !node.lines.is_empty() && node.first.squeezed().as_str() == title.as_str();
        if let Some(title) = title.as_ref().filter(own_line) {
            // The heading stands on a line of its own; the text starts below it.
            let below =
                text.strip_prefix(title.as_str()).map(str::trim_start).filter(|rest| !rest.is_empty());
            text = below.map_or(text.clone(), str::to_owned);
        }
        let quantities = quantity::read(&node.text(), Around { year: self.year });
        let number = node.number().unwrap_or(0);
        let measure = Measure { number, title, text, quantities, span: self.span(at), ..Measure::default() };
        let measure = self.assign(measure, said);
        self.place(at, measure);
    }

    /// A node whose statements are measures of their own.
    fn work_of_statements(&mut self, at: usize) {
        let mut work = heading_work(self.tree, at);
        let mut text = Text::default();
        for statement in std::iter::once(at).chain(self.below(at)).flat_map(|node| &self.read[node]) {
            if !text.is_empty() && !statement.text.is_empty() {
                text.push('\n', statement.text.span().from);
            }
            text.append(&statement.text);
            let Some(said) = statement.assignment.clone().filter(|said| !said.owners.is_empty()) else {
                continue;
            };
            let number = work.measures.len() as u32 + 1;
            let body = std::mem::take(&mut text);
            let quantities = quantity::read(&body, Around { year: self.year });
            let measure = Measure {
                number,
                text: body.squeezed().as_str().to_owned(),
                quantities,
                span: body.span(),
                ..Measure::default()
            };
            work.measures.push(self.assign(measure, said));
        }
        work.spans = vec![self.span(at)];
        self.found.works.push(work);
    }

    fn assign(&self, measure: Measure, said: Assignment) -> Measure {
        let mut measure = measure;
        let Assigned { lead, support, open, mark } = said.owners.assign();
        let due = said.due.as_deref().and_then(|due| table::due(due, self.year));
        let deadline = due.or_else(|| table::due_inside(&measure.text, self.year));
        measure.quantities.iter_mut().for_each(|quantity| quantity.deadline = quantity.deadline.or(deadline));
        measure.text = measure.text.trim_start_matches(['。', '；', '，', '\n']).to_owned();
        Measure {
            lead,
            support,
            open_list: !open.is_empty(),
            open,
            mark,
            deadline,
            due: said.due,
            scope: said.scope,
            ..measure
        }
    }

    /// Hangs a measure below the work of its heading; without a heading it is a work of its own.
    fn place(&mut self, at: usize, measure: Measure) {
        let Some(parent) = self.tree.nodes[at].parent else {
            self.found.works.push(whole_work(measure));
            return;
        };
        let works = &mut self.found.works;
        let tree = self.tree;
        let index = *self.works.entry(Some(parent)).or_insert_with(|| {
            works.push(heading_work(tree, parent));
            works.len() - 1
        });
        self.found.works[index].spans.push(measure.span);
        self.found.works[index].measures.push(measure);
    }
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() && !line.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

/// The heading of a measure: its first line if more lines follow, or its first short sentence.
fn heading(node: &Node) -> Option<String> {
    let first = node.first.squeezed();
    let text = first.as_str();
    if !node.lines.is_empty() && text.chars().count() <= 60 && !text.contains(['。', '（']) {
        return Some(text.to_owned());
    }
    let (sentence, rest) = text.split_once('。')?;
    let plain = !sentence.contains(['；', '（']) && sentence.matches('，').count() <= 2;
    (sentence.chars().count() <= 40 && !rest.is_empty() && plain).then(|| sentence.to_owned())
}

fn whole_work(measure: Measure) -> Work {
    Work {
        number: measure.number,
        title: measure.title.clone().unwrap_or_default(),
        lead: measure.lead.clone(),
        support: measure.support.clone(),
        open_list: measure.open_list,
        open: measure.open.clone(),
        mark: measure.mark,
        deadline: measure.deadline,
        spans: vec![measure.span],
        measures: vec![Measure { mark: Mark::None, ..measure }],
        ..Work::default()
    }
}

fn heading_work(tree: &Tree, at: usize) -> Work {
    let node = &tree.nodes[at];
    let (first, said) = assignment::part_from(&node.first);
    let first = first.squeezed();
    let title = first.as_str().split('。').next().unwrap_or_default().to_owned();
    let Assigned { lead, support, open, mark } = said.owners.assign();
    let above = tree.ancestors(at).next().map(|at| tree.nodes[at].first.squeezed().as_str().to_owned());
    Work {
        number: node.number().unwrap_or(1),
        title,
        task: above,
        lead,
        support,
        open_list: !open.is_empty(),
        open,
        mark,
        spans: vec![node.first.span()],
        ..Work::default()
    }
}
