//! A mechanism that is added as files, without a new build: the recipe of docs/guide/mechanisms.md.

#[expect(dead_code, reason = "other tests of the operator import a text, these do not")]
mod operator;

use operator::printed;
use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The blocks of the guide that are files: path below the edition, and text.
fn files_of_guide() -> Vec<(String, String)> {
    let guide = fs::read_to_string(format!("{ROOT}/docs/guide/mechanisms.md")).expect("the guide is there");
    let blocks = guide.split("```toml\n").skip(1).filter_map(|rest| rest.split_once("```"));
    let file = |(block, _): (&str, &str)| {
        let (path, text) = block.strip_prefix("# ")?.split_once('\n')?;
        Some((path.to_owned(), text.to_owned()))
    };
    blocks.filter_map(file).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the folder can be made");
    for entry in fs::read_dir(from).expect("the edition can be read") {
        let path = entry.expect("the entry can be read").path();
        let target = to.join(path.file_name().expect("an entry has a name"));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("the file can be copied");
        }
    }
}

fn check(folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_liangjian"));
    command.current_dir(folder).args(["check", "./sample"]).output().expect("the program starts")
}

#[test]
fn a_town_adds_a_mechanism_with_three_files_and_its_examples_are_run() {
    let folder = tempfile::tempdir().unwrap();
    copy(Path::new(&format!("{ROOT}/editions/sample")), &folder.path().join("sample"));
    let before = check(folder.path());
    assert!(before.status.success(), "{}", printed(&before));
    assert!(!printed(&before).contains("mechanisms"), "{}", printed(&before));

    let files = files_of_guide();
    assert_eq!(files.len(), 3, "{files:?}");
    for (path, text) in &files {
        let path = folder.path().join("sample").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let after = check(folder.path());
    let text = printed(&after);
    assert!(after.status.success(), "{text}");
    let holds = |name: &str, count: &str| {
        text.lines().any(|line| {
            line.trim().starts_with(name)
                && line.split_whitespace().collect::<Vec<_>>().join(" ").ends_with(count)
        })
    };
    assert!(holds("mechanisms", "mechanisms 1") && holds("timelines", "2 of 2 passed"), "{text}");

    let examples = folder.path().join("sample/mechanisms/notes/examples.toml");
    let wrong = files[2].1.replace("due = { bureau = 2026-03-06 }", "due = { bureau = 2026-03-05 }");
    fs::write(examples, wrong).unwrap();
    let broken = check(folder.path());
    let text = printed(&broken);
    assert_eq!(broken.status.code(), Some(1), "{text}");
    assert!(text.contains("expected bureau 2026-03-05, it came out bureau 2026-03-06"), "{text}");
}
