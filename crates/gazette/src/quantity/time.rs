//! Times inside the wording of a target.

use crate::date;
use chrono::{Datelike, NaiveDate};
use regex::Regex;
use std::sync::LazyLock;

/// A time named in a text; it holds for the figures behind it.
#[derive(Clone, Debug)]
pub struct Moment {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Last day that keeps the promise; `None` for 每年 and times that are no deadline.
    pub due: Option<NaiveDate>,
    /// `yearly`, `quarterly` or `monthly`.
    pub recurrence: Option<&'static str>,
}

static TIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?P<range>自?20[0-9]{2}年?[^，。；]{0,8}[至—\-～~](?P<until>20[0-9]{2}年(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?)?))",
        r"|(?P<year>20[0-9]{2}年(?:度)?(?:[0-9]{1,2}月(?:[0-9]{1,2}日)?|[一二三四1-4]季度|[上下]半年)?(?:年?底|年?末)?前?)",
        r"|(?P<short>(?:[0-9]{1,2}月(?:[0-9]{1,2}日|底|末)前?|年(?:底|末)前?|年内|全年|今年|当年|本年度|[一二三四]季度))",
        r"|(?P<every>每年|年度|每季度?|每月|每个季度|逐年|年均)"
    ))
    .expect("the pattern is constant")
});

/// The times of a text in order. `year` is what 年底前 and 6月底前 mean.
pub fn moments(string: &str, year: Option<i32>) -> Vec<Moment> {
    let mut moments: Vec<Moment> = Vec::new();
    for captures in TIME.captures_iter(string) {
        let Some(found) = captures.get(0) else { continue };
        let (start, end) = (found.start(), found.end());
        let before = &string[..start];
        let after = &string[end..];
        let base = ["比", "较", "与", "对比", "相比", "以"].iter().any(|word| before.ends_with(word))
            || ["以来", "版", "为基数", "的基础上", "第", "同期", "起"]
                .iter()
                .any(|word| after.starts_with(word))
            || before.ends_with('〔');
        let named = moments.iter().rev().find_map(|moment| moment.due).map(|due| due.year());
        let (due, recurrence) = if let Some(every) = captures.name("every") {
            let recurrence = match every.as_str() {
                "每年" | "逐年" => "yearly",
                "每季" | "每季度" | "每个季度" => "quarterly",
                "每月" => "monthly",
                _ => continue,
            };
            // 2023年，…每季度…: the year still holds; every year has no last day.
            let held = moments.iter().rev().find_map(|moment| moment.due);
            (held.filter(|_| recurrence != "yearly"), Some(recurrence))
        } else if let Some(until) = captures.name("until") {
            (date::due(until.as_str(), year), None)
        } else {
            (date::due(found.as_str(), named.or(year)), None)
        };
        if base && recurrence.is_none() {
            // A date all the same: its digits are no figure, but it is no deadline either.
            let held = moments.last().cloned();
            let due = held.as_ref().and_then(|moment| moment.due);
            moments.push(Moment { start, end, due, recurrence: held.and_then(|moment| moment.recurrence) });
            continue;
        }
        moments.push(Moment { start, end, due, recurrence });
    }
    moments
}
