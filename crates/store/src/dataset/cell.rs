//! One cell of a file, as the type of its field wants it.

use super::{
    finding::shown,
    number::{NumberFault, digits},
};
use chrono::{Datelike, NaiveDate};
use rules::{
    catalog::{Catalog, Type},
    spelling::did_you_mean,
    vocabulary::{CodeIndex, Vocabulary},
};

/// What is wrong with a cell, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    pub what: String,
    pub hint: String,
}

impl CellFault {
    pub fn new(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what: what.into(), hint: hint.into() }
    }

    /// A number that does not fit.
    pub fn of_number(fault: NumberFault, text: &str, kind: &Type) -> Self {
        let text = shown(text);
        match fault {
            NumberFault::NotANumber => {
                let what = match kind {
                    Type::Money => format!("`{text}` is no amount of yuan"),
                    Type::Ratio => format!("`{text}` is no share"),
                    _ => format!("`{text}` is no number"),
                };
                let hint = match kind {
                    Type::Money => {
                        "write yuan such as 1234.56 or 300万, or leave the cell empty where it is unknown"
                    }
                    Type::Ratio => "write 0.05 or 5%, or leave the cell empty where it is unknown",
                    _ => "write digits such as 1234.5, or leave the cell empty where it is unknown",
                };
                Self::new(what, hint)
            }
            NumberFault::TooFine => {
                let what = format!("`{text}` has more decimals than the field holds ({})", kind.scale());
                Self::new(what, "round it where it is made; nothing is rounded here")
            }
            NumberFault::TooLarge => Self::new(
                format!("`{text}` is beyond 18 digits"),
                "see that its unit is the one of the field",
            ),
        }
    }
}

/// A number, amount or share.
pub fn number(text: &str, kind: &Type) -> Result<i64, CellFault> {
    let scale = u32::from(kind.scale());
    let plain = digits(text.as_bytes(), scale);
    let read = match (plain, kind) {
        (Err(NumberFault::NotANumber), Type::Ratio) => match text.strip_suffix(['%', '％']) {
            Some(share) => digits(share.trim_end().as_bytes(), scale - 2),
            None => plain,
        },
        (Err(NumberFault::NotANumber), Type::Money) => {
            let text = text.strip_suffix('元').unwrap_or(text);
            match (text.strip_suffix('万'), text.strip_suffix('亿')) {
                (Some(ten_thousands), _) => digits(ten_thousands.as_bytes(), scale + 4),
                (_, Some(hundred_millions)) => digits(hundred_millions.as_bytes(), scale + 8),
                _ => digits(text.as_bytes(), scale),
            }
        }
        (plain, _) => plain,
    };
    read.map_err(|fault| CellFault::of_number(fault, text, kind))
}

/// Yes or no.
pub fn truth(text: &str) -> Result<bool, CellFault> {
    match text {
        "true" | "是" => Ok(true),
        "false" | "否" => Ok(false),
        other if other.eq_ignore_ascii_case("true") => Ok(true),
        other if other.eq_ignore_ascii_case("false") => Ok(false),
        other => Err(CellFault::new(
            format!("`{}` is neither yes nor no", shown(other)),
            "write true or false, 是 or 否, or leave the cell empty where it is unknown",
        )),
    }
}

/// A day of the years 1 to 9999, counted from the common era.
pub fn day(text: &str) -> Result<i32, CellFault> {
    let iso = |text: &str| {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let digits = |part: &str, most: usize| {
            (!part.is_empty() && part.len() <= most && part.bytes().all(|byte| byte.is_ascii_digit()))
                .then(|| part.parse::<u32>().ok())
                .flatten()
        };
        let year = if year.len() == 4 { digits(year, 4)? } else { return None };
        let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, digits(month, 2)?, digits(day, 2)?)?;
        (parts.next().is_none() && date.year() >= 1).then(|| date.num_days_from_ce())
    };
    let found = iso(text).or_else(|| match text.len() {
        8 if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            iso(&format!("{}-{}-{}", &text[..4], &text[4..6], &text[6..]))
        }
        _ if text.contains('/') => iso(&text.replace('/', "-")),
        _ => iso(&text.strip_suffix('日')?.replace(['年', '月'], "-")),
    });
    found.ok_or_else(|| {
        CellFault::new(
            format!("`{}` is no day", shown(text)),
            "write it as 2024-01-31, or leave the cell empty where it is unknown",
        )
    })
}

/// A code or its Chinese label.
pub fn code(text: &str, vocabulary: &Vocabulary) -> Result<CodeIndex, CellFault> {
    vocabulary.find(text).ok_or_else(|| {
        let known = || vocabulary.codes().iter().map(|code| code.code.as_str());
        let otherwise = format!("write a code of the vocabulary `{}`", vocabulary.name);
        CellFault::new(
            format!("`{}` is no code of the vocabulary `{}`", shown(text), vocabulary.name),
            did_you_mean(text, known(), &otherwise),
        )
    })
}

/// The vocabulary of a type that has one.
pub fn vocabulary<'c>(catalog: &'c Catalog, kind: &Type) -> Option<&'c Vocabulary> {
    match kind {
        Type::Code(vocabulary) | Type::CodeSet(vocabulary) => Some(catalog.vocabulary(*vocabulary)),
        _ => None,
    }
}
