//! `/sign-in/unified`: to the city's unified identity and back, to sign in or to bind an account to it.
//!
//! Nothing that the provider or the address says is shown; the log has the kind of refusal.

use crate::{
    context::Context,
    error::{PageError, UnifiedFault},
    frame::{Page, Section},
    log, outcome,
    pages::sign_in,
    session,
    text::{Text, Texts},
    unified::{Errand, Fault, UnifiedIdentity},
};
use askama::Template;
use axum::{
    extract::{Query, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use chrono::TimeDelta;
use identity::unified_identity::{Arrival, Claims, Pending, Refusal, check, id_token_in, token_exchange};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use store::{Challenge, Credential, CredentialKind, PersonState, sha256};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// What the challenge of a round trip is for.
const PURPOSE: &str = "unified identity";
/// How long somebody may be away.
const MINUTES: i64 = 10;
/// How fresh the proof must be that binds an account.
const PROOF_MINUTES: i64 = 5;

#[derive(Template)]
#[template(path = "pages/unified/page.html")]
struct View {
    page: Page,
    t: Text,
    provider: String,
    url: String,
}

/// What is known while somebody is away.
#[derive(Serialize, Deserialize)]
struct Away {
    pending: Pending,
    next: String,
    /// The person whose account is to be bound.
    binds: Option<String>,
}

/// Where to go after it.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Onward {
    next: String,
}

/// Sends a person to the provider.
pub async fn depart(context: Context, Query(onward): Query<Onward>) -> Result<Response, PageError> {
    let url = departure(&context, onward.next, None).await?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response())
}

/// Begins to bind the account: a page with the link, for a form may not lead to another host.
pub async fn bind(context: Context) -> Result<Html<String>, PageError> {
    let proof = context.visit.principal().proof().ok_or(PageError::SignInFirst)?;
    let age = (context.city.host.now)() - proof.at;
    if age < TimeDelta::zero() || age > TimeDelta::minutes(PROOF_MINUTES) {
        return Err(PageError::ProveAgain);
    }
    let person = context.person()?.to_owned();
    let url = departure(&context, String::new(), Some(person)).await?;
    let t = TEXTS.of(context.language);
    let provider = unified(&context)?.label.get(context.language).to_owned();
    let page = Page::new(&context, Section::Account, t.of("title")).under("/account", t.of("account"));
    Page::render(&View { page, t, provider, url })
}

fn unified(context: &Context) -> Result<&UnifiedIdentity, PageError> {
    context.city.host.unified.as_ref().ok_or(PageError::Page)
}

/// Keeps what must be known at the return, found again by this browser with this state alone.
async fn departure(context: &Context, next: String, binds: Option<String>) -> Result<String, PageError> {
    let host = &context.city.host;
    let provider = unified(context)?.provider().await.map_err(|fault| told(&fault))?;
    let (now, mut chance) = ((host.now)(), host.chance);
    let departure = provider.depart(now, &mut chance);
    let hash = name(context.visit.tie(host.chance), departure.pending.state());
    let away = Away { pending: departure.pending, next, binds };
    let challenge = Challenge {
        hash,
        purpose: PURPOSE.to_owned(),
        state: serde_json::to_string(&away).map_err(|error| PageError::broken(&error))?,
        expires_at: now + TimeDelta::minutes(MINUTES),
    };
    context.city.store.keep_challenge(&challenge, now).await?;
    Ok(departure.url)
}

/// The name of a round trip: of the cookie of the browser and of the state together.
fn name(tie: &str, state: &str) -> String {
    sha256(format!("{tie} {state}").as_bytes())
}

/// Takes a person back from the provider.
pub async fn arrive(
    context: Context,
    headers: HeaderMap,
    arrival: Result<Query<Arrival>, QueryRejection>,
) -> Result<Response, PageError> {
    let unified = unified(&context)?;
    let late = PageError::UnifiedIdentity(UnifiedFault::Late);
    let (Ok(Query(arrival)), Some(tie)) = (arrival, context.visit.tied_to()) else { return Err(late) };
    let now = (context.city.host.now)();
    let kept = context.city.store.take_challenge(&name(tie, &arrival.state), PURPOSE, now).await?;
    let away = kept.and_then(|state| serde_json::from_str::<Away>(&state).ok()).ok_or(late)?;
    let Away { pending, next, binds } = away;
    let claims = vouched(&context, unified, pending, &arrival).await.map_err(|fault| told(&fault))?;
    // A name of the issuer holds no blank, so no two pairs look alike.
    let subject = format!("{} {}", claims.issuer, claims.subject);
    if let Some(person) = binds {
        return bound(&context, &person, subject).await;
    }
    let is_two_factor = unified.is_two_factor(&claims);
    signed_in(&context, &subject, is_two_factor, (&headers, &next)).await
}

/// Exchanges the code and checks the token.
async fn vouched(
    context: &Context,
    unified: &UnifiedIdentity,
    pending: Pending,
    arrival: &Arrival,
) -> Result<Claims, Fault> {
    let now = context.city.host.now;
    let provider = unified.provider().await?;
    let (exchange, expectation) = token_exchange(&provider, pending, arrival, now())?;
    let errand = Errand { url: exchange.url, headers: exchange.headers, body: Some(exchange.body) };
    let (status, body) = unified.send(errand).await?;
    let token = id_token_in(status, &body)?;
    let keys = unified.keys(&provider, &token, now()).await?;
    Ok(check(&provider, expectation, &token, &keys, now())?)
}

/// Opens the session of the account that is bound.
async fn signed_in(
    context: &Context,
    subject: &str,
    is_two_factor: bool,
    onward: (&HeaderMap, &str),
) -> Result<Response, PageError> {
    let store = &context.city.store;
    let Some(id) = store.person_of_credential(CredentialKind::UnifiedIdentity, subject).await? else {
        return if context.visit.person().is_some() {
            Ok(outcome::fault("/account", "unified_unbound"))
        } else {
            Err(PageError::UnifiedIdentity(UnifiedFault::Unbound))
        };
    };
    let person = store.person(&id).await?.filter(|person| person.state == PersonState::Open);
    let person = person.ok_or(PageError::UnifiedIdentity(UnifiedFault::Unbound))?;
    // Whoever has set up codes here is asked for one, where the provider has seen one factor only.
    if !is_two_factor && context.city.credential(&id, CredentialKind::OneTimeCode).await?.is_some() {
        return sign_in::ask_code(context, &person, onward.1).await;
    }
    session::open(context, &id, is_two_factor, onward).await
}

/// Binds the account of the person who asked for it and is still signed in.
async fn bound(context: &Context, person: &str, subject: String) -> Result<Response, PageError> {
    if context.visit.person() != Some(person) {
        return Err(PageError::SignInFirst);
    }
    let (kind, deed) = (CredentialKind::UnifiedIdentity, context.deed(""));
    let (label, data) = (String::new(), String::new());
    let credential = Credential { kind, id: subject, label, data, created_at: deed.at, used_at: None };
    match context.city.store.replace_credentials(person, kind, &[credential], &deed).await {
        Ok(()) => Ok(outcome::done("/account", "unified_bound")),
        Err(error) => outcome::key_of(&error)
            .map(|_| outcome::fault("/account", "unified_taken"))
            .ok_or_else(|| PageError::from(error)),
    }
}

/// What a fault means for the reader; the log is told its kind.
fn told(fault: &Fault) -> PageError {
    log::fault(&fault.to_string());
    PageError::UnifiedIdentity(match fault {
        Fault::Away => UnifiedFault::Away,
        Fault::Refused(Refusal::WrongState | Refusal::Expired) => UnifiedFault::Late,
        Fault::Refused(Refusal::Provider(_)) => UnifiedFault::Refused,
        Fault::Refused(_) => UnifiedFault::Mistrusted,
    })
}

#[cfg(test)]
mod tests;
