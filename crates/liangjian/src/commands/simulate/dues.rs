//! What every firm gets under some policies together.

use super::compared::Compared;
use crate::commands::matching::{source::RulesFrom, sums::Sums, totals::Counts};
use rules::{
    engine::{Collector, Facts, Plan, PolicyChunk, PolicyTotals},
    policy::PolicyIndex,
    table::Table,
};
use std::sync::Arc;

/// What one firm gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// It is entitled to nothing.
    Nothing,
    /// Fen.
    Fen(i64),
    /// It is entitled, and the amount is unknown; or it is unknown whether it is entitled.
    Unknown,
}

/// What every firm gets.
pub struct Dues {
    by_firm: Vec<Due>,
    /// Over all policies.
    pub counts: Counts,
    /// What all firms together are due, each kind of amount for itself.
    pub sums: Sums,
}

impl Due {
    /// Fen; `None` where it is unknown.
    pub fn fen(self) -> Option<i128> {
        match self {
            Self::Nothing => Some(0),
            Self::Fen(fen) => Some(fen.into()),
            Self::Unknown => None,
        }
    }

    fn plus(self, other: Self) -> Self {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Nothing, due) | (due, Self::Nothing) => due,
            (Self::Fen(one), Self::Fen(another)) => one.checked_add(another).map_or(Self::Unknown, Self::Fen),
        }
    }
}

impl Dues {
    /// What a firm gets.
    pub fn of(&self, firm: usize) -> Due {
        self.by_firm[firm]
    }
}

/// Keeps the sum for each firm, from a first firm on.
struct ByFirm {
    /// By position in the selection, whether the policy is asked about and whether its amount is added.
    asked: Arc<Vec<Option<bool>>>,
    first: Option<usize>,
    dues: Vec<Due>,
}

impl Collector for ByFirm {
    fn take(&mut self, chunk: &PolicyChunk<'_>) {
        let first = *self.first.get_or_insert(chunk.first);
        let from = chunk.first - first;
        if self.dues.len() < from + chunk.rows {
            self.dues.resize(from + chunk.rows, Due::Nothing);
        }
        let Some(is_added) = self.asked[chunk.position] else { return };
        let dues = &mut self.dues[from..];
        for (firm, fen) in chunk.entitlements() {
            let due = match fen {
                _ if !is_added => Due::Fen(0),
                Some(fen) => Due::Fen(fen),
                None => Due::Unknown,
            };
            let own = &mut dues[firm - chunk.first];
            *own = own.plus(due);
        }
        for words in [chunk.undetermined, chunk.judgement].into_iter().filter(|_| is_added) {
            for (row, own) in dues.iter_mut().take(chunk.rows).enumerate() {
                if words[row / 64] >> (row % 64) & 1 == 1 {
                    *own = Due::Unknown;
                }
            }
        }
    }

    fn append(&mut self, later: Self) {
        self.first = self.first.or(later.first);
        self.dues.extend(later.dues);
    }
}

/// Runs some policies of a rule book over all firms; only amounts of the kinds that are compared are added.
pub fn dues(rules: &RulesFrom, chosen: &[usize], compared: &Compared, table: &Table) -> anyhow::Result<Dues> {
    let plan = Plan::new(Arc::clone(&rules.catalog), Arc::clone(&rules.book))?;
    let wanted: Vec<PolicyIndex> = chosen.iter().map(|policy| *policy as PolicyIndex).collect();
    let selection = plan.select(&wanted);
    let asked = selection.policies.iter().map(|policy| {
        let is_added = compared.holds(rules, *policy as usize);
        wanted.contains(policy).then_some(is_added)
    });
    let asked: Arc<Vec<Option<bool>>> = Arc::new(asked.collect());
    let new = || ByFirm { asked: Arc::clone(&asked), first: None, dues: Vec::new() };
    let facts = Facts { table, calendar: rules.calendar() };
    let (totals, by_firm) = plan.collect(facts, &selection, new)?;
    let all = asked.iter().zip(&selection.policies).zip(totals);
    let counted: Vec<(usize, PolicyTotals)> =
        all.filter_map(|((asked, policy), totals)| asked.map(|_| (*policy as usize, totals))).collect();
    let counts = counted.iter().fold(PolicyTotals::default(), |sum, (_, totals)| sum.plus(*totals)).into();
    let sums = Sums::of(rules, counted);
    let mut by_firm = by_firm.dues;
    by_firm.resize(table.rows, Due::Nothing);
    Ok(Dues { by_firm, counts, sums })
}
