//! Policies of four other places, written as editions: a test of what the rule language can say.

use edition::{Tree, load};
use std::path::Path;

#[test]
fn policies_of_other_places_can_be_said_and_their_vectors_hold() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/policies"));
    let tree = Tree::from_directory(folder).expect("the folder of the fixtures is there");
    let ids = ["chip-and-software-tax", "guangzhou-start-up", "lucheng-open-economy", "tianhe-upgrading"];
    assert_eq!(tree.edition_ids(), ids);
    for (id, vectors) in ids.into_iter().zip([4, 4, 6, 5]) {
        let loaded = load(&tree, id);
        let problems: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
        assert!(problems.is_empty(), "{}", problems.join("\n"));
        let examples = &loaded.edition.examples;
        assert!(examples.iter().all(|example| example.passed), "{id}");
        let shown = examples.iter().filter(|example| example.name.starts_with("vector ")).count();
        assert_eq!(shown, vectors, "{id}");
    }
}
