//! Numbers that must run without a gap: works, measures, chapters, articles.

use crate::{
    document::{Located, Place},
    problem::Problems,
};
use std::fmt::Display;

/// Years that a document may name.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1949..=2200;

/// Reports a date that no document of ours can name.
pub(crate) fn check_year<T>(
    row: &Located<T>,
    field: &str,
    date: Option<impl Display>,
    problems: &mut Problems,
) {
    let Some(date) = date.map(|date| date.to_string()).filter(|_| row.is_sure(field)) else { return };
    let year = date.split('-').next().and_then(|year| year.parse().ok());
    if !year.is_some_and(|year| YEARS.contains(&year)) {
        let (first, last) = (YEARS.start(), YEARS.end());
        let what = format!("`{field}` names the day {date}, outside {first} to {last}");
        problems.at(&row.place, field, what, "compare the date with the printed text");
    }
}

/// Reports what breaks the run 1, 2, 3 …; a number that could not be read counts as the expected one.
/// Where rows may be missing for another reason, gaps are no problem of their own.
pub(crate) fn check_run<'p>(
    noun: &str,
    numbers: impl IntoIterator<Item = (Option<u16>, &'p Place)>,
    may_lack_rows: bool,
    problems: &mut Problems,
) {
    let mut previous = 0_u16;
    for (number, place) in numbers {
        let expected = previous.saturating_add(1);
        let number = number.unwrap_or(expected);
        if number == 0 {
            problems.at(place, "number", format!("{noun} 0 does not exist"), "numbers begin with 1");
            continue;
        }
        if number < expected {
            problems.at(
                place,
                "number",
                format!("{noun} {number} comes after {noun} {previous}"),
                "give every number once, in rising order",
            );
            continue;
        }
        if number > expected && !may_lack_rows {
            let missing = if number - expected == 1 {
                format!("{noun} {expected} is missing before {noun} {number}")
            } else {
                format!("{noun} {expected} to {} are missing before {noun} {number}", number - 1)
            };
            problems.at(place, "number", missing, "add what is missing or correct the number");
        }
        previous = number;
    }
}

/// Reports what breaks the run of articles: after 41 comes 42 or 41-1, after 41-1 comes 42 or 41-2.
pub(crate) fn check_articles<'p>(
    numbers: impl IntoIterator<Item = (Option<&'p str>, &'p Place)>,
    may_lack_rows: bool,
    problems: &mut Problems,
) {
    let mut previous = (0_u16, 0_u16);
    for (text, place) in numbers {
        let following = (previous.0.saturating_add(1), 0);
        let Some(text) = text else {
            previous = following;
            continue;
        };
        let Some(number) = article_number(text) else {
            problems.at(
                place,
                "number",
                format!("`{text}` is no article number"),
                "write \"41\", or \"41-1\" for the first article inserted after it",
            );
            previous = following;
            continue;
        };
        let inserted = (previous.0, previous.1.saturating_add(1));
        if number <= previous {
            let what = format!("article {text} comes after article {}", spelled(previous));
            problems.at(place, "number", what, "give every number once, in rising order");
            continue;
        }
        if !may_lack_rows && number != following && !(number == inserted && previous.0 > 0) {
            let missing = if number.1 > 1 { (number.0, number.1 - 1) } else { following };
            let what = format!("article {} is missing before article {text}", spelled(missing));
            problems.at(place, "number", what, "add what is missing or correct the number");
        }
        previous = number;
    }
}

/// "41" → (41, 0), "41-1" → (41, 1).
fn article_number(text: &str) -> Option<(u16, u16)> {
    let number = |part: &str| {
        let plain = part.bytes().all(|byte| byte.is_ascii_digit()) && !part.starts_with('0');
        plain.then(|| part.parse::<u16>().ok()).flatten()
    };
    match text.split_once('-') {
        Some((article, inserted)) => Some((number(article)?, number(inserted)?)),
        None => Some((number(text)?, 0)),
    }
}

fn spelled((article, inserted): (u16, u16)) -> String {
    if inserted == 0 { article.to_string() } else { format!("{article}-{inserted}") }
}
