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
use chrono::{DateTime, Utc};
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

/// The same while the new password is typed, with the moment at which the one that is due was set.
#[derive(Serialize, Deserialize)]
struct Due {
    proved: Proved,
    set_at: DateTime<Utc>,
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
    let mut response = if let Some(set_at) = due_since(context, &proved.person).await? {
        form(context, &Due { proved, set_at }, Vec::new()).await?
    } else {
        let onward = (headers, proved.next.as_str());
        session::open(context, &proved.person, proved.is_two_factor, onward).await?
    };
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

/// When a password was set that is due now.
async fn due_since(context: &Context, person: &str) -> Result<Option<DateTime<Utc>>, PageError> {
    let city = &context.city;
    let password = city.credential(person, CredentialKind::Password).await?;
    let (now, policy) = ((city.host.now)(), city.host.password_policy);
    Ok(password.map(|one| one.created_at).filter(|set_at| is_change_due(*set_at, now, policy)))
}

async fn form(context: &Context, due: &Due, faults: Vec<String>) -> Result<Response, PageError> {
    let t = TEXTS.of(context.language);
    let token = RENEWAL.keep(context, due).await?;
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
    let Some(Due { proved, set_at }) = RENEWAL.take(&context, &typed.step).await? else {
        return Ok(outcome::fault("/sign-in", "late"));
    };
    // Whoever was invited anew meanwhile, or has closed his account, is not asked by the password that is gone.
    let password = city.credential(&proved.person, CredentialKind::Password).await?;
    if password.is_none_or(|one| one.created_at != set_at) {
        return Ok(outcome::fault("/sign-in", "late"));
    }
    let person = city.store.person(&proved.person).await?.ok_or(PageError::SignInFirst)?;
    let mut faults = weaknesses(&context, &typed.password, &typed.again, &person);
    if faults.is_empty() && city.is_password(Some(&person), &typed.password).await? {
        faults.push(t.of("fault_same").to_owned());
    }
    if !faults.is_empty() {
        return form(&context, &Due { proved, set_at }, faults).await;
    }
    let mut deed = context.deed("");
    deed.actor.clone_from(&person.id);
    let credential = password_credential(city.hashed(&typed.password).await?, deed.at);
    city.store.replace_credentials(&person.id, CredentialKind::Password, &[credential], &deed).await?;
    city.store.end_other_sessions(&person.id, "", &deed).await?;
    session::open(&context, &person.id, proved.is_two_factor, (&headers, &proved.next)).await
}
