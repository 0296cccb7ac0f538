//! Counts before anything is held back.

use super::{FigureGroup, VoiceCourse};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// How many columns of counts there are.
pub(super) const COLUMNS: usize = 8;
/// The column each column is a part of; the first is a part of nothing.
pub(super) const WHOLE: [Option<usize>; COLUMNS] =
    [None, Some(0), Some(1), Some(1), Some(3), Some(1), Some(0), Some(6)];

/// The counts of a row: received, answered, in time, rated, satisfied, opened again, dispatched, dispatched in time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub counts: [u64; COLUMNS],
    /// Working days of each answer of which they are known, in order.
    pub working_days: Vec<u32>,
}

impl Tally {
    /// Counts courses.
    pub fn of<'c>(courses: impl Iterator<Item = &'c VoiceCourse>) -> Self {
        let mut tally = Self::default();
        for course in courses {
            let is_answered = course.answered.is_some();
            let is_in_time = course.answered.is_some_and(|answered| is_by(answered, course.due));
            let is_rated = is_answered && course.rated.is_some();
            let is_satisfied = is_rated && course.level().is_some_and(|level| level <= 2);
            let is_reopened = is_answered && course.reopened.is_some();
            let is_dispatched = course.dispatched.is_some();
            let is_dispatched_in_time =
                course.dispatched.is_some_and(|dispatched| is_by(dispatched, course.dispatch_due));
            let said = [
                true, is_answered, is_in_time, is_rated, is_satisfied, is_reopened, is_dispatched,
                is_dispatched_in_time,
            ];
            for (count, is_so) in tally.counts.iter_mut().zip(said) {
                *count += u64::from(is_so);
            }
            tally.working_days.extend(course.working_days.filter(|_| is_answered));
        }
        tally.working_days.sort_unstable();
        tally
    }

    /// The mean of the working days in tenths; nothing unless they are known of every answer.
    pub fn mean_tenths(&self) -> Option<u64> {
        let answers = self.all_known()?;
        let days: u64 = self.working_days.iter().map(|days| u64::from(*days)).sum();
        Some((days * 20 + answers) / (answers * 2))
    }

    /// The median of the working days in tenths; nothing unless they are known of every answer.
    pub fn median_tenths(&self) -> Option<u64> {
        self.all_known()?;
        let days = &self.working_days;
        let [low, high] = [days[(days.len() - 1) / 2], days[days.len() / 2]];
        Some((u64::from(low) + u64::from(high)) * 5)
    }

    /// How many answers there are, where the working days of all of them are known.
    fn all_known(&self) -> Option<u64> {
        let known = self.working_days.len() as u64;
        (known > 0 && known == self.counts[1]).then_some(known)
    }
}

/// Whether a day is not after the last one; where there is no last one it is not.
fn is_by(day: NaiveDate, last: Option<NaiveDate>) -> bool {
    last.is_none_or(|last| day <= last)
}

/// The counts of every division of which anything is known.
pub(super) fn groups(courses: &[VoiceCourse]) -> BTreeMap<FigureGroup, BTreeMap<String, Tally>> {
    let known: BTreeSet<FigureGroup> =
        courses.iter().flat_map(|course| course.groups.keys().copied()).collect();
    let of = |group: &FigureGroup| by(courses, |course| course.groups.get(group).map_or("", String::as_str));
    known.into_iter().map(|group| (group, of(&group))).collect()
}

/// The counts by something that every course has once.
fn by<'c>(courses: &'c [VoiceCourse], of: impl Fn(&'c VoiceCourse) -> &'c str) -> BTreeMap<String, Tally> {
    let mut groups: BTreeMap<&str, Vec<&VoiceCourse>> = BTreeMap::new();
    for course in courses {
        groups.entry(of(course)).or_default().push(course);
    }
    groups.into_iter().map(|(name, group)| (name.to_owned(), Tally::of(group.into_iter()))).collect()
}
