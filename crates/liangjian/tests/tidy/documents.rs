//! Rules about the root of the repository and the documents a newcomer reads first.

use super::layers::crates;
use super::tree::{Finding, paths, report, rust_files, text};
use std::collections::BTreeSet;

const ROOT_ENTRIES_MAX: usize = 16;
const ARCHITECTURE_LINES_MAX: usize = 200;

#[test]
fn the_root_has_at_most_16_entries() {
    let entries: BTreeSet<&str> = paths().iter().filter_map(|path| path.split('/').next()).collect();
    let list = entries.iter().copied().collect::<Vec<_>>().join(" ");
    let message = format!("{} entries: {list}", entries.len());
    let findings: Vec<_> =
        (entries.len() > ROOT_ENTRIES_MAX).then(|| Finding::new(".", 1, message)).into_iter().collect();
    report("the root stays clean", &findings);
}

#[test]
fn the_map_is_short_and_lists_the_crates_there_are() {
    const PATH: &str = "ARCHITECTURE.md";
    let Some(map) = text(PATH) else {
        return report("there is a map", &[Finding::new(PATH, 1, "missing")]);
    };
    let mut findings = Vec::new();
    let lines = map.lines().count();
    if lines > ARCHITECTURE_LINES_MAX {
        findings.push(Finding::new(PATH, lines, format!("{lines} lines, {ARCHITECTURE_LINES_MAX} at most")));
    }
    let (real, mut listed) = (crates(), BTreeSet::new());
    for (index, line) in map.lines().enumerate() {
        for name in names_after(line, "crates/") {
            if !real.contains(&name) {
                findings.push(Finding::new(PATH, index + 1, format!("there is no crates/{name}")));
            }
            listed.insert(name);
        }
    }
    let unlisted = real.difference(&listed);
    findings.extend(unlisted.map(|name| Finding::new(PATH, 1, format!("crates/{name} is not on the map"))));
    report("the map fits on a few screens and shows the workspace as it is", &findings);
}

/// Words that follow `prefix` in a line.
fn names_after(line: &str, prefix: &str) -> Vec<String> {
    let is_name = |c: &char| c.is_ascii_lowercase() || matches!(c, '_' | '-') || c.is_ascii_digit();
    let names = line.split(prefix).skip(1).map(|rest| rest.chars().take_while(is_name).collect::<String>());
    names.filter(|name| !name.is_empty()).collect()
}

#[test]
fn the_glossary_explains_every_public_type_of_the_domain() {
    const PATH: &str = "docs/glossary.md";
    let glossary = text(PATH).unwrap_or_default();
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    let words: BTreeSet<&str> = glossary.split(|c: char| !is_name(c)).collect();
    let mut findings = Vec::new();
    for file in rust_files().filter(|file| file.path.starts_with("crates/domain/src/")) {
        for (index, line) in file.text.lines().enumerate() {
            let name = public_type(line);
            if let Some(name) = name.filter(|name| !words.contains(name)) {
                findings.push(Finding::new(&file.path, index + 1, format!("`{name}` is not in {PATH}")));
            }
        }
    }
    report("every noun of the code is explained to the reader", &findings);
}

fn public_type(line: &str) -> Option<&str> {
    let kinds = ["pub struct ", "pub enum ", "pub trait ", "pub type "];
    let rest = kinds.iter().find_map(|kind| line.strip_prefix(kind))?;
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
    Some(&rest[..end])
}

#[test]
fn the_readme_has_the_same_sections_in_both_languages() {
    let mut findings = Vec::new();
    let mut count = |path: &str| {
        let Some(readme) = text(path) else {
            findings.push(Finding::new(path, 1, "missing"));
            return None;
        };
        let mut in_code = false;
        let headings = readme.lines().filter(|line| {
            in_code ^= line.starts_with("```");
            !in_code && line.starts_with("## ")
        });
        Some(headings.count())
    };
    let (english, chinese) = (count("README.md"), count("README.zh.md"));
    if let (Some(english), Some(chinese)) = (english, chinese)
        && english != chinese
    {
        findings.push(Finding::new(
            "README.zh.md",
            1,
            format!("{chinese} sections, README.md has {english}"),
        ));
    }
    report("both READMEs say the same", &findings);
}

#[test]
fn decisions_are_numbered_without_gaps_and_short() {
    const LINES_MAX: usize = 40;
    let mut findings = Vec::new();
    let decisions = paths().iter().filter(|path| path.starts_with("docs/decisions/"));
    for (index, path) in decisions.enumerate() {
        let number = format!("docs/decisions/{:04}-", index + 1);
        if !path.starts_with(&number) || !path.ends_with(".md") {
            findings.push(Finding::new(path, 1, format!("expected {number}<title>.md here")));
        }
        let lines = text(path).unwrap_or_default().lines().count();
        if lines > LINES_MAX {
            findings.push(Finding::new(path, lines, format!("{lines} lines, {LINES_MAX} at most")));
        }
    }
    report("a decision is one numbered page", &findings);
}
