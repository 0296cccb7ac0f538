//! The slow and obvious course of the made-up mechanism: every day is looked at, and every day is counted from the
//! beginning. It knows what `voice.toml` says by heart and shares no code with the course but the calendar.

use crate::{calendar::WorkingCalendar, clock::tests::office};
use chrono::{Days, NaiveDate};

/// What a reference case does on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    File,
    Dispatch,
    Return,
    Ask,
    HandIn,
    Answer,
    Rate(u8),
}

/// A clock of the unit: the days it lived through, and what it sent.
#[derive(Clone, Default)]
struct Unit {
    start: NaiveDate,
    paused: bool,
    asked: bool,
    /// Days on which it stood still.
    still: Vec<NaiveDate>,
    /// What it sent: each once.
    sent: Vec<&'static str>,
}

#[derive(Clone)]
pub(super) struct Reference {
    pub stage: &'static str,
    pub rungs: Vec<(NaiveDate, &'static str)>,
    today: NaiveDate,
    unit: Option<Unit>,
    answered: Option<NaiveDate>,
    returns: u8,
    reopened: bool,
}

fn calendar() -> &'static WorkingCalendar {
    office().calendar
}

fn works(day: NaiveDate) -> bool {
    calendar().is_working(day).expect("the tests stay where the calendar is known")
}

fn next(day: NaiveDate) -> NaiveDate {
    day + Days::new(1)
}

/// The day on which so many working days are over, one day after the other.
fn count(from: NaiveDate, wanted: usize, still: &[NaiveDate]) -> NaiveDate {
    let (mut day, mut seen) = (from, 0);
    while seen < wanted {
        day = next(day);
        if works(day) && !still.contains(&day) {
            seen += 1;
        }
    }
    day
}

fn back(from: NaiveDate, wanted: usize) -> NaiveDate {
    let (mut day, mut seen) = (from, 0);
    while seen < wanted {
        day = day - Days::new(1);
        if works(day) {
            seen += 1;
        }
    }
    day
}

impl Reference {
    pub fn begin(today: NaiveDate) -> Self {
        Self {
            stage: "draft",
            rungs: Vec::new(),
            today,
            unit: None,
            answered: None,
            returns: 0,
            reopened: false,
        }
    }

    /// Lives through every day up to one.
    pub fn advance(&mut self, until: NaiveDate) {
        while self.today < until {
            self.today = next(self.today);
            self.morning();
        }
    }

    fn morning(&mut self) {
        let today = self.today;
        if let Some(answered) = self.answered.filter(|_| self.stage == "answered")
            && today > count(answered, 5, &[])
        {
            self.stage = "closed";
        }
        if self.stage == "closed" {
            return;
        }
        let Some(unit) = &mut self.unit else { return };
        if unit.paused {
            unit.still.push(today);
            return;
        }
        let due = count(unit.start, 7, &unit.still);
        if !unit.sent.contains(&"warn") && today >= back(due, 2).max(unit.start) {
            unit.sent.push("warn");
            self.rungs.push((today, "warn"));
        }
        if !unit.sent.contains(&"remind") && today >= count(due, 1, &[]) {
            unit.sent.push("remind");
            self.rungs.push((today, "remind"));
        }
        if !unit.sent.contains(&"circular") && today >= count(due, 5, &[]) {
            unit.sent.push("circular");
            self.rungs.push((today, "circular"));
            self.stage = "leader";
        }
    }

    /// Does something on a day; answers whether it could be done.
    pub fn deed(&mut self, day: NaiveDate, deed: Deed) -> bool {
        let before = self.clone();
        if day < self.today {
            return false;
        }
        self.advance(day);
        let done = self.try_deed(deed);
        if !done {
            *self = before;
        }
        done
    }

    fn try_deed(&mut self, deed: Deed) -> bool {
        match (deed, self.stage) {
            (Deed::File, "draft") => self.stage = "received",
            (Deed::Dispatch, "received") => {
                self.stage = "handling";
                self.unit = Some(Unit { start: self.today, ..Unit::default() });
            }
            (Deed::Return, "handling") if self.returns < 2 => {
                self.returns += 1;
                self.stage = "received";
                self.unit = None;
            }
            (Deed::Ask, "handling") => {
                let today = self.today;
                let Some(unit) = &mut self.unit else { return false };
                if unit.asked || today >= count(unit.start, 7, &unit.still) {
                    return false;
                }
                (unit.asked, unit.paused) = (true, true);
                self.stage = "waiting";
            }
            (Deed::HandIn, "waiting") => {
                self.stage = "handling";
                self.unit.iter_mut().for_each(|unit| unit.paused = false);
            }
            (Deed::Answer, "handling" | "leader") => {
                (self.stage, self.unit, self.answered) = ("answered", None, Some(self.today));
            }
            (Deed::Rate(level), "answered") => {
                if level >= 4 && !self.reopened {
                    self.reopened = true;
                    self.stage = "handling";
                    self.unit = Some(Unit { start: self.today, ..Unit::default() });
                } else {
                    self.stage = "closed";
                }
            }
            _ => return false,
        }
        true
    }
}
