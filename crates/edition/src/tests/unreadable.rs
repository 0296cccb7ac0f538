//! What cannot be read is one problem: nothing that would stand in it is said to be missing.

use super::{changed, check, sample};
use crate::{Tree, load};

const LIST: &str = "task-lists/town-plan/task-list.toml";
const WORK: &str = "task-lists/town-plan/works/01.toml";

#[test]
fn an_unreadable_head_makes_no_reference_unknown() {
    check(&[("edition.toml", "", "no head at all")], &["edition.toml:1: this is no TOML"]);
    let large = "#".repeat((1 << 20) + 1);
    check(&[("edition.toml", "", &large)], &["edition.toml: larger than 1024 KiB"]);
}

#[test]
fn an_unreadable_parent_makes_no_reference_unknown() {
    let parent = "parent = \"uper\"\ndivision_code";
    check(
        &[
            ("edition.toml", "division_code", parent),
            (WORK, "[\"riverside-district\"]", "[\"upper-office\"]"),
        ],
        &["edition.toml:4: the parent `uper` does not exist"],
    );
}

#[test]
fn works_are_checked_even_where_the_head_of_their_list_is_unreadable() {
    let large = "#".repeat((1 << 20) + 1);
    check(
        &[(LIST, "", &large), (WORK, "[\"riverside-district\"]", "[\"riverside-x\"]")],
        &[&format!("{LIST}: larger than 1024 KiB"), &format!("{WORK}:6: `riverside-x` does not exist")],
    );
}

#[test]
fn a_closed_folder_is_one_problem() {
    for folder in [
        "task-lists", "task-lists/town-plan", "task-lists/town-plan/works", "documents",
        "documents/town-regulation",
    ] {
        let mut tree = Tree::from_files(sample());
        tree.close(&format!("sample/{folder}"));
        let problems: Vec<String> = load(&tree, "sample").problems.iter().map(ToString::to_string).collect();
        let expected = format!("sample/{folder}: the folder cannot be read: denied · check its permissions");
        assert_eq!(problems, [expected]);
    }
}

#[test]
fn a_misnamed_file_of_a_work_is_one_problem() {
    let mut files = changed(&[]);
    let work = files.remove("sample/task-lists/town-plan/works/02.toml").expect("the work is there");
    files.insert("sample/task-lists/town-plan/works/o2.toml".to_owned(), work);
    let problems = load(&Tree::from_files(files), "sample").problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert!(problems[0].what.contains("knows no file of this name"), "{problems:?}");
}
