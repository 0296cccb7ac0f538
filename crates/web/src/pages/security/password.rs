//! Changing the password: the old one is the proof, and all other sessions end.

use super::{PATH, view};
use crate::{
    context::Context,
    error::PageError,
    frame::Page,
    outcome,
    pages::invitation::{password_credential, weaknesses},
    proof::{Claim, tried},
    session,
};
use axum::{
    extract::Form,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;
use store::{CredentialKind, Person};

/// What was typed.
#[derive(Deserialize)]
pub struct Typed {
    old: String,
    password: String,
    again: String,
}

/// Changes it.
pub async fn change(
    context: Context,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let city = &context.city;
    let person = city.store.person(context.person()?).await?.ok_or(PageError::SignInFirst)?;
    if city.credential(&person.id, CredentialKind::Password).await?.is_none() {
        return Ok(outcome::fault(PATH, "no_password"));
    }
    let claim = Claim { login: &person.login, person: Some(&person.id), with: "change of password" };
    let tried = match tried(&context, &headers, claim, city.is_password(Some(&person), &typed.old)).await? {
        Ok(tried) => tried,
        Err(unproved) => {
            let mut view = view(&context).await?;
            view.faults.push(unproved.words(&view.t, "fault_old"));
            return Ok(Page::render(&view)?.into_response());
        }
    };
    city.give_back(&tried, None).await?;
    set(&context, (&person, &session::device_of(&context, &headers)), &typed).await
}

/// Sets the new one, where nothing speaks against it.
async fn set(
    context: &Context,
    (person, device): (&Person, &str),
    typed: &Typed,
) -> Result<Response, PageError> {
    let faults = weaknesses(context, &typed.password, &typed.again, person);
    if !faults.is_empty() {
        let mut view = view(context).await?;
        view.faults = faults;
        return Ok(Page::render(&view)?.into_response());
    }
    let (store, deed) = (&context.city.store, context.deed(""));
    let credential = password_credential(context.city.hashed(&typed.password).await?, deed.at);
    store.replace_credentials(&person.id, CredentialKind::Password, &[credential], &deed).await?;
    let this = &context.visit.signed.get().ok_or(PageError::SignInFirst)?.session;
    store.end_other_sessions(&person.id, this, &deed).await?;
    context.city.forget_devices(person, |lock| lock.forget_others(device), &deed).await?;
    Ok(outcome::done(PATH, "password"))
}
