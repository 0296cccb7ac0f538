//! Fair-competition review: which editions are reviewed, and by which words something is recognised.

use super::{Place, Subject, findings_of};
use crate::{
    catalog::{Catalog, Field, Type},
    explain::fixture::{benefit, book, catalog, day, definitions, policy, version, words},
    lint::lint,
};
use std::collections::BTreeMap;

/// The catalog with one more fact.
fn with_fact(name: &str, zh: &str, question: &str, kind: Type) -> Catalog {
    let mut catalog = catalog();
    let field = Field {
        name: name.to_owned(),
        label: words(zh, &name.replace('_', " ")),
        kind,
        question: words(question, ""),
        dataset: "registry".to_owned(),
        can_act: false,
    };
    catalog.add_field(field).unwrap();
    catalog
}

/// Codes and standards of what review asks about a policy of a city with these conditions.
fn asked(catalog: &Catalog, require: &[&str]) -> Vec<(&'static str, &'static str)> {
    let mut version = version(require);
    version.benefit = Some(benefit("20万"));
    let definitions = definitions(catalog, vec![policy("p", version)]);
    let findings = findings_of(catalog, &definitions);
    for finding in findings.iter().filter(|finding| finding.basis.is_some()) {
        assert!(finding.basis.as_ref().unwrap().exception.en.contains("art. 12"));
    }
    findings.into_iter().filter_map(|found| Some((found.code, found.basis?.standard))).collect()
}

#[test]
fn an_edition_without_a_parent_is_reviewed_where_it_is_no_country() {
    let catalog = catalog();
    for (code, expected) in [("330200", 1), ("000000", 0), ("110000", 1)] {
        let mut version = version(&["region within 3303"]);
        version.require[0].when = "local_contribution > 0".to_owned();
        version.benefit = Some(benefit("20万"));
        let definitions = definitions(&catalog, vec![policy("p", version)]);
        let books = [book(&definitions, &catalog, day("2026-11-22"))];
        let place = Place { parent: None, division_code: code.to_owned() };
        let editions = BTreeMap::from([("wenzhou".to_owned(), place)]);
        let findings = lint(&Subject {
            definitions: &definitions,
            catalog: &catalog,
            books: &books,
            editions: &editions,
            examples: &[],
            today: day("2026-11-22"),
        });
        assert_eq!(findings.iter().filter(|found| found.code == "local-tax").count(), expected, "{code}");
    }
}

#[test]
fn a_fact_that_ties_a_firm_to_the_place_is_recognised_by_its_words() {
    for (name, zh, question, expected) in [
        ("flag", "本市注册", "", ("local-registration", "G4")),
        ("flag", "注册地", "是否在本区登记？", ("local-registration", "G4")),
        ("flag", "在厦门市注册", "", ("local-registration", "G4")),
        ("registered_locally", "甲", "", ("local-registration", "G4")),
        ("flag", "本地企业", "", ("local-registration", "G4")),
        ("flag", "在本市依法缴税", "", ("local-tax", "C2")),
        ("flag", "在我市纳统", "", ("local-statistics", "C2")),
        ("flag", "国有企业", "", ("ownership", "C2")),
        ("flag", "承诺十年内不迁离", "", ("relocation", "G1")),
        ("flag", "在本市设立分公司", "", ("local-branch", "G2")),
        ("flag", "采购本地产品", "", ("local-content", "G4")),
        ("flag", "本市业绩", "", ("local-record", "G3")),
    ] {
        let catalog = with_fact(name, zh, question, Type::Bool);
        assert_eq!(asked(&catalog, &[name]), [expected], "{zh}");
        assert_eq!(asked(&catalog, &[&format!("{name} = true and staff > 3")]), [expected], "{zh}");
    }
    let paid = with_fact("paid_in", "地方财力贡献", "", Type::Money);
    assert_eq!(asked(&paid, &["paid_in >= 100万"]), [("local-tax", "C2")]);
}

#[test]
fn people_land_projects_and_contracts_of_the_place_are_left_alone() {
    for (zh, question) in [
        ("本市登记失业人员", "是否本市登记失业人员？"),
        ("本市户籍", ""),
        ("宗地在本市", "用地是否在本市登记？"),
        ("项目在本市", "项目是否在本市备案？"),
        ("依法纳税", "是否依法纳税？"),
        ("在市场监管部门登记", ""),
        ("经省级部门登记", "是否在省级主管部门登记？"),
        ("小规模纳税人", "在本市是小规模纳税人吗？"),
        ("出租人国有", "出租人是国有单位吗？"),
        ("国有土地", ""),
        ("注册资本实缴", ""),
        ("登记满一年", "本单位登记满一年了吗？"),
    ] {
        let catalog = with_fact("flag", zh, question, Type::Bool);
        assert_eq!(asked(&catalog, &["flag"]), [], "{zh}");
    }
    // Elsewhere will do as well, and not being from here is no favour.
    let catalog = with_fact("flag", "本市注册", "", Type::Bool);
    assert_eq!(asked(&catalog, &["flag or staff > 3"]), []);
    assert_eq!(asked(&catalog, &["not flag"]), []);
    let revenue = with_fact("paid_in", "应纳税所得", "本年应纳税所得额是多少？", Type::Money);
    assert_eq!(asked(&revenue, &["paid_in >= 100万"]), []);
}

#[test]
fn what_a_person_judges_and_what_an_amount_reads_are_looked_at() {
    let catalog = with_fact("flag", "本市注册", "", Type::Bool);
    assert_eq!(asked(&catalog, &["judged(\"是否在本市注册\")"]), [("local-registration", "G4")]);
    let mut version = version(&["staff > 3"]);
    version.benefit = Some(benefit("case when flag then 20万 else 10万 end"));
    let definitions = definitions(&catalog, vec![policy("p", version)]);
    let found = findings_of(&catalog, &definitions);
    assert_eq!((found[0].code, found[0].path.as_str()), ("local-registration", "version.0.benefit.amount"));
}

#[test]
fn single_firms_are_recognised_by_code_and_by_the_end_of_a_name() {
    let catalog = with_fact("seller", "供货方", "", Type::Text);
    let named = [("named-firms", "C2")];
    assert_eq!(asked(&catalog, &["seller = \"甲乙科技有限公司\""]), named);
    assert_eq!(asked(&catalog, &["seller = \"91330302MATEXAMP4W\""]), named);
    assert_eq!(asked(&catalog, &["seller = \"门店\""]), []);
}

#[test]
fn land_of_the_place_may_be_asked_for_and_the_seat_of_a_firm_may_not() {
    let region = catalog().field(catalog().find("region").unwrap()).kind.clone();
    let catalog = with_fact("plot_region", "宗地所在地区", "", region);
    assert_eq!(asked(&catalog, &["plot_region within 3303"]), []);
    assert_eq!(asked(&catalog, &["region within 3303"]), [("local-registration", "G4")]);
}
