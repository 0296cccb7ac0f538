//! Task lists: works, measures, targets, and who answers for them, out of tables, brackets or indicator text.

mod assignment;
mod bracket;
mod columns;
mod goals;
mod indicator_text;
mod merge;
mod owners;
mod pieces;
mod table;
#[cfg(test)]
mod tests;

use crate::{
    head::{self, Head},
    manuscript::{Block, Manuscript},
    node,
    notice::{self, Passage},
    paragraph,
    quantity::Quantity,
    reading::{Account, Region, Source, Unparsed},
    span::Span,
};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use std::collections::BTreeMap;

/// A document that hands out tasks.
#[derive(Debug, Serialize)]
pub struct TaskList {
    /// Title, number, issuer, dates.
    #[serde(flatten)]
    pub head: Head,
    /// The rule that says who leads.
    pub lead_rule: LeadRule,
    /// Works in order.
    pub works: Vec<Work>,
    /// Targets outside any work.
    pub goals: Vec<Target>,
    /// Places where two printed copies disagree, or a sum does not add up; for a person to decide.
    pub conflicts: Vec<Conflict>,
    /// Documents that cease to apply.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repeals: Vec<String>,
    /// Running text of the document, by its numbered headings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sections: Vec<Passage>,
    /// The file.
    pub source: Source,
    /// Which structure each stretch of the text belongs to.
    pub regions: Vec<Region>,
    /// What was not read.
    pub unparsed: Vec<Unparsed>,
}

/// How the document says who leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LeadRule {
    /// What was found.
    pub rule: LeadRuleKind,
    /// The sentence that states it, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Works or measures with a marked lead.
    pub marked: usize,
    /// Units that carry a star.
    pub stars: usize,
    /// Works or measures with a single unit and no mark, which therefore leads.
    pub single: usize,
}

/// Kinds of rules that say who leads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LeadRuleKind {
    /// A star before the unit.
    Star,
    /// The word 牵头, or a column of its own.
    Word,
    /// A sentence says that the first unit leads.
    First,
    /// No rule: all units named are responsible alike.
    #[default]
    AllNamed,
}

/// A work: a heading of the list.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Work {
    /// Its number.
    pub number: u32,
    /// The general task or chapter above it.
    pub task: Option<String>,
    /// Its heading.
    pub title: String,
    /// When it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<Stage>,
    /// Units that lead, or that are named without any mark.
    pub lead: Vec<String>,
    /// Units that support.
    pub support: Vec<String>,
    /// Whether the list of units is left open.
    pub open_list: bool,
    /// The words that leave it open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// Last day, where the list names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<NaiveDate>,
    /// Points of an assessment.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "points")]
    pub score: Option<Decimal>,
    /// 约束性 or 预期性 of an indicator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nature: Option<String>,
    /// How many measures the heading says it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared: Option<u32>,
    /// Text that stands in the heading row itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Target items.
    pub targets: Vec<Target>,
    /// Measures in order.
    pub measures: Vec<Measure>,
    /// Where it stands; a work split over pages has several stretches.
    pub spans: Vec<Span>,
    /// How its lead was told.
    #[serde(skip)]
    mark: Mark,
}

/// How a lead was told from the other units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mark {
    /// Nobody is named, or all are named alike.
    #[default]
    None,
    /// So many units carry a star.
    Star(usize),
    /// 牵头, or a column of its own.
    Word,
    /// One unit and no mark: it leads.
    Single,
}

/// When a work runs, as printed and as years.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// First year; absent for long-term works.
    pub from: Option<i32>,
    /// Last year; absent for long-term works.
    pub to: Option<i32>,
    /// As printed.
    pub text: String,
}

/// A measure of a work.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Measure {
    /// Its number as printed, or its place in an unnumbered list.
    pub number: u32,
    /// Its heading, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its text.
    pub text: String,
    /// Units that lead, or that are named without any mark.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lead: Vec<String>,
    /// Units that support.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub support: Vec<String>,
    /// Whether the list of units is left open.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub open_list: bool,
    /// The words that leave it open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline: Option<NaiveDate>,
    /// When it is due, as printed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// Points of an assessment.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "points")]
    pub score: Option<Decimal>,
    /// Points of its parts, as its text gives them.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "all_points")]
    pub sub_scores: Vec<Decimal>,
    /// Where it applies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Targets of its own.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Target>,
    /// Columns of its row that nothing else stands for, heading → text.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, String>,
    /// Figures inside its text, to be tracked though they are no targets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub quantities: Vec<Quantity>,
    /// Where it stands.
    pub span: Span,
    /// How its lead was told.
    #[serde(skip)]
    mark: Mark,
}

/// A target item and the figures in it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Target {
    /// Its number within the work.
    pub number: u32,
    /// Its text.
    pub text: String,
    /// Its figures; empty where it has none.
    pub quantities: Vec<Quantity>,
    /// Where it stands.
    pub span: Span,
}

/// Two printed copies that disagree, or a sum that does not add up.
#[derive(Clone, Debug, Serialize)]
pub struct Conflict {
    /// `work.item`, e.g. 24.6, or the number of the work.
    pub place: String,
    /// `target`, `measure`, `title`, `task`, `stage`, `units`, `text`.
    pub field: &'static str,
    /// The reading that was kept.
    pub kept: String,
    /// The other reading.
    pub other: String,
    /// Where the kept one stands.
    pub span: Span,
    /// Where the other one stands.
    pub other_span: Span,
}

#[expect(clippy::ref_option, reason = "the signature is serde's")]
fn points<S: serde::Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    value.map(float).serialize(serializer)
}

fn all_points<S: serde::Serializer>(values: &[Decimal], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(values.iter().copied().map(float))
}

/// Points of an assessment are small decimals; JSON knows only one kind of number.
fn float(value: Decimal) -> f64 {
    value.to_string().parse().unwrap_or(f64::NAN)
}

/// What a way of reading has found.
#[derive(Debug, Default)]
struct Found {
    works: Vec<Work>,
    conflicts: Vec<Conflict>,
    rule: LeadRule,
    /// Nodes of the running text that became works or measures.
    used: Vec<Span>,
    /// Paragraphs behind the last measure.
    trailing: Vec<Passage>,
}

/// Reads a task list; `None` where the document hands out no tasks.
pub fn read(manuscript: &Manuscript) -> Option<TaskList> {
    let mut account = Account::default();
    let (printed, mut page) = notice::lines(manuscript, &mut account);
    let lines = paragraph::unwrap(printed.clone(), |_| false);
    page.extend(notice::metadata(manuscript, &mut account));
    let head = head::read(&lines, &page, &mut account);
    let year =
        head.issued_on.or(head.published_on).map(crate::date::year_of).or_else(|| first_year(&head.title));
    let tree = node::tree(&lines);
    let tables: Vec<_> = manuscript
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Table(table) if !notice::is_metadata(table) => Some(table),
            _ => None,
        })
        .collect();
    let found = table::read(&tables, year, &mut account)
        .or_else(|| bracket::read(&tree, year, &mut account))
        .or_else(|| indicator_text::read(&printed, &mut account))?;
    let rule = goals::lead_rule(found.rule.clone(), &lines);
    let goals = goals::read(&tree, &found, year, &mut account);
    let mut works = found.works;
    if rule.rule == LeadRuleKind::First {
        works.iter_mut().for_each(merge::first_leads);
    }
    let mut sections = goals::sections(&tree, &found.used, &mut account);
    sections.extend(found.trailing);
    let (regions, unparsed) = account.close(manuscript);
    Some(TaskList {
        head,
        lead_rule: rule,
        works,
        goals,
        conflicts: found.conflicts,
        repeals: goals::repeals(&lines),
        sections,
        source: Source::of(manuscript),
        regions,
        unparsed,
    })
}

/// The year a title names: 2018年度…考核细则.
fn first_year(title: &str) -> Option<i32> {
    let at = title.find("20")?;
    title.get(at..at + 4)?.parse().ok()
}

impl Found {
    /// Counts marks and single units, and says which rule the list follows.
    fn count_marks(&mut self) {
        let works = self.works.iter().map(|work| work.mark);
        // In a list whose rows are works and measures at once, the work speaks for its measure.
        let measures = self
            .works
            .iter()
            .filter(|work| work.mark == Mark::None)
            .flat_map(|work| work.measures.iter().map(|m| m.mark));
        for mark in works.chain(measures) {
            match mark {
                Mark::None => {}
                Mark::Single => self.rule.single += 1,
                Mark::Word => self.rule.marked += 1,
                Mark::Star(stars) => {
                    self.rule.marked += 1;
                    self.rule.stars += stars;
                }
            }
        }
        self.rule.rule = match (self.rule.stars, self.rule.marked) {
            (1.., _) => LeadRuleKind::Star,
            (0, 1..) => LeadRuleKind::Word,
            _ => LeadRuleKind::AllNamed,
        };
    }
}

impl TaskList {
    /// Measures of all works.
    pub fn measure_count(&self) -> usize {
        self.works.iter().map(|work| work.measures.len()).sum()
    }

    /// Target items of all works and measures.
    pub fn target_count(&self) -> usize {
        let of_measures = |work: &Work| work.measures.iter().map(|m| m.targets.len()).sum::<usize>();
        self.works.iter().map(|work| work.targets.len() + of_measures(work)).sum()
    }
}
