//! `/desk/calls`: answered cases that wait for a call to the firm, the oldest due first, each with its form.
//!
//! A step whose form asks whether the firm was `reached` is a call; a step of the same office whose form takes a
//! `rating_level` writes a rating down that the firm gave on the telephone. Mechanisms say so; nothing else here knows
//! of any of them.

mod record;

pub use record::record;

use crate::{
    case::{DueWords, Found, form_of, organization},
    components::case_form::{CaseForm, Ground, Reasons, Typed},
    context::Context,
    error::PageError,
    frame::{Page, Section},
    outcome::Outcome,
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::{extract::Query, response::Html};
use domain::{
    access::{Capacity, Permission, Resource, Role},
    china_time::day_in_china,
    clock::{Clock, Due, Moment},
    mechanism::{Act, Competence, FieldMark, FieldValue, Form, Mechanism, Step, course::Course},
};
use std::sync::LazyLock;
use store::{CaseQuery, Channel, DueDate, Order, StepRecord, Within};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// Cases that are looked at for each procedure.
const READ: u32 = 50;
/// The field that says whether somebody answered the telephone.
const REACHED: &str = "reached";
/// The field of what was said.
const NOTE: &str = "call_note";
/// The field of the answer that a call is about.
const ANSWER: &str = "answer";

/// A case that waits for a call.
struct Call {
    id: String,
    revision: i64,
    number: String,
    title: String,
    mechanism: String,
    unit: String,
    firm: String,
    /// Who acts for the firm, masked.
    people: Vec<String>,
    is_by_telephone: bool,
    answer: String,
    due: Option<DueWords>,
    /// How often nobody answered since the call fell due, and what was noted last.
    attempts: usize,
    last: String,
    form: CaseForm,
    is_open: bool,
    order: (bool, Option<Moment>),
}

/// What was sent and could not be recorded.
pub(super) struct Attempt {
    case: String,
    typed: Typed,
    reasons: Reasons,
}

#[derive(Template)]
#[template(path = "pages/calls/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    fault: Option<&'static str>,
    calls: Vec<Call>,
    total: String,
    /// Whether calling is a duty of the organisation at all.
    is_duty: bool,
}

/// The page.
pub async fn show(context: Context, Query(outcome): Query<Outcome>) -> Result<Html<String>, PageError> {
    let mut view = view(&context, None).await?;
    (view.done, view.fault) = (outcome.done(&view.t), outcome.fault(&view.t));
    Page::render(&view)
}

/// The procedures in which an organisation calls firms back, each with the stage from which it does.
pub fn duties<'c>(context: &'c Context, capacity: &Capacity) -> Vec<(&'c Mechanism, &'c str)> {
    let versions = context.city.edition.mechanisms.iter().map(|version| &version.definition);
    let mut all: Vec<(&Mechanism, &str)> = Vec::new();
    for mechanism in versions {
        let own = |step: &&Step| asks(mechanism, step, REACHED) && is_of(mechanism, step, capacity);
        for stage in mechanism.steps.iter().filter(own).flat_map(|step| &step.from) {
            let is_known = all.iter().any(|(known, at)| (&known.id, *at) == (&mechanism.id, stage.as_str()));
            if !is_known {
                all.push((mechanism, stage));
            }
        }
    }
    all
}

/// Whether the form of a step has a field.
fn asks(mechanism: &Mechanism, step: &Step, field: &str) -> bool {
    form_of(mechanism, step).is_some_and(|form| form.fields.iter().any(|known| known.name == field))
}

/// The field of a rating.
fn level(mechanism: &Mechanism) -> &str {
    mechanism.field_marked(FieldMark::Rating).unwrap_or_default()
}

/// Whether a step is one of the office itself, as the desk that the mechanism names.
fn is_of(mechanism: &Mechanism, step: &Step, capacity: &Capacity) -> bool {
    let Capacity::Office { organization, role, .. } = capacity else { return false };
    let mut by = mechanism.actors.iter().filter(|actor| step.by.contains(&actor.id));
    by.any(|actor| {
        actor.competence == Competence::Fixed
            && actor.organization.as_ref() == Some(organization)
            && actor.roles.contains(role)
    })
}

async fn view(context: &Context, attempt: Option<Attempt>) -> Result<View, PageError> {
    let t = TEXTS.of(context.language);
    let Some(capacity @ Capacity::Office { organization, .. }) = context.visit.principal().capacity() else {
        return Err(PageError::Page);
    };
    context.may(Permission::DeskRead, &Resource::of_organization(organization))?;
    let page = Page::new(context, Section::Inbox, t.of("title")).under("/desk", t.of("desk"));
    let duties = duties(context, capacity);
    let mut calls = Vec::new();
    for (mechanism, stage) in &duties {
        let query = CaseQuery {
            is_ended: Some(false),
            stage: Some((*stage).to_owned()),
            reader: organization.clone(),
            order: Order::Due,
            ..CaseQuery::all(Within::Mechanisms(vec![mechanism.id.clone()]), READ)
        };
        for head in context.city.store.cases(&query).await?.rows {
            let Some(found) = context.case(&head.id).await? else { continue };
            calls.extend(call(context, &page, t, (&found, capacity, attempt.as_ref())).await?);
        }
    }
    calls.sort_by(|one, other| (&one.order, &one.number).cmp(&(&other.order, &other.number)));
    let has_tried = attempt.is_some();
    if let Some(first) = calls.first_mut().filter(|_| !has_tried) {
        first.is_open = true;
    }
    let total = t.one("total", calls.len());
    Ok(View { done: None, fault: None, is_duty: !duties.is_empty(), calls, total, page, t })
}

/// A case as somebody sees it who calls; none where nothing waits for a call.
async fn call(
    context: &Context,
    page: &Page,
    t: Text,
    (found, capacity, attempt): (&Found, &Capacity, Option<&Attempt>),
) -> Result<Option<Call>, PageError> {
    let (head, mechanism, course) =
        (&found.case.head, &found.version(context)?.definition, found.course(context)?);
    let Some((start, due)) = waiting(context, mechanism, &course, capacity) else { return Ok(None) };
    let tries: Vec<&StepRecord> = found
        .case
        .steps
        .iter()
        .filter(|record| record.step.at >= start)
        .filter(|record| record.step.data.get(REACHED) == Some(&FieldValue::Bool(false)))
        .collect();
    let last = tries.last();
    let note = last.and_then(|record| record.step.data.get(NOTE)?.text());
    let told_last = last.map(|record| {
        let note = note.map(|note| format!("{}{note}", t.of("colon"))).unwrap_or_default();
        format!("{}{note}", page.moment(&record.recorded_at))
    });
    let is_today = last.is_some_and(|record| day_in_china(record.recorded_at) == context.today());
    let attempt = attempt.filter(|attempt| attempt.case == head.id);
    let (typed, reasons) = match attempt {
        Some(attempt) => (attempt.typed.clone(), attempt.reasons.clone()),
        None => (Typed::default(), Reasons::default()),
    };
    let form = form(mechanism, &head.stage, capacity);
    let ground = Ground { mechanism, edition: &context.city.edition };
    let scope = format!("call-{}", head.number);
    Ok(Some(Call {
        id: head.id.clone(),
        revision: head.revision,
        number: head.number.clone(),
        title: if head.title.is_empty() { page.say(&mechanism.title).to_owned() } else { head.title.clone() },
        mechanism: page.say(&mechanism.title).to_owned(),
        unit: organization(&context.city.edition, &head.assigned, page.language).to_owned(),
        firm: match (found.sight.shows_filer, head.firm.as_str()) {
            (false, _) => t.of("firm_hidden").to_owned(),
            (true, "") => t.of("firm_unknown").to_owned(),
            (true, firm) => firm.to_owned(),
        },
        people: people(context, found).await?,
        is_by_telephone: head.channel == Channel::Telephone,
        answer: found.case.state.data.get(ANSWER).and_then(FieldValue::text).unwrap_or_default().to_owned(),
        due: due.map(|due| {
            let due = DueDate { at: due.at, is_provisional: due.provisional };
            DueWords::new(context, page, due)
        }),
        attempts: tries.len(),
        last: told_last.unwrap_or_default(),
        form: CaseForm::new(page, (ground, &scope), Some(&form), (&typed, reasons, &[])),
        is_open: attempt.is_some(),
        // Whoever did not answer today is called after the others.
        order: (is_today, due.map(|due| due.at)),
    }))
}

/// Since when a call is waited for, and until when: by the clock that a call of this office ends.
fn waiting(
    context: &Context,
    mechanism: &Mechanism,
    course: &Course<'_>,
    capacity: &Capacity,
) -> Option<(Moment, Option<Due>)> {
    let state = course.state();
    let office = context.city.edition.office_time();
    let calls = mechanism.steps.iter().filter(|step| {
        step.from.contains(&state.stage) && asks(mechanism, step, REACHED) && is_of(mechanism, step, capacity)
    });
    let ends = calls.flat_map(|step| &step.acts).filter_map(|act| match act {
        Act::FinishClock { clock } => Some(clock),
        _ => None,
    });
    let mut runs =
        ends.filter_map(|clock| state.runs.iter().find(|run| run.is_open() && run.clock == *clock));
    let run = runs.next()?;
    let terms = mechanism.clocks.iter().find(|known| known.id == run.clock).map(|clock| &clock.terms)?;
    let clock = Clock { terms, start: run.start, events: &run.events };
    Some((run.start, clock.due(office)))
}

/// The form of a call: whether the firm was reached, what was said, and a rating where it gave one.
fn form(mechanism: &Mechanism, stage: &str, capacity: &Capacity) -> Form {
    let own = |step: &&Step| step.from.iter().any(|from| from == stage) && is_of(mechanism, step, capacity);
    let of = |field: &str| {
        let mut steps = mechanism.steps.iter().filter(own).filter(|step| asks(mechanism, step, field));
        steps.next().and_then(|step| form_of(mechanism, step)).cloned()
    };
    let mut form = of(REACHED).unwrap_or_else(|| Form {
        id: String::new(),
        title: mechanism.title.clone(),
        fields: Vec::new(),
    });
    for mut field in of(level(mechanism)).into_iter().flat_map(|rating| rating.fields) {
        if !form.fields.iter().any(|known| known.name == field.name) {
            // The firm may give none.
            field.required = false;
            form.fields.push(field);
        }
    }
    form
}

/// Who acts for the firm, its owners first, masked: whoever calls asks for somebody by the first character.
async fn people(context: &Context, found: &Found) -> Result<Vec<String>, PageError> {
    if !found.sight.shows_filer || found.case.head.firm.is_empty() {
        return Ok(Vec::new());
    }
    let mut grants = context.city.store.grants_of_firm(&found.case.head.firm).await?;
    grants.retain(|grant| grant.holds_on(context.today()));
    grants.sort_by_key(|grant| grant.capacity.role() != Some(Role::FirmOwner));
    let mut people = Vec::new();
    for grant in grants.iter().take(3) {
        let Some(person) = context.city.store.person(&grant.person).await? else { continue };
        let role = grant.capacity.role().map_or("", |role| wording::role(role, context.language));
        let parts =
            [role.to_owned(), wording::masked_name(&person.name), wording::masked_phone(&person.phone)];
        people.push(parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "));
    }
    Ok(people)
}

#[cfg(test)]
mod tests;
