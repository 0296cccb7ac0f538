//! Files that are not what they should be: told by rows, within bounds, and nothing of them loaded.

use super::{Reading, catalog, read};
use crate::dataset::{Dataset, ERRORS_MAX, Findings, csv};
use std::io::{Cursor, Read, repeat};

fn read_csv(input: impl Read + 'static, bytes: u64) -> Result<Dataset, Findings> {
    csv::read(Box::new(input), bytes, &catalog(), Reading::default(), &mut |_, _| {})
}

#[test]
fn rows_are_counted_whatever_ends_a_line() {
    for (name, end) in [("line feed", "\n"), ("both", "\r\n"), ("carriage return", "\r")] {
        let lines = ["firm,revenue,note", "a,1,", "", "b,x,", "c,\"2", "3\",", "d,4,\"p", "q\"", "e,y,"];
        let text = lines.join(end);
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("firms.csv");
        std::fs::write(&file, text).unwrap();
        let findings = read(&file, &catalog(), Reading::default(), &mut |_, _| {}).unwrap_err();
        let rows: Vec<_> = findings.all.iter().map(|finding| finding.row).collect();
        assert_eq!(rows, [Some(4), Some(5), Some(9)], "{name}");
    }
}

#[test]
fn garbage_without_end_is_left_after_so_many_errors_or_too_long_a_row() {
    let head = || Cursor::new(b"firm,revenue\n".to_vec());
    let lines = "some words, of another file, that somebody sent\n".repeat(1 << 12);
    let endless = head().chain(Endless { text: lines.into_bytes(), at: 0 });
    let findings = read_csv(endless, u64::MAX).unwrap_err();
    assert_eq!(findings.error_count, ERRORS_MAX as u64);
    assert_eq!(findings.all.len(), ERRORS_MAX + 1);
    assert!(findings.all.iter().all(|finding| finding.row.is_some()));
    let findings = read_csv(head().chain(repeat(b'x')), u64::MAX).unwrap_err();
    assert_eq!((findings.error_count, findings.all[0].row), (1, Some(2)));
    let findings = read_csv(head().chain(repeat(b'\r')), u64::MAX).unwrap_err();
    assert_eq!(findings.all[0].what, "millions of blank lines follow");
}

#[test]
fn a_column_that_holds_no_codes_of_firms_ends_the_reading_and_the_rest_is_counted() {
    let rows: String = (0..150_000).fold(String::new(), |rows, row| rows + &format!("a word {row},1\n"));
    let findings = read_csv(Cursor::new(format!("uscc,revenue\n{rows}")), 0).unwrap_err();
    assert_eq!((findings.error_count, findings.warning_count), (1, 100_000));
    assert_eq!(findings.all.len(), ERRORS_MAX + 2, "the first warnings, the error, and that reading stopped");
    assert_eq!(findings.all.last().unwrap().row, Some(100_001));
    let long = "x".repeat(101);
    let findings = read_csv(Cursor::new(format!("firm,note\n{long},\na,{}\n", "y".repeat(5_000))), 0);
    assert_eq!(findings.unwrap_err().error_count, 2);
}

/// The same text over and over.
struct Endless {
    text: Vec<u8>,
    at: usize,
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let rest = &self.text[self.at..];
        let count = rest.len().min(into.len());
        into[..count].copy_from_slice(&rest[..count]);
        self.at = (self.at + count) % self.text.len();
        Ok(count)
    }
}
