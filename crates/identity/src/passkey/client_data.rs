//! What the browser says about the ceremony, signed along by the authenticator.

use super::{MOST_RESPONSE_BYTES, Refusal, RelyingParty};
use crate::secret::{from_base64url, is_same};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The two ceremonies, as browsers call them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ceremony {
    Registration,
    Assertion,
}

#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    ceremony: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    is_cross_origin: bool,
}

/// What the caller expects.
pub(super) struct Expected<'state> {
    pub(super) ceremony: Ceremony,
    pub(super) challenge: &'state str,
    pub(super) expires_at: DateTime<Utc>,
}

/// Reads the JSON of a browser, within a limit.
pub(super) fn response<Response: DeserializeOwned>(json: &str) -> Result<Response, Refusal> {
    if json.len() > MOST_RESPONSE_BYTES {
        return Err(Refusal::Malformed("response"));
    }
    serde_json::from_str(json).map_err(|_| Refusal::Malformed("response"))
}

/// Bytes out of a field in base64url; some browsers' libraries pad it.
pub(super) fn bytes(text: &str, field: &'static str) -> Result<Vec<u8>, Refusal> {
    from_base64url(text.trim_end_matches('=')).ok_or(Refusal::Malformed(field))
}

/// Checks all of the client data but the signature over them.
pub(super) fn check(
    json: &[u8],
    expected: &Expected<'_>,
    party: &RelyingParty,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let said: ClientData = serde_json::from_slice(json).map_err(|_| Refusal::Malformed("clientDataJSON"))?;
    let ceremony = match expected.ceremony {
        Ceremony::Registration => "webauthn.create",
        Ceremony::Assertion => "webauthn.get",
    };
    if now >= expected.expires_at {
        Err(Refusal::Expired)
    } else if said.ceremony != ceremony {
        Err(Refusal::WrongCeremony)
    } else if !is_same(said.challenge.as_bytes(), expected.challenge.as_bytes()) {
        Err(Refusal::WrongChallenge)
    } else if said.is_cross_origin || !party.origins.contains(&said.origin) {
        Err(Refusal::WrongOrigin)
    } else {
        Ok(())
    }
}
