//! Working days, as an argument: which days they are is the business of whoever calls.

use chrono::NaiveDate;

/// Counts working days.
pub trait Calendar: Sync {
    /// The working day so many working days after `from`; before it for a negative count. `None` where the
    /// calendar does not reach.
    fn shift(&self, from: NaiveDate, working_days: i32) -> Option<NaiveDate>;

    /// Working days after `from` up to and with `to`; negative backwards. `None` where the calendar does not
    /// reach.
    fn between(&self, from: NaiveDate, to: NaiveDate) -> Option<i32>;
}

/// A calendar that knows no day: everything that asks it is unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCalendar;

impl Calendar for NoCalendar {
    fn shift(&self, _: NaiveDate, _: i32) -> Option<NaiveDate> {
        None
    }

    fn between(&self, _: NaiveDate, _: NaiveDate) -> Option<i32> {
        None
    }
}
