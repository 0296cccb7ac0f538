//! What is found, and that nothing is called impossible that a firm can be.

mod choices;
mod codes;
mod properties;
mod review;

use super::{Finding, Place, Severity, Subject, lint};
use crate::{
    catalog::{Catalog, Words},
    definition::{
        AmountKind, Benefit, Definitions, Effective, GroupDefinition, GroupVersion, PolicyDefinition,
    },
    explain::fixture::{benefit, book, catalog, day, definitions, moment, policy, unless, version},
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

fn editions() -> BTreeMap<String, Place> {
    let place = |parent: Option<&str>, code: &str| Place {
        parent: parent.map(str::to_owned),
        division_code: code.to_owned(),
    };
    [
        ("national", place(None, "000000")),
        ("zhejiang", place(Some("national"), "330000")),
        ("wenzhou", place(Some("zhejiang"), "330300")),
        ("lucheng", place(Some("wenzhou"), "330302")),
    ]
    .map(|(id, place)| (id.to_owned(), place))
    .into()
}

fn findings_of(catalog: &Catalog, definitions: &Definitions) -> Vec<Finding> {
    let books = [book(definitions, catalog, day("2026-11-22"))];
    let editions = editions();
    lint(&Subject {
        definitions,
        catalog,
        books: &books,
        editions: &editions,
        examples: &[],
        today: day("2026-11-22"),
    })
}

fn found(policies: Vec<PolicyDefinition>) -> Vec<(&'static str, String, String)> {
    let catalog = catalog();
    let definitions = definitions(&catalog, policies);
    let findings = findings_of(&catalog, &definitions);
    for finding in &findings {
        assert!(!finding.message.zh.is_empty() && !finding.message.en.is_empty());
    }
    findings.into_iter().map(|finding| (finding.code, finding.policy, finding.path)).collect()
}

fn of(require: &[&str]) -> Vec<(&'static str, String)> {
    found(vec![policy("p", version(require))]).into_iter().map(|(code, _, path)| (code, path)).collect()
}

fn at(code: &'static str, path: &str) -> Vec<(&'static str, String)> {
    vec![(code, format!("version.0.{path}"))]
}

#[test]
fn conditions_that_never_hold_together_are_named_by_the_later_one() {
    for (require, path) in [
        (&["staff > 300", "staff < 20"][..], "require.1.when"),
        (&["income > 50万", "income <= 500000"], "require.1.when"),
        (&["region within 44", "is_listed", "region within 3303"], "require.2.when"),
        (&["is_listed", "not is_listed"], "require.1.when"),
        (&["founded >= 2024-01-01", "founded < 2024-01-01"], "require.1.when"),
        (&["rd_spend / revenue >= 3%", "rd_spend / revenue < 2%"], "require.1.when"),
        (&["revenue > income", "income >= revenue"], "require.1.when"),
        (&["months_between(founded, as_of) > 36", "months_between(founded, as_of) < 37"], "require.1.when"),
        (&["staff > 3 and staff < 4"], "require.0.when"),
        (&["size_class in (large)", "staff < 20"], "require.1.when"),
        (&["count(hires where months >= 6) < 0"], "require.0.when"),
    ] {
        assert_eq!(of(require), at("contradiction", path), "{require:?}");
    }
    assert_eq!(of(&["staff < 30", "size_class in (small)", "revenue >= income"]), []);
    // No size but micro is left to so few people.
    assert_eq!(of(&["staff < 5", "size_class in (small)"]), at("contradiction", "require.1.when"));
}

#[test]
fn dead_parts_and_clauses_that_say_nothing_new_are_found() {
    assert_eq!(of(&["staff < 20", "staff > 300 or is_listed"]), at("dead-branch", "require.1.when"));
    assert_eq!(of(&["staff <= 20", "staff <= 300"]), at("redundant", "require.1.when"));
    // It is always so of a known fact, and asks that the fact be known.
    assert_eq!(of(&["is_listed", "staff < 20 or staff >= 20"]), []);
    let mut with_exception = version(&["staff <= 20"]);
    with_exception.unless = vec![unless("staff > 100")];
    let dead = found(vec![policy("p", with_exception)]);
    assert_eq!(dead[0], ("dead-exception", "p".to_owned(), "version.0.unless.0.when".to_owned()));
    let mut shut = version(&["staff <= 20"]);
    shut.unless = vec![unless("staff <= 300")];
    assert_eq!(found(vec![policy("p", shut)])[0].0, "contradiction");
}

fn giving(amount: &str, change: impl FnOnce(&mut Benefit)) -> Benefit {
    let mut given = benefit(amount);
    change(&mut given);
    given
}

#[test]
fn what_fair_competition_review_asks_about_is_found_with_its_standard() {
    let catalog = catalog();
    let mut local = version(&["region within 3303", "firm_name = \"甲公司\"", "is_listed"]);
    local.benefit = Some(giving("20万", |given| given.cap = Some("local_contribution".to_owned())));
    local.effective.to = None;
    let mut upper = policy("state", local.clone());
    upper.edition = "national".to_owned();
    let definitions = definitions(&catalog, vec![policy("local", local), upper]);
    let findings = findings_of(&catalog, &definitions);
    let fair: Vec<_> = findings
        .iter()
        .filter_map(|finding| Some((finding.code, finding.basis.as_ref()?.standard, finding.path.as_str())))
        .collect();
    assert_eq!(
        fair,
        [
            ("named-firms", "C2", "version.0.require.1.when"),
            ("local-tax", "C2", "version.0.benefit.cap"),
            ("local-registration", "G4", "version.0.require.0.when"),
            ("no-end", "C2", "version.0.effective"),
        ]
    );
    assert!(findings.iter().all(|finding| finding.basis.is_none() || finding.policy == "local"));
    assert!(findings[0].basis.as_ref().unwrap().exception.zh.contains("第十二条"));
}

#[test]
fn a_joint_ceiling_that_reads_local_tax_is_found_where_a_place_sets_it() {
    let catalog = catalog();
    let mut upper = policy("state", version(&["is_listed"]));
    upper.edition = "national".to_owned();
    let group = |id: &str, member: &str| GroupDefinition {
        id: id.to_owned(),
        label: Words::default(),
        versions: vec![GroupVersion {
            effective: Effective { from: NaiveDate::from_ymd_opt(2024, 1, 1).unwrap(), to: None },
            known_from: None,
            ceiling: Some("max(local_contribution - 1万, 0元)".to_owned()),
            members: vec![member.to_owned()],
            cite: "art. 1".to_owned(),
        }],
    };
    let groups = vec![group("year", "local"), group("tax-law", "state")];
    let policies = vec![policy("local", version(&["is_listed"])), upper];
    let definitions = Definitions { groups, ..definitions(&catalog, policies) };
    let found: Vec<_> = findings_of(&catalog, &definitions)
        .into_iter()
        .map(|finding| (finding.code, finding.policy, finding.path, finding.version))
        .collect();
    assert_eq!(found, [("local-tax", "year".to_owned(), "version.0.ceiling".to_owned(), Some(0))]);
}

#[test]
fn money_that_slipped_by_ten_thousand_or_that_nothing_vouches_for_is_found() {
    let slipped = found(vec![
        policy("a", version(&["revenue >= 2000万"])),
        policy("b", version(&["revenue >= 3000万"])),
        policy("c", version(&["revenue >= 2000"])),
        policy("d", version(&["staff >= 300"])),
    ]);
    assert_eq!(slipped, [("unit-slip", "c".to_owned(), "version.0.require.0.when".to_owned())]);
    assert_eq!(of(&["income <= 0.5元"]), at("implausible-amount", "require.0.when"));
    assert_eq!(of(&["income <= 30000亿"]), at("implausible-amount", "require.0.when"));
    let mut uncited = version(&["income <= 300万", "staff <= 300"]);
    uncited.require.iter_mut().for_each(|clause| clause.cite.clear());
    uncited.benefit = Some(giving("5万", |given| given.cite.clear()));
    let codes = found(vec![policy("p", uncited)]);
    assert_eq!(
        codes.iter().map(|(code, _, path)| (*code, path.as_str())).collect::<Vec<_>>(),
        [("uncited-amount", "version.0.benefit.amount"), ("uncited-amount", "version.0.require.0.when")]
    );
}

#[test]
fn values_that_ended_and_policies_that_never_say_when_are_found() {
    let catalog = catalog();
    let mut open = version(&["income <= income_limit"]);
    (open.effective.to, open.checked_on) = (None, Some(day("2024-01-01")));
    let mut over = version(&["is_listed"]);
    over.effective.to = Some(day("2025-12-31"));
    let mut definitions = definitions(&catalog, vec![policy("open", open), policy("over", over)]);
    let (book, _) = definitions.book(&catalog, moment("2026-11-22"));
    definitions.named[0].values[0].effective.to = Some(day("2025-12-31"));
    let editions = editions();
    let subject = Subject {
        definitions: &definitions,
        catalog: &catalog,
        books: &[book],
        editions: &editions,
        examples: &[],
        today: day("2026-11-22"),
    };
    let codes: Vec<_> =
        lint(&subject).into_iter().map(|finding| (finding.code, finding.policy, finding.severity)).collect();
    assert_eq!(
        codes,
        [
            ("expired-value", "open".to_owned(), Severity::Warning),
            ("undated", "open".to_owned(), Severity::Note),
            ("expired", "over".to_owned(), Severity::Note),
        ]
    );
}

#[test]
fn the_same_benefit_of_city_and_district_with_other_amounts_is_a_contradiction() {
    let giving = |id: &str, edition: &str, when: &str, amount: &str| {
        let mut version = version(&[when]);
        version.benefit = Some(giving(amount, |given| given.base = Some("rd_spend".to_owned())));
        let mut policy = policy(id, version);
        policy.edition = edition.to_owned();
        policy.title.zh = "研发补助".to_owned();
        policy
    };
    let one = |policies| found(policies).into_iter().map(|(code, id, _)| (code, id)).collect::<Vec<_>>();
    let city = || giving("city", "wenzhou", "staff >= 20", "base * 5%");
    assert_eq!(
        one(vec![city(), giving("district", "lucheng", "staff >= 10", "base * 6%")]),
        [("editions-contradict", "district".to_owned())]
    );
    assert_eq!(one(vec![city(), giving("district", "lucheng", "staff < 20", "base * 6%")]), []);
    assert_eq!(
        one(vec![city(), giving("other", "wenzhou", "is_listed", "base * 6%")]),
        [("overlap", "other".to_owned())]
    );
}

#[test]
fn figures_that_slip_between_versions_values_and_examples_are_found() {
    let one = |require: &[&str], from: &str, to: &str| {
        let mut version = version(require);
        version.effective = Effective { from: day(from), to: Some(day(to)) };
        version
    };
    let mut both = policy("p", one(&["revenue >= 2000万"], "2023-01-01", "2024-12-31"));
    both.versions.push(one(&["revenue >= 2000元"], "2025-01-01", "2027-12-31"));
    let catalog = catalog();
    let definitions_of_both = definitions(&catalog, vec![both]);
    let books = [
        book(&definitions_of_both, &catalog, day("2023-06-01")),
        book(&definitions_of_both, &catalog, day("2026-11-22")),
    ];
    let facts = |yuan: &str| {
        crate::explain::fixture::firm(&catalog, &[("revenue", crate::explain::fixture::number(yuan))], None)
    };
    let editions = editions();
    let look = |definitions: &Definitions,
                books: &[crate::definition::Book],
                examples: &[(&str, &crate::table::Table)]| {
        let subject = Subject {
            definitions,
            catalog: &catalog,
            books,
            editions: &editions,
            examples,
            today: day("2026-11-22"),
        };
        lint(&subject).into_iter().map(|found| (found.code, found.path)).collect::<Vec<_>>()
    };
    let slip = |path: &str| vec![("unit-slip", path.to_owned())];
    assert_eq!(look(&definitions_of_both, &books, &[]), slip("version.1.require.0.when"));

    let alone = definitions(&catalog, vec![policy("p", version(&["revenue >= 2000万"]))]);
    let book = [book(&alone, &catalog, day("2026-11-22"))];
    let (low, high, usual) = (facts("1999"), facts("2500"), facts("20000000"));
    assert_eq!(look(&alone, &book, &[("p", &low), ("p", &high)]), slip("version.0.require.0.when"));
    assert_eq!(look(&alone, &book, &[("p", &low), ("p", &usual)]), []);
    assert_eq!(look(&alone, &book, &[("other", &low), ("other", &high)]), []);

    let mut raised = alone.clone();
    let mut later = raised.named[0].values[0].clone();
    (later.effective.from, later.value) = (day("2025-01-01"), "500".to_owned());
    raised.named[0].values.push(later);
    assert_eq!(look(&raised, &book, &[]), slip("value.1.value"));
}

#[test]
fn a_small_bare_number_beside_money_of_a_firm_asks_for_its_unit() {
    assert_eq!(of(&["revenue >= 500"]), at("unit-slip", "require.0.when"));
    for clear in ["revenue >= 500万", "revenue >= 500元", "revenue > 0", "revenue >= 5000000", "staff >= 500"]
    {
        assert_eq!(of(&[clear]), [], "{clear}");
    }
}

#[test]
fn what_a_later_day_makes_possible_is_no_contradiction() {
    let mut later = version(&["staff < 20"]);
    later.effective.from = day("2025-01-01");
    let named = |require: &[&str]| {
        let found = found(vec![policy("p", version(require)), policy("later", later.clone())]);
        found.into_iter().filter(|(_, id, _)| id == "p").map(|(code, ..)| code).collect::<Vec<_>>()
    };
    assert_eq!(named(&["entitled(\"later\")", "staff > 5"]), Vec::<&str>::new());
    assert_eq!(named(&["is_listed or entitled(\"later\")"]), Vec::<&str>::new());
    assert_eq!(named(&["entitled(\"later\")", "staff > 300"]), ["contradiction"]);
}

#[test]
fn a_quota_without_end_is_no_money_without_end() {
    let mut quota = version(&["is_listed"]);
    quota.benefit = Some(giving("20万", |given| given.measure = AmountKind::Volume));
    quota.effective.to = None;
    assert!(!found(vec![policy("local", quota)]).iter().any(|(code, ..)| *code == "no-end"));
}
