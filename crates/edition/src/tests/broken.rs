//! Each kind of problem in a small broken edition.

use super::{check, problems_of, sample};

const REGULATION: &str = "documents/town-regulation/document.toml";
const LIST: &str = "task-lists/town-plan/task-list.toml";
const WORK: &str = "task-lists/town-plan/works/01.toml";
const OTHER_WORK: &str = "task-lists/town-plan/works/02.toml";

#[test]
fn a_syntax_error_is_reported_with_its_line() {
    check(
        &[("organizations.toml", "kind = \"county\"", "kind = = \"county\"")],
        &["organizations.toml:12: this is no TOML"],
    );
    check(&[("edition.toml", "id = \"sample\"", "id = \"sample")], &["edition.toml:2: this is no TOML"]);
}

#[test]
fn three_bad_rows_of_one_file_are_three_problems() {
    check(
        &[
            ("systems.toml", "state = \"planned\"", "stat = \"planned\""),
            ("systems.toml", "citations = [\"a3\", \"w2\"]", "citations = [\"a3\",\n  \"q2\"]"),
            ("systems.toml", "blocks = [\"task-list\"]", "blocks = [\"tasklist\"]"),
        ],
        &[
            "systems.toml:9: unknown field `stat`",
            "systems.toml:16: write a20, w1, w1.8, t5.4 or P",
            "systems.toml:25: did you mean `task-list`?",
        ],
    );
}

#[test]
fn several_faults_of_one_row_are_all_reported() {
    check(
        &[(
            "organizations.toml",
            "kind = \"department\"\naliases = [",
            "kynd = 1\nkind = \"bureau\"\naliases = [2, ",
        )],
        &[
            "organizations.toml:6: unknown field `kynd`",
            "organizations.toml:7: unknown variant `bureau`",
            "organizations.toml:8: invalid type: integer",
        ],
    );
    check(
        &[("organizations.toml", "kind = \"county\"\n", "")],
        &["organizations.toml:9: missing field `kind` · add `kind = …`"],
    );
}

#[test]
fn unknown_lists_and_rows_that_are_none_are_reported() {
    check(
        &[("systems.toml", "[[system]]", "[[sistem]]\n[[system]]")],
        &["systems.toml:3: unknown field `sistem`"],
    );
    check(
        &[("organizations.toml", "", "organization = [1]")],
        &[
            "organizations.toml:1: an entry of `organization` is no row",
            &format!("{WORK}:5: `commerce-bureau` does not exist"),
            &format!("{WORK}:6: `riverside-district` does not exist"),
            &format!("{OTHER_WORK}:5: `commerce-bureau` does not exist"),
        ],
    );
    check(&[(LIST, "[[goal]]", "[[work]]\n[[goal]]")], &[&format!("{LIST}:12: a work stands in the head")]);
}

#[test]
fn wrong_dates_are_reported() {
    check(&[(REGULATION, "2024-05-10", "2024-02-30")], &[&format!("{REGULATION}:5: a day of the calendar")]);
    check(
        &[(REGULATION, "\"2024-06-20\"", "2024-05-01")],
        &[&format!("{REGULATION}:6: approved before it is adopted")],
    );
    check(&[(REGULATION, "2024-09-01", "2024-01-01")], &[&format!("{REGULATION}:7: in force before")]);
    check(&[(WORK, "2025-12-31", "soon")], &[&format!("{WORK}:26: `deadline`")]);
}

#[test]
fn an_unknown_organisation_is_reported_with_its_line_and_the_nearest_name() {
    check(
        &[(WORK, "support = [\"riverside-district\"]", "support = [\n  \"riverside-distrit\"]")],
        &[&format!("{WORK}:7: did you mean `riverside-district`?")],
    );
    check(
        &[(WORK, "support = [\"riverside", "support = [\"commerce-bureau\", \"riverside")],
        &[&format!("{WORK}:6: named twice")],
    );
}

#[test]
fn a_row_that_cannot_be_read_does_not_make_its_id_unknown() {
    check(
        &[("organizations.toml", "department", "departement")],
        &["organizations.toml:6: did you mean `department`?"],
    );
}

#[test]
fn general_task_stage_lead_and_number_of_a_work_are_checked() {
    check(
        &[(WORK, "general_task = \"a\"", "general_task = \"b\"")],
        &[&format!("{WORK}:2: did you mean `a`?")],
    );
    check(&[(WORK, "from = 2024", "from = 2026")], &[&format!("{WORK}:4: before it begins")]);
    check(&[(WORK, "to = 2025", "to = 20255")], &[&format!("{WORK}:4: the year 20255")]);
    check(&[(WORK, "number = 1", "number = 2")], &[&format!("{WORK}:1: in the file of work 1")]);
    check(&[(WORK, "lead = [\"commerce-bureau\"]", "lead = []")], &[&format!("{WORK}:5: nobody leads")]);
    let two = "lead = [\"commerce-bureau\", \"riverside-district\"]";
    check(
        &[(OTHER_WORK, "lead = [\"commerce-bureau\"]", two)],
        &[&format!("{OTHER_WORK}:6: 2 organisations lead")],
    );
}

#[test]
fn duplicate_ids_are_reported() {
    check(
        &[("systems.toml", "\"x002\"", "\"x001\"")],
        &["systems.toml:12: the system `x001` is already at sample/systems.toml:4"],
    );
    check(&[(OTHER_WORK, "t2.1b", "t2.1a")], &[&format!("{OTHER_WORK}:24: already at")]);
    check(
        &[(LIST, "[[goal]]", "[[general_task]]\nid = \"a\"\ntitle = { zh = \"A\", en = \"A\" }\n\n[[goal]]")],
        &[&format!("{LIST}:13: defined twice")],
    );
    check(
        &[("organizations.toml", "aliases = [", "aliases = [\"X\", \"X\", ")],
        &["organizations.toml:7: already that of `commerce-bureau`"],
    );
}

#[test]
fn gaps_in_numbering_are_reported() {
    check(
        &[(REGULATION, "number = \"2\"", "number = \"1-1\"")],
        &[
            &format!("{REGULATION}:35: article 2 is missing before article 3"),
            "systems.toml:7: there is no article 2",
        ],
    );
    check(
        &[(REGULATION, "number = \"1\"", "number = \"9\"")],
        &[
            &format!("{REGULATION}:18: article 1 is missing before article 9"),
            &format!("{REGULATION}:26: article 2 comes after article 9"),
            &format!("{REGULATION}:35: article 3 comes after article 9"),
        ],
    );
    check(&[(REGULATION, "\"1\"", "\"one\"")], &[&format!("{REGULATION}:18: `one` is no article number")]);
    check(
        &[(REGULATION, "number = 2", "number = 4")],
        &[
            &format!("{REGULATION}:14: chapter 2 to 3 are missing before chapter 4"),
            &format!("{REGULATION}:27: chapter 2 does not exist"),
            &format!("{REGULATION}:36: chapter 2 does not exist"),
        ],
    );
    check(
        &[(WORK, "number = 2", "number = 3")],
        &[&format!("{WORK}:15: measure 2 is missing before measure 3")],
    );
    let mut files = sample();
    let work = files.remove(&format!("sample/{OTHER_WORK}")).expect("the work is there");
    files.insert(
        "sample/task-lists/town-plan/works/03.toml".to_owned(),
        work.replace("number = 2", "number = 3"),
    );
    let printed: Vec<String> = problems_of(files, "sample").iter().map(ToString::to_string).collect();
    assert!(printed.iter().any(|line| line.contains("works/03.toml:1: work 2 is missing before work 3")));
    assert!(printed.iter().any(|line| line.contains("systems.toml:15: the citation w2 points at nothing")));
}

#[test]
fn every_printed_target_item_needs_a_row() {
    check(
        &[(WORK, "target_items = 2", "target_items = 3")],
        &[&format!("{WORK}:8: target item 3 of 3 has no row")],
    );
    check(
        &[(WORK, "item = 2", "item = 4")],
        &[
            &format!("{WORK}:8: target item 2 of 2 has no row"),
            &format!("{WORK}:32: target item 4 is outside 1 to 2"),
            &format!("{WORK}:31: stands at item 4"),
        ],
    );
    check(&[(LIST, "item = 0", "item = 1")], &[&format!("{LIST}:14: names target item 1")]);
}

#[test]
fn fields_of_a_target_that_contradict_each_other_are_reported() {
    check(
        &[(WORK, "value = \"95\"\n", "")],
        &[&format!("{WORK}:23: compares with nothing"), &format!("{WORK}:24: has a unit and no value")],
    );
    check(&[(WORK, "comparator = \">=\"\n", "")], &[&format!("{WORK}:23: a value and no comparator")]);
    check(
        &[(WORK, "strength = \"must\"", "strength = \"qualitative\"")],
        &[&format!("{WORK}:24: is qualitative and has a value")],
    );
    check(&[(WORK, "\"95\"", "\"9 5\"")], &[&format!("{WORK}:24: write the figure as digits in quotes")]);
    check(
        &[(WORK, "unit = \"%\"", "unit = \"\"")],
        &[&format!("{WORK}:25: `unit` is blank"), &format!("{WORK}:28: has another figure or unit")],
    );
}

#[test]
fn same_as_that_points_at_nothing_is_reported() {
    check(&[(WORK, "\"p-1\"", "\"p-2\"")], &[&format!("{WORK}:28: did you mean `p-1`?")]);
    check(&[(WORK, "\"p-1\"", "\"t1.1\"")], &[&format!("{WORK}:28: the same as itself")]);
    check(&[(WORK, "\"95\"", "\"96\"")], &[&format!("{WORK}:28: has another figure or unit")]);
}

#[test]
fn citations_out_of_range_are_reported() {
    check(
        &[(
            "systems.toml",
            "[\"a2\", \"w1.1\", \"t1.1\"]",
            "[\"a4\", \"w1.3\", \"t1.3\", \"w3\", \"t3.1\", \"a3\", \"a3\"]",
        )],
        &[
            "systems.toml:7: there is no article 4 · the regulation ends with article 3",
            "systems.toml:7: work 1 has no measure 3 · it has 2",
            "systems.toml:7: work 1 has no target item 3 · it has 2",
            "systems.toml:7: the citation w3 points at nothing",
            "systems.toml:7: the citation t3.1 points at nothing",
            "systems.toml:7: a3 is cited twice",
        ],
    );
    check(&[("systems.toml", "[\"P\"]", "[]")], &["systems.toml:23: cites nothing"]);
    check(
        &[("edition.toml", "regulation = \"town-regulation\"\n", "")],
        &["systems.toml:7: the edition has no regulation", "systems.toml:15: the edition has no regulation"],
    );
}

#[test]
fn realisation_is_checked() {
    let entry = "\"task-list:town-plan\", \"page:/plan\"";
    check(
        &[("systems.toml", entry, "\"task-list:town-pla\"")],
        &["systems.toml:26: did you mean `town-plan`?"],
    );
    check(&[("systems.toml", entry, "\"page:plan\"")], &["systems.toml:26: names no page"]);
    check(&[("systems.toml", entry, "\"register:firms\"")], &["systems.toml:26: `firms` does not exist"]);
    check(
        &[("systems.toml", entry, "\"tasklist:town-plan\"")],
        &["systems.toml:26: did you mean `task-list`?"],
    );
    check(&[("systems.toml", entry, "")], &["systems.toml:25: nothing realises it"]);
    check(&[("systems.toml", "[\"task-list\"]", "[]")], &["systems.toml:24: names no building block"]);
    check(&[("systems.toml", "[\"task-list\"]", "[\"fund\", \"fund\"]")], &["systems.toml:24: named twice"]);
}

#[test]
fn division_codes_are_checked() {
    check(&[("organizations.toml", "990102", "99010")], &["organizations.toml:13: not six digits"]);
    check(&[("organizations.toml", "990102", "330302")], &["organizations.toml:13: does not begin with 99"]);
    check(
        &[("organizations.toml", "division_code = \"990102\"\n", "")],
        &["organizations.toml:10: no division code"],
    );
    check(&[("edition.toml", "990100", "99-100")], &["edition.toml:4: not six digits"]);
}

#[test]
fn blank_texts_are_reported() {
    check(
        &[(REGULATION, "en = \"Purpose\"", "en = \" \"")],
        &[&format!("{REGULATION}:20: `title.en` is blank")],
    );
    check(&[("systems.toml", "\"The task list itself\"", "\"\"")], &["systems.toml:21: `name.en` is blank"]);
}

#[test]
fn telephone_numbers_in_any_text_are_reported() {
    check(
        &[("README.md", "1. Copy", "call 13800000000\n1. Copy")],
        &["README.md:15: a telephone number (138…)"],
    );
    check(&[(WORK, "5 working days for", "010-00000000 for")], &[&format!("{WORK}:17: a telephone number")]);
}

#[test]
fn stray_misnamed_and_deep_files_are_reported() {
    check(&[("notes.toml", "", "a = 1")], &["notes.toml: the format knows no file of this name"]);
    check(
        &[("documents/Town_Rules/document.toml", "", "a = 1")],
        &[
            "documents/Town_Rules/document.toml: `Town_Rules` cannot name",
            "documents/Town_Rules/document.toml: the document has no chapter",
            "documents/Town_Rules/document.toml: the document has no article",
            "documents/Town_Rules/document.toml:1: unknown field `a`",
            "documents/Town_Rules/document.toml:1: missing field",
        ],
    );
    check(&[("a/b/c/d/e/f.toml", "", "")], &["a/b/c/d/e/f.toml: the path has 6 parts"]);
    check(
        &[("task-lists/other/works/01.md", "", "")],
        &["task-lists/other/works/01.md: the format knows no file", "task-lists/other: no task-list.toml"],
    );
}

#[test]
fn what_the_head_names_must_exist() {
    check(
        &[("edition.toml", "task_list = \"town-plan\"", "task_list = \"town-plans\"")],
        &["edition.toml:8: did you mean `town-plan`?"],
    );
    check(
        &[("edition.toml", "id = \"sample\"", "id = \"simple\"")],
        &["edition.toml:2: not the name of the folder"],
    );
    check(&[("edition.toml", "[\"zh\", \"en\"]", "[\"zh\"]")], &["edition.toml:5: leaves out"]);
}

#[test]
fn files_that_are_too_large_too_long_or_too_deep_are_refused() {
    let large = "#".repeat((1 << 20) + 1);
    check(&[("systems.toml", "", &large)], &["systems.toml: larger than 1024 KiB"]);
    let long = "[[organization]]\n".repeat(5_001);
    check(&[("organizations.toml", "", &long)], &["organizations.toml: the file holds 5001 rows"]);
    let deep = format!("a = {}", "[".repeat(200_000));
    check(&[("systems.toml", "", &deep)], &["systems.toml:1: nest deeper than 64"]);
}
