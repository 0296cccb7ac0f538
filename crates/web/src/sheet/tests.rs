//! No cell becomes a formula, in either form.

use super::*;
use std::io::Read as _;

const TYPED: [(&str, &str); 14] = [
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
    ("{=1}", "{=1}"),
    ("http://a", "http://a"),
    ("1e9", "1e9"),
];

fn made_at() -> DateTime<Utc> {
    "2026-11-05T01:02:03Z".parse().unwrap()
}

/// A part of a workbook.
fn part(content: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(content)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn no_cell_is_a_formula_and_no_cell_breaks_out_of_its_quotes() {
    for (typed, cell) in TYPED {
        let mut sheet = Sheet::new(["head"]);
        sheet.push([typed.into()]);
        assert_eq!(sheet.csv(), format!("\u{feff}\"head\"\r\n\"{cell}\"\r\n"), "{typed}");
    }
}

#[test]
fn every_text_of_a_workbook_is_a_string_whatever_it_begins_with() {
    // Every start that matters before every tail, as an enumeration of what chance would try.
    let starts =
        ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "{=", "'", "\u{a0}=", "", "http://", "mailto:", "0"];
    let tails = ["1+1", "cmd|' /C calc'!A0", "SUM(A1:A9)", "企业", "<f>1</f>", "]]>", "&#61;1", ""];
    let texts: Vec<String> =
        starts.iter().flat_map(|start| tails.iter().map(move |tail| format!("{start}{tail}"))).collect();
    let mut sheet = Sheet::new(["=head"]);
    for text in &texts {
        sheet.push([SheetCell::Text(text.clone())]);
    }
    let content = workbook::content(&sheet, made_at()).unwrap();
    let page = part(&content, "xl/worksheets/sheet1.xml");
    assert!(!page.contains("<f>") && !page.contains("<f ") && !page.contains("hyperlink"), "{page}");
    // A cell that is no string of the table has no `t="s"`; only empty texts are no cell.
    let cells = page.matches("<c r=").count();
    assert_eq!(cells, page.matches(" t=\"s\"").count(), "{page}");
    assert!(cells >= texts.len());
    let csv = sheet.csv();
    for line in csv.trim_start_matches('\u{feff}').lines() {
        let cell = line.trim_start_matches('"').trim_start();
        assert!(!cell.starts_with(['=', '+', '-', '@', '＝']), "{line}");
    }
}

#[test]
fn numbers_and_days_are_numbers_and_days_and_the_head_stays_in_sight() {
    let mut sheet = Sheet::new(["名称", "件数", "日", "天"]);
    let day = "2026-11-05".parse().unwrap();
    sheet.push(["企业".into(), SheetCell::Whole(12), SheetCell::Day(day), SheetCell::Tenths(75)]);
    sheet.push(["".into(), SheetCell::Whole(1 << 60), SheetCell::moment(made_at()), SheetCell::Blank]);
    let content = workbook::content(&sheet, made_at()).unwrap();
    let page = part(&content, "xl/worksheets/sheet1.xml");
    for found in ["<v>12</v>", "<v>46331</v>", "<v>7.5</v>", "state=\"frozen\"", "<col "] {
        assert!(page.contains(found), "{found}: {page}");
    }
    assert!(part(&content, "docProps/core.xml").contains("2026-11-05T01:02:03Z"), "no clock of its own");
    assert_eq!(content, workbook::content(&sheet, made_at()).unwrap(), "the same table is the same file");
    let csv = sheet.csv();
    assert!(
        csv.contains("\"企业\",\"12\",\"2026-11-05\",\"7.5\"") && csv.contains("2026-11-05 09:02:03"),
        "{csv}"
    );
}
