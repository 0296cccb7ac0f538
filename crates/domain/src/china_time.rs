//! The one time that China keeps, eight hours ahead of UTC all year.

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

const AHEAD_OF_UTC: TimeDelta = TimeDelta::hours(8);

/// What calendar and clock show in China at a moment.
pub fn time_in_china(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc() + AHEAD_OF_UTC
}

/// The day it is in China at a moment.
pub fn day_in_china(at: DateTime<Utc>) -> NaiveDate {
    time_in_china(at).date()
}

/// The moment a day begins in China.
pub fn beginning_in_china(day: NaiveDate) -> DateTime<Utc> {
    (day.and_time(NaiveTime::MIN) - AHEAD_OF_UTC).and_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_in_china_at_four_in_the_afternoon_of_the_day_before() {
        for (at, day) in [
            ("2026-11-27T15:59:59Z", "2026-11-27"),
            ("2026-11-27T16:00:00Z", "2026-11-28"),
            ("2026-12-31T16:00:00Z", "2027-01-01"),
        ] {
            assert_eq!(day_in_china(at.parse().unwrap()).to_string(), day, "{at}");
        }
        let day: NaiveDate = "2026-11-28".parse().unwrap();
        assert_eq!(beginning_in_china(day).to_rfc3339(), "2026-11-27T16:00:00+00:00");
        assert_eq!(day_in_china(beginning_in_china(day)), day);
    }
}
