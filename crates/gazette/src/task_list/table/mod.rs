//! Task lists in tables: rows are works, or measures under headings, or each both.

mod cells;
mod grid;
mod row;

use self::{
    grid::Grid,
    row::{Reader, Shape},
};
use super::{Found, merge};
use crate::{manuscript::Table, notice, reading::Account};
use chrono::NaiveDate;

pub use self::cells::due_inside;

/// Reads the tables of a document; `None` where none of them hands out tasks.
pub fn read(tables: &[&Table], year: Option<i32>, account: &mut Account) -> Option<Found> {
    let mut found = Found::default();
    let mut header = None;
    for table in tables {
        let Some(grid) = Grid::new(table) else {
            account.leave(table.span(), "table too large to be read");
            notice::drop_contacts(table, account);
            continue;
        };
        if !read_table(&grid, year, &mut header, &mut found, account) {
            account.leave(table.span(), "table without a header that names tasks");
            notice::drop_contacts(table, account);
        }
    }
    if found.works.is_empty() {
        return None;
    }
    merge::tasks(&mut found.works, &mut found.conflicts);
    found.count_marks();
    Some(found)
}

/// Reads one table; `false` where it has no header that names tasks.
fn read_table(
    grid: &Grid,
    year: Option<i32>,
    header: &mut Option<grid::Header>,
    found: &mut Found,
    account: &mut Account,
) -> bool {
    let own = grid.header();
    let start = own.as_ref().map_or(0, |own| own.rows);
    // A table without a header goes on with the one before if it is as wide.
    let going_on = own.is_none()
        && header.as_ref().is_some_and(|header: &grid::Header| header.roles.len() == grid.width());
    let Some(current) = own.or_else(|| header.clone().filter(|_| going_on)) else {
        return false;
    };
    for at in 0..start {
        account.claim(grid.row_span(at), "table header");
    }
    let shape = Shape::of(grid, &current, start);
    let mut reader = Reader::new(grid, &current, shape, year, found, account);
    for at in start..grid.height() {
        reader.row(at);
    }
    *header = Some(current);
    true
}

/// The last day a due phrase names: 2023-2027年, 2024年6月底前, 6月底前.
pub fn due(text: &str, year: Option<i32>) -> Option<NaiveDate> {
    let stage = cells::stage(text);
    let whole_years = stage.to.filter(|_| !text.contains(['月', '季'])).and_then(crate::date::year_end);
    whole_years.or_else(|| crate::date::due(text, year))
}
