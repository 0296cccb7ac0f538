//! Everything that happened in a case, for the eyes of its reader: organisations and not people, and nobody's name for
//! whom the filer is hidden from.

use super::Text;
use crate::{
    case::{Found, Told, form_of, organization, told_notice},
    components::case_form::spoken,
    context::Context,
    frame::Page,
};
use domain::{
    clock::{ClockEvent, ClockEventKind, Moment, told_period},
    mechanism::{
        Competence, Extent, FieldValue, FormFieldKind, Mechanism, Step,
        course::{CaseState, Course, StepTaken},
    },
};
use std::collections::BTreeMap;

/// Something that happened.
pub struct Entry {
    pub at: String,
    /// What sort of thing: `step`, `clock`, `rung` or `notice`.
    pub class: &'static str,
    pub title: String,
    pub who: String,
    /// What was filled in: labels and values.
    pub lines: Vec<(String, String)>,
    /// A message to the reader.
    pub text: String,
}

/// Things that happen at one moment, in this order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Rung,
    Step,
    Clock,
    Notice,
}

/// Everything, the oldest first.
pub fn entries(
    context: &Context,
    page: &Page,
    t: Text,
    (found, mechanism, course): (&Found, &Mechanism, &Course<'_>),
) -> Vec<Entry> {
    let mut all: Vec<(Moment, Rank, Entry)> = Vec::new();
    let state = course.state();
    let mut records = found.case.steps.iter().collect::<Vec<_>>();
    for taken in &state.taken {
        let own = records.iter().position(|record| {
            record.step.step == taken.step && record.step.by == taken.by && record.step.at == taken.at
        });
        let record = own.map(|at| records.remove(at));
        if !found.shows(context, mechanism, (&taken.step, record.map(|record| record.person.as_str()))) {
            continue;
        }
        let has_files = record.is_none_or(|record| found.shows_files(context, mechanism, record));
        let nothing = BTreeMap::new();
        let data = record.map_or(&nothing, |record| &record.step.data);
        all.push((taken.at, Rank::Step, step(context, page, t, (mechanism, taken, data, has_files))));
    }
    all.extend(brought_along(context, page, t, (found, mechanism, state)));
    for rung in state.rungs.iter().filter(|_| found.sight.extent == Extent::Whole) {
        let clock = state.runs.get(rung.run).map_or("", |run| run.clock.as_str());
        let entry = Entry {
            class: "rung",
            title: t.one("rung", clock_title(page, mechanism, clock)),
            ..blank(page, rung.at)
        };
        all.push((rung.at, Rank::Rung, entry));
    }
    for run in &state.runs {
        for event in &run.events {
            let entry = clock_event(page, t, (mechanism, &run.clock), event);
            all.extend(entry.map(|entry| (event.at, Rank::Clock, entry)));
        }
    }
    let told = Told::of(context, &found.case);
    for (place, notice) in state.notices.iter().enumerate().filter(|(_, notice)| !notice.to.is_empty()) {
        let is_his = found.standings.iter().any(|standing| notice.to.contains(&standing.actor));
        if !is_his && !found.sight.shows_notice(mechanism, &notice.notice) {
            continue;
        }
        let to: Vec<&str> = notice.to.iter().map(|actor| actor_title(page, mechanism, actor)).collect();
        let text = if is_his {
            let states = told.states(state, place);
            told_notice(context, page, mechanism, (&found.case.head, states, &notice.notice))
        } else {
            String::new()
        };
        let title = t.one("notice", to.join(t.of("between")));
        all.push((
            notice.at,
            Rank::Notice,
            Entry { class: "message", title, text, ..blank(page, notice.at) },
        ));
    }
    all.sort_by_key(|(at, rank, _)| (*at, *rank));
    all.into_iter().map(|(.., entry)| entry).collect()
}

/// What another case handed over: it stands in no step of this one.
fn brought_along(
    context: &Context,
    page: &Page,
    t: Text,
    (found, mechanism, state): (&Found, &Mechanism, &CaseState),
) -> Option<(Moment, Rank, Entry)> {
    let origin = state.origin.as_ref().filter(|origin| !origin.data.is_empty())?;
    if found.sight.extent != Extent::Whole {
        return None;
    }
    let at = found.case.began_at.parse().unwrap_or(origin.since);
    let (title, lines) =
        (t.one("brought_along", &origin.number), lines_of(context, page, mechanism, &origin.data));
    Some((at, Rank::Rung, Entry { title, lines, ..blank(page, at) }))
}

/// What a case began with: labels and values, in the order of the forms.
fn lines_of(
    context: &Context,
    page: &Page,
    mechanism: &Mechanism,
    data: &BTreeMap<String, FieldValue>,
) -> Vec<(String, String)> {
    let mut told: Vec<&str> = Vec::new();
    let mut lines = Vec::new();
    for field in mechanism.forms.iter().flat_map(|form| &form.fields) {
        if let Some(value) = data.get(&field.name).filter(|_| !told.contains(&field.name.as_str())) {
            let said = spoken(page, &context.city.edition, mechanism, field, value);
            lines.push((page.say(&field.label).to_owned(), said));
            told.push(&field.name);
        }
    }
    lines
}

fn blank(page: &Page, at: Moment) -> Entry {
    Entry {
        at: page.when(&at),
        class: "step",
        title: String::new(),
        who: String::new(),
        lines: Vec::new(),
        text: String::new(),
    }
}

fn step(
    context: &Context,
    page: &Page,
    t: Text,
    (mechanism, taken, data, has_files): (&Mechanism, &StepTaken, &BTreeMap<String, FieldValue>, bool),
) -> Entry {
    let definition: Option<&Step> = mechanism.steps.iter().find(|step| step.id == taken.step);
    let form = definition.and_then(|step| form_of(mechanism, step));
    let edition = &context.city.edition;
    let lines = form.into_iter().flat_map(|form| &form.fields).filter_map(|field| {
        let value = data.get(&field.name)?;
        if field.kind == FormFieldKind::File && !has_files {
            return Some((page.say(&field.label).to_owned(), t.of("file_waits").to_owned()));
        }
        Some((page.say(&field.label).to_owned(), spoken(page, edition, mechanism, field, value)))
    });
    let actor = mechanism.actors.iter().find(|actor| actor.id == taken.by);
    let who = match (actor.map(|actor| actor.competence), &taken.organization) {
        (Some(Competence::Automatic), _) => t.of("by_itself").to_owned(),
        (_, Some(id)) => organization(edition, id, page.language).to_owned(),
        (_, None) => actor_title(page, mechanism, &taken.by).to_owned(),
    };
    Entry {
        title: definition.map_or(taken.step.as_str(), |step| page.say(&step.title)).to_owned(),
        who,
        lines: lines.collect(),
        ..blank(page, taken.at)
    }
}

/// What happened to a clock, with the ground; that it started and was done is seen on the clock itself.
fn clock_event(
    page: &Page,
    t: Text,
    (mechanism, clock): (&Mechanism, &str),
    event: &ClockEvent,
) -> Option<Entry> {
    let title = clock_title(page, mechanism, clock);
    let title = match (event.kind, event.by) {
        (ClockEventKind::Pause, _) => t.one("paused", title),
        (ClockEventKind::Resume, _) => t.one("resumed", title),
        (ClockEventKind::Extend, Some(by)) => t.two("extended", title, page.say(&told_period(by))),
        (ClockEventKind::Restart, _) => t.one("restarted", title),
        (ClockEventKind::Extend, None) | (ClockEventKind::Finish, _) => return None,
    };
    let terms = mechanism.clocks.iter().find(|known| known.id == clock).map(|clock| &clock.terms);
    let grounds = terms.into_iter().flat_map(|terms| &terms.grounds);
    let ground = grounds.into_iter().find(|ground| Some(&ground.id) == event.ground.as_ref());
    let lines = ground.map(|ground| (t.of("ground").to_owned(), page.say(&ground.name).to_owned()));
    Some(Entry { class: "clock-event", title, lines: lines.into_iter().collect(), ..blank(page, event.at) })
}

fn clock_title<'m>(page: &Page, mechanism: &'m Mechanism, clock: &'m str) -> &'m str {
    let found = mechanism.clocks.iter().find(|known| known.id == clock);
    found.map_or(clock, |clock| clock.title.get(page.language))
}

pub fn actor_title<'m>(page: &Page, mechanism: &'m Mechanism, actor: &'m str) -> &'m str {
    let found = mechanism.actors.iter().find(|known| known.id == actor);
    found.map_or(actor, |actor| actor.title.get(page.language))
}
