//! The ledger: every day or minute from the start to the end, in spans that say what counted and why the rest did
//! not.

use super::{
    Ground, Moment,
    axis::{Axis, Measure},
    course::{Course, Leg, Pause},
};
use crate::{
    Bilingual,
    calendar::{DayKind, day_of},
};
use serde::{Deserialize, Serialize};

/// Days or minutes in a row with one fate. Of days both ends are meant; minutes run from the one to the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// First day, or the minute it begins with.
    pub from: Moment,
    /// Last day, or the minute it ends with.
    pub to: Moment,
    /// What became of it.
    pub kind: SpanKind,
    /// Days or minutes of it that count towards the end.
    pub counted: i64,
    /// The grounds in the terms: of a pause, of the restart that voided it, of the extension it belongs to.
    #[serde(default, rename = "ground", skip_serializing_if = "Vec::is_empty")]
    pub grounds: Vec<String>,
    /// The holiday for which is not worked, or for which is worked on a weekend.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holiday: Option<Bilingual>,
}

/// What became of a span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SpanKind {
    /// It counts.
    Counted,
    /// A weekend: it does not count.
    Weekend,
    /// A holiday: it does not count.
    Holiday,
    /// The office is closed: it does not count.
    Closed,
    /// The clock stands still.
    Paused,
    /// It counted until the clock began anew.
    Void,
    /// The working day to which a last day on a rest day moved.
    Rolled,
}

/// What counts, part by part, while the ledger is written.
struct Legs<'a> {
    parts: Vec<Leg<'a>>,
    at: usize,
    left: i64,
}

impl<'a> Legs<'a> {
    /// The part that counts now; none when all are used up.
    fn now(&mut self) -> Option<Leg<'a>> {
        while self.left == 0 {
            self.at += 1;
            self.left = self.parts.get(self.at)?.length;
        }
        self.parts.get(self.at).copied()
    }
}

/// What a piece of the ledger is, before it is joined to its neighbours.
struct Piece<'a, 'c> {
    kind: SpanKind,
    counted: i64,
    grounds: Vec<&'a str>,
    holiday: Option<&'c Bilingual>,
}

impl<'a, 'c> Piece<'a, 'c> {
    fn of(kind: SpanKind, counted: i64) -> Self {
        Self { kind, counted, grounds: Vec::new(), holiday: None }
    }

    fn on(mut self, grounds: Vec<&'a str>) -> Self {
        self.grounds = grounds;
        self
    }

    fn rest(kind: DayKind<'c>) -> Self {
        match kind {
            DayKind::Holiday(name) => Self { holiday: Some(name), ..Self::of(SpanKind::Holiday, 0) },
            _ => Self::of(SpanKind::Weekend, 0),
        }
    }
}

impl Course<'_> {
    /// The ledger up to the due place; without one up to the last event.
    pub(super) fn ledger(&self, due: Option<i64>) -> Vec<Span> {
        let start = self.axis.position(self.clock.start);
        let last = self.clock.events.iter().map(|event| self.axis.position(event.at)).max();
        let end = due.unwrap_or_else(|| last.unwrap_or(start).max(start));
        let mut still = self.still();
        if due.is_none() {
            // What counted before the clock stood still is written down all the same.
            still.pop_if(|(_, end)| end.is_none());
        }
        let mut legs = Vec::new();
        self.walk(&still, |leg, _| legs.push(leg));
        let left = legs.first().map_or(0, |leg| leg.length);
        let legs = Legs { parts: legs, at: 0, left };
        if self.axis.in_minutes { self.minutes(start, end, legs) } else { self.days(start, end, legs) }
    }

    fn days(&self, start: i64, end: i64, mut legs: Legs<'_>) -> Vec<Span> {
        let mut spans = Vec::new();
        for day in start + 1..=end {
            let piece = self.fate_before(day).unwrap_or_else(|| {
                let kind = self.axis.office.calendar.kind(day_of(day));
                match legs.now() {
                    Some(leg) if leg.measure == Measure::Calendar || kind.is_working() => {
                        legs.left -= 1;
                        let mut piece = Piece::of(SpanKind::Counted, 1).on(names(leg.of));
                        if let (DayKind::MakeUp(name), Measure::Working) = (kind, leg.measure) {
                            piece.holiday = Some(name);
                        }
                        piece
                    }
                    None if kind.is_working() => Piece::of(SpanKind::Rolled, 0),
                    _ => Piece::rest(kind),
                }
            });
            let moment = self.axis.moment(day);
            put(&mut spans, moment, moment, &piece, |last| self.axis.position(last) + 1 == day);
        }
        spans
    }

    fn minutes(&self, start: i64, end: i64, mut legs: Legs<'_>) -> Vec<Span> {
        let mut spans = Vec::new();
        let cuts = self.cuts(start, end);
        for pair in cuts.windows(2) {
            let (mut from, to) = (pair[0], pair[1]);
            while from < to {
                let day = Axis::day_of_minute(from + 1);
                let is_open =
                    || self.axis.open_on(day).iter().any(|(opens, closes)| *opens <= from && from < *closes);
                let kind = self.axis.office.calendar.kind(day_of(day));
                let mut until = to;
                let piece = match self.fate_before(from + 1) {
                    Some(piece) => piece,
                    None if !kind.is_working() => Piece::rest(kind),
                    None if !is_open() => Piece::of(SpanKind::Closed, 0),
                    None => match legs.now() {
                        Some(leg) => {
                            until = to.min(from + legs.left);
                            legs.left -= until - from;
                            Piece::of(SpanKind::Counted, until - from).on(names(leg.of))
                        }
                        None => Piece::of(SpanKind::Closed, 0),
                    },
                };
                let (begins, ends) = (self.axis.moment(from), self.axis.moment(until));
                put(&mut spans, begins, ends, &piece, |last| last == begins);
                from = until;
            }
        }
        spans
    }

    /// Places in order at which the fate of a minute can change.
    fn cuts(&self, start: i64, end: i64) -> Vec<i64> {
        let days = Axis::day_of_minute(start + 1)..=Axis::day_of_minute(end) + 1;
        let of_day = |day: i64| {
            let open = self.axis.open_on(day).into_iter();
            std::iter::once(Axis::midnight(day)).chain(open.flat_map(|(opens, closes)| [opens, closes]))
        };
        let pauses = self.pauses.iter().flat_map(|pause| [Some(pause.from), pause.end()]).flatten();
        let restarts = self.restarts.iter().map(|(at, _)| *at);
        let all = days.flat_map(of_day).chain(pauses).chain(restarts).chain([start, end]);
        let mut cuts: Vec<i64> = all.filter(|cut| (start..=end).contains(cut)).collect();
        cuts.sort_unstable();
        cuts.dedup();
        cuts
    }

    /// What a place is if it was voided or if the clock stands still there.
    fn fate_before(&self, place: i64) -> Option<Piece<'_, 'static>> {
        if place <= self.from && self.axis.position(self.clock.start) < place {
            let restart = self.restarts.iter().find(|(at, _)| place <= *at);
            return restart.map(|(_, ground)| Piece::of(SpanKind::Void, 0).on(names(Some(ground))));
        }
        let covers = |pause: &&Pause<'_>| pause.from < place && pause.end().is_none_or(|end| place <= end);
        let mut grounds: Vec<&str> =
            self.pauses.iter().filter(covers).map(|pause| pause.ground.id.as_str()).collect();
        grounds.sort_unstable();
        grounds.dedup();
        (!grounds.is_empty()).then(|| Piece::of(SpanKind::Paused, 0).on(grounds))
    }
}

fn names(ground: Option<&Ground>) -> Vec<&str> {
    ground.map(|ground| ground.id.as_str()).into_iter().collect()
}

/// Adds a piece, or lengthens the last span where it has the same fate and follows at once.
fn put(
    spans: &mut Vec<Span>,
    from: Moment,
    to: Moment,
    piece: &Piece<'_, '_>,
    follows: impl Fn(Moment) -> bool,
) {
    if let Some(last) = spans.last_mut()
        && last.kind == piece.kind
        && last.holiday.as_ref() == piece.holiday
        && last.grounds.iter().map(String::as_str).eq(piece.grounds.iter().copied())
        && follows(last.to)
    {
        last.to = to;
        last.counted += piece.counted;
        return;
    }
    spans.push(Span {
        from,
        to,
        kind: piece.kind,
        counted: piece.counted,
        grounds: piece.grounds.iter().map(|ground| (*ground).to_owned()).collect(),
        holiday: piece.holiday.cloned(),
    });
}
