//! Days, months and years in SQL.

use super::{
    Dialect, Printed, Unprintable, integer::Int, number::Fraction, projection::Sql, render::Renderer,
};
use crate::{
    expression::{Expression, Period},
    number::Number,
};
use chrono::{Datelike, NaiveDate};

/// More days, months or years than lie between any two days.
const TIME_MAX: u128 = 1_000_000_000;

/// Most days or months by which a day is moved: all databases hold the result.
const SHIFT_MAX: i128 = 200_000;

/// A constant day.
pub fn day(day: NaiveDate) -> Printed<Sql> {
    if !(1..=9999).contains(&day.year()) {
        return Err(Unprintable::new("a day outside the years 1 to 9999", "write a day of these years"));
    }
    Ok(Sql::plain(format!("DATE '{day}'")))
}

fn working_days<T>() -> Printed<T> {
    Err(Unprintable::new("working days, which need a calendar", "deliver the day or the count as a field"))
}

/// Whole months from a day to a later one: the last is complete on the same-numbered day or the month's end.
fn months(from: &str, to: &str) -> String {
    let part = |part: &str, of: &str| format!("CAST(EXTRACT({part} FROM {of}) AS BIGINT)");
    format!(
        "(({} - {}) * 12 + {} - {} - CASE WHEN {} >= {} OR {} = 1 THEN 0 ELSE 1 END)",
        part("YEAR", to),
        part("YEAR", from),
        part("MONTH", to),
        part("MONTH", from),
        part("DAY", to),
        part("DAY", from),
        part("DAY", &format!("({to} + INTERVAL '1' DAY)")),
    )
}

/// The first day of the year or month of a day.
pub(super) fn start_of(period: Period, day: &Sql) -> Printed<Sql> {
    let unit = match period {
        Period::Years => "year",
        Period::Months => "month",
        Period::Days | Period::WorkingDays => {
            return Err(Unprintable::new("the start of a day", "write the day itself"));
        }
    };
    Ok(Sql::made(format!("CAST(DATE_TRUNC('{unit}', {}) AS DATE)", day.text), [day]))
}

impl Renderer<'_> {
    pub(super) fn elapsed(&mut self, period: Period, from: &Sql, to: &Sql) -> Printed<Fraction> {
        let (f, t) = (&from.text, &to.text);
        let text = match period {
            Period::WorkingDays => return working_days(),
            Period::Days => self.dialect.days_between(f, t),
            Period::Months | Period::Years => {
                format!("CASE WHEN {t} < {f} THEN -{} ELSE {} END", months(t, f), months(f, t))
            }
        };
        let time = Int::narrow(Sql::made(text, [from, to]), TIME_MAX);
        let time = self.once_whole(time);
        if period != Period::Years {
            return self.whole(time);
        }
        let size = self.once_whole(time.absolute());
        let years = size.quotient(&Int::constant(12, self.dialect)?, self.dialect)?;
        let years = self.once_whole(years);
        self.whole(years.signed_as(&time))
    }

    pub(super) fn shifted(&mut self, period: Period, from: &Sql, count: &Expression) -> Printed<Sql> {
        let hint = "shift by a constant, or deliver the day as a field";
        if matches!(count, Expression::NotInForce(_)) {
            return Ok(Sql::plain("CAST(NULL AS DATE)"));
        }
        let Some(count) = self.number(count)?.constant else {
            return Err(Unprintable::new("a day moved by a number of the firm", hint));
        };
        if !count.is_whole() {
            return Ok(Sql::plain("CAST(NULL AS DATE)"));
        }
        let units = match period {
            Period::WorkingDays => return working_days(),
            Period::Years => count.multiply(Number::whole(12)),
            _ => Some(count),
        };
        let units = units.map(Number::floor).filter(|units| units.abs() <= SHIFT_MAX);
        let units = units.ok_or_else(|| Unprintable::new("a day moved by more than 10,000 years", hint))?;
        let unit = if period == Period::Days { "DAY" } else { "MONTH" };
        let amount = match self.dialect {
            Dialect::DataFusion => format!("INTERVAL '{units} {unit}'"),
            _ => format!("INTERVAL '{units}' {unit}"),
        };
        Ok(Sql::made(format!("CAST({} + {amount} AS DATE)", from.text), [from]))
    }
}
