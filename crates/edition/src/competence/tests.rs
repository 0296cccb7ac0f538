//! A small table in the sample: it is read, its examples run, and every kind of problem has its line.

use crate::{Tree, load, tests::sample};

const TABLE: &str = r#"fallback = "commerce-bureau"

[[topic]]
id = "trade"
title = { zh = "贸易", en = "Trade" }
keywords = ["外贸", "展会"]

[[topic]]
id = "road"
title = { zh = "道路", en = "Road" }
parent = "trade"
keywords = ["道路"]

[[rule]]
id = "trade"
topic = "trade"
organization = "commerce-bureau"
reason = { zh = "归商务。", en = "Trade." }
cite = ["a3"]

[[rule]]
id = "road"
topic = "road"
to_place = true
reason = { zh = "归当地。", en = "Local." }
derived = true

[[example]]
text = "园区道路坏了"
place = "riverside-district"
expect = "riverside-district"
expect_topic = "road"
"#;

/// The problems after a change to the table; `from` must stand in it.
fn problems(from: &str, to: &str) -> Vec<String> {
    assert!(TABLE.contains(from), "{from}");
    let mut files = sample();
    files.insert("sample/competence.toml".to_owned(), TABLE.replacen(from, to, 1));
    let printed =
        load(&Tree::from_files(files), "sample").problems.into_iter().map(|problem| problem.to_string());
    printed.map(|line| line.trim_start_matches("sample/competence.toml").to_owned()).collect()
}

#[test]
fn a_table_is_read_and_its_examples_run() {
    assert_eq!(problems("", ""), [""; 0]);
    let mut files = sample();
    files.insert("sample/competence.toml".to_owned(), TABLE.to_owned());
    let edition = load(&Tree::from_files(files), "sample").edition;
    let table = edition.competence.as_ref().expect("there is a table");
    assert_eq!((table.topics.len(), table.rules.len(), table.fallback.as_str()), (2, 2, "commerce-bureau"));
    let counts = edition.rule_counts();
    assert_eq!((counts.topics, counts.ways, counts.voices, counts.voices_passed), (2, 2, 1, 1));
    assert!(load(&Tree::from_files(sample()), "sample").edition.competence.is_none());
}

const LATE: &str = "[[rule]]\nid = \"late\"\ntopic = \"trade\"\norganization = \"commerce-bureau\"\nreason = { zh = \"a\", en = \"a\" }\nderived = true\n\n[[example]]";

/// A change to the table, and the problem that must be printed for it.
const PROBLEMS: [(&str, &str, &str); 15] = [
    (
        "fallback = \"commerce-bureau\"",
        "fallback = \"commerce-buro\"",
        ":1: the organisation `commerce-buro` does not exist · did you mean `commerce-bureau`?",
    ),
    (
        "organization = \"commerce-bureau\"",
        "organization = \"no-such-body\"",
        ":17: the organisation `no-such-body` does not exist · name an organisation of organizations.toml",
    ),
    (
        "parent = \"trade\"\n",
        "",
        ":9: no rule leads from the topic `road` to an organisation · add a rule for it, or for what it is part of, without words or place",
    ),
    ("topic = \"road\"", "topic = \"roat\"", ":23: the topic `roat` does not exist · did you mean `road`?"),
    (
        "[\"道路\"]",
        "[\"展会\"]",
        ":12: the word 展会 belongs to the topic `trade` too · leave it to one of them, or write a longer word for each",
    ),
    (
        "[\"道路\"]",
        "[\"道路\", \"路\"]",
        ":12: the word 路 is too short or stands here twice · write words of at least two characters, each once",
    ),
    (
        "[[example]]",
        LATE,
        ":29: the rule `late` can never win: `trade` always goes first · give it a word or a place of its own, or remove it",
    ),
    ("[\"a3\"]", "[\"a99\"]", ":19: the citation a99 points at nothing: there is no article 99 · "),
    (
        "derived = true\n",
        "",
        ":21: the rule is neither cited nor derived, or both · write `cite`, or derived = true where it is your own reading",
    ),
    (
        "to_place = true\n",
        "",
        ":21: the rule names no organisation, or two · write `organization`, or to_place = true, one of both",
    ),
    (
        "to_place = true",
        "to_place = true\nplace = \"commerce-bureau\"",
        ":25: `commerce-bureau` is no place · name a county or a zone",
    ),
    (
        "expect = \"riverside-district\"",
        "expect = \"commerce-bureau\"",
        ":31: expected commerce-bureau, it came out riverside-district (",
    ),
    (
        "expect_topic = \"road\"",
        "expect_topic = \"trade\"",
        ":32: expected the topic trade, it came out road · ",
    ),
    ("keywords = [\"道路\"]", "keywords = [\"道路\"]\ncolour = 1", ":13: unknown field `colour`"),
    (
        "id = \"road\"",
        "id = \"trade\"",
        ":9: the topic `trade` is already at sample/competence.toml:4 · give every row its own id",
    ),
];

#[test]
fn every_kind_of_problem_has_its_line() {
    for (from, to, expected) in PROBLEMS {
        let problems = problems(from, to);
        assert!(
            problems.iter().any(|line| line.starts_with(expected)),
            "{to}: {expected}\n{}",
            problems.join("\n")
        );
    }
}
