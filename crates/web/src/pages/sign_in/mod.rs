//! `/sign-in`: with a password and, where one is set up, a code; in a demo with one click.

mod demo;
mod passkey;
mod step;

pub use demo::enter;
pub use passkey::{begin as begin_passkey, check as check_passkey};
pub use step::{ask as ask_code, check as check_code};

use crate::{
    context::Context,
    error::{PageError, in_query},
    frame::{Page, Section},
    outcome::Outcome,
    proof::Admission,
    session::{self, Onward},
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::{
    extract::{Form, Query},
    http::HeaderMap,
    response::{Html, IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use domain::access::Role;
use serde::Deserialize;
use std::sync::LazyLock;
use store::CredentialKind;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

#[derive(Template)]
#[template(path = "pages/sign_in/page.html")]
struct View {
    page: Page,
    t: Text,
    done: Option<&'static str>,
    fault: Option<String>,
    next: String,
    login: String,
    roles: Vec<(&'static str, &'static str)>,
    /// The address passkeys are bound to; none where the operator has not named it.
    origin: Option<String>,
    unified: Option<Unified>,
}

/// The way through the unified identity.
struct Unified {
    label: String,
    href: String,
    is_known: bool,
}

/// The form.
pub async fn show(
    context: Context,
    Query(onward): Query<Onward>,
    Query(outcome): Query<Outcome>,
) -> Result<Html<String>, PageError> {
    let mut view = view(&context, onward.next, String::new());
    view.done = outcome.done(&view.t);
    view.fault = outcome.fault(&view.t).map(str::to_owned);
    Page::render(&view)
}

fn view(context: &Context, next: String, login: String) -> View {
    let t = TEXTS.of(context.language);
    let roles = if context.city.host.is_demo { &Role::ALL[..] } else { &[] };
    let roles = roles.iter().map(|role| (role.name(), wording::role(*role, context.language))).collect();
    let page = Page::new(context, Section::Account, t.of("title"));
    let (origin, unified) = (context.city.host.origin.clone(), unified(context, &next));
    View { page, done: None, fault: None, next, login, roles, origin, unified, t }
}

fn unified(context: &Context, next: &str) -> Option<Unified> {
    let unified = context.city.host.unified.as_ref()?;
    let href = format!("/sign-in/unified?next={}", in_query(next));
    Some(Unified {
        label: unified.label.get(context.language).to_owned(),
        href,
        is_known: unified.is_known(),
    })
}

/// What was typed.
#[derive(Deserialize)]
pub struct Typed {
    login: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// Looks at login and password. Whether an account exists shows neither in words nor in what is done.
pub async fn check(
    context: Context,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let city = &context.city;
    let device = session::device_of(&context, &headers);
    let tried = match city.begin_try(&typed.login, &device).await? {
        Admission::Begun(tried) => tried,
        Admission::Wait(until) => return refused(&context, typed, Some(until)),
    };
    let person = city.store.person_of_login(&typed.login).await?;
    if !city.is_password(person.as_ref(), &typed.password).await? {
        let whose = (typed.login.as_str(), person.as_ref().map(|person| person.id.as_str()));
        city.store.sign_in_failed(whose, "password", &context.deed("")).await?;
        return refused(&context, typed, None);
    }
    let person = person.ok_or(PageError::Page)?;
    if city.credential(&person.id, CredentialKind::OneTimeCode).await?.is_some() {
        // The count stays until the code is right too: else each right password would buy new guesses of it.
        return step::ask(&context, &person, &typed.next).await;
    }
    let (device, cookie) = session::remembered(&context, &headers);
    city.give_back(&tried, Some(&device)).await?;
    let mut response = session::open(&context, &person.id, false, (&headers, &typed.next)).await?;
    response.headers_mut().extend(cookie.map(|cookie| (axum::http::header::SET_COOKIE, cookie)));
    Ok(response)
}

/// The form again, with what was wrong; the password is never sent back.
fn refused(context: &Context, typed: Typed, until: Option<DateTime<Utc>>) -> Result<Response, PageError> {
    let mut view = view(context, typed.next, typed.login);
    view.fault = Some(match until {
        Some(until) => view.t.one("fault_wait", context.city.wait(until, context.language)),
        None => view.t.of("fault_wrong").to_owned(),
    });
    Ok(Page::render(&view)?.into_response())
}

#[cfg(test)]
mod tests;
