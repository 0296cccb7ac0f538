//! Targets of our own making, one line a trap: wording → indicator, comparison, figure, unit, day, strength.

use super::*;

fn rows(text: &str) -> Vec<String> {
    let around = Around { year: Some(2026) };
    read(&Text::from_source(text, 0), around).iter().map(row).collect()
}

fn row(q: &Quantity) -> String {
    let comparator = serde_json::to_string(&q.comparator).unwrap();
    let figure =
        q.value.map_or_else(|| q.reference.clone().unwrap_or_default(), |v| v.normalize().to_string());
    let due = q.deadline.map(|d| d.to_string()).unwrap_or_default();
    let strength = if q.strength == Strength::Must { "" } else { " strive" };
    format!(
        "{} {} {} {} {}{strength}",
        q.indicator,
        comparator.trim_matches('"'),
        figure,
        q.unit.clone().unwrap_or_default(),
        due
    )
    .split_whitespace()
    .collect::<Vec<_>>()
    .join(" ")
}

#[test]
fn a_plain_target_gives_one_row() {
    assert_eq!(rows("2025年，全市网络零售额1200亿元。"), ["全市网络零售额 = 1200 亿元 2025-12-31"]);
    assert_eq!(rows("到2027年底，占比达到 70%以上"), ["占比 >= 70 % 2027-12-31"]);
    assert_eq!(rows("控制在35%以下"), ["<= 35 %"]);
    assert_eq!(rows("来文总量控制在15件以内"), ["来文总量 <= 15 件"]);
}

#[test]
fn one_item_may_hold_many_figures_and_two_dates() {
    assert_eq!(
        rows("到2026年，合办班级30个，学员1200人以上；到2028年，学院5个以上、中心6个以上。"),
        [
            "合办班级 = 30 个 2026-12-31", "学员 >= 1200 人 2026-12-31", "学院 >= 5 个 2028-12-31",
            "中心 >= 6 个 2028-12-31"
        ]
    );
}

#[test]
fn the_strength_word_covers_its_clause_or_the_target_it_opens() {
    assert_eq!(
        rows("力争2026年贷款余额超10亿元；户数突破3万户"),
        ["贷款余额 > 10 亿元 2026-12-31 strive", "户数 > 3 万户 2026-12-31 strive"]
    );
    assert_eq!(
        rows("2026年减税200亿元以上，涨幅好于上半年、力争超过国内平均水平，比例达60%以上"),
        [
            "减税 >= 200 亿元 2026-12-31",
            "涨幅 > 上半年 2026-12-31",
            "涨幅 > 国内平均水平 2026-12-31 strive",
            "比例 >= 60 % 2026-12-31"
        ]
    );
}

#[test]
fn ranks_fractions_and_dates_are_targets_too() {
    assert_eq!(rows("2026年比重排名全省前三"), ["比重 rank<= 3 2026-12-31"]);
    assert_eq!(rows("占国内份额超八分之一"), ["占国内份额 > 0.125 ratio"]);
    assert_eq!(rows("优惠顺延执行至2028年底"), ["优惠 = date 2028-12-31"]);
}

#[test]
fn digits_in_names_numbers_and_base_years_are_no_targets() {
    for text in [
        "落实《2026年方案》（某政办〔2025〕9号）",
        "建设“5+5+N”平台",
        "推进510+行动",
        "96666热线",
        "推广5G和R&D",
        "第二批试点",
    ] {
        assert_eq!(rows(text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(rows("占比比2025年提高6个百分点以上"), ["占比比2025年提高 >= 6 个百分点"]);
}

#[test]
fn a_figure_that_only_tells_which_is_not_counted() {
    assert_eq!(rows("培育具备10个以上场景的工厂不少于8个"), ["培育具备10个以上场景的工厂 >= 8 个"]);
    assert_eq!(rows("服务投资1000万美元以上重点项目不低于5个"), ["服务投资1000万美元以上重点项目 >= 5 个"]);
}

#[test]
fn figures_are_also_given_without_their_scale() {
    let found = read(&Text::from_source("培训12万人次、收入1.5亿元", 0), Around::default());
    assert_eq!(found[0].plain, Some(Decimal::from(120_000)));
    assert_eq!(found[0].plain_unit.as_deref(), Some("人次"));
    assert_eq!(found[1].plain, Some(Decimal::from(150_000_000)));
}

#[test]
fn one_figure_set_for_two_subjects_gives_two_rows() {
    assert_eq!(
        rows("绿色贷款和普惠贷款均新增650亿元以上"),
        ["绿色贷款新增 >= 650 亿元", "普惠贷款新增 >= 650 亿元"]
    );
    assert_eq!(
        rows("门店数、覆盖率分别争取全市第一、全省前五"),
        ["门店数 rank<= 1 strive", "覆盖率 rank<= 5 strive"]
    );
}
