//! A table as comma-separated text: quoted, and without a cell that a spreadsheet would take for a formula.

use super::{Sheet, SheetCell, visible};

/// Characters with which a cell becomes a formula, also in the width that East Asian keyboards type.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// The file, marked as UTF-8 for programs that would guess otherwise.
pub fn content(sheet: &Sheet) -> String {
    let mut content = "\u{feff}".to_owned();
    line(&mut content, sheet.head.iter().map(|text| plain(text)));
    for row in &sheet.rows {
        line(&mut content, row.iter().map(written));
    }
    content
}

fn line(content: &mut String, cells: impl Iterator<Item = String>) {
    for (at, text) in cells.enumerate() {
        content.push_str(if at == 0 { "\"" } else { ",\"" });
        content.push_str(&text.replace('"', "\"\""));
        content.push('"');
    }
    content.push_str("\r\n");
}

fn written(cell: &SheetCell) -> String {
    match cell {
        SheetCell::Text(text) => plain(text),
        SheetCell::Whole(number) => number.to_string(),
        SheetCell::Tenths(tenths) => format!("{}.{}", tenths / 10, tenths % 10),
        SheetCell::Day(day) => day.to_string(),
        SheetCell::Moment(at) => at.format("%Y-%m-%d %H:%M:%S").to_string(),
        SheetCell::Blank => String::new(),
    }
}

/// A text that stays a text: an apostrophe before what would be worked out, and no control characters.
fn plain(text: &str) -> String {
    let visible = visible(text);
    let is_formula = visible.trim_start().starts_with(FORMULA);
    if is_formula { format!("'{visible}") } else { visible }
}
