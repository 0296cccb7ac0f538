//! Counts before anything is held back.

use super::VoiceCourse;
use std::collections::BTreeMap;

/// How many columns of counts there are.
pub(super) const COLUMNS: usize = 6;
/// The column each column is a part of; the first is a part of nothing.
pub(super) const WHOLE: [Option<usize>; COLUMNS] = [None, Some(0), Some(1), Some(1), Some(3), Some(1)];

/// The counts of a row: received, answered, in time, rated, satisfied, opened again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub counts: [u64; COLUMNS],
    /// Working days of the answers of which they are known, and how many these are.
    pub working_days: (u64, u64),
}

impl Tally {
    /// Counts courses.
    pub fn of<'c>(courses: impl Iterator<Item = &'c VoiceCourse>) -> Self {
        let mut tally = Self::default();
        for course in courses {
            let is_answered = course.answered.is_some();
            let is_in_time = course.answered.is_some_and(|answered| answered <= course.due);
            let is_rated = is_answered && course.rated.is_some();
            let is_satisfied = is_rated && course.level().is_some_and(|level| level <= 2);
            let is_reopened = is_answered && course.reopened.is_some();
            let said = [true, is_answered, is_in_time, is_rated, is_satisfied, is_reopened];
            for (count, is_so) in tally.counts.iter_mut().zip(said) {
                *count += u64::from(is_so);
            }
            if let Some(days) = course.working_days.filter(|_| is_answered) {
                tally.working_days.0 += u64::from(days);
                tally.working_days.1 += 1;
            }
        }
        tally
    }

    /// The mean of the working days in tenths; nothing unless they are known of every answer.
    pub fn mean_tenths(&self) -> Option<u64> {
        let (days, answers) = self.working_days;
        (answers > 0 && answers == self.counts[1]).then(|| (days * 20 + answers) / (answers * 2))
    }
}

/// The counts by something that every course has once.
pub(super) fn by(courses: &[VoiceCourse], of: fn(&VoiceCourse) -> &String) -> BTreeMap<String, Tally> {
    let mut groups: BTreeMap<String, Vec<&VoiceCourse>> = BTreeMap::new();
    for course in courses {
        groups.entry(of(course).clone()).or_default().push(course);
    }
    groups.into_iter().map(|(name, group)| (name, Tally::of(group.into_iter()))).collect()
}
