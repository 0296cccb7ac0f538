//! Versions on two time axes, terms, limits, groups, and what is told of faulty definitions.

use super::{
    AmountKind, Benefit, Binding, Condition, Definitions, Effective, GroupDefinition, GroupVersion,
    LimitKind, Moment, NamedDefinition, ParameterValue, PolicyDefinition, PolicyVersion, ScoreItem,
    Scorecard, ScorecardVersion, Unless,
};
use crate::{
    calendar::NoCalendar,
    catalog::{Catalog, Field, Type, Words},
    expression::Value,
    number::{Number, Rounding},
    policy::{Outcome, Status},
    reference::Firm,
    table::{Table, column_of},
    vocabulary::Vocabulary,
};
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    let mut region = Vocabulary::new("region");
    let province = region.add("33", Words::default(), None);
    region.add("3303", Words::default(), province);
    region.add("44", Words::default(), None);
    let region = catalog.add_vocabulary(region);
    let number = Type::Number { scale: 0, unit: "人".to_owned() };
    for (name, kind) in
        [("income", Type::Money), ("staff", number), ("listed", Type::Bool), ("region", Type::Code(region))]
    {
        let field = Field {
            name: name.to_owned(),
            label: Words::default(),
            kind,
            question: Words::default(),
            dataset: String::new(),
            can_act: false,
        };
        catalog.add_field(field).unwrap();
    }
    catalog
}

fn version(from: &str, require: &[&str], benefit: Option<Benefit>) -> PolicyVersion {
    let clause =
        |when: &&str| Condition { when: (*when).to_owned(), cite: String::new(), label: Words::default() };
    PolicyVersion {
        effective: Effective { from: day(from), to: None },
        known_from: None,
        document: String::new(),
        verified: false,
        checked_on: None,
        note: Words::default(),
        require: require.iter().map(clause).collect(),
        unless: Vec::new(),
        benefit,
    }
}

fn amount(text: &str) -> Benefit {
    Benefit {
        amount: text.to_owned(),
        measure: AmountKind::Payment,
        base: None,
        limit: None,
        kind: None,
        base_cap: None,
        floor: None,
        cap: None,
        rounding: Some(Rounding::HalfUp),
        unit: None,
        due: None,
        binding: Binding::Exact,
        parts: Vec::new(),
        mode: None,
        payer: super::Payer::default(),
        cite: String::new(),
    }
}

fn policy(id: &str, versions: Vec<PolicyVersion>) -> PolicyDefinition {
    PolicyDefinition { id: id.to_owned(), versions, ..PolicyDefinition::default() }
}

fn named(
    name: &str,
    kind: Type,
    is_parameter: bool,
    by: Option<&str>,
    values: &[(&str, &[&str])],
) -> NamedDefinition {
    let value = |(value, places): &(&str, &[&str])| ParameterValue {
        effective: Effective { from: day("2020-01-01"), to: None },
        known_from: None,
        value: (*value).to_owned(),
        places: places.iter().map(|place| (*place).to_owned()).collect(),
        cite: String::new(),
        verified: false,
    };
    NamedDefinition {
        name: name.to_owned(),
        label: Words::default(),
        kind,
        by: by.map(str::to_owned),
        is_parameter,
        values: values.iter().map(value).collect(),
    }
}

/// A group with versions: from when, the ceiling, the members.
fn group(id: &str, versions: &[(&str, Option<&str>, &[&str])]) -> GroupDefinition {
    let version = |(from, ceiling, members): &(&str, Option<&str>, &[&str])| GroupVersion {
        effective: Effective { from: day(from), to: None },
        known_from: None,
        ceiling: ceiling.map(str::to_owned),
        members: members.iter().map(|member| (*member).to_owned()).collect(),
        cite: String::new(),
    };
    GroupDefinition {
        id: id.to_owned(),
        versions: versions.iter().map(version).collect(),
        ..GroupDefinition::default()
    }
}

/// The outcomes of every policy for a firm with these facts.
#[track_caller]
fn outcomes(definitions: &Definitions, moment: Moment, facts: &[(&str, Value)]) -> Vec<Outcome> {
    let catalog = catalog();
    let (book, faults) = definitions.book(&catalog, moment);
    assert!(faults.is_empty(), "{faults:?}");
    let mut table = Table::unknown(&catalog, 1);
    for (name, value) in facts {
        let index = usize::from(catalog.find(name).unwrap());
        table.columns[index] = column_of(&catalog.fields()[index].kind, vec![Some(value.clone())]);
    }
    Firm::new(&catalog, &table, 0, &NoCalendar).outcomes(&book.rules)
}

fn yuan(fen: i128) -> Value {
    Value::Number(Number::scaled(fen, 2).unwrap())
}

fn at(as_of: &str, known_at: &str) -> Moment {
    Moment { as_of: day(as_of), known_at: day(known_at) }
}

const ENTITLED: fn(i64) -> Outcome = |fen| Outcome { status: Status::Entitled, amount_fen: Some(fen) };

#[test]
fn a_rule_published_late_counts_only_once_it_was_known() {
    let sliced = |limit: &str| Benefit {
        base: Some("income".to_owned()),
        limit: Some(limit.to_owned()),
        kind: Some(LimitKind::Slice),
        ..amount("base * 50%")
    };
    let old = version("2023-01-01", &[], Some(sliced("100万")));
    let new = PolicyVersion {
        known_from: Some(day("2023-08-02")),
        ..version("2023-01-01", &[], Some(sliced("200万")))
    };
    let definitions =
        Definitions { policies: vec![policy("halving", vec![new, old])], ..Definitions::default() };
    let facts = [("income", yuan(240_000_000))];
    let july = outcomes(&definitions, at("2023-07-15", "2023-07-15"), &facts);
    assert_eq!(july, [ENTITLED(50_000_000)]);
    let later = outcomes(&definitions, at("2023-07-15", "2023-09-01"), &facts);
    assert_eq!(later, [ENTITLED(100_000_000)]);
    assert_eq!(outcomes(&definitions, at("2022-12-31", "2023-09-01"), &facts), []);
}

#[test]
fn one_fen_over_a_cliff_leaves_nothing_and_over_a_slice_the_part_below() {
    let limited = |kind| Benefit {
        base: Some("income".to_owned()),
        limit: Some("300万".to_owned()),
        kind: Some(kind),
        ..amount("base * 5%")
    };
    for (kind, over) in [
        (LimitKind::Cliff, Outcome { status: Status::NotEntitled, amount_fen: None }),
        (LimitKind::Slice, ENTITLED(15_000_000)),
    ] {
        let policies = vec![policy("p", vec![version("2023-01-01", &[], Some(limited(kind)))])];
        let definitions = Definitions { policies, ..Definitions::default() };
        let day = at("2024-01-01", "2024-01-01");
        assert_eq!(outcomes(&definitions, day, &[("income", yuan(300_000_000))]), [ENTITLED(15_000_000)]);
        assert_eq!(outcomes(&definitions, day, &[("income", yuan(300_000_001))]), [over]);
    }
}

#[test]
fn an_exception_takes_away_and_its_exception_gives_back() {
    let unless = |when: &str, unless| Unless {
        when: when.to_owned(),
        cite: String::new(),
        label: Words::default(),
        unless,
    };
    let mut rule = version("2023-01-01", &["income <= 300万"], Some(amount("1万")));
    rule.unless = vec![unless("listed", vec![unless("staff <= 10", Vec::new())])];
    let definitions = Definitions { policies: vec![policy("p", vec![rule])], ..Definitions::default() };
    let status = |listed: Option<bool>, staff: i128| {
        let mut facts = vec![("income", yuan(1)), ("staff", Value::Number(Number::whole(staff)))];
        facts.extend(listed.map(|listed| ("listed", Value::Bool(listed))));
        outcomes(&definitions, at("2024-01-01", "2024-01-01"), &facts)[0].status
    };
    assert_eq!(status(Some(false), 50), Status::Entitled);
    assert_eq!(status(Some(true), 50), Status::NotEntitled);
    assert_eq!(status(Some(true), 10), Status::Entitled);
    assert_eq!(status(None, 10), Status::Entitled);
    assert_eq!(status(None, 50), Status::Undetermined);
}

#[test]
fn parameters_by_place_terms_in_any_order_scores_groups_and_amounts_of_others_go_together() {
    let count = Type::Number { scale: 0, unit: String::new() };
    let item = |id: &str, points: &str| ScoreItem {
        id: id.to_owned(),
        section: "growth".to_owned(),
        label: Words::default(),
        points: points.to_owned(),
        most: 20,
        cite: String::new(),
    };
    let card = |from: &str, to: Option<&str>, items: Vec<ScoreItem>| ScorecardVersion {
        effective: Effective { from: day(from), to: to.map(day) },
        known_from: None,
        document: String::new(),
        verified: false,
        items,
    };
    let versions = vec![
        card("2022-01-01", Some("2022-12-31"), vec![item("a", "0")]),
        card(
            "2023-01-01",
            None,
            vec![item("a", "staff * 3"), item("b", "case when is_large then 5 else 0 end")],
        ),
    ];
    let card = Scorecard { id: "card".to_owned(), title: Words::default(), versions };
    let definitions = Definitions {
        named: vec![
            named("is_large", Type::Bool, false, None, &[("doubled > 15", &[])]),
            named("doubled", count, false, None, &[("staff * 2", &[])]),
            named("per_head", Type::Money, true, Some("region"), &[("7800", &["33"]), ("6000元", &["44"])]),
        ],
        scorecards: vec![card],
        policies: vec![
            policy("rest", vec![version("2023-01-01", &[], Some(amount("10万 - amount_of(\"hire\")")))]),
            policy(
                "hire",
                vec![version("2023-01-01", &["card.growth >= 25"], Some(amount("staff * per_head")))],
            ),
        ],
        groups: vec![group("both", &[("2023-01-01", Some("8万"), &["hire", "rest"])])],
        ..Definitions::default()
    };
    let moment = at("2024-01-01", "2024-01-01");
    let staff = ("staff", Value::Number(Number::whole(8)));
    // 8 × 7,800 for a county of the province, the rest up to the joint ceiling.
    let found = outcomes(&definitions, moment, &[staff.clone(), ("region", Value::Code(1))]);
    assert_eq!(found, [ENTITLED(1_760_000), ENTITLED(6_240_000)]);
    let elsewhere = outcomes(&definitions, moment, &[staff, ("region", Value::Code(2))]);
    assert_eq!(elsewhere, [ENTITLED(3_200_000), ENTITLED(4_800_000)]);
}

#[test]
fn faulty_definitions_are_told_with_the_field_and_hide_no_other() {
    let definitions = Definitions {
        named: vec![
            named("a", Type::Bool, false, None, &[("b", &[])]),
            named("b", Type::Bool, false, None, &[("a", &[])]),
            named("limit", Type::Money, true, None, &[("income", &[])]),
        ],
        policies: vec![
            policy("p", vec![version("2023-01-01", &["incom > 3", "listed"], Some(amount("listed")))]),
            policy("q", vec![version("2023-01-01", &[], Some(amount("amount_of(\"q\")")))]),
            policy("good", vec![version("2023-01-01", &["listed"], None)]),
        ],
        groups: vec![group("g", &[("2023-01-01", None, &["goud"])])],
        ..Definitions::default()
    };
    let (book, faults) = definitions.book(&catalog(), at("2024-01-01", "2024-01-01"));
    let told: Vec<String> =
        faults.iter().map(|fault| format!("{} {} {}", fault.id, fault.field, fault.fault.what)).collect();
    for expected in [
        "a  it depends on itself",
        "b  it depends on itself",
        "limit value.0.value the value of a parameter has to be a constant",
        "p version.0.require.0.when nothing is called `incom`",
        "p version.0.benefit.amount an amount of money is wanted, this is a condition",
        "q version.0.benefit.amount there is no amount of a policy `q`",
        "g version.0.members.0 there is no policy `goud`",
    ] {
        assert!(told.iter().any(|told| told.starts_with(expected)), "{expected}: {told:#?}");
    }
    assert_eq!(told.len(), 7, "{told:#?}");
    assert_eq!(book.rules.policies.iter().map(|policy| policy.id.to_string()).collect::<Vec<_>>(), ["good"]);
}

#[test]
fn what_has_ended_is_unknown_and_neither_nought_nor_no() {
    let mut relieved = named("is_relieved", Type::Bool, false, None, &[("staff <= 10", &[])]);
    relieved.values[0].effective.to = Some(day("2027-12-31"));
    let mut rate = named("rate", Type::Ratio, true, None, &[("5%", &[])]);
    rate.values[0].effective.to = Some(day("2027-12-31"));
    let policies = vec![
        policy("p", vec![version("2023-01-01", &["is_relieved or listed"], Some(amount("income * rate")))]),
        policy("q", vec![version("2023-01-01", &["rate is unknown"], None)]),
    ];
    let definitions = Definitions { named: vec![relieved, rate], policies, ..Definitions::default() };
    let facts = |listed| {
        let staff = ("staff", Value::Number(Number::whole(8)));
        vec![staff, ("listed", Value::Bool(listed)), ("income", yuan(10_000))]
    };
    let found = |on: &str, listed| {
        outcomes(&definitions, at(on, on), &facts(listed))
            .iter()
            .map(|one| (one.status, one.amount_fen))
            .collect::<Vec<_>>()
    };
    assert_eq!(found("2027-12-31", false), [(Status::Entitled, Some(500)), (Status::NotEntitled, None)]);
    assert_eq!(found("2028-01-01", false), [(Status::Undetermined, None), (Status::Entitled, None)]);
    assert_eq!(found("2028-01-01", true), [(Status::Entitled, None), (Status::Entitled, None)]);
}

#[test]
fn a_cap_between_two_fen_is_rounded_down_and_a_floor_up() {
    let bounded = |floor: Option<&str>, cap: Option<&str>| Benefit {
        floor: floor.map(str::to_owned),
        cap: cap.map(str::to_owned),
        ..amount("income * 50%")
    };
    for (floor, cap, income, due) in [
        (None, Some("income / 3"), 10_000, 3_333),
        (Some("staff * 1元 / 3"), None, 1, 67),
        (Some("staff * 1元 / 3"), Some("income / 3"), 10_000, 3_333),
        (None, Some("33.333元"), 10_000, 3_333),
        (None, Some("34元"), 10_000, 3_400),
    ] {
        let rule = version("2023-01-01", &[], Some(bounded(floor, cap)));
        let definitions = Definitions { policies: vec![policy("p", vec![rule])], ..Definitions::default() };
        let facts = [("income", yuan(income)), ("staff", Value::Number(Number::whole(2)))];
        let found = outcomes(&definitions, at("2024-01-01", "2024-01-01"), &facts);
        assert_eq!(found, [ENTITLED(due)], "{floor:?} {cap:?}");
    }
}

#[test]
fn a_group_that_changes_stands_with_the_version_of_the_day() {
    let policies = ["one", "two"].map(|id| policy(id, vec![version("2023-01-01", &[], Some(amount("5万")))]));
    let mut both =
        group("g", &[("2023-01-01", Some("8万"), &["one", "two"]), ("2024-01-01", None, &["one", "two"])]);
    both.versions[0].effective.to = Some(day("2023-12-31"));
    let definitions =
        Definitions { policies: policies.to_vec(), groups: vec![both], ..Definitions::default() };
    let due = |on: &str| outcomes(&definitions, at(on, on), &[]);
    assert_eq!(due("2023-06-01"), [ENTITLED(5_000_000), ENTITLED(3_000_000)]);
    assert_eq!(due("2024-06-01"), [ENTITLED(5_000_000), ENTITLED(0)]);
}

#[test]
fn policies_that_depend_on_each_other_are_told_and_hide_no_other() {
    let policies = vec![
        policy("one", vec![version("2023-01-01", &["entitled(\"two\")"], None)]),
        policy("two", vec![version("2023-01-01", &["entitled(\"one\") and listed"], None)]),
        policy("good", vec![version("2023-01-01", &["listed"], None)]),
    ];
    let definitions = Definitions { policies, ..Definitions::default() };
    let (book, faults) = definitions.book(&catalog(), at("2024-01-01", "2024-01-01"));
    let told: Vec<(&str, &str)> =
        faults.iter().map(|fault| (fault.id.as_str(), fault.fault.what.as_str())).collect();
    let what = "these policies depend on each other: one, two";
    assert_eq!(told, [("one", what), ("two", what)]);
    assert_eq!(book.rules.policies.len(), 1);
}

#[test]
fn entitlement_to_a_policy_with_one_bare_fact_is_explained() {
    let mut first = version("2023-01-01", &["income >= 1万"], None);
    first.unless = vec![Unless {
        when: "listed".to_owned(),
        cite: String::new(),
        label: Words::default(),
        unless: Vec::new(),
    }];
    let policies = vec![
        policy("first", vec![first]),
        policy("second", vec![version("2023-01-01", &["entitled(\"first\")"], Some(amount("1万")))]),
        policy(
            "gone",
            vec![PolicyVersion {
                effective: Effective { from: day("2023-01-01"), to: Some(day("2023-12-31")) },
                ..version("2023-01-01", &[], Some(amount("1万")))
            }],
        ),
        policy("rest", vec![version("2023-01-01", &[], Some(amount("3万 - amount_of(\"gone\")")))]),
    ];
    let definitions = Definitions { policies, ..Definitions::default() };
    let (catalog, moment) = (catalog(), at("2024-01-01", "2024-01-01"));
    let (book, faults) = definitions.book(&catalog, moment);
    assert!(faults.is_empty(), "{faults:?}");
    let scope = definitions.scope(&catalog, moment);
    for policy in &book.rules.policies {
        let _ = crate::explain::Readable::new(policy, None, &scope);
    }
    let facts = [("income", yuan(1_000_000)), ("listed", Value::Bool(false))];
    let found = outcomes(&definitions, moment, &facts);
    assert_eq!(found[1..], [ENTITLED(1_000_000), ENTITLED(3_000_000)]);
}

#[test]
fn scores_of_a_card_that_has_ended_are_unknown() {
    let item = ScoreItem {
        id: "a".to_owned(),
        section: "growth".to_owned(),
        label: Words::default(),
        points: "staff".to_owned(),
        most: 20,
        cite: String::new(),
    };
    let ended = ScorecardVersion {
        effective: Effective { from: day("2022-01-01"), to: Some(day("2022-12-31")) },
        known_from: None,
        document: String::new(),
        verified: false,
        items: vec![item],
    };
    let card = Scorecard { id: "card".to_owned(), title: Words::default(), versions: vec![ended] };
    let policies = vec![policy("p", vec![version("2022-01-01", &["card.growth >= 5 or listed"], None)])];
    let definitions = Definitions { scorecards: vec![card], policies, ..Definitions::default() };
    let facts = [("staff", Value::Number(Number::whole(8))), ("listed", Value::Bool(false))];
    let status = |on: &str| outcomes(&definitions, at(on, on), &facts)[0].status;
    assert_eq!((status("2022-06-01"), status("2023-06-01")), (Status::Entitled, Status::Undetermined));
}

#[test]
fn a_parameter_of_another_day_counts_from_the_day_it_was_known() {
    let mut rate = named("rate", Type::Ratio, true, None, &[("5%", &[]), ("4%", &[])]);
    rate.values[0].effective.to = Some(day("2023-12-31"));
    rate.values[1].effective.from = day("2024-01-01");
    let text = "income * value_on(rate, 2024-06-30)";
    let policies = vec![policy("p", vec![version("2023-01-01", &[], Some(amount(text)))])];
    let definitions = Definitions { named: vec![rate], policies, ..Definitions::default() };
    let due = |known_at: &str| {
        outcomes(&definitions, at("2023-06-01", known_at), &[("income", yuan(10_000))])[0].amount_fen
    };
    assert_eq!((due("2023-12-31"), due("2024-01-01")), (None, Some(400)));
}
