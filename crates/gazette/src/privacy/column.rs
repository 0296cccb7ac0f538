//! Columns of contact persons in tables that are read as they stand.

use crate::{
    manuscript::{Cell, Table},
    span::Span,
};

const HEADINGS: [&str; 12] = [
    "联系人", "联系电话", "联络员", "联系方式", "电话", "手机", "责任人", "责任领导", "分管领导", "牵头领导",
    "经办人", "邮箱",
];

/// The cells below a heading that announces persons.
///
/// Rows as long as the row of the heading are counted from the left, others from the right: what a cell above
/// reaches into stands on the left.
pub fn contacts(table: &Table) -> Vec<Span> {
    let mut headed: Vec<(usize, usize)> = Vec::new();
    let mut cells = Vec::new();
    for row in &table.rows {
        let own: Vec<usize> = (0..row.cells.len()).filter(|at| is_heading(&row.cells[*at])).collect();
        if !own.is_empty() && row.cells.len() > own.len() {
            headed = own.into_iter().map(|at| (at, row.cells.len())).collect();
            continue;
        }
        for (at, width) in &headed {
            let place = if row.cells.len() == *width {
                Some(*at)
            } else {
                (row.cells.len() + at).checked_sub(*width)
            };
            let cell = place.and_then(|place| row.cells.get(place)).filter(|cell| !cell.is_empty());
            cells.extend(cell.map(Cell::span));
        }
    }
    cells
}

fn is_heading(cell: &Cell) -> bool {
    let text = cell.squeezed();
    text.chars().count() <= 9
        && HEADINGS.iter().any(|word| text.contains(word))
        && !["单位", "部门"].iter().any(|word| text.contains(word))
}
