//! Back from the provider: the code is exchanged for a token.

use super::{MOST_DOCUMENT_BYTES, Pending, Provider, Refusal, VISIT, encoded};
use crate::one_time_code::escaped;
use crate::secret::{Secret, is_same};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// The query with which the provider sends a browser back to the redirect address.
#[derive(Clone, Deserialize)]
pub struct Arrival {
    /// What was given along at the departure.
    pub state: String,
    /// The code to exchange.
    #[serde(default)]
    pub code: Option<String>,
    /// Why there is no code.
    #[serde(default)]
    pub error: Option<String>,
    /// Who answers (RFC 9207).
    #[serde(default)]
    pub iss: Option<String>,
}

/// What the caller sends to the provider with `POST`. It follows no redirection.
pub struct TokenExchange {
    /// Where to.
    pub url: String,
    /// Names and values of the headers.
    pub headers: Vec<(&'static str, Secret)>,
    /// The form.
    pub body: Secret,
}

/// What the token must say.
pub struct Expectation {
    pub(super) nonce: String,
    pub(super) started_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    id_token: Option<String>,
    #[serde(default)]
    error: Option<String>,
}

/// Checks that the browser comes back from its own visit, and makes what is sent to the provider.
pub fn token_exchange(
    provider: &Provider,
    pending: Pending,
    arrival: &Arrival,
    now: DateTime<Utc>,
) -> Result<(TokenExchange, Expectation), Refusal> {
    // First of all the state: what comes with a wrong one is somebody else's and is not even read.
    if !is_same(pending.state.as_bytes(), arrival.state.as_bytes()) {
        return Err(Refusal::WrongState);
    }
    if now < pending.started_at || now >= pending.started_at + VISIT {
        return Err(Refusal::Expired);
    }
    match &arrival.iss {
        Some(iss) if *iss != provider.issuer => return Err(Refusal::WrongIssuer),
        None if provider.names_itself => return Err(Refusal::WrongIssuer),
        _ => {}
    }
    if let Some(error) = &arrival.error {
        return Err(Refusal::Provider(known_code(error)));
    }
    let code = arrival.code.as_deref().filter(|code| !code.is_empty());
    let code = code.ok_or(Refusal::Malformed("code"))?;
    let registration = &provider.registration;
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", registration.redirect_uri.as_str()),
        ("code_verifier", &pending.verifier),
    ];
    let mut headers = vec![
        ("content-type", Secret::from("application/x-www-form-urlencoded".to_owned())),
        ("accept", Secret::from("application/json".to_owned())),
    ];
    match registration.client_secret.as_ref().and_then(Secret::expose_text) {
        // RFC 6749, section 2.3.1: both are form-encoded before they are joined.
        Some(secret) => {
            let pair = format!("{}:{}", escaped(&registration.client_id), escaped(secret));
            headers.push(("authorization", format!("Basic {}", STANDARD.encode(pair)).into()));
        }
        None => fields.push(("client_id", &registration.client_id)),
    }
    let exchange =
        TokenExchange { url: provider.token_endpoint.clone(), headers, body: encoded(&fields).into() };
    Ok((exchange, Expectation { nonce: pending.nonce, started_at: pending.started_at }))
}

/// The token in the provider's answer, unchecked. `status` is that of HTTP.
pub fn id_token_in(status: u16, body: &[u8]) -> Result<Secret, Refusal> {
    if body.len() > MOST_DOCUMENT_BYTES {
        return Err(Refusal::Malformed("token response"));
    }
    let answer: Answer = serde_json::from_slice(body).map_err(|_| Refusal::Malformed("token response"))?;
    if let Some(error) = answer.error {
        return Err(Refusal::Provider(known_code(&error)));
    }
    match answer.id_token {
        Some(token) if status == 200 => Ok(token.into()),
        _ => Err(Refusal::Malformed("token response")),
    }
}

/// The codes of RFC 6749 (4.1.2.1, 5.2) and OpenID Connect Core (3.1.2.6).
const CODES: [&str; 14] = [
    "access_denied", "account_selection_required", "consent_required", "interaction_required",
    "invalid_client", "invalid_grant", "invalid_request", "invalid_scope", "login_required", "server_error",
    "temporarily_unavailable", "unauthorized_client", "unsupported_grant_type", "unsupported_response_type",
];

/// A code of the provider for a log. It stands in an address that anybody can write: any other word is left out.
fn known_code(error: &str) -> String {
    CODES.into_iter().find(|code| *code == error).unwrap_or("other").to_owned()
}
