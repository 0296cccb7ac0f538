//! Figures in a text: the number, its unit, and the words that compare it.

use super::{Comparator, time::Moment};
use crate::{date, numeral};
use chrono::NaiveDate;
use regex::Regex;
use rust_decimal::Decimal;
use std::sync::LazyLock;

/// A figure with its comparison.
#[derive(Clone, Debug)]
pub struct Figure {
    /// First byte, comparison words included.
    pub start: usize,
    /// One past the last byte, 以上 and its kind included.
    pub end: usize,
    /// Whether the text compares it in words.
    pub is_compared: bool,
    pub comparator: Comparator,
    pub value: Option<Decimal>,
    pub value_to: Option<Decimal>,
    pub unit: Option<String>,
    pub reference: Option<String>,
    pub until: Option<NaiveDate>,
}

/// Units, the longer before the shorter that it begins with.
const UNITS: [&str; 126] = [
    "个百分点", "百分点", "个工作日", "工作日", "个月", "平方公里", "平方千米", "平方米", "平米", "立方米",
    "吨标准煤", "吨标煤", "标准煤", "标准箱", "标箱", "千瓦时", "千瓦", "兆瓦", "公里", "公顷", "公斤",
    "公升", "毫克", "微克", "千克", "千米", "海里", "美元", "美金", "欧元", "人次", "人天", "人年", "场次",
    "户次", "家次", "批次", "班次", "趟次", "辆次", "台套", "台次", "小时", "分钟", "车位", "床位", "元",
    "人", "名", "位", "户", "家", "辆", "台", "套", "个", "件", "场", "次", "条", "项", "起", "宗", "座",
    "所", "处", "间", "艘", "架", "列", "亩", "吨", "米", "升", "克", "岁", "倍", "期", "天", "日", "年",
    "支", "部", "类", "种", "门", "班", "篇", "只", "株", "棵", "头", "尾", "羽", "批", "分", "张", "款",
    "例", "对", "幅", "份", "册", "本", "页", "层", "栋", "幢", "根", "眼", "盏", "枚", "笔", "颗", "帧",
    "轮", "趟", "桩", "孔", "车次", "口井", "GB", "TB", "MW", "kW", "KW",
];
/// Scales that stand between a figure and its unit.
const SCALES: [(&str, i64); 7] = [
    ("万亿", 1_000_000_000_000),
    ("千亿", 100_000_000_000),
    ("百亿", 10_000_000_000),
    ("亿", 100_000_000),
    ("千万", 10_000_000),
    ("百万", 1_000_000),
    ("万", 10_000),
];

const BEFORE: [(&str, Comparator); 41] = [
    ("不少于", Comparator::AtLeast),
    ("不低于", Comparator::AtLeast),
    ("不小于", Comparator::AtLeast),
    ("至少达到", Comparator::AtLeast),
    ("至少", Comparator::AtLeast),
    ("最低", Comparator::AtLeast),
    ("≥", Comparator::AtLeast),
    ("不超过", Comparator::AtMost),
    ("不高于", Comparator::AtMost),
    ("不多于", Comparator::AtMost),
    ("不大于", Comparator::AtMost),
    ("不得超过", Comparator::AtMost),
    ("最高", Comparator::AtMost),
    ("最多", Comparator::AtMost),
    ("最长", Comparator::AtMost),
    ("≤", Comparator::AtMost),
    ("超过", Comparator::MoreThan),
    ("超出", Comparator::MoreThan),
    ("突破", Comparator::MoreThan),
    ("高于", Comparator::MoreThan),
    ("大于", Comparator::MoreThan),
    ("多于", Comparator::MoreThan),
    ("超", Comparator::MoreThan),
    (">", Comparator::MoreThan),
    ("＞", Comparator::MoreThan),
    ("低于", Comparator::LessThan),
    ("少于", Comparator::LessThan),
    ("小于", Comparator::LessThan),
    ("不满", Comparator::LessThan),
    ("不足", Comparator::LessThan),
    ("<", Comparator::LessThan),
    ("＜", Comparator::LessThan),
    ("大约", Comparator::About),
    ("约", Comparator::About),
    ("接近", Comparator::About),
    ("近", Comparator::About),
    ("达到", Comparator::Equal),
    ("提高到", Comparator::Equal),
    ("达", Comparator::Equal),
    ("控制在", Comparator::Equal),
    ("为", Comparator::Equal),
];

const AFTER: [(&str, Comparator); 12] = [
    ("及以上", Comparator::AtLeast),
    ("（含）以上", Comparator::AtLeast),
    ("以上", Comparator::AtLeast),
    ("及以下", Comparator::AtMost),
    ("以内", Comparator::AtMost),
    ("之内", Comparator::AtMost),
    ("以下", Comparator::AtMost),
    ("内", Comparator::AtMost),
    ("左右", Comparator::About),
    ("上下", Comparator::About),
    ("起", Comparator::AtLeast),
    ("封顶", Comparator::AtMost),
];

static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?P<n>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)(?:[-—–~～至](?P<to>[0-9]+(?:\.[0-9]+)?))?(?P<more>余|多)?",
    )
    .expect("constant")
});
static FRACTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<d>[二三四五六七八九十百]+)分之(?P<n>[一二三四五六七八九十]+)").expect("constant")
});
static RANK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:全国|全省|全市|全区|全县|省内|全球|同类城市|排名|位居|位列|进入|保持|居|列)(?:全国|全省|全市|省内)?(?:前|第)(?P<n>[一二三四五六七八九十]+|[0-9]+)(?:名|位)?").expect("constant")
});
static RELATIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?P<word>不低于|不高于|高于|好于|优于|快于|低于|超过|超)",
        r"(?P<ref>[\p{Han}“”]{0,14}?(?:平均增速|平均水平|平均值|增速|增幅|水平|上半年|上年同期|上年|去年同期|去年|均值|平均数))(?:[，。；、,;]|以上|$)"
    ))
    .expect("constant")
});
static UNTIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:延续|延期|延长|顺延|执行|实施)[\p{Han}]{0,6}(?:至|到)(?P<date>20[0-9]{2}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?(?:底|末|年底|年末)?)").expect("constant")
});

/// All figures of a text, in order.
pub fn figures(string: &str, moments: &[Moment]) -> Vec<Figure> {
    let closed = closed(string);
    let mut figures = Vec::new();
    until(string, &mut figures);
    relative(string, &mut figures);
    ranks(string, &mut figures);
    fractions(string, &mut figures);
    round_sums(string, &mut figures);
    for captures in NUMBER.captures_iter(string) {
        let Some(found) = captures.get(0) else { continue };
        let in_time = moments.iter().any(|moment| moment.start < found.end() && found.start() < moment.end);
        let in_closed = closed.iter().any(|range| range.contains(&found.start()));
        if !in_time && !in_closed && !taken(&figures, found.start()) {
            figures.extend(number(string, &captures, found));
        }
    }
    figures.sort_by_key(|figure| figure.start);
    figures
}

fn taken(figures: &[Figure], at: usize) -> bool {
    figures.iter().any(|figure| (figure.start..figure.end).contains(&at))
}

/// Stretches whose digits are names, not figures: titles in 《》, quoted names, document numbers, the number
/// that opens an item.
fn closed(string: &str) -> Vec<std::ops::Range<usize>> {
    let mut ranges = Vec::new();
    for (open, close) in [('《', '》'), ('“', '”'), ('〔', '号'), ('「', '」')] {
        let mut rest = 0;
        while let Some(start) = string[rest..].find(open).map(|at| at + rest) {
            let end = string[start..].find(close).map_or(string.len(), |at| start + at);
            let inside = end - start < 240;
            if inside {
                ranges.push(start..end);
            }
            rest = if inside { end } else { start + open.len_utf8() };
        }
    }
    if let Some(marker) = numeral::marker(string) {
        ranges.push(0..marker.length);
    }
    ranges
}

/// The unit a text starts with: a sign, or a scale and a measure word, perhaps per another.
fn unit_at(rest: &str) -> Option<String> {
    if let Some(sign) = ["%", "％", "‰"].iter().find(|sign| rest.starts_with(**sign)) {
        return Some((*sign).to_owned());
    }
    let scale = SCALES.iter().find(|(word, _)| rest.starts_with(word)).map_or("", |(word, _)| word);
    let unit = UNITS.iter().find(|unit| rest[scale.len()..].starts_with(**unit));
    if unit.is_none() && scale.is_empty() {
        return None;
    }
    let mut unit = format!("{scale}{}", unit.unwrap_or(&""));
    if let Some(per) = rest[unit.len()..].strip_prefix('/')
        && let Some(second) = unit_at(per)
    {
        unit = format!("{unit}/{second}");
    }
    Some(unit)
}

/// Whether a text is a unit and nothing else.
pub fn is_unit(text: &str) -> bool {
    unit_at(text).is_some_and(|unit| unit == text)
}

fn number(string: &str, captures: &regex::Captures<'_>, found: regex::Match<'_>) -> Option<Figure> {
    let before = &string[..found.start()];
    let mut after = &string[found.end()..];
    let name = |c: char| c.is_ascii_alphabetic() || matches!(c, '+' | '-' | '第' | '.' | '〔' | '＋' | '#');
    if before.ends_with(name)
        || (after.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '+' | '＋' | '号' | ':'))
            && unit_at(after).is_none())
    {
        return None;
    }
    let (lead, sign) = before_sign(before);
    let unit = unit_at(after);
    after = &after[unit.as_ref().map_or(0, String::len)..];
    let tail = AFTER
        .iter()
        .find(|(word, _)| after.starts_with(word))
        .filter(|(word, _)| *word != "内" || is_span(unit.as_deref()));
    let more = captures.name("more").is_some();
    let duration = matches!(unit.as_deref(), Some("年" | "日" | "月" | "天" | "分"));
    if (unit.is_none() || duration) && sign.is_none() && tail.is_none() {
        return None;
    }
    if duration && tail.is_none() && matches!(sign, Some(Comparator::Equal)) {
        return None;
    }
    let ranked = before.ends_with('前') && matches!(unit.as_deref(), Some("名" | "位" | "强"));
    let comparator = ranked
        .then_some(Comparator::RankAtMost)
        .or(tail.map(|(_, comparator)| *comparator))
        .or(more.then_some(Comparator::AtLeast))
        .or(sign)
        .unwrap_or(Comparator::Equal);
    let end = string.len() - after.len() + tail.map_or(0, |(word, _)| word.len());
    let parse =
        |name: &str| captures.name(name).and_then(|m| m.as_str().replace(',', "").parse::<Decimal>().ok());
    Some(Figure {
        start: lead,
        end,
        is_compared: tail.is_some() || sign.is_some(),
        comparator,
        value: Some(parse("n")?),
        value_to: parse("to"),
        unit: unit.map(|unit| if unit == "％" { "%".to_owned() } else { unit }),
        reference: None,
        until: None,
    })
}

fn is_span(unit: Option<&str>) -> bool {
    matches!(unit, Some("天" | "日" | "个工作日" | "工作日" | "小时" | "分钟" | "年" | "个月"))
}

/// The comparison words that stand right before a figure, and where they start.
fn before_sign(before: &str) -> (usize, Option<Comparator>) {
    let bare = before.strip_suffix(['到', '至', '了']).unwrap_or(before);
    for base in [before, bare] {
        if let Some((word, comparator)) = BEFORE.iter().find(|(word, _)| base.ends_with(word)) {
            return (base.len() - word.len(), Some(*comparator));
        }
    }
    (before.len(), None)
}

fn until(string: &str, figures: &mut Vec<Figure>) {
    for captures in UNTIL.captures_iter(string) {
        let (Some(found), Some(until)) =
            (captures.get(0), captures.name("date").and_then(|m| date::due(m.as_str(), None)))
        else {
            continue;
        };
        figures.push(Figure {
            unit: Some("date".to_owned()),
            until: Some(until),
            ..bare(found.start(), found.end(), Comparator::Equal)
        });
    }
}

fn bare(start: usize, end: usize, comparator: Comparator) -> Figure {
    Figure {
        start,
        end,
        is_compared: true,
        comparator,
        value: None,
        value_to: None,
        unit: None,
        reference: None,
        until: None,
    }
}

fn relative(string: &str, figures: &mut Vec<Figure>) {
    let mut from = 0;
    while let Some(captures) = RELATIVE.captures(&string[from..]) {
        let (Some(word), Some(reference)) = (captures.name("word"), captures.name("ref")) else { return };
        let comparator = match word.as_str() {
            "不低于" => Comparator::AtLeast,
            "不高于" => Comparator::AtMost,
            "低于" => Comparator::LessThan,
            _ => Comparator::MoreThan,
        };
        let (start, end) = (from + word.start(), from + reference.end());
        if !taken(figures, start) {
            figures.push(Figure {
                reference: Some(reference.as_str().to_owned()),
                ..bare(start, end, comparator)
            });
        }
        from = end;
    }
}

fn ranks(string: &str, figures: &mut Vec<Figure>) {
    for captures in RANK.captures_iter(string) {
        let (Some(found), Some(place)) = (captures.get(0), captures.name("n")) else { continue };
        let followed = string[found.end()..].starts_with(['批', '个', '届', '次', '期', '季', '产'])
            || string[found.end()..].starts_with('列');
        let Some(value) = numeral::parse(place.as_str()).filter(|_| !followed) else { continue };
        figures.push(Figure {
            value: Some(value.into()),
            ..bare(found.start(), found.end(), Comparator::RankAtMost)
        });
    }
}

static ROUND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<word>突破|超过|超|达到|达|实现)(?P<sum>百亿|千亿|万亿)(?P<unit>元|美元)?")
        .expect("constant")
});

/// 突破千亿元: a sum without digits.
fn round_sums(string: &str, figures: &mut Vec<Figure>) {
    for captures in ROUND.captures_iter(string) {
        let (Some(found), Some(sum)) = (captures.get(0), captures.name("sum")) else { continue };
        let comparator = match &captures["word"] {
            "突破" | "超过" | "超" => Comparator::MoreThan,
            _ => Comparator::Equal,
        };
        let value = match sum.as_str() {
            "百亿" => 100,
            "千亿" => 1000,
            _ => 10_000,
        };
        let unit = format!("亿{}", captures.name("unit").map_or("元", |unit| unit.as_str()));
        let value = Some(Decimal::from(value));
        figures.push(Figure { value, unit: Some(unit), ..bare(found.start(), found.end(), comparator) });
    }
}

fn fractions(string: &str, figures: &mut Vec<Figure>) {
    for captures in FRACTION.captures_iter(string) {
        let part = |name| captures.name(name).and_then(|m| numeral::parse(m.as_str())).map(Decimal::from);
        let (Some(found), Some(whole), Some(count)) = (captures.get(0), part("d"), part("n")) else {
            continue;
        };
        let (start, sign) = before_sign(&string[..found.start()]);
        let tail = AFTER.iter().find(|(word, _)| string[found.end()..].starts_with(word));
        let comparator = tail.map(|(_, comparator)| *comparator).or(sign).unwrap_or(Comparator::Equal);
        let end = found.end() + tail.map_or(0, |(word, _)| word.len());
        let value = count.checked_div(whole).map(|ratio| ratio.round_dp(6).normalize());
        figures.push(Figure { value, unit: Some("ratio".to_owned()), ..bare(start, end, comparator) });
    }
}

/// The figure without 万 and 亿, and its unit: 12 万人次 → 120000 人次.
pub fn plain(value: Decimal, unit: &str) -> (Option<Decimal>, Option<String>) {
    match SCALES.iter().find(|(word, _)| unit.starts_with(word)) {
        Some((word, scale)) => {
            let rest = unit[word.len()..].replace("美金", "美元");
            (
                value.checked_mul(Decimal::from(*scale)).map(|v| v.normalize()),
                Some(rest).filter(|r| !r.is_empty()),
            )
        }
        None if unit.contains('万') => (None, None),
        None => (Some(value), Some(unit.to_owned())),
    }
}
