//! `/staff`: the people of one's own organisation; its head appoints and ends clerks and deputies.

use crate::{
    choice::{self, Choice},
    context::Context,
    error::PageError,
    frame::{Page, Section},
    invitation,
    outcome::{self, Outcome},
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::{
    extract::{Form, Query},
    response::{Html, Response},
};
use chrono::NaiveDate;
use domain::access::{Capacity, Permission, Place, Resource, Role};
use serde::Deserialize;
use std::sync::LazyLock;
use store::NewGrant;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

#[derive(Template)]
#[template(path = "pages/staff/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    fault: Option<&'static str>,
    organization: String,
    staff: Vec<Colleague>,
    roles: Vec<Choice>,
    can_appoint: bool,
}

/// Somebody who acts for the organisation.
struct Colleague {
    grant: String,
    name: String,
    role: &'static str,
    is_deputy: bool,
    until: Option<NaiveDate>,
    is_himself: bool,
    /// Whether a head may end it: that of a clerk or a deputy, and not his own.
    can_end: bool,
}

/// The organisation and the place the one who asks acts for.
fn office(context: &Context) -> Result<(String, Place), PageError> {
    match context.visit.principal().capacity() {
        Some(Capacity::Office { organization, place, .. }) => Ok((organization.clone(), place.clone())),
        _ => Err(PageError::Page),
    }
}

/// The page.
pub async fn show(context: Context, Query(outcome): Query<Outcome>) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let (organization, _) = office(&context)?;
    context.may(Permission::ColleagueRead, &Resource::of_organization(&organization))?;
    let found = context.city.edition.organizations.iter().find(|one| one.id == organization);
    let name = found.map_or(organization.as_str(), |one| one.name.get(context.language)).to_owned();
    let roles = [("clerk", t.of("clerk")), ("deputy", t.of("deputy"))];
    let view = View {
        page: Page::new(&context, Section::Desk, t.of("title")).under("/account", t.of("account")),
        done: outcome.done(&t),
        fault: outcome.fault(&t),
        staff: colleagues(&context, &organization).await?,
        organization: name,
        roles: roles.into_iter().map(|(value, label)| Choice::new(value, label, "clerk")).collect(),
        can_appoint: context.could(Permission::ColleagueAppoint),
        t,
    };
    Page::render(&view)
}

async fn colleagues(context: &Context, organization: &str) -> Result<Vec<Colleague>, PageError> {
    let (mut staff, can_appoint) = (Vec::new(), context.could(Permission::ColleagueAppoint));
    for grant in context.city.store.grants_of_organization(organization).await? {
        let Capacity::Office { role, until, place, .. } = &grant.capacity else { continue };
        let colleague = Resource::of_organization(organization).in_place(place.clone());
        let is_within = context.may(Permission::ColleagueRead, &colleague).is_ok();
        if !is_within || !grant.holds_on(context.today()) {
            continue;
        }
        let person = context.city.store.person(&grant.person).await?;
        let is_himself = context.visit.person() == Some(&grant.person);
        let is_deputy = !grant.deputy_of.is_empty();
        staff.push(Colleague {
            name: person.map(|person| wording::masked_name(&person.name)).unwrap_or_default(),
            role: wording::role(*role, context.language),
            is_deputy,
            until: *until,
            is_himself,
            can_end: can_appoint && !is_himself && (is_deputy || *role == Role::Clerk),
            grant: grant.id,
        });
    }
    Ok(staff)
}

/// Somebody to be appointed, as typed.
#[derive(Deserialize)]
pub struct Typed {
    login: String,
    role: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    reason: String,
}

impl Typed {
    /// The last day, or that there is none. A day that cannot be read must not become no end at all.
    fn last_day(&self, is_deputy: bool, today: NaiveDate) -> Result<Option<NaiveDate>, NoDayToCome> {
        match self.until.trim() {
            // Standing in for somebody has an end.
            "" if is_deputy => Err(NoDayToCome),
            "" => Ok(None),
            typed => {
                let day = choice::day(typed).filter(|day| *day >= today);
                day.map(Some).ok_or(NoDayToCome)
            }
        }
    }
}

/// What was typed is no day from today on.
struct NoDayToCome;

/// Appoints a clerk, or a deputy who stands in for the head himself until a day.
pub async fn appoint(context: Context, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let (organization, place) = office(&context)?;
    let Ok(deed) = context.deed_for(&typed.reason) else {
        return Ok(outcome::fault("/staff", "reason_malformed"));
    };
    let Some(person) = context.city.store.person_of_login(&typed.login).await? else {
        // Told on purpose: docs/guide/accounts.md says why. The record shows whoever tries logins out.
        context.city.store.record_unknown_login(&deed).await?;
        return Ok(outcome::fault("/staff", "no_account"));
    };
    let resource = Resource::of_organization(&organization).in_place(place.clone()).about(&person.id);
    context.may(Permission::ColleagueAppoint, &resource)?;
    let is_deputy = typed.role == "deputy";
    let Ok(until) = typed.last_day(is_deputy, context.today()) else {
        return Ok(outcome::fault("/staff", "no_day"));
    };
    let role = if is_deputy { Role::Head } else { Role::Clerk };
    let acts_by = context.visit.signed.get().map(|signed| signed.acts_by.clone()).unwrap_or_default();
    let grant = NewGrant {
        id: invitation::new_id(&context),
        person: person.id,
        capacity: Capacity::Office { role, organization, place, until },
        deputy_of: if is_deputy { acts_by } else { String::new() },
        from_day: context.today(),
    };
    match context.city.store.grant(&grant, &deed).await {
        Ok(()) => Ok(outcome::done("/staff", "appointed")),
        Err(error) => Ok(outcome::fault("/staff", outcome::key_of(&error).ok_or(error)?)),
    }
}

/// A role to be ended.
#[derive(Deserialize)]
pub struct Ending {
    grant: String,
}

/// Ends a clerk's or a deputy's role; that of a head is ended by the security administrator.
pub async fn end(context: Context, Form(ending): Form<Ending>) -> Result<Response, PageError> {
    let store = &context.city.store;
    let grant = store.grant_of_id(&ending.grant).await?.ok_or(PageError::Page)?;
    let Capacity::Office { organization, role, place, .. } = &grant.capacity else {
        return Err(PageError::Page);
    };
    let resource = Resource::of_organization(organization).in_place(place.clone()).about(&grant.person);
    context.may(Permission::ColleagueAppoint, &resource)?;
    if *role != Role::Clerk && grant.deputy_of.is_empty() {
        return Ok(outcome::fault("/staff", "not_yours"));
    }
    store.end_grant(&ending.grant, &context.deed("")).await?;
    Ok(outcome::done("/staff", "ended"))
}

#[cfg(test)]
mod tests;
