//! Which version of a definition stands at a moment.

use super::{
    Effective, GroupDefinition, GroupVersion, NamedDefinition, ParameterValue, PolicyDefinition,
    PolicyVersion, Scorecard, ScorecardVersion,
};
use chrono::NaiveDate;

/// The two times of an evaluation: for which day, and knowing what was published when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// The day for which is evaluated.
    pub as_of: NaiveDate,
    /// The day on which is evaluated.
    pub known_at: NaiveDate,
}

/// A version of something.
pub trait Dated {
    /// When it is in force.
    fn effective(&self) -> Effective;
    /// From when on anybody could know of it, where that is not its first day.
    fn known_from(&self) -> Option<NaiveDate>;

    /// Whether it is in force and known at a moment; of several such versions the one that was known last counts.
    fn stands(&self, moment: Moment) -> bool {
        let effective = self.effective();
        effective.holds(moment.as_of) && self.known_from().unwrap_or(effective.from) <= moment.known_at
    }

    /// The first moment at which it is in force and known.
    fn beginning(&self) -> Moment {
        let from = self.effective().from;
        Moment { as_of: from, known_at: self.known_from().unwrap_or(from).max(from) }
    }
}

macro_rules! dated {
    ($($version:ty),*) => {
        $(impl Dated for $version {
            fn effective(&self) -> Effective {
                self.effective
            }

            fn known_from(&self) -> Option<NaiveDate> {
                self.known_from
            }
        })*
    };
}

dated!(PolicyVersion, ParameterValue, ScorecardVersion, GroupVersion);

impl Effective {
    /// Whether a day lies within.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && self.to.is_none_or(|to| day <= to)
    }
}

/// The versions that are in force and known at a moment, the one that was known last first.
fn standing<V: Dated>(versions: &[V], moment: Moment) -> impl Iterator<Item = (usize, &V)> {
    let mut found: Vec<(NaiveDate, NaiveDate, usize)> = versions
        .iter()
        .enumerate()
        .filter(|(_, version)| version.stands(moment))
        .map(|(index, version)| {
            let from = version.effective().from;
            (version.known_from().unwrap_or(from), from, index)
        })
        .collect();
    found.sort_unstable_by(|left, right| right.cmp(left));
    found.into_iter().map(|(_, _, index)| (index, &versions[index]))
}

impl NamedDefinition {
    /// The values that stand at a moment with their places among all, the one that was known last first; of a
    /// table by place there are several.
    pub fn values_at(&self, moment: Moment) -> impl Iterator<Item = (usize, &ParameterValue)> {
        standing(&self.values, moment)
    }
}

impl PolicyDefinition {
    /// The version that stands at a moment.
    pub fn version_at(&self, moment: Moment) -> Option<(usize, &PolicyVersion)> {
        standing(&self.versions, moment).next()
    }
}

impl Scorecard {
    /// The version that stands at a moment.
    pub fn version_at(&self, moment: Moment) -> Option<(usize, &ScorecardVersion)> {
        standing(&self.versions, moment).next()
    }
}

impl GroupDefinition {
    /// The version that stands at a moment.
    pub fn version_at(&self, moment: Moment) -> Option<(usize, &GroupVersion)> {
        standing(&self.versions, moment).next()
    }
}
