//! `/sign-in/unified`: to the city's unified identity and back, to sign in or to bind an account to it.
//!
//! Nothing that the provider or the address says is shown; the log has the kind of refusal.

use crate::{
    challenge::Procedure,
    context::Context,
    error::{PageError, UnifiedFault},
    frame::{Page, Section},
    log, outcome,
    pages::{security, sign_in},
    session::{self, Onward},
    text::{Text, Texts},
    unified::{Errand, Fault, UnifiedIdentity},
};
use askama::Template;
use axum::{
    extract::{Query, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header},
    response::{Html, IntoResponse as _, Response},
};
use identity::unified_identity::{Arrival, Claims, Pending, Refusal, check, id_token_in, token_exchange};
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;
use store::{Credential, CredentialKind, PersonState};

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// A round trip.
const VISIT: Procedure = Procedure { purpose: "unified identity", minutes: 10 };

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

/// Sends a person to the provider.
pub async fn depart(context: Context, Query(onward): Query<Onward>) -> Result<Response, PageError> {
    let url = departure(&context, onward.next, None).await?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, url)]).into_response())
}

/// Begins to bind the account: a page with the link, for a form may not lead to another host.
pub async fn bind(context: Context) -> Result<Html<String>, PageError> {
    let provider = unified(&context)?.label.get(context.language).to_owned();
    security::secure(&context).await?;
    let person = context.person()?.to_owned();
    let url = departure(&context, String::new(), Some(person)).await?;
    let t = TEXTS.of(context.language);
    let page = Page::new(&context, Section::Account, t.of("title")).under("/account", t.of("account"));
    Page::render(&View { page, t, provider, url })
}

/// Takes the binding away, but not the last way in.
pub async fn unbind(context: Context) -> Result<Response, PageError> {
    security::secure(&context).await?;
    let (store, person, kind) = (&context.city.store, context.person()?, CredentialKind::UnifiedIdentity);
    let (credentials, deed) = (store.credentials(person).await?, context.deed(""));
    let is_it = |one: &Credential| one.kind == kind;
    if credentials.iter().any(is_it) {
        if !security::has_another_way(&context, &credentials, is_it) {
            return Ok(outcome::fault("/account", "unified_last"));
        }
        store.replace_credentials(person, kind, &[], &deed).await?;
        store.drop_second_factors(person, &deed).await?;
    }
    Ok(outcome::done("/account", "unified_removed"))
}

fn unified(context: &Context) -> Result<&UnifiedIdentity, PageError> {
    context.city.host.unified.as_ref().ok_or(PageError::Page)
}

/// Keeps what must be known at the return, found again by this browser with this state alone.
async fn departure(context: &Context, next: String, binds: Option<String>) -> Result<String, PageError> {
    let host = &context.city.host;
    let provider = unified(context)?.provider().await.map_err(|fault| told(&fault))?;
    let mut chance = host.chance;
    let departure = provider.depart((host.now)(), &mut chance);
    let token = token(context.visit.tie(host.chance), departure.pending.state());
    VISIT.keep_under(context, &token, &Away { pending: departure.pending, next, binds }).await?;
    Ok(departure.url)
}

/// What a round trip is found by: the cookie of the browser and the state together.
fn token(tie: &str, state: &str) -> String {
    format!("{tie} {state}")
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
    let away = VISIT.take::<Away>(&context, &token(tie, &arrival.state)).await?;
    let Away { pending, next, binds } = away.ok_or(late)?;
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
