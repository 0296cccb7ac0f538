//! Legal periods: `5wd`, `30d`, `3m`, `1y`, `8h`.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// What a period is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Unit {
    /// Working days.
    WorkingDay,
    /// Calendar days.
    Day,
    /// Months, to the day of the same number.
    Month,
    /// Years of twelve months.
    Year,
    /// Hours in which the office is open.
    OfficeHour,
}

impl Unit {
    const ALL: [(Self, &'static str); 5] = [
        (Self::WorkingDay, "wd"),
        (Self::Day, "d"),
        (Self::Month, "m"),
        (Self::Year, "y"),
        (Self::OfficeHour, "h"),
    ];

    /// Its letters in a period.
    pub fn letters(self) -> &'static str {
        Self::ALL.iter().find(|(unit, _)| *unit == self).map_or("", |(_, letters)| letters)
    }
}

/// So much time as the law gives: a count and its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Period {
    /// How many, from 1 to 9,999.
    pub count: u16,
    /// Of what.
    pub unit: Unit,
}

impl Period {
    /// Most units of a period.
    const COUNT_MAX: u16 = 9_999;

    /// The period as months, where it is months or years.
    pub(super) fn months(self) -> Option<u32> {
        match self.unit {
            Unit::Month => Some(u32::from(self.count)),
            Unit::Year => Some(u32::from(self.count) * 12),
            _ => None,
        }
    }
}

/// A text that is no period.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a period · write a count from 1 to 9999 and wd, d, m, y or h: 5wd, 30d, 3m, 1y, 8h")]
pub struct NotAPeriod(pub String);

impl FromStr for Period {
    type Err = NotAPeriod;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || NotAPeriod(text.to_owned());
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let (count, letters) = text.split_at(digits);
        let count = count.parse().ok().filter(|count| (1..=Self::COUNT_MAX).contains(count));
        let unit = Unit::ALL.iter().find(|(_, known)| *known == letters).map(|(unit, _)| *unit);
        Ok(Self { count: count.ok_or_else(fail)?, unit: unit.ok_or_else(fail)? })
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.count, self.unit.letters())
    }
}

impl TryFrom<String> for Period {
    type Error = NotAPeriod;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Period> for String {
    fn from(period: Period) -> Self {
        period.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_period_is_printed_as_it_was_read() {
        for text in ["5wd", "30d", "3m", "1y", "8h", "9999d"] {
            assert_eq!(text.parse::<Period>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_period_is_refused_with_the_forms_there_are() {
        for text in ["", "5", "wd", "0d", "10000d", "5 wd", "-1d", "5WD", "5w", "1.5d", "五d", "99999999999d"]
        {
            let error = text.parse::<Period>().unwrap_err();
            assert!(error.to_string().ends_with("5wd, 30d, 3m, 1y, 8h"), "{text}: {error}");
        }
    }
}
