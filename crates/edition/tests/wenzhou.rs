//! The edition of Wenzhou loads with no problem and is complete.

use domain::organization::OrganizationKind;
use edition::{Tree, load};
use std::path::Path;

#[test]
fn wenzhou_is_complete_and_has_no_problem() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../editions"));
    let tree = Tree::from_directory(folder).expect("the folder of the editions is there");
    let loaded = load(&tree, "wenzhou");
    let problems: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{}", problems.join("\n"));

    let edition = loaded.edition;
    assert_eq!(edition.layers, ["national", "zhejiang", "wenzhou"]);
    let regulation = edition.regulation.as_ref().expect("the regulation is named");
    assert_eq!((regulation.chapters.len(), regulation.articles.len()), (8, 47));
    let list = edition.task_list.as_ref().expect("the task list is named");
    assert_eq!((list.works.len(), list.measure_count(), list.target_item_count()), (32, 195, 92));
    assert_eq!(edition.systems.len(), 158);
    let is_county = |kind| kind == OrganizationKind::County;
    assert_eq!(edition.organizations.iter().filter(|body| is_county(body.kind)).count(), 12);
}

#[test]
fn every_edition_of_the_repository_has_no_problem() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../editions"));
    let tree = Tree::from_directory(folder).expect("the folder of the editions is there");
    assert!(tree.edition_ids().len() >= 4);
    for id in tree.edition_ids() {
        let problems = load(&tree, &id).problems;
        assert!(problems.is_empty(), "{id}: {}", problems[0]);
    }
}

#[test]
fn the_desk_of_wenzhou_has_ways_terms_names_and_rates() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../editions"));
    let tree = Tree::from_directory(folder).expect("the folder of the editions is there");
    let edition = load(&tree, "wenzhou").edition;
    let counts = edition.rule_counts();
    assert!(counts.topics >= 60 && counts.ways >= 60, "{counts:?}");
    assert!(counts.voices >= 60 && counts.voices == counts.voices_passed, "{counts:?}");
    let table = edition.competence.as_ref().expect("there is a table");
    let shown: std::collections::BTreeSet<&str> =
        table.rules.iter().filter_map(|rule| rule.organization.as_deref()).collect();
    assert!(shown.len() >= 40, "{shown:?}");
    let names = edition.known_names().within("鹿城的厂房，市税务局和瓯海区政府都来过");
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["lucheng", "ouhai", "tax-bureau"]);
    assert!(edition.whole_words().any(|word| word == "投标保证金"));
    assert_eq!(edition.voice_terms.as_ref().map(|terms| terms.retaliation_days), Some(90));
    assert_eq!(edition.lpr.as_ref().map(|table| table.rates.len()), Some(15));
}

#[test]
fn every_step_of_every_mechanism_is_taken_in_an_example_and_every_end_is_come_to() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../editions"));
    let tree = Tree::from_directory(folder).expect("the folder of the editions is there");
    let edition = load(&tree, "wenzhou").edition;
    let unshown: Vec<String> = edition
        .unshown()
        .into_iter()
        .map(|(mechanism, version, name)| format!("{mechanism} v{version} {name}"))
        .collect();
    assert_eq!(unshown, [""; 0]);
}
