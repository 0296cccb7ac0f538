//! A message of a case in words: its template, filled in for the eyes of its reader.

use super::{organization, stage};
use crate::{components::case_form::spoken, context::Context, frame::Page};
use domain::{
    access::{Capacity, Principal},
    clock::{Moment, Party},
    mechanism::{
        Mechanism,
        course::{CaseState, Course},
    },
};
use store::{Case, CaseHead, Recipient};

/// As whom somebody is told something: himself, and his firm or his organisation, and his role.
pub fn recipients(principal: &Principal) -> Vec<Recipient> {
    let mut all: Vec<Recipient> =
        principal.person().map(|person| Recipient::Person(person.to_owned())).into_iter().collect();
    match principal.capacity() {
        // A call to all firms goes to the role that speaks for one.
        Some(Capacity::Firm { firm, role, .. }) => {
            all.extend([Recipient::Firm(firm.clone()), Recipient::Role(*role)]);
        }
        Some(Capacity::Office { organization, role, .. }) => {
            all.extend([Recipient::Organization(organization.clone()), Recipient::Role(*role)]);
        }
        Some(Capacity::Person) | None => {}
    }
    all
}

/// A case as it stands, which decides who reads what of it, and as it stood when a message went out, which is what the
/// message tells: one that is read again later says what it said.
#[derive(Clone, Copy)]
pub struct States<'s> {
    /// As it stands.
    pub now: &'s CaseState,
    /// As it stood then.
    pub then: &'s CaseState,
}

/// How a case stood each time when it had told something.
pub struct Told(Vec<CaseState>);

impl Told {
    /// Reckoned anew from the steps that were taken.
    pub fn of(context: &Context, case: &Case) -> Self {
        let version = context.city.mechanism(&case.head.mechanism, case.head.version);
        let (Some(version), Ok(began)) = (version, case.began_at.parse()) else { return Self(Vec::new()) };
        let (office, origin) = (context.city.edition.office_time(), case.state.origin.clone());
        let mut course = Course::begin_from(version, office, began, origin);
        let mut told = Self(vec![course.state().clone()]);
        for record in &case.steps {
            course.advance(record.step.at);
            told.note(course.state());
            // What is kept was taken; a version that would refuse it now tells no more than it can.
            if course.take(&record.step).is_err() {
                break;
            }
            told.note(course.state());
        }
        course.advance(context.moment());
        told.note(course.state());
        told
    }

    fn note(&mut self, state: &CaseState) {
        if self.0.last().is_none_or(|last| last.notices.len() < state.notices.len()) {
            self.0.push(state.clone());
        }
    }

    /// The case as it stood when the message in this place went out; as it stands where that cannot be reckoned.
    pub fn states<'s>(&'s self, now: &'s CaseState, place: usize) -> States<'s> {
        let then = self.0.iter().find(|state| state.notices.len() > place);
        States { now, then: then.unwrap_or(now) }
    }
}

/// The text of a message; what is not known stands as an ellipsis.
pub fn told(
    context: &Context,
    page: &Page,
    mechanism: &Mechanism,
    (head, states, id): (&CaseHead, States<'_>, &str),
) -> String {
    let Some(notice) = mechanism.notices.iter().find(|notice| notice.id == id) else { return id.to_owned() };
    let mut told = String::new();
    let mut rest = page.say(&notice.text);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        told.push_str(before);
        let is_firm = notice.to.iter().any(|to| is_firm(mechanism, to));
        let value = value(context, page, mechanism, (head, states), (name, is_firm));
        let value = value.as_deref().unwrap_or("…");
        // Who wrote a whole sentence has ended it.
        let is_ended = after.starts_with(['。', '.', '，', ',', '；', ';']);
        told.push_str(if is_ended { value.trim_end_matches(['。', '.']) } else { value });
        rest = after;
    }
    told.push_str(rest);
    told
}

fn is_firm(mechanism: &Mechanism, actor: &str) -> bool {
    let found = mechanism.actors.iter().find(|known| known.id == actor);
    found.is_some_and(|actor| actor.competence == domain::mechanism::Competence::Firm)
}

fn value(
    context: &Context,
    page: &Page,
    mechanism: &Mechanism,
    (head, States { now, then }): (&CaseHead, States<'_>),
    (name, is_firm): (&str, bool),
) -> Option<String> {
    let edition = &context.city.edition;
    match name {
        "case" => Some(head.number.clone()),
        "stage" => {
            let (sight, _) = context.sees(head, now)?;
            let shown = mechanism.stage_shown(&then.stage, sight.extent, &sight.reads_as);
            Some(stage(mechanism, shown, page.language).to_owned())
        }
        "unit" => then.assigned.as_ref().map(|id| organization(edition, id, page.language).to_owned()),
        "today" => Some(page.date(&then.now.day)),
        "due" => due(context, mechanism, then, is_firm).map(|due| page.when(&due)),
        clocks if clocks.starts_with("due:") => {
            due_of(context, mechanism, then, &clocks[4..]).map(|due| page.when(&due))
        }
        field => {
            let fields = mechanism.forms.iter().flat_map(|form| &form.fields);
            let known = fields.into_iter().find(|known| known.name == field)?;
            context.sees(head, now).filter(|(one, _)| one.shows_field(mechanism, now, field))?;
            Some(spoken(page, edition, mechanism, known, then.data.get(field)?))
        }
    }
}

/// The due date a message means: the earliest of the clocks of its readers, of all where they have none.
fn due(context: &Context, mechanism: &Mechanism, state: &CaseState, is_firm: bool) -> Option<Moment> {
    let office = context.city.edition.office_time();
    let dues = state.runs.iter().filter(|run| run.is_open()).filter_map(|run| {
        let clock = mechanism.clocks.iter().find(|clock| clock.id == run.clock)?;
        let clock = domain::clock::Clock { terms: &clock.terms, start: run.start, events: &run.events };
        Some((run.party == Party::Firm, clock.due(office)?.at))
    });
    let mut dues: Vec<(bool, Moment)> = dues.collect();
    dues.sort_by_key(|(of_firm, at)| (*of_firm != is_firm, *at));
    dues.first().map(|(_, at)| *at)
}

/// The end of the clocks that a message names: of the one of them that runs; where several do, the earliest. What an
/// office reads is about its own run, where it has one. After the clock was finished it is when it would have ended.
fn due_of(context: &Context, mechanism: &Mechanism, state: &CaseState, clocks: &str) -> Option<Moment> {
    let office = context.city.edition.office_time();
    let own = match context.visit.principal().capacity() {
        Some(Capacity::Office { organization, .. }) => Some(organization.as_str()),
        _ => None,
    };
    let runs = state.runs.iter().enumerate();
    let dues = runs.filter(|(_, run)| clocks.split(',').any(|clock| run.clock == clock));
    let dues = dues.filter_map(|(at, run)| {
        let terms = &mechanism.clocks.iter().find(|clock| clock.id == run.clock)?.terms;
        let due = domain::clock::Clock { terms, start: run.start, events: &run.events }.due(office)?.at;
        let is_foreign = run.party == Party::CoHandler && run.organization.as_deref() != own;
        let place = if run.is_open() { 0 } else { usize::MAX - at };
        Some(((!run.is_open(), is_foreign, place), due))
    });
    dues.min().map(|(_, due)| due)
}
