//! Damaged files never stop the program.

use super::{printed, sample, sample_without_rules};
use crate::{Tree, load};
use proptest::prelude::*;
use std::collections::BTreeMap;

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

/// Where in which file, how much, and how.
type Spoiling = (prop::sample::Index, prop::sample::Index, usize, Damage);

fn spoil(files: &mut BTreeMap<String, String>, changes: &[Spoiling]) {
    for (file, at, length, damage) in changes {
        let path = file.get(&files.keys().cloned().collect::<Vec<_>>()).clone();
        let text = apply(&files[&path], *at, *length, damage);
        files.insert(path, text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_damage_of_rules_never_stops_the_program(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..60, damage()), 1..6),
    ) {
        let (kept, mut rules): (BTreeMap<_, _>, BTreeMap<_, _>) =
            sample().into_iter().partition(|(path, _)| sample_without_rules().contains_key(path));
        spoil(&mut rules, &changes);
        let loaded = load(&Tree::from_files(kept.into_iter().chain(rules)), "sample");
        loaded.edition.rule_counts();
        prop_assert!(loaded.problems.iter().all(|problem| problem.line != Some(0) && !problem.hint.is_empty()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_damage_never_stops_the_program(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0_usize..200, damage()), 1..6),
    ) {
        let mut files = sample_without_rules();
        spoil(&mut files, &changes);
        let loaded = load(&Tree::from_files(files), "sample");
        loaded.edition.coverage();
        prop_assert!(loaded.problems.iter().all(|problem| problem.line != Some(0) && !problem.hint.is_empty()));
    }

    #[test]
    fn any_text_is_read_without_stopping_the_program(text in "[\\[\\]{}\"'=.,a-z0-9 \n#\u{4e00}]{0,300}") {
        let mut files = sample_without_rules();
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

#[test]
fn rules_of_every_size_end_soon_and_say_what_is_too_much() {
    let term = |name: &str, value: &str| {
        format!(
            "[[term]]\nname = \"{name}\"\ntype = \"money\"\nlabel = {{ zh = \"z{name}\", en = \"T\" }}\n\
             [[term.value]]\neffective = {{ from = \"2024-01-01\" }}\nvalue = \"{value}\"\n"
        )
    };
    let doubling = (1..40).map(|at| term(&format!("t{at}"), &format!("t{} + t{}", at - 1, at - 1)));
    let doubling: String = std::iter::once(term("t0", "revenue")).chain(doubling).collect();
    let ring = term("one", "two + 1") + &term("two", "one + 1");
    let version = "[[version]]\neffective = { from = \"2024-09-01\" }\ndocument = \"d\"\n\
        require = [{ when = \"staff > 1\", cite = \"c\" }]\n";
    let head = sample()["sample/policies/service/fast-lane/policy.toml"].clone();
    let versions = head.replacen("[[version]]", &(version.repeat(300) + "[[version]]"), 1);
    let deep = head.replacen("trade within C", &"(".repeat(5_000), 1);
    let long = head.replacen("trade within C", &"staff > 1 or ".repeat(5_000), 1);
    let policy = "policies/service/fast-lane/policy.toml";
    for (file, text, words) in [
        ("terms.toml", doubling, "more than 20000 parts"),
        ("terms.toml", ring, "depends on itself"),
        (policy, versions, "more than 200 versions"),
        (policy, deep, "nested deeper than"),
        (policy, long, "more than 16384 bytes"),
        ("vocabularies/trade.csv", format!("code,zh,en\n\"{}", "x,".repeat(1_000)), "never closed"),
    ] {
        let mut files = sample();
        files.insert(format!("sample/{file}"), text);
        let printed = printed(files);
        assert!(printed.iter().any(|line| line.contains(words)), "{words}\n{}", printed.join("\n"));
        assert!(printed.len() < 1_000, "{}", printed.len());
    }
}
