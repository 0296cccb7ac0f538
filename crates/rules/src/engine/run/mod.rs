//! Runs a plan: every policy of a selection against every firm of a table.

mod amount;
mod chunk;
mod gather;
mod incremental;
pub mod selection;
mod stacking;

pub use selection::Selection;

use super::{
    bind::{Bound, CHUNK_WORDS, Misfit},
    collect::Collector,
    plan::Plan,
};
use crate::{calendar::Calendar, table::Table};
use chunk::Scratch;
use rayon::prelude::*;

/// Firms of one chunk: all bitmaps of a chunk stay in the second cache.
const CHUNK_ROWS: usize = CHUNK_WORDS * 64;

/// Pieces of work for each thread, so that a slow one does not keep the others waiting.
const PIECES_PER_THREAD: usize = 8;

/// The facts of firms, and what counts working days.
#[derive(Clone, Copy)]
pub struct Facts<'a> {
    /// Facts.
    pub table: &'a Table,
    /// Working days.
    pub calendar: &'a dyn Calendar,
}

/// What a policy does to all firms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyTotals {
    /// Firms that are entitled.
    pub entitled: u64,
    /// Firms that are not.
    pub not_entitled: u64,
    /// Firms for which it depends on unknown facts.
    pub undetermined: u64,
    /// Firms for which a person has to judge.
    pub needs_judgement: u64,
    /// Entitled firms whose amount is unknown, where the policy has one.
    pub amount_unknown: u64,
    /// What is due to all firms whose amount is known.
    pub sum_fen: i128,
}

impl PolicyTotals {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            entitled: self.entitled + other.entitled,
            not_entitled: self.not_entitled + other.not_entitled,
            undetermined: self.undetermined + other.undetermined,
            needs_judgement: self.needs_judgement + other.needs_judgement,
            amount_unknown: self.amount_unknown + other.amount_unknown,
            sum_fen: self.sum_fen + other.sum_fen,
        }
    }

    /// These totals after some firms moved: what they counted for `before` taken off, `after` put to it.
    ///
    /// # Panics
    /// Where `before` is no part of these totals.
    #[must_use]
    pub fn moved(self, before: Self, after: Self) -> Self {
        let sum = self.plus(after);
        Self {
            entitled: sum.entitled - before.entitled,
            not_entitled: sum.not_entitled - before.not_entitled,
            undetermined: sum.undetermined - before.undetermined,
            needs_judgement: sum.needs_judgement - before.needs_judgement,
            amount_unknown: sum.amount_unknown - before.amount_unknown,
            sum_fen: sum.sum_fen - before.sum_fen,
        }
    }
}

impl Plan {
    /// The totals of every policy of a selection, in its order.
    pub fn totals(&self, facts: Facts<'_>, selection: &Selection) -> Result<Vec<PolicyTotals>, Misfit> {
        self.collect(facts, selection, || ()).map(|(totals, ())| totals)
    }

    /// The totals, and what a collector keeps of every chunk. Works on all threads of the pool it is called in.
    pub fn collect<C: Collector>(
        &self,
        facts: Facts<'_>,
        selection: &Selection,
        collector: impl Fn() -> C + Sync,
    ) -> Result<(Vec<PolicyTotals>, C), Misfit> {
        let bound = Bound::new(self, selection, facts)?;
        let rows = facts.table.rows;
        if rows <= CHUNK_ROWS {
            return Ok(piece(&bound, &mut Scratch::new(&bound, rows), 0..rows, collector()));
        }
        let chunks = rows.div_ceil(CHUNK_ROWS);
        let pieces = (rayon::current_num_threads() * PIECES_PER_THREAD).min(chunks);
        let edge = |at: usize| (at * chunks / pieces * CHUNK_ROWS).min(rows);
        let parts: Vec<(Vec<PolicyTotals>, C)> = (0..pieces)
            .into_par_iter()
            .with_max_len(1)
            .map_init(
                || Scratch::new(&bound, CHUNK_ROWS),
                |scratch, at| piece(&bound, scratch, edge(at)..edge(at + 1), collector()),
            )
            .collect();
        let together = parts.into_iter().reduce(|(mut totals, mut kept), (later, later_kept)| {
            totals.iter_mut().zip(later).for_each(|(own, later)| *own = own.plus(later));
            kept.append(later_kept);
            (totals, kept)
        });
        Ok(together.unwrap_or_else(|| (vec![PolicyTotals::default(); selection.policies.len()], collector())))
    }
}

/// A range of firms; it starts at a chunk.
fn piece<C: Collector>(
    bound: &Bound<'_>,
    scratch: &mut Scratch,
    rows: std::ops::Range<usize>,
    mut collector: C,
) -> (Vec<PolicyTotals>, C) {
    let mut totals = vec![PolicyTotals::default(); bound.selection.policies.len()];
    for first in rows.clone().step_by(CHUNK_ROWS) {
        let count = CHUNK_ROWS.min(rows.end - first);
        scratch.chunk(bound, first, count, &mut totals, &mut collector);
    }
    (totals, collector)
}
