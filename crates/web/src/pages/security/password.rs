//! Changing the password: the old one is the proof, and all other sessions end.

use super::{PATH, view};
use crate::{
    context::Context,
    error::PageError,
    frame::Page,
    outcome,
    pages::invitation::{password_credential, weaknesses},
    proof::Admission,
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
    let device = session::device_of(&context, &headers);
    let tried = match city.begin_try(&person.login, &device).await? {
        Admission::Begun(tried) => tried,
        Admission::Wait(until) => {
            let mut view = view(&context).await?;
            view.faults.push(view.t.one("fault_wait", city.wait(until, context.language)));
            return Ok(Page::render(&view)?.into_response());
        }
    };
    if !city.is_password(Some(&person), &typed.old).await? {
        let whose = (person.login.as_str(), Some(person.id.as_str()));
        city.store.sign_in_failed(whose, "change of password", &context.deed("")).await?;
        return Ok(outcome::fault(PATH, "old"));
    }
    city.give_back(&tried, None).await?;
    set(&context, (&person, &device), &typed).await
}

/// Sets the new one, where nothing speaks against it.
async fn set(
    context: &Context,
    (person, device): (&Person, &str),
    typed: &Typed,
) -> Result<Response, PageError> {
    let faults = weaknesses(context.language, &typed.password, &typed.again, person);
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
