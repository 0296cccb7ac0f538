//! The versions of a mechanism: the newest stands in its folder, those before it in `versions/<number>/`. A case stays on
//! the version on which it began, so none may be missing, and none may change once it is in force.

use super::ReadVersion;
use crate::{problem::Problems, tree::Tree};

/// The folders of all versions of a mechanism, and the number of those that have one.
pub(super) fn folders(tree: &Tree, folder: &str) -> Vec<(String, Option<u16>)> {
    let earlier = tree.folders(&format!("{folder}/versions")).into_iter();
    let earlier = earlier.map(|name| (format!("{folder}/versions/{name}"), name.parse().ok()));
    // A name that is no number is reported with the file.
    let earlier = earlier.filter(|(_, number): &(String, Option<u16>)| number.is_some());
    earlier.chain([(folder.to_owned(), None)]).collect()
}

/// Checks what the versions of a mechanism, in order, say together.
pub(super) fn check(tree: &Tree, folder: &str, versions: &[ReadVersion], problems: &mut Problems) {
    let Some(newest) = versions.last() else { return };
    let is_closed = tree.is_closed(&format!("{folder}/versions"));
    for number in 1..newest.mechanism.version {
        if !is_closed && !versions.iter().any(|one| one.mechanism.version == number) {
            let what = format!("version {number} is missing: cases that began on it could not go on");
            let hint = format!("put its three files into versions/{number}/, as they were");
            problems.at(&newest.place, "version", what, hint);
        }
    }
    if newest.folder != folder && versions.iter().any(|one| one.folder == folder) {
        let what = format!("version {} stands among the earlier ones", newest.mechanism.version);
        problems.at(
            &newest.place,
            "version",
            what,
            "the newest version stands in the folder of the mechanism",
        );
    }
    for pair in versions.windows(2) {
        let (before, one) = (&pair[0].mechanism, &pair[1]);
        if before.version == one.mechanism.version {
            let what = format!("there are two versions {}", before.version);
            problems.at(&one.place, "version", what, "give the newer one the next number");
        } else if one.mechanism.effective <= before.effective {
            let what = format!(
                "it is in force from {} on, and the version before from {} on",
                one.mechanism.effective, before.effective
            );
            problems.at(&one.place, "effective", what, "a later version is in force from a later day on");
        }
    }
    for one in versions {
        check_mark(tree, one, one.folder != folder, problems);
    }
}

/// A version that was in force must be as it was.
fn check_mark(tree: &Tree, one: &ReadVersion, is_earlier: bool, problems: &mut Problems) {
    let mark = mark(tree, &one.folder);
    match &one.mechanism.published {
        Some(published) if *published != mark => {
            let what = format!("the text of version {} is not what was published", one.mechanism.version);
            let hint = format!(
                "give it back as it was and write a new version; if nothing of it was in force yet: published = \"{mark}\""
            );
            problems.at(&one.place, "published", what, hint);
        }
        None if is_earlier => {
            let what =
                format!("version {} was in force and bears no mark of its text", one.mechanism.version);
            problems.at(&one.place, "version", what, format!("add published = \"{mark}\""));
        }
        _ => {}
    }
}

/// The mark of a version: a digest of the lines of `mechanism.toml` and `text.toml` that say something. It finds a
/// mistake; whoever wants to deceive can write another, and a review sees that line.
fn mark(tree: &Tree, folder: &str) -> String {
    let files =
        ["mechanism", "text"].map(|name| tree.text(&format!("{folder}/{name}.toml")).unwrap_or_default());
    let lines = files.into_iter().flat_map(str::lines).map(str::trim);
    let says = |line: &&str| !line.is_empty() && !line.starts_with('#') && !line.starts_with("published =");
    // FNV-1a.
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    let digest =
        lines.filter(says).flat_map(|line| line.bytes().chain([b'\n'])).fold(0xcbf2_9ce4_8422_2325, step);
    format!("{digest:016x}")
}
