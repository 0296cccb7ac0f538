//! Quantities in the wording of targets: what is measured, against which figure, by when, how firmly.
//!
//! One printed target may hold several figures; each is a row of its own.

mod figure;
mod indicator;
#[cfg(test)]
mod tests;
mod time;

use crate::span::{Span, Text};
use chrono::NaiveDate;
use figure::Figure;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use time::Moment;

/// How a figure is compared with its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Comparator {
    /// 以上, 不少于, 不低于
    #[serde(rename = ">=")]
    AtLeast,
    /// 超过, 突破
    #[serde(rename = ">")]
    MoreThan,
    /// 以内, 以下, 不超过
    #[serde(rename = "<=")]
    AtMost,
    /// 低于, 少于
    #[serde(rename = "<")]
    LessThan,
    /// A set figure.
    #[serde(rename = "=")]
    Equal,
    /// 左右, 约
    #[serde(rename = "~")]
    About,
    /// 前三, 第一
    #[serde(rename = "rank<=")]
    RankAtMost,
}

/// How firmly the text commits itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Strength {
    /// A plain figure, 确保.
    Must,
    /// 力争, 争取.
    Strive,
}

/// One figure of a target.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quantity {
    /// What is measured, as far as the wording says it.
    pub indicator: String,
    /// Comparison.
    pub comparator: Comparator,
    /// The figure as written; absent where the target is another figure or a date.
    #[serde(serialize_with = "number")]
    pub value: Option<Decimal>,
    /// Upper end of a range such as 1–2个.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number")]
    pub value_to: Option<Decimal>,
    /// Unit as written (亿元, 万户, %); `date` where the figure is the deadline itself.
    pub unit: Option<String>,
    /// The figure without 万 and 亿, as a plain number.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "number")]
    pub plain: Option<Decimal>,
    /// The unit of the plain number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plain_unit: Option<String>,
    /// What the figure is compared with where that is no number (省平均水平).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Last day that keeps the promise.
    pub deadline: Option<NaiveDate>,
    /// `yearly`, `quarterly` or `monthly`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<&'static str>,
    /// How firmly.
    pub strength: Strength,
    /// The words of the comparison and the figure as printed.
    pub wording: String,
    /// Where the figure stands.
    pub span: Span,
}

/// Decimals go out as plain JSON numbers; they are figures of documents, not money to be paid.
#[expect(clippy::ref_option, reason = "the signature is serde's")]
fn number<S: Serializer>(value: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) if value.is_integer() => match i64::try_from(value.trunc()) {
            Ok(whole) => serializer.serialize_i64(whole),
            Err(_) => serializer.serialize_str(&value.to_string()),
        },
        Some(value) => serializer.serialize_f64(value.to_string().parse().unwrap_or(f64::NAN)),
        None => serializer.serialize_none(),
    }
}

/// Whether a text is a unit and nothing else: 亿元, %, 人/亿元.
pub fn is_unit(text: &str) -> bool {
    figure::is_unit(text)
}

/// What is known around a target.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around {
    /// The year phrases such as 年底前 mean.
    pub year: Option<i32>,
}

/// No target is longer, in bytes; of what is longer each line is read for itself.
const TARGET_BYTES_MAX: usize = 24_000;

/// The quantities of a target, in order. The text may hold several sentences.
pub fn read(text: &Text, around: Around) -> Vec<Quantity> {
    if text.as_str().len() > TARGET_BYTES_MAX {
        let lines = text.lines().into_iter().filter(|line| line.as_str().len() <= TARGET_BYTES_MAX);
        return lines.flat_map(|line| read(&line, around)).collect();
    }
    let text = text.squeezed();
    let string = text.as_str();
    let moments = time::moments(string, around.year);
    let figures = figure::figures(string, &moments);
    let mut quantities: Vec<Quantity> = Vec::new();
    let mut before = 0;
    for (index, found) in figures.iter().enumerate() {
        if is_qualifier(string, found, figures.get(index + 1)) {
            continue;
        }
        let next = figures.get(index + 1).map_or(string.len(), |next| next.start);
        // 每年 holds for its own clause; a date holds until the next one.
        let holds = |moment: &&Moment| {
            let between = string.get(moment.end..found.start);
            let clause = between.is_some_and(|between| !between.contains(['，', '；', '。']));
            moment.start < found.start && (moment.recurrence.is_none() || moment.due.is_some() || clause)
        };
        let moment = moments.iter().rev().find(holds);
        let base = quantity(&text, found, moment, strength(string, &moments, found.start));
        let subject = indicator::of(string, found, before, next, quantities.last());
        for indicator in subject {
            quantities.push(Quantity { indicator, ..base.clone() });
        }
        before = found.end;
    }
    indicator::share_out(string, &figures, &mut quantities, &text);
    quantities
}

fn quantity(text: &Text, found: &Figure, moment: Option<&Moment>, strength: Strength) -> Quantity {
    let (plain, plain_unit) = match (found.value, &found.unit) {
        (Some(value), Some(unit)) => figure::plain(value, unit),
        _ => (None, None),
    };
    Quantity {
        indicator: String::new(),
        comparator: found.comparator,
        value: found.value,
        value_to: found.value_to,
        unit: found.unit.clone(),
        plain,
        plain_unit,
        reference: found.reference.clone(),
        deadline: found.until.or_else(|| moment.and_then(|moment| moment.due)),
        recurrence: moment.and_then(|moment| moment.recurrence),
        strength,
        wording: text.as_str()[found.start..found.end].to_owned(),
        span: text.span_of(found.start..found.end),
    }
}

/// 具备10个以上应用场景的工厂不少于10个: the first figure tells which factories, it is no target.
fn is_qualifier(string: &str, found: &Figure, next: Option<&Figure>) -> bool {
    let Some(next) = next else { return false };
    // 由2.2%提高到2.6%: where it comes from is no target.
    let from = ["由", "从"].iter().any(|word| string[..found.start].ends_with(word));
    if from && string[found.end..next.start.max(found.end)].chars().count() <= 8 {
        return true;
    }
    let between = string.get(found.end..next.start).unwrap_or_default();
    let joined = between.chars().count() >= 2
        && !between.contains(['，', ',', '；', ';', '。', '、', '：', ':', '和', '及', '与']);
    let firm = next.is_compared
        || matches!(string[next.end..].chars().next(), None | Some('，' | '。' | '；' | '、' | ',' | ';'));
    joined && firm && found.reference.is_none() && found.until.is_none()
}

const STRIVE: [&str; 8] = ["力争", "争取", "努力", "力求", "有望", "争创", "争当", "尽可能"];
const MUST: [&str; 3] = ["确保", "保证", "必须"];

/// A strength word at the start of a target covers it up to the next strength word or the next date; in the
/// middle it covers its own clause.
fn strength(string: &str, moments: &[Moment], at: usize) -> Strength {
    // Nothing reaches further than its sentence.
    let sentence = string[..at].rfind('。').map_or(0, |stop| stop + '。'.len_utf8());
    let words =
        STRIVE.iter().map(|w| (*w, Strength::Strive)).chain(MUST.iter().map(|w| (*w, Strength::Must)));
    let last = words
        .filter_map(|(word, strength)| {
            Some((sentence + string[sentence..at].rfind(word)?, word.len(), strength))
        })
        .max_by_key(|(at, ..)| *at);
    let Some((from, length, found)) = last else { return Strength::Must };
    let lead = string[sentence..from].trim_start_matches(|c: char| {
        !c.is_alphabetic() || c.is_ascii_digit() || crate::numeral::is_numeral(c)
    });
    let lead_is_time = moments.iter().any(|moment| {
        (sentence..=sentence + 12).contains(&moment.start) && moment.end + 6 >= from && moment.start < from
    });
    let opens = lead.chars().count() <= 4 || lead_is_time;
    let between = &string[from + length..at];
    let later = moments
        .iter()
        .any(|moment| moment.start > from + length + 6 && moment.end <= at && moment.due.is_some());
    let covered = if opens {
        !later && !between.contains('。')
    } else {
        !between.contains(['，', ',', '；', ';', '。'])
    };
    if covered { found } else { Strength::Must }
}
