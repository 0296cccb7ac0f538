//! A folder of editions on disk: what cannot be read is reported, what is no edition is not entered.

use edition::{Tree, load};
use std::{fs, path::Path};

#[test]
fn unreadable_files_are_reported_and_folders_without_a_head_are_not_entered() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("unreadable");
    fs::remove_dir_all(&root).ok();
    for folder in ["town", "other/deep"] {
        fs::create_dir_all(root.join(folder)).expect("the folder can be made");
    }
    let put = |path: &str, bytes: &[u8]| fs::write(root.join(path), bytes).expect("the file can be written");
    put("loose.txt", b"beside the editions");
    put("town/edition.toml", &[b'i', b'd', 0xFF, 0xFE]);
    put("town/systems.toml", &vec![b'#'; (1 << 20) + 1]);
    put("other/deep/file.toml", b"");

    let tree = Tree::from_directory(&root).expect("the folder can be listed");
    assert_eq!(tree.edition_ids(), ["other", "town"]);
    let printed = |id| load(&tree, id).problems.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(
        printed("town"),
        [
            "town/edition.toml: the file is not UTF-8 text · save it as UTF-8",
            "town/systems.toml: the file is larger than 1024 KiB · split it into several files",
        ]
    );
    assert_eq!(
        printed("other"),
        [
            "other/edition.toml: the edition has no edition.toml · add the file; editions/sample shows its form"
        ]
    );
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("linked");
    fs::remove_dir_all(&root).ok();
    fs::create_dir_all(root.join("town")).expect("the folder can be made");
    fs::write(root.join("town/edition.toml"), "").expect("the file can be written");
    std::os::unix::fs::symlink("..", root.join("town/documents")).expect("a link can be made");
    let tree = Tree::from_directory(&root).expect("the folder can be listed");
    let problems = load(&tree, "town").problems;
    assert!(problems.iter().any(|problem| problem.what == "this is no plain file"), "{problems:?}");
}

#[test]
fn a_folder_that_does_not_exist_is_a_problem() {
    let problem = Tree::from_directory(Path::new("/nowhere/editions")).expect_err("it is not there");
    assert!(problem.to_string().starts_with("/nowhere/editions: the folder of the editions cannot be read"));
}

#[cfg(unix)]
#[test]
fn a_file_name_with_a_line_break_is_one_line_of_findings() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("line-break");
    fs::remove_dir_all(&root).ok();
    fs::create_dir_all(root.join("town")).expect("the folder can be made");
    fs::write(root.join("town/edition.toml"), "id = ").expect("the file can be written");
    fs::write(root.join("town/a\nb.toml"), "").expect("the file can be written");
    let tree = Tree::from_directory(&root).expect("the folder can be listed");
    let printed: Vec<String> = load(&tree, "town").problems.iter().map(ToString::to_string).collect();
    assert!(printed[0].starts_with("town/a\\u{a}b.toml: `a\\u{a}b.toml` cannot name a file"), "{printed:?}");
    assert!(printed.iter().all(|line| !line.contains('\n')), "{printed:?}");
}

#[cfg(unix)]
#[test]
fn a_head_that_is_there_and_cannot_be_opened_is_not_said_to_be_missing() {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("closed-head");
    fs::remove_dir_all(&root).ok();
    fs::create_dir_all(root.join("town")).expect("the folder can be made");
    std::os::unix::fs::symlink("edition.toml", root.join("town/edition.toml")).expect("a link can be made");
    let tree = Tree::from_directory(&root).expect("the folder can be listed");
    let printed: Vec<String> = load(&tree, "town").problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        printed,
        ["town/edition.toml: this is no plain file · put a plain file in its place; links are not followed"]
    );
}
