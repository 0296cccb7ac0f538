//! One answer as a visitor types it: money, numbers, shares, dates and codes in the forms people write.

use chrono::NaiveDate;
use rules::{
    catalog::{Catalog, Type},
    expression::Value,
    number::Number,
    table::column_of,
    vocabulary::{CodeBits, Vocabulary},
};
use std::sync::Arc;

/// Longest answer that is read, in characters.
pub const ANSWER_LENGTH_MAX: usize = 80;
/// Most codes of one answer.
pub const CODES_MAX: usize = 200;

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing was written.
    Empty,
    /// Not an amount of money.
    Money,
    /// Not a number.
    Number,
    /// Not a whole number.
    Whole,
    /// Not a share.
    Share,
    /// Not a day.
    Date,
    /// Not a code of the vocabulary.
    Code,
    /// A code that is told apart further below.
    Deeper,
    /// Too many digits, before or behind the point.
    Digits,
    /// Too long.
    Long,
    /// A count of rows that is not between one and the most.
    Count,
}

/// Magnitudes that people write behind a number, longest first; the value in units.
const MAGNITUDES: [(&str, i128); 17] = [
    ("thousand", 1_000),
    ("million", 1_000_000),
    ("billion", 1_000_000_000),
    ("\u{767e}\u{4e07}", 1_000_000),
    ("\u{5343}\u{4e07}", 10_000_000),
    ("\u{4e07}\u{4ebf}", 1_000_000_000_000),
    ("\u{767e}\u{842c}", 1_000_000),
    ("mn", 1_000_000),
    ("bn", 1_000_000_000),
    ("\u{5343}", 1_000),
    ("\u{4e07}", 10_000),
    ("\u{842c}", 10_000),
    ("\u{4ebf}", 100_000_000),
    ("\u{5104}", 100_000_000),
    ("k", 1_000),
    ("m", 1_000_000),
    ("w", 10_000),
];

/// Signs of the currency, before or behind.
const CURRENCY: [&str; 8] =
    ["\u{4eba}\u{6c11}\u{5e01}", "rmb", "cny", "yuan", "\u{5143}", "\u{5706}", "\u{a5}", "\u{ffe5}"];

/// An answer without outer spaces and control characters; full-width forms as ASCII, lower case.
fn folded(text: &str) -> String {
    let narrow = text.chars().filter(|c| !c.is_control()).map(|c| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        '\u{2212}' | '\u{2013}' => '-',
        '\u{3002}' => '.',
        other => other,
    });
    narrow.flat_map(char::to_lowercase).collect::<String>().trim().to_owned()
}

/// Digits with at most one point and commas between them; nothing for anything else.
fn decimal(text: &str) -> Option<Number> {
    let bare: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '\u{3001}' | '\'' | '_')).collect();
    let (sign, digits) = match bare.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, bare.strip_prefix('+').unwrap_or(&bare)),
    };
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{rest}");
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Number::scaled(all.parse::<i128>().ok()?.checked_mul(sign)?, u32::try_from(rest.len()).ok()?)
}

/// A number with a magnitude behind it.
fn magnitude(text: &str) -> Option<Number> {
    let found = MAGNITUDES.iter().find_map(|(word, times)| Some((text.strip_suffix(word)?, *times)));
    match found {
        Some((digits, times)) => decimal(digits.trim_end())?.multiply(Number::whole(times)),
        None => decimal(text),
    }
}

fn money(text: &str) -> Option<Number> {
    let mut bare = text.trim();
    while let Some(rest) = CURRENCY.iter().find_map(|sign| bare.strip_prefix(sign)) {
        bare = rest.trim_start();
    }
    while let Some(rest) = CURRENCY.iter().find_map(|sign| bare.strip_suffix(sign)) {
        bare = rest.trim_end();
    }
    magnitude(bare)
}

/// A share in per cent: `5`, `5%` and `50\u{2030}` are 0.05.
fn share(text: &str) -> Option<Number> {
    let (digits, parts) = match (text.strip_suffix('%'), text.strip_suffix('\u{2030}')) {
        (Some(digits), _) => (digits, 100),
        (None, Some(digits)) => (digits, 1_000),
        (None, None) => (text, 100),
    };
    decimal(digits.trim_end())?.divide(Number::whole(parts))
}

/// A day: 2026-1-5, 2026/1/5, 2026.1.5, 20260105, and with the Chinese words for year, month and day.
fn date(text: &str) -> Option<NaiveDate> {
    let bare = text.trim_end_matches(['\u{65e5}', '\u{53f7}']);
    let parts: Vec<&str> =
        bare.split(['-', '/', '.', '\u{5e74}', '\u{6708}', ' ']).filter(|part| !part.is_empty()).collect();
    let number = |text: &str| text.parse::<u32>().ok();
    let (year, month, day) = match parts[..] {
        [year, month, day] if year.len() == 4 => (number(year)?, number(month)?, number(day)?),
        [all] if all.len() == 8 && all.is_ascii() => {
            (number(&all[..4])?, number(&all[4..6])?, number(&all[6..])?)
        }
        _ => return None,
    };
    let found = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    (1800..=2200).contains(&year).then_some(found)
}

/// What a visitor wrote, as a value of its type. `splits` says for each code whether rules tell apart what is
/// below it; a code they do not tell apart stands for all below, and `=code` means nothing below it.
pub fn read(texts: &[&str], kind: &Type, catalog: &Catalog, splits: &[bool]) -> Result<Value, Fault> {
    let text = texts.last().copied().unwrap_or_default();
    if texts.iter().any(|text| text.chars().count() > ANSWER_LENGTH_MAX) {
        return Err(Fault::Long);
    }
    let text = folded(text);
    if text.is_empty() {
        return Err(Fault::Empty);
    }
    let value = match kind {
        Type::Bool => match text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return Err(Fault::Code),
        },
        Type::Money => Value::Number(money(&text).ok_or(Fault::Money)?),
        Type::Ratio => Value::Number(share(&text).ok_or(Fault::Share)?),
        Type::Number { scale, unit } => {
            let bare = text.strip_suffix(folded(unit).as_str()).unwrap_or(&text).trim_end();
            let number = magnitude(bare).ok_or(if *scale == 0 { Fault::Whole } else { Fault::Number })?;
            if *scale == 0 && !number.is_whole() {
                return Err(Fault::Whole);
            }
            Value::Number(number)
        }
        Type::Date => Value::Date(date(&text).ok_or(Fault::Date)?),
        Type::Text => Value::Text(Arc::from(texts.last().copied().unwrap_or_default().trim())),
        Type::Code(vocabulary) => {
            return code(texts.last().copied().unwrap_or_default(), catalog.vocabulary(*vocabulary), splits);
        }
        Type::CodeSet(vocabulary) => return codes(texts, catalog.vocabulary(*vocabulary)),
    };
    // What the column of this type cannot hold would silently become unknown.
    let held = column_of(kind, vec![Some(value.clone())]).known.get(0);
    if held { Ok(value) } else { Err(Fault::Digits) }
}

fn code(text: &str, vocabulary: &Vocabulary, splits: &[bool]) -> Result<Value, Fault> {
    let text = text.trim();
    let (text, exact) = text.strip_prefix('=').map_or((text, false), |text| (text, true));
    let found = vocabulary.find(text).ok_or(Fault::Code)?;
    if !exact && splits.get(usize::from(found)).copied().unwrap_or(false) {
        return Err(Fault::Deeper);
    }
    Ok(Value::Code(found))
}

/// Several codes; a single dash is none of them.
fn codes(texts: &[&str], vocabulary: &Vocabulary) -> Result<Value, Fault> {
    let mut bits = CodeBits::none(vocabulary.codes().len());
    if texts.len() > CODES_MAX {
        return Err(Fault::Long);
    }
    for text in texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty() && *text != "-") {
        bits.insert(vocabulary.find(text).ok_or(Fault::Code)?);
    }
    Ok(Value::Codes(bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str, kind: &Type) -> Result<String, Fault> {
        read(&[text], kind, &Catalog::default(), &[]).map(|value| match value {
            Value::Number(number) => number.to_string(),
            Value::Date(date) => date.to_string(),
            other => format!("{other:?}"),
        })
    }

    #[test]
    fn money_is_read_as_people_write_it() {
        for (text, expected) in [
            ("300万", "3000000"),
            ("３００万元", "3000000"),
            ("3,000,000", "3000000"),
            ("３，０００，０００．５０", "3000000.5"),
            ("￥1.25亿", "125000000"),
            ("人民币 5千万 元", "50000000"),
            ("1 200 000", "1200000"),
            ("3 million yuan", "3000000"),
            ("-50万", "-500000"),
            ("0.01", "0.01"),
            ("0", "0"),
        ] {
            assert_eq!(number(text, &Type::Money), Ok(expected.to_owned()), "{text}");
        }
        for (text, fault) in [
            ("", Fault::Empty),
            ("三百万", Fault::Money),
            ("12.3.4", Fault::Money),
            ("约300万", Fault::Money),
            ("1e9", Fault::Money),
            ("0.001", Fault::Digits),
            ("99999999999999999999", Fault::Digits),
            ("9999999999999999999999999999999999999999999", Fault::Money),
        ] {
            assert_eq!(number(text, &Type::Money), Err(fault), "{text}");
        }
        assert_eq!(number(&"9".repeat(81), &Type::Money), Err(Fault::Long));
    }

    #[test]
    fn numbers_shares_and_days_are_read_with_their_units() {
        let staff = Type::Number { scale: 0, unit: "人".to_owned() };
        assert_eq!(number("１２０人", &staff), Ok("120".to_owned()));
        assert_eq!(number("12.5", &staff), Err(Fault::Whole));
        assert_eq!(number("many", &staff), Err(Fault::Whole));
        for (text, expected) in [("5", "0.05"), ("5%", "0.05"), ("３．４％", "0.034"), ("8‰", "0.008")]
        {
            assert_eq!(number(text, &Type::Ratio), Ok(expected.to_owned()), "{text}");
        }
        for text in ["2026-1-5", "2026/01/05", "2026.1.5", "20260105", "２０２６年１月５日", " 2026-01-05 "]
        {
            assert_eq!(number(text, &Type::Date), Ok("2026-01-05".to_owned()), "{text}");
        }
        for text in ["2026-02-30", "05/01/2026", "yesterday", "0001-01-01"] {
            assert_eq!(number(text, &Type::Date), Err(Fault::Date), "{text}");
        }
    }
}
