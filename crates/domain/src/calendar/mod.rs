//! The working days of China as the yearly holiday notices set them: weekends, days off, make-up days.

#[cfg(test)]
mod tests;

use crate::Bilingual;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use rules::calendar::Calendar;
use serde::{Deserialize, Serialize};

/// What the notices for one year say; they may speak of days of the year before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarYear {
    /// The year.
    pub year: i32,
    /// The notices, the first one and those that changed it.
    #[serde(rename = "notice")]
    pub notices: Vec<HolidayNotice>,
    /// What they say, by holiday.
    #[serde(default, rename = "holiday")]
    pub holidays: Vec<Holiday>,
}

/// A notice of the State Council or its office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HolidayNotice {
    /// Its number, as printed.
    pub number: String,
    /// The day on which it was signed.
    pub issued: NaiveDate,
}

/// A holiday of one year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// What it is called.
    pub name: Bilingual,
    /// Days off; weekends that only touch the holiday may be missing.
    pub off: Vec<NaiveDate>,
    /// Saturdays and Sundays that are worked for it.
    #[serde(default)]
    pub work: Vec<NaiveDate>,
}

/// What a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind<'c> {
    /// A working day.
    Working,
    /// A Saturday or Sunday that is worked for this holiday.
    MakeUp(&'c Bilingual),
    /// A Saturday or Sunday.
    Weekend,
    /// A day off for this holiday.
    Holiday(&'c Bilingual),
}

impl DayKind<'_> {
    /// Whether it is worked on such a day.
    pub fn is_working(self) -> bool {
        matches!(self, Self::Working | Self::MakeUp(_))
    }
}

/// Working days. From the first to the last year whose notice is there they are known; outside they are assumed
/// to be Monday to Friday.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkingCalendar {
    first: NaiveDate,
    /// For each known day from the first: how many working days there were up to and with it.
    counts: Vec<u32>,
    /// The known working days, as days after the first.
    worked: Vec<u32>,
    /// For each known day: 0, or one more than the place of its holiday in `names`.
    named: Vec<u16>,
    names: Vec<Bilingual>,
    years: Vec<CalendarYear>,
}

/// Saturday or Sunday.
fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// The number of a day, so that days can be added and taken away; 1 is a Monday.
pub(crate) fn number_of(day: NaiveDate) -> i64 {
    i64::from(day.num_days_from_ce())
}

/// The years in which days lie that are reckoned with.
pub(crate) const YEARS: std::ops::RangeInclusive<i32> = 1900..=9999;

/// The day with a number; the first or last day of [`YEARS`] where the number lies beyond.
pub(crate) fn day_of(number: i64) -> NaiveDate {
    let day = i32::try_from(number).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
    let (first, last) = (*YEARS.start(), *YEARS.end());
    match day {
        Some(day) if YEARS.contains(&day.year()) => day,
        Some(day) if day.year() > last => last_of(last),
        None if number > 0 => last_of(last),
        _ => NaiveDate::from_yo_opt(first, 1).unwrap_or(NaiveDate::MIN),
    }
}

fn last_of(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX)
}

/// Mondays to Fridays up to and with a day.
fn weekdays_through(number: i64) -> i64 {
    number.div_euclid(7) * 5 + number.rem_euclid(7).min(5)
}

/// The day on which so many Mondays to Fridays are reached.
fn weekday_with(count: i64) -> i64 {
    (count - 1).div_euclid(5) * 7 + (count - 1).rem_euclid(5) + 1
}

impl WorkingCalendar {
    /// The calendar of these years, up to the first gap between them.
    pub fn of_years(mut years: Vec<CalendarYear>) -> Self {
        years.sort_by_key(|year| year.year);
        years.dedup_by_key(|year| year.year);
        let Some(first) = years.first().and_then(|year| NaiveDate::from_ymd_opt(year.year, 1, 1)) else {
            return Self::default();
        };
        let known = (first.year()..).zip(&years).take_while(|(expected, year)| *expected == year.year);
        let last = first.year() + known.count() as i32 - 1;
        years.retain(|year| year.year <= last);
        let days: Vec<NaiveDate> = first.iter_days().take_while(|day| day.year() <= last).collect();
        let mut works: Vec<bool> = days.iter().map(|day| !is_weekend(*day)).collect();
        let (mut named, mut names) = (vec![0; days.len()], Vec::new());
        for holiday in years.iter().flat_map(|year| &year.holidays) {
            let name = names.iter().position(|known| *known == holiday.name).unwrap_or_else(|| {
                names.push(holiday.name.clone());
                names.len() - 1
            });
            let off = holiday.off.iter().map(|day| (*day, false));
            for (day, is_worked) in off.chain(holiday.work.iter().map(|day| (*day, true))) {
                let at = usize::try_from((day - first).num_days()).ok().filter(|at| *at < works.len());
                if let Some(at) = at {
                    works[at] = is_worked;
                    named[at] = name as u16 + 1;
                }
            }
        }
        let mut count = 0;
        let counts = works.iter().map(|works| {
            count += u32::from(*works);
            count
        });
        let counts = counts.collect();
        let worked = (0..).zip(&works).filter(|(_, works)| **works).map(|(at, _)| at).collect();
        Self { first, counts, worked, named, names, years }
    }

    /// The years whose notice is there.
    pub fn years(&self) -> &[CalendarYear] {
        &self.years
    }

    /// Whether a day is a working day; `None` beyond the years that are known.
    pub fn is_working(&self, day: NaiveDate) -> Option<bool> {
        self.position(day).map(|_| self.kind(day).is_working())
    }

    /// What a day is; outside the years that are known Monday to Friday are working days.
    pub fn kind(&self, day: NaiveDate) -> DayKind<'_> {
        let name = self.position(day).map_or(0, |at| self.named[at]);
        match name.checked_sub(1).and_then(|at| self.names.get(usize::from(at))) {
            Some(name) if self.works(number_of(day)) => DayKind::MakeUp(name),
            Some(name) => DayKind::Holiday(name),
            None if is_weekend(day) => DayKind::Weekend,
            None => DayKind::Working,
        }
    }

    /// The first day that is known.
    pub fn first_day(&self) -> Option<NaiveDate> {
        (!self.counts.is_empty()).then_some(self.first)
    }

    /// The last day that is known.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.first.checked_add_days(Days::new(self.counts.len().checked_sub(1)? as u64))
    }

    /// Whether a notice says what this day is.
    pub fn is_known(&self, day: NaiveDate) -> bool {
        self.position(day).is_some()
    }

    fn position(&self, day: NaiveDate) -> Option<usize> {
        let at = usize::try_from((day - self.first).num_days()).ok()?;
        (at < self.counts.len()).then_some(at)
    }

    /// Working days up to and with a day, counted from the first known day; negative before it.
    pub(crate) fn worked_through(&self, number: i64) -> i64 {
        let before = number_of(self.first) - 1;
        let Ok(at) = usize::try_from(number - before - 1) else {
            return weekdays_through(number) - weekdays_through(before);
        };
        match self.counts.get(at) {
            Some(count) => i64::from(*count),
            None => {
                self.worked.len() as i64 + weekdays_through(number) - weekdays_through(self.last_number())
            }
        }
    }

    /// The day on which so many working days are reached; the other way round.
    pub(crate) fn day_with(&self, count: i64) -> i64 {
        let before = number_of(self.first) - 1;
        let Ok(at) = usize::try_from(count - 1) else {
            return weekday_with(count + weekdays_through(before));
        };
        match self.worked.get(at) {
            Some(after) => before + 1 + i64::from(*after),
            None => weekday_with(count - self.worked.len() as i64 + weekdays_through(self.last_number())),
        }
    }

    /// The number of the last known day.
    fn last_number(&self) -> i64 {
        number_of(self.first) + self.counts.len() as i64 - 1
    }

    /// Whether a day is worked, assumed where it is not known.
    pub(crate) fn works(&self, number: i64) -> bool {
        self.worked_through(number) > self.worked_through(number - 1)
    }
}

impl Calendar for WorkingCalendar {
    fn shift(&self, from: NaiveDate, working_days: i32) -> Option<NaiveDate> {
        self.position(from)?;
        let reached = self.worked_through(number_of(from));
        let count = match working_days {
            0 => return Some(from),
            1.. => reached + i64::from(working_days),
            // The day itself does not count, whether it is worked or not.
            _ => reached - i64::from(self.works(number_of(from))) + 1 + i64::from(working_days),
        };
        (1..=self.worked.len() as i64).contains(&count).then(|| day_of(self.day_with(count)))
    }

    fn between(&self, from: NaiveDate, to: NaiveDate) -> Option<i32> {
        self.position(from).and(self.position(to))?;
        i32::try_from(self.worked_through(number_of(to)) - self.worked_through(number_of(from))).ok()
    }
}
