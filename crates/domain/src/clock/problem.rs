//! What is wrong with the events of a clock. An event with a fault is left out of the reckoning, unless its fault
//! only reports what happened by itself.

use super::{Moment, Period, event::ClockEventKind};
use serde::{Deserialize, Serialize};

/// A fault of one event, or of the clock as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockProblem {
    /// The place of the event in the list that was given, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<usize>,
    /// What is wrong.
    pub fault: ClockFault,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ClockFault {
    /// A clock of hours where no office hours are known.
    NoOfficeHours,
    /// A clock of hours needs the minute.
    TimeMissing,
    /// It happened before the clock started.
    BeforeStart {
        /// When it started.
        start: Moment,
    },
    /// It happened after what the clock waited for was done.
    AfterFinish {
        /// When it was done.
        finish: Moment,
    },
    /// It happened when no time was left.
    AfterDue {
        /// The end of the period at that time.
        due: Moment,
    },
    /// It names no ground.
    GroundMissing,
    /// The terms know no such ground for such an event.
    UnknownGround {
        /// The name.
        ground: String,
        /// The event.
        event: ClockEventKind,
    },
    /// The clock stands still on this ground already.
    AlreadyPaused {
        /// The ground.
        ground: String,
    },
    /// The clock does not stand still on this ground.
    NotPaused {
        /// The ground.
        ground: String,
    },
    /// The ground was used as often as it may be.
    TooMany {
        /// The ground.
        ground: String,
        /// How often it may be used.
        times_max: u16,
    },
    /// The ground was used as long as it may be in total.
    TotalSpent {
        /// The ground.
        ground: String,
        /// How long it may be used.
        total_max: Period,
    },
    /// Only a report: the pause ended by itself, before it was ended.
    PauseRanOut {
        /// The ground.
        ground: String,
        /// The last day or minute of it.
        ended: Moment,
    },
    /// An extension does not say by how much.
    LengthMissing,
    /// An extension is longer than the ground allows.
    TooLong {
        /// The ground.
        ground: String,
        /// How long it may be.
        length_max: Period,
    },
    /// An extension is given in another unit than the ground, or in days on a clock of hours.
    OtherUnit {
        /// The ground.
        ground: String,
        /// What was given.
        by: Period,
    },
    /// An extension was granted too late.
    TooLate {
        /// The ground.
        ground: String,
        /// The last moment for it.
        latest: Moment,
    },
}

impl ClockFault {
    /// Whether it only reports what happened by itself.
    pub fn is_report(&self) -> bool {
        matches!(self, Self::PauseRanOut { .. })
    }
}
