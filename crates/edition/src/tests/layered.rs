//! Layers: parents, rings, additions and replacements.

use super::{changed, problems_of, sample};
use crate::{Tree, load};
use std::collections::BTreeMap;

const UPPER: &str = "id = \"upper\"\nname = { zh = \"Upper place\", en = \"Upper\" }\ndivision_code = \"990000\"\n\
    languages = [\"zh\", \"en\"]\nsummary = { zh = \"Upper place\", en = \"Upper layer\" }\n";

fn body(id: &str, name: &str, rest: &str) -> String {
    format!(
        "[[organization]]\nid = \"{id}\"\nname = {{ zh = \"{name}\", en = \"B\" }}\nkind = \"department\"\n{rest}"
    )
}

/// The sample below an upper edition with one organisation; `rest` goes on the row of the sample that has the
/// identifier `id`.
fn two_layers(id: &str, rest: &str) -> BTreeMap<String, String> {
    let mut files = changed(&[("edition.toml", "division_code", "parent = \"upper\"\ndivision_code")]);
    files.insert("upper/edition.toml".to_owned(), UPPER.to_owned());
    files.insert("upper/organizations.toml".to_owned(), body("audit-office", "Audit", ""));
    let own = files.get_mut("sample/organizations.toml").expect("the file is there");
    *own = format!("{}{own}", body(id, "New audit", rest));
    files
}

fn printed(files: BTreeMap<String, String>, id: &str) -> Vec<String> {
    problems_of(files, id).iter().map(ToString::to_string).collect()
}

#[test]
fn a_child_adds_to_its_parent() {
    let loaded = load(&Tree::from_files(two_layers("new-office", "")), "sample");
    assert_eq!(loaded.problems, []);
    assert_eq!(loaded.edition.layers, ["upper", "sample"]);
    let ids: Vec<&str> = loaded.edition.organizations.iter().map(|row| row.id.as_str()).collect();
    assert_eq!(ids, ["audit-office", "new-office", "commerce-bureau", "riverside-district"]);
}

#[test]
fn a_child_replaces_only_by_naming_what_it_replaces() {
    let named = load(&Tree::from_files(two_layers("audit-office", "replaces = \"upper\"\n")), "sample");
    assert_eq!(named.problems, []);
    assert_eq!(named.edition.organizations[0].name.zh, "New audit");
    let silent = printed(two_layers("audit-office", ""), "sample");
    assert_eq!(silent.len(), 1);
    assert!(silent[0].starts_with("sample/organizations.toml:2: "), "{silent:?}");
    assert!(silent[0].contains("add replaces = \"upper\""), "{silent:?}");
}

#[test]
fn replaces_that_names_nothing_is_reported() {
    for (id, upper) in [("audit-office", "uper"), ("new-office", "upper"), ("new-office", "sample")] {
        let printed = printed(two_layers(id, &format!("replaces = \"{upper}\"\n")), "sample");
        assert_eq!(printed.len(), 1, "{printed:?}");
        assert!(
            printed[0].starts_with("sample/organizations.toml:5: `replaces` names nothing"),
            "{printed:?}"
        );
    }
}

#[test]
fn a_child_without_sources_of_its_own_has_those_of_its_parent() {
    let mut files = sample();
    let head = UPPER.replace("upper", "borough").replace("990000", "990102") + "parent = \"sample\"\n";
    files.insert("borough/edition.toml".to_owned(), head);
    let loaded = load(&Tree::from_files(files), "borough");
    assert_eq!(loaded.problems, []);
    assert!(loaded.edition.regulation.is_some() && loaded.edition.task_list.is_some());
    assert_eq!(loaded.edition.name.en, "Upper");
}

#[test]
fn a_parent_that_is_absent_or_forms_a_ring_is_reported() {
    let parent = |name: &str| format!("parent = \"{name}\"\ndivision_code");
    let absent = printed(changed(&[("edition.toml", "division_code", &parent("uper"))]), "sample");
    assert_eq!(absent.len(), 1);
    assert!(absent[0].starts_with("sample/edition.toml:4: the parent `uper` does not exist"), "{absent:?}");

    let mut files = two_layers("new-office", "");
    files.insert("upper/edition.toml".to_owned(), format!("{UPPER}parent = \"sample\"\n"));
    let ring = printed(files, "sample");
    assert!(ring[0].contains("upper/edition.toml:6: the parents form a ring"), "{ring:?}");
    let own = printed(changed(&[("edition.toml", "division_code", &parent("sample"))]), "sample");
    assert!(own[0].contains("ring: sample > sample"), "{own:?}");
}

#[test]
fn a_child_lies_in_the_area_of_its_parent() {
    let mut files = two_layers("new-office", "");
    files.insert("upper/edition.toml".to_owned(), UPPER.replace("990000", "330000"));
    let printed = printed(files, "sample");
    assert!(printed[0].starts_with("sample/edition.toml:5: the division code 990100 does not begin with 33"));
}

#[test]
fn an_edition_that_does_not_exist_is_reported_with_the_nearest_name() {
    let printed = printed(sample(), "sampel");
    assert_eq!(printed.len(), 1);
    assert!(printed[0].contains("did you mean `sample`?"), "{printed:?}");
}
