//! Signing in with a passkey: no name is typed, and it counts as two factors.

use super::view;
use crate::{
    context::Context,
    error::PageError,
    frame::Page,
    passkey::{self, Answered, Begun},
    session,
};
use axum::{
    Json,
    extract::Form,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

/// Asks the browser for any passkey it has for this service.
pub async fn begin(context: Context) -> Result<Json<Begun>, PageError> {
    passkey::ask(&context, None).await
}

/// The answer of the browser.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    next: String,
    #[serde(flatten)]
    answered: Answered,
}

/// Opens a session for whoever's passkey has signed; the authenticator has verified the person itself.
pub async fn check(
    context: Context,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    match passkey::shown(&context, None, &typed.answered).await? {
        Ok(person) => session::open(&context, &person, true, (&headers, &typed.next)).await,
        Err(key) => {
            let mut view = view(&context, typed.next, String::new());
            view.fault = view.t.find(&format!("fault_{key}")).map(str::to_owned);
            Ok(Page::render(&view)?.into_response())
        }
    }
}
