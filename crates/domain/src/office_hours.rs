//! The hours in which offices are open: by season, as a city sets them.

use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The office hours of a city. They hold on working days; each season lasts until the next one begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeHours {
    /// Where they are published.
    pub cite: String,
    /// The seasons; one alone lasts all year.
    #[serde(rename = "season")]
    pub seasons: Vec<OfficeSeason>,
}

/// A part of the year with its hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeSeason {
    /// Its first day.
    pub from: MonthDay,
    /// When offices are open, in the order of the day.
    pub hours: Vec<OpenHours>,
}

/// A day of every year: `06-01`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MonthDay {
    month: u32,
    day: u32,
}

/// From one minute of a day to another: `08:30-12:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OpenHours {
    /// Opens.
    pub from: NaiveTime,
    /// Closes.
    pub to: NaiveTime,
}

/// A text that is no day of every year, or no hours.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be read · write {1}")]
pub struct NotOfficeTime(String, &'static str);

/// What is wrong with office hours, and in which field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficeHoursFault {
    /// The field, such as `season.0.hours`.
    pub field: String,
    /// What is wrong.
    pub what: OfficeHoursFaultKind,
}

/// What can be wrong with office hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OfficeHoursFaultKind {
    /// No source is cited.
    NoCitation,
    /// There is no season.
    NoSeason,
    /// Two seasons begin on one day.
    SameDay,
    /// A season is never open.
    NeverOpen,
    /// Hours overlap or stand out of order.
    OutOfOrder,
}

/// The minute of the day.
pub(crate) fn minute_of(time: NaiveTime) -> i64 {
    i64::from(time.hour() * 60 + time.minute())
}

impl OfficeHours {
    /// The hours of a day, should it be a working day.
    pub fn on(&self, day: NaiveDate) -> &[OpenHours] {
        let day = MonthDay { month: day.month(), day: day.day() };
        let begun = self.seasons.iter().filter(|season| season.from <= day).max_by_key(|season| season.from);
        // Before the first season of the year the last one of the year before still holds.
        let season = begun.or_else(|| self.seasons.iter().max_by_key(|season| season.from));
        season.map_or(&[], |season| &season.hours)
    }

    /// When offices close on a day.
    pub fn closing(&self, day: NaiveDate) -> Option<NaiveTime> {
        self.on(day).last().map(|hours| hours.to)
    }

    /// Everything that is wrong with them.
    pub fn faults(&self) -> Vec<OfficeHoursFault> {
        use OfficeHoursFaultKind as Kind;
        let mut faults = Vec::new();
        let mut add = |field: String, what| faults.push(OfficeHoursFault { field, what });
        if self.cite.trim().is_empty() {
            add("cite".to_owned(), Kind::NoCitation);
        }
        if self.seasons.is_empty() {
            add("season".to_owned(), Kind::NoSeason);
        }
        for (at, season) in self.seasons.iter().enumerate() {
            if self.seasons[..at].iter().any(|other| other.from == season.from) {
                add(format!("season.{at}.from"), Kind::SameDay);
            }
            if season.hours.is_empty() {
                add(format!("season.{at}.hours"), Kind::NeverOpen);
            }
            if season.hours.windows(2).any(|pair| pair[0].to > pair[1].from) {
                add(format!("season.{at}.hours"), Kind::OutOfOrder);
            }
        }
        faults
    }
}

impl FromStr for MonthDay {
    type Err = NotOfficeTime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // A leap year, so that 29 February can be read.
        let day = format!("2000-{text}").parse::<NaiveDate>().ok().filter(|_| text.len() == 5);
        let day = day.ok_or_else(|| NotOfficeTime(text.to_owned(), "month and day, such as 06-01"))?;
        Ok(Self { month: day.month(), day: day.day() })
    }
}

impl FromStr for OpenHours {
    type Err = NotOfficeTime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = |text: &str| NaiveTime::parse_from_str(text, "%H:%M").ok();
        let hours = text.split_once('-').and_then(|(from, to)| Some((time(from)?, time(to)?)));
        let hours = hours.filter(|(from, to)| from < to);
        let (from, to) = hours.ok_or_else(|| NotOfficeTime(text.to_owned(), "hours such as 08:30-12:00"))?;
        Ok(Self { from, to })
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}-{:02}", self.month, self.day)
    }
}

impl fmt::Display for OpenHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.from.format("%H:%M"), self.to.format("%H:%M"))
    }
}

impl TryFrom<String> for MonthDay {
    type Error = NotOfficeTime;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl TryFrom<String> for OpenHours {
    type Error = NotOfficeTime;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<MonthDay> for String {
    fn from(day: MonthDay) -> Self {
        day.to_string()
    }
}

impl From<OpenHours> for String {
    fn from(hours: OpenHours) -> Self {
        hours.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(text: &str) -> OfficeHours {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn a_season_lasts_until_the_next_one_begins_across_the_year() {
        let hours = hours(
            "cite = \"x\"\nseason = [{ from = \"06-01\", hours = [\"08:30-12:00\", \"14:30-17:30\"] }, { from = \"10-01\", hours = [\"08:30-12:00\", \"13:30-17:00\"] }]",
        );
        assert_eq!(hours.faults(), []);
        for (day, closing) in [
            ("2026-05-31", "17:00"),
            ("2026-06-01", "17:30"),
            ("2026-09-30", "17:30"),
            ("2026-10-01", "17:00"),
            ("2026-01-01", "17:00"),
        ] {
            let day = day.parse().unwrap();
            assert_eq!(
                hours.closing(day).map(|time| time.format("%H:%M").to_string()).as_deref(),
                Some(closing)
            );
        }
    }

    #[test]
    fn every_fault_of_office_hours_is_found() {
        let hours = hours(
            "cite = \"\"\nseason = [{ from = \"06-01\", hours = [] }, { from = \"06-01\", hours = [\"14:30-17:30\", \"08:30-12:00\"] }]",
        );
        let faults: Vec<String> =
            hours.faults().into_iter().map(|fault| format!("{} {:?}", fault.field, fault.what)).collect();
        assert_eq!(
            faults,
            [
                "cite NoCitation", "season.0.hours NeverOpen", "season.1.from SameDay",
                "season.1.hours OutOfOrder"
            ]
        );
        assert!(["6-1", "02-30", "0601", ""].iter().all(|text| text.parse::<MonthDay>().is_err()));
        assert!(
            ["12:00-08:30", "8", "08:30", "08:30-08:30"]
                .iter()
                .all(|text| text.parse::<OpenHours>().is_err())
        );
    }
}
