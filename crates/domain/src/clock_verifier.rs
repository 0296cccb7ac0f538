//! The second opinion on a clock: it walks day by day (minute by minute where hours are counted) and crosses each
//! one off. Slow and plain on purpose; it shares types with `clock` and not one line of its counting.
//!
//! `liangjian clock verify` asks both and says where they differ.

use crate::{
    calendar::CalendarYear,
    clock::{ClockEvent, ClockEventKind as Kind, ClockTerms, Ground, GroundKind, Moment, Period, Unit},
    office_hours::OfficeHours,
};
use chrono::{Datelike, Duration, Months, NaiveDate, NaiveTime, Timelike, Weekday};
use std::collections::{BTreeMap, BTreeSet};

/// What the verifier found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The end of the period; none while the clock stands still for good, or without office hours where hours count.
    pub due: Option<Moment>,
    /// Whether it lies outside the years whose notice is there.
    pub provisional: bool,
    /// Places of the events that have no effect, in the list that was given.
    pub refused: BTreeSet<usize>,
}

/// Most steps of a walk: longer than any period.
const STEPS_MAX: u32 = 4_000_000;

/// Days off and worked weekends, as a plain list of what the notices say.
struct Days {
    said: BTreeMap<NaiveDate, bool>,
    years: BTreeSet<i32>,
}

impl Days {
    fn of(years: &[CalendarYear]) -> Self {
        let mut said = BTreeMap::new();
        for year in years {
            for holiday in &year.holidays {
                said.extend(holiday.off.iter().map(|day| (*day, false)));
                said.extend(holiday.work.iter().map(|day| (*day, true)));
            }
        }
        Self { said, years: years.iter().map(|year| year.year).collect() }
    }

    fn is_worked(&self, day: NaiveDate) -> bool {
        let said = self.said.get(&day).filter(|_| self.years.contains(&day.year()));
        said.copied().unwrap_or(!matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
    }
}

/// A pause that was accepted.
struct Stop<'a> {
    ground: &'a Ground,
    from: Tick,
    cap: Option<Tick>,
    resumed: Option<Tick>,
}

impl Stop<'_> {
    fn covers(&self, tick: Tick) -> bool {
        let is_over = |end: Option<Tick>| end.is_some_and(|end| tick > end);
        tick > self.from && !is_over(self.cap) && !is_over(self.resumed)
    }
}

/// A day, or the minute that ends at a time of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Tick(NaiveDate, u32);

/// The walker: the rules of one clock and what was accepted so far.
struct Walker<'a> {
    terms: &'a ClockTerms,
    days: Days,
    hours: Option<&'a OfficeHours>,
    start: Tick,
    extended: Vec<Period>,
    stops: Vec<Stop<'a>>,
    /// Each use of a ground, with the length of extensions; a restart forgets none of them.
    uses: BTreeMap<&'a str, Vec<Option<Period>>>,
}

/// Verifies one clock from its terms, its start, its events and the facts of the calendar.
pub fn verify<'a>(
    terms: &'a ClockTerms,
    start: Moment,
    events: &'a [ClockEvent],
    years: &[CalendarYear],
    hours: Option<&'a OfficeHours>,
) -> Verified {
    let in_minutes = terms.period.unit == Unit::OfficeHour;
    let mut refused = BTreeSet::new();
    if in_minutes && hours.is_none() {
        return Verified { due: None, provisional: false, refused };
    }
    let first = tick_of(start, in_minutes);
    let mut walker = Walker {
        terms,
        days: Days::of(years),
        hours: hours.filter(|_| in_minutes),
        start: first,
        extended: Vec::new(),
        stops: Vec::new(),
        uses: BTreeMap::new(),
    };
    let mut finished = false;
    let mut sorted: Vec<(usize, &ClockEvent)> = events.iter().enumerate().collect();
    sorted.sort_by_key(|(_, event)| event.at);
    for (place, event) in sorted {
        let at = tick_of(event.at, in_minutes);
        let is_dated = !in_minutes || event.at.time.is_some();
        let accepted = is_dated && at >= first && !finished && walker.accept(event, at);
        finished |= accepted && event.kind == Kind::Finish;
        if !accepted {
            refused.insert(place);
        }
    }
    let due = walker.walk();
    let known = |tick: Tick| walker.days.years.contains(&tick.0.year());
    Verified {
        provisional: due.is_some_and(|due| !known(due) || !known(first)),
        due: due.map(|due| moment_of(due, in_minutes)),
        refused,
    }
}

fn tick_of(moment: Moment, in_minutes: bool) -> Tick {
    let minute = moment.time.map_or(0, |time| time.hour() * 60 + time.minute());
    Tick(moment.day, if in_minutes { minute } else { 0 })
}

fn moment_of(tick: Tick, in_minutes: bool) -> Moment {
    let time = NaiveTime::from_hms_opt(tick.1 / 60, tick.1 % 60, 0);
    Moment { day: tick.0, time: time.filter(|_| in_minutes) }
}

impl<'a> Walker<'a> {
    fn next(&self, tick: Tick) -> Tick {
        if self.hours.is_none() {
            return Tick(tick.0 + Duration::days(1), 0);
        }
        if tick.1 + 1 == 24 * 60 { Tick(tick.0 + Duration::days(1), 0) } else { Tick(tick.0, tick.1 + 1) }
    }

    fn previous(&self, tick: Tick) -> Tick {
        if self.hours.is_none() {
            return Tick(tick.0 - Duration::days(1), 0);
        }
        if tick.1 == 0 { Tick(tick.0 - Duration::days(1), 24 * 60 - 1) } else { Tick(tick.0, tick.1 - 1) }
    }

    /// Whether a tick is one of a unit: every day, a working day, or a minute in which the office is open.
    fn is_unit(&self, tick: Tick, unit: Unit) -> bool {
        match unit {
            Unit::Day | Unit::Month | Unit::Year => true,
            Unit::WorkingDay => self.days.is_worked(tick.0),
            Unit::OfficeHour => {
                // The minute that ends at midnight belongs to the day before; offices are closed then.
                let minute_ends = |time: NaiveTime| time.hour() * 60 + time.minute();
                let open = self.hours.map_or(&[][..], |hours| hours.on(tick.0));
                self.days.is_worked(tick.0)
                    && open
                        .iter()
                        .any(|open| minute_ends(open.from) < tick.1 && tick.1 <= minute_ends(open.to))
            }
        }
    }

    /// Units of a pause up to and with a tick.
    fn units_of(&self, stop: &Stop<'_>, until: Tick, unit: Unit) -> u32 {
        let (mut tick, mut count) = (stop.from, 0);
        while tick < until && stop.covers(self.next(tick)) {
            tick = self.next(tick);
            count += u32::from(self.is_unit(tick, unit));
        }
        count
    }

    /// The tick with which so many units after another are over.
    fn tick_after(&self, mut tick: Tick, unit: Unit, mut left: u32) -> Tick {
        while left > 0 {
            tick = self.next(tick);
            left -= u32::from(self.is_unit(tick, unit));
        }
        tick
    }

    /// The last tick that the caps of a ground allow a pause.
    fn cap_of(&self, ground: &Ground, from: Tick) -> Option<Tick> {
        let length = ground.length_max.map(|cap| match cap.unit {
            Unit::Month | Unit::Year => Tick(months_on(from.0, &[cap]), from.1),
            unit => self.tick_after(from, unit, amount(cap)),
        });
        let total = ground.total_max.map(|cap| {
            let left = amount(cap).saturating_sub(self.units_used(ground, from, cap.unit));
            self.tick_after(from, cap.unit, left)
        });
        length.into_iter().chain(total).min()
    }

    /// Units of all pauses on a ground so far.
    fn units_used(&self, ground: &Ground, until: Tick, unit: Unit) -> u32 {
        let of_ground = self.stops.iter().filter(|stop| stop.ground.id == ground.id);
        of_ground.map(|stop| self.units_of(stop, until, unit)).sum()
    }

    /// Crosses off one tick after the other; the last one needed is the end. None where it never comes.
    fn walk(&self) -> Option<Tick> {
        let periods: Vec<Period> =
            std::iter::once(self.terms.period).chain(self.extended.iter().copied()).collect();
        let mut tick = self.start;
        let mut steps = 0;
        let mut at = 0;
        while at < periods.len() {
            let is_of_months = |period: &Period| matches!(period.unit, Unit::Month | Unit::Year);
            if is_of_months(&periods[at]) {
                // All months that follow each other end on one day; every day that does not count moves it on.
                let run = periods[at..].iter().take_while(|period| is_of_months(period)).count();
                let mut end = months_on(tick.0, &periods[at..at + run]);
                while tick.0 < end {
                    tick = self.next(tick);
                    if self.is_stopped(tick) {
                        end += Duration::days(1);
                    }
                    steps += 1;
                    if steps > STEPS_MAX || self.is_stopped_for_good(tick) {
                        return None;
                    }
                }
                at += run;
            } else {
                let mut left = amount(periods[at]);
                while left > 0 {
                    tick = self.next(tick);
                    if self.is_unit(tick, periods[at].unit) && !self.is_stopped(tick) {
                        left -= 1;
                    }
                    steps += 1;
                    if steps > STEPS_MAX || self.is_stopped_for_good(tick) {
                        return None;
                    }
                }
                at += 1;
            }
        }
        let rolls = matches!(periods.last()?.unit, Unit::Day | Unit::Month | Unit::Year) && self.terms.rolls;
        while rolls && (self.is_stopped(tick) || !self.days.is_worked(tick.0)) {
            if self.is_stopped_for_good(tick) {
                return None;
            }
            tick = self.next(tick);
        }
        Some(tick)
    }

    fn is_stopped(&self, tick: Tick) -> bool {
        self.stops.iter().any(|stop| stop.covers(tick))
    }

    /// A pause without a cap that nobody ended covers this tick and all that follow.
    fn is_stopped_for_good(&self, tick: Tick) -> bool {
        let is_endless = |stop: &&Stop<'_>| stop.resumed.is_none() && stop.cap.is_none();
        self.stops.iter().filter(is_endless).any(|stop| stop.covers(tick))
    }

    /// Takes an event over, if the terms allow it.
    fn accept(&mut self, event: &'a ClockEvent, at: Tick) -> bool {
        let wanted = match event.kind {
            Kind::Finish => return true,
            Kind::Pause | Kind::Resume => GroundKind::Pause,
            Kind::Extend => GroundKind::Extension,
            Kind::Restart => GroundKind::Restart,
        };
        let named = |ground: &&'a Ground| ground.kind == wanted && Some(&ground.id) == event.ground.as_ref();
        let Some(ground) = self.terms.grounds.iter().find(named) else { return false };
        if event.kind == Kind::Resume {
            return self.resume(ground, at);
        }
        let due = self.walk();
        let is_late = due.is_some_and(|due| at > due || (event.kind == Kind::Pause && at == due));
        let used = self.uses.get(ground.id.as_str()).map_or(0, Vec::len);
        let is_used_up = ground.times_max.is_some_and(|max| used >= usize::from(max));
        if is_late || is_used_up {
            return false;
        }
        let allowed = match event.kind {
            Kind::Pause => self.may_pause(ground, at),
            Kind::Extend => event.by.is_some_and(|by| self.may_extend(ground, by, at, due)),
            _ => true,
        };
        if allowed {
            self.uses.entry(&ground.id).or_default().push(event.by);
            self.apply(event, ground, at);
        }
        allowed
    }

    fn apply(&mut self, event: &ClockEvent, ground: &'a Ground, at: Tick) {
        match event.kind {
            Kind::Pause => {
                let cap = self.cap_of(ground, at);
                self.stops.push(Stop { ground, from: at, cap, resumed: None });
            }
            Kind::Extend => self.extended.extend(event.by),
            _ => {
                self.start = at;
                self.extended.clear();
                for stop in self.stops.iter_mut().filter(|stop| stop.resumed.is_none()) {
                    stop.resumed = Some(at);
                }
            }
        }
    }

    /// A resume ends the last pause on its ground, unless that was ended before; one that its cap ended may still
    /// be resumed, which changes nothing.
    fn resume(&mut self, ground: &Ground, at: Tick) -> bool {
        let last = self.stops.iter_mut().rev().find(|stop| stop.ground.id == ground.id);
        match last.filter(|stop| stop.resumed.is_none()) {
            Some(stop) => {
                stop.resumed = Some(at);
                true
            }
            None => false,
        }
    }

    fn may_pause(&self, ground: &Ground, at: Tick) -> bool {
        let last = self.stops.iter().rev().find(|stop| stop.ground.id == ground.id);
        if last.is_some_and(|stop| stop.resumed.is_none() && stop.covers(self.next(at))) {
            return false;
        }
        ground.total_max.is_none_or(|cap| self.units_used(ground, at, cap.unit) < amount(cap))
    }

    fn may_extend(&self, ground: &Ground, by: Period, at: Tick, due: Option<Tick>) -> bool {
        let is_in_hours = self.terms.period.unit == Unit::OfficeHour;
        if (by.unit == Unit::OfficeHour) != is_in_hours {
            return false;
        }
        if ground.length_max.is_some_and(|cap| cap.unit != by.unit || by.count > cap.count) {
            return false;
        }
        let earlier = self.uses.get(ground.id.as_str()).into_iter().flatten().flatten();
        let total: u32 = earlier.chain([&by]).map(|by| u32::from(by.count)).sum();
        if ground.total_max.is_some_and(|cap| cap.unit != by.unit || total > u32::from(cap.count)) {
            return false;
        }
        let (Some(before), Some(due)) = (ground.asked_before, due) else { return true };
        // Back from the end, so many units; the tick before the last of them is still in time.
        let (mut latest, mut left) = (due, amount(before));
        let counts_itself = before.unit == Unit::OfficeHour;
        while left > 0 {
            if counts_itself {
                left -= u32::from(self.is_unit(latest, before.unit));
                latest = self.previous(latest);
            } else {
                latest = self.previous(latest);
                left -= u32::from(self.is_unit(latest, before.unit));
            }
        }
        at <= latest
    }
}

/// Days, or minutes of hours.
fn amount(period: Period) -> u32 {
    u32::from(period.count) * if period.unit == Unit::OfficeHour { 60 } else { 1 }
}

/// The day of the same number after these months, or the last of that month.
fn months_on(day: NaiveDate, periods: &[Period]) -> NaiveDate {
    let months =
        periods.iter().map(|period| u32::from(period.count) * if period.unit == Unit::Year { 12 } else { 1 });
    day.checked_add_months(Months::new(months.sum())).unwrap_or(day)
}
