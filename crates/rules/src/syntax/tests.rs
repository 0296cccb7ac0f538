//! Both spellings, every fault at once, and printing back.

use super::{
    CodeWord, Function, Kind, Mark, Names, NoNames, Numeral, Spelling, Tree, lexer::UNITS, parse, print,
};
use crate::{
    expression::{Comparison, Operation, Period, Summary},
    span::Span,
};
use proptest::prelude::*;

/// A few labels.
struct Labels;

const LABELS: [(&str, &str); 5] = [
    ("taxable_income", "应纳税所得额"),
    ("staff_mean", "平均从业人数"),
    ("industry", "行业"),
    ("hires", "招用人员"),
    ("revenue", "营业收入"),
];

impl Names for Labels {
    fn identifier(&self, label: &str) -> Option<String> {
        LABELS.iter().find(|(_, known)| *known == label).map(|(identifier, _)| (*identifier).to_owned())
    }

    fn label(&self, identifier: &str) -> Option<String> {
        LABELS.iter().find(|(known, _)| *known == identifier).map(|(_, label)| (*label).to_owned())
    }
}

/// Parses without faults.
#[track_caller]
fn whole(text: &str) -> Tree {
    let (tree, faults) = parse(text, &Labels);
    assert!(faults.is_empty(), "{text}: {faults:?}");
    tree
}

#[test]
fn both_spellings_of_a_condition_are_one_tree() {
    for (english, chinese) in [
        (
            "taxable_income <= 300万 and staff_mean <= 300",
            "应纳税所得额 不超过 300万 且 平均从业人数 不超过 300",
        ),
        ("revenue >= 300万", "营业收入 300万以上"),
        ("revenue >= 300万元", "营业收入 在 300万元 以上"),
        ("revenue <= 5%", "营业收入 5%以内"),
        ("revenue >= 300万", "营业收入 在 300 万以上"),
        ("revenue >= 300万元 and staff_mean >= 10人", "营业收入在300 万元以上且平均从业人数 在 10 人以上"),
        ("revenue >= 300万 and staff_mean <= 300人", "营业收入 300万 以上且平均从业人数 300人 以下"),
        (
            "(revenue >= 300万 or revenue[-1] > 5) and staff_mean < 3",
            "(营业收入≥300万或营业收入[-1]超过5)且平均从业人数不满3",
        ),
        (
            "min(revenue, staff_mean) <= 300万元 or staff_mean is known",
            "取小(营业收入,平均从业人数)不超过300万元或平均从业人数已知",
        ),
        (
            "revenue <= taxable_income and not staff_mean > 3",
            "营业收入不超过应纳税所得额且非平均从业人数大于3",
        ),
        ("industry = 制造业 and staff_mean >= 300人", "行业为制造业且平均从业人数不少于300人"),
        ("industry in (制造业, 采矿业) or staff_mean > 5", "行业属于(制造业,采矿业)或平均从业人数多于5"),
        (
            "revenue >= 2020-01-01 and staff_mean > 2021-12-31",
            "营业收入不早于2020年1月1日且平均从业人数晚于2021年12月31日",
        ),
        ("case when revenue >= 5万 then 1 else 0 end", "分情况 当营业收入不低于5万则1否则0完毕"),
        ("not (industry within C39) or revenue[-1] < 2亿", "非 (行业 归入 C39) 或 营业收入[-1] 不满 2亿"),
        ("industry not in (C391, 3303)", "行业 不属于 （C391，3303）"),
        ("revenue is unknown", "营业收入 未知"),
        ("revenue >= 5 and staff_mean != 3", "营业收入 ＞＝ 5 且 平均从业人数 ！＝ 3"),
        ("count(hires where staff_mean >= 6) > 3", "计数(招用人员 其中 平均从业人数 达到 6) 超过 3"),
        (
            "case when revenue > 0 then min(revenue * 3.4%, 20万) else 0 end",
            "分情况 当 营业收入 大于 0 则 取小(营业收入 × 3.4%, 20万) 否则 0 完毕",
        ),
    ] {
        let tree = whole(english);
        assert_eq!(tree, whole(chinese), "{english}");
        assert_eq!(whole(&print(&tree, Spelling::Chinese, &Labels)), tree);
        assert_eq!(whole(&print(&tree, Spelling::English, &Labels)), tree);
    }
}

#[test]
fn the_example_of_the_design_prints_as_the_design_says() {
    let english = "taxable_income <= 300万 and staff_mean <= 300";
    let chinese = "应纳税所得额 不超过 300万 且 平均从业人数 不超过 300";
    assert_eq!(print(&whole(chinese), Spelling::English, &Labels), english);
    assert_eq!(print(&whole(english), Spelling::Chinese, &Labels), chinese);
}

#[test]
fn every_fault_of_a_text_is_told_with_its_place() {
    let (_, faults) = parse("revenue >= and staff_mean 300 or (industry in ) and ~x", &NoNames);
    let told: Vec<(u32, &str)> = faults.iter().map(|fault| (fault.span.from, fault.what.as_str())).collect();
    assert_eq!(
        told,
        [
            (52, "`~` means nothing here"),
            (11, "a value is expected here"),
            (30, "a comparison is missing"),
            (46, "a code is expected"),
        ]
    );
    let (_, faults) = parse("founded > 2024-02-30", &NoNames);
    assert_eq!((faults.len(), faults[0].what.as_str()), (1, "there is no day 2024-02-30"));
    for (text, hint) in [
        ("营业收入 三百万 以上", "write numbers in digits"),
        ("营业收入 大于 5 左右", "write a bound"),
        ("营业收入 不低于 去年营业收入", ""),
        ("营业收入 不早于 2023年2月30日", "correct the date"),
        ("成立日期 2020年1月1日以后", "不早于"),
    ] {
        let (_, faults) = parse(text, &Labels);
        assert!(
            hint.is_empty() || faults.iter().any(|fault| fault.hint.contains(hint)),
            "{text}: {faults:?}"
        );
    }
    let (_, faults) = parse("营业收入 超过了 5", &NoNames);
    assert_eq!(faults[0].hint, "did you mean `超过`?");
}

#[test]
fn what_is_too_long_or_too_deep_is_refused_at_once() {
    for text in ["(".repeat(100_000), "not ".repeat(4_000), "-".repeat(10_000), "1+".repeat(8_000)] {
        let (_, faults) = parse(&text, &NoNames);
        assert!(!faults.is_empty() && faults.len() <= 20, "{}", faults.len());
    }
}

fn tree(kind: Kind) -> Tree {
    Tree::new(kind, Span::default())
}

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["taxable_income", "revenue", "industry", "x_1", "营收"]).prop_map(str::to_owned)
}

fn leaf() -> impl Strategy<Value = Tree> {
    let marks = vec![Mark::Plain, Mark::TenThousand, Mark::HundredMillion, Mark::Percent, Mark::PerMille];
    let unit = prop::option::of(prop::sample::select(UNITS.to_vec()));
    let numeral = ("[0-9]{1,6}(\\.[0-9]{1,4})?", prop::sample::select(marks), any::<bool>(), unit).prop_map(
        |(digits, mark, yuan, unit)| {
            let yuan = yuan && !mark.is_share();
            Kind::Numeral(Numeral { digits, mark, yuan, unit: unit.filter(|_| !yuan && !mark.is_share()) })
        },
    );
    let date = (2000_i32..2100, 1_u32..13, 1_u32..29)
        .prop_map(|(y, m, d)| Kind::Date(chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap()));
    prop_oneof![
        numeral,
        date,
        "[a-z 市甲]{0,6}".prop_map(Kind::Text),
        any::<bool>().prop_map(Kind::Truth),
        (name(), 0_u8..3).prop_map(|(name, prior)| Kind::Name { name, prior }),
        Just(Kind::Call(Function::AsOf, Vec::new())),
        Just(Kind::Unknown),
    ]
    .prop_map(tree)
}

fn branch(inner: impl Strategy<Value = Tree> + Clone + 'static) -> impl Strategy<Value = Tree> {
    let comparison = prop::sample::select(vec![
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::Less,
        Comparison::AtMost,
        Comparison::More,
        Comparison::AtLeast,
    ]);
    let operation = prop::sample::select(vec![
        Operation::Add,
        Operation::Subtract,
        Operation::Multiply,
        Operation::Divide,
    ]);
    let code = prop::sample::select(vec!["C39", "3303", "0111", "small", "a-b", "and"])
        .prop_map(|code: &str| CodeWord { code: code.to_owned(), span: Span::default() });
    let function = prop::sample::select(vec![
        Function::Min,
        Function::RoundHalfUp,
        Function::Between(Period::Years),
        Function::Shift(Period::WorkingDays),
        Function::Judged,
    ]);
    let many = || prop::collection::vec(inner.clone(), 2..4);
    let one = || inner.clone().prop_map(Box::new);
    let summary = prop::sample::select(vec![Summary::Count, Summary::Sum, Summary::Any]);
    let filter = prop::option::of(one());
    prop_oneof![
        one().prop_map(Kind::Not),
        many().prop_map(Kind::And),
        many().prop_map(Kind::Or),
        (comparison, one(), one()).prop_map(|(c, left, right)| Kind::Compare(c, left, right)),
        (one(), prop::collection::vec(code, 1..4), any::<bool>(), any::<bool>())
            .prop_map(|(subject, codes, below, negated)| Kind::In { subject, codes, below, negated }),
        (one(), any::<bool>()).prop_map(|(subject, negated)| Kind::Known { subject, negated }),
        one().prop_map(Kind::Negate),
        (operation, one(), one()).prop_map(|(o, left, right)| Kind::Arithmetic(o, left, right)),
        (function, many()).prop_map(|(function, arguments)| Kind::Call(function, arguments)),
        (summary, name(), prop::option::of(one()), filter)
            .prop_map(|(summary, table, value, filter)| Kind::Aggregate { summary, table, value, filter }),
        (one(), prop::collection::vec((inner.clone(), inner.clone()), 1..3), prop::option::of(one()))
            .prop_map(|(value, bands, above)| Kind::Slices { value, bands, above }),
        (prop::collection::vec((inner.clone(), inner.clone()), 1..3), prop::option::of(one()))
            .prop_map(|(branches, otherwise)| Kind::Case { branches, otherwise }),
    ]
    .prop_map(tree)
}

proptest! {
    #[test]
    fn printing_and_parsing_again_changes_nothing(tree in leaf().prop_recursive(5, 40, 4, branch)) {
        for spelling in [Spelling::English, Spelling::Chinese] {
            let text = print(&tree, spelling, &Labels);
            let (parsed, faults) = parse(&text, &Labels);
            prop_assert!(faults.is_empty(), "{text}: {faults:?}");
            prop_assert_eq!(&parsed, &tree, "{}", text);
        }
    }

    #[test]
    fn no_text_makes_the_parser_stumble(text in "[a-z0-9()<>=%.,万以上超过且或 \\[\\]-]{0,60}") {
        let _ = parse(&text, &NoNames);
    }
}
