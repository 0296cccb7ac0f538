//! A passkey as the proof.

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
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

/// Asks the browser for one of his passkeys.
pub async fn begin(context: Context) -> Result<Json<Begun>, PageError> {
    passkey::ask(&context, Some(context.person()?)).await
}

/// The answer of the browser.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    next: String,
    #[serde(flatten)]
    answered: Answered,
}

/// Looks at the answer.
pub async fn check(context: Context, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    match passkey::shown(&context, Some(context.person()?), &typed.answered).await? {
        Ok(_) => session::prove(&context, true, &typed.next).await,
        Err(key) => {
            let mut view = view(&context, typed.next).await?;
            view.fault = view.t.find(&format!("fault_{key}")).map(str::to_owned);
            Ok(Page::render(&view)?.into_response())
        }
    }
}
