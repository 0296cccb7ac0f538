//! `/sign-in`: with a password and, where one is set up, a code; in a demo with one click.

mod demo;
mod passkey;
mod renewal;
mod step;

pub use demo::enter;
pub use passkey::{begin as begin_passkey, check as check_passkey};
pub use renewal::renew as renew_password;
pub use step::{ask as ask_code, check as check_code};

use crate::{
    context::Context,
    error::{PageError, in_query},
    frame::{Page, Section},
    outcome::Outcome,
    proof::{Claim, Unproved, tried},
    session::Onward,
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::{
    extract::{Form, Query},
    http::HeaderMap,
    response::{Html, IntoResponse as _, Response},
};
use domain::access::Role;
use renewal::Proved;
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
    let person = city.store.person_of_login(&typed.login).await?;
    let id = person.as_ref().map(|person| person.id.as_str());
    let claim = Claim { login: &typed.login, person: id, with: "password" };
    let tried =
        match tried(&context, &headers, claim, city.is_password(person.as_ref(), &typed.password)).await? {
            Ok(tried) => tried,
            Err(unproved) => return refused(&context, typed, &unproved),
        };
    let person = person.ok_or(PageError::Page)?;
    if city.credential(&person.id, CredentialKind::OneTimeCode).await?.is_some() {
        // The count stays until the code is right too: else each right password would buy new guesses of it.
        return step::ask(&context, &person, &typed.next).await;
    }
    let proved = Proved { person: person.id, is_two_factor: false, next: typed.next };
    renewal::enter(&context, &headers, tried, proved).await
}

/// The form again, with what was wrong; the password is never sent back.
fn refused(context: &Context, typed: Typed, unproved: &Unproved) -> Result<Response, PageError> {
    let mut view = view(context, typed.next, typed.login);
    view.fault = Some(unproved.words(&view.t, "fault_wrong"));
    Ok(Page::render(&view)?.into_response())
}

#[cfg(test)]
mod tests;
