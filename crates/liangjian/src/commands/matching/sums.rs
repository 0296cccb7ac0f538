//! Sums of amounts: each kind of amount, each rhythm and each degree of certainty for itself.
//!
//! A payment and a volume are never added together, nor what is due every year and once, nor what is due and what
//! only may be.

use super::source::RulesFrom;
use rules::{
    definition::{AmountKind, Benefit, Binding, Frequency, Mode},
    engine::PolicyTotals,
    explain::grouped,
    number::Number,
};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// How certain an amount is to a firm that is entitled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// So much is due.
    Certain,
    /// The document sets only a limit.
    AtMost,
    /// Applicants are compared; who is entitled may only apply.
    Competitive,
}

/// What is added together.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Sort {
    /// What the amount is.
    pub measure: AmountKind,
    /// How certain it is.
    pub certainty: Certainty,
    /// How often it is due.
    pub due: Option<Frequency>,
}

/// One sum.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Sum {
    #[serde(flatten)]
    sort: Sort,
    sum_fen: i128,
}

/// Sums, payments first.
#[derive(Clone, Debug, Default)]
pub struct Sums(BTreeMap<(AmountKind, Certainty, u8), Sum>);

impl Serialize for Sums {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.values())
    }
}

impl Sort {
    /// Of a policy that gives an amount; one from a line gives a payment, as one from a file that does not say.
    pub fn of(rules: &RulesFrom, policy: usize) -> Option<Self> {
        rules.book.policies[policy].amount.as_ref()?;
        let benefit = rules.benefit(policy);
        Some(benefit.map_or(
            Self { measure: AmountKind::Payment, certainty: Certainty::Certain, due: None },
            |benefit| Self { measure: benefit.measure, certainty: Certainty::of(benefit), due: benefit.due },
        ))
    }

    /// Places of its kinds among others.
    fn key(self) -> (AmountKind, Certainty, u8) {
        let rhythm = match self.due {
            Some(Frequency::Once) => 0,
            Some(Frequency::Year) => 1,
            Some(Frequency::Quarter) => 2,
            Some(Frequency::Month) => 3,
            None => 4,
        };
        (self.measure, self.certainty, rhythm)
    }
}

impl Certainty {
    fn of(benefit: &Benefit) -> Self {
        match (benefit.mode, benefit.binding) {
            (Some(Mode::Competitive), _) => Self::Competitive,
            (_, Binding::UpTo) => Self::AtMost,
            _ => Self::Certain,
        }
    }

    fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::Certain => ("", ""),
            Self::AtMost => ("（最高，不确定）", ", at most: not certain"),
            Self::Competitive => ("（评审择优，不确定）", ", applicants compared: not certain"),
        }
    }
}

impl Sums {
    /// Adds an amount.
    pub fn add(&mut self, sort: Sort, fen: i128) {
        let sum = self.0.entry(sort.key()).or_insert(Sum { sort, sum_fen: 0 });
        sum.sum_fen = sum.sum_fen.saturating_add(fen);
    }

    /// Of the totals of some policies.
    pub fn of(rules: &RulesFrom, totals: impl IntoIterator<Item = (usize, PolicyTotals)>) -> Self {
        let mut sums = Self::default();
        for (policy, totals) in totals {
            if let Some(sort) = Sort::of(rules, policy) {
                sums.add(sort, totals.sum_fen);
            }
        }
        sums
    }

    /// A line for each, the name padded to a width.
    pub fn told(&self, width: usize) -> String {
        self.0.values().map(|sum| sum.told(width)).collect()
    }
}

impl Sum {
    fn told(&self, width: usize) -> String {
        let Sort { measure, certainty, due } = self.sort;
        let ((zh, en), (sure_zh, sure_en)) = (measure.label(), certainty.label());
        let (due_zh, due_en) = due.map_or(("", ""), Frequency::label);
        let comma = if due_en.is_empty() { "" } else { ", " };
        let name = format!("{zh}{due_zh}{sure_zh} {en}{comma}{due_en}{sure_en}");
        let no_money = if measure.is_money() { "" } else { "  (不是钱 no money)" };
        format!("  {} {:>20} yuan{no_money}\n", padded(&name, width), yuan(self.sum_fen))
    }
}

/// Fen as yuan.
pub fn yuan(fen: i128) -> String {
    Number::scaled(fen, 2).map_or_else(|| format!("{fen} fen"), |yuan| grouped(yuan, 2))
}

/// A text filled up to a width, in which a Chinese character takes two places.
pub fn padded(text: &str, width: usize) -> String {
    let taken: usize = text.chars().map(|c| if u32::from(c) >= 0x2e80 { 2 } else { 1 }).sum();
    format!("{text}{}", " ".repeat(width.saturating_sub(taken)))
}
