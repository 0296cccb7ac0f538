//! The monthly figures on the voices of firms, as they are published: small cells are held back, and so much else that
//! they cannot be reckoned from the rest.
//!
//! Figures are of a month as known on a day, so that they can be reckoned again from the same cases.

mod course;
mod disclosure;
mod tally;
#[cfg(test)]
mod tests;

pub use disclosure::Cell;

use chrono::{Datelike, NaiveDate};
use disclosure::{Sheet, hold_back};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tally::Tally;

/// By what published figures are divided: each divides all voices for itself. Never by people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FigureGroup {
    /// What sort of voice it is.
    Kind,
    /// How it came in.
    Channel,
    /// Where the firm is.
    Place,
    /// Whether the unit in charge is one of the city, of a county or of the state.
    UnitLevel,
}

/// The course of a voice as far as figures look at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceCourse {
    /// The day it came in.
    pub received: NaiveDate,
    /// The day it was first given to a unit.
    pub dispatched: Option<NaiveDate>,
    /// The day by which it was to be given to one; none where no clock says so.
    pub dispatch_due: Option<NaiveDate>,
    /// The day by which it was to be answered; none where no clock says so.
    pub due: Option<NaiveDate>,
    /// The day it was answered for the first time.
    pub answered: Option<NaiveDate>,
    /// The working days from coming in to that answer.
    pub working_days: Option<u32>,
    /// The day and level of the rating, 1 best to 5 worst.
    pub rated: Option<(NaiveDate, u8)>,
    /// The day it was opened again.
    pub reopened: Option<NaiveDate>,
    /// Where it belongs in each division; what is not known is left out.
    pub groups: BTreeMap<FigureGroup, String>,
}

/// A month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FigureMonth {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u32,
}

impl FigureMonth {
    /// The month of a day.
    pub fn of(day: NaiveDate) -> Self {
        Self { year: day.year(), month: day.month() }
    }

    fn holds(self, day: NaiveDate) -> bool {
        (day.year(), day.month()) == (self.year, self.month)
    }
}

/// The published figures of all voices, or of a part of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FigureRow {
    /// Voices that came in in the month.
    pub received: Cell,
    /// Of these, given to a unit by the day of the figures.
    pub dispatched: Cell,
    /// Of the dispatched, by the day that was due.
    pub dispatched_in_time: Cell,
    /// Of those that came in, answered by the day of the figures.
    pub answered: Cell,
    /// Of the answered, by the day they were due.
    pub in_time: Cell,
    /// Of the answered, after that day.
    pub late: Cell,
    /// Of the answered, rated.
    pub rated: Cell,
    /// Of the rated, level 1 or 2.
    pub satisfied: Cell,
    /// Of the answered, opened again.
    pub reopened: Cell,
    /// Working days to the answer in the mean, in tenths, rounded half up; only where `answered` is shown.
    pub mean_working_days_tenths: Option<u64>,
    /// The same in the median.
    pub median_working_days_tenths: Option<u64>,
}

/// The figures of a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MonthlyFigures {
    /// The month in which the voices came in.
    pub month: FigureMonth,
    /// The day of which they know.
    pub as_of: NaiveDate,
    /// All voices.
    pub total: FigureRow,
    /// How many ratings of each level, best first.
    pub ratings: Vec<Cell>,
    /// By each division that says anything; under an empty name what it does not know.
    pub groups: BTreeMap<FigureGroup, BTreeMap<String, FigureRow>>,
}

/// The figures of a month as known on a day; counts from 1 up to below `smallest` are held back.
pub fn monthly_figures(
    courses: &[VoiceCourse],
    month: FigureMonth,
    as_of: NaiveDate,
    smallest: u64,
) -> MonthlyFigures {
    let of_month: Vec<VoiceCourse> = courses
        .iter()
        .filter(|course| month.holds(course.received) && course.received <= as_of)
        .map(|course| course.known_on(as_of))
        .collect();
    let total = Tally::of(of_month.iter());
    let groups = tally::groups(&of_month);
    let levels: Vec<u64> = (1..=5)
        .map(|level| of_month.iter().filter(|course| course.level() == Some(level)).count() as u64)
        .collect();
    let tables = groups.values().map(|tallies| tallies.values().collect()).collect();
    let mut sheet = Sheet::of(&total, tables, levels);
    hold_back(&mut sheet, smallest);
    let rows = |table: usize, tallies: &BTreeMap<String, Tally>| {
        let row =
            |(at, (name, tally)): (usize, (&String, &Tally))| (name.clone(), sheet.row(table, at, tally));
        tallies.iter().enumerate().map(row).collect()
    };
    let groups = groups.iter().enumerate().map(|(table, (group, tallies))| (*group, rows(table, tallies)));
    MonthlyFigures {
        month,
        as_of,
        total: sheet.total_row(&total),
        ratings: sheet.levels(),
        groups: groups.collect(),
    }
}

impl VoiceCourse {
    /// As it was known on a day.
    fn known_on(&self, day: NaiveDate) -> Self {
        let answered = self.answered.filter(|answered| *answered <= day);
        Self {
            working_days: self.working_days.filter(|_| answered.is_some()),
            rated: self.rated.filter(|(rated, _)| *rated <= day && answered.is_some()),
            reopened: self.reopened.filter(|reopened| *reopened <= day && answered.is_some()),
            dispatched: self.dispatched.filter(|dispatched| *dispatched <= day),
            answered,
            ..self.clone()
        }
    }

    fn level(&self) -> Option<u8> {
        self.rated.map(|(_, level)| level)
    }
}
