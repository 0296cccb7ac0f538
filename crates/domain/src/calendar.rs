//! The working days of China as the yearly holiday notices set them: weekends, days off, make-up days.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use rules::calendar::Calendar;
use serde::{Deserialize, Serialize};

/// What the notice of one year says; the notice may speak of days of the year before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year.
    pub year: i32,
    /// Days off that are no Saturday or Sunday, or that belong to a holiday.
    pub off: Vec<NaiveDate>,
    /// Saturdays and Sundays on which is worked.
    pub work: Vec<NaiveDate>,
}

/// Working days from the first to the last year that is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkingCalendar {
    first: NaiveDate,
    /// For each day from the first: how many working days there were up to and with it.
    counts: Vec<u32>,
}

impl WorkingCalendar {
    /// The calendar of these years, up to the first gap between them.
    pub fn of_years(mut years: Vec<CalendarYear>) -> Self {
        years.sort_by_key(|year| year.year);
        years.dedup_by_key(|year| year.year);
        let Some(first) = years.first().and_then(|year| NaiveDate::from_ymd_opt(year.year, 1, 1)) else {
            return Self::default();
        };
        let known =
            (first.year()..).zip(&years).take_while(|(expected, year)| *expected == year.year).count();
        let last = first.year() + known as i32 - 1;
        let listed = |day: &NaiveDate, list: fn(&CalendarYear) -> &Vec<NaiveDate>| {
            years[..known].iter().any(|year| list(year).contains(day))
        };
        let mut count = 0;
        let days = first.iter_days().take_while(|day| day.year() <= last);
        let counts = days.map(|day| {
            let weekend = matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
            let works =
                if weekend { listed(&day, |year| &year.work) } else { !listed(&day, |year| &year.off) };
            count += u32::from(works);
            count
        });
        Self { first, counts: counts.collect() }
    }

    /// Whether a day is a working day; `None` beyond the years that are known.
    pub fn is_working(&self, day: NaiveDate) -> Option<bool> {
        let at = self.position(day)?;
        Some(self.counts[at] > at.checked_sub(1).map_or(0, |before| self.counts[before]))
    }

    /// The last day that is known.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.first.checked_add_days(Days::new(self.counts.len().checked_sub(1)? as u64))
    }

    fn position(&self, day: NaiveDate) -> Option<usize> {
        let at = usize::try_from((day - self.first).num_days()).ok()?;
        (at < self.counts.len()).then_some(at)
    }

    /// The first day on which so many working days are reached.
    fn day_of(&self, count: u32) -> Option<NaiveDate> {
        let at = self.counts.partition_point(|reached| *reached < count);
        let known = count > 0 && at < self.counts.len();
        if known { self.first.checked_add_days(Days::new(at as u64)) } else { None }
    }
}

impl Calendar for WorkingCalendar {
    fn shift(&self, from: NaiveDate, working_days: i32) -> Option<NaiveDate> {
        let reached = self.counts[self.position(from)?];
        match working_days {
            0 => Some(from),
            1.. => self.day_of(reached.checked_add(working_days.unsigned_abs())?),
            _ => {
                // The day itself does not count, whether it is worked or not.
                let before = reached - u32::from(self.is_working(from)?);
                self.day_of((before + 1).checked_sub(working_days.unsigned_abs())?)
            }
        }
    }

    fn between(&self, from: NaiveDate, to: NaiveDate) -> Option<i32> {
        let (from, to) = (self.counts[self.position(from)?], self.counts[self.position(to)?]);
        i32::try_from(i64::from(to) - i64::from(from)).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// February 2026: the 15th to the 23rd are off, the 14th and the 28th are worked.
    fn calendar() -> WorkingCalendar {
        let off = (16..=23).map(|d| NaiveDate::from_ymd_opt(2026, 2, d).unwrap()).collect();
        let work = vec![day("2026-02-14"), day("2026-02-28")];
        WorkingCalendar::of_years(vec![CalendarYear { year: 2026, off, work }])
    }

    #[test]
    fn make_up_saturdays_are_counted_and_holidays_are_not() {
        let calendar = calendar();
        for (from, days, to) in [
            ("2026-02-13", 3, Some("2026-02-25")),
            ("2026-02-13", 6, Some("2026-02-28")),
            ("2026-02-13", 5, Some("2026-02-27")),
            ("2026-02-14", 1, Some("2026-02-24")),
            ("2026-02-25", -3, Some("2026-02-13")),
            ("2026-02-22", -1, Some("2026-02-14")),
            ("2026-02-20", 0, Some("2026-02-20")),
            ("2026-12-31", 1, None),
            ("2025-12-31", 1, None),
        ] {
            assert_eq!(calendar.shift(day(from), days), to.map(day), "{from} {days}");
        }
        assert_eq!(calendar.between(day("2026-02-13"), day("2026-02-28")), Some(6));
        assert_eq!(calendar.between(day("2026-02-28"), day("2026-02-13")), Some(-6));
    }

    #[test]
    fn a_gap_between_years_ends_the_calendar() {
        let year = |year| CalendarYear { year, off: Vec::new(), work: Vec::new() };
        let calendar = WorkingCalendar::of_years(vec![year(2026), year(2023), year(2024)]);
        assert_eq!(calendar.last_day(), Some(day("2024-12-31")));
        assert_eq!(calendar.is_working(day("2025-01-02")), None);
        assert_eq!(WorkingCalendar::of_years(Vec::new()).last_day(), None);
    }
}
