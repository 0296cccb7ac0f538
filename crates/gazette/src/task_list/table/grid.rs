//! A table as a grid: merged cells stand in every place they cover.

use super::super::columns::{self, Role};
use crate::{
    manuscript::{Cell, Table},
    span::Span,
};

/// Places of a grid at the most.
const PLACES_MAX: usize = 2_000_000;

/// A table as a grid.
pub struct Grid<'a> {
    cells: Vec<&'a Cell>,
    /// Row by row: the cell at each place and whether the place is where the cell starts.
    places: Vec<Vec<Option<(usize, bool)>>>,
    spans: Vec<Span>,
    width: usize,
}

/// The header of a table.
#[derive(Clone, Debug)]
pub struct Header {
    /// What each column is for.
    pub roles: Vec<Role>,
    /// The headings, column by column.
    pub headings: Vec<String>,
    /// Rows it takes.
    pub rows: usize,
}

impl<'a> Grid<'a> {
    /// Lays a table out; `None` where it covers too many places.
    pub fn new(table: &'a Table) -> Option<Self> {
        let width = table.width();
        if width.saturating_mul(table.rows.len()) > PLACES_MAX {
            return None;
        }
        let mut grid = Self {
            cells: Vec::new(),
            places: vec![vec![None; width]; table.rows.len()],
            spans: Vec::new(),
            width,
        };
        for (at, row) in table.rows.iter().enumerate() {
            grid.spans.push(row.span());
            let mut column = 0;
            for cell in &row.cells {
                while column < width && grid.places[at][column].is_some() {
                    column += 1;
                }
                let index = grid.cells.len();
                grid.cells.push(cell);
                for down in at..(at + cell.rows).min(table.rows.len()) {
                    for right in column..(column + cell.columns).min(width) {
                        grid.places[down][right].get_or_insert((index, down == at));
                    }
                }
                column += cell.columns;
            }
        }
        Some(grid)
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.places.len()
    }

    /// Columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Where a row stands.
    pub fn row_span(&self, row: usize) -> Span {
        self.spans[row]
    }

    /// The cell at a place, and whether it starts in this row.
    pub fn cell(&self, row: usize, column: usize) -> Option<(&'a Cell, bool)> {
        let (index, starts) = self.places.get(row)?.get(column).copied().flatten()?;
        Some((self.cells[index], starts))
    }

    /// The cell at a place, if it holds something.
    pub fn filled(&self, row: usize, column: usize) -> Option<&'a Cell> {
        self.cell(row, column).map(|(cell, _)| cell).filter(|cell| !cell.is_empty())
    }

    /// Whether a cell of this column reaches over several rows anywhere below the header.
    pub fn is_merged(&self, column: usize, from: usize) -> bool {
        (from..self.height())
            .any(|row| self.cell(row, column).is_some_and(|(cell, starts)| !starts && !cell.is_empty()))
    }

    /// The different cells of a row that hold something, with the columns they start at.
    pub fn distinct(&self, row: usize) -> Vec<(usize, &'a Cell)> {
        let mut last = None;
        let mut found = Vec::new();
        for column in 0..self.width {
            let index = self.places[row][column].map(|(index, _)| index);
            if index != last
                && let Some(cell) = self.filled(row, column)
            {
                found.push((column, cell));
            }
            last = index;
        }
        found
    }

    fn headings(&self, from: usize, rows: usize) -> Vec<String> {
        let heading = |column: usize| {
            let mut text = String::new();
            let mut last = None;
            for row in from..from + rows {
                let index = self.places[row][column].map(|(index, _)| index);
                if index != last
                    && let Some(cell) = self.filled(row, column)
                {
                    text.push_str(&cell.squeezed());
                }
                last = index;
            }
            text
        };
        (0..self.width).map(heading).collect()
    }

    /// The header, if the table starts with one: one row, or two where headings are parted below; a title
    /// row above it is skipped.
    pub fn header(&self) -> Option<Header> {
        for from in 0..self.height().min(3) {
            for rows in [2, 1] {
                if from + rows > self.height() {
                    continue;
                }
                let headings = self.headings(from, rows);
                let parted = rows == 1 || self.is_parted(from);
                if let Some(roles) = columns::roles(&headings).filter(|_| parted) {
                    return Some(Header { roles, headings, rows: from + rows });
                }
            }
        }
        None
    }

    /// Whether a heading of this row is parted in the row below.
    fn is_parted(&self, row: usize) -> bool {
        let wide = |row: usize| {
            (0..self.width).any(|column| {
                self.cell(row, column).is_some_and(|(cell, _)| cell.columns > 1 && !cell.is_empty())
            })
        };
        let reaches =
            (0..self.width).any(|column| self.cell(row + 1, column).is_some_and(|(_, starts)| !starts));
        wide(row) && reaches
    }

    /// Whether a row repeats the header, as at the top of a new page.
    pub fn repeats(&self, row: usize, header: &Header) -> bool {
        let headings = self.headings(row, 1);
        let equal = headings.iter().zip(&header.headings).filter(|(a, b)| a == b && !a.is_empty()).count();
        equal * 3 >= header.headings.iter().filter(|h| !h.is_empty()).count() * 2 && equal >= 2
    }
}
