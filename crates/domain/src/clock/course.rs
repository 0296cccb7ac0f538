//! The course of a clock: which events are accepted, and where the period ends after each of them.

use super::{
    Clock, ClockEvent, ClockEventKind, ClockFault, ClockProblem, Ground, GroundKind, Period, Unit,
    axis::{Axis, Measure, months_after, units},
};

/// The accepted events.
pub(super) struct Course<'a> {
    pub axis: Axis<'a>,
    pub clock: Clock<'a>,
    /// Where the period begins, the last time it began.
    pub from: i64,
    /// Where it began anew before, from oldest to newest, with the ground.
    pub restarts: Vec<(i64, &'a Ground)>,
    pub extensions: Vec<(&'a Ground, Period)>,
    pub pauses: Vec<Pause<'a>>,
    pub finish: Option<i64>,
    pub problems: Vec<ClockProblem>,
    extended: Vec<(&'a str, Period)>,
}

/// A pause: the clock stands still in (from, end].
#[derive(Clone, Copy)]
pub(super) struct Pause<'a> {
    pub ground: &'a Ground,
    pub from: i64,
    /// Where its caps end it.
    cap: Option<i64>,
    /// Where somebody ended it.
    resumed: Option<i64>,
}

impl Pause<'_> {
    /// Its end; none while nothing ends it.
    pub fn end(&self) -> Option<i64> {
        match (self.cap, self.resumed) {
            (Some(cap), Some(resumed)) => Some(cap.min(resumed)),
            (cap, resumed) => cap.or(resumed),
        }
    }

    fn is_open(&self, at: i64) -> bool {
        self.resumed.is_none() && self.cap.is_none_or(|cap| at < cap)
    }
}

/// A part of the period: what it counts, how many of it, and the extension that gave it.
#[derive(Clone, Copy)]
pub(super) struct Leg<'a> {
    pub measure: Measure,
    pub length: i64,
    pub of: Option<&'a Ground>,
}

/// Where a clock stands still, merged: (from, end], none where it is not over.
pub(super) type Still = Vec<(i64, Option<i64>)>;

impl<'a> Course<'a> {
    /// Follows the events in their order in time.
    pub fn of(clock: Clock<'a>, axis: Axis<'a>) -> Self {
        let mut course = Self {
            axis,
            clock,
            from: axis.position(clock.start),
            restarts: Vec::new(),
            extensions: Vec::new(),
            pauses: Vec::new(),
            finish: None,
            problems: Vec::new(),
            extended: Vec::new(),
        };
        if axis.in_minutes && clock.start.time.is_none() {
            course.problems.push(ClockProblem { event: None, fault: ClockFault::TimeMissing });
        }
        let mut order: Vec<usize> = (0..clock.events.len()).collect();
        order.sort_by_key(|index| clock.events[*index].at);
        for index in order {
            let faults = course.follow(&clock.events[index]);
            let problem = |fault| ClockProblem { event: Some(index), fault };
            course.problems.extend(faults.into_iter().map(problem));
        }
        course.problems.sort_by_key(|problem| problem.event);
        course
    }

    /// Takes one event over, unless it has faults.
    fn follow(&mut self, event: &'a ClockEvent) -> Vec<ClockFault> {
        let at = self.axis.position(event.at);
        let mut faults = Vec::new();
        if self.axis.in_minutes && event.at.time.is_none() {
            faults.push(ClockFault::TimeMissing);
        }
        if at < self.axis.position(self.clock.start) {
            faults.push(ClockFault::BeforeStart { start: self.clock.start });
        }
        if let Some(finish) = self.finish {
            faults.push(ClockFault::AfterFinish { finish: self.axis.moment(finish) });
        }
        if event.kind == ClockEventKind::Finish {
            if faults.is_empty() {
                self.finish = Some(at);
            }
            return faults;
        }
        match self.ground_of(event) {
            Err(fault) => faults.push(fault),
            Ok(ground) => match event.kind {
                ClockEventKind::Pause => self.pause(at, ground, &mut faults),
                ClockEventKind::Resume => self.resume(at, ground, &mut faults),
                ClockEventKind::Extend => self.extend(at, ground, event.by, &mut faults),
                ClockEventKind::Restart | ClockEventKind::Finish => self.restart(at, ground, &mut faults),
            },
        }
        faults
    }

    fn ground_of(&self, event: &ClockEvent) -> Result<&'a Ground, ClockFault> {
        let id = event.ground.as_deref().ok_or(ClockFault::GroundMissing)?;
        let kind = match event.kind {
            ClockEventKind::Pause | ClockEventKind::Resume => GroundKind::Pause,
            ClockEventKind::Extend => GroundKind::Extension,
            ClockEventKind::Restart | ClockEventKind::Finish => GroundKind::Restart,
        };
        let unknown = || ClockFault::UnknownGround { ground: id.to_owned(), event: event.kind };
        self.clock.terms.ground(id, kind).ok_or_else(unknown)
    }

    /// No time is left: at the end itself for what would begin after it, after the end for the rest.
    fn check_due(&self, at: i64, is_pause: bool, faults: &mut Vec<ClockFault>) {
        if let Some(due) = self.due().filter(|due| at > *due || (is_pause && at == *due)) {
            faults.push(ClockFault::AfterDue { due: self.axis.moment(due) });
        }
    }

    fn pause(&mut self, at: i64, ground: &'a Ground, faults: &mut Vec<ClockFault>) {
        self.check_due(at, true, faults);
        let of_ground = || self.pauses.iter().filter(|pause| pause.ground.id == ground.id);
        if of_ground().any(|pause| pause.is_open(at)) {
            faults.push(ClockFault::AlreadyPaused { ground: ground.id.clone() });
        }
        check_times(ground, of_ground().count(), faults);
        let mut cap = ground.length_max.map(|length| self.axis.after(at, length));
        if let Some(total_max) = ground.total_max {
            let measure = Measure::of(total_max.unit);
            let length =
                |pause: &Pause<'_>| self.axis.count(measure, pause.from, pause.end().unwrap_or(at).min(at));
            let left = units(total_max) - of_ground().map(length).sum::<i64>();
            if left <= 0 {
                faults.push(ClockFault::TotalSpent { ground: ground.id.clone(), total_max });
            }
            let total = self.axis.advance(measure, at, left);
            cap = Some(cap.map_or(total, |cap| cap.min(total)));
        }
        if faults.is_empty() {
            // An earlier pause on this ground that its cap ended is closed, so that nobody resumes it.
            let ended = |pause: &&mut Pause<'_>| pause.ground.id == ground.id && pause.resumed.is_none();
            self.pauses.iter_mut().filter(ended).for_each(|pause| pause.resumed = pause.cap);
            self.pauses.push(Pause { ground, from: at, cap, resumed: None });
        }
    }

    fn resume(&mut self, at: i64, ground: &'a Ground, faults: &mut Vec<ClockFault>) {
        let open = |pause: &&mut Pause<'_>| pause.ground.id == ground.id && pause.resumed.is_none();
        let Some(pause) = self.pauses.iter_mut().rev().find(open) else {
            return faults.push(ClockFault::NotPaused { ground: ground.id.clone() });
        };
        if !faults.is_empty() {
            return;
        }
        pause.resumed = Some(at);
        if let Some(cap) = pause.cap.filter(|cap| at > *cap) {
            let ended = self.axis.moment(cap);
            faults.push(ClockFault::PauseRanOut { ground: ground.id.clone(), ended });
        }
    }

    fn extend(&mut self, at: i64, ground: &'a Ground, by: Option<Period>, faults: &mut Vec<ClockFault>) {
        self.check_due(at, false, faults);
        let Some(by) = by else { return faults.push(ClockFault::LengthMissing) };
        let id = || ground.id.clone();
        let earlier = || self.extended.iter().filter(|(id, _)| *id == ground.id).map(|(_, by)| *by);
        check_times(ground, earlier().count(), faults);
        let is_mixed = (by.unit == Unit::OfficeHour) != self.axis.in_minutes;
        if is_mixed || [ground.length_max, ground.total_max].iter().flatten().any(|cap| cap.unit != by.unit) {
            faults.push(ClockFault::OtherUnit { ground: id(), by });
        } else {
            if let Some(length_max) = ground.length_max.filter(|cap| by.count > cap.count) {
                faults.push(ClockFault::TooLong { ground: id(), length_max });
            }
            let total = || earlier().chain([by]).map(units).sum::<i64>();
            if let Some(total_max) = ground.total_max.filter(|cap| total() > units(*cap)) {
                faults.push(ClockFault::TotalSpent { ground: id(), total_max });
            }
        }
        if let (Some(before), Some(due)) = (ground.asked_before, self.due()) {
            let latest = self.axis.before(due, before);
            if at > latest {
                faults.push(ClockFault::TooLate { ground: id(), latest: self.axis.moment(latest) });
            }
        }
        if faults.is_empty() {
            self.extensions.push((ground, by));
            self.extended.push((&ground.id, by));
        }
    }

    fn restart(&mut self, at: i64, ground: &'a Ground, faults: &mut Vec<ClockFault>) {
        self.check_due(at, false, faults);
        let earlier = self.restarts.iter().filter(|(_, other)| other.id == ground.id).count();
        check_times(ground, earlier, faults);
        if faults.is_empty() {
            self.restarts.push((at, ground));
            self.from = at;
            self.extensions.clear();
            for pause in self.pauses.iter_mut().filter(|pause| pause.resumed.is_none()) {
                pause.resumed = Some(at);
            }
        }
    }

    /// Where the clock stands still.
    pub fn still(&self) -> Still {
        let mut parts: Still = self.pauses.iter().map(|pause| (pause.from, pause.end())).collect();
        parts.sort_unstable_by_key(|(from, _)| *from);
        let mut still = Still::new();
        for (from, end) in parts {
            match still.last_mut() {
                Some((_, last)) if last.is_none_or(|last| from <= last) => {
                    *last = last.zip(end).map(|(last, end)| last.max(end));
                }
                _ => still.push((from, end)),
            }
        }
        still
    }

    /// Calls `each` with every leg and the place where it ends; the last end is that of the period before it
    /// rolls. None where the clock stands still for good before that.
    pub fn walk(&self, still: &Still, mut each: impl FnMut(Leg<'a>, i64)) -> Option<i64> {
        let parts = std::iter::once((None, self.clock.terms.period));
        let parts = parts.chain(self.extensions.iter().map(|(ground, by)| (Some(*ground), *by)));
        let mut end = self.from;
        // Months that follow each other are counted from where the first began: 31 January and two months is
        // 31 March, though one month is 28 February.
        let mut months: Option<(i64, u32)> = None;
        for (of, period) in parts {
            let length = if let Some(more) = period.months() {
                let (anchor, before) = months.unwrap_or((end, 0));
                months = Some((anchor, before + more));
                months_after(anchor, before + more) - months_after(anchor, before)
            } else {
                months = None;
                units(period)
            };
            let leg = Leg { measure: Measure::of(period.unit), length, of };
            end = self.run(leg.measure, end, leg.length, still)?;
            each(leg, end);
        }
        Some(end)
    }

    /// The place where so many after `from` are reached, leaving out where the clock stands still.
    pub fn run(&self, measure: Measure, mut from: i64, mut count: i64, still: &Still) -> Option<i64> {
        for (stops, goes) in still {
            if goes.is_some_and(|goes| goes <= from) {
                continue;
            }
            let available = self.axis.count(measure, from, (*stops).max(from));
            if available >= count {
                break;
            }
            count -= available;
            from = (*goes)?;
        }
        Some(self.axis.advance(measure, from, count))
    }

    /// Where the period ends.
    pub fn due(&self) -> Option<i64> {
        let still = self.still();
        let mut last = Measure::Calendar;
        let end = self.walk(&still, |leg, _| last = leg.measure)?;
        if last == Measure::Calendar && self.clock.terms.rolls { self.roll(end, &still) } else { Some(end) }
    }

    /// The first day from a last day on that is neither a rest day nor paused.
    fn roll(&self, mut day: i64, still: &Still) -> Option<i64> {
        loop {
            if !self.axis.works(day) {
                day = self.axis.advance(Measure::Working, day, 1);
            }
            let pause = still.iter().find(|(from, end)| *from < day && end.is_none_or(|end| day <= end));
            match pause {
                Some((_, end)) => day = (*end)? + 1,
                None if self.axis.works(day) => return Some(day),
                None => {}
            }
        }
    }
}

fn check_times(ground: &Ground, earlier: usize, faults: &mut Vec<ClockFault>) {
    if let Some(times_max) = ground.times_max.filter(|max| earlier >= usize::from(*max)) {
        faults.push(ClockFault::TooMany { ground: ground.id.clone(), times_max });
    }
}
