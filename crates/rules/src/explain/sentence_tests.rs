//! Sentences about functions, values that are not in force, amounts that cannot be computed, and groups.

use super::{
    Provenance, Readable, Together, explain,
    fixture::{
        NO_CALENDAR, benefit, book, catalog, day, definitions, firm, moment, number, policy, version, words,
    },
};
use crate::{
    catalog::{Catalog, Type},
    definition::{
        AmountKind, Binding, Definitions, Effective, GroupDefinition, GroupVersion, Mode, NamedDefinition,
        ParameterValue, PolicyVersion,
    },
    expression::Value,
    number::Rounding,
    reference::Firm,
};

const TODAY: &str = "2026-11-22";

/// A policy `p` and another one, with a loan rate that ended and one that stands.
fn written(catalog: &Catalog, own: PolicyVersion) -> Definitions {
    let mut other = version(&["staff >= 10"]);
    other.benefit = Some(benefit("2万"));
    let mut definitions = definitions(catalog, vec![policy("p", own), policy("other", other)]);
    definitions.policies[1].title = words("另一项奖励", "Another award");
    let value = |from: &str, to: Option<&str>, value: &str| ParameterValue {
        effective: Effective { from: day(from), to: to.map(day) },
        known_from: None,
        value: value.to_owned(),
        places: Vec::new(),
        cite: String::new(),
        verified: true,
    };
    let named = |name: &str, label: (&str, &str), kind: Type, values: Vec<ParameterValue>| NamedDefinition {
        name: name.to_owned(),
        label: words(label.0, label.1),
        kind,
        by: None,
        is_parameter: true,
        values,
    };
    definitions.named.push(named(
        "old_limit",
        ("旧上限", "old limit"),
        Type::Money,
        vec![value("2020-01-01", Some("2025-12-31"), "100万")],
    ));
    definitions.named.push(named(
        "loan_rate",
        ("贷款利率", "loan rate"),
        Type::Ratio,
        vec![value("2022-01-01", Some("2024-12-31"), "3.5%"), value("2025-01-01", None, "3%")],
    ));
    definitions
}

fn explained(own: PolicyVersion, facts: &[(&str, Value)]) -> super::Explanation {
    let catalog = catalog();
    let definitions = written(&catalog, own);
    let book = book(&definitions, &catalog, day(TODAY));
    let scope = definitions.scope(&catalog, moment(TODAY));
    let readable = Readable::new(&book.rules.policies[0], Some(&definitions.policies[0].versions[0]), &scope);
    let table = firm(&catalog, facts, None);
    explain(&readable, &Firm::new(&catalog, &table, 0, &NO_CALENDAR), &Provenance::default())
}

fn sentence(condition: &str, facts: &[(&str, Value)]) -> (String, String) {
    let said = explained(version(&[condition]), facts);
    let sentence = &said.clauses[0].sentence;
    (sentence.zh.clone(), sentence.en.clone())
}

#[test]
fn every_function_has_a_sentence_in_both_languages() {
    let facts = [
        ("revenue", number("300000")),
        ("debt_ratio", number("0.03")),
        ("staff", number("12")),
        ("founded", Value::Date(day("2024-05-06"))),
    ];
    for (condition, zh, en) in [
        (
            "slices(revenue, 10万: 1%, 100万: 0.5%, else: 0.1%) <= 1000",
            "营业收入分档累计（100,000元以内的部分 1%，以上至1,000,000元的部分 0.5%，再以上的部分 0.1%） 2,000元，超过上限 1,000元，超出 1,000元。",
            "Revenue by slices (1% of what lies within 100,000 yuan, 0.5% of what lies above that, up to 1,000,000 yuan, 0.1% of what lies above) is 2,000 yuan, above the limit of 1,000 yuan, over by 1,000 yuan.",
        ),
        (
            "debt_ratio >= value_on(loan_rate, founded)",
            "资产负债率 3%，低于下限 成立日期当日的贷款利率（即 3.5%），差 0.5个百分点。",
            "Debt ratio is 3%, below the threshold of loan rate as of founded (3.5%), short by 0.5 percentage points.",
        ),
        ("entitled(\"other\")", "符合“另一项奖励”的条件：是。", "Entitled to “Another award”: yes."),
        (
            "amount_of(\"other\") >= 3万",
            "“另一项奖励”的金额 20,000元，低于下限 30,000元，差 10,000元。",
            "The amount of “Another award” is 20,000 yuan, below the threshold of 30,000 yuan, short by 10,000 yuan.",
        ),
        (
            "start_of_year(founded) >= 2025-01-01",
            "成立日期当年的第一天 2024年1月1日，低于下限 2025年1月1日，早 366天。",
            "The first day of the year of founded is 1 January 2024, below the threshold of 1 January 2025, early by 366 days.",
        ),
        (
            "start_of_month(founded) = 2024-05-01",
            "成立日期当月的第一天 2024年5月1日，等于 2024年5月1日。",
            "The first day of the month of founded is 1 May 2024, equal to 1 May 2024.",
        ),
        (
            "min(revenue, 20万元) >= 20万元",
            "营业收入、200,000元中较小的 200,000元，达到下限 200,000元。",
            "The smaller of revenue and 200,000 yuan is 200,000 yuan, at or above the threshold of 200,000 yuan.",
        ),
        (
            "revenue / staff >= 3万",
            "营业收入 ÷ 从业人数 25,000元/人，低于下限 30,000元/人，差 5,000元/人。",
            "Revenue ÷ staff is 25,000 yuan per person, below the threshold of 30,000 yuan per person, short by 5,000 yuan per person.",
        ),
    ] {
        assert_eq!(sentence(condition, &facts), (zh.to_owned(), en.to_owned()), "{condition}");
    }
}

#[test]
fn what_is_not_in_force_or_cannot_be_computed_is_said_so() {
    let facts = [("revenue", number("300000")), ("staff", number("0"))];
    for (condition, zh, en) in [
        (
            "revenue <= old_limit",
            "营业收入 300,000元，要看是否不超过 旧上限；“旧上限”在2026年11月22日没有有效规定。",
            "Revenue is 300,000 yuan; the question is whether it is at most old limit, but nothing in force on 22 November 2026 says what “old limit” is.",
        ),
        (
            "income <= 100万",
            "应纳税所得额尚不清楚，要看是否不超过 1,000,000元。",
            "Income is not known yet; the question is whether it is at most 1,000,000 yuan.",
        ),
        (
            "revenue / staff >= 3万",
            "营业收入 ÷ 从业人数未知（除数为零），要看是否达到 30,000元/人。",
            "Revenue ÷ staff is unknown (the divisor is nought); the question is whether it is at least 30,000 yuan per person.",
        ),
        (
            "debt_ratio + 0 >= value_on(loan_rate, founded)",
            "资产负债率 + 0未知（资产负债率尚不清楚，成立日期尚不清楚），要看是否达到 成立日期当日的贷款利率。",
            "Debt ratio + 0 is unknown (debt ratio is not known yet, and founded is not known yet); the question is whether it is at least loan rate as of founded.",
        ),
    ] {
        assert_eq!(sentence(condition, &facts), (zh.to_owned(), en.to_owned()), "{condition}");
    }
    let before = [("debt_ratio", number("0.03")), ("founded", Value::Date(day("2019-01-01")))];
    let (zh, _) = sentence("debt_ratio >= value_on(loan_rate, founded)", &before);
    assert!(zh.ends_with("；2019年1月1日当日没有有效规定。"), "{zh}");
}

#[test]
fn an_amount_without_a_value_says_why_although_no_fact_is_missing() {
    let with = |amount: &str| {
        let mut version = version(&["staff >= 0"]);
        version.benefit = Some(benefit(amount));
        version
    };
    let facts = [("revenue", number("300000")), ("staff", number("0"))];
    for (amount, zh) in [
        ("old_limit * 1%", "符合条件，但金额还算不出：“旧上限”在2026年11月22日没有有效规定。"),
        ("revenue / (revenue / (revenue - 30万元)) * 1%", "符合条件，但金额还算不出：除数为零。"),
        ("income * 1%", "符合条件，但金额还算不出：缺少应纳税所得额。"),
        ("case when staff > 0 then 100元 end", "符合条件，但金额还算不出：规则没有写明这种情形。"),
    ] {
        let said = explained(with(amount), &facts);
        assert_eq!(said.sentence.zh, zh, "{amount}");
        let steps = said.amount.map(|amount| amount.steps).unwrap_or_default();
        assert!(steps.iter().all(|step| !step.sentence.zh.contains("，。")), "{steps:#?}");
    }
}

#[test]
fn only_money_of_an_entitled_firm_is_called_due() {
    let said = |kind: AmountKind, binding: Binding, mode: Option<Mode>, staff: &str| {
        let mut version = version(&["staff >= 10"]);
        let mut given = benefit("1000");
        (given.measure, given.binding, given.mode) = (kind, binding, mode);
        (given.rounding, given.unit) = (Some(Rounding::Down), Some("100".to_owned()));
        version.benefit = Some(given);
        let said = explained(version, &[("staff", number(staff))]);
        let steps = said.amount.map(|amount| amount.steps).unwrap_or_default();
        (said.sentence.zh, steps.into_iter().map(|step| step.sentence.zh).collect::<Vec<_>>())
    };
    let (sentence, steps) = said(AmountKind::Payment, Binding::Exact, None, "12");
    assert_eq!(sentence, "符合条件，金额 1,000元。");
    assert_eq!(steps, ["按公式计算：1,000元。", "向下取整到100元：1,000元。", "应享受：1,000元。"]);
    let (sentence, steps) = said(AmountKind::Payment, Binding::Exact, None, "2");
    assert_eq!((sentence.as_str(), steps[2].as_str()), ("不符合条件。", "假如符合条件，金额为：1,000元。"));
    let (sentence, steps) = said(AmountKind::Volume, Binding::Exact, None, "12");
    assert_eq!((sentence.as_str(), steps[2].as_str()), ("符合条件，额度 1,000元。", "额度：1,000元。"));
    let (sentence, steps) = said(AmountKind::Payment, Binding::UpTo, Some(Mode::Competitive), "12");
    assert_eq!(sentence, "符合条件，金额 最高 1,000元。这只是可以申报：还要评审择优，不保证获得。");
    assert_eq!(steps[2], "最高可享受：1,000元。");
}

/// What is said of each of three policies in one group.
fn grouped(ceiling: Option<&str>, amounts: [&str; 3]) -> Vec<(String, String)> {
    let catalog = catalog();
    let policies = ["a", "b", "c"].into_iter().zip(amounts).map(|(id, amount)| {
        let mut version = version(&["staff >= 10"]);
        version.benefit = Some(benefit(amount));
        policy(id, version)
    });
    let mut definitions = definitions(&catalog, policies.collect());
    definitions.groups.push(GroupDefinition {
        id: "g".to_owned(),
        label: words("稳岗奖补", "Job awards"),
        versions: vec![GroupVersion {
            effective: Effective { from: day("2023-01-01"), to: None },
            known_from: None,
            ceiling: ceiling.map(str::to_owned),
            members: ["a", "b", "c"].map(str::to_owned).to_vec(),
            cite: "art. 9".to_owned(),
        }],
    });
    let book = book(&definitions, &catalog, day(TODAY));
    let scope = definitions.scope(&catalog, moment(TODAY));
    let table = firm(&catalog, &[("staff", number("12"))], None);
    let firm = Firm::new(&catalog, &table, 0, &NO_CALENDAR);
    let together = Together::new(&firm, &book.rules, &definitions, moment(TODAY));
    let said = book.rules.policies.iter().zip(0..).map(|(rules, at)| {
        let readable = Readable::new(rules, Some(&definitions.policies[at as usize].versions[0]), &scope);
        let mut said = explain(&readable, &firm, &Provenance::default());
        together.put_into(&mut said, at);
        assert_eq!(said.groups[0].cite, "art. 9");
        assert!(!said.groups[0].sentence.en.is_empty());
        (said.sentence.zh, said.groups[0].sentence.zh.clone())
    });
    said.collect()
}

#[test]
fn the_policy_of_a_group_that_wins_is_named_and_why_another_is_not_paid_beside_it() {
    let said = grouped(None, ["1万", "3万", "3万"]);
    assert_eq!(
        said[0],
        (
            "符合条件；单独计算为 10,000元，按“稳岗奖补”实际为 0元。".to_owned(),
            "“稳岗奖补”只取最高的一项：“政策b”为30,000元，高于本项的10,000元，按它享受；本项不再另计。"
                .to_owned()
        )
    );
    assert_eq!(said[1].1, "“稳岗奖补”只取最高的一项：本项最高，按本项享受；“政策a”“政策c”不再另计。");
    assert_eq!(said[1].0, "符合条件，金额 30,000元。");
    assert_eq!(
        said[2].1,
        "“稳岗奖补”只取一项：“政策b”与本项同为30,000元，排列在前，按它享受；本项不再另计。"
    );
}

#[test]
fn what_a_ceiling_leaves_is_said_with_who_stands_before() {
    let said = grouped(Some("5万"), ["1万", "3万", "3万"]);
    assert_eq!(said[0].1, "“稳岗奖补”合计以50,000元为限，本项不受影响。");
    assert_eq!(
        said[2],
        (
            "符合条件；单独计算为 30,000元，按“稳岗奖补”实际为 10,000元。".to_owned(),
            "“稳岗奖补”合计以50,000元为限：排在前面的“政策a”“政策b”已占40,000元，本项还可享受10,000元。"
                .to_owned()
        )
    );
    let said = grouped(None, ["1万", "income * 1%", "3万"]);
    assert_eq!(said[0].1, "“稳岗奖补”只取最高的一项，而“政策b”的金额未知，还不能确定取哪一项。");
    let said = grouped(Some("income"), ["1万", "2万", "3万"]);
    assert_eq!(said[2].1, "“稳岗奖补”合计有上限，上限未知，本项金额因此未定。");
}
