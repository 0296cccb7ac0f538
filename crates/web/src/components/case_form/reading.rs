//! What was typed as values of the fields: people's spellings of money and numbers, names of organisations.

use super::{
    AREA_LENGTH_MAX, Ground, LINE_LENGTH_MAX, Typed,
    control::{find_organization, is_short, levels, vocabulary},
    typed::UNIT,
};
use crate::pages::calculator::reading as answer;
use chrono::Datelike as _;
use domain::{
    clock::Period,
    direction::straight,
    mechanism::{FieldValue, Form, FormField, FormFieldKind as Kind},
};
use rules::{
    catalog::{Catalog, Type},
    expression::Value,
    number::Number,
    spelling::nearest,
};
use std::collections::{BTreeMap, BTreeSet};

/// What keeps a field from being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It has to be filled in.
    Missing,
    /// Not an amount of money.
    Money,
    /// Not a number.
    Number,
    /// Not a share.
    Share,
    /// Not a day.
    Date,
    /// None of the choices.
    Choice,
    /// Not a period.
    Period,
    /// No case that this one could go on as.
    Case,
    /// No organisation of this name; the nearest one where there is one.
    Organization(String),
    /// Longer than so many characters.
    Long(usize),
}

/// What was read.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// The values of the fields that could be read; what was left empty is none of them.
    pub values: BTreeMap<String, FieldValue>,
    /// What keeps the others from it, by field.
    pub faults: BTreeMap<String, Fault>,
}

/// Reads what was typed into a form.
pub fn read(ground: Ground<'_>, form: Option<&Form>, typed: &Typed) -> Read {
    let mut read = Read::default();
    for field in form.into_iter().flat_map(|form| &form.fields) {
        match value(ground, field, typed) {
            Ok(Some(value)) => drop(read.values.insert(field.name.clone(), value)),
            Ok(None) if field.required => drop(read.faults.insert(field.name.clone(), Fault::Missing)),
            Ok(None) => {}
            Err(fault) => drop(read.faults.insert(field.name.clone(), fault)),
        }
    }
    read
}

fn value(ground: Ground<'_>, field: &FormField, typed: &Typed) -> Result<Option<FieldValue>, Fault> {
    let text = plain(typed.one(&field.name), field.kind == Kind::Text && !is_short(field));
    if field.kind == Kind::CodeSet {
        return code_set(ground, field, typed);
    }
    if text.is_empty() {
        return Ok(None);
    }
    let in_text = |fault| number(&text, &Type::Ratio, fault);
    let value = match field.kind {
        Kind::Bool => FieldValue::Bool(match text.as_str() {
            "true" => true,
            "false" => false,
            _ => return Err(Fault::Choice),
        }),
        Kind::Number => {
            let unit = field.unit.clone().unwrap_or_default();
            let read = number(&text, &Type::Number { scale: 2, unit }, Fault::Number)?;
            let levels = levels(ground.mechanism, field).len();
            let is_level = matches!(whole(read), Some(level) if usize::try_from(level).is_ok_and(|level| (1..=levels).contains(&level)));
            if levels > 0 && !is_level {
                return Err(Fault::Choice);
            }
            spelled(read)
        }
        Kind::Money => spelled(number(&text, &Type::Money, Fault::Money)?),
        Kind::Ratio => {
            let hundredfold = in_text(Fault::Share)?.multiply(Number::whole(100)).ok_or(Fault::Share)?;
            FieldValue::Text(format!("{hundredfold}%"))
        }
        Kind::Date => match answer::read(&[&text], &Type::Date, &Catalog::default(), &[]) {
            Ok(Value::Date(day)) if FieldValue::YEARS.contains(&day.year()) => {
                FieldValue::Text(day.to_string())
            }
            _ => return Err(Fault::Date),
        },
        Kind::Code => {
            let known = vocabulary(ground.edition, field).and_then(|vocabulary| vocabulary.canonical(&text));
            FieldValue::Text(known.ok_or(Fault::Choice)?)
        }
        Kind::Period => {
            let unit = typed.one(&format!("{}{UNIT}", field.name));
            let period: Period = format!("{text}{unit}").parse().map_err(|_| Fault::Period)?;
            FieldValue::Text(period.to_string())
        }
        Kind::Organization => FieldValue::Text(organization(ground, &text)?),
        Kind::Text | Kind::File | Kind::CodeSet => {
            let most =
                if field.kind == Kind::Text && !is_short(field) { AREA_LENGTH_MAX } else { LINE_LENGTH_MAX };
            if text.chars().count() > most {
                return Err(Fault::Long(most));
            }
            FieldValue::Text(text)
        }
    };
    Ok(Some(value))
}

fn code_set(ground: Ground<'_>, field: &FormField, typed: &Typed) -> Result<Option<FieldValue>, Fault> {
    let vocabulary = vocabulary(ground.edition, field).ok_or(Fault::Choice)?;
    let mut codes = BTreeSet::new();
    for text in typed.all(&field.name).iter().filter(|text| !text.trim().is_empty()) {
        codes.insert(vocabulary.find(text.trim()).ok_or(Fault::Choice)?);
    }
    let codes: Vec<String> = codes.into_iter().map(|code| vocabulary.code(code).code.clone()).collect();
    Ok((!codes.is_empty()).then_some(FieldValue::Texts(codes)))
}

fn organization(ground: Ground<'_>, text: &str) -> Result<String, Fault> {
    if let Some(found) = find_organization(ground.edition, text) {
        return Ok(found.id.clone());
    }
    let names =
        ground.edition.organizations.iter().flat_map(|one| [one.name.zh.as_str(), one.name.en.as_str()]);
    Err(Fault::Organization(nearest(text, names).unwrap_or_default().to_owned()))
}

/// A number in one of the spellings that people use.
fn number(text: &str, kind: &Type, fault: Fault) -> Result<Number, Fault> {
    match answer::read(&[text], kind, &Catalog::default(), &[]) {
        Ok(Value::Number(number)) => Ok(number),
        _ => Err(fault),
    }
}

fn whole(number: Number) -> Option<i64> {
    number.is_whole().then(|| i64::try_from(number.floor()).ok()).flatten()
}

/// A number as values spell it.
fn spelled(number: Number) -> FieldValue {
    whole(number).map_or_else(|| FieldValue::Text(number.to_string()), FieldValue::Whole)
}

/// A text without outer blanks, control characters and marks that turn the direction of reading; the ends of its lines are
/// those of this system.
fn plain(text: &str, has_lines: bool) -> String {
    let text = straight(text).replace("\r\n", "\n").replace('\r', "\n");
    let visible = text.chars().filter_map(|one| match one {
        '\n' | '\t' if has_lines => Some(one),
        one if one.is_control() => (one == '\n' || one == '\t').then_some(' '),
        one => Some(one),
    });
    visible.collect::<String>().trim().to_owned()
}
