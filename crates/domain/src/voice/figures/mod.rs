//! The monthly figures on the voices of firms, as they are published: small cells are held back, and so much else that
//! they cannot be reckoned from the rest.
//!
//! Figures are of a month as known on a day, so that they can be reckoned again from the same cases.

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

/// The course of a voice as far as figures look at it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VoiceCourse {
    /// The day it came in.
    pub received: NaiveDate,
    /// The day by which it was to be answered.
    pub due: NaiveDate,
    /// The day it was answered for the first time.
    pub answered: Option<NaiveDate>,
    /// The working days from coming in to that answer.
    pub working_days: Option<u32>,
    /// The day and level of the rating, 1 best to 5 worst.
    pub rated: Option<(NaiveDate, u8)>,
    /// The day it was opened again.
    pub reopened: Option<NaiveDate>,
    /// The topic.
    pub topic: String,
    /// The organisation that answers.
    pub organization: String,
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
    fn holds(self, day: NaiveDate) -> bool {
        (day.year(), day.month()) == (self.year, self.month)
    }
}

/// The published figures of all voices, of a topic or of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FigureRow {
    /// Voices that came in in the month.
    pub received: Cell,
    /// Of these, answered by the day of the figures.
    pub answered: Cell,
    /// Of the answered, by the day they were due.
    pub in_time: Cell,
    /// Of the answered, rated.
    pub rated: Cell,
    /// Of the rated, level 1 or 2.
    pub satisfied: Cell,
    /// Of the answered, opened again.
    pub reopened: Cell,
    /// Working days to the answer in the mean, in tenths, rounded half up; only where `answered` is shown.
    pub mean_working_days_tenths: Option<u64>,
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
    /// By topic.
    pub by_topic: BTreeMap<String, FigureRow>,
    /// By organisation.
    pub by_organization: BTreeMap<String, FigureRow>,
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
    let topics = tally::by(&of_month, |course| &course.topic);
    let organizations = tally::by(&of_month, |course| &course.organization);
    let levels: Vec<u64> = (1..=5)
        .map(|level| of_month.iter().filter(|course| course.level() == Some(level)).count() as u64)
        .collect();
    let mut sheet = Sheet::of(&total, [topics.values().collect(), organizations.values().collect()], levels);
    hold_back(&mut sheet, smallest);
    let rows = |table: usize, tallies: &BTreeMap<String, Tally>| {
        let row =
            |(at, (name, tally)): (usize, (&String, &Tally))| (name.clone(), sheet.row(table, at, tally));
        tallies.iter().enumerate().map(row).collect()
    };
    MonthlyFigures {
        month,
        as_of,
        total: sheet.total_row(&total),
        ratings: sheet.levels(),
        by_topic: rows(0, &topics),
        by_organization: rows(1, &organizations),
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
            answered,
            ..self.clone()
        }
    }

    fn level(&self) -> Option<u8> {
        self.rated.map(|(_, level)| level)
    }
}
