//! `/account`: who has signed in, the roles he holds and the one he acts in, and those that are offered to him.

mod offers;

pub use offers::{accept, decline};

use crate::{
    context::{Context, redirect_within},
    cookie::{Cookie, Cookies},
    error::PageError,
    frame::{Link, Page, Section},
    outcome::{self, Outcome},
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::{
    extract::{Form, Query},
    http::header,
    response::{Html, IntoResponse as _, Response},
};
use chrono::NaiveDate;
use domain::access::{Capacity, Permission};
use serde::Deserialize;
use std::sync::LazyLock;
use store::{CredentialKind, Grant};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

#[derive(Template)]
#[template(path = "pages/account/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    fault: Option<&'static str>,
    name: String,
    roles: Vec<RoleLine>,
    is_himself: bool,
    desks: Vec<Link>,
    offers: Vec<offers::OfferLine>,
    unified: Option<Unified>,
}

/// The city's unified identity, and whether the account is bound to it.
struct Unified {
    label: String,
    is_bound: bool,
}

/// A role he can act in.
struct RoleLine {
    id: String,
    name: String,
    until: Option<NaiveDate>,
    is_in_use: bool,
}

/// The page.
pub async fn show(context: Context, Query(outcome): Query<Outcome>) -> Result<Html<String>, PageError> {
    let t = TEXTS.of(context.language);
    let signed = context.visit.signed.get().ok_or(PageError::SignInFirst)?;
    let grants = context.city.store.grants_of_person(context.person()?).await?;
    let usable = grants.iter().filter(|grant| grant.holds_on(context.today()));
    let roles = usable.map(|grant| line(&context, grant, &signed.acts_by)).collect();
    let view = View {
        page: Page::new(&context, Section::Account, t.of("title")),
        done: outcome.done(&t),
        fault: outcome.fault(&t),
        name: signed.name.clone(),
        roles,
        is_himself: signed.acts_by.is_empty(),
        desks: desks(&context, &t),
        offers: offers::lines(&context).await?,
        unified: unified(&context).await?,
        t,
    };
    Page::render(&view)
}

async fn unified(context: &Context) -> Result<Option<Unified>, PageError> {
    let Some(unified) = &context.city.host.unified else { return Ok(None) };
    let bound = context.city.credential(context.person()?, CredentialKind::UnifiedIdentity).await?;
    let label = unified.label.get(context.language).to_owned();
    Ok(Some(Unified { label, is_bound: bound.is_some() }))
}

fn line(context: &Context, grant: &Grant, in_use: &str) -> RoleLine {
    let (Capacity::Firm { until, .. } | Capacity::Office { until, .. }) = &grant.capacity else {
        unreachable!("a role is of a firm or an organisation")
    };
    RoleLine {
        id: grant.id.clone(),
        name: wording::capacity(&context.city.edition, &grant.capacity, context.language),
        until: *until,
        is_in_use: grant.id == in_use,
    }
}

/// Where his role has something to do.
fn desks(context: &Context, t: &Text) -> Vec<Link> {
    let all = [
        (Permission::CaseFile, "/cases/new", "to_new_case"),
        (Permission::FirmRead, "/firm", "to_firm"),
        (Permission::FirmAdmit, "/counter", "to_counter"),
        (Permission::ColleagueRead, "/staff", "to_staff"),
        (Permission::PersonList, "/people", "to_people"),
        (Permission::SignInRead, "/sign-ins", "to_sign_ins"),
        (Permission::AuditSearch, "/audit", "to_audit"),
        (Permission::AccessRead, "/access", "to_access"),
    ];
    let open = all.iter().filter(|(permission, ..)| context.could(*permission));
    open.map(|(_, href, key)| Link::new(*href, t.of(key))).collect()
}

/// The role that was chosen.
#[derive(Deserialize)]
pub struct Chosen {
    role: String,
}

/// Lets the session act in another role, or in none.
pub async fn choose(context: Context, Form(chosen): Form<Chosen>) -> Result<Response, PageError> {
    let session = &context.visit.signed.get().ok_or(PageError::SignInFirst)?.session;
    let changed = context.city.store.act_by(session, &chosen.role, &context.deed("")).await?;
    Ok(if changed { outcome::done("/account", "chosen") } else { outcome::fault("/account", "not_held") })
}

/// Ends the session.
pub async fn sign_out(context: Context) -> Result<Response, PageError> {
    let session = &context.visit.signed.get().ok_or(PageError::SignInFirst)?.session;
    context.city.store.end_session(context.person()?, session, &context.deed("")).await?;
    let mut response = redirect_within("/", "").into_response();
    let cookies = Cookies(context.city.host.reach);
    response.headers_mut().append(header::SET_COOKIE, cookies.clear(Cookie::Session));
    response.headers_mut().insert("clear-site-data", "\"cache\"".parse().expect("it is a header value"));
    Ok(response)
}

#[cfg(test)]
mod tests;
