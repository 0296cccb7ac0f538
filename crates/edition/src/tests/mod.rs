//! Tests of the whole crate: the sample passes, and every kind of problem is reported with file and line.

mod broken;
mod hostile;
mod layered;
mod lints;
mod partial;
mod rules;
mod unreadable;
mod wording;

use crate::{Problem, Tree, load};
use std::{collections::BTreeMap, path::Path};

/// The files of the sample by path relative to `editions/`.
pub(crate) fn sample() -> BTreeMap<String, String> {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../editions"));
    let tree = Tree::from_directory(folder).expect("the folder of the editions is there");
    let below = tree.below("sample").map(|(path, _)| path.to_owned());
    below.map(|path| (path.clone(), tree.text(&path).expect("the sample is text").to_owned())).collect()
}

/// The sample without what rules are made of.
fn sample_without_rules() -> BTreeMap<String, String> {
    let rules =
        ["facts", "vocabularies", "parameters", "terms", "policies", "groups", "scorecards", "ladders"];
    let is_rule = |path: &str| rules.iter().any(|rule| path.starts_with(&format!("sample/{rule}")));
    sample().into_iter().filter(|(path, _)| !is_rule(path)).collect()
}

/// Every problem of the sample with these files, as it is printed.
fn printed(files: BTreeMap<String, String>) -> Vec<String> {
    problems_of(files, "sample").iter().map(ToString::to_string).collect()
}

fn problems_of(files: BTreeMap<String, String>, id: &str) -> Vec<Problem> {
    load(&Tree::from_files(files), id).problems
}

/// One change to a file of the sample, given below `sample/`: the first occurrence of a text is replaced; an
/// empty text means the whole file.
type Change<'c> = (&'c str, &'c str, &'c str);

fn changed(changes: &[Change<'_>]) -> BTreeMap<String, String> {
    let mut files = sample();
    for (file, from, to) in changes {
        let text = files.entry(format!("sample/{file}")).or_default();
        if from.is_empty() {
            (*to).clone_into(text);
        } else {
            assert!(text.contains(from), "{file} does not hold {from}");
            *text = text.replacen(from, to, 1);
        }
    }
    files
}

/// Compares all problems of the changed sample with what is expected: `file:line: part of the problem`.
fn check(changes: &[Change<'_>], expected: &[&str]) {
    let problems = problems_of(changed(changes), "sample");
    let printed: Vec<String> = problems.iter().map(ToString::to_string).collect();
    let all = printed.join("\n");
    assert_eq!(printed.len(), expected.len(), "{changes:?}\n{all}");
    for expected in expected {
        let (place, words) = expected.split_once(": ").expect("file:line: words");
        let found = printed.iter().any(|line| {
            line.strip_prefix("sample/").is_some_and(|line| line.starts_with(&format!("{place}: ")))
                && line.contains(words)
        });
        assert!(found, "expected {expected}\nfound {all}");
    }
    assert!(problems.iter().all(|problem| !problem.hint.is_empty()), "a hint is missing\n{all}");
}

#[test]
fn the_sample_passes_and_holds_what_it_should() {
    let loaded = load(&Tree::from_files(sample()), "sample");
    assert_eq!(loaded.problems, []);
    let edition = loaded.edition;
    assert_eq!(edition.layers, ["sample"]);
    assert_eq!(edition.organizations.len(), 2);
    let regulation = edition.regulation.as_ref().expect("a regulation");
    assert_eq!((regulation.chapters.len(), regulation.articles.len()), (2, 3));
    assert_eq!(regulation.id, "town-regulation");
    let list = edition.task_list.as_ref().expect("a task list");
    assert_eq!((list.id.as_str(), list.works.len(), list.goals.len()), ("town-plan", 2, 1));
    assert_eq!(edition.systems.len(), 3);
}

#[test]
fn systems_are_found_by_what_they_cite() {
    let edition = load(&Tree::from_files(sample()), "sample").edition;
    let ids = |systems: Vec<&domain::system::NamedSystem>| -> Vec<String> {
        systems.into_iter().map(|system| system.id.clone()).collect()
    };
    assert_eq!(ids(edition.systems_citing_article("2")), ["x001"]);
    assert_eq!(ids(edition.systems_citing_work(1)), ["x001"]);
    assert_eq!(ids(edition.systems_citing(&domain::Citation::Work(2))), ["x002"]);
    assert_eq!(ids(edition.systems_citing(&domain::Citation::PlanBody)), ["x003"]);
    assert!(edition.system("x001").is_some() && edition.organization("commerce-bureau").is_some());
}

#[test]
fn coverage_counts_a_work_cited_as_a_whole_with_all_its_parts() {
    let coverage = load(&Tree::from_files(sample()), "sample").edition.coverage();
    let shares = [coverage.articles, coverage.works, coverage.measures, coverage.targets];
    assert_eq!(shares.map(|share| (share.cited, share.total)), [(2, 3), (2, 2), (2, 3), (2, 3)]);
    assert_eq!(coverage.systems_by_state.values().copied().collect::<Vec<_>>(), [2, 1, 0]);
    assert_eq!(
        coverage.articles_realised.iter().map(|article| article.systems).collect::<Vec<_>>(),
        [0, 1, 1]
    );
}
