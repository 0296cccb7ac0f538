//! The legal clock: from a period, its terms and what happened to the date it ends, with a ledger of every day
//! that counted or did not, and why.
//!
//! The rules are explained in docs/guide/clocks.md. An independent verifier, `clock_verifier`, counts day by day.
//!
//! Never: what time it is. A clock is a pure function of its terms, its start and its events.

mod axis;
mod case;
mod change;
mod course;
mod event;
mod ledger;
mod moment;
mod period;
mod problem;
mod standing;
mod terms;
#[cfg(test)]
pub(crate) mod tests;
mod wording;

pub use axis::OfficeTime;
pub use case::{CaseClock, CaseEvent, CaseTimeline, Party};
pub use change::{DueChange, Move, compare, recompute};
pub use event::{ClockEvent, ClockEventKind};
pub use ledger::{Span, SpanKind};
pub use moment::{Moment, NotAMoment};
pub use period::{NotAPeriod, Period, Unit};
pub use problem::{ClockFault, ClockProblem};
pub use standing::{ClockState, Standing};
pub use terms::{ClockTerms, Ground, GroundKind, NotAWarning, TermsFault, TermsFaultKind, Warning};
pub use wording::{told_period, told_unit};

use crate::calendar::day_of;
use axis::Axis;
use chrono::NaiveTime;
use course::Course;
use serde::{Deserialize, Serialize};

/// One clock: its terms, when it started, and what happened since, in any order.
#[derive(Clone, Copy, Debug)]
pub struct Clock<'a> {
    /// What the law says of it.
    pub terms: &'a ClockTerms,
    /// The event that starts it. The day after is day one; hours run from its minute on.
    pub start: Moment,
    /// What happened to it.
    pub events: &'a [ClockEvent],
}

/// When a period ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Due {
    /// The last day, or the last minute of a clock of hours.
    pub at: Moment,
    /// On a clock of days the end of office hours on that day, where they are known; otherwise the day ends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closing: Option<NaiveTime>,
    /// Beyond the last holiday notice that is known: weekdays are taken for working days, and the date can change.
    pub provisional: bool,
}

/// A warning point and when it is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WarningPoint {
    /// The point, as the terms write it.
    pub point: Warning,
    /// When it is reached.
    pub at: Moment,
}

/// Everything that is known of a clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reckoning {
    /// The period.
    pub period: Period,
    /// When the clock started.
    pub start: Moment,
    /// When the period ends; none while it stands still with no end in sight.
    pub due: Option<Due>,
    /// Every day or minute from the start to the end, in order, counted or not.
    pub ledger: Vec<Span>,
    /// Days or minutes that the ledger counts towards the end.
    pub counted: i64,
    /// Whether it runs, stands still or is done, after its last event.
    pub state: ClockState,
    /// When to warn.
    pub warnings: Vec<WarningPoint>,
    /// What is wrong with the events, all of it.
    pub problems: Vec<ClockProblem>,
}

impl<'a> Clock<'a> {
    fn axis(&self, office: OfficeTime<'a>) -> Axis<'a> {
        Axis { office, in_minutes: self.terms.is_in_hours() }
    }

    fn course(&self, office: OfficeTime<'a>) -> Option<Course<'a>> {
        let has_hours = office.hours.is_some_and(|hours| hours.faults().is_empty());
        (has_hours || !self.terms.is_in_hours()).then(|| Course::of(*self, self.axis(office)))
    }

    /// When the period ends, and nothing else.
    pub fn due(&self, office: OfficeTime<'a>) -> Option<Due> {
        let course = self.course(office)?;
        course.due().map(|due| course.told(due))
    }

    /// Everything there is to know.
    pub fn reckon(&self, office: OfficeTime<'a>) -> Reckoning {
        let Some(course) = self.course(office) else {
            let problem = ClockProblem { event: None, fault: ClockFault::NoOfficeHours };
            return Reckoning {
                period: self.terms.period,
                start: self.start,
                due: None,
                ledger: Vec::new(),
                counted: 0,
                state: ClockState::Running,
                warnings: Vec::new(),
                problems: vec![problem],
            };
        };
        let due = course.due();
        let ledger = course.ledger(due);
        Reckoning {
            period: self.terms.period,
            start: self.start,
            due: due.map(|due| course.told(due)),
            counted: ledger.iter().map(|span| span.counted).sum(),
            ledger,
            state: course.state(),
            warnings: due.map(|due| course.warnings(due)).unwrap_or_default(),
            problems: course.problems,
        }
    }

    /// How it stands at a moment: what is used up, what is left, what is over. None where no office hours are known.
    pub fn standing(&self, office: OfficeTime<'a>, now: Moment) -> Option<Standing> {
        self.course(office).map(|course| course.standing(now))
    }
}

impl Course<'_> {
    /// A place as the end of a period.
    fn told(&self, due: i64) -> Due {
        let at = self.axis.moment(due);
        let hours = self.axis.office.hours.filter(|_| !self.axis.in_minutes && self.axis.works(due));
        let closing = hours.and_then(|hours| hours.closing(day_of(due)));
        let known = self.axis.is_known(due) && self.axis.is_known(self.axis.position(self.clock.start));
        Due { at, closing, provisional: !known }
    }

    /// When to warn; not before the period begins.
    fn warnings(&self, due: i64) -> Vec<WarningPoint> {
        let point = |point: &Warning| {
            let place = match point {
                Warning::Share(share) => self.reached(*share).unwrap_or(due),
                Warning::Before(period) => self.axis.before(due, *period),
            };
            WarningPoint { point: *point, at: self.axis.moment(place.clamp(self.from, due)) }
        };
        self.clock.terms.warnings.iter().map(point).collect()
    }

    /// The place where so many percent of the period are used up.
    fn reached(&self, share: u8) -> Option<i64> {
        let still = self.still();
        let mut legs = Vec::new();
        self.walk(&still, |leg, _| legs.push(leg))?;
        let total: i64 = legs.iter().map(|leg| leg.length).sum();
        let mut left = (total * i64::from(share) + 99) / 100;
        let mut from = self.from;
        for leg in legs {
            let part = left.min(leg.length);
            from = self.run(leg.measure, from, part, &still)?;
            left -= part;
            if left == 0 {
                break;
            }
        }
        Some(from)
    }
}
