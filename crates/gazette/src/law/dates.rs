//! When a law was adopted, approved, published, amended, and when it came into force.

use super::outline::Outline;
use crate::date::{self, FoundDate};
use chrono::NaiveDate;
use regex::Regex;
use serde::Serialize;
use std::sync::LazyLock;

/// An act the head of a law records.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct History {
    /// Its day.
    pub date: NaiveDate,
    /// What it was.
    pub act: Act,
    /// The words around it.
    pub text: String,
}

/// What happened to a law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// 通过
    Adopted,
    /// 批准
    Approved,
    /// 公布, 发布
    Published,
    /// 修订
    Revised,
    /// 修正, 修改
    Amended,
    /// 施行
    Effective,
    /// Only a date.
    Dated,
}

/// The dates of a law.
#[derive(Debug, Default)]
pub struct Dates {
    pub order_number: Option<String>,
    pub revision_order_number: Option<String>,
    pub adopted: Option<NaiveDate>,
    pub approved: Option<NaiveDate>,
    pub published: Option<NaiveDate>,
    pub effective: Option<NaiveDate>,
    pub effective_rule: Option<String>,
    pub latest_revision: Option<NaiveDate>,
    pub history: Vec<History>,
}

static ORDER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"((?:中华人民共和国)?[\p{Han}]{2,20}?)(?:令\s*[（(]?\s*第?\s*([0-9０-９]+|[〇零一二三四五六七八九十百]+)\s*号|第\s*([0-9０-９]+)\s*号令)").expect("the pattern is constant")
});

static EFFECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"自\s*([^。；，]{2,24}?)\s*(?:之日)?(?:后满?\s*([0-9０-９]+|[一二三四五六七八九十]+)\s*(日|个月))?\s*(?:之日)?起?\s*(?:开始)?(?:正式)?(?:施行|实施|生效|执行|试行)").expect("the pattern is constant")
});

/// Reads the dates from the head and the closing articles.
pub fn read(outline: &Outline, published_on: Option<NaiveDate>) -> Dates {
    let mut dates = Dates::default();
    let mut brackets = String::new();
    for passage in &outline.preamble {
        brackets.push_str(&passage.text);
        brackets.push('\n');
    }
    dates.history = history(&brackets);
    let first = |act: Act| dates.history.iter().find(|h| h.act == act).map(|h| h.date);
    dates.adopted = first(Act::Adopted);
    dates.approved = first(Act::Approved);
    dates.published = first(Act::Published).or_else(|| lone(&dates.history));
    let revisions = dates.history.iter().filter(|h| matches!(h.act, Act::Revised | Act::Amended));
    dates.latest_revision = revisions.map(|h| h.date).max();
    let mut orders = ORDER.captures_iter(&brackets).filter_map(|c| {
        let number = c.get(2).or_else(|| c.get(3)).and_then(|m| crate::numeral::parse(m.as_str()))?;
        Some(order_number(&c[1], number))
    });
    dates.order_number = orders.next();
    dates.revision_order_number = orders.last();
    dates.published = dates.published.or(published_on.filter(|_| dates.adopted.is_none()));
    let (effective, rule) = effective(outline, &dates);
    dates.effective = effective.or(first(Act::Effective));
    dates.effective_rule = rule.filter(|_| dates.effective.is_none() || effective.is_none());
    dates
}

/// 国务院令第728号: the body loses what only adorns it.
fn order_number(body: &str, number: u32) -> String {
    let body = ["日", "已经", "根据", "按照", "依据"]
        .iter()
        .fold(body, |body, word| body.rsplit(word).next().unwrap_or(body));
    format!("{body}令第{number}号")
}

fn lone(history: &[History]) -> Option<NaiveDate> {
    history.iter().rev().find(|h| h.act == Act::Dated).map(|h| h.date)
}

/// Each date with the words up to the next one.
fn history(text: &str) -> Vec<History> {
    let found = date::all(text);
    let mut history = Vec::new();
    for (index, FoundDate { date, bytes }) in found.iter().enumerate() {
        let end = found.get(index + 1).map_or(text.len(), |next| next.bytes.start);
        let line_end = text[bytes.end..end].find('\n').map_or(end, |at| bytes.end + at);
        let before = &text[..bytes.start];
        let words = &text[bytes.end..bytes.end + clause_end(&text[bytes.end..line_end])];
        history.push(History {
            date: *date,
            act: act(before, words),
            text: words.trim_matches(['，', ' ', '）', '（', '(', ')']).to_owned(),
        });
    }
    history
}

/// Where the words that belong to a date end: at a full stop or a bracket that closes, titles aside.
fn clause_end(words: &str) -> usize {
    let (mut titles, mut brackets) = (0_i32, 0_i32);
    for (at, character) in words.char_indices() {
        match character {
            '《' => titles += 1,
            '》' => titles -= 1,
            '（' | '(' => brackets += 1,
            '）' | ')' if titles <= 0 && brackets == 0 => return at,
            '）' | ')' => brackets -= 1,
            '。' if titles <= 0 => return at,
            _ => {}
        }
    }
    words.len()
}

/// The act that the words after a date name; titles in 《》 name acts of others.
fn act(before: &str, words: &str) -> Act {
    if before.trim_end().ends_with('自') && words.trim_start().starts_with('起') {
        return Act::Effective;
    }
    let mut bare = String::new();
    let mut depth = 0;
    for character in words.chars() {
        match character {
            '《' => depth += 1,
            '》' => depth -= 1,
            _ if depth <= 0 => bare.push(character),
            _ => {}
        }
    }
    let by_another = words.contains("修正案") || words.contains("修改") || words.contains("修正");
    let last = [
        ("修订", Act::Revised),
        ("修正", Act::Amended),
        ("修改", Act::Amended),
        ("批准", Act::Approved),
        ("通过", Act::Adopted),
        ("公布", Act::Published),
        ("发布", Act::Published),
        ("颁布", Act::Published),
        ("施行", Act::Effective),
    ];
    let found =
        last.iter().filter_map(|(word, act)| Some((bare.rfind(word)?, *act))).max_by_key(|(at, _)| *at);
    match found {
        _ if bare.contains("修订") => Act::Revised,
        _ if bare.contains("修正") || before.trim_end().ends_with("根据") => Act::Amended,
        // 会议通过的《…修正案》 names the act that amends this law.
        Some(_) if by_another && (bare.contains("通过的") || bare.contains("批准的")) => Act::Amended,
        Some((_, act)) => act,
        None if by_another || bare.contains("的决定") => Act::Amended,
        None => Act::Dated,
    }
}

/// How a law names itself when it says from when it applies.
const OWN: [&str; 12] = [
    "本法", "本条例", "本办法", "本规定", "本决定", "本细则", "本规则", "本规章", "本措施", "本意见",
    "本修正案", "本通知",
];

/// The first day in force: the sentence about this law itself, from the end of the text backwards.
fn effective(outline: &Outline, dates: &Dates) -> (Option<NaiveDate>, Option<String>) {
    let mut sentences: Vec<String> = Vec::new();
    let mut articles = super::in_order(&outline.articles, &outline.chapters);
    articles.extend(&outline.points);
    for article in articles.iter().rev().take(8) {
        sentences.extend(article.text().split_inclusive('。').map(str::to_owned));
    }
    sentences.extend(outline.notes.iter().chain(&outline.preamble).map(|passage| passage.text.clone()));
    let own = |sentence: &&String| OWN.iter().any(|word| sentence.contains(word));
    let found =
        sentences.iter().filter(own).chain(&sentences).find_map(|sentence| match start(sentence, dates) {
            Start::From(day) => Some((sentence, day)),
            Start::Unsaid => None,
        });
    match found {
        Some((sentence, day)) => (day, Some(sentence.trim().to_owned())),
        None => (None, None),
    }
}

/// From when a sentence says that something applies.
enum Start {
    /// It says no such thing.
    Unsaid,
    /// From a day; absent where it hangs on another day that is not known.
    From(Option<NaiveDate>),
}

fn start(sentence: &str, dates: &Dates) -> Start {
    let Some(captures) = EFFECTIVE.captures(sentence) else { return Start::Unsaid };
    let part = |at: usize| captures.get(at).map(|found| found.as_str());
    let phrase = part(1).unwrap_or_default();
    let named = date::first(phrase);
    if named.is_none() && !captures[0].contains('起') {
        return Start::Unsaid;
    }
    let base = named.or(match phrase {
        p if p.contains("通过") => dates.adopted,
        p if ["公布", "发布", "印发", "颁布"].iter().any(|word| p.contains(word)) => {
            dates.published.or(dates.approved).or(dates.adopted)
        }
        _ => None,
    });
    let wait = part(2).and_then(crate::numeral::parse);
    Start::From(match (base, wait, part(3)) {
        (Some(base), Some(days), Some("日")) => date::days_after(base, days),
        (Some(base), Some(months), Some(_)) => base.checked_add_months(chrono::Months::new(months)),
        (base, ..) => base,
    })
}
