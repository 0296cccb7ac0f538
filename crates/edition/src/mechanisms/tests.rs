//! What is wrong with a mechanism, each fault with its line.

use crate::{Tree, load, tests::sample};
use std::collections::BTreeMap;

const NOTES: &str = include_str!("../../tests/fixtures/mechanisms/notes/mechanism.toml");
const TEXTS: &str = include_str!("../../tests/fixtures/mechanisms/notes/text.toml");
const EXAMPLES: &str = include_str!("../../tests/fixtures/mechanisms/notes/examples.toml");

/// The problems of a mechanism, its texts and its examples.
fn problems_of(mechanism: &str, texts: &str, examples: &str) -> Vec<String> {
    let mut files = sample();
    let folder = "sample/mechanisms/notes";
    for (name, text) in [("mechanism", mechanism), ("text", texts), ("examples", examples)] {
        if !text.is_empty() {
            files.insert(format!("{folder}/{name}.toml"), text.to_owned());
        }
    }
    found(files)
}

/// The problems of an edition, without the folder of the mechanism.
fn found(files: BTreeMap<String, String>) -> Vec<String> {
    let loaded = load(&Tree::from_files(files), "sample");
    let shown = |problem: &crate::Problem| problem.to_string().replace("sample/mechanisms/notes/", "");
    loaded.problems.iter().map(shown).collect()
}

/// The problems after one text of one of the three files was replaced.
fn after(from: &str, to: &str) -> Vec<String> {
    let changed = |text: &str| text.replacen(from, to, 1);
    assert!([NOTES, TEXTS, EXAMPLES].iter().any(|text| text.contains(from)), "{from}");
    problems_of(&changed(NOTES), &changed(TEXTS), &changed(EXAMPLES))
}

#[test]
fn a_mechanism_of_three_files_is_read_and_a_sound_one_has_no_problem() {
    assert_eq!(problems_of(NOTES, TEXTS, EXAMPLES), [""; 0]);
}

#[test]
fn every_fault_of_a_mechanism_is_reported_with_its_line() {
    let text = NOTES
        .replace("id = \"notes\"", "id = \"note\"")
        .replace("to = \"answered\"", "to = \"answer\"")
        .replace("organization = \"commerce-bureau\"", "organization = \"commerce\"");
    let found = problems_of(&text, TEXTS, EXAMPLES);
    for expected in [
        "mechanism.toml:2: the id `note` is not the name of the folder",
        "the organisation `commerce` does not exist",
        "`received`: no end can be reached from this stage",
        "`answered`: no step leads to this stage",
        "`answer`: the mechanism has nothing of this name",
    ] {
        assert!(found.iter().any(|line| line.contains(expected)), "{expected}\n{found:#?}");
    }
    assert_eq!(found.len(), 6, "{found:#?}");
}

#[test]
fn what_is_wrong_with_a_condition_a_citation_or_a_message_is_told_with_its_line() {
    for (from, to, expected) in [
        ("urgent = true", "urgnt = true", "mechanism.toml:50: `urgnt = true`: "),
        ("cite = \"a1\"", "cite = \"a99\"", "mechanism.toml:51: `a99`: there is no article 99"),
        ("received = {", "recieved = {", "text.toml:4: no message is called `recieved`"),
        ("{subject}", "{subjekt}", "text.toml:4: `{subjekt}` stands for nothing"),
    ] {
        let found = after(from, to);
        assert!(found.iter().any(|line| line.starts_with(expected)), "{expected}\n{found:#?}");
    }
}

#[test]
fn an_example_that_comes_out_otherwise_says_what_came_out() {
    for (from, to, expected) in [
        ("stage = \"answered\"", "stage = \"received\"", "expected received, it came out answered"),
        (
            "bureau = 2026-03-06",
            "bureau = 2026-03-09",
            "expected bureau 2026-03-09, it came out bureau 2026-03-06",
        ),
        ("2026-03-05 late", "2026-03-06 late", "expected 2026-03-06 late, it came out 2026-03-05 late"),
        (
            "2026-03-02 received: bureau",
            "2026-03-02 received: firm",
            "it came out 2026-03-02 received: bureau",
        ),
        (
            "refused = [\"condition-not-met\"]",
            "refused = [\"ended\"]",
            "expected ended, it came out condition-not-met",
        ),
        ("refused = [\"condition-not-met\"]\n", "", "the step is refused: condition-not-met"),
    ] {
        let found = after(from, to);
        assert!(found.len() == 1 && found[0].contains(expected), "{expected}\n{found:#?}");
    }
}

#[test]
fn a_mechanism_without_examples_of_both_sorts_is_reported() {
    let found = problems_of(NOTES, TEXTS, "");
    assert!(found.len() == 1 && found[0].contains("there are no examples"), "{found:#?}");
    let (example, _) = EXAMPLES.split_once("[[example]]\nname = \"what").expect("there are two");
    for (examples, expected) in [
        (example, "no example in which a step is refused"),
        (&EXAMPLES.replace(example, ""), "no example in which a case ends"),
    ] {
        let found = problems_of(NOTES, TEXTS, examples);
        assert!(found.len() == 1 && found[0].contains(expected), "{found:#?}");
    }
}

/// The mark of the first version, as a city writes it when a second one comes.
const MARK: &str = "published = \"e848437026aec935\"\n";

/// The mechanism in its second version, from June on, with the first among the earlier ones.
fn two_versions(first: (&str, &str), second: (&str, &str)) -> Vec<String> {
    let mut files = sample();
    let newer = NOTES
        .replace("version = 1", "version = 2")
        .replace("effective = 2026-01-01", "effective = 2026-06-01")
        .replace(second.0, second.1);
    // A working week of July for one of March.
    let days = [("03-02", "07-06"), ("03-03", "07-07"), ("03-05", "07-09"), ("03-06", "07-10")];
    let later = days.into_iter().fold(EXAMPLES.to_owned(), |text, (from, to)| text.replace(from, to));
    let folder = "sample/mechanisms/notes";
    for (name, text) in [("mechanism", newer), ("text", TEXTS.to_owned()), ("examples", later)] {
        files.insert(format!("{folder}/{name}.toml"), text);
    }
    let earlier = NOTES.replace("effective =", &format!("{MARK}effective =")).replace(first.0, first.1);
    for (name, text) in
        [("mechanism", earlier), ("text", TEXTS.to_owned()), ("examples", EXAMPLES.to_owned())]
    {
        files.insert(format!("{folder}/versions/1/{name}.toml"), text);
    }
    found(files)
}

#[test]
fn an_earlier_version_stands_beside_the_newest_and_its_text_cannot_change_unnoticed() {
    let mark = "e848437026aec935";
    assert_eq!(two_versions(("", ""), ("", "")), [""; 0]);
    let changed = two_versions(("period = \"4wd\"", "period = \"5wd\""), ("", ""));
    let expected = "versions/1/mechanism.toml:4: the text of version 1 is not what was published";
    assert!(changed.iter().any(|line| line.starts_with(expected)), "{changed:#?}");
    // What says nothing may change.
    assert_eq!(two_versions(("# Only what", "# Only, what"), ("", "")), [""; 0]);
    let unmarked = two_versions((MARK, ""), ("", ""));
    assert!(
        unmarked.len() == 1 && unmarked[0].ends_with(&format!("add published = \"{mark}\"")),
        "{unmarked:#?}"
    );
}

#[test]
fn no_version_may_be_missing_or_come_before_the_one_it_follows() {
    let alone = problems_of(&NOTES.replace("version = 1", "version = 2"), TEXTS, EXAMPLES);
    let expected = "mechanism.toml:3: version 1 is missing: cases that began on it could not go on";
    assert!(alone.len() == 1 && alone[0].starts_with(expected), "{alone:#?}");
    let early = two_versions(("", ""), ("2026-06-01", "2026-01-01"));
    let expected = "it is in force from 2026-01-01 on, and the version before from 2026-01-01 on";
    assert!(early.iter().any(|line| line.contains(expected)), "{early:#?}");
    let same = two_versions(("", ""), ("version = 2", "version = 1"));
    assert!(same.iter().any(|line| line.contains("there are two versions 1")), "{same:#?}");
    let misplaced = two_versions(("version = 1", "version = 3"), ("", ""));
    assert!(
        misplaced.iter().any(|line| line.contains("version 3 stands in the folder of another")),
        "{misplaced:#?}"
    );
}

#[test]
fn an_example_of_an_earlier_version_begins_before_the_next_one_is_in_force() {
    let found = two_versions(("", ""), ("2026-06-01", "2026-03-01"));
    let expected = "cases begin on the next version from 2026-03-01 on";
    assert!(found.iter().any(|line| line.contains(expected)), "{found:#?}");
}

#[test]
fn a_message_says_which_clock_it_means() {
    for (to, expected) in [
        ("{due:bureau}", ""),
        ("{due:burau}", "text.toml:4: `{due:burau}`: there is no clock `burau` · did you mean `bureau`?"),
    ] {
        let found = after("{due}", to);
        assert!(found.first().is_none_or(|line| line.starts_with(expected)), "{expected}\n{found:#?}");
        assert_eq!(found.is_empty(), expected.is_empty(), "{found:#?}");
    }
    let second = "[[clock]]\nid = \"second\"\ntitle = { zh = \"二\", en = \"Second\" }\nparty = \"lead\"\nterms = { period = \"4wd\", cite = \"a2\" }\n\n[[rung]]";
    let two = NOTES.replace("[[rung]]", second).replace(
        "do = [{ act = \"start-clock\", clock = \"bureau\" },",
        "do = [{ act = \"start-clock\", clock = \"bureau\" }, { act = \"start-clock\", clock = \"second\" },",
    );
    let found = problems_of(&two, TEXTS, EXAMPLES);
    let expected =
        "text.toml:4: `{due}` does not say which clock is meant · write {due:bureau} or {due:second}";
    assert!(found.iter().any(|line| line.starts_with(expected)), "{found:#?}");
}

#[test]
fn steps_that_no_example_takes_are_known() {
    let mut files = sample();
    for (name, text) in [("mechanism", NOTES), ("text", TEXTS), ("examples", EXAMPLES)] {
        files.insert(format!("sample/mechanisms/notes/{name}.toml"), text.to_owned());
    }
    let edition = load(&Tree::from_files(files), "sample").edition;
    assert_eq!(edition.unshown(), [("notes", 1, "mark")]);
}

#[test]
fn a_mechanism_that_opens_cases_of_itself_for_ever_is_reported() {
    let system = "[[actor]]\nid = \"system\"\ntitle = { zh = \"系统\", en = \"System\" }\nroles = []\ncompetence = \"automatic\"\n\n[[stage]]";
    let again = |from: &str| {
        let step = format!(
            "\n[[step]]\nid = \"again\"\ntitle = {{ zh = \"再\", en = \"Again\" }}\nfrom = [\"{from}\"]\nby = [\"system\"]\ndo = [{{ act = \"open-case\", mechanism = \"notes\" }}]\n"
        );
        problems_of(&(NOTES.replacen("[[stage]]", system, 1) + &step), TEXTS, EXAMPLES)
    };
    let expected = "a case of `notes` opens one of `notes` again, and so on";
    let found = again("draft");
    assert!(found.iter().any(|line| line.contains(expected)), "{found:#?}");
    let found = again("received");
    assert!(!found.iter().any(|line| line.contains(expected)), "{found:#?}");
}
