//! `/invitation`: setting the first password, or a new one, with a code that was handed over.

use crate::{
    context::Context,
    error::PageError,
    frame::{Page, Section},
    invitation::{self, code_hash},
    outcome,
    text::{Text, Texts},
};
use askama::Template;
use axum::{
    extract::Form,
    response::{Html, IntoResponse as _, Response},
};
use chrono::{DateTime, Utc};
use identity::password::{
    Password,
    policy::{Policy, Refusal, refusals},
};
use serde::Deserialize;
use std::sync::LazyLock;
use store::{Credential, CredentialKind, Person};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

#[derive(Template)]
#[template(path = "pages/invitation/page.html")]
struct View {
    page: Page,
    t: Text,
    faults: Vec<String>,
    hint: &'static str,
    code: String,
}

fn view(context: &Context, code: String, faults: Vec<String>) -> View {
    let t = TEXTS.of(context.language);
    View { page: Page::new(context, Section::Account, t.of("title")), faults, hint: hint(context), code, t }
}

/// What a new password must be here, in words.
pub fn hint(context: &Context) -> &'static str {
    let t = TEXTS.of(context.language);
    match context.city.host.password_policy {
        Policy::Asvs => t.of("password_hint"),
        Policy::Mlps3 => t.of("password_hint_mlps3"),
    }
}

/// The form.
pub async fn show(context: Context) -> Result<Html<String>, PageError> {
    Page::render(&view(&context, String::new(), Vec::new()))
}

/// What was typed.
#[derive(Deserialize)]
pub struct Typed {
    code: String,
    password: String,
    again: String,
}

/// Sets the password. Sessions, codes, passkeys and bindings from before end: whoever is invited anew has lost them.
pub async fn accept(context: Context, Form(typed): Form<Typed>) -> Result<Response, PageError> {
    let (store, t) = (&context.city.store, TEXTS.of(context.language));
    let (hash, now) = (code_hash(&typed.code), (context.city.host.now)());
    // Weak passwords are answered before the code is looked at, alike for all codes: whoever was handed one that
    // invites nobody could else try it with a password that is refused, and learn that somebody has the login.
    let faults = faults(&context, &typed.password, &typed.again, &[]);
    if !faults.is_empty() {
        return Ok(Page::render(&view(&context, typed.code, faults))?.into_response());
    }
    let password = (typed.password.as_str(), typed.again.as_str());
    let set = match store.invited(&hash, now).await? {
        Some(id) => renewed(&context, (&id, &hash), password).await?,
        None => begun(&context, &hash, password).await?,
    };
    if set {
        return Ok(outcome::done("/sign-in", "set"));
    }
    let faults = vec![t.of("fault_code").to_owned()];
    Ok(Page::render(&view(&context, typed.code, faults))?.into_response())
}

/// Sets the first or a new password of an account that is there. False where it cannot be.
async fn renewed(
    context: &Context,
    (id, hash): (&str, &str),
    (password, again): (&str, &str),
) -> Result<bool, PageError> {
    let store = &context.city.store;
    let person = store.person(id).await?;
    let fits = |person: &Person| weaknesses(context, password, again, person).is_empty();
    let Some(person) = person.filter(fits) else { return Ok(false) };
    let mut deed = context.deed("");
    let credential = password_credential(context.city.hashed(password).await?, deed.at);
    deed.actor.clone_from(&person.id);
    if !store.use_invitation(hash, &deed).await? {
        return Ok(false);
    }
    store.replace_credentials(&person.id, CredentialKind::Password, &[credential], &deed).await?;
    for kind in [
        CredentialKind::OneTimeCode,
        CredentialKind::RecoveryCode,
        CredentialKind::Passkey,
        CredentialKind::UnifiedIdentity,
    ] {
        store.replace_credentials(&person.id, kind, &[], &deed).await?;
    }
    store.end_other_sessions(&person.id, "", &deed).await?;
    context.city.forget_devices(&person, |lock| lock.forget_others(""), &deed).await?;
    Ok(true)
}

/// Opens the account that a role is offered to, accepts the role and sets the password. False where it cannot be:
/// whoever has an account accepts in it, after signing in.
async fn begun(context: &Context, hash: &str, (password, again): (&str, &str)) -> Result<bool, PageError> {
    let store = &context.city.store;
    let Some(offer) = store.offered(hash, (context.city.host.now)()).await? else { return Ok(false) };
    let own = [offer.login.as_str(), offer.name.as_str(), offer.phone.as_str()];
    let fits = faults(context, password, again, &own).is_empty();
    if !fits || store.person_of_login(&offer.login).await?.is_some() {
        return Ok(false);
    }
    let credential = password_credential(context.city.hashed(password).await?, (context.city.host.now)());
    let person = match invitation::accept_newcomer(context, &offer).await {
        Ok(person) => person,
        Err(error) => return outcome::key_of(&error).map(|_| false).ok_or_else(|| error.into()),
    };
    let mut deed = context.deed("");
    deed.actor.clone_from(&person);
    store.replace_credentials(&person, CredentialKind::Password, &[credential], &deed).await?;
    Ok(true)
}

/// A password as it is kept.
pub fn password_credential(hash: String, now: DateTime<Utc>) -> Credential {
    Credential {
        kind: CredentialKind::Password,
        id: String::new(),
        label: String::new(),
        data: hash,
        created_at: now,
        used_at: None,
    }
}

/// Everything that speaks against a password, in words.
pub fn weaknesses(context: &Context, typed: &str, again: &str, person: &Person) -> Vec<String> {
    faults(context, typed, again, &[person.login.as_str(), person.name.as_str(), person.phone.as_str()])
}

/// The same, where `own` is what is known of the person.
fn faults(context: &Context, typed: &str, again: &str, own: &[&str]) -> Vec<String> {
    let (t, policy) = (TEXTS.of(context.language), context.city.host.password_policy);
    let mut faults: Vec<String> =
        refusals(&Password::typed(typed), own, policy).iter().map(|one| words(&t, one)).collect();
    if typed != again {
        faults.push(t.of("fault_again").to_owned());
    }
    faults
}

fn words(t: &Text, refusal: &Refusal) -> String {
    match *refusal {
        Refusal::TooShort { least_characters } => t.one("fault_short", least_characters),
        Refusal::TooLong { most_characters } => t.one("fault_long", most_characters),
        Refusal::ControlCharacter => t.of("fault_control").to_owned(),
        Refusal::Common => t.of("fault_common").to_owned(),
        Refusal::Predictable => t.of("fault_predictable").to_owned(),
        Refusal::OwnIdentifier => t.of("fault_own").to_owned(),
        Refusal::TooFewKinds { least_kinds, .. } => t.one("fault_kinds", least_kinds),
    }
}

#[cfg(test)]
mod tests;
