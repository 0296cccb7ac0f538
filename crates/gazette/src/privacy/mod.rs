//! Names and telephone numbers of contact persons: recognised, claimed, and never handed on.

mod column;
mod credit;
mod pattern;
mod publication;
#[cfg(test)]
mod tests;

pub use self::{column::contacts, publication::publishable};

use crate::{
    manuscript::{Block, Line, Manuscript},
    span::{Span, Text},
};
use std::ops::Range;

/// The role of dropped stretches in an account.
pub const DROPPED: &str = "contact (dropped)";

/// Cuts contact data out of every line; what was cut is listed in `dropped`.
pub fn redact(manuscript: &mut Manuscript) {
    let mut dropped = Vec::new();
    for block in &mut manuscript.blocks {
        match block {
            Block::Line(line) => cut(line, &mut dropped),
            Block::Table(table) => {
                for cell in table.rows.iter_mut().flat_map(|row| &mut row.cells) {
                    cell.lines.iter_mut().for_each(|line| cut(line, &mut dropped));
                    cell.lines.retain(|line| !line.text.is_empty());
                }
            }
        }
    }
    manuscript.blocks.retain(|block| !matches!(block, Block::Line(line) if line.text.is_empty()));
    manuscript.dropped = dropped;
}

fn cut(line: &mut Line, dropped: &mut Vec<Span>) {
    let ranges = ranges(line.as_str());
    if ranges.is_empty() {
        return;
    }
    let mut kept = Text::default();
    let mut from = 0;
    for range in ranges {
        kept.append(&line.text.slice(from..range.start));
        dropped.push(line.text.span_of(range.clone()));
        from = range.end;
    }
    kept.append(&line.text.slice(from..line.as_str().len()));
    line.text = kept.trim();
}

/// The contact data of a line, as bytes, in order and apart from one another.
fn ranges(line: &str) -> Vec<Range<usize>> {
    let mut ranges = pattern::contacts(line);
    ranges.extend(pattern::numbers(line));
    ranges.extend(pattern::named(line));
    ranges.extend(credit::credits(line));
    ranges.sort_by_key(|range| range.start);
    ranges.dedup_by(|next, kept| {
        let overlaps = next.start < kept.end;
        if overlaps {
            kept.end = kept.end.max(next.end);
        }
        overlaps
    });
    ranges
}
