//! Some rows of a table as a table of their own.

use crate::{
    catalog::FieldIndex,
    table::{Bits, Children, Column, Table, Values},
};

/// These rows, in this order. Columns that are not among `fields` (ascending) are left out.
pub fn gather(table: &Table, rows: &[u32], fields: &[FieldIndex]) -> Table {
    let columns = table.columns.iter().enumerate().map(|(field, column)| {
        if fields.binary_search(&(field as FieldIndex)).is_ok() {
            gathered(column, rows)
        } else {
            Column { known: Bits::default(), values: Values::Absent }
        }
    });
    let columns = columns.collect();
    let children = table.children.iter().map(|children| gathered_children(children, rows)).collect();
    Table { rows: rows.len(), columns, children }
}

fn picked<T: Clone>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|row| values[*row as usize].clone()).collect()
}

fn picked_bits(bits: &Bits, rows: &[u32]) -> Bits {
    let word = |rows: &[u32]| {
        rows.iter().enumerate().fold(0, |word, (at, row)| word | u64::from(bits.get(*row as usize)) << at)
    };
    Bits { words: rows.chunks(64).map(word).collect() }
}

fn gathered(column: &Column, rows: &[u32]) -> Column {
    let values = match &column.values {
        Values::Absent => Values::Absent,
        Values::Bool(bits) => Values::Bool(picked_bits(bits, rows)),
        Values::Narrow(values) => Values::Narrow(picked(values, rows)),
        Values::Wide(values) => Values::Wide(picked(values, rows)),
        Values::Date(days) => Values::Date(picked(days, rows)),
        Values::Code(codes) => Values::Code(picked(codes, rows)),
        Values::CodeSet { ends, codes } => {
            let (mut own_ends, mut own) = (Vec::with_capacity(rows.len()), Vec::new());
            for row in rows {
                own.extend_from_slice(&codes[range(ends, *row)]);
                own_ends.push(own.len() as u32);
            }
            Values::CodeSet { ends: own_ends, codes: own }
        }
        Values::Text(texts) => Values::Text(picked(texts, rows)),
    };
    Column { known: picked_bits(&column.known, rows), values }
}

fn range(ends: &[u32], row: u32) -> std::ops::Range<usize> {
    let row = row as usize;
    let from = row.checked_sub(1).map_or(0, |before| ends[before]);
    from as usize..ends[row] as usize
}

fn gathered_children(children: &Children, rows: &[u32]) -> Children {
    if children.ends.is_empty() {
        return Children { known: Bits::filled(rows.len(), false), ..Children::default() };
    }
    let (mut ends, mut inner) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        inner.extend(range(&children.ends, *row).map(|row| row as u32));
        ends.push(inner.len() as u32);
    }
    let columns = children.columns.iter().map(|column| gathered(column, &inner)).collect();
    Children { known: picked_bits(&children.known, rows), ends, columns }
}
