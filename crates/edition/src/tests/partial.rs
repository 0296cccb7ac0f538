//! A row with a fault is read all the same: its other faults are reported, and nothing is reported twice.

use super::{check, problems_of, sample};

const REGULATION: &str = "documents/town-regulation/document.toml";
const LIST: &str = "task-lists/town-plan/task-list.toml";
const WORK: &str = "task-lists/town-plan/works/01.toml";
const OTHER_WORK: &str = "task-lists/town-plan/works/02.toml";

/// The line of the work's title.
fn title() -> String {
    let files = sample();
    let line = files[&format!("sample/{WORK}")].lines().find(|line| line.starts_with("title"));
    format!("{}\n", line.expect("the work has a title"))
}

#[test]
fn a_fault_in_one_field_hides_no_unknown_reference_of_the_row() {
    check(
        &[
            (WORK, "number = 1\ngeneral_task", "number = \"1\"\ngeneral_task"),
            (WORK, "\"a\"", "\"b\""),
            (WORK, "[\"riverside-district\"]", "[\"riverside-x\"]"),
        ],
        &[
            &format!("{WORK}:1: invalid type: string"),
            &format!("{WORK}:2: the general task `b` does not exist"),
            &format!("{WORK}:6: the organisation `riverside-x` does not exist"),
        ],
    );
    check(
        &[
            ("systems.toml", "state = \"planned\"", "state = \"plan\""),
            ("systems.toml", "\"a2\"", "\"a99\""),
            ("systems.toml", "must = {", "mst = {"),
        ],
        &["systems.toml:6: did you mean `must`?", "systems.toml:7: no article 99", "systems.toml:9: `plan`"],
    );
    check(
        &[(WORK, "item = 1", "item = \"1\""), (WORK, "\"p-1\"", "\"p-9\"")],
        &[&format!("{WORK}:21: invalid type"), &format!("{WORK}:28: `p-9`, which does not exist")],
    );
}

#[test]
fn entries_behind_one_that_is_left_aside_keep_their_lines() {
    check(
        &[(WORK, "lead = [\"commerce-bureau\"]", "lead = [5,\n\"\",\n\"commerce-bureau\",\n\"nobody\"]")],
        &[
            &format!("{WORK}:5: invalid type: integer `5`, expected a string"),
            &format!("{WORK}:6: `lead.1` is blank"),
            &format!("{WORK}:8: the organisation `nobody` does not exist"),
        ],
    );
}

#[test]
fn what_one_row_lacks_is_one_problem_and_no_other_field_is_blamed() {
    check(&[(WORK, &title(), "")], &[&format!("{WORK}:1: missing field `title` · add")]);
    let stage = "stage = { from = 2024, to = 2025 }\nlead = [\"commerce-bureau\"]\n";
    check(&[(WORK, stage, "")], &[&format!("{WORK}:1: missing field `stage`, `lead` · add")]);
    check(&[(REGULATION, "adopted = \"2024-05-10\"\n", "")], &[&format!("{REGULATION}:1: `adopted`")]);
    check(
        &[("systems.toml", "state = \"partial\"\nrealised_by", "realised_bi")],
        &["systems.toml:19: missing field `state`", "systems.toml:25: did you mean `realised_by`?"],
    );
}

#[test]
fn faults_inside_a_field_are_reported_one_by_one() {
    check(
        &[(WORK, &title(), "title = { zh = 3, en = 5, fr = \"x\" }\n")],
        &[
            &format!("{WORK}:3: `title.zh`: invalid type"),
            &format!("{WORK}:3: `title.en`: invalid type"),
            &format!("{WORK}:3: unknown field `fr`"),
        ],
    );
    check(&[(WORK, &title(), "title.zh = \"A\"\n")], &[&format!("{WORK}:3: `title`: missing field `en`")]);
    check(&[(WORK, &title(), "title = \"A\"\n")], &[&format!("{WORK}:3: write both languages")]);
    check(
        &[(WORK, "{ from = 2024, to = 2025 }", "{ from = \"x\", to = 20255 }")],
        &[&format!("{WORK}:4: `stage.from`"), &format!("{WORK}:4: the year 20255")],
    );
}

#[test]
fn a_number_or_id_that_cannot_be_read_makes_nothing_else_unknown() {
    check(&[("organizations.toml", "id = \"commerce-bureau\"", "id = 5")], &["organizations.toml:4: `id`"]);
    check(&[(REGULATION, "number = \"2\"", "number = 2")], &[&format!("{REGULATION}:26: `number`")]);
    check(&[(REGULATION, "number = 2", "number = \"2\"")], &[&format!("{REGULATION}:14: `number`")]);
    check(&[(LIST, "id = \"a\"", "id = 1")], &[&format!("{LIST}:9: `id`")]);
    check(&[(LIST, "id = \"p-1\"", "id = 1")], &[&format!("{LIST}:13: `id`")]);
    check(&[(WORK, "item = 2", "item = -2")], &[&format!("{WORK}:32: write a whole number without a sign")]);
    check(&[(WORK, "number = 1\ntitle", "number = \"1\"\ntitle")], &[&format!("{WORK}:11: `number`")]);
    check(&[("edition.toml", "id = \"sample\"", "id = 5")], &["edition.toml:2: `id`"]);
    check(
        &[("edition.toml", "regulation =", "regulaton =")],
        &["edition.toml:7: did you mean `regulation`?"],
    );
    check(
        &[("organizations.toml", "kind = \"county\"", "kind = \"\"")],
        &["organizations.toml:12: is blank"],
    );
}

#[test]
fn a_syntax_error_is_one_problem_and_no_guess_is_judged() {
    for (file, from, to, line) in [
        ("systems.toml", "id = \"x001\"", "id = \"x001", 4),
        ("systems.toml", "\"a2\", \"w1.1\"", "\"a2\" \"w1.1\"", 7),
        ("systems.toml", "\"t1.1\"]", "\"t1.1\"", 8),
        ("systems.toml", "[[system]]", "[[system]", 3),
        ("organizations.toml", "kind = \"county\"", "kind =", 12),
        (REGULATION, "number = 1\n", "number = = 1\n", 10),
        (OTHER_WORK, "number = 1\n", "number = 1 1\n", 10),
        (LIST, "id = \"a\"", "id = a b", 9),
    ] {
        check(&[(file, from, to)], &[&format!("{file}:{line}: this is no TOML")]);
    }
}

#[test]
fn a_misspelt_list_makes_nothing_else_missing() {
    check(
        &[("organizations.toml", "[[organization]]", "[[organisation]]")],
        &["organizations.toml:3: `organisation`"],
    );
    check(&[(WORK, "[[measure]]", "[[mesure]]")], &[&format!("{WORK}:10: did you mean `measure`?")]);
    check(&[(WORK, "[[target]]", "[[tarket]]")], &[&format!("{WORK}:19: did you mean `target`?")]);
    check(&[(REGULATION, "[[chapter]]", "[[chapters]]")], &[&format!("{REGULATION}:9: `chapters`")]);
}

#[test]
fn more_faults_than_are_listed_hide_no_other_field() {
    let faulty: Vec<String> = (0..30).map(|at| format!("\"q{at}\"")).collect();
    let citations = format!("citations = [{}]", faulty.join(", "));
    let mut expected: Vec<String> =
        (0..20).map(|at| format!("systems.toml:7: `q{at}` is not a citation")).collect();
    expected.push("systems.toml:3: more faults follow in this row".to_owned());
    expected.push("systems.toml:8: the block fund is named twice".to_owned());
    let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
    let sources = "citations = [\"a2\", \"w1.1\", \"t1.1\"]";
    check(
        &[
            ("systems.toml", sources, &citations),
            ("systems.toml", "\"case\", \"notice\"", "\"fund\", \"fund\""),
        ],
        &expected,
    );
}

#[test]
fn many_missing_or_implausible_numbers_are_one_problem() {
    let items = |to: &str| format!("target_items = {to}");
    check(
        &[(WORK, "target_items = 2", &items("65535"))],
        &[&format!("{WORK}:8: `target_items` is 65535, more than 200")],
    );
    check(
        &[(WORK, "target_items = 2", &items("20")), (WORK, "item = 1", "item = 7"), (WORK, "t1.1", "t1.7")],
        &[&format!("{WORK}:8: target items 1, 3 to 6, 8 to 20 of 20 have no row")],
    );
    check(&[(REGULATION, "items = 3", "items = 65535")], &[&format!("{REGULATION}:41: more than 200")]);
    check(&[(OTHER_WORK, "number = 1\n", "number = 0\n")], &[&format!("{OTHER_WORK}:10: begin with 1")]);
    check(
        &[(REGULATION, "[\"definition\"]", "[\"duty\", \"duty\"]")],
        &[&format!("{REGULATION}:23: one kind twice")],
    );
    check(&[(REGULATION, "[\"definition\"]", "[]")], &[&format!("{REGULATION}:23: names no kind")]);
}

#[test]
fn a_row_with_a_fault_is_no_part_of_the_edition() {
    let mut files = sample();
    let systems = files.get_mut("sample/systems.toml").expect("the file is there");
    *systems = systems.replacen("state = \"planned\"", "state = \"plan\"", 1);
    assert_eq!(problems_of(files.clone(), "sample").len(), 1);
    let edition = crate::load(&crate::Tree::from_files(files), "sample").edition;
    assert_eq!(edition.systems.iter().map(|system| system.id.as_str()).collect::<Vec<_>>(), ["x002", "x003"]);
}
