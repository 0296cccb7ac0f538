//! The list of lints is the list in the sources and in the guide.

use crate::lint::CODES;
use std::{collections::BTreeSet, fs, path::Path};

/// What stands before a code in the sources.
const MARKS: [&str; 4] = ["report(\"", "finding(\"", "code: \"", "at, (\""];

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("tests") {
            sources(&path, text);
        } else if path.is_file() {
            text.push_str(&fs::read_to_string(path).unwrap().replace("(\n", "("));
        }
    }
}

#[test]
fn every_lint_of_the_sources_is_listed_and_explained_in_the_guide() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut text = String::new();
    sources(&root.join("src/lint"), &mut text);
    let lines: Vec<&str> = text.split('(').map(str::trim_start).collect();
    let text = lines.join("(");
    let mut found = BTreeSet::new();
    for mark in MARKS {
        for (at, _) in text.match_indices(mark) {
            let from = at + mark.find('"').map_or(0, |quote| quote + 1);
            found.extend(text[from..].split('"').next().map(str::to_owned));
        }
    }
    let listed: BTreeSet<String> = CODES.map(str::to_owned).into();
    assert_eq!(found, listed);
    let guide = fs::read_to_string(root.join("../../docs/guide/lints.md")).unwrap();
    let rows = guide.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let explained: BTreeSet<String> = rows.map(str::to_owned).collect();
    assert_eq!(explained, listed);
}
