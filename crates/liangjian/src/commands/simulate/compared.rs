//! Which kinds of amounts of two sides are compared: money with money, else one kind with itself.

use crate::commands::matching::{source::RulesFrom, sums::Sort};
use anyhow::bail;
use rules::definition::AmountKind;
use serde::Serialize;
use std::collections::BTreeSet;

/// Kinds of amounts that are compared, and those that the policies give besides.
#[derive(Debug, Serialize)]
pub struct Compared {
    /// These are added for each firm.
    pub kinds: BTreeSet<AmountKind>,
    /// These are not.
    pub left_out: BTreeSet<AmountKind>,
}

impl Compared {
    /// Of the policies of both sides.
    pub fn of<'s>(sides: impl IntoIterator<Item = (&'s RulesFrom, &'s [usize])>) -> anyhow::Result<Self> {
        let mut all = BTreeSet::new();
        for (rules, chosen) in sides {
            all.extend(chosen.iter().filter_map(|policy| Sort::of(rules, *policy)).map(|sort| sort.measure));
        }
        let (kinds, left_out): (BTreeSet<_>, BTreeSet<_>) = all.into_iter().partition(|kind| kind.is_money());
        if !kinds.is_empty() || left_out.is_empty() {
            return Ok(Self { kinds, left_out });
        }
        if left_out.len() > 1 {
            let names: Vec<&str> = left_out.iter().map(|kind| kind.name()).collect();
            bail!(
                "the policies give amounts that are never added together ({}) · --policy · simulate one kind at a time",
                names.join(", ")
            );
        }
        Ok(Self { kinds: left_out, left_out: BTreeSet::new() })
    }

    /// Whether the amount of a policy is added.
    pub fn holds(&self, rules: &RulesFrom, policy: usize) -> bool {
        Sort::of(rules, policy).is_some_and(|sort| self.kinds.contains(&sort.measure))
    }

    /// What is compared, for people; a line more where something is left out.
    pub fn told(&self) -> String {
        let named = |kinds: &BTreeSet<AmountKind>| {
            let zh: Vec<&str> = kinds.iter().map(|kind| kind.label().0).collect();
            let en: Vec<&str> = kinds.iter().map(|kind| kind.label().1).collect();
            (zh.join("、"), en.join(", "))
        };
        let mut text = String::new();
        if !self.kinds.is_empty() {
            let (zh, en) = named(&self.kinds);
            text += &format!("增减和预算只算{zh} gain, loss and budget count: {en}\n");
        }
        if !self.left_out.is_empty() {
            let (zh, en) = named(&self.left_out);
            text += &format!("不相加 never added to these: {zh} {en}\n");
        }
        text
    }
}
