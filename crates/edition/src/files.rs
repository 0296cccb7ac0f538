//! Which files an edition may hold, and what holds for the text of every one of them.

use crate::{
    personal_data::telephones,
    problem::Problems,
    spelling::{is_name, is_word},
    tree::{Content, PERMISSIONS, Tree},
};

/// Most parts of a path below the folder of the edition.
const PARTS_MAX: usize = 5;

/// The files of the format, relative to the folder of the edition; `*` stands for a name, `N` and `NN` for digits.
const FORMAT: [&[&str]; 30] = [
    &["README.md"],
    &["edition.toml"],
    &["organizations.toml"],
    &["competence.toml"],
    &["bindings.toml"],
    &["voice.toml"],
    &["lpr.toml"],
    &["systems.toml"],
    &["documents", "*", "document.toml"],
    &["task-lists", "*", "task-list.toml"],
    &["task-lists", "*", "works", "NN.toml"],
    &["facts.toml"],
    &["vocabularies", "*.csv"],
    &["calendars", "NN.toml"],
    &["office-hours.toml"],
    &["platforms.toml"],
    &["mechanisms", "*", "mechanism.toml"],
    &["mechanisms", "*", "text.toml"],
    &["mechanisms", "*", "examples.toml"],
    &["mechanisms", "*", "versions", "N", "mechanism.toml"],
    &["mechanisms", "*", "versions", "N", "text.toml"],
    &["mechanisms", "*", "versions", "N", "examples.toml"],
    &["parameters.toml"],
    &["terms.toml"],
    &["groups.toml"],
    &["policies", "*", "*", "policy.toml"],
    &["policies", "*", "*", "examples.toml"],
    &["scorecards", "*", "scorecard.toml"],
    &["ladders", "*", "ladder.toml"],
    &["ladders", "*", "examples.toml"],
];

/// Checks names, depth, readability and personal data of every file of one edition.
pub(crate) fn check(tree: &Tree, edition: &str, problems: &mut Problems) {
    if !is_name(edition) {
        let what = format!("`{edition}` cannot name an edition");
        problems.in_file(edition, what, "name the folder with lower-case ASCII words and hyphens");
    }
    for (path, content) in tree.below(edition) {
        if !matches!(content, Content::Closed(_)) {
            check_path(path, &path[edition.len() + 1..], problems);
        }
        match content {
            Content::Closed(what) => problems.in_file(path, what.as_str(), PERMISSIONS),
            Content::Refused(what, hint) => problems.in_file(path, what.as_str(), *hint),
            Content::Text(text) => {
                for (line, number) in telephones(text) {
                    let what = format!("a telephone number ({number}) stands here");
                    problems.in_line(path, line, what, "remove it: editions hold no personal data");
                }
            }
        }
    }
}

fn check_path(path: &str, relative: &str, problems: &mut Problems) {
    let parts: Vec<&str> = relative.split('/').collect();
    if FORMAT.iter().any(|known| matches(known, &parts)) {
        return;
    }
    let misnamed = parts.iter().enumerate().find(|(at, part)| {
        let stem =
            if at + 1 == parts.len() { part.split_once('.').map_or(**part, |(stem, _)| stem) } else { part };
        !is_name(stem)
    });
    if let Some((_, part)) = misnamed {
        let what = format!("`{part}` cannot name a file or a folder");
        problems.in_file(path, what, "name it with lower-case ASCII words and hyphens");
    } else if parts.len() > PARTS_MAX {
        let what = format!("the path has {} parts below the edition", parts.len());
        problems.in_file(path, what, format!("keep files at most {PARTS_MAX} parts deep"));
    } else {
        let known: Vec<String> = FORMAT.iter().map(|known| known.join("/")).collect();
        let what = "the format knows no file of this name";
        problems.in_file(path, what, format!("remove it or rename it; known are {}", known.join(", ")));
    }
}

fn matches(known: &[&str], parts: &[&str]) -> bool {
    let fits = |(known, part): (&&str, &&str)| match *known {
        "*" => is_name(part),
        "*.csv" => part.strip_suffix(".csv").is_some_and(is_word),
        "NN.toml" => part.strip_suffix(".toml").is_some_and(|stem| {
            stem.len() >= 2 && stem.len() <= 4 && stem.bytes().all(|byte| byte.is_ascii_digit())
        }),
        "N" => part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit()),
        exact => exact == *part,
    };
    known.len() == parts.len() && known.iter().zip(parts).all(fits)
}
