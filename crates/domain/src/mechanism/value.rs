//! What is filled into the fields of a form, and what it is for the rule language.

use super::FormFieldKind;
use crate::clock::Period;
use chrono::{Datelike as _, NaiveDate};
use rules::{
    calendar::NoCalendar,
    catalog::{Catalog, Type},
    check::{Scope, Wanted, compile},
    expression::Value,
    number::{Number, Rounding},
    reference::Firm,
    table::{Table, code_count},
    vocabulary::CodeBits,
};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::{ops::RangeInclusive, sync::Arc};

/// A value as it is written: numbers, money and days in the spelling of the rule language, codes by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Whole(i64),
    /// Anything else: `"300万"`, `"2026-03-02"`, a code, a text, the name of an organisation.
    Text(String),
    /// Codes of a set.
    Texts(Vec<String>),
}

/// Why a value does not fit its field: what is wrong, and what to write.
pub(super) type Misfit = (String, String);

impl FieldValue {
    /// Whether nothing is written.
    pub fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// The text, where it is one.
    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The years in which a day lies that is filled in: one that is written with a digit too many is a slip, and a clock
    /// that runs from it would never end.
    pub const YEARS: RangeInclusive<i32> = 1900..=2199;

    /// The day, where it is one.
    pub fn day(&self) -> Option<NaiveDate> {
        let day: Option<NaiveDate> = self.text().and_then(|text| text.parse().ok());
        day.filter(|day| Self::YEARS.contains(&day.year()))
    }

    /// The fen, where it is an amount of money.
    pub fn fen(&self) -> Option<i64> {
        let Ok(Value::Number(yuan)) = self.number(&Type::Money) else { return None };
        let fen = yuan.multiply(Number::whole(100))?;
        i64::try_from(fen.rounded(Rounding::HalfUp)).ok()
    }

    /// The percent, where it is a share; to ten-thousandths of a percent.
    pub fn percent(&self) -> Option<Decimal> {
        let Ok(Value::Number(share)) = self.number(&Type::Ratio) else { return None };
        let parts = share.multiply(Number::whole(1_000_000))?.rounded(Rounding::HalfUp);
        Some(Decimal::new(i64::try_from(parts).ok()?, 4).normalize())
    }

    /// What the rule language sees.
    pub(super) fn read(&self, field: FormFieldKind, kind: &Type, catalog: &Catalog) -> Result<Value, Misfit> {
        let refuse = |what: &str, hint: &str| Err((what.to_owned(), hint.to_owned()));
        match kind {
            Type::Bool => match self {
                Self::Bool(value) => Ok(Value::Bool(*value)),
                _ => refuse("yes or no is wanted", "write true or false"),
            },
            Type::Number { .. } | Type::Money | Type::Ratio => self.number(kind),
            Type::Date => match self.day() {
                Some(day) => Ok(Value::Date(day)),
                None => refuse("a day is wanted", "write a day from 1900 to 2199 as 2026-03-02"),
            },
            Type::Code(_) => match self.text() {
                Some(text) => code(text, kind, catalog).map(Value::Code),
                None => refuse("a code is wanted", "write a code of the vocabulary"),
            },
            Type::CodeSet(_) => {
                let Self::Texts(texts) = self else {
                    return refuse("a list of codes is wanted", "write [\"…\", \"…\"]");
                };
                let mut bits = CodeBits::none(code_count(catalog, kind));
                for text in texts {
                    bits.insert(code(text, kind, catalog)?);
                }
                Ok(Value::Codes(bits))
            }
            Type::Text => match self.text() {
                Some(text) if field == FormFieldKind::Period && text.parse::<Period>().is_err() => {
                    refuse("a period is wanted", "write a count and wd, d, m, y or h, such as 5wd")
                }
                Some(text) => Ok(Value::Text(Arc::from(text))),
                None => refuse("a text is wanted", "write it in quotation marks"),
            },
        }
    }

    /// A constant of the rule language: `3`, `300万`, `5.5%`.
    fn number(&self, kind: &Type) -> Result<Value, Misfit> {
        let written = match self {
            Self::Whole(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            _ => return Err(("a number is wanted".to_owned(), "write it as 300 or \"300万\"".to_owned())),
        };
        let nothing = Catalog::default();
        let scope = Scope::new(&nothing, NaiveDate::default());
        let expression = compile(&written, &scope, &Wanted::Of(kind.clone())).map_err(|faults| {
            let fault = faults.into_iter().next();
            fault.map_or_else(|| ("no number".to_owned(), String::new()), |fault| (fault.what, fault.hint))
        })?;
        let nobody = Table { rows: 1, ..Table::default() };
        let value = Firm::new(&nothing, &nobody, 0, &NoCalendar).value(&expression);
        let misfit = || (format!("`{written}` is no number"), "write it as 300 or \"300万\"".to_owned());
        value.filter(|value| matches!(value, Value::Number(_))).ok_or_else(misfit)
    }
}

fn code(text: &str, kind: &Type, catalog: &Catalog) -> Result<u16, Misfit> {
    let vocabulary = catalog.vocabulary_of(kind);
    let found = vocabulary.and_then(|vocabulary| vocabulary.find(text));
    found.ok_or_else(|| {
        let codes = vocabulary.into_iter().flat_map(rules::vocabulary::Vocabulary::codes);
        let hint = rules::spelling::did_you_mean(
            text,
            codes.map(|code| code.code.as_str()),
            "write a code of the vocabulary",
        );
        (format!("`{text}` is no code of the vocabulary"), hint)
    })
}
