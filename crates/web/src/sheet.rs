//! Rows as a file that spreadsheets open: comma-separated, quoted, and without a cell that they would take for a
//! formula.

/// Characters with which a cell becomes a formula, also in the width that East Asian keyboards type.
const FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// A file of rows, the head first.
pub struct Sheet(String);

impl Sheet {
    /// An empty file, marked as UTF-8 for programs that would guess otherwise.
    pub fn new<const COLUMNS: usize>(head: [&str; COLUMNS]) -> Self {
        let mut sheet = Self("\u{feff}".to_owned());
        sheet.push(head);
        sheet
    }

    /// Adds a row.
    pub fn push<const COLUMNS: usize>(&mut self, row: [&str; COLUMNS]) {
        for (at, text) in row.into_iter().enumerate() {
            self.0.push_str(if at == 0 { "\"" } else { ",\"" });
            self.0.push_str(&plain(text).replace('"', "\"\""));
            self.0.push('"');
        }
        self.0.push_str("\r\n");
    }

    /// The content of the file.
    pub fn content(self) -> String {
        self.0
    }
}

/// A text that stays a text: an apostrophe before what would be worked out, and no control characters, behind which
/// a formula could hide.
fn plain(text: &str) -> String {
    let visible: String = text.chars().map(|one| if one.is_control() { ' ' } else { one }).collect();
    let is_formula = visible.trim_start().starts_with(FORMULA);
    if is_formula { format!("'{visible}") } else { visible }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_no_cell_breaks_out_of_its_quotes() {
        for (typed, cell) in [
            ("到岗", "到岗"),
            ("=HYPERLINK(\"http://a\")", "'=HYPERLINK(\"\"http://a\"\")"),
            ("+1", "'+1"),
            ("-1+1", "'-1+1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝1", "'＝1"),
            ("\t=1", "' =1"),
            ("\r\n=1", "'  =1"),
            ("\u{a0}=1", "'\u{a0}=1"),
            ("a\",\"=1", "a\"\",\"\"=1"),
            ("a\nb", "a b"),
        ] {
            let mut sheet = Sheet::new(["head"]);
            sheet.push([typed]);
            assert_eq!(sheet.content(), format!("\u{feff}\"head\"\r\n\"{cell}\"\r\n"), "{typed}");
        }
    }
}
