//! A clock of a case: when it started, what counted and what did not, when it is due, and how much is left; text first,
//! a picture second.

#[cfg(test)]
mod tests;

use crate::{
    frame::{Link, Page},
    text::{Text, Texts},
};
use askama::Template;
use chrono::NaiveDate;
use domain::{
    Citation,
    calendar::WorkingCalendar,
    clock::{
        Clock, ClockState, ClockTerms, Due, Moment, OfficeTime, Reckoning, Span, SpanKind, Standing, Unit,
        told_period, told_unit,
    },
    mechanism::{Mechanism, MechanismClock, course::ClockRun},
};
use std::sync::LazyLock;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// From how many working days on something is due soon.
const SOON_WORKING_DAYS: i64 = 2;
/// Days that are looked through to count working days.
const DAYS_COUNTED_MAX: usize = 3_660;
/// Width of the picture, in its own units.
const WIDTH: i64 = 1_000;

/// A clock of a case, ready to stand in a page.
#[derive(Template)]
#[template(path = "components/case_clock/clock.html")]
pub struct CaseClock {
    t: Text,
    /// What sets its identifiers apart from those of other clocks of the page.
    scope: String,
    title: String,
    whose: String,
    period: String,
    start: String,
    due: Option<String>,
    standing: Words,
    is_provisional: bool,
    state: Option<String>,
    cite: Option<Link>,
    spans: Vec<SpanLine>,
    bars: Vec<Bar>,
    /// Where today is in the picture.
    now: Option<i64>,
    /// Whether the days of the ledger are shown at once.
    is_open: bool,
}

/// How much is left, and how pressing that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// In words.
    pub text: String,
    /// `calm`, `soon`, `late` or `done`; a badge takes its colour from it, and the words say it too.
    pub tone: &'static str,
}

/// A part of the ledger in words.
struct SpanLine {
    from: String,
    to: String,
    counted: String,
    told: String,
}

/// A part of the ledger in the picture.
struct Bar {
    at: i64,
    width: i64,
    class: &'static str,
}

impl CaseClock {
    /// A run of a clock as it stands at `now`; none where the mechanism has no such clock.
    pub fn new(
        page: &Page,
        (mechanism, run): (&Mechanism, &ClockRun),
        (whose, scope): (String, String),
        (office, now): (OfficeTime<'_>, Moment),
    ) -> Option<Self> {
        let definition = mechanism.clocks.iter().find(|clock| clock.id == run.clock)?;
        let terms = &definition.terms;
        let clock = Clock { terms, start: run.start, events: &run.events };
        let known = clock.reckon(office);
        let t = TEXTS.of(page.language);
        let (bars, place) = picture(&known, now);
        let standing = clock.standing(office, now);
        Some(Self {
            t,
            scope,
            title: page.say(&definition.title).to_owned(),
            whose,
            period: page.say(&told_period(known.period)).to_owned(),
            start: page.when(&run.start),
            due: known.due.map(|due| due_words(page, due)),
            standing: left(page, (definition, run), (&known, standing), now),
            is_provisional: run.is_open() && known.due.is_some_and(|due| due.provisional),
            state: matches!(known.state, ClockState::Paused { .. })
                .then(|| cited(page, terms, page.say(&known.state.told(terms)))),
            cite: terms.cite.parse::<Citation>().ok().map(|cite| page.citation(&cite)),
            spans: known.ledger.iter().map(|span| SpanLine::of(page, terms, span)).collect(),
            bars,
            now: place,
            is_open: false,
        })
    }
}

impl CaseClock {
    /// The same with every day of its ledger in sight, as paper needs it.
    pub fn with_open_ledger(self) -> Self {
        Self { is_open: true, ..self }
    }
}

impl SpanLine {
    fn of(page: &Page, terms: &ClockTerms, span: &Span) -> Self {
        Self {
            from: page.when(&span.from),
            to: if span.from == span.to { String::new() } else { page.when(&span.to) },
            counted: if span.counted == 0 {
                String::new()
            } else {
                page.say(&terms.told_count(span.counted)).to_owned()
            },
            told: cited(page, terms, page.say(&span.told(terms))),
        }
    }
}

/// What the clock says, with the clauses of its grounds as readers cite them.
fn cited(page: &Page, terms: &ClockTerms, told: &str) -> String {
    let short =
        terms.grounds.iter().filter_map(|ground| Some((&ground.cite, ground.cite.parse::<Citation>().ok()?)));
    short.fold(told.to_owned(), |told, (cite, citation)| {
        told.replace(cite.as_str(), &page.citation(&citation).label)
    })
}

/// A due date with the hour at which offices close, where it is known.
pub fn due_words(page: &Page, due: Due) -> String {
    match due.closing {
        Some(time) => format!("{} {}", page.when(&due.at), time.format("%H:%M")),
        None => page.when(&due.at),
    }
}

/// How a run stands, in words.
fn left(
    page: &Page,
    (definition, run): (&MechanismClock, &ClockRun),
    (known, standing): (&Reckoning, Option<Standing>),
    now: Moment,
) -> Words {
    let t = TEXTS.of(page.language);
    let words = |text: String, tone| Words { text, tone };
    if let Some(finished) = run.finished {
        let is_late = matches!(known.state, ClockState::Finished { late: true, .. });
        let key = if is_late {
            t.one("finished_late", page.when(&finished))
        } else {
            t.one("finished", page.when(&finished))
        };
        return words(key, if is_late { "late" } else { "done" });
    }
    let Some((standing, due)) = standing.zip(known.due) else {
        return words(t.of("stands_still").to_owned(), "calm");
    };
    let count = |count| page.say(&definition.terms.told_count(count)).to_owned();
    if standing.overdue > 0 {
        return words(t.one("overdue", count(standing.overdue)), "late");
    }
    if due.at < now && due.at.day != now.day {
        return words(t.of("is_over").to_owned(), "late");
    }
    if due.at.day == now.day {
        return words(t.of("today").to_owned(), "soon");
    }
    let tone = if standing.left * 4 <= standing.total { "soon" } else { "calm" };
    words(t.one("left", count(standing.left)), tone)
}

/// How much is left until a due date that is all that is known of a clock: in working days.
pub fn until(page: &Page, calendar: &WorkingCalendar, due: Moment, now: Moment) -> Words {
    let t = TEXTS.of(page.language);
    let between = |from: NaiveDate, to: NaiveDate| {
        let days = from.iter_days().skip(1).take(DAYS_COUNTED_MAX).take_while(|day| *day <= to);
        i64::try_from(days.filter(|day| calendar.kind(*day).is_working()).count()).unwrap_or(i64::MAX)
    };
    let count = |count| page.say(&told_unit(count, Unit::WorkingDay)).to_owned();
    if due.day < now.day {
        return Words { text: t.one("overdue", count(between(due.day, now.day))), tone: "late" };
    }
    if due.day == now.day {
        return Words { text: t.of("today").to_owned(), tone: "soon" };
    }
    let left = between(now.day, due.day);
    Words { text: t.one("left", count(left)), tone: if left <= SOON_WORKING_DAYS { "soon" } else { "calm" } }
}

/// The ledger as bars over its days, and the place of today among them.
fn picture(known: &Reckoning, now: Moment) -> (Vec<Bar>, Option<i64>) {
    let (Some(first), Some(last)) = (known.ledger.first(), known.ledger.last()) else {
        return (Vec::new(), None);
    };
    let origin = first.from.day;
    let day = |at: Moment| at.day.signed_duration_since(origin).num_days();
    let days = (day(last.to) + 1).max(1);
    let place = |day: i64| day * WIDTH / days;
    let bars = known.ledger.iter().map(|span| {
        let (from, to) = (place(day(span.from)), place(day(span.to) + 1));
        Bar { at: from, width: (to - from).max(1), class: class(span) }
    });
    let today = day(now);
    (bars.collect(), (0..days).contains(&today).then(|| place(today) + place(1) / 2))
}

fn class(span: &Span) -> &'static str {
    match span.kind {
        SpanKind::Counted if !span.grounds.is_empty() => "bar-extended",
        SpanKind::Counted => "bar-counted",
        SpanKind::Paused => "bar-paused",
        SpanKind::Void => "bar-void",
        SpanKind::Rolled => "bar-rolled",
        SpanKind::Weekend | SpanKind::Holiday | SpanKind::Closed => "bar-rest",
    }
}
