//! Time that has passed, and days so long after a day.

use crate::{calendar::Calendar, expression::Period, number::Number};
use chrono::{Datelike, Days, Months, NaiveDate};

/// Whole periods from `from` to `to`; negative backwards. Source: 民法典 200–202 (a month or year is complete on
/// the same-numbered day, or on the last day of a shorter month).
pub fn elapsed(period: Period, from: NaiveDate, to: NaiveDate, calendar: &dyn Calendar) -> Option<i32> {
    match period {
        Period::Days => i32::try_from((to - from).num_days()).ok(),
        Period::WorkingDays => calendar.between(from, to),
        Period::Months => Some(months(from, to)),
        Period::Years => Some(months(from, to) / 12),
    }
}

fn months(from: NaiveDate, to: NaiveDate) -> i32 {
    if to < from {
        return -months(to, from);
    }
    let months = (to.year() - from.year()) * 12 + to.month0() as i32 - from.month0() as i32;
    let complete = from.checked_add_months(Months::new(months.unsigned_abs())).is_some_and(|day| day <= to);
    months - i32::from(!complete)
}

/// The first day of the year or month; `None` for other periods.
pub fn start_of(period: Period, day: NaiveDate) -> Option<NaiveDate> {
    match period {
        Period::Years => NaiveDate::from_ymd_opt(day.year(), 1, 1),
        Period::Months => day.with_day(1),
        Period::Days | Period::WorkingDays => None,
    }
}

/// The day so long after another; `None` for a count that is not whole or leads out of the calendar.
pub fn shifted(period: Period, from: NaiveDate, count: Number, calendar: &dyn Calendar) -> Option<NaiveDate> {
    if !count.is_whole() {
        return None;
    }
    let count = i32::try_from(count.floor()).ok()?;
    let months = |months: i32| match months {
        0.. => from.checked_add_months(Months::new(months.unsigned_abs())),
        _ => from.checked_sub_months(Months::new(months.unsigned_abs())),
    };
    match period {
        Period::Days if count < 0 => from.checked_sub_days(Days::new(count.unsigned_abs().into())),
        Period::Days => from.checked_add_days(Days::new(count.unsigned_abs().into())),
        Period::WorkingDays => calendar.shift(from, count),
        Period::Months => months(count),
        Period::Years => months(count.checked_mul(12)?),
    }
}
