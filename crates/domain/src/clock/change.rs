//! What a new calendar changes: due dates that were provisional, beside those that now hold.

use super::{Clock, Due, OfficeTime};
use serde::{Deserialize, Serialize};

/// A due date that is no longer what it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DueChange {
    /// What was said before.
    pub old: Due,
    /// What holds now.
    pub new: Due,
    /// What that means.
    pub moved: Move,
}

/// How a due date changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Move {
    /// The date stays, and is no longer provisional.
    Confirmed,
    /// It comes earlier.
    Earlier,
    /// It comes later.
    Later,
    /// Only the hour at which the office closes, or how sure the date is, changed otherwise.
    Restated,
}

/// What changed from one due date to another; none where both say the same.
pub fn compare(old: Due, new: Due) -> Option<DueChange> {
    let moved = match new.at.cmp(&old.at) {
        std::cmp::Ordering::Less => Move::Earlier,
        std::cmp::Ordering::Greater => Move::Later,
        std::cmp::Ordering::Equal if old.provisional && !new.provisional => Move::Confirmed,
        std::cmp::Ordering::Equal => Move::Restated,
    };
    (old != new).then_some(DueChange { old, new, moved })
}

/// The clocks whose due date a calendar changes, with what changes: for each a name, the clock, and the due date
/// that was said last.
pub fn recompute<'a, Id>(
    clocks: impl IntoIterator<Item = (Id, Clock<'a>, Due)>,
    office: OfficeTime<'a>,
) -> Vec<(Id, DueChange)> {
    let changed = clocks.into_iter().filter_map(|(id, clock, old)| {
        let new = clock.due(office)?;
        Some((id, compare(old, new)?))
    });
    changed.collect()
}
