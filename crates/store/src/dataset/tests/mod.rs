//! Numbers, days and codes as cells hold them, and whole files.

use super::{
    Reading, firm_of_json,
    number::{NumberFault, digits, of_float, scaled},
    read,
};
use rules::{
    catalog::{Catalog, Field, Type, Words},
    expression::Value,
    number::Number,
    vocabulary::Vocabulary,
};
use std::fs;

mod garbage;
mod parquet_files;

fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    let mut industry = Vocabulary::new("industry");
    for code in ["C", "C39", "F"] {
        industry.add(code, Words::default(), None);
    }
    let industry = catalog.add_vocabulary(industry);
    let fields = [
        ("revenue", Type::Money),
        ("share", Type::Ratio),
        ("founded", Type::Date),
        ("marks", Type::CodeSet(industry)),
        ("note", Type::Text),
    ];
    for (name, kind) in fields {
        let label = Words { zh: format!("{name}名"), en: String::new() };
        let question = Words::default();
        let field = Field { name: name.into(), label, kind, question, dataset: String::new(), can_act: true };
        catalog.add_field(field).unwrap();
    }
    catalog
}

fn number(digits: i128, scale: u32) -> Option<Value> {
    Number::scaled(digits, scale).map(Value::Number)
}

#[test]
fn decimal_texts_become_whole_numbers_exactly_or_not_at_all() {
    use NumberFault::{NotANumber, TooFine, TooLarge};
    for (text, expected) in [
        ("12.34", Ok(1234)),
        ("-0.5", Ok(-50)),
        ("+7", Ok(700)),
        (".5", Ok(50)),
        ("1.2300000", Ok(123)),
        ("1.234", Err(TooFine)),
        ("", Err(NotANumber)),
        (".", Err(NotANumber)),
        ("1e3", Err(NotANumber)),
        ("1.2.3", Err(NotANumber)),
        ("9999999999999999.99", Ok(999_999_999_999_999_999)),
        ("10000000000000000", Err(TooLarge)),
        ("999999999999999999999999999999999999999999", Err(TooLarge)),
        ("0000000000000000000000000000000000000012.50", Ok(1250)),
    ] {
        assert_eq!(digits(text.as_bytes(), 2), expected, "{text}");
    }
    assert_eq!((scaled(12_300, 4, 2), scaled(12_345, 4, 2)), (Ok(123), Err(TooFine)));
    assert_eq!(
        (of_float(0.1, 2), of_float(0.105, 2), of_float(f64::NAN, 2)),
        (Ok(10), Err(TooFine), Err(NotANumber))
    );
}

#[test]
fn labels_name_columns_empty_cells_are_unknown_and_sets_are_divided_by_bars() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firms.csv");
    let text = "firm,revenue名,share,founded,marks,extra\nA,300万,5%,2024年1月31日,C|F,x\nB,,0.25,20240131,|,\nC,1亿元,,,,\n";
    fs::write(&file, text).unwrap();
    let catalog = catalog();
    let read = read(&file, &catalog, Reading::default(), &mut |_, _| {}).unwrap();
    let value = |field, row| read.table.value(&catalog, field, row);
    assert_eq!((value(0, 0), value(0, 1), value(0, 2)), (number(3_000_000, 0), None, number(100_000_000, 0)));
    assert_eq!((value(1, 0), value(1, 1)), (number(5, 2), number(25, 2)));
    assert_eq!(value(2, 0), value(2, 1));
    let codes = |row| match value(3, row) {
        Some(Value::Codes(codes)) => Some(codes.codes().collect::<Vec<_>>()),
        _ => None,
    };
    assert_eq!((codes(0), codes(1), codes(2)), (Some(vec![0, 2]), Some(Vec::new()), None));
    assert_eq!(
        (read.missing.as_slice(), read.unknown_columns.as_slice()),
        (&["note".to_owned()][..], &["extra".to_owned()][..])
    );
    assert_eq!(read.firms.id(2), "C");
}

#[test]
fn every_fault_of_a_file_is_told_with_its_row_and_nothing_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firms.csv");
    fs::write(
        &file,
        "uscc,revenue,founded\n91350100M000100Y43,\"1\n2\",\n\n91350203M0001QAY9B,x,2023-02-29\n",
    )
    .unwrap();
    let findings = read(&file, &catalog(), Reading { strict: true }, &mut |_, _| {}).unwrap_err();
    let places: Vec<_> =
        findings.all.iter().map(|finding| (finding.row, finding.column.as_deref())).collect();
    assert_eq!(
        places,
        [
            (Some(2), Some("revenue")),
            (Some(5), Some("uscc")),
            (Some(5), Some("revenue")),
            (Some(5), Some("founded"))
        ]
    );
}

#[test]
fn a_quotation_that_never_closes_is_a_fault_of_its_row_and_swallows_no_firm() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("firms.csv");
    fs::write(&file, "firm,revenue,note\na,1,\"said \"\"so\"\"\"\nb,2,\"open\nc,3,x\n").unwrap();
    let findings = read(&file, &catalog(), Reading::default(), &mut |_, _| {}).unwrap_err();
    let told: Vec<_> = findings.all.iter().map(|finding| (finding.row, finding.what.as_str())).collect();
    assert_eq!(told, [(Some(3), "a quotation mark is opened in this row and never closed")]);
    fs::write(&file, "firm,revenue,note\na,1,\"said \"\"so\"\"\"").unwrap();
    assert!(read(&file, &catalog(), Reading::default(), &mut |_, _| {}).is_ok());
}

#[test]
fn one_firm_is_read_from_an_object_with_every_fault() {
    let catalog = catalog();
    let table = firm_of_json(r#"{"firm": "A", "revenue": "2亿", "share": 0.05, "marks": ["C39"]}"#, &catalog)
        .unwrap();
    assert_eq!(table.value(&catalog, 0, 0), number(200_000_000, 0));
    assert_eq!(table.value(&catalog, 1, 0), number(5, 2));
    let findings =
        firm_of_json(r#"{"revenue": 1, "note": "a", "revenue": 2, "note名": "b"}"#, &catalog).unwrap_err();
    let told: Vec<_> = findings.all.iter().map(|finding| finding.what.as_str()).collect();
    assert_eq!(told, ["`revenue` stands twice", "`note` and `note名` are the same fact"]);
    let findings = firm_of_json(r#"{"revenues": 1, "founded": true, "marks": [1]}"#, &catalog).unwrap_err();
    assert_eq!(findings.error_count, 3, "{findings:?}");
}
