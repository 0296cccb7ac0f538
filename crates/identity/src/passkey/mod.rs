//! Passkeys (WebAuthn level 3, the part of a relying party): a credential is registered and asserted, always with the
//! person verified by the authenticator, and without attestation: nobody here needs to know who made a telephone.
//!
//! A ceremony begins with options for the browser and a state, which the caller keeps for this browser, gives back
//! once, and deletes. It ends with what `PublicKeyCredential.toJSON()` made in the browser.

mod assertion;
#[cfg(any(test, feature = "authenticator"))]
pub mod authenticator;
mod authenticator_data;
mod client_data;
mod public_key;
mod registration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

pub use assertion::{
    Assertion, AssertionState, Counter, begin_assertion, finish_assertion, presented_credential,
};
pub use registration::{Holder, RegistrationState, begin_registration, finish_registration};

/// How long a ceremony may take.
const CEREMONY: TimeDelta = TimeDelta::minutes(5);

/// Bytes of a challenge.
const CHALLENGE_BYTES: usize = 32;

/// The longest answer of a browser that is read, in bytes.
const MOST_RESPONSE_BYTES: usize = 65_536;

/// The installation, as browsers and authenticators know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    id: String,
    name: String,
    origins: Vec<String>,
}

impl RelyingParty {
    /// `id` is a host, `origins` are the addresses of pages, as `https://host` or `https://host:port`, on this host or
    /// below it. `None` if an origin is not, or is not encrypted; `http://localhost` alone may be plain.
    pub fn new(id: &str, name: &str, origins: &[&str]) -> Option<Self> {
        let is_ours = |origin: &&str| {
            let host_and_port = origin.strip_prefix("https://").or_else(|| {
                let plain = origin.strip_prefix("http://")?;
                (id == "localhost").then_some(plain)
            });
            let host = host_and_port.map(|rest| rest.split_once(':').map_or(rest, |(host, _)| host));
            host.is_some_and(|host| host == id || host.strip_suffix(id).is_some_and(|sub| sub.ends_with('.')))
        };
        let is_sound = !id.is_empty() && !origins.is_empty() && origins.iter().all(is_ours);
        let origins = origins.iter().map(|&origin| origin.to_owned()).collect();
        is_sound.then(|| Self { id: id.to_owned(), name: name.to_owned(), origins })
    }
}

/// A registered passkey, to be stored as JSON. Nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Its name among all credentials, in base64url.
    pub id: String,
    /// Whose it is: [`Holder::handle`] in base64url.
    pub holder_handle: String,
    /// The public key as the authenticator gave it (COSE), in base64url.
    public_key: String,
    /// The highest count of signatures seen; 0 if the authenticator does not count.
    pub signature_count: u32,
    /// Whether it can be copied to other devices of its holder.
    pub is_synchronisable: bool,
    /// Whether it was copied when last seen.
    pub is_synchronised: bool,
    /// How the authenticator is reached, as the browser said: `usb`, `internal` …
    pub transports: Vec<String>,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
}

/// Why a registration or an assertion is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The answer cannot be read; the text names the part.
    #[error("the answer of the browser cannot be read · {0} · try again, with another browser if need be")]
    Malformed(&'static str),
    /// It took longer than five minutes.
    #[error("the answer came too late · challenge · begin again")]
    Expired,
    /// An answer to the other ceremony.
    #[error("the answer belongs to another ceremony · type · begin again")]
    WrongCeremony,
    /// An answer to another challenge.
    #[error("the answer belongs to another challenge · challenge · begin again")]
    WrongChallenge,
    /// Given on a page of somebody else, or inside one.
    #[error("the answer was given on another page · origin · open the page by its own address")]
    WrongOrigin,
    /// Made for another host.
    #[error("the answer was made for another host · relying party · open the page by its own address")]
    WrongRelyingParty,
    /// Nobody touched the authenticator.
    #[error("nobody was present · authenticator · touch it")]
    NotPresent,
    /// The authenticator did not verify the person by PIN, finger or face.
    #[error("the person was not verified · authenticator · set a PIN, finger or face on it")]
    NotVerified,
    /// The key is of a kind that was not offered.
    #[error("the key is of a kind not offered · public key · use another authenticator")]
    UnsupportedKey,
    /// The credential is registered already.
    #[error("the credential is registered already · credential · use it to sign in")]
    AlreadyRegistered,
    /// The credential is not among those allowed.
    #[error("the credential is not known · credential · use another one")]
    UnknownCredential,
    /// The credential says it is somebody else's.
    #[error("the credential is somebody else's · user handle · use another one")]
    WrongHolder,
    /// The state of synchronisation contradicts itself or what was registered.
    #[error("the authenticator contradicts itself · backup flags · register it anew")]
    Contradiction,
    /// The signature is not that of the registered key.
    #[error("the signature does not hold · signature · try again")]
    BadSignature,
}

#[cfg(test)]
mod tests;
