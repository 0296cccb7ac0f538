//! A person signs in with a passkey (WebAuthn, section 7.2).

use super::authenticator_data::AuthenticatorData;
use super::client_data::{self, Ceremony, Expected, bytes};
use super::public_key::PublicKey;
use super::{CEREMONY, CHALLENGE_BYTES, Credential, Refusal, RelyingParty};
use crate::Chance;
use crate::secret::{Secret, base64url};
use chrono::{DateTime, Utc};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the caller keeps for the browser until the answer comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionState {
    challenge: String,
    /// The credentials that may answer; none named means any the browser offers.
    allowed: Vec<String>,
    expires_at: DateTime<Utc>,
}

/// What the signature count says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counter {
    /// The authenticator does not count.
    Unused,
    /// More than before.
    Advanced,
    /// Not more than before: perhaps there are two copies of the key. The signature itself holds.
    Regressed {
        /// The count known.
        stored: u32,
        /// The count given.
        seen: u32,
    },
}

/// A proof that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion {
    /// The credential as it is to be stored from now on.
    pub credential: Credential,
    /// What the signature count says; the caller decides what follows, and logs a regression.
    pub counter: Counter,
}

#[derive(Deserialize)]
struct Response {
    id: String,
    response: Signed,
}

#[derive(Deserialize)]
struct Signed {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    #[serde(rename = "authenticatorData")]
    data: String,
    signature: String,
    #[serde(rename = "userHandle", default)]
    holder_handle: Option<String>,
}

/// Options for `navigator.credentials.get`, and the state to keep. Without credentials the browser offers those it
/// has, and nobody learns which an account has.
pub fn begin_assertion(
    party: &RelyingParty,
    credentials: &[Credential],
    now: DateTime<Utc>,
    chance: &mut dyn Chance,
) -> (Value, AssertionState) {
    let challenge = base64url(Secret::random(CHALLENGE_BYTES, chance).expose_bytes());
    let options = json!({ "publicKey": {
        "challenge": challenge,
        "timeout": CEREMONY.num_milliseconds(),
        "rpId": party.id,
        "allowCredentials": descriptors(credentials),
        "userVerification": "required",
    }});
    let allowed = credentials.iter().map(|credential| credential.id.clone()).collect();
    (options, AssertionState { challenge, allowed, expires_at: now + CEREMONY })
}

/// The name of the credential in an answer, for the caller to find it. Nothing is proved by it.
pub fn presented_credential(response: &str) -> Result<String, Refusal> {
    let answer: Response = client_data::response(response)?;
    Ok(answer.id.trim_end_matches('=').to_owned())
}

/// Whether one of `credentials` has signed the challenge.
pub fn finish_assertion(
    party: &RelyingParty,
    state: &AssertionState,
    credentials: &[Credential],
    response: &str,
    now: DateTime<Utc>,
) -> Result<Assertion, Refusal> {
    let answer: Response = client_data::response(response)?;
    let id = answer.id.trim_end_matches('=');
    let is_allowed = state.allowed.is_empty() || state.allowed.iter().any(|allowed| allowed == id);
    let known = credentials.iter().find(|credential| is_allowed && credential.id == id);
    let credential = known.ok_or(Refusal::UnknownCredential)?;
    let handle = answer.response.holder_handle.as_deref().filter(|handle| !handle.is_empty());
    // Without an account name before it, the handle is what says who signs in, so it must be there.
    let is_holder = match handle {
        Some(handle) => handle.trim_end_matches('=') == credential.holder_handle,
        None => !state.allowed.is_empty(),
    };
    if !is_holder {
        return Err(Refusal::WrongHolder);
    }
    let said = bytes(&answer.response.client_data, "clientDataJSON")?;
    let expected =
        Expected { ceremony: Ceremony::Assertion, challenge: &state.challenge, expires_at: state.expires_at };
    client_data::check(&said, &expected, party, now)?;
    let signed = bytes(&answer.response.data, "authenticatorData")?;
    let data = AuthenticatorData::checked(&signed, party)?;
    if data.is_synchronisable() != credential.is_synchronisable {
        return Err(Refusal::Contradiction);
    }
    let key = bytes(&credential.public_key, "publicKey")?;
    let key = PublicKey::read(&key).ok_or(Refusal::UnsupportedKey)?;
    let message = [signed.as_slice(), digest(&SHA256, &said).as_ref()].concat();
    if !key.has_signed(&message, &bytes(&answer.response.signature, "signature")?) {
        return Err(Refusal::BadSignature);
    }
    let (stored, seen) = (credential.signature_count, data.signature_count);
    let counter = match (stored, seen) {
        (0, 0) => Counter::Unused,
        _ if seen > stored => Counter::Advanced,
        _ => Counter::Regressed { stored, seen },
    };
    let mut credential = credential.clone();
    credential.signature_count = stored.max(seen);
    credential.is_synchronised = data.is_synchronised();
    Ok(Assertion { credential, counter })
}

/// Credentials as options name them.
pub(super) fn descriptors(credentials: &[Credential]) -> Vec<Value> {
    let described = credentials.iter().map(
        |credential| json!({ "type": "public-key", "id": credential.id, "transports": credential.transports }),
    );
    described.collect()
}
