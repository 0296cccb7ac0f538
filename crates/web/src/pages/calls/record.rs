//! Writes a call down as the step of the mechanism that it is.

use super::{Attempt, REACHED, TEXTS, asks, is_of, level, view};
use crate::{
    case::{Found, form_of},
    components::case_form::{Ground, Read, Reasons, Typed, read},
    context::Context,
    error::PageError,
    frame::{Page, Section},
    outcome,
};
use axum::{
    extract::Form,
    response::{IntoResponse as _, Response},
};
use domain::{
    access::{Permission, Resource},
    mechanism::{
        Mechanism, Refusal, Step,
        course::{CaseStep, NextStep},
    },
};
use store::{Taken, WantedStep};

/// A step that a call can be.
struct Candidate<'m> {
    step: &'m Step,
    next: NextStep,
}

/// Records a call on its row, and shows the next.
pub async fn record(
    context: Context,
    Form(pairs): Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let one =
        |name: &str| pairs.iter().rfind(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let typed = Typed::sent(&pairs);
    let gone = || Ok(outcome::done("/desk/calls", "gone"));
    let Some(found) = context.case(one("case")).await? else { return gone() };
    let mechanism = &found.version(&context)?.definition;
    let level = level(mechanism);
    let is_rated = !typed.one(level).is_empty();
    let candidates = candidates(&context, &found, if is_rated { level } else { REACHED })?;
    if candidates.is_empty() {
        return gone();
    }
    context.may(Permission::CaseAct, &Resource::of_case(true))?;
    let t = TEXTS.of(context.language);
    let reasons = if is_rated && typed.one(REACHED) != "true" {
        Reasons::default().and(t.of("rated_unreached"))
    } else {
        let revision = one("revision").parse().unwrap_or_default();
        match taken(&context, (&found, mechanism), candidates, (&typed, revision)).await? {
            Ok(key) => return Ok(outcome::done("/desk/calls", key)),
            Err(reasons) => reasons,
        }
    };
    let attempt = Attempt { case: found.case.head.id.clone(), typed, reasons };
    Ok(Page::render(&view(&context, Some(attempt)).await?)?.into_response())
}

/// The steps of his own office that ask for a field, as they can be taken now.
fn candidates<'c>(context: &'c Context, found: &Found, field: &str) -> Result<Vec<Candidate<'c>>, PageError> {
    let mechanism = &found.version(context)?.definition;
    let capacity = context.visit.principal().capacity().ok_or(PageError::Page)?;
    let next = found.next_steps(&found.course(context)?);
    let candidate = |next: NextStep| {
        let step = mechanism.steps.iter().find(|step| step.id == next.step)?;
        let is_call = asks(mechanism, step, field) && is_of(mechanism, step, capacity);
        is_call.then_some(Candidate { step, next })
    };
    Ok(next.into_iter().filter_map(candidate).collect())
}

/// Takes the first step that what was typed allows; what it was, or what stands against all of them.
async fn taken(
    context: &Context,
    (found, mechanism): (&Found, &Mechanism),
    candidates: Vec<Candidate<'_>>,
    (typed, revision): (&Typed, i64),
) -> Result<Result<&'static str, Reasons>, PageError> {
    let t = TEXTS.of(context.language);
    let page = Page::new(context, Section::Nowhere, "");
    let ground = Ground { mechanism, edition: &context.city.edition };
    let mut against: Option<Reasons> = None;
    for Candidate { step, next } in candidates {
        let form = form_of(mechanism, step);
        let read = read(ground, form, typed);
        let refusals = refused(context, found, &next, &read)?;
        if !refusals.is_empty() || !read.faults.is_empty() {
            against.get_or_insert(Reasons::told(&page, mechanism, (form, &read), &refusals));
            continue;
        }
        let wanted = WantedStep {
            case: found.case.head.id.clone(),
            revision,
            step: case_step(context, &next, &read),
            person: context.person()?.to_owned(),
        };
        let store = &context.city.store;
        return Ok(match store.take_step(&context.city.procedures(), wanted, &context.deed("")).await? {
            Taken::Done(_) if asks(mechanism, step, level(mechanism)) => Ok("rated"),
            Taken::Done(_) if typed.one(REACHED) == "true" => Ok("reached"),
            Taken::Done(_) => Ok("in_vain"),
            Taken::Stale(_) => Err(Reasons::default().and(t.of("stale"))),
            Taken::Absent => Ok("gone"),
            Taken::Refused(why) => Err(Reasons::told(&page, mechanism, (form, &read), &why)),
        });
    }
    Ok(Err(against.unwrap_or_default()))
}

/// Everything that stands against a step before it is tried.
fn refused(
    context: &Context,
    found: &Found,
    next: &NextStep,
    read: &Read,
) -> Result<Vec<Refusal>, PageError> {
    let mut course = found.course(context)?;
    Ok(course.take(&case_step(context, next, read)).err().unwrap_or_default())
}

fn case_step(context: &Context, next: &NextStep, read: &Read) -> CaseStep {
    CaseStep {
        at: context.moment(),
        step: next.step.clone(),
        by: next.actor.clone(),
        organization: next.organization.clone(),
        data: read.values.clone(),
    }
}
