//! The line a clock runs on: days for most, minutes for office hours. On both, (a, b] is what lies after a up to
//! and with b: so the day after an event is day one, and the minute of an event is the first that counts.

use super::{Moment, Period, Unit};
use crate::{
    calendar::{WorkingCalendar, day_of, number_of},
    office_hours::{OfficeHours, minute_of},
};
use chrono::{Months, NaiveTime};

const MINUTES_OF_A_DAY: i64 = 24 * 60;
/// Most days that are looked at for an open office; far more than a period can need.
const DAYS_MAX: i64 = 400_000;

/// When work is done: the calendar, and the office hours where the city has them.
#[derive(Clone, Copy, Debug)]
pub struct OfficeTime<'a> {
    /// The working days.
    pub calendar: &'a WorkingCalendar,
    /// The office hours.
    pub hours: Option<&'a OfficeHours>,
}

/// What is counted on the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Measure {
    /// Working days.
    Working,
    /// All days.
    Calendar,
    /// Minutes in which the office is open.
    Open,
}

impl Measure {
    /// What a period is counted in once months have become days.
    pub fn of(unit: Unit) -> Self {
        match unit {
            Unit::WorkingDay => Self::Working,
            Unit::Day | Unit::Month | Unit::Year => Self::Calendar,
            Unit::OfficeHour => Self::Open,
        }
    }
}

/// How many of its measure a period has; months count as one each.
pub(super) fn units(period: Period) -> i64 {
    match period.unit {
        Unit::OfficeHour => i64::from(period.count) * 60,
        _ => i64::from(period.count),
    }
}

/// A line of days or of minutes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis<'a> {
    pub office: OfficeTime<'a>,
    pub in_minutes: bool,
}

impl Axis<'_> {
    /// The place of a moment; the beginning of its day where a minute is missing.
    pub fn position(&self, moment: Moment) -> i64 {
        let day = number_of(moment.day);
        if self.in_minutes { day * MINUTES_OF_A_DAY + moment.time.map_or(0, minute_of) } else { day }
    }

    /// The moment of a place.
    pub fn moment(&self, position: i64) -> Moment {
        if !self.in_minutes {
            return day_of(position).into();
        }
        let minute = u32::try_from(position.rem_euclid(MINUTES_OF_A_DAY)).unwrap_or_default();
        let time = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0);
        Moment { day: day_of(position.div_euclid(MINUTES_OF_A_DAY)), time }
    }

    /// How many there are in (from, to]; negative where `to` lies before `from`.
    pub fn count(&self, measure: Measure, from: i64, to: i64) -> i64 {
        match measure {
            Measure::Calendar => to - from,
            Measure::Working => {
                self.office.calendar.worked_through(to) - self.office.calendar.worked_through(from)
            }
            Measure::Open if to < from => -self.open_minutes(to, from),
            Measure::Open => self.open_minutes(from, to),
        }
    }

    /// The place at which so many after `from` are reached.
    pub fn advance(&self, measure: Measure, from: i64, count: i64) -> i64 {
        match measure {
            _ if count <= 0 => from,
            Measure::Calendar => from + count,
            Measure::Working => {
                self.office.calendar.day_with(self.office.calendar.worked_through(from) + count)
            }
            Measure::Open => {
                let mut left = count;
                let first = from.div_euclid(MINUTES_OF_A_DAY);
                for (opens, closes) in (first..first + DAYS_MAX).flat_map(|day| self.open_on(day)) {
                    let opens = opens.max(from);
                    if closes > opens && closes - opens >= left {
                        return opens + left;
                    }
                    left -= (closes - opens).max(0);
                }
                from + DAYS_MAX * MINUTES_OF_A_DAY
            }
        }
    }

    /// The place so many before `to`.
    pub fn retreat(&self, measure: Measure, to: i64, count: i64) -> i64 {
        match measure {
            _ if count <= 0 => to,
            Measure::Calendar => to - count,
            Measure::Working => {
                let calendar = self.office.calendar;
                calendar.day_with(calendar.worked_through(to - 1) + 1 - count)
            }
            Measure::Open => {
                let mut left = count;
                let last = to.div_euclid(MINUTES_OF_A_DAY);
                let days = (last - DAYS_MAX..=last).rev();
                for (opens, closes) in days.flat_map(|day| self.open_on(day).into_iter().rev()) {
                    let closes = closes.min(to);
                    if closes > opens && closes - opens >= left {
                        return closes - left;
                    }
                    left -= (closes - opens).max(0);
                }
                to - DAYS_MAX * MINUTES_OF_A_DAY
            }
        }
    }

    /// The place a period after `from`, without anything that stands still.
    pub fn after(&self, from: i64, period: Period) -> i64 {
        match period.months() {
            Some(months) => months_after(from, months),
            None => self.advance(Measure::of(period.unit), from, units(period)),
        }
    }

    /// The place a period before `to`; periods of months are refused where terms are checked.
    pub fn before(&self, to: i64, period: Period) -> i64 {
        self.retreat(Measure::of(period.unit), to, units(period))
    }

    /// Whether a day is worked.
    pub fn works(&self, day: i64) -> bool {
        self.office.calendar.works(day)
    }

    /// Whether a place lies within the years whose notice is there.
    pub fn is_known(&self, position: i64) -> bool {
        self.office.calendar.is_known(self.moment(position).day)
    }

    /// When the office is open on the day with this number, as places of minutes.
    pub fn open_on(&self, day: i64) -> Vec<(i64, i64)> {
        match self.office.hours {
            Some(hours) if self.works(day) => {
                let start = day * MINUTES_OF_A_DAY;
                let hours = hours.on(day_of(day)).iter();
                hours.map(|open| (start + minute_of(open.from), start + minute_of(open.to))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The number of the day in which a minute lies that ends at this place.
    pub fn day_of_minute(position: i64) -> i64 {
        (position - 1).div_euclid(MINUTES_OF_A_DAY)
    }

    /// The place at which a day begins.
    pub fn midnight(day: i64) -> i64 {
        day * MINUTES_OF_A_DAY
    }

    fn open_minutes(&self, from: i64, to: i64) -> i64 {
        let days = from.div_euclid(MINUTES_OF_A_DAY)..=to.div_euclid(MINUTES_OF_A_DAY);
        let open = days.flat_map(|day| self.open_on(day));
        open.map(|(opens, closes)| (closes.min(to) - opens.max(from)).max(0)).sum()
    }
}

/// The day of the same number so many months later, or the last of the month.
pub(super) fn months_after(day: i64, months: u32) -> i64 {
    day_of(day).checked_add_months(Months::new(months)).map_or(day, number_of)
}
