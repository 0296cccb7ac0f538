//! Passkeys of the person: adding one under a name, and taking one away.

use super::{PATH, has_another_way, secure};
use crate::{
    context::Context,
    error::PageError,
    outcome,
    passkey::{self, Answered, Begun},
    session,
};
use axum::{
    Json,
    extract::Form,
    http::{HeaderMap, header},
    response::Response,
};
use serde::Deserialize;
use store::{Credential, CredentialKind};

/// Letters of a name.
const NAME_CHARS_MAX: usize = 40;

/// Asks the browser for a new one.
pub async fn begin(context: Context) -> Result<Json<Begun>, PageError> {
    secure(&context).await?;
    passkey::ask_for_new(&context).await
}

/// The answer of the browser, and what the passkey is to be called.
#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    name: String,
    #[serde(flatten)]
    answered: Answered,
}

/// Keeps it. The session counts as two-factor from here on.
pub async fn add(
    context: Context,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    secure(&context).await?;
    let mut name: String = typed.name.trim().chars().filter(|one| !one.is_control()).collect();
    name = name.chars().take(NAME_CHARS_MAX).collect();
    if name.is_empty() {
        name = session::client(&headers);
    }
    if let Err(key) = passkey::add(&context, &name, &typed.answered).await? {
        return Ok(outcome::fault(PATH, key));
    }
    let cookie = session::renew(&context, true).await?;
    let mut response = outcome::done(PATH, "passkey_added");
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The one to be taken away.
#[derive(Deserialize)]
pub struct Removing {
    passkey: String,
}

/// Takes it away, but not the last way in.
pub async fn remove(context: Context, Form(removing): Form<Removing>) -> Result<Response, PageError> {
    secure(&context).await?;
    let (store, person) = (&context.city.store, context.person()?);
    let credentials = store.credentials(person).await?;
    let is_it = |one: &Credential| one.kind == CredentialKind::Passkey && one.id == removing.passkey;
    if !has_another_way(&context, &credentials, is_it) {
        return Ok(outcome::fault(PATH, "passkey_last"));
    }
    let kind = CredentialKind::Passkey;
    let deed = context.deed("");
    let removed = store.remove_credential(person, kind, &removing.passkey, &deed).await?;
    if removed {
        store.drop_second_factors(person, &deed).await?;
    }
    Ok(if removed { outcome::done(PATH, "passkey_removed") } else { outcome::fault(PATH, "passkey_gone") })
}
