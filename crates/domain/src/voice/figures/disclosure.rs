//! Which counts may be published: small ones are held back, and others with them, until none can be reckoned.
//!
//! Whoever reads the figures knows every total that is shown, that a row of received voices has at least one, and that
//! a part is no more than its whole. Under that, each count that is held back has at least two possible values.

use super::{
    FigureRow,
    tally::{COLUMNS, Tally, WHOLE},
};
use serde::Serialize;

/// A published count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// The count.
    Shown(u64),
    /// It is not published.
    HeldBack,
}

/// The counts of a row, and which of them are held back.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub counts: [u64; COLUMNS],
    pub held: [bool; COLUMNS],
}

/// All counts that are published together: ways to divide the same total, and the levels of the ratings.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub total: Line,
    pub tables: Vec<Vec<Line>>,
    levels: Vec<u64>,
    levels_held: bool,
}

impl Line {
    fn of(tally: &Tally) -> Self {
        Self { counts: tally.counts, held: [false; COLUMNS] }
    }

    /// Holds a count back, and what is a part of it.
    fn hold(&mut self, column: usize) {
        self.held[column] = true;
        for (part, _) in WHOLE.iter().enumerate().filter(|(_, whole)| **whole == Some(column)) {
            self.hold(part);
        }
    }

    /// Holds back what is small, or is all but a small rest of what it is a part of.
    fn hold_small(&mut self, smallest: u64) {
        let is_small = |count: u64| count > 0 && count < smallest;
        for (column, whole) in WHOLE.iter().enumerate() {
            let count = self.counts[column];
            let rest = whole.map_or(0, |whole| self.counts[whole].saturating_sub(count));
            if is_small(count) || is_small(rest) {
                self.hold(column);
            }
        }
    }

    fn cell(&self, column: usize) -> Cell {
        if self.held[column] { Cell::HeldBack } else { Cell::Shown(self.counts[column]) }
    }

    fn row(&self, tally: &Tally) -> FigureRow {
        FigureRow {
            received: self.cell(0),
            dispatched: self.cell(6),
            dispatched_in_time: self.cell(7),
            answered: self.cell(1),
            in_time: self.cell(2),
            late: match self.cell(2) {
                Cell::Shown(in_time) => Cell::Shown(self.counts[1].saturating_sub(in_time)),
                Cell::HeldBack => Cell::HeldBack,
            },
            rated: self.cell(3),
            satisfied: self.cell(4),
            reopened: self.cell(5),
            mean_working_days_tenths: tally.mean_tenths().filter(|_| !self.held[1]),
            median_working_days_tenths: tally.median_tenths().filter(|_| !self.held[1]),
        }
    }

    /// The least and most a held count of a column can be, as far as its own row tells.
    fn bounds(&self, column: usize) -> (u64, Option<u64>) {
        match WHOLE[column] {
            None => (1, None),
            Some(whole) => (0, (!self.held[whole]).then_some(self.counts[whole])),
        }
    }
}

impl Sheet {
    /// Everything as it was counted.
    pub fn of(total: &Tally, tables: Vec<Vec<&Tally>>, levels: Vec<u64>) -> Self {
        let lines = |tallies: Vec<&Tally>| tallies.into_iter().map(Line::of).collect();
        Self {
            total: Line::of(total),
            tables: tables.into_iter().map(lines).collect(),
            levels,
            levels_held: false,
        }
    }

    /// A row of a table as it is published.
    pub fn row(&self, table: usize, at: usize, tally: &Tally) -> FigureRow {
        self.tables[table][at].row(tally)
    }

    /// The row of the total.
    pub fn total_row(&self, tally: &Tally) -> FigureRow {
        self.total.row(tally)
    }

    /// The levels: all of them, or none.
    pub fn levels(&self) -> Vec<Cell> {
        let cell = |count: &u64| if self.levels_held { Cell::HeldBack } else { Cell::Shown(*count) };
        self.levels.iter().map(cell).collect()
    }
}

/// Holds back what must not be published.
pub(super) fn hold_back(sheet: &mut Sheet, smallest: u64) {
    sheet.total.hold_small(smallest);
    for line in sheet.tables.iter_mut().flatten() {
        line.hold_small(smallest);
    }
    sheet.levels_held = sheet.total.held[3]
        || sheet.total.held[4]
        || sheet.levels.iter().any(|count| *count > 0 && *count < smallest);
    // A whole is settled before its parts: what is held back of it takes its parts along.
    for column in 0..COLUMNS {
        let Sheet { total, tables, .. } = sheet;
        if !total.held[column] {
            let mut protected = true;
            for table in &mut *tables {
                protected &= protect(table, column, total.counts[column]);
            }
            if !protected {
                total.hold(column);
            }
        }
        if total.held[column] {
            // Otherwise the rows would add up to the total.
            for table in tables {
                if table.iter().all(|line| !line.held[column]) {
                    hold_least(table, column);
                }
            }
        }
    }
    sheet.levels_held |= sheet.total.held[3] || sheet.total.held[4];
}

/// Holds back more of a column, the least counts first, until its total gives nothing away; answers whether it could.
fn protect(table: &mut [Line], column: usize, total: u64) -> bool {
    while is_exposed(table, column, total) {
        if !hold_least(table, column) {
            return false;
        }
    }
    true
}

/// Holds back the least count that is shown and not nought; answers whether there was one.
fn hold_least(table: &mut [Line], column: usize) -> bool {
    let shown = table.iter_mut().filter(|line| !line.held[column] && line.counts[column] > 0);
    let least = shown.min_by_key(|line| line.counts[column]);
    least.map(|line| line.hold(column)).is_some()
}

/// Whether some held count of a column has only one possible value.
pub(super) fn is_exposed(table: &[Line], column: usize, total: u64) -> bool {
    let shown: u64 = table.iter().filter(|line| !line.held[column]).map(|line| line.counts[column]).sum();
    let rest = total - shown;
    let bounds: Vec<(u64, u64)> = table
        .iter()
        .filter(|line| line.held[column])
        .map(|line| line.bounds(column))
        .map(|(least, most)| (least, most.unwrap_or(rest).min(rest)))
        .collect();
    let (least_sum, most_sum) = bounds.iter().fold((0, 0), |(l, m), (least, most)| (l + least, m + most));
    bounds.iter().any(|(least, most)| {
        let low = (*least).max(rest.saturating_sub(most_sum - most));
        let high = (*most).min(rest.saturating_sub(least_sum - least));
        high <= low
    })
}
