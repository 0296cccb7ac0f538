//! What is accepted, what is refused, and where.

use super::{Named, Scope, Wanted, compile};
use crate::{
    calendar::NoCalendar,
    catalog::{Catalog, ChildTable, Field, Type, Words},
    definition::Effective,
    expression::{Expression, Value},
    number::Number,
    reference::Firm,
    span::Fault,
    syntax::{Spelling, parse, print},
    table::Table,
    vocabulary::Vocabulary,
};
use chrono::NaiveDate;

fn words(zh: &str) -> Words {
    Words { zh: zh.to_owned(), en: String::new() }
}

fn field(name: &str, zh: &str, kind: Type) -> Field {
    Field {
        name: name.to_owned(),
        label: words(zh),
        kind,
        question: Words::default(),
        dataset: String::new(),
        can_act: false,
    }
}

fn number(unit: &str) -> Type {
    Type::Number { scale: 0, unit: unit.to_owned() }
}

/// Fields of every type.
fn catalog() -> Catalog {
    let mut catalog = Catalog::default();
    let mut industry = Vocabulary::new("industry");
    let manufacture = industry.add("C", words("制造业"), None);
    let computers = industry.add("C39", words("计算机制造"), manufacture);
    industry.add("3911", words("整机"), computers);
    industry.add("F", words("批发零售"), None);
    let industry = catalog.add_vocabulary(industry);
    let mut size = Vocabulary::new("size");
    for (code, zh) in [("micro", "微型"), ("small", "小型"), ("medium", "中型")] {
        size.add(code, words(zh), None);
    }
    let size = catalog.add_vocabulary(size);
    for added in [
        field("income", "应纳税所得额", Type::Money),
        field("revenue", "营业收入", Type::Money),
        field("revenue[-1]", "", Type::Money),
        field("assets_wan", "资产万元", number("万元")),
        field("staff", "从业人数", number("人")),
        field("rooms", "房间数", number("间")),
        field("plain_count", "件数", number("")),
        field("perhead", "人均补贴", number("元/人")),
        field("debt_ratio", "资产负债率", Type::Ratio),
        field("growth_percent", "增长百分点", number("%")),
        field("is_hnte", "高新技术企业", Type::Bool),
        field("founded", "成立日期", Type::Date),
        field("industry", "行业", Type::Code(industry)),
        field("size", "规模", Type::Code(size)),
        field("honours", "荣誉", Type::CodeSet(size)),
        field("name", "名称", Type::Text),
    ] {
        catalog.add_field(added).unwrap();
    }
    let fields = vec![field("months", "月数", number("月")), field("wage", "工资", Type::Money)];
    catalog.add_table(ChildTable { name: "hires".to_owned(), label: words("招用"), fields });
    catalog
}

pub(super) fn compiled(text: &str, wanted: &Wanted) -> Result<Expression, Vec<Fault>> {
    let catalog = catalog();
    let mut scope = Scope::new(&catalog, NaiveDate::from_ymd_opt(2026, 1, 31).unwrap());
    let limit = Expression::Constant(Value::Number(Number::whole(3_000_000)));
    scope.name("income_limit", Named::new(Type::Money, words("所得额上限"), limit));
    scope.date(
        "income_limit",
        vec![(Effective { from: NaiveDate::MIN, to: None }, Value::Number(Number::ZERO))],
    );
    scope.add_condition("other", Expression::truth(true));
    compile(text, &scope, wanted)
}

#[test]
fn conditions_of_every_type_are_accepted() {
    for text in [
        "income <= 300万 and staff <= 300",
        "应纳税所得额 不超过 所得额上限",
        "income <= 300万元 and revenue[-1] * 2 < revenue",
        "debt_ratio <= 55% or debt_ratio < 0.55",
        "income / revenue >= 3% and revenue / staff >= 10万",
        "is_hnte and not (is_hnte = false)",
        "industry within C39 and industry != F and industry in (3911, 制造业)",
        "size = small or 规模 属于 (小型, medium)",
        "honours in (small, medium)",
        "years_between(founded, as_of) >= 2 and founded > 2020-01-01",
        "add_months(founded, 36) >= as_of",
        "staff >= 30人 and months_between(founded, as_of) <= 36个月 and 从业人数 在 300人以上且is_hnte",
        "founded 不早于 2020-01-01 and founded 晚于 start_of_year(as_of) and 年初(成立日期) 早于 月初(评估日)",
        "应纳税所得额不超过300万元且从业人数不超过300人且行业归入C39且(规模为小型或非高新技术企业)",
        "成立日期不早于2020年1月1日且资产负债率不高于55%且income不低于所得额上限且合计(招用.工资)大于5万元",
        "income <= 300 万元 and 应纳税所得额≤300万且从业人数≥10",
        "entitled(\"other\") and value_on(income_limit, founded) > income",
        "slices(income, 10万: 1%, 100万: 0.5%, else: 0.1%) > 分档累计(营业收入, 3万元: 2%)",
        "staff * (revenue / staff) > 5万元 and revenue * income / revenue > 3万",
        "revenue / staff >= 10万 and months_between(founded, as_of) >= 36",
        "3万 * count(hires where months >= 6) + 100元 * staff <= revenue",
        "count(hires where months >= 6) >= 3 and sum(hires.wage) > 10万",
        "any(招用 其中 月数 达到 6)",
        "sum(hires: wage * min(months, 12) * 5% where months >= 3) < revenue",
        "合计(招用：取小(工资 × 月数, 6000元) 其中 月数 达到 3) 不超过 20万元",
        "name = \"甲\" or judged(\"是否首次\")",
        "revenue is known and min(staff, 5) > 3",
        "perhead * count(hires) <= 20万元 and revenue >= perhead * plain_count * 2",
        "income / staff >= 30万元 and 5万元 < revenue / staff",
        "years_between(founded, as_of) * 12 >= 6个月 and months_between(founded, as_of) / 12 <= 3年",
        "debt_ratio <= 1 and 1 - debt_ratio > 3% and debt_ratio * 2 >= 5%",
        "count(hires where months >= 6) / count(hires) >= 5% and count(hires) / staff >= 10%",
        "revenue / income * 20万 <= 3万元 and income / revenue * 100 >= 5 and plain_count / 2 > 5",
        "1000元 * staff + 500元 * rooms <= revenue and 1000 * staff + 500 * count(hires) <= revenue",
        "founded > unknown and industry = unknown and unknown != size and is_hnte = unknown",
        "unknown * 5 > revenue and min(founded, unknown) > 2020-01-01 and name = unknown",
        "case when is_hnte then founded else unknown end > 2020-01-01",
    ] {
        if let Err(faults) = compiled(text, &Wanted::Condition) {
            panic!("{text}: {faults:?}");
        }
    }
    for text in [
        "min(revenue * 5%, 20万)",
        "staff * 1000",
        "2000 * count(hires)",
        "income - 100元",
        "5000",
        "perhead * count(hires)",
        "perhead * staff",
        "min(income / revenue * 20万, 5万元)",
        "unknown",
        "case when is_hnte then unknown else 5万 end",
    ] {
        if let Err(faults) = compiled(text, &Wanted::Amount) {
            panic!("{text}: {faults:?}");
        }
    }
}

#[test]
fn codes_are_printed_by_their_labels_in_chinese_and_read_back() {
    let catalog = catalog();
    let scope = Scope::new(&catalog, NaiveDate::default());
    let english = "industry within (C39, F) and size = small and honours not in medium";
    let tree = parse(english, &scope).0;
    let chinese = print(&tree, Spelling::Chinese, &scope);
    assert_eq!(chinese, "行业 归入 (计算机制造, 批发零售) 且 规模 等于 小型 且 荣誉 不属于 中型");
    assert_eq!(parse(&chinese, &scope), (tree.clone(), Vec::new()));
    assert_eq!(print(&tree, Spelling::English, &scope), english);
}

#[test]
fn what_does_not_go_together_is_refused_with_its_place_and_a_way_out() {
    for (text, from, what, hint) in [
        ("income <= assets_wan", 0, "money meets a number in 万元", "declare the field as money"),
        ("debt_ratio >= growth_percent", 0, "a share meets a number in %", "declare both as ratio"),
        ("debt_ratio >= 25", 0, "a share meets a bare number", "such as `25%`"),
        ("income > 5%", 0, "money meets a share", "one unit"),
        ("staff and is_hnte", 0, "a condition is wanted", "compare it"),
        ("industry within 3912", 16, "`3912` is no code of `industry`", "did you mean `3911`"),
        ("size = smal", 7, "`smal` is no code of `size`", "did you mean `small`"),
        ("size > small", 7, "codes have no order", "in (…)"),
        ("incom <= 3", 0, "nothing is called `incom`", "did you mean `income`"),
        ("从业人数绝不超过300", 0, "nothing is called `从业人数绝不超过300`", "put spaces"),
        ("revenue[-3] > 1", 0, "not known for 3 periods before", "prior"),
        ("as_of - founded > 3", 0, "a number is wanted, this is a date", "days_between"),
        ("income * revenue > 3", 0, "money is multiplied by money", "share"),
        ("staff >= 30家", 0, "a number in 人 meets a number in 家", "one unit"),
        ("years_between(founded, as_of) >= 36个月", 0, "in 年 meets a number in 月", "one unit"),
        ("slices(income, 100万: 1%, 10万: 2%) > 3", 27, "an earlier one has ended", "lowest"),
        ("slices(income, 10人: 1%) > 3", 15, "money meets a number in 人", "one unit"),
        ("slices(income, staff: 1%) > 3", 15, "money meets a number in 人", "one unit"),
        ("value_on(income, founded) > 3", 9, "a parameter is wanted", "no table by place"),
        ("entitled(\"othr\")", 0, "there is no policy `othr`", "did you mean `other`"),
        ("amount_of(\"other\") > 3", 0, "the policy `other` gives no amount", "entitled"),
        ("revenue / staff >= income", 0, "a number in 元/人 meets money", "with this unit"),
        ("years_between(founded, as_of) > staff", 0, "a number in 年 meets a number in 人", "one unit"),
        ("staff * 2 > sum(hires.months)", 0, "a number in 人 meets a number in 月", "one unit"),
        ("count(hires) + 3万元 > 3", 0, "a number without unit meets money", "such as `3万元`"),
        ("count(hires) >= 5%", 0, "a number without unit meets a share", "divide it first"),
        ("plain_count >= 5%", 0, "a number without unit meets a share", "declare the field as ratio"),
        ("debt_ratio * 100 >= 5%", 0, "a product of a number meets a share", "such as `25%`"),
        ("staff * 1 + rooms * 1 > 5", 0, "in 人 meets a product of a number in 间", "write it: `1000元"),
        ("max(staff * 1, count(hires) * 1, rooms * 1) > 5", 33, "in 人 meets a product of", "one unit"),
        ("perhead >= income", 0, "a number in 元/人 meets money", "`30万元`"),
        ("years_between(founded, as_of) * 12 >= 6年", 0, "in 月 meets a number in 年", "one unit"),
        ("judged(\"a\") != judged(\"b\")", 0, "what a person decides cannot be compared", "and not"),
        ("unknown in (C39)", 0, "a value that nobody knows belongs to no vocabulary", "a field"),
        ("honours = small", 0, "a set of codes cannot be compared", "in (…)"),
        ("years_between(founded) > 3", 0, "takes two dates", "two dates"),
        ("count(hire) > 3", 0, "no child table `hire`", "did you mean `hires`"),
        ("sum(hires.income) > 3", 4, "no field `income`", "declare the field with the child table"),
        ("sum(hires: months >= 3) > 3", 11, "is a condition", "count the rows"),
        ("count(hires: months) > 3", 0, "rows are counted", "alone"),
        ("sum(hires.month) > 3", 4, "no field `month`", "did you mean `months`"),
        ("round_up(revenue, 0) > 3", 18, "not above nought", "0.01"),
    ] {
        let faults = compiled(text, &Wanted::Condition).expect_err(text);
        let found =
            faults.iter().any(|f| f.span.from == from && f.what.contains(what) && f.hint.contains(hint));
        assert!(found, "{text}: {faults:?}");
    }
}

#[test]
fn faults_of_every_kind_are_told_together() {
    let text = "incom <= 3 and industry = C93 and debt_ratio >= 25 and staff 300 and (revenue > )";
    let faults = compiled(text, &Wanted::Condition).unwrap_err();
    let places: Vec<u32> = faults.iter().map(|fault| fault.span.from).collect();
    assert_eq!(places, [0, 26, 34, 65, 80], "{faults:?}");
}

#[test]
fn full_width_letters_and_digits_are_answered_with_their_half_width_form() {
    for (text, narrow) in [("income <= ３００万", "`300万`"), ("ｉｎｃｏｍｅ <= 300万", "`income`")]
    {
        let faults = compiled(text, &Wanted::Condition).unwrap_err();
        assert!(faults.iter().any(|fault| fault.hint.ends_with(narrow)), "{text}: {faults:?}");
    }
}

#[test]
fn an_expression_that_doubles_at_every_level_ends_soon() {
    let nested = (0..40).fold("small".to_owned(), |inner, _| {
        format!("case when case when is_hnte then small else {inner} end = small then small else micro end")
    });
    let _ = compiled(&nested, &Wanted::Condition);
    for (open, close) in [("abs(", ")"), ("slices(", ", 10万: 1%, 20万: 2%, else: 50%)")] {
        let copied = format!("{}income{} > 3", open.repeat(30), close.repeat(30));
        assert!(compiled(&copied, &Wanted::Condition).is_err(), "{open}");
    }
    let deep = (0..20).fold("size = small".to_owned(), |inner, _| {
        format!("case when {inner} then small else micro end = small")
    });
    assert!(compiled(&deep, &Wanted::Condition).is_err());
}

#[test]
fn a_checked_condition_evaluates_as_it_reads() {
    let catalog = catalog();
    let mut table = Table::unknown(&catalog, 1);
    let mut know = |name: &str, value: Value| {
        let index = usize::from(catalog.find(name).unwrap());
        table.columns[index] = crate::table::column_of(&catalog.fields()[index].kind, vec![Some(value)]);
    };
    know("income", Value::Number(Number::whole(3_000_000)));
    know("industry", Value::Code(2));
    know("founded", Value::Date(NaiveDate::from_ymd_opt(2023, 1, 31).unwrap()));
    let firm = Firm::new(&catalog, &table, 0, &NoCalendar);
    for (text, expected) in [
        ("income <= 300万", Some(true)),
        ("income < 300万 or staff > 3", None),
        ("income < 300万 and staff > 3", Some(false)),
        ("industry within C39", Some(true)),
        ("industry in (C39, F)", Some(false)),
        ("staff is known", Some(false)),
        ("months_between(founded, as_of) = 36", Some(true)),
        ("revenue / staff > 3", None),
        ("income / 0 > 3", None),
        // 10万 × 1% + 90万 × 0.5% + 200万 × 0.1%
        ("slices(income, 10万: 1%, 100万: 0.5%, else: 0.1%) = 7500元", Some(true)),
        ("slices(income, 10万: 1%, 100万: 0.5%) = 5500元", Some(true)),
        ("slices(revenue, 10万: 1%) > 0", None),
        ("unknown or income > 0", Some(true)),
        ("case when income < 100万 then income else unknown end > 3", None),
        ("未知 or income < 0", None),
        ("value_on(income_limit, founded) = 0元", Some(true)),
        ("start_of_year(founded) = 2023-01-01 and start_of_month(founded) = 2023-01-01", Some(true)),
    ] {
        let expression = compiled(text, &Wanted::Condition).unwrap();
        assert_eq!(firm.truth(&expression), expected, "{text}");
    }
}
