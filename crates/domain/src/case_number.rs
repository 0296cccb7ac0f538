//! The number of a case, as it is read out on the telephone: `2026-000123-4`. The last digit checks the others, so that
//! one that was misheard, or two that changed places, are found.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use unicode_normalization::UnicodeNormalization;

/// The number of a case: the year, its place among the cases of that year, and a check digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CaseNumber {
    /// The year in which the case was opened.
    pub year: u16,
    /// From 1.
    pub place: u32,
}

/// A text that is no number of a case.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no number of a case · read it again: a digit is wrong, or two have changed places")]
pub struct NotACaseNumber(pub String);

/// The quasigroup of Damm: a digit that is wrong, or two neighbours that changed places, never give 0.
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// What is left over of digits; the check digit of those before it, 0 with it.
fn rest(digits: &str) -> u8 {
    let digits = digits.bytes().filter(u8::is_ascii_digit);
    digits.fold(0, |rest, digit| DAMM[usize::from(rest)][usize::from(digit - b'0')])
}

impl fmt::Display for CaseNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = format!("{:04}-{:06}", self.year, self.place);
        write!(f, "{digits}-{}", rest(&digits))
    }
}

impl FromStr for CaseNumber {
    type Err = NotACaseNumber;

    /// Hyphens may be missing, and digits may be wide.
    fn from_str(text: &str) -> Result<Self, NotACaseNumber> {
        let fail = || NotACaseNumber(text.to_owned());
        let is_link = |character: &char| character.is_whitespace() || matches!(character, '-' | '–' | '—');
        let digits: String = text.nfkc().filter(|character| !is_link(character)).collect();
        let is_whole = (11..=14).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_whole || rest(&digits) != 0 {
            return Err(fail());
        }
        let (year, place) = digits[..digits.len() - 1].split_at(4);
        let number =
            Self { year: year.parse().map_err(|_| fail())?, place: place.parse().map_err(|_| fail())? };
        // Noughts before the place would give one case two numbers.
        let is_plain = number.place > 0 && place == format!("{:06}", number.place);
        if is_plain { Ok(number) } else { Err(fail()) }
    }
}

impl TryFrom<String> for CaseNumber {
    type Error = NotACaseNumber;

    fn try_from(text: String) -> Result<Self, NotACaseNumber> {
        text.parse()
    }
}

impl From<CaseNumber> for String {
    fn from(number: CaseNumber) -> Self {
        number.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_number_is_read_as_it_is_written_on_paper_and_on_the_telephone() {
        let number = CaseNumber { year: 2026, place: 123 };
        let text = number.to_string();
        assert!(text.starts_with("2026-000123-"), "{text}");
        let wide: String = text.chars().map(|c| if c == '2' { '２' } else { c }).collect();
        for spelling in [&text, &text.replace('-', ""), &text.replace('-', " "), &wide] {
            assert_eq!(spelling.parse(), Ok(number), "{spelling}");
        }
        for other in ["", "2026", "2026-000000-0", "2026-0000123-4", "abcd-000123-4", "20260001234567890"] {
            assert!(other.parse::<CaseNumber>().is_err(), "{other}");
        }
    }

    proptest! {
        #[test]
        fn one_digit_that_is_wrong_and_two_that_changed_places_are_found(
            (year, place) in (2020_u16..2100, 1_u32..2_000_000),
            at in 0_usize..11,
            digit in 0_u8..10,
        ) {
            let text = CaseNumber { year, place }.to_string().replace('-', "");
            let mut wrong = text.clone().into_bytes();
            wrong[at] = b'0' + digit;
            let mut swapped = text.clone().into_bytes();
            swapped.swap(at.min(9), at.min(9) + 1);
            for bytes in [wrong, swapped] {
                let other = String::from_utf8(bytes).unwrap();
                prop_assert_eq!(other.parse::<CaseNumber>().is_ok(), other == text, "{} for {}", other, text);
            }
        }
    }
}
