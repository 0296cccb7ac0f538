//! What lints find in whole editions: alone or in layers, with their examples.

use super::{changed, sample};
use crate::{Tree, load};
use chrono::NaiveDate;
use std::collections::BTreeMap;

const GRANT: &str = "policies/employment/hiring-grant/policy.toml";

/// Codes of what is found, with the policy and the line it stands in.
fn found(files: BTreeMap<String, String>, id: &str) -> Vec<(&'static str, String, usize)> {
    let edition = load(&Tree::from_files(files), id).edition;
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
    // The sample leaves some of its ends open.
    let findings = edition.lint(today).into_iter().filter(|found| found.code != "undated");
    findings
        .map(|found| {
            let line = edition.place_of(&found.policy, &found.path).map_or(0, |(_, line)| line);
            (found.code, found.policy, line)
        })
        .collect()
}

#[test]
fn a_city_that_builds_on_nothing_is_reviewed_for_fair_competition() {
    let labels = [
        ("facts.toml", "label = { zh = \"失信企业\"", "label = { zh = \"本市注册\""),
        (GRANT, "unless = [{ when = \"失信企业\", cite = \"art. 5\" }]", ""),
        (GRANT, "{ when = \"size = small\"", "{ when = \"本市注册\""),
    ];
    assert_eq!(found(changed(&labels), "sample"), [("local-registration", "hiring-grant".to_owned(), 12)]);
    let country = ("edition.toml", "division_code = \"990100\"", "division_code = \"000000\"");
    assert_eq!(found(changed(&[labels[0], labels[1], labels[2], country]), "sample"), []);
}

#[test]
fn the_same_grant_of_two_layers_with_other_amounts_is_a_contradiction() {
    let mut files = sample();
    let head = "id = \"borough\"\nname = { zh = \"B\", en = \"B\" }\ndivision_code = \"990102\"\n\
        parent = \"sample\"\nlanguages = [\"zh\", \"en\"]\nsummary = { zh = \"B\", en = \"B\" }\n";
    files.insert("borough/edition.toml".to_owned(), head.to_owned());
    let upper = "require = [{ when = \"staff >= 20\", cite = \"a\" }]\n[version.benefit]\namount = \"1万\"\ncite = \"a\"\n";
    let policy = |rest: &str| {
        "title = { zh = \"稳岗奖励\", en = \"T\" }\nsummary = { zh = \"T\", en = \"T\" }\n\
            authority = { zh = \"T\", en = \"T\" }\n[[version]]\n\
            effective = { from = \"2024-01-01\", to = \"2027-12-31\" }\ndocument = \"T\"\nverified = true\n"
            .to_owned()
            + rest
    };
    files.insert("sample/policies/employment/city-award/policy.toml".to_owned(), policy(upper));
    let lower = upper.replace("1万", "2万").replace(">= 20", ">= 10");
    files.insert("borough/policies/employment/borough-award/policy.toml".to_owned(), policy(&lower));
    let found = found(files, "borough");
    assert_eq!(found, [("editions-contradict", "borough-award".to_owned(), 10)]);
}

#[test]
fn examples_that_are_all_ten_thousand_times_off_are_told() {
    let limit = "{ when = \"revenue <= 200元\", cite = \"art. 3\" },\n    { when = \"size = small\"";
    let found = found(changed(&[(GRANT, "{ when = \"size = small\"", limit)]), "sample");
    assert_eq!(found, [("unit-slip", "hiring-grant".to_owned(), 12)]);
}
