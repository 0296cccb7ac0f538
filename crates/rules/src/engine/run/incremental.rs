//! One firm, some firms that changed, one policy that changed.

use super::{Facts, PolicyTotals, Selection, gather::gather};
use crate::{
    engine::{
        bind::Misfit,
        collect::{Collector, PolicyChunk},
        plan::Plan,
    },
    policy::{Outcome, Status},
};

/// The outcomes of a single firm.
struct OneFirm(Vec<Outcome>);

impl Collector for OneFirm {
    fn take(&mut self, chunk: &PolicyChunk<'_>) {
        let status = if chunk.entitled[0] & 1 == 1 {
            Status::Entitled
        } else if chunk.judgement[0] & 1 == 1 {
            Status::NeedsJudgement
        } else if chunk.undetermined[0] & 1 == 1 {
            Status::Undetermined
        } else {
            Status::NotEntitled
        };
        let amount_fen = chunk.entitlements().next().and_then(|(_, fen)| fen);
        self.0[chunk.position] = Outcome { status, amount_fen };
    }

    fn append(&mut self, _: Self) {}
}

impl Plan {
    /// Status and amount of one firm under every policy of a selection, in its order.
    ///
    /// # Panics
    /// Where the table has no such row.
    pub fn firm(&self, facts: Facts<'_>, row: usize, selection: &Selection) -> Result<Vec<Outcome>, Misfit> {
        assert!(row < facts.table.rows, "row {row} of {}", facts.table.rows);
        let nothing = Outcome { status: Status::NotEntitled, amount_fen: None };
        let collector = || OneFirm(vec![nothing; selection.policies.len()]);
        let table;
        let facts = if facts.table.rows == 1 {
            facts
        } else {
            table = gather(facts.table, &[row as u32], &selection.fields);
            Facts { table: &table, ..facts }
        };
        self.collect(facts, selection, collector).map(|(_, firm)| firm.0)
    }

    /// What some firms (rows, each once) count for in the totals of a selection.
    pub fn totals_of(
        &self,
        facts: Facts<'_>,
        rows: &[u32],
        selection: &Selection,
    ) -> Result<Vec<PolicyTotals>, Misfit> {
        let table = gather(facts.table, rows, &selection.fields);
        self.totals(Facts { table: &table, ..facts }, selection)
    }

    /// Totals after the facts of some firms (rows, each once) changed, from the totals before; the same as if
    /// everything were evaluated again.
    pub fn moved_totals(
        &self,
        totals: &[PolicyTotals],
        before: Facts<'_>,
        after: Facts<'_>,
        rows: &[u32],
        selection: &Selection,
    ) -> Result<Vec<PolicyTotals>, Misfit> {
        let (before, after) =
            (self.totals_of(before, rows, selection)?, self.totals_of(after, rows, selection)?);
        let moves = totals.iter().zip(before.into_iter().zip(after));
        Ok(moves.map(|(totals, (before, after))| totals.moved(before, after)).collect())
    }
}
