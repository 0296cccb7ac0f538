//! What the security administrator does with an account.
//!
//! Roles of the three administrators begin and end on the machine alone (`liangjian account`): one security
//! administrator could else make another administrator, or be rid of who watches him.

use super::{View, view};
use crate::{choice, context::Context, error::PageError, frame::Page, invitation, outcome};
use axum::{
    extract::{Form, Path},
    response::{Html, Response},
};
use domain::access::{Capacity, Permission, Place, Resource, Role};
use serde::Deserialize;
use store::NewGrant;

/// A role to be granted, as typed.
#[derive(Deserialize)]
pub struct Typed {
    role: String,
    organization: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    reason: String,
}

/// Grants a role.
pub async fn grant(
    context: Context,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    context.may(Permission::PersonAppoint, &Resource::of_person(&id))?;
    context.city.store.person(&id).await?.ok_or(PageError::Page)?;
    let back = format!("/people/{id}");
    let capacity = match capacity(&context, &typed) {
        Ok(capacity) => capacity,
        Err(key) => return Ok(outcome::fault(&back, key)),
    };
    let grant = NewGrant {
        id: invitation::new_id(&context),
        person: id.clone(),
        capacity,
        deputy_of: String::new(),
        from_day: context.today(),
    };
    let Ok(deed) = context.deed_for(&typed.reason) else {
        return Ok(outcome::fault(&back, "reason_malformed"));
    };
    match context.city.store.grant(&grant, &deed).await {
        Ok(()) => Ok(outcome::done(&back, "granted")),
        Err(error) => Ok(outcome::fault(&back, outcome::key_of(&error).ok_or(error)?)),
    }
}

/// What was typed as a capacity, or the key of what is wrong with it.
fn capacity(context: &Context, typed: &Typed) -> Result<Capacity, &'static str> {
    let role = Role::named(&typed.role).filter(|role| !role.is_of_firm()).ok_or("role_mismatch")?;
    if role.is_administrator() {
        return Err("on_the_machine");
    }
    let edition = &context.city.edition;
    let found = edition.organizations.iter().find(|one| one.id == typed.organization);
    let organization = found.ok_or("no_organization")?;
    let code = organization.division_code.as_deref().unwrap_or(&edition.division_code);
    let place: Place = code.parse().map_err(|_| "no_organization")?;
    let until = match typed.until.trim() {
        "" => None,
        day => Some(choice::day(day).ok_or("no_day")?),
    };
    if until.is_some_and(|until| until < context.today()) {
        return Err("past_day");
    }
    Ok(Capacity::Office { role, organization: organization.id.clone(), place, until })
}

/// A role to be ended.
#[derive(Deserialize)]
pub struct Ending {
    grant: String,
    #[serde(default)]
    reason: String,
}

/// Ends a role of this person.
pub async fn end(
    context: Context,
    Path(id): Path<String>,
    Form(ending): Form<Ending>,
) -> Result<Response, PageError> {
    context.may(Permission::PersonAppoint, &Resource::of_person(&id))?;
    let store = &context.city.store;
    let grant = store.grant_of_id(&ending.grant).await?;
    let grant = grant.filter(|grant| grant.person == id).ok_or(PageError::Page)?;
    if grant.capacity.role().is_some_and(Role::is_administrator) {
        return Ok(outcome::fault(&format!("/people/{id}"), "on_the_machine"));
    }
    let Ok(deed) = context.deed_for(&ending.reason) else {
        return Ok(outcome::fault(&format!("/people/{id}"), "reason_malformed"));
    };
    store.end_grant(&ending.grant, &deed).await?;
    Ok(outcome::done(&format!("/people/{id}"), "ended"))
}

/// Why something is done.
#[derive(Deserialize)]
pub struct Why {
    #[serde(default)]
    reason: String,
}

/// Closes the account: its roles and sessions end at once.
pub async fn close(
    context: Context,
    Path(id): Path<String>,
    Form(why): Form<Why>,
) -> Result<Response, PageError> {
    context.may(Permission::PersonClose, &Resource::of_person(&id))?;
    if view(&context, &id).await?.is_administrator() {
        return Ok(outcome::fault(&format!("/people/{id}"), "on_the_machine"));
    }
    let Ok(deed) = context.deed_for(&why.reason) else {
        return Ok(outcome::fault(&format!("/people/{id}"), "reason_malformed"));
    };
    let closed = context.city.store.close_person(&id, &deed).await?;
    if closed { Ok(outcome::done(&format!("/people/{id}"), "closed")) } else { Err(PageError::Page) }
}

/// Invites the person anew: for whoever has lost every way to sign in. It takes two, one who asks and one who confirms:
/// with the code whoever invites alone could act as anybody. Not one of the three administrators: theirs come from the
/// machine.
pub async fn invite(
    context: Context,
    Path(id): Path<String>,
    Form(why): Form<Why>,
) -> Result<Html<String>, PageError> {
    context.may(Permission::PersonInvite, &Resource::of_person(&id))?;
    let mut view = view(&context, &id).await?;
    let fault = match (&view.asked_by, context.deed_for(&why.reason)) {
        _ if view.is_administrator() => "fault_administrator",
        _ if !view.is_open() => "fault_not_open",
        (_, Err(_)) => "fault_reason_malformed",
        (Some(asked_by), _) if context.visit.person() == Some(asked_by) => "fault_asked",
        (None, Ok(deed)) => {
            context.city.store.ask_recovery(&id, &deed).await?;
            view.done = view.t.find("done_asked");
            view.asked_by = Some(deed.actor);
            return Page::render(&view);
        }
        (Some(_), Ok(_)) => "",
    };
    if !fault.is_empty() {
        view.fault = view.t.find(fault);
        return Page::render(&view);
    }
    let code = invitation::invite(&context, &id).await?;
    view.asked_by = None;
    view.shown = Some((view.t.of("code"), code.printed()));
    Page::render(&view)
}

/// Shows a masked field, after the look has been recorded.
pub async fn reveal(
    context: Context,
    Path(id): Path<String>,
    Form(why): Form<Why>,
) -> Result<Html<String>, PageError> {
    context.may(Permission::PersonReveal, &Resource::of_person(&id))?;
    let mut view: View = view(&context, &id).await?;
    let looked = match context.deed_for(&why.reason) {
        Ok(deed) => context.city.store.record_look(&id, "contact", &deed).await,
        Err(fault) => Err(fault.into()),
    };
    match looked {
        Ok(()) => {
            let shown = format!("{} {}", view.person.name, view.person.phone);
            view.shown = Some((view.t.of("contact"), shown));
        }
        Err(error) => {
            let key = outcome::key_of(&error).ok_or(error)?;
            view.fault = view.t.find(&format!("fault_{key}"));
        }
    }
    Page::render(&view)
}
