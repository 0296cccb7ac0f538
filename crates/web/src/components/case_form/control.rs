//! By what a field is filled in: the kind decides, and for codes how many there are.

use super::{AREA_LENGTH_MAX, Ground, LINE_LENGTH_MAX, Typed, typed};
use crate::{choice::Choice, frame::Page, text::Text};
use domain::{
    Language,
    mechanism::{FieldMark, FormField, FormFieldKind as Kind, Mechanism},
    organization::{Organization, OrganizationKind},
};
use edition::Edition;
use rules::vocabulary::Vocabulary;

/// Codes that are shown side by side; more go into a list.
const RADIOS_MAX: usize = 9;
/// The units of a period.
const UNITS: [&str; 5] = ["wd", "d", "m", "y", "h"];
/// Ends of the names of texts that fit a line.
const SHORT: [&str; 7] = ["title", "name", "number", "code", "place", "basis", "firm"];
/// Marks of texts that fit a line.
const SHORT_MARKS: [FieldMark; 3] = [FieldMark::Subject, FieldMark::SourceNumber, FieldMark::MergedInto];

/// By what a field is filled in.
pub enum Control {
    /// One of a few, side by side.
    Radios { options: Vec<Choice> },
    /// One of many.
    Select { options: Vec<Choice> },
    /// Any of some.
    Checks { options: Vec<Choice> },
    /// A line; `list` are suggestions.
    Line { kind: &'static str, keyboard: &'static str, value: String, most: usize, list: Vec<String> },
    /// A longer text.
    Area { value: String, rows: u8, most: usize },
    /// Files, or the name of a paper that is handed in elsewhere.
    Files { paper: String, most: usize },
    /// A count and a unit.
    Period { count: String, units: Vec<Choice> },
}

impl Control {
    pub(super) fn of((page, t): (&Page, Text), ground: Ground<'_>, field: &FormField, typed: &Typed) -> Self {
        let value = typed.one(&field.name).to_owned();
        let line = |kind, keyboard, most| Self::Line {
            kind,
            keyboard,
            value: value.clone(),
            most,
            list: Vec::new(),
        };
        match field.kind {
            Kind::Bool => Self::Radios { options: truths(t, field, &value) },
            Kind::Number if !levels(ground.mechanism, field).is_empty() => {
                let levels = levels(ground.mechanism, field).iter().enumerate();
                let level = |(at, level): (usize, &domain::Bilingual)| {
                    Choice::new((at + 1).to_string(), page.say(level), &value)
                };
                let mut options: Vec<Choice> = levels.map(level).collect();
                if !field.required {
                    options.push(Choice::new("", t.of("unsaid"), &value));
                }
                Self::Radios { options }
            }
            Kind::Number | Kind::Money | Kind::Ratio => line("text", "decimal", 80),
            Kind::Date => line("date", "", 10),
            Kind::Code => of_codes((page.language, t), ground, field, typed),
            Kind::CodeSet => {
                let options = codes(page.language, ground, field, typed.all(&field.name));
                Self::Checks { options }
            }
            Kind::Text if is_short(field) => line("text", "", LINE_LENGTH_MAX),
            Kind::Text => Self::Area { value, rows: 4, most: AREA_LENGTH_MAX },
            Kind::File => Self::Files { paper: value, most: LINE_LENGTH_MAX },
            Kind::Period => {
                let unit = typed.one(&format!("{}{}", field.name, typed::UNIT)).to_owned();
                let unit = if unit.is_empty() { UNITS[0].to_owned() } else { unit };
                let units = UNITS.iter().map(|letters| Choice::new(*letters, unit_words(t, letters), &unit));
                Self::Period { count: value, units: units.collect() }
            }
            Kind::Organization => {
                let known = addressees(ground.edition);
                let list =
                    known.map(|one| organization_name(ground.edition, page.language, &one.id)).collect();
                Self::Line { kind: "text", keyboard: "", value, most: LINE_LENGTH_MAX, list }
            }
        }
    }
}

fn truths(t: Text, field: &FormField, value: &str) -> Vec<Choice> {
    let mut options = vec![Choice::new("true", t.of("yes"), value), Choice::new("false", t.of("no"), value)];
    if !field.required {
        options.push(Choice::new("", t.of("unsaid"), value));
    }
    options
}

/// The levels of the rating, where the field is the one that takes them.
pub(super) fn levels<'m>(mechanism: &'m Mechanism, field: &FormField) -> &'m [domain::Bilingual] {
    let is_rating = mechanism.mark_of(&field.name) == Some(FieldMark::Rating);
    let rating = mechanism.rating.as_ref().filter(|_| is_rating);
    rating.map_or(&[], |rating| &rating.levels)
}

/// The vocabulary of a field.
pub(super) fn vocabulary<'e>(edition: &'e Edition, field: &FormField) -> Option<&'e Vocabulary> {
    let index = edition.catalog.find_vocabulary(field.vocabulary.as_deref()?)?;
    Some(edition.catalog.vocabulary(index))
}

fn of_codes(
    (language, t): (Language, Text),
    ground: Ground<'_>,
    field: &FormField,
    typed: &Typed,
) -> Control {
    let mut options = codes(language, ground, field, typed.all(&field.name));
    let is_flat = vocabulary(ground.edition, field)
        .is_some_and(|vocabulary| vocabulary.codes().iter().all(|code| code.parent.is_none()));
    let blank = |label: &str| Choice::new("", label, typed.one(&field.name));
    if is_flat && options.len() <= RADIOS_MAX {
        if !field.required {
            options.push(blank(t.of("unsaid")));
        }
        return Control::Radios { options };
    }
    options.insert(0, blank(t.of("choose")));
    Control::Select { options }
}

/// The codes of a vocabulary; what stands below another is moved in.
fn codes(language: Language, ground: Ground<'_>, field: &FormField, typed: &[String]) -> Vec<Choice> {
    let Some(vocabulary) = vocabulary(ground.edition, field) else { return Vec::new() };
    let chosen: Vec<String> = typed.iter().filter_map(|text| vocabulary.canonical(text.trim())).collect();
    let codes = vocabulary.codes().iter().map(|code| {
        let words = match language {
            Language::Zh => &code.label.zh,
            Language::En => &code.label.en,
        };
        let label = if words.is_empty() { &code.code } else { words };
        let depth = std::iter::successors(code.parent, |above| vocabulary.code(*above).parent).count();
        let label = format!("{}{label}", "\u{3000}".repeat(depth));
        Choice { value: code.code.clone(), label, chosen: chosen.contains(&code.code) }
    });
    codes.collect()
}

/// Organisations that can be in charge of something; a group is none.
fn addressees(edition: &Edition) -> impl Iterator<Item = &Organization> {
    edition.organizations.iter().filter(|one| one.kind != OrganizationKind::Group)
}

/// The name by which an organisation is found again; its identifier where the name is another's too.
pub(super) fn organization_name(edition: &Edition, language: Language, id: &str) -> String {
    let name = edition.organization(id).map_or(id, |one| one.name.get(language));
    if find_organization(edition, name).is_some_and(|found| found.id == id) { name } else { id }.to_owned()
}

/// The organisation of a name, an alias or an identifier.
pub(super) fn find_organization<'e>(edition: &'e Edition, typed: &str) -> Option<&'e Organization> {
    let typed = typed.trim();
    let is_named = |one: &&Organization| {
        let names = [&one.id, &one.name.zh, &one.name.en].into_iter().chain(&one.aliases);
        names.into_iter().any(|name| name.eq_ignore_ascii_case(typed))
    };
    addressees(edition).find(is_named)
}

/// Whether a text fits a line: what names or counts something.
pub(super) fn is_short(field: &FormField) -> bool {
    let ends =
        |end: &str| field.name == end || field.name.strip_suffix(end).is_some_and(|rest| rest.ends_with('_'));
    field.marks.is_some_and(|mark| SHORT_MARKS.contains(&mark)) || SHORT.into_iter().any(ends)
}

/// What helps to fill a field in.
pub(super) fn hint(t: Text, ground: Ground<'_>, field: &FormField) -> &'static str {
    match field.kind {
        Kind::Money => t.of("hint_money"),
        Kind::Ratio => t.of("hint_ratio"),
        Kind::File => t.of("hint_file"),
        Kind::Organization => t.of("hint_organization"),
        Kind::CodeSet if vocabulary(ground.edition, field).is_some() => t.of("hint_codes"),
        _ => "",
    }
}

/// The unit behind a line.
pub(super) fn unit(page: &Page, t: Text, field: &FormField) -> String {
    match (field.kind, &field.unit) {
        (Kind::Money, _) => t.of("yuan").to_owned(),
        (Kind::Ratio, _) => "%".to_owned(),
        (Kind::Number, Some(unit)) => page.unit(unit),
        _ => String::new(),
    }
}

/// A unit of time in words.
pub(super) fn unit_words(t: Text, letters: &str) -> &'static str {
    match letters {
        "wd" => t.of("unit_wd"),
        "d" => t.of("unit_d"),
        "m" => t.of("unit_m"),
        "y" => t.of("unit_y"),
        _ => t.of("unit_h"),
    }
}
