//! What texts and figures may hold.

use super::check;

const REGULATION: &str = "documents/town-regulation/document.toml";
const LIST: &str = "task-lists/town-plan/task-list.toml";
const WORK: &str = "task-lists/town-plan/works/01.toml";

#[test]
fn hidden_characters_are_reported_by_their_number() {
    for (hidden, name) in [
        ("\\u0000", "U+0000"),
        ("\\n", "U+000A"),
        ("\\u001b", "U+001B"),
        ("\u{202e}", "U+202E"),
        ("\u{2066}", "U+2066"),
        ("\u{200b}", "U+200B"),
        ("\u{feff}", "U+FEFF"),
    ] {
        check(
            &[("organizations.toml", "Commerce Bureau", &format!("Commerce{hidden} Bureau"))],
            &[&format!("organizations.toml:5: `name.en` holds the hidden character {name} · remove it")],
        );
    }
    check(
        &[(WORK, "unit = \"%\"", "unit = \"%\\n\""), (WORK, "same_as = \"p-1\"\n", "")],
        &[&format!("{WORK}:25: `unit`")],
    );
    check(
        &[("organizations.toml", "aliases = [", "aliases = [\"a\\nb\", ")],
        &["organizations.toml:7: `aliases.0` holds"],
    );
    check(
        &[("systems.toml", "page:/plan", "page:/\\nplan")],
        &["systems.toml:26: `page:/\\u{a}plan` names no page"],
    );
    check(
        &[("systems.toml", "blocks", "\"a\\u001bb\" = 1\nblocks")],
        &["systems.toml:8: unknown field `a\\u{1b}b`"],
    );
}

#[test]
fn long_texts_are_reported_with_their_length() {
    let (name, gist) = ("n".repeat(201), "g".repeat(2_001));
    check(
        &[("organizations.toml", "Riverside District", &name)],
        &["organizations.toml:11: `name.en` has 201 characters, more than 200"],
    );
    check(&[("organizations.toml", "Riverside District", &name[1..])], &[]);
    let purpose = "Says why: to make dealings with the town easier for firms.";
    check(
        &[(REGULATION, purpose, &gist)],
        &[&format!("{REGULATION}:21: `gist.en` has 2001 characters, more than 2000")],
    );
    check(&[(REGULATION, purpose, &gist[1..])], &[]);
    let id = "i".repeat(100_000);
    check(&[("systems.toml", "x001", &id)], &["systems.toml:4: … · write lower-case ASCII words"]);
}

#[test]
fn identifiers_of_general_tasks_and_goals_are_names() {
    check(
        &[(LIST, "\"p-1\"", "\"P 1\""), (WORK, "\"p-1\"", "\"P 1\"")],
        &[&format!("{LIST}:13: `P 1` cannot be")],
    );
    check(
        &[
            (LIST, "id = \"a\"\n", "id = \"a\"\ncolour = 1\n"),
            (
                LIST,
                "[[goal]]",
                "[[general_task]]\nid = \"B\"\ntitle = { zh = \"B\", en = \"B\" }\n\n[[goal]]",
            ),
        ],
        &[&format!("{LIST}:10: unknown field `colour`"), &format!("{LIST}:14: `B` cannot be an identifier")],
    );
}

#[test]
fn counts_amounts_and_ranks_are_never_negative() {
    let alone = (WORK, "same_as = \"p-1\"\n", "");
    let unit = |unit: &str| format!("value = \"-95\"\nunit = \"{unit}\"");
    let figure = "value = \"95\"\nunit = \"%\"";
    for name in ["firms", "yuan"] {
        check(&[(WORK, figure, &unit(name)), alone], &[&format!("{WORK}:24: never negative")]);
    }
    check(&[(WORK, figure, "value = \"-1\""), alone], &[&format!("{WORK}:24: never negative")]);
    check(&[(WORK, figure, &unit("%")), alone], &[]);
    check(
        &[(WORK, figure, "value = \"0\""), (WORK, "comparator = \">=\"", "comparator = \"rank<=\""), alone],
        &[&format!("{WORK}:24: names the rank 0")],
    );
    check(&[(REGULATION, "items = 3", "items = -3")], &[&format!("{REGULATION}:41: without a sign")]);
    check(&[(WORK, "2025-12-31", "0001-01-01")], &[&format!("{WORK}:26: names the day 0001-01-01")]);
    check(
        &[(REGULATION, "2024-09-01", "2999-09-01")],
        &[&format!("{REGULATION}:7: names the day 2999-09-01")],
    );
}
