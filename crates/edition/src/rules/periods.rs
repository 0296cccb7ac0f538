//! When versions are in force: days that make sense, and no two versions that could both be meant.

use crate::{document::Place, numbering::YEARS, problem::Problems};
use chrono::{Datelike, NaiveDate};
use rules::definition::Effective;

/// Most versions of one definition.
const VERSIONS_MAX: usize = 200;

/// A version: its days, where it holds, and where it stands.
pub(super) struct Period<'v> {
    pub effective: Effective,
    pub known_from: Option<NaiveDate>,
    /// Codes for which it holds; everywhere without any.
    pub places: &'v [String],
    pub place: &'v Place,
    /// What leads to its fields: `value.0.`.
    pub prefix: String,
}

impl Period<'_> {
    fn field(&self, field: &str) -> String {
        format!("{}{field}", self.prefix)
    }

    fn known_from(&self) -> NaiveDate {
        self.known_from.unwrap_or(self.effective.from)
    }

    fn overlaps(&self, other: &Self) -> bool {
        let ends = |period: &Self| period.effective.to.unwrap_or(NaiveDate::MAX);
        let meets = self.effective.from <= ends(other) && other.effective.from <= ends(self);
        let shares = match (self.places, other.places) {
            ([], []) => true,
            (some, others) => some.iter().any(|code| others.contains(code)),
        };
        // Of two that meet, the one that was known later counts; it has to say since when.
        let later = if self.known_from() > other.known_from() { self } else { other };
        meets && shares && (self.known_from() == other.known_from() || later.known_from.is_none())
    }

    fn check(&self, problems: &mut Problems) {
        let Effective { from, to } = self.effective;
        let days = [("effective.from", Some(from)), ("effective.to", to), ("known_from", self.known_from)];
        for (field, day) in days {
            if let Some(day) = day.filter(|day| !YEARS.contains(&day.year())) {
                let (first, last) = (YEARS.start(), YEARS.end());
                let what = format!("`{field}` names the day {day}, outside {first} to {last}");
                problems.at(self.place, &self.field(field), what, "compare the day with the printed text");
            }
        }
        if to.is_some_and(|to| to < from) {
            let what = "the last day in force lies before the first";
            problems.at(
                self.place,
                &self.field("effective.to"),
                what,
                "compare the days with the printed text",
            );
        }
    }
}

/// Checks all versions of one definition.
pub(super) fn check_periods(periods: &[Period<'_>], problems: &mut Problems) {
    if let Some(period) = periods.get(VERSIONS_MAX) {
        let what = format!("there are more than {VERSIONS_MAX} versions");
        return problems.at(period.place, &period.prefix, what, "remove those that nobody asks for");
    }
    for (at, period) in periods.iter().enumerate() {
        period.check(problems);
        if let Some(other) = periods[..at].iter().find(|other| other.overlaps(period)) {
            let line = other.place.line_of(&other.field("effective"));
            let what = format!("it is in force at the same time as the version of line {line}");
            let hint =
                "end the older version the day before, or say with `known_from` which was published later";
            problems.at(period.place, &period.field("effective"), what, hint);
        }
    }
}
