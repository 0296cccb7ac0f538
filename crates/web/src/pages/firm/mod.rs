//! `/firm`: the firm somebody acts for, and who else may act for it.

use crate::{
    choice,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    invitation::{self, Newcomer},
    outcome,
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::{
    extract::{Form, Query},
    response::{Html, IntoResponse as _, Response},
};
use chrono::NaiveDate;
use domain::access::{Area, Capacity, Permission, Resource, Role};
use serde::Deserialize;
use std::sync::LazyLock;
use store::Offer;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// The areas an agent can be mandated for.
const AREAS: [Area; 2] = [Area::Firm, Area::Case];

#[derive(Template)]
#[template(path = "pages/firm/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    fault: Option<&'static str>,
    code: Option<String>,
    firm: String,
    people: Vec<Actor>,
    /// Mandates nobody has accepted yet.
    offers: Vec<Offer>,
    can_mandate: bool,
    typed: Typed,
}

/// Somebody who acts for the firm. Whoever mandates sees the login he typed himself, and no name: it would tell him
/// whose login it is.
struct Actor {
    grant: String,
    login: String,
    role: &'static str,
    until: Option<NaiveDate>,
    is_agent: bool,
    is_himself: bool,
}

/// The firm the one who asks acts for.
fn firm_of(context: &Context) -> Result<String, PageError> {
    match context.visit.principal().capacity() {
        Some(Capacity::Firm { firm, .. }) => Ok(firm.clone()),
        _ => Err(PageError::Page),
    }
}

/// The page.
pub async fn show(
    context: Context,
    Query(outcome): Query<outcome::Outcome>,
) -> Result<Html<String>, PageError> {
    let mut view = view(&context, Typed::default()).await?;
    (view.done, view.fault) = (outcome.done(&view.t), outcome.fault(&view.t));
    Page::render(&view)
}

async fn view(context: &Context, typed: Typed) -> Result<View, PageError> {
    let t = TEXTS.of(context.language);
    let firm = firm_of(context)?;
    context.may(Permission::FirmRead, &Resource::of_firm(&firm))?;
    let (mut people, can_mandate) = (Vec::new(), context.could(Permission::FirmMandate));
    for grant in context.city.store.grants_of_firm(&firm).await? {
        let Capacity::Firm { role, until, .. } = &grant.capacity else { continue };
        if !grant.holds_on(context.today()) {
            continue;
        }
        let person = context.city.store.person(&grant.person).await?;
        people.push(Actor {
            login: person.filter(|_| can_mandate).map(|person| person.login).unwrap_or_default(),
            is_himself: context.visit.person() == Some(&grant.person),
            role: wording::role(*role, context.language),
            until: *until,
            is_agent: *role == Role::FirmAgent,
            grant: grant.id,
        });
    }
    let now = (context.city.host.now)();
    let mut offers = context.city.store.offers_of_firm(&firm, now).await?;
    offers.retain(|offer| can_mandate && offer.role == Role::FirmAgent);
    Ok(View {
        page: Page::new(context, Section::Desk, t.of("title")).under("/account", t.of("account")),
        done: None,
        fault: None,
        code: None,
        can_mandate,
        firm,
        people,
        offers,
        typed,
        t,
    })
}

/// An agent, as typed.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Typed {
    login: String,
    name: String,
    phone: String,
    until: String,
}

/// Offers a mandate to an agent, who accepts it with the code.
pub async fn mandate(context: Context, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let firm = firm_of(&context)?;
    let resource = invitation::about_login(&context, Resource::of_firm(&firm), &typed.login).await?;
    context.may(Permission::FirmMandate, &resource)?;
    let until = choice::day(&typed.until);
    let Some(until) = until.filter(|until| *until >= context.today()) else {
        let mut view = view(&context, typed).await?;
        view.fault = view.t.find("fault_no_day");
        return Ok(Page::render(&view)?.into_response());
    };
    let newcomer = Newcomer { login: &typed.login, name: &typed.name, phone: &typed.phone };
    let (role, scope) = (Role::FirmAgent, AREAS.to_vec());
    let capacity = Capacity::Firm { role, firm, scope, until: Some(until) };
    // An agent acts in the owner's stead: when the owner goes, nobody is left who answers for him.
    let owner = context.visit.signed.get().map(|signed| signed.acts_by.as_str()).unwrap_or_default();
    let outcome = invitation::offer(&context, newcomer, (capacity, owner), "").await;
    let mut view = view(&context, if outcome.is_ok() { Typed::default() } else { typed }).await?;
    match outcome {
        Ok(code) => (view.done, view.code) = (view.t.find("done_mandated"), Some(code)),
        Err(error) => {
            let key = outcome::key_of(&error).ok_or(error)?;
            view.fault = view.t.find(&format!("fault_{key}"));
        }
    }
    Ok(Page::render(&view)?.into_response())
}

/// A mandate to be ended.
#[derive(Deserialize)]
pub struct Ending {
    grant: String,
}

/// Ends the mandate of an agent, or takes back one that nobody has accepted yet.
pub async fn end(context: Context, Form(ending): Form<Ending>) -> Result<Response, PageError> {
    let store = &context.city.store;
    if let Some(offer) = store.offer_of_id(&ending.grant, (context.city.host.now)()).await? {
        context.may(Permission::FirmMandate, &Resource::of_firm(&offer.firm))?;
        if offer.role != Role::FirmAgent {
            return Err(PageError::Page);
        }
        store.withdraw_offer(&offer.id, &context.deed("")).await?;
        return Ok(outcome::done("/firm", "withdrawn"));
    }
    let grant = store.grant_of_id(&ending.grant).await?.ok_or(PageError::Page)?;
    let Capacity::Firm { firm, role: Role::FirmAgent, .. } = &grant.capacity else {
        return Err(PageError::Page);
    };
    context.may(Permission::FirmMandate, &Resource::of_firm(firm))?;
    store.end_grant(&ending.grant, &context.deed("")).await?;
    Ok(outcome::done("/firm", "ended"))
}

#[cfg(test)]
mod tests;
