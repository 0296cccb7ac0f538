//! `/prove`: showing again who one is, before what needs it.

mod passkey;

pub use passkey::{begin as begin_passkey, check as check_passkey};

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    proof::Admission,
    session::{self, Onward},
    text::{Text, Texts},
};
use askama::Template;
use axum::{
    extract::{Form, Query},
    http::HeaderMap,
    response::{Html, IntoResponse as _, Response},
};
use serde::Deserialize;
use std::sync::LazyLock;
use store::CredentialKind;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

#[derive(Template)]
#[template(path = "pages/prove/page.html")]
struct View {
    page: Page,
    t: Text,
    fault: Option<String>,
    next: String,
    has_code: bool,
    has_password: bool,
    /// The address passkeys are bound to, where he has one.
    origin: Option<String>,
}

/// The form: for the code, where there is one, else for the password.
pub async fn show(context: Context, Query(onward): Query<Onward>) -> Result<Html<String>, PageError> {
    Page::render(&view(&context, onward.next).await?)
}

async fn view(context: &Context, next: String) -> Result<View, PageError> {
    let t = TEXTS.of(context.language);
    let credentials = context.city.store.credentials(context.person()?).await?;
    let has = |kind| credentials.iter().any(|one| one.kind == kind);
    let (has_code, has_password) = (has(CredentialKind::OneTimeCode), has(CredentialKind::Password));
    let origin = context.city.host.origin.clone().filter(|_| has(CredentialKind::Passkey));
    let page = Page::new(context, Section::Account, t.of("title")).under("/account", t.of("account"));
    Ok(View { page, fault: None, next, has_code, has_password, origin, t })
}

/// What was typed.
#[derive(Deserialize)]
pub struct Typed {
    proof: String,
    #[serde(default)]
    next: String,
}

/// Looks at the code or the password.
pub async fn check(
    context: Context,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let city = &context.city;
    let id = context.person()?;
    let person = city.store.person(id).await?.ok_or(PageError::SignInFirst)?;
    let device = session::device_of(&context, &headers);
    let mut view = view(&context, typed.next).await?;
    let tried = match city.begin_try(&person.login, &device).await? {
        Admission::Begun(tried) => tried,
        Admission::Wait(until) => {
            view.fault = Some(view.t.one("fault_wait", city.wait(until, context.language)));
            return Ok(Page::render(&view)?.into_response());
        }
    };
    let is_right = if view.has_code {
        city.is_code(id, &typed.proof).await?
    } else {
        city.is_password(Some(&person), &typed.proof).await?
    };
    if !is_right {
        city.store.sign_in_failed((&person.login, Some(id)), "proof", &context.deed("")).await?;
        view.fault = Some(view.t.of("fault_wrong").to_owned());
        return Ok(Page::render(&view)?.into_response());
    }
    city.give_back(&tried, None).await?;
    session::prove(&context, view.has_code, &view.next).await
}

#[cfg(test)]
mod tests;
