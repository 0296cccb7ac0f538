//! The last step of a sign-in: where passwords have to be changed from time to time and this one is due, a new one is
//! asked for before a session is opened.

use super::TEXTS;
use crate::{
    challenge::Procedure,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    outcome,
    pages::invitation::{hint, password_credential, weaknesses},
    proof::Try,
    session,
    text::Text,
};
use askama::Template;
use axum::{
    extract::Form,
    http::{HeaderMap, header},
    response::{IntoResponse as _, Response},
};
use identity::password::policy::{CHANGE_DAYS, is_change_due};
use serde::{Deserialize, Serialize};
use store::CredentialKind;

/// What is kept until the new password is typed.
const RENEWAL: Procedure = Procedure { purpose: "renewal of a password", minutes: 10 };

#[derive(Template)]
#[template(path = "pages/sign_in/renewal.html")]
struct View {
    page: Page,
    faults: Vec<String>,
    what: String,
    hint: &'static str,
    token: String,
    t: Text,
}

/// Somebody who has shown who he is.
#[derive(Serialize, Deserialize)]
pub struct Proved {
    /// Who.
    pub person: String,
    /// Whether with two factors.
    pub is_two_factor: bool,
    /// Where he goes.
    pub next: String,
}

/// Opens the session, or asks for a new password first.
pub async fn enter(
    context: &Context,
    headers: &HeaderMap,
    tried: Try,
    proved: Proved,
) -> Result<Response, PageError> {
    let city = &context.city;
    let (device, cookie) = session::remembered(context, headers);
    city.give_back(&tried, Some(&device)).await?;
    let mut response = if is_due(context, &proved.person).await? {
        form(context, &proved, Vec::new()).await?
    } else {
        let onward = (headers, proved.next.as_str());
        session::open(context, &proved.person, proved.is_two_factor, onward).await?
    };
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

async fn is_due(context: &Context, person: &str) -> Result<bool, PageError> {
    let city = &context.city;
    let password = city.credential(person, CredentialKind::Password).await?;
    let (now, policy) = ((city.host.now)(), city.host.password_policy);
    Ok(password.is_some_and(|one| is_change_due(one.created_at, now, policy)))
}

async fn form(context: &Context, proved: &Proved, faults: Vec<String>) -> Result<Response, PageError> {
    let t = TEXTS.of(context.language);
    let token = RENEWAL.keep(context, proved).await?;
    let page = Page::new(context, Section::Account, t.of("renewal_title"));
    let (what, hint) = (t.one("renewal_what", CHANGE_DAYS), hint(context));
    Ok(Page::render(&View { page, faults, what, hint, token, t })?.into_response())
}

/// What was typed, and the token of the step before.
#[derive(Deserialize)]
pub struct Typed {
    step: String,
    password: String,
    again: String,
}

/// Sets the new password, which is not the old one, ends the sessions from before, and opens one.
pub async fn renew(
    context: Context,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, PageError> {
    let (city, t) = (&context.city, TEXTS.of(context.language));
    let Some(proved) = RENEWAL.take::<Proved>(&context, &typed.step).await? else {
        return Ok(outcome::fault("/sign-in", "late"));
    };
    let person = city.store.person(&proved.person).await?.ok_or(PageError::SignInFirst)?;
    let mut faults = weaknesses(&context, &typed.password, &typed.again, &person);
    if faults.is_empty() && city.is_password(Some(&person), &typed.password).await? {
        faults.push(t.of("fault_same").to_owned());
    }
    if !faults.is_empty() {
        return form(&context, &proved, faults).await;
    }
    let mut deed = context.deed("");
    deed.actor.clone_from(&person.id);
    let credential = password_credential(city.hashed(&typed.password).await?, deed.at);
    city.store.replace_credentials(&person.id, CredentialKind::Password, &[credential], &deed).await?;
    city.store.end_other_sessions(&person.id, "", &deed).await?;
    session::open(&context, &person.id, proved.is_two_factor, (&headers, &proved.next)).await
}
