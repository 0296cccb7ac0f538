//! Dates as Chinese documents print them.

use crate::numeral;
use chrono::{Datelike, Days, NaiveDate};
use regex::Regex;
use std::{ops::Range, sync::LazyLock};

/// A date found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundDate {
    /// The date.
    pub date: NaiveDate,
    /// Its bytes in the text.
    pub bytes: Range<usize>,
}

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let year = "(?P<y>[12１２][0-9０-９]{3}|[一二][〇○零OＯ0０一二三四五六七八九]{3})";
    let part = |name: &str| format!("(?P<{name}>[0-9０-９]{{1,2}}|[一二三四五六七八九十]{{1,3}})");
    let pattern = format!(
        r"{year}\s*(?:年\s*{}\s*月\s*{}\s*日|[-/.]\s*(?P<m2>[0-9]{{1,2}})\s*[-/.]\s*(?P<d2>[0-9]{{1,2}}))",
        part("m"),
        part("d")
    );
    Regex::new(&pattern).expect("the pattern is constant")
});

/// Every full date in a text, in order.
pub fn all(text: &str) -> Vec<FoundDate> {
    let number = |captures: &regex::Captures<'_>, name: &str, other: &str| {
        captures.name(name).or_else(|| captures.name(other)).and_then(|m| numeral::parse(m.as_str()))
    };
    DATE.captures_iter(text)
        .filter_map(|captures| {
            let year = number(&captures, "y", "y")?;
            let (month, day) = (number(&captures, "m", "m2")?, number(&captures, "d", "d2")?);
            let date = NaiveDate::from_ymd_opt(year as i32, month, day)?;
            Some(FoundDate { date, bytes: captures.get(0)?.range() })
        })
        .collect()
}

/// The first full date in a text.
pub fn first(text: &str) -> Option<NaiveDate> {
    all(text).first().map(|found| found.date)
}

/// The last day of a month.
pub fn month_end(year: i32, month: u32) -> Option<NaiveDate> {
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    NaiveDate::from_ymd_opt(year, month, 1)?.checked_sub_days(Days::new(1))
}

/// The last day of a year.
pub fn year_end(year: i32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, 12, 31)
}

/// The point in time a due phrase names, e.g. `2023年底前`, `6月底前`, `2025年`, `二季度`, `9月15日前`.
///
/// `year` stands in where the phrase names none. Returns the last day that still keeps the promise.
pub fn due(text: &str, year: Option<i32>) -> Option<NaiveDate> {
    if let Some(found) = all(text).last() {
        return Some(found.date);
    }
    let told = |captures: &regex::Captures<'_>| {
        ["y", "m", "q", "half"].iter().any(|name| captures.name(name).is_some())
    };
    let Some(captures) = DUE.captures_iter(text).find(told) else {
        return year.filter(|_| text.contains('年')).and_then(year_end);
    };
    let year = captures.name("y").and_then(|m| numeral::parse(m.as_str())).map(|y| y as i32).or(year)?;
    let part = |name| captures.name(name).and_then(|m| numeral::parse(m.as_str()));
    match (part("m"), part("d"), part("q"), captures.name("half").map(|m| m.as_str())) {
        (Some(month), Some(day), ..) => NaiveDate::from_ymd_opt(year, month, day),
        (Some(month), None, ..) => (1..=12).contains(&month).then(|| month_end(year, month)).flatten(),
        (_, _, Some(quarter), _) => {
            (1..=4).contains(&quarter).then(|| month_end(year, quarter * 3)).flatten()
        }
        (.., Some("上")) => month_end(year, 6),
        _ => year_end(year),
    }
}

static DUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:(?P<y>20[0-9]{2}|二[〇○零][〇○零一二三四五六七八九]{2})\s*年?|(?:当|本|今|全|每)?年)?\s*",
        r"(?:第?(?P<q>[1-4一二三四])\s*季度|(?P<half>[上下])半年|",
        r"(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\s*月(?:份)?\s*(?:(?P<d>[0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*日)?)?"
    ))
    .expect("the pattern is constant")
});

/// Days after a date; `None` past the end of the calendar.
pub fn days_after(date: NaiveDate, days: u32) -> Option<NaiveDate> {
    date.checked_add_days(Days::new(u64::from(days)))
}

/// The year of a date.
pub fn year_of(date: NaiveDate) -> i32 {
    date.year()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn full_dates_are_found_in_every_spelling() {
        for text in [
            "2023年10月27日", "2023 年 10 月 27 日", "二〇二三年十月二十七日", "２０２３年１０月２７日",
            "2023-10-27", "2023/10/27",
        ] {
            assert_eq!(first(text), Some(date("2023-10-27")), "{text}");
        }
        assert_eq!(first("2023年13月1日"), None);
    }

    #[test]
    fn a_due_phrase_names_the_last_day_that_keeps_the_promise() {
        for (text, expected) in [
            ("2023年底前", "2023-12-31"),
            ("2025年", "2025-12-31"),
            ("2024年6月底前", "2024-06-30"),
            ("6月底前", "2026-06-30"),
            ("9月15日前", "2026-09-15"),
            ("2024年二季度", "2024-06-30"),
            ("2024年上半年", "2024-06-30"),
            ("2018年12月31日前", "2018-12-31"),
            ("年底前", "2026-12-31"),
            ("全年", "2026-12-31"),
        ] {
            assert_eq!(due(text, Some(2026)), Some(date(expected)), "{text}");
        }
        assert_eq!(due("长期", Some(2026)), None);
    }
}
