//! When something happens: a day, and where hours matter a time of day, to the minute.

use crate::{calendar::YEARS, china_time::time_in_china};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// A day, or a minute of it: `2026-02-13`, `2026-02-13T16:00`. What is reckoned stays within the years that are read: so
/// every moment that was written down can be read again, and as texts moments stand in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Moment {
    /// The day.
    pub day: NaiveDate,
    /// The minute, where it is known.
    pub time: Option<NaiveTime>,
}

/// A text that is no moment.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a day or a minute from 1900 to 9999 · write 2026-02-13 or 2026-02-13T16:00")]
pub struct NotAMoment(pub String);

impl Moment {
    /// The minute it is in China at a moment.
    pub fn in_china(at: DateTime<Utc>) -> Self {
        let there = time_in_china(at);
        Self { day: there.date(), time: NaiveTime::from_hms_opt(there.hour(), there.minute(), 0) }
    }

    /// The first moment after it: the day after, or the minute after. A due date is over then.
    #[must_use]
    pub fn next(self) -> Self {
        let next_day = || {
            let next = self.day.checked_add_days(Days::new(1));
            next.filter(|day| YEARS.contains(&day.year())).unwrap_or(self.day)
        };
        match self.time {
            None => Self::from(next_day()),
            Some(time) => match time.overflowing_add_signed(TimeDelta::minutes(1)) {
                (time, 0) => Self { day: self.day, time: Some(time) },
                (time, _) => Self { day: next_day(), time: Some(time) },
            },
        }
    }
}

impl From<NaiveDate> for Moment {
    fn from(day: NaiveDate) -> Self {
        Self { day, time: None }
    }
}

impl FromStr for Moment {
    type Err = NotAMoment;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fail = || NotAMoment(text.to_owned());
        let (day, time) = match text.split_once(['T', ' ']) {
            Some((day, time)) => (day, Some(time)),
            None => (text, None),
        };
        let day: NaiveDate = day.parse().map_err(|_| fail())?;
        let time: Option<NaiveTime> = time.map(|time| time.parse().map_err(|_| fail())).transpose()?;
        if !YEARS.contains(&day.year()) {
            return Err(fail());
        }
        Ok(Self { day, time: time.and_then(|time| NaiveTime::from_hms_opt(time.hour(), time.minute(), 0)) })
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.day)?;
        match self.time {
            Some(time) => write!(f, "T{:02}:{:02}", time.hour(), time.minute()),
            None => Ok(()),
        }
    }
}

impl TryFrom<String> for Moment {
    type Error = NotAMoment;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Moment> for String {
    fn from(moment: Moment) -> Self {
        moment.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_last_moment_comes_none() {
        for text in ["9999-12-31", "9999-12-31T23:59"] {
            let last: Moment = text.parse().unwrap();
            assert!(last.next().to_string().parse::<Moment>().is_ok(), "{}", last.next());
        }
    }

    #[test]
    fn a_moment_is_read_to_the_minute() {
        for (text, expected) in [
            ("2026-02-13", "2026-02-13"),
            ("2026-02-13T16:00", "2026-02-13T16:00"),
            ("2026-02-13 08:05:59", "2026-02-13T08:05"),
        ] {
            assert_eq!(text.parse::<Moment>().unwrap().to_string(), expected);
        }
        for text in
            ["", "2026-02-30", "2026-02-13T", "2026-02-13T25:00", "1899-12-31", "+10000-01-01", "16:00"]
        {
            assert!(text.parse::<Moment>().is_err(), "{text}");
        }
    }
}
