//! Values as a reader writes them, in Chinese and in English.

use crate::{
    catalog::{Catalog, Type, VocabularyIndex, Words},
    check::Dimension,
    expression::Value,
    number::{Number, Rounding},
};
use chrono::{Datelike, NaiveDate};

/// What a value measures, as far as it matters for writing it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Yuan.
    Money,
    /// A share, written in per cent.
    Share,
    /// A number with its unit, which may be empty.
    Number(String),
    /// Anything that writes itself: dates, truth values, texts.
    Plain,
    /// A code of a vocabulary.
    Code(VocabularyIndex),
}

/// English words for the units that editions write in Chinese: one, and more than one.
const UNITS: [(&str, &str, &str); 17] = [
    ("人", "person", "people"),
    ("年", "year", "years"),
    ("个月", "month", "months"),
    ("月", "month", "months"),
    ("天", "day", "days"),
    ("个工作日", "working day", "working days"),
    ("分", "point", "points"),
    ("项", "item", "items"),
    ("个", "", ""),
    ("家", "firm", "firms"),
    ("户", "household", "households"),
    ("元", "yuan", "yuan"),
    ("美元", "US dollar", "US dollars"),
    ("次", "time", "times"),
    ("小时", "hour", "hours"),
    ("千瓦时", "kWh", "kWh"),
    ("平方米", "square metre", "square metres"),
];

const MONTHS: [&str; 12] = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
];

/// The same text in both languages, made of one function.
pub fn both(zh: impl Into<String>, en: impl Into<String>) -> Words {
    Words { zh: zh.into(), en: en.into() }
}

impl Measure {
    /// Of a field.
    pub fn of_type(kind: &Type) -> Self {
        match kind {
            Type::Money => Self::Money,
            Type::Ratio => Self::Share,
            Type::Number { unit, .. } => Self::Number(unit.clone()),
            Type::Code(vocabulary) | Type::CodeSet(vocabulary) => Self::Code(*vocabulary),
            Type::Bool | Type::Date | Type::Text => Self::Plain,
        }
    }

    /// Of what the check found an expression to measure.
    pub(crate) fn of_dimension(dimension: Option<&Dimension>) -> Self {
        let kind = dimension.and_then(Dimension::written_as);
        kind.as_ref().map_or(Self::Plain, Self::of_type)
    }

    /// Of the difference of two numbers as it is written: shares differ by percentage points.
    pub fn write_difference(&self, number: Number, more: u32) -> Words {
        let Self::Share = self else { return self.write_places(number, more) };
        let points = number.multiply(Number::whole(100));
        let digits = points.map_or_else(String::new, |points| grouped(points, 4 + more));
        let plural = if digits == "1" { "point" } else { "points" };
        both(format!("{digits}个百分点"), format!("{digits} percentage {plural}"))
    }

    /// A value as it is written.
    pub fn write(&self, value: &Value, catalog: &Catalog) -> Words {
        match value {
            Value::Bool(true) => both("是", "yes"),
            Value::Bool(false) => both("否", "no"),
            Value::Date(date) => written_date(*date),
            Value::Text(text) => both(text.as_ref(), text.as_ref()),
            Value::Number(number) => self.write_number(*number),
            Value::Code(code) => self.write_codes(&[*code], catalog),
            Value::Codes(bits) => self.write_codes(&bits.codes().collect::<Vec<_>>(), catalog),
        }
    }

    /// A number as it is written.
    pub fn write_number(&self, number: Number) -> Words {
        self.write_places(number, 0)
    }

    /// The same with more decimal places than usual, where these make a difference.
    pub fn write_places(&self, number: Number, more: u32) -> Words {
        match self {
            Self::Money => {
                let digits = grouped(number, 2 + more);
                both(format!("{digits}元"), format!("{digits} yuan"))
            }
            Self::Share => {
                let digits = number
                    .multiply(Number::whole(100))
                    .map_or_else(String::new, |share| grouped(share, 4 + more));
                both(format!("{digits}%"), format!("{digits}%"))
            }
            Self::Number(unit) if !unit.is_empty() => {
                let digits = grouped(number, 6 + more);
                let one = number == Number::whole(1);
                let english = format!("{digits} {}", english_unit(unit, one));
                both(format!("{digits}{}", chinese_unit(unit)), english.trim_end())
            }
            _ => {
                let digits = grouped(number, 6 + more);
                both(digits.clone(), digits)
            }
        }
    }

    fn write_codes(&self, codes: &[u16], catalog: &Catalog) -> Words {
        let Self::Code(vocabulary) = self else { return Words::default() };
        let vocabulary = catalog.vocabulary(*vocabulary);
        let known = codes.iter().filter(|code| usize::from(**code) < vocabulary.codes().len());
        let (mut zh, mut en) = (Vec::new(), Vec::new());
        for code in known {
            let code = vocabulary.code(*code);
            let shown = |label: &str| if label.is_empty() { code.code.clone() } else { label.to_owned() };
            zh.push(shown(&code.label.zh));
            en.push(shown(&code.label.en));
        }
        if zh.is_empty() {
            return both("无", "none");
        }
        both(zh.join("、"), en.join(", "))
    }
}

/// A unit as it stands behind a Chinese number: 3月 would be March.
fn chinese_unit(unit: &str) -> &str {
    match unit {
        "月" => "个月",
        "工作日" => "个工作日",
        other => other,
    }
}

/// The English words for a unit, of one or of more; a unit that has none stays as it is written.
fn english_unit(unit: &str, is_one: bool) -> String {
    if let Some((above, below)) = unit.split_once('/') {
        return format!("{} per {}", english_unit(above, is_one), english_unit(below, true));
    }
    let known = UNITS.iter().find(|(zh, ..)| *zh == unit);
    known.map_or(unit, |(_, single, plural)| if is_one { single } else { plural }).to_owned()
}

/// A day as it is written: 2026年3月1日, 1 March 2026.
pub fn written_date(date: NaiveDate) -> Words {
    let (year, month, day) = (date.year(), date.month(), date.day());
    let name = MONTHS[date.month0() as usize];
    both(format!("{year}年{month}月{day}日"), format!("{day} {name} {year}"))
}

/// A number with thousands separators; what needs more than `places` decimal places is rounded for reading.
pub fn grouped(number: Number, places: u32) -> String {
    let shortened = Number::scaled(1, places).and_then(|unit| number.rounded_to(unit, Rounding::HalfUp));
    let plain = shortened.unwrap_or(number).to_string();
    let (sign, plain) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
    let (whole, rest) = plain.split_once('.').map_or((plain, String::new()), |(whole, rest)| {
        // A fen is always written with both digits: 0.50, not 0.5.
        let rest = if places == 2 { format!("{rest:0<2}") } else { rest.to_owned() };
        (whole, format!(".{rest}"))
    });
    let mut shown = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    format!("{sign}{shown}{rest}")
}
