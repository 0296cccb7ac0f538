//! One spelling for texts that say the same: width, case, numerals, punctuation.

use super::words::WORDS;
use rules::number::Number;
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// Most characters of a text that are read; the rest adds nothing that would tell two matters apart.
const LENGTH_MAX: usize = 20_000;

/// A text in its one spelling.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Spelt {
    /// Letters and digits only; figures as whole numbers with one spelling of their unit.
    pub text: Vec<char>,
    /// The figures: `3000000` and its unit.
    pub figures: BTreeSet<String>,
}

/// Brings a text to its one spelling.
pub(super) fn spelt(text: &str) -> Spelt {
    let raw: Vec<char> = text.nfkc().flat_map(char::to_lowercase).take(LENGTH_MAX).collect();
    let (rewritten, figures) = figures_of(&raw);
    let plain: String = rewritten.into_iter().filter(|c| c.is_alphanumeric() || *c == '%').collect();
    let plain = WORDS.courtesies.iter().fold(plain, |text, phrase| text.replace(phrase.as_str(), ""));
    Spelt { text: plain.chars().collect(), figures }
}

/// Width, case and punctuation only: how words of a text and words of an edition are compared.
pub(super) fn flat(text: &str) -> Vec<char> {
    let characters = text.nfkc().flat_map(char::to_lowercase).take(LENGTH_MAX);
    characters.filter(|c| c.is_alphanumeric()).collect()
}

/// The text with its figures rewritten, and the figures.
fn figures_of(raw: &[char]) -> (Vec<char>, BTreeSet<String>) {
    let (mut text, mut figures, mut at) = (Vec::with_capacity(raw.len()), BTreeSet::new(), 0);
    while at < raw.len() {
        let read = read_number(&raw[at..]);
        let Some((length, value)) = read else {
            text.push(raw[at]);
            at += 1;
            continue;
        };
        if let Some((more, unit)) = WORDS.unit(&raw[at + length..]) {
            let figure = format!("{}{unit}", printed(value));
            text.extend(figure.chars());
            figures.insert(figure);
            at += length + more;
        } else {
            text.extend(&raw[at..at + length]);
            at += length;
        }
    }
    (text, figures)
}

fn printed(value: Number) -> String {
    match value.parts() {
        (whole, 1) => whole.to_string(),
        (numerator, denominator) => format!("{numerator}/{denominator}"),
    }
}

/// The whole number a text begins with, and how many characters it takes.
pub(super) fn read_whole(text: &[char]) -> Option<(usize, i128)> {
    let (length, number) = read_number(text)?;
    let (whole, parts) = number.parts();
    (parts == 1).then_some((length, whole))
}

/// The number a text begins with, and how many characters it takes.
fn read_number(text: &[char]) -> Option<(usize, Number)> {
    if text.first()?.is_ascii_digit() { read_digits(text) } else { read_numeral(text) }
}

/// `1,200.5` with what multiplies it.
fn read_digits(text: &[char]) -> Option<(usize, Number)> {
    let (mut at, mut digits, mut scale, mut after_point) = (0, 0_i128, 0_u32, false);
    while let Some(character) = text.get(at) {
        let next_is_digit = text.get(at + 1).is_some_and(char::is_ascii_digit);
        if let Some(digit) = character.to_digit(10) {
            digits = digits.checked_mul(10)?.checked_add(i128::from(digit))?;
            scale += u32::from(after_point);
        } else if *character == '.' && !after_point && next_is_digit {
            after_point = true;
        } else if *character != ',' || after_point || !next_is_digit {
            break;
        }
        at += 1;
    }
    let mut value = Number::scaled(digits, scale)?;
    while let Some(power) = multiplier_at(text, at) {
        value = value.multiply(Number::whole(10_i128.checked_pow(power)?))?;
        at += 1;
    }
    Some((at, value))
}

/// What multiplies the number before it, unless a unit begins there.
fn multiplier_at(text: &[char], at: usize) -> Option<u32> {
    let power = WORDS.multiplier(*text.get(at)?)?;
    WORDS.unit(&text[at..]).is_none().then_some(power)
}

/// A number in Chinese numerals.
fn read_numeral(text: &[char]) -> Option<(usize, Number)> {
    let (mut total, mut section, mut digit, mut at) = (0_i128, 0_i128, None::<i128>, 0);
    let mut has_multiplier = false;
    while let Some(character) = text.get(at) {
        if let Some(value) = WORDS.digit(*character).filter(|_| !character.is_ascii_digit()) {
            let before = if has_multiplier { 0 } else { digit.unwrap_or(0) };
            digit = Some(before.checked_mul(10)?.checked_add(value)?);
        } else if let Some(power) = multiplier_at(text, at) {
            let ten = 10_i128.checked_pow(power)?;
            if power >= 4 {
                section = section.checked_add(digit.take().unwrap_or(0))?;
                total = total.checked_add(section)?.checked_mul(ten)?;
                section = 0;
            } else {
                section = section.checked_add(digit.take().unwrap_or(1).checked_mul(ten)?)?;
            }
            has_multiplier = true;
        } else {
            break;
        }
        at += 1;
    }
    let value = total.checked_add(section)?.checked_add(digit.unwrap_or(0))?;
    (at > 0).then_some((at, Number::whole(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(text: &str) -> Vec<String> {
        spelt(text).figures.into_iter().collect()
    }

    #[test]
    fn a_figure_is_the_same_however_it_is_written() {
        for text in ["欠款300万元", "欠款３００万元", "欠款三百万元", "欠款3,000,000元", "欠款0.03亿元整"]
        {
            assert_eq!(figures(text), ["3000000元"], "{text}");
        }
        assert_eq!(figures("两千三百亩，一万二千五百元，1.5吨"), ["12500元", "2300亩", "3/2吨"]);
        assert_eq!(figures("二〇二六年三月十五日"), ["15天", "2026年", "3月"]);
        assert_eq!(figures("第三方十分着急，万一停产"), [""; 0]);
    }

    #[test]
    fn width_case_punctuation_and_courtesies_make_no_difference() {
        let one = spelt("您好！我公司申请 ＫＷ 表扩容（500ＫＷ），请有关部门协调解决，谢谢。");
        assert_eq!(one, spelt("申请kw表，扩容五百千瓦"));
        assert_eq!(spelt(""), Spelt::default());
    }

    #[test]
    fn hostile_numbers_are_no_figures_and_stop_nothing() {
        for text in
            ["9".repeat(300) + "元", "亿".repeat(300) + "元", "九".repeat(300) + "元", ",.".repeat(99)]
        {
            spelt(&text);
        }
    }
}
