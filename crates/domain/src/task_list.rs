//! A task list: works, their measures and their quantified targets, with those who answer for them.

use crate::Bilingual;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// How a figure is compared with its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Comparator {
    /// At least (以上, 不少于, 不低于).
    #[serde(rename = ">=")]
    AtLeast,
    /// More than (超过, 突破).
    #[serde(rename = ">")]
    MoreThan,
    /// At most (以内, 以下).
    #[serde(rename = "<=")]
    AtMost,
    /// Less than (低于, 不满).
    #[serde(rename = "<")]
    LessThan,
    /// A set figure.
    #[serde(rename = "=")]
    Equal,
    /// About (左右, 约).
    #[serde(rename = "~")]
    About,
    /// A rank no worse than.
    #[serde(rename = "rank<=")]
    RankAtMost,
}

impl Comparator {
    /// The sign shown to readers.
    pub fn sign(self) -> &'static str {
        match self {
            Self::AtLeast => "≥",
            Self::MoreThan => ">",
            Self::AtMost => "≤",
            Self::LessThan => "<",
            Self::Equal => "=",
            Self::About => "≈",
            Self::RankAtMost => "≤ #",
        }
    }
}

/// How strongly the source commits itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strength {
    /// A plain figure or 确保.
    Must,
    /// 力争, 争取.
    Strive,
    /// No figure: yes or no, with evidence.
    Qualitative,
}

/// How often a target falls due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Recurrence {
    /// Every year.
    Yearly,
    /// Every quarter.
    Quarterly,
    /// Standing, with no end.
    Standing,
}

/// How the source marks who leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeadMark {
    /// Starred units lead.
    Star,
    /// One unit and no mark: it leads.
    Single,
}

/// When a work runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// First year; absent for long-term works.
    #[serde(default)]
    pub from: Option<i32>,
    /// Last year; absent for long-term works.
    #[serde(default)]
    pub to: Option<i32>,
}

impl Stage {
    /// A stage without years is long-term.
    pub fn is_long_term(self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    /// Identifier for addresses and filters: `long-term`, `2023`, `2023-2027`.
    pub fn id(self) -> String {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from != to => format!("{from}-{to}"),
            (Some(year), _) | (None, Some(year)) => year.to_string(),
            (None, None) => "long-term".to_owned(),
        }
    }
}

/// A task list of the city.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TaskList {
    /// Identifier: the name of its folder under `task-lists/`.
    #[serde(default)]
    pub id: String,
    /// Title as printed, and in English.
    pub title: Bilingual,
    /// Short name for headings.
    pub short_title: Bilingual,
    /// Document number, as printed.
    pub document_number: String,
    /// Who issued it.
    pub issuer: Bilingual,
    /// Date of issue.
    pub issued_on: NaiveDate,
    /// The general tasks that group the works.
    #[serde(rename = "general_task")]
    pub general_tasks: Vec<GeneralTask>,
    /// Targets of the plan outside any work.
    #[serde(rename = "goal", default)]
    pub goals: Vec<Target>,
    /// Works in order; one file each under `works/`.
    #[serde(default, rename = "work")]
    pub works: Vec<Work>,
}

/// A group of works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GeneralTask {
    /// Identifier, a letter.
    pub id: String,
    /// Heading.
    pub title: Bilingual,
}

/// A work: a heading of the list with its owners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    /// Number, from 1.
    pub number: u16,
    /// The general task it belongs to.
    pub general_task: String,
    /// A heading of ours, a few words.
    pub title: Bilingual,
    /// When it runs.
    pub stage: Stage,
    /// Organisations that lead.
    pub lead: Vec<String>,
    /// Organisations that support.
    #[serde(default)]
    pub support: Vec<String>,
    /// How the source marks the lead.
    pub lead_mark: LeadMark,
    /// Measures in order.
    #[serde(rename = "measure")]
    pub measures: Vec<Measure>,
    /// Number of target items printed for this work; several targets may share one item.
    pub target_items: u16,
    /// Indicator rows.
    #[serde(rename = "target", default)]
    pub targets: Vec<Target>,
}

/// A measure: what is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Number within the work, from 1.
    pub number: u16,
    /// What it is, in our own words, short.
    pub title: Bilingual,
    /// Figures inside the measure that are to be tracked but are no targets.
    #[serde(default)]
    pub figures: Option<Bilingual>,
}

/// An indicator row of a target item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Identifier: `t5.4b` for the second figure of target item 4 of work 5, `p-3` for a goal of the plan.
    pub id: String,
    /// The printed target item it comes from; 0 for goals of the plan.
    pub item: u16,
    /// What is measured.
    pub indicator: Bilingual,
    /// Comparison, where there is one.
    #[serde(default)]
    pub comparator: Option<Comparator>,
    /// The figure; absent where the target is relative to another figure or is a date.
    #[serde(default)]
    pub value: Option<Decimal>,
    /// Unit as printed (亿元, %, 家); absent for pure numbers and qualitative targets.
    #[serde(default)]
    pub unit: Option<String>,
    /// What the figure is compared with, where that is not a number (last half-year, provincial mean).
    #[serde(default)]
    pub reference: Option<Bilingual>,
    /// Date the figure itself is (policies extended to a date).
    #[serde(default)]
    pub until: Option<NaiveDate>,
    /// Due date.
    #[serde(default)]
    pub deadline: Option<NaiveDate>,
    /// Repetition, where the target is not due once.
    #[serde(default)]
    pub recurrence: Option<Recurrence>,
    /// Commitment.
    pub strength: Strength,
    /// Another target that states the same goal; one report serves both.
    #[serde(default)]
    pub same_as: Option<String>,
    /// A remark for the reader (a printed conflict, our reading).
    #[serde(default)]
    pub remark: Option<Bilingual>,
}

impl Work {
    /// Everyone who answers for the work, leads first.
    pub fn owners(&self) -> impl Iterator<Item = &String> {
        self.lead.iter().chain(&self.support)
    }
}

impl TaskList {
    /// The work with this number.
    pub fn work(&self, number: u16) -> Option<&Work> {
        self.works.iter().find(|work| work.number == number)
    }

    /// Measures of all works.
    pub fn measure_count(&self) -> usize {
        self.works.iter().map(|work| work.measures.len()).sum()
    }

    /// Printed target items of all works.
    pub fn target_item_count(&self) -> usize {
        self.works.iter().map(|work| usize::from(work.target_items)).sum()
    }
}
