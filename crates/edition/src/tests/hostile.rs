//! Damaged files never stop the program.

use super::sample;
use crate::{Tree, load};
use proptest::prelude::*;

/// A random change to the bytes of one file: where, how many, what.
#[derive(Clone, Debug)]
enum Damage {
    Delete,
    Repeat,
    Garble(Vec<u8>),
}

fn damage() -> impl Strategy<Value = Damage> {
    let byte = prop_oneof![any::<u8>(), prop::sample::select(b"[]{}\"'=.,\n#-0a".to_vec())];
    prop_oneof![
        Just(Damage::Delete),
        Just(Damage::Repeat),
        prop::collection::vec(byte, 1..40).prop_map(Damage::Garble),
    ]
}

fn apply(text: &str, at: prop::sample::Index, length: usize, damage: &Damage) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let from = at.index(bytes.len() + 1);
    let to = (from + length).min(bytes.len());
    let put = match damage {
        Damage::Delete => Vec::new(),
        Damage::Repeat => bytes[from..to].repeat(2),
        Damage::Garble(with) => with.clone(),
    };
    bytes.splice(from..to, put);
    String::from_utf8_lossy(&bytes).into_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_damage_never_stops_the_program(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..200, damage()), 1..6),
    ) {
        let mut files = sample();
        for (file, at, length, damage) in &changes {
            let path = file.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
            let text = apply(&files[&path], *at, *length, damage);
            files.insert(path, text);
        }
        let loaded = load(&Tree::from_files(files), "sample");
        loaded.edition.coverage();
        prop_assert!(loaded.problems.iter().all(|problem| problem.line != Some(0) && !problem.hint.is_empty()));
    }

    #[test]
    fn any_text_is_read_without_stopping_the_program(text in "[\\[\\]{}\"'=.,a-z0-9 \n#\u{4e00}]{0,300}") {
        let mut files = sample();
        for file in ["edition.toml", "organizations.toml", "systems.toml"] {
            files.insert(format!("sample/{file}"), text.clone());
        }
        load(&Tree::from_files(files), "sample");
    }
}

#[test]
fn deep_files_of_every_shape_are_read_without_overflowing_the_stack() {
    for piece in ["[", "{a=", "a.", "[[a", "[a.", "a={b.c.d=", "'''", "a=[[{x.y="] {
        for times in [60, 65, 5_000, 100_000] {
            let mut files = sample();
            files.insert("sample/systems.toml".to_owned(), piece.repeat(times));
            assert!(!load(&Tree::from_files(files), "sample").problems.is_empty());
        }
    }
}
