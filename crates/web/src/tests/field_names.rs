//! Pages know fields by their marks, so that a mechanism may call them what it likes.

use std::{fs, path::Path};

/// Names that mechanisms of the edition give to fields that bear marks.
const NAMES: [&str; 6] =
    ["\"source_number\"", "\"identity\"", "\"rating_level\"", "\"same_as\"", "\"accused_", "\"subject\""];

/// Every source of the crate but its tests.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && name != "tests" {
            sources(&path, found);
        } else if name.ends_with(".rs") && name != "tests.rs" {
            found.push((path.display().to_string(), fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn no_page_knows_a_field_by_its_name() {
    let mut all = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    assert!(all.len() > 100);
    for (path, text) in all {
        for name in NAMES {
            assert!(!text.contains(name), "{path} knows the field {name}: give it a mark");
        }
    }
}
