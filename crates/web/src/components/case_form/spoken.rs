//! A value as people read it.

use super::{TEXTS, control};
use crate::frame::Page;
use domain::{
    Language,
    clock::{Period, told_period},
    mechanism::{FieldValue, FormField, FormFieldKind as Kind, Mechanism},
};
use edition::Edition;

/// A value in the reader's words: codes and organisations by their names, days in full, money with its unit.
pub fn spoken(
    page: &Page,
    edition: &Edition,
    mechanism: &Mechanism,
    field: &FormField,
    value: &FieldValue,
) -> String {
    let t = TEXTS.of(page.language);
    let text = match value {
        FieldValue::Bool(true) => return t.of("yes").to_owned(),
        FieldValue::Bool(false) => return t.of("no").to_owned(),
        FieldValue::Texts(codes) => {
            let labels: Vec<String> =
                codes.iter().map(|code| code_label(page, edition, field, code)).collect();
            return labels.join(t.of("between"));
        }
        FieldValue::Whole(number) => {
            let level =
                usize::try_from(*number - 1).ok().and_then(|at| control::levels(mechanism, field).get(at));
            if let Some(level) = level {
                return page.say(level).to_owned();
            }
            number.to_string()
        }
        FieldValue::Text(text) => text.clone(),
    };
    match field.kind {
        Kind::Code => code_label(page, edition, field, &text),
        Kind::Organization => {
            edition.organization(&text).map_or(text.as_str(), |one| page.say(&one.name)).to_owned()
        }
        Kind::Date => value.day().map_or(text, |day| page.date(&day)),
        Kind::Period => {
            text.parse::<Period>().map_or(text, |period| page.say(&told_period(period)).to_owned())
        }
        Kind::Money | Kind::Number => {
            let unit = control::unit(page, t, field);
            match page.language {
                Language::Zh => format!("{text}{unit}"),
                Language::En => format!("{text} {unit}").trim_end().to_owned(),
            }
        }
        _ => text,
    }
}

fn code_label(page: &Page, edition: &Edition, field: &FormField, code: &str) -> String {
    let vocabulary = control::vocabulary(edition, field);
    let found = vocabulary.and_then(|vocabulary| Some(vocabulary.code(vocabulary.find(code)?)));
    let label = found.map_or("", |found| match page.language {
        Language::Zh => found.label.zh.as_str(),
        Language::En => found.label.en.as_str(),
    });
    if label.is_empty() { code } else { label }.to_owned()
}
