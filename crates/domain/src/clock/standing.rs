//! How a clock stands: after its last event, and at any moment.

use super::{Moment, course::Course};
use serde::{Deserialize, Serialize};

/// What a clock does after its last event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ClockState {
    /// It runs.
    Running,
    /// It stands still on these grounds.
    Paused {
        /// Since when.
        since: Moment,
        /// Until when at the latest, where a cap ends it; the due date is then the latest possible one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<Moment>,
        /// The grounds.
        grounds: Vec<String>,
    },
    /// What it waited for is done.
    Finished {
        /// When.
        at: Moment,
        /// Whether that was after the due date.
        late: bool,
    },
}

/// How a clock stands at a moment, in days or minutes of its own measure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Of the whole period.
    pub total: i64,
    /// Used up by then.
    pub used: i64,
    /// Left.
    pub left: i64,
    /// Gone by since the due date; the rest days among them do not count where the period leaves them out.
    pub overdue: i64,
}

impl Course<'_> {
    /// What the clock does after its last event.
    pub(super) fn state(&self) -> ClockState {
        if let Some(finish) = self.finish {
            let late = self.due().is_some_and(|due| finish > due);
            return ClockState::Finished { at: self.axis.moment(finish), late };
        }
        let last = self.clock.events.iter().map(|event| self.axis.position(event.at)).max();
        let is_open = |end: Option<i64>| end.is_none_or(|end| last.is_some_and(|last| last < end));
        let still = self.still();
        let stands = still.last().filter(|(_, end)| is_open(*end));
        let Some((from, end)) = stands else { return ClockState::Running };
        let open = self.pauses.iter().filter(|pause| is_open(pause.end()));
        let mut grounds: Vec<String> = open.map(|pause| pause.ground.id.clone()).collect();
        grounds.sort();
        ClockState::Paused {
            since: self.axis.moment(*from),
            until: end.map(|end| self.axis.moment(end)),
            grounds,
        }
    }

    /// How the clock stands at a moment.
    pub(super) fn standing(&self, now: Moment) -> Standing {
        let now = self.axis.position(now);
        let mut still = self.still();
        // A pause without an end is as if time ended where it begins.
        let stops = still.pop_if(|(_, end)| end.is_none()).map(|(from, _)| from);
        let seen = stops.map_or(now, |stops| now.min(stops));
        let (mut from, mut total, mut used) = (self.from, 0, 0);
        let mut last = None;
        self.walk(&still, |leg, end| {
            let until = seen.clamp(from, end);
            let stood = |(stops, goes): &(i64, Option<i64>)| {
                let (stops, goes) = ((*stops).max(from), goes.unwrap_or(until).min(until));
                self.axis.count(leg.measure, stops, goes.max(stops))
            };
            used += self.axis.count(leg.measure, from, until) - still.iter().map(stood).sum::<i64>();
            total += leg.length;
            (from, last) = (end, Some(leg.measure));
        });
        let over = self.due().zip(last).filter(|(due, _)| now > *due);
        let overdue = over.map_or(0, |(due, measure)| self.axis.count(measure, due, now));
        Standing { total, used, left: total - used, overdue }
    }
}
