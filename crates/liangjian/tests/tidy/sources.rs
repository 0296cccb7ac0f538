//! Rules about what texts may contain: no person's number, no sentence of the source documents, no marker of
//! unfinished work.

use super::tree::{Finding, TextFile, is_generated, report, root, texts};
use std::{collections::HashSet, fs};

/// Han characters in a row that may not repeat a source document.
const RUN_HAN: usize = 20;

/// Names that cannot be put in other words: titles of documents and of the bodies that issued them.
const OFFICIAL_NAMES: [&str; 4] = [
    "温州市第十三届人民代表大会常务委员会第四十二次会议",
    "浙江省第十三届人民代表大会常务委员会第三十二次会议",
    "温州市人民政府办公室关于印发温州市促进民营经济高质量发展若干举措的通知",
    "中共中央国务院关于促进民营经济发展壮大的意见",
];

/// Every file whose wording is ours.
fn written() -> impl Iterator<Item = &'static TextFile> {
    texts().iter().filter(|file| !is_generated(&file.path) && file.path != "LICENSE")
}

#[test]
fn no_telephone_number_or_identity_number_is_written_down() {
    let mut findings = Vec::new();
    for file in written() {
        for (index, line) in file.text.lines().enumerate() {
            for number in personal_numbers(line) {
                findings.push(Finding::new(
                    &file.path,
                    index + 1,
                    format!("`{number}` could reach a person"),
                ));
            }
        }
    }
    report("no telephone number and no identity number stands in the repository", &findings);
}

/// Runs of digits, hyphens and a final X in a line that have the shape of a personal number.
fn personal_numbers(line: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let words = line.split(|c: char| !is_part(c)).map(|word| word.trim_matches(['-', '.', '_']));
    words.filter(|word| is_mobile(word) || is_landline(word) || is_identity(word)).collect()
}

/// 1[3-9] and nine more digits. A number that ends in eight zeros is nobody's, and may stand in an example.
fn is_mobile(word: &str) -> bool {
    let digits = word.replace('-', "");
    is_digits(&digits, 11..=11)
        && digits.starts_with('1')
        && matches!(digits.as_bytes()[1], b'3'..=b'9')
        && !digits.ends_with("00000000")
}

/// An area code, a hyphen, seven or eight digits, not all zero.
fn is_landline(word: &str) -> bool {
    let Some((area, number)) = word.split_once('-') else { return false };
    area.starts_with('0')
        && is_digits(area, 3..=4)
        && is_digits(number, 7..=8)
        && number.chars().any(|digit| digit != '0')
}

/// Eighteen places, the last perhaps an X, with a date of birth inside.
fn is_identity(word: &str) -> bool {
    let Some(digits) = word.strip_suffix(|c: char| c.is_ascii_digit() || matches!(c, 'X' | 'x')) else {
        return false;
    };
    if !is_digits(digits, 17..=17) {
        return false;
    }
    let part = |from: usize, to: usize| digits[from..to].parse::<u16>().unwrap_or(0);
    (1900..2100).contains(&part(6, 10))
        && (1..=12).contains(&part(10, 12))
        && (1..=31).contains(&part(12, 14))
}

fn is_digits(text: &str, length: std::ops::RangeInclusive<usize>) -> bool {
    length.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[test]
fn personal_numbers_are_recognised_and_other_numbers_are_not() {
    let shaped = [
        ["138", "12345678"].concat(),
        ["0577", "-", "12345678"].concat(),
        ["330301", "19900101", "123X"].concat(),
    ];
    for number in &shaped {
        assert_eq!(personal_numbers(&format!("电话{number}。")), [number.as_str()]);
    }
    let harmless = ["13800000000", "2023-10-27", "0.13812345678", "a13812345678", "0577-0000000", "330300"];
    for number in harmless {
        assert_eq!(personal_numbers(number), [""; 0], "{number}");
    }
}

#[test]
fn the_wording_of_the_source_documents_is_not_repeated() {
    let folder = root().join("../shared/seeds");
    let Ok(entries) = fs::read_dir(&folder) else {
        println!(
            "skipped: comparison with the wording of the source documents · ../shared/seeds is not here"
        );
        return;
    };
    let documents: Vec<String> =
        entries.filter_map(|entry| String::from_utf8(fs::read(entry.ok()?.path()).ok()?).ok()).collect();
    assert!(!documents.is_empty(), "{} holds no text", folder.display());
    let source_runs = documents.iter().flat_map(|text| han_runs(text));
    let source: HashSet<String> = source_runs.flat_map(|(_, run)| windows(&run)).collect();
    let mut findings = Vec::new();
    for file in written() {
        for (line, run) in han_runs(&file.text) {
            let is_name = |window: &str| OFFICIAL_NAMES.iter().any(|name| name.contains(window));
            if let Some(window) = windows(&run).into_iter().find(|w| source.contains(w) && !is_name(w)) {
                findings.push(Finding::new(&file.path, line, format!("repeats a source: {window}…")));
            }
        }
    }
    report("facts and figures carry over from the documents, sentences do not", &findings);
}

/// Runs of Han characters long enough to compare, with the line they begin on; white space does not end one.
fn han_runs(text: &str) -> Vec<(usize, String)> {
    let (mut runs, mut run, mut begin, mut line) = (Vec::new(), String::new(), 1, 1);
    for character in text.chars().chain(['.']) {
        line += usize::from(character == '\n');
        if is_han(character) {
            begin = if run.is_empty() { line } else { begin };
            run.push(character);
        } else if !character.is_whitespace() {
            let finished = std::mem::take(&mut run);
            if finished.chars().count() >= RUN_HAN {
                runs.push((begin, finished));
            }
        }
    }
    runs
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '〇')
}

/// Every stretch of `RUN_HAN` characters of a run.
fn windows(run: &str) -> Vec<String> {
    let characters: Vec<char> = run.chars().collect();
    characters.windows(RUN_HAN).map(|window| window.iter().collect()).collect()
}

#[test]
fn a_repeated_sentence_is_found_across_a_line_break() {
    let sentence = "天".repeat(12) + "\n  " + &"地".repeat(9) + "，人";
    let runs = han_runs(&sentence);
    assert_eq!(runs.len(), 1);
    assert_eq!((runs[0].0, windows(&runs[0].1).len()), (1, 2));
}

#[test]
fn no_marker_of_unfinished_work_is_left() {
    let words = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
    let calls = [concat!("dbg", "!("), concat!("to", "do!("), concat!("unimple", "mented!(")];
    let mut findings = Vec::new();
    for file in written() {
        for (index, line) in file.text.lines().enumerate() {
            let mut in_line = line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            let marker = in_line.find(|word| words.contains(word));
            let call = calls.iter().copied().find(|call| file.path.ends_with(".rs") && line.contains(call));
            if let Some(found) = marker.or(call) {
                findings.push(Finding::new(&file.path, index + 1, format!("`{found}`")));
            }
        }
    }
    report("what is unfinished is an issue, not a marker", &findings);
}
