//! The words of the clock in both languages; they stand in `text.toml`.

use super::{
    ClockEvent, ClockFault, ClockProblem, ClockState, ClockTerms, Moment, Period, Span, SpanKind,
    TermsFaultKind, Unit,
};
use crate::Bilingual;
use serde::Serialize;
use std::{collections::BTreeMap, sync::LazyLock};

type Texts = BTreeMap<String, BTreeMap<String, Bilingual>>;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| {
    toml::from_str(include_str!("text.toml"))
        .expect("the texts are part of the program, and a test reads them")
});

/// A text with its gaps filled; the key itself where there is no such text.
fn text(section: &str, key: &str, gaps: &[(&str, Bilingual)]) -> Bilingual {
    let found = TEXTS.get(section).and_then(|texts| texts.get(key)).cloned();
    let mut filled = found.unwrap_or_else(|| same(key));
    for (gap, value) in gaps {
        let gap = format!("{{{gap}}}");
        filled.zh = filled.zh.replace(&gap, &value.zh);
        filled.en = filled.en.replace(&gap, &value.en);
    }
    filled
}

/// What reads alike in both languages.
fn same(value: &(impl ToString + ?Sized)) -> Bilingual {
    Bilingual { zh: value.to_string(), en: value.to_string() }
}

/// The name a value has in files, which is its key in the texts.
fn key_of(value: impl Serialize) -> String {
    match toml::Value::try_from(value) {
        Ok(toml::Value::String(key)) => key,
        Ok(toml::Value::Table(table)) => {
            table.get("kind").and_then(toml::Value::as_str).unwrap_or_default().to_owned()
        }
        _ => String::new(),
    }
}

/// So many of a unit, in words.
pub fn told_unit(count: i64, unit: Unit) -> Bilingual {
    let plural = |word: &str| same(&if count == 1 { word.to_owned() } else { format!("{word}s") });
    let words = [("days", "day"), ("months", "month"), ("years", "year"), ("hours", "hour")];
    let mut gaps: Vec<(&str, Bilingual)> = words.iter().map(|(gap, word)| (*gap, plural(word))).collect();
    gaps.push(("n", same(&count)));
    text("unit", unit.letters(), &gaps)
}

/// A period in words.
pub fn told_period(period: Period) -> Bilingual {
    told_unit(i64::from(period.count), period.unit)
}

impl ClockTerms {
    /// What the ledger counts, in words: minutes as hours and minutes, months and years as days.
    pub fn told_count(&self, counted: i64) -> Bilingual {
        match self.period.unit {
            Unit::OfficeHour => {
                text("unit", "minutes", &[("h", same(&(counted / 60))), ("m", same(&(counted % 60)))])
            }
            Unit::WorkingDay => told_unit(counted, Unit::WorkingDay),
            _ => told_unit(counted, Unit::Day),
        }
    }

    /// The names of grounds with their sources; a name the terms do not know stands as it is.
    fn told_grounds(&self, ids: &[String]) -> Bilingual {
        let told = |id: &String| match self.grounds.iter().find(|ground| ground.id == *id) {
            Some(ground) => {
                text("ground", "one", &[("name", ground.name.clone()), ("cite", same(&ground.cite))])
            }
            None => same(id),
        };
        let between = text("ground", "between", &[]);
        let join = |one: Bilingual, other: Bilingual| Bilingual {
            zh: one.zh + &between.zh + &other.zh,
            en: one.en + &between.en + &other.en,
        };
        ids.iter().map(told).reduce(join).unwrap_or_default()
    }
}

impl Span {
    /// What became of the span, in words.
    pub fn told(&self, terms: &ClockTerms) -> Bilingual {
        let key = match self.kind {
            SpanKind::Counted if !self.grounds.is_empty() => "extended".to_owned(),
            SpanKind::Counted if self.holiday.is_some() => "make-up".to_owned(),
            kind => key_of(kind),
        };
        let holiday = self.holiday.clone().unwrap_or_default();
        text("span", &key, &[("ground", terms.told_grounds(&self.grounds)), ("holiday", holiday)])
    }
}

impl ClockState {
    /// The state in words.
    pub fn told(&self, terms: &ClockTerms) -> Bilingual {
        match self {
            Self::Running => text("state", "running", &[]),
            Self::Paused { since, until, grounds } => {
                let key = if until.is_some() { "paused-until" } else { "paused" };
                let until = until.as_ref().map(same).unwrap_or_default();
                let gaps =
                    [("since", same(since)), ("until", until), ("ground", terms.told_grounds(grounds))];
                text("state", key, &gaps)
            }
            Self::Finished { at, late } => {
                text("state", if *late { "finished-late" } else { "finished" }, &[("at", same(at))])
            }
        }
    }
}

impl TermsFaultKind {
    /// What is wrong, in words.
    pub fn told(self) -> Bilingual {
        text("terms", &key_of(self), &[])
    }
}

impl ClockProblem {
    /// The problem in words: what, where, what to do. `events` is the list its place points into.
    pub fn told(&self, start: Moment, events: &[ClockEvent]) -> Bilingual {
        let event = self.event.and_then(|at| events.get(at).map(|event| (at, event)));
        let place = if let Some((at, event)) = event {
            let kind = text("event", &key_of(event.kind), &[]);
            text("event", "place", &[("n", same(&(at + 1))), ("at", same(&event.at)), ("kind", kind)])
        } else {
            let words = text("event", "start", &[]);
            Bilingual { zh: format!("{} {start}", words.zh), en: format!("{} on {start}", words.en) }
        };
        let mut gaps = self.fault.gaps();
        gaps.push(("event", place));
        text("problem", &key_of(&self.fault), &gaps)
    }
}

impl ClockFault {
    /// What its text leaves open.
    fn gaps(&self) -> Vec<(&'static str, Bilingual)> {
        match self {
            Self::NoOfficeHours | Self::TimeMissing | Self::GroundMissing | Self::LengthMissing => Vec::new(),
            Self::BeforeStart { start } => vec![("start", same(start))],
            Self::AfterFinish { finish } => vec![("finish", same(finish))],
            Self::AfterDue { due } => vec![("due", same(due))],
            Self::UnknownGround { ground, .. }
            | Self::AlreadyPaused { ground }
            | Self::NotPaused { ground } => {
                vec![("ground", same(ground))]
            }
            Self::TooMany { ground, times_max } => vec![("ground", same(ground)), ("max", same(times_max))],
            Self::TotalSpent { ground, total_max: max } | Self::TooLong { ground, length_max: max } => {
                vec![("ground", same(ground)), ("max", told_period(*max))]
            }
            Self::PauseRanOut { ground, ended } => vec![("ground", same(ground)), ("ended", same(ended))],
            Self::OtherUnit { ground, by } => vec![("ground", same(ground)), ("by", told_period(*by))],
            Self::TooLate { ground, latest } => vec![("ground", same(ground)), ("latest", same(latest))],
        }
    }
}
