//! Rules as files: every fault at once with its line, examples that are evaluated, layers that add and replace.

use super::{check, printed, problems_of, sample};
use crate::{Tree, facts, load, policies_of_folder};
use ::rules::policy::Status;
use std::collections::BTreeMap;

const GRANT: &str = "policies/employment/hiring-grant/policy.toml";
const GRANT_EXAMPLES: &str = "policies/employment/hiring-grant/examples.toml";
const LANE: &str = "policies/service/fast-lane/policy.toml";
const LANE_EXAMPLES: &str = "policies/service/fast-lane/examples.toml";
const CARD: &str = "scorecards/reliability/scorecard.toml";
const LADDER: &str = "ladders/star-firm/ladder.toml";

/// The child edition of the sample, with these files of its own.
fn below_sample(own: &[(&str, String)]) -> BTreeMap<String, String> {
    let mut files = sample();
    let head = "id = \"borough\"\nname = { zh = \"B\", en = \"B\" }\ndivision_code = \"990102\"\nparent = \"sample\"\n\
        languages = [\"zh\", \"en\"]\nsummary = { zh = \"B\", en = \"B\" }\n";
    files.insert("borough/edition.toml".to_owned(), head.to_owned());
    files.extend(own.iter().map(|(file, text)| (format!("borough/{file}"), text.clone())));
    files
}

#[test]
fn the_rules_of_the_sample_are_read_and_its_examples_pass() {
    let edition = load(&Tree::from_files(sample()), "sample").edition;
    let counts = edition.rule_counts();
    assert_eq!(
        (counts.facts, counts.policies, counts.named, counts.scorecards, counts.ladders),
        (6, 4, 2, 1, 1)
    );
    assert_eq!((counts.examples_passed, counts.examples_failed, counts.unverified), (12, 0, 3));
    let revenue = edition.catalog.find("revenue[-1]").expect("an earlier period is a field of its own");
    assert_eq!(edition.catalog.field(revenue).label.en, "Revenue[-1]");
    let grant = edition.policy("hiring-grant").expect("it is there");
    assert_eq!(
        (grant.field.as_str(), grant.edition.as_str(), grant.versions.len()),
        ("employment", "sample", 1)
    );
    let first = edition.examples_of("hiring-grant").next().expect("it has examples");
    assert_eq!((first.expected.status, first.expected.amount_fen), (Status::Entitled, Some(150_001)));
    assert_eq!(edition.versions.origins.len(), 4);
    assert_eq!(
        edition.place_of("hiring-grant", "version.0.benefit.cap"),
        Some((&*format!("sample/{GRANT}"), 22))
    );
    assert_eq!(edition.definitions.ladders[0].grades, ["star-firm-bronze", "star-firm-gold"]);
}

#[test]
fn faults_of_syntax_type_unit_and_vocabulary_are_told_together() {
    check(
        &[
            (GRANT, "size = small", "size = smal"),
            (GRANT, "months >= 6) >= 1", "months >= 3%) >= 1 and (revenue > )"),
            (GRANT, "失信企业", "失信 企业"),
            (
                GRANT,
                "base = \"sum(hires.wages where months >= 6)\"",
                "base = \"\"\"\nsum(hires.wages\n  where wage >= 6)\"\"\"",
            ),
            (GRANT, "cap = \"10万\"", "cap = \"registered_on\""),
        ],
        &[
            &format!("{GRANT}:12: `smal` is no code of `size_class` · did you mean `small`?"),
            &format!("{GRANT}:13: `months >= 3%`: a number in 月 meets a share"),
            &format!("{GRANT}:13: `)`: "),
            &format!("{GRANT}:16: nothing is called `失信`"),
            &format!("{GRANT}:16: `企业`: nothing is expected here"),
            &format!("{GRANT}:21: nothing is called `wage` · did you mean `wages`?"),
            &format!("{GRANT}:24: `registered_on`: an amount of money is wanted, this is a date"),
        ],
    );
}

#[test]
fn an_example_that_does_not_come_out_is_a_problem() {
    check(
        &[(GRANT_EXAMPLES, "amount = \"1500.01\"", "amount = \"1500.00\"")],
        &[&format!("{GRANT_EXAMPLES}:6: expected 1500 yuan, it came out 1500.01")],
    );
    check(
        &[(GRANT_EXAMPLES, ", amount = \"10万\"", "")],
        &[&format!("{GRANT_EXAMPLES}:13: the amount is not stated; it came out 100000")],
    );
    check(
        &[(LANE_EXAMPLES, "\"2022-09-02\"", "2022-09-01")],
        &[&format!("{LANE_EXAMPLES}:13: expected not-entitled, it came out entitled")],
    );
    check(
        &[(LANE_EXAMPLES, "as_of = \"2024-09-01\"", "as_of = \"2024-08-31\"")],
        &[
            &format!(
                "{LANE_EXAMPLES}:6: expected entitled, it came out not-entitled, as the policy is not in force"
            ),
            &format!("{LANE_EXAMPLES}: no example that is entitled"),
        ],
    );
    let mut files = sample();
    files.remove(&format!("sample/{LANE_EXAMPLES}"));
    assert!(printed(files)[0].starts_with(&format!("sample/{LANE_EXAMPLES}: there are no examples")));
}

#[test]
fn facts_of_an_example_have_to_be_declared_and_of_their_type() {
    check(
        &[
            (
                GRANT_EXAMPLES,
                "revenue = \"200万\", staff = 49, is_dishonest = false",
                "revenu = 1, staff = \"49.5\", is_dishonest = 0",
            ),
            (GRANT_EXAMPLES, "{ months = 5, wages = \"9万\" }", "{ month = 5, wages = \"9%\" }"),
        ],
        &[
            &format!("{GRANT_EXAMPLES}:5: there is no fact `revenu` · did you mean `revenue`?"),
            &format!("{GRANT_EXAMPLES}:5: `staff`: 49.5 has more than 0 decimal places"),
            &format!("{GRANT_EXAMPLES}:5: `is_dishonest`: yes or no is wanted"),
            &format!("{GRANT_EXAMPLES}:5: `hires` has no field `month` · did you mean `months`?"),
            &format!("{GRANT_EXAMPLES}:5: `hires.1.wages`: `9%`: money is wanted, this is a share"),
        ],
    );
    check(
        &[(
            LANE_EXAMPLES,
            "trade = \"C1\", registered_on = \"2022-09-01\"",
            "trade = \"C3\", registered_on = \"2022-02-30\"",
        )],
        &[
            &format!("{LANE_EXAMPLES}:5: `trade`: `C3` is no code of `trade` · did you mean `C`?"),
            &format!("{LANE_EXAMPLES}:5: `registered_on`: a day is wanted"),
        ],
    );
}

#[test]
fn an_amount_that_may_fall_between_two_fen_needs_a_rounding() {
    let words = "the amount may fall between two fen and no `rounding` is said";
    check(&[(GRANT, "rounding = \"half-up\"\n", "")], &[&format!("{GRANT}:21: {words}")]);
    check(
        &[
            (GRANT, "rounding = \"half-up\"\n", ""),
            (GRANT, "base * 5%", "2000 * count(hires)"),
            (GRANT_EXAMPLES, "1500.01", "4000"),
            (GRANT_EXAMPLES, "10万", "2000"),
        ],
        &[],
    );
    // A cap between two fen is rounded down.
    check(&[(GRANT, "cap = \"10万\"", "cap = \"100000.005元\"")], &[]);
}

#[test]
fn what_is_left_after_groups_can_be_expected() {
    let left = |amount: &str| format!("amount = \"1500.01\", after_groups = \"{amount}\"");
    let ceiling = ("groups.toml", "ceiling = \"8万\"", "ceiling = \"1000.005元\"");
    check(&[ceiling, (GRANT_EXAMPLES, "amount = \"1500.01\"", &left("1000"))], &[]);
    check(
        &[(GRANT_EXAMPLES, "amount = \"1500.01\"", &left("1000"))],
        &[&format!("{GRANT_EXAMPLES}:6: expected 1000 yuan after groups, it came out 1500.01")],
    );
}

#[test]
fn shares_of_payers_and_of_parts_are_a_whole() {
    let shares = "mode = \"data-check\"\npayer = { city_share = \"60%\", county_share = \"50%\" }\n\
        part = [{ share = \"30%\", when = { zh = \"签约\", en = \"signed\" } }, { share = \"7成\", when = { zh = \"验收\", en = \"\" } }]";
    check(
        &[(GRANT, "mode = \"data-check\"", shares)],
        &[
            &format!("{GRANT}:26: the shares are 110% together"),
            &format!("{GRANT}:27: `7成` is no share"),
            &format!("{GRANT}:27: `benefit.part.1.when.en` is blank"),
        ],
    );
}

#[test]
fn versions_that_could_both_be_meant_are_reported() {
    let other = "[[version]]\neffective = { from = \"2025-06-01\" }\ndocument = \"d\"\nrequire = [{ when = \"staff > 1\", cite = \"c\" }]\n\n[[version]]";
    let first = (
        "effective = { from = \"2024-09-01\" }",
        "effective = { from = \"2024-09-01\" }\nknown_from = \"2025-06-01\"",
    );
    check(
        &[
            (LANE, "[[version]]", other),
            (LANE, first.0, first.1),
            (LANE_EXAMPLES, "2024-09-01\"\ng", "2024-09-01\"\nknown_at = \"2025-06-01\"\ng"),
        ],
        &[
            &format!("{LANE}:11: it is in force at the same time as the version of line 6"),
            &format!("{LANE_EXAMPLES}:21: expected undetermined"),
            &format!("{LANE_EXAMPLES}: no example that is not-entitled, none that is undetermined"),
        ],
    );
    check(
        &[
            (
                "parameters.toml",
                "effective = { from = \"2025-01-01\" }",
                "effective = { from = \"2025-01-01\", to = \"2024-01-01\" }",
            ),
            (GRANT_EXAMPLES, "\"2025-06-30\"", "\"2024-06-30\""),
            (GRANT_EXAMPLES, "300万", "200万"),
        ],
        &["parameters.toml:15: the last day in force lies before the first"],
    );
}

#[test]
fn what_a_definition_has_to_say_is_asked_for() {
    check(
        &[
            (GRANT, "verified = true\nchecked_on = \"2026-11-22\"\n", "verified = true\n"),
            (GRANT, "document = \"样政发〔2023〕8号\"\n", ""),
            (GRANT, ", cite = \"art. 3\" },\n]", " },\n]"),
            (GRANT, "due = \"year\"\n", "due = \"year\"\nlimit = \"1万\"\n"),
            (GRANT, "cite = \"art. 4\"\n", ""),
            (LANE, ", en = \"Fast lane for permits\"", ""),
            ("parameters.toml", "cite = \"样政发〔2023〕8号 art. 2\"\n", ""),
            ("groups.toml", "\"hiring-grant\"", "\"hiring-grants\""),
        ],
        &[
            &format!("{GRANT}:5: `document` is missing"),
            &format!("{GRANT}:8: it is `verified`, but nobody says when"),
            &format!("{GRANT}:11: `require.1.cite` is missing"),
            &format!("{GRANT}:16: `benefit.cite` is missing"),
            &format!("{GRANT}:23: the limit does not say what happens above it"),
            &format!("{LANE}:1: `title` lacks a language"),
            "parameters.toml:8: `value.0.cite` is missing",
            "groups.toml:9: there is no policy `hiring-grants` · did you mean `hiring-grant`?",
        ],
    );
}

#[test]
fn names_and_types_of_facts_are_checked() {
    check(
        &[
            ("facts.toml", "name = \"staff\"\ntype = \"integer\"", "name = \"count\"\ntype = \"money\""),
            ("facts.toml", "zh = \"参保月数\"", "zh = \"参保 月数\""),
            ("facts.toml", "vocabulary = \"trade\"\n", "vocabulary = \"trades\"\n"),
            ("vocabularies/trade.csv", "C2,家具制造,Furniture,C", "C2,家具制造,Furniture,D\nC1,x,x,\nC4,,x,"),
        ],
        &[
            "facts.toml:19: there is no vocabulary `trades` · did you mean `trade`?",
            "facts.toml:40: `count` is no single word, or a word of the rule language",
            "facts.toml:42: only an integer or a decimal has a `unit`",
            "terms.toml:13: nothing is called `staff`",
            "facts.toml:63: `参保 月数` is no single word",
            &format!("{GRANT_EXAMPLES}:5: there is no fact `staff`"),
            &format!("{GRANT_EXAMPLES}:12: there is no fact `staff`"),
            &format!("{GRANT_EXAMPLES}:19: there is no fact `staff`"),
            &format!("{GRANT_EXAMPLES}:26: there is no fact `staff`"),
            "vocabularies/trade.csv:4: `D`, the parent of `C2`, does not stand before it",
            "vocabularies/trade.csv:5: the code `C1` stands twice",
            "vocabularies/trade.csv:6: the code `C4` lacks a text",
        ],
    );
}

#[test]
fn faults_of_scorecards_ladders_and_terms_have_their_lines() {
    check(
        &[
            (CARD, "revenue >= revenue[-1] then", "revenue >= revenue[-2] then"),
            (LADDER, "reliability >= 90", "trade >= 90"),
        ],
        &[
            &format!("{CARD}:21: `revenue[-2]`: `revenue` is not known for 2 periods before"),
            &format!("{LADDER}:18: `90`: codes have no order"),
        ],
    );
    check(
        &[("terms.toml", "revenue <= small_revenue_limit", "staff > 0 and\n        revenue <= 300头")],
        &["terms.toml:14: `头`: `then` is expected", "terms.toml:14: `then`: nothing is expected here"],
    );
    check(
        &[("terms.toml", "from = \"2024-01-01\"", "from = \"2023-01-01\"")],
        &["terms.toml:13: `small_revenue_limit` does not stand on 2023-01-01"],
    );
}

#[test]
fn a_child_adds_rules_and_replaces_only_by_naming() {
    let limit = |replaces: &str| {
        format!(
            "[[parameter]]\nname = \"small_revenue_limit\"\ntype = \"money\"\nlabel = {{ zh = \"收入上限\", en = \"L\" }}\n{replaces}\
             [[parameter.value]]\neffective = {{ from = \"2024-01-01\" }}\nvalue = \"5万\"\ncite = \"c\"\n"
        )
    };
    let policy = |replaces: &str| {
        sample()[&format!("sample/{LANE}")].replacen("title", &format!("{replaces}title"), 1)
    };
    let examples = || sample()[&format!("sample/{LANE_EXAMPLES}")].clone();
    let named = "replaces = \"sample\"\n";
    let silent = below_sample(&[
        ("parameters.toml", limit("")),
        (LANE, policy("")),
        (LANE_EXAMPLES, examples()),
        (
            "facts.toml",
            "[[field]]\nname = \"staff\"\ntype = \"integer\"\nlabel = { zh = \"人\", en = \"S\" }\n"
                .to_owned(),
        ),
    ]);
    let silent: Vec<String> = problems_of(silent, "borough").iter().map(ToString::to_string).collect();
    assert_eq!(silent.len(), 3, "{}", silent.join("\n"));
    assert!(silent.iter().all(|line| line.contains("or add replaces = \"sample\"")), "{}", silent.join("\n"));

    let files = below_sample(&[
        ("parameters.toml", limit(named)),
        (LANE, policy(named)),
        (LANE_EXAMPLES, examples()),
    ]);
    let loaded = load(&Tree::from_files(files), "borough");
    // The limit is lower now: examples of the town that rest on it no longer hold, and that is told.
    let printed: Vec<String> = loaded.problems.iter().map(ToString::to_string).collect();
    assert_eq!(printed.len(), 3, "{}", printed.join("\n"));
    assert!(printed.iter().all(|line| line.starts_with(&format!("sample/{GRANT_EXAMPLES}:"))), "{printed:?}");
    let lane = loaded.edition.policy("fast-lane").expect("it is there");
    assert_eq!((lane.edition.as_str(), loaded.edition.definitions.policies.len()), ("borough", 4));
}

#[test]
fn a_file_that_cannot_be_read_makes_no_noise_elsewhere() {
    check(&[("facts.toml", "name = \"staff\"", "name = = \"staff\"")], &["facts.toml:40: this is no TOML"]);
    check(
        &[("facts.toml", "type = \"money\"\nprior", "type = \"muney\"\nprior")],
        &["facts.toml:33: unknown variant `muney`"],
    );
}

#[test]
fn facts_and_policies_are_read_without_an_edition() {
    let text = "[[vocabulary]]\nname = \"trade\"\nfile = \"trade.csv\"\n[[field]]\nname = \"trade\"\ntype = \"code\"\nvocabulary = \"trade\"\n\
        [[field]]\nname = \"revenue\"\ntype = \"money\"\nprior = 2\n[[field]]\nname = \"revenu\"\ntype = \"muney\"\n";
    let beside = |path: &str| match path {
        "trade.csv" => Ok("code,zh\nC,x\n".to_owned()),
        other => Err(format!("there is no file {other}")),
    };
    let (catalog, problems) = facts::read("facts.toml", &text.replace("code,zh", ""), &beside);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert_eq!(
        problems[0].to_string(),
        "facts.toml:14: `type`: unknown variant `muney` · did you mean `money`? known are bool, integer, decimal, money, ratio, date, code, codes, text"
    );
    assert!(catalog.find("revenue[-2]").is_some());
    let policy = "title = { zh = \"T\", en = \"T\" }\nsummary = { zh = \"T\", en = \"T\" }\nauthority = { zh = \"T\", en = \"T\" }\n\
        [[version]]\neffective = { from = \"2024-01-01\" }\ndocument = \"d\"\nrequire = [{ when = \"revenue > revenues[-1]\", cite = \"c\" }]\n";
    for (folder, text, count) in
        [("rules/tax/p", policy.to_owned(), 1), ("rules/p", policy.replace("revenues", "revenue"), 0)]
    {
        let tree = Tree::from_files([(format!("{folder}/policy.toml"), text)]);
        let (definitions, problems) = policies_of_folder(&tree, "rules", &catalog);
        assert_eq!(problems.len(), count, "{problems:?}");
        assert_eq!(definitions.policies[0].id, "p");
    }
}

#[test]
fn a_child_adds_examples_to_a_policy_or_ladder_that_it_has_from_above() {
    let example = |policy: &str, status: &str| {
        format!(
            "[[example]]\nname = \"nobody\"\n{policy}source = \"derived\"\nas_of = \"2026-01-01\"\n\
             given = {{}}\nexpect = {{ status = \"{status}\" }}\n"
        )
    };
    let files = |status: &str| {
        below_sample(&[
            (GRANT_EXAMPLES, example("", status)),
            ("ladders/star-firm/examples.toml", example("policy = \"star-firm-gold\"\n", "undetermined")),
        ])
    };
    let right = load(&Tree::from_files(files("undetermined")), "borough");
    assert_eq!(right.problems, []);
    assert_eq!(right.edition.rule_counts().examples_passed, 14);
    let wrong = problems_of(files("entitled"), "borough");
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].file == format!("borough/{GRANT_EXAMPLES}") && wrong[0].what.contains("undetermined"));
    let unknown = below_sample(&[("policies/employment/no-such/examples.toml", example("", "undetermined"))]);
    assert!(problems_of(unknown, "borough").iter().any(|one| one.what.contains("no policy.toml")));
}

#[test]
fn every_grade_of_a_ladder_has_an_example_that_reaches_it_and_one_that_just_misses() {
    let file = "ladders/star-firm/examples.toml";
    let files = sample();
    let text = &files[&format!("sample/{file}")];
    let rows: Vec<&str> = text.split("[[example]]").skip(1).collect();
    let kept = rows.iter().filter(|row| !(row.contains("star-firm-gold") && row.contains("\"entitled\"")));
    let kept = kept.map(|row| format!("[[example]]{row}")).collect::<Vec<_>>().concat();
    check(&[(file, "", &kept)], &[&format!("{file}: no example of `star-firm-gold` that is entitled")]);
}
