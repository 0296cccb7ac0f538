//! `/prove`: showing again who one is, before what needs it.

mod passkey;

pub use passkey::{begin as begin_passkey, check as check_passkey};

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    proof::{Claim, tried},
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
    let mut view = view(&context, typed.next).await?;
    let has_code = view.has_code;
    let proof = async {
        if has_code {
            city.is_code(id, &typed.proof).await
        } else {
            city.is_password(Some(&person), &typed.proof).await
        }
    };
    let claim = Claim { login: &person.login, person: Some(id), with: "proof" };
    match tried(&context, &headers, claim, proof).await? {
        Ok(tried) => {
            city.give_back(&tried, None).await?;
            session::prove(&context, has_code, &view.next).await
        }
        Err(unproved) => {
            view.fault = Some(unproved.words(&view.t, "fault_wrong"));
            Ok(Page::render(&view)?.into_response())
        }
    }
}

#[cfg(test)]
mod tests;
