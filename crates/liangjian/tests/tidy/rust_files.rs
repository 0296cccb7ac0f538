//! Rules about Rust files: what they open with, how long they and their functions are, how things are named.

use super::scanner::functions;
use super::tree::{Finding, paths, report, rust_files, texts};

const FILE_LINES_MAX: usize = 800;
const FUNCTION_LINES_MAX: usize = 70;
const TEST_NAME_WORDS_MIN: usize = 3;

/// Names that say nothing about what is inside. Some are spelled in two halves here and below so that a
/// search for the word in the repository finds no false hit.
const DRAWER_NAMES: [&str; 8] =
    ["util", "utils", "common", "manager", concat!("hel", "per"), concat!("hel", "pers"), "misc", "base"];

#[test]
fn every_rust_file_opens_with_what_it_is_for() {
    let silent = rust_files().filter(|file| !file.text.starts_with("//! "));
    let findings: Vec<_> =
        silent.map(|file| Finding::new(&file.path, 1, "opens without `//!` and a sentence")).collect();
    report("a Rust file opens with a line that says what it is for", &findings);
}

#[test]
fn no_source_file_is_longer_than_800_lines() {
    let is_source =
        |path: &str| [".rs", ".css", ".js", ".mjs", ".html"].iter().any(|end| path.ends_with(end));
    let mut findings = Vec::new();
    for file in texts().iter().filter(|file| is_source(&file.path)) {
        let lines = file.text.lines().count();
        if lines > FILE_LINES_MAX {
            findings.push(Finding::new(&file.path, lines, format!("{lines} lines; split it")));
        }
    }
    report("a source file has at most 800 lines", &findings);
}

#[test]
fn no_function_is_longer_than_70_lines() {
    let mut findings = Vec::new();
    for file in rust_files() {
        for function in functions(&file.text).into_iter().filter(|f| f.lines > FUNCTION_LINES_MAX) {
            let message = format!("`{}` has {} lines", function.name, function.lines);
            findings.push(Finding::new(&file.path, function.line, message));
        }
    }
    report("a function has at most 70 lines", &findings);
}

#[test]
fn the_name_of_a_test_is_a_sentence() {
    let mut findings = Vec::new();
    for file in rust_files() {
        for function in functions(&file.text).into_iter().filter(|function| function.is_test) {
            let words = function.name.split('_').filter(|word| !word.is_empty()).count();
            if function.name.starts_with("test_") || words < TEST_NAME_WORDS_MIN {
                let message = format!("`{}` does not say what holds", function.name);
                findings.push(Finding::new(&file.path, function.line, message));
            }
        }
    }
    report("a test is named by a sentence of three words or more, without `test_`", &findings);
}

#[test]
fn no_file_or_module_is_a_drawer() {
    let mut findings = Vec::new();
    for path in paths() {
        let is_drawer = |part: &str| DRAWER_NAMES.contains(&part.split('.').next().unwrap_or(part));
        if path.split('/').any(is_drawer) {
            findings.push(Finding::new(path, 1, "name it after what is inside"));
        }
    }
    for file in rust_files() {
        for (index, line) in file.text.lines().enumerate() {
            let words: Vec<&str> = line.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect();
            let declared = words.windows(2).find(|pair| pair[0] == "mod" && DRAWER_NAMES.contains(&pair[1]));
            if let Some([_, name]) = declared {
                findings.push(Finding::new(&file.path, index + 1, format!("module `{name}`")));
            }
        }
    }
    report("no file, folder or module has a name that fits anything", &findings);
}
