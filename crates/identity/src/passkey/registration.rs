//! A person registers a passkey (WebAuthn, section 7.1).

use super::authenticator_data::{AuthenticatorData, in_attestation_object};
use super::client_data::{self, Ceremony, Expected, bytes};
use super::public_key::OFFERED;
use super::{CEREMONY, CHALLENGE_BYTES, Credential, Refusal, RelyingParty};
use crate::Chance;
use crate::secret::{Secret, base64url};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Ways to reach an authenticator that are kept, and how long each may be.
const MOST_TRANSPORTS: usize = 8;
const MOST_TRANSPORT_BYTES: usize = 32;

/// Who registers.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'text> {
    /// A number of chance for this account, at most 64 bytes. Authenticators show it to anybody: nothing personal.
    pub handle: &'text [u8],
    /// The account name, as the authenticator lists it.
    pub account: &'text str,
    /// What the person is called there.
    pub display_name: &'text str,
}

/// What the caller keeps for the browser until the answer comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistrationState {
    challenge: String,
    holder_handle: String,
    registered: Vec<String>,
    expires_at: DateTime<Utc>,
}

#[derive(Deserialize)]
struct Response {
    id: String,
    response: Attestation,
}

#[derive(Deserialize)]
struct Attestation {
    #[serde(rename = "clientDataJSON")]
    client_data: String,
    #[serde(rename = "attestationObject")]
    object: String,
    #[serde(default)]
    transports: Vec<String>,
}

/// Options for `navigator.credentials.create`, and the state to keep. `registered` are the holder's other passkeys.
pub fn begin_registration(
    party: &RelyingParty,
    holder: &Holder<'_>,
    registered: &[Credential],
    now: DateTime<Utc>,
    chance: &mut dyn Chance,
) -> (Value, RegistrationState) {
    let challenge = base64url(Secret::random(CHALLENGE_BYTES, chance).expose_bytes());
    let holder_handle = base64url(holder.handle);
    let offered = OFFERED.map(|algorithm| json!({ "type": "public-key", "alg": algorithm }));
    let options = json!({ "publicKey": {
        "rp": { "id": party.id, "name": party.name },
        "user": { "id": holder_handle, "name": holder.account, "displayName": holder.display_name },
        "challenge": challenge,
        "pubKeyCredParams": offered,
        "timeout": CEREMONY.num_milliseconds(),
        "excludeCredentials": super::assertion::descriptors(registered),
        "authenticatorSelection": { "residentKey": "required", "userVerification": "required" },
        "attestation": "none",
    }});
    let registered = registered.iter().map(|credential| credential.id.clone()).collect();
    (options, RegistrationState { challenge, holder_handle, registered, expires_at: now + CEREMONY })
}

/// The credential to store. Its `id` must be new among *all* accounts: the caller has a unique key on it.
pub fn finish_registration(
    party: &RelyingParty,
    state: &RegistrationState,
    response: &str,
    now: DateTime<Utc>,
) -> Result<Credential, Refusal> {
    let answer: Response = client_data::response(response)?;
    let said = bytes(&answer.response.client_data, "clientDataJSON")?;
    let expected = Expected {
        ceremony: Ceremony::Registration,
        challenge: &state.challenge,
        expires_at: state.expires_at,
    };
    client_data::check(&said, &expected, party, now)?;
    let object = bytes(&answer.response.object, "attestationObject")?;
    let data = in_attestation_object(&object).ok_or(Refusal::Malformed("attestationObject"))?;
    let data = AuthenticatorData::checked(data, party)?;
    let made = data.credential.as_ref().ok_or(Refusal::Malformed("attestedCredentialData"))?;
    made.key()?;
    let id = base64url(made.id);
    if id != answer.id.trim_end_matches('=') {
        return Err(Refusal::Malformed("id"));
    }
    if state.registered.contains(&id) {
        return Err(Refusal::AlreadyRegistered);
    }
    let mut transports = answer.response.transports;
    transports.retain(|transport| transport.len() <= MOST_TRANSPORT_BYTES);
    transports.truncate(MOST_TRANSPORTS);
    Ok(Credential {
        id,
        holder_handle: state.holder_handle.clone(),
        public_key: base64url(made.public_key),
        signature_count: data.signature_count,
        is_synchronisable: data.is_synchronisable(),
        is_synchronised: data.is_synchronised(),
        transports,
        registered_at: now,
    })
}
