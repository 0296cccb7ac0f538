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
