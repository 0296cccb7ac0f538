//! The city's unified identity: a client of OpenID Connect by authorization code with PKCE, state and nonce.
//!
//! Nothing here speaks to the provider. What is to be sent is made here, what came back is judged here, and the caller
//! carries bytes between. Each step takes the value of the step before and consumes it, so that none can be used twice;
//! between two requests of a browser the caller keeps a [`Pending`], gives it back once, and deletes it.

mod exchange;
mod id_token;
mod key_set;

use crate::Chance;
use crate::one_time_code::escaped;
use crate::secret::{Secret, base64url};
use chrono::{DateTime, TimeDelta, Utc};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};

pub use exchange::{Arrival, Expectation, TokenExchange, id_token_in, token_exchange};
pub use id_token::{Claims, check};
pub use key_set::KeySet;

/// How long a person may take at the provider.
const VISIT: TimeDelta = TimeDelta::minutes(10);

/// The longest document of a provider that is read, in bytes.
const MOST_DOCUMENT_BYTES: usize = 262_144;

/// What the installation is at the provider; from the configuration.
#[derive(Clone, Debug)]
pub struct Registration {
    /// The name the provider gave.
    pub client_id: String,
    /// The secret the provider gave, if it gave one.
    pub client_secret: Option<Secret>,
    /// The page the provider sends people back to.
    pub redirect_uri: String,
    /// What is asked for beside `openid`, as `profile`.
    pub scopes: Vec<String>,
    /// By how much the two clocks may differ, in seconds.
    pub leeway_seconds: u16,
}

/// A provider and the installation's place in it.
#[derive(Clone, Debug)]
pub struct Provider {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    /// Where the caller fetches the keys.
    pub key_set_uri: String,
    names_itself: bool,
    registration: Registration,
}

/// The provider's own document, as far as it is used.
#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    #[serde(default)]
    code_challenge_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// Why somebody is not signed in, or a provider not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A document cannot be read; the text names it.
    #[error("what the provider sent cannot be read · {0} · ask the operator of the unified identity")]
    Malformed(&'static str),
    /// An address that is not encrypted, or carries a fragment.
    #[error("the address is not safe · {0} · use https")]
    UnsafeAddress(&'static str),
    /// The provider cannot do PKCE with SHA-256.
    #[error(
        "the provider lacks S256 · code_challenge_methods_supported · ask the operator of the unified identity"
    )]
    NoCodeChallenge,
    /// The return does not belong to this departure.
    #[error("the return belongs to another departure · state · begin again")]
    WrongState,
    /// More than ten minutes were spent at the provider.
    #[error("the return came too late · state · begin again")]
    Expired,
    /// Another issuer than the configured one.
    #[error("another issuer answered · iss · begin again")]
    WrongIssuer,
    /// The provider says no; its short code, letters and `_` only.
    #[error("the provider refused · {0} · begin again")]
    Provider(String),
    /// The token is signed in a way that is not accepted, or says it needs what is unknown here.
    #[error("the token is signed in a way not accepted · alg · ask the operator of the unified identity")]
    WrongAlgorithm,
    /// No key of the set is the one the token names: fetch the set once more, then give up.
    #[error("the key of the token is not known · kid · fetch the keys again")]
    UnknownKey,
    /// The signature does not hold.
    #[error("the signature of the token does not hold · signature · begin again")]
    BadSignature,
    /// The token is for somebody else.
    #[error("the token is for another client · aud · begin again")]
    WrongAudience,
    /// The token is of another departure.
    #[error("the token belongs to another departure · nonce · begin again")]
    WrongNonce,
    /// The token has run out.
    #[error("the token has run out · exp · begin again, and compare the clocks")]
    TokenExpired,
    /// The token is not valid yet, or older than the departure.
    #[error("the token is of another time · iat, nbf · begin again, and compare the clocks")]
    TokenOfAnotherTime,
    /// The token does not say who it is about.
    #[error("the token names nobody · sub · ask the operator of the unified identity")]
    NoSubject,
}

/// What the caller keeps for the browser while its person is at the provider. It holds the verifier: it is stored
/// where only the server reads it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Pending {
    state: String,
    nonce: String,
    verifier: String,
    started_at: DateTime<Utc>,
}

/// The way to the provider.
pub struct Departure {
    /// Where to send the browser.
    pub url: String,
    /// What to keep.
    pub pending: Pending,
}

impl Pending {
    /// What the provider gives back, by which the caller finds this again.
    pub fn state(&self) -> &str {
        &self.state
    }
}

impl Provider {
    /// From the document at `{issuer}/.well-known/openid-configuration`, which the caller has fetched.
    pub fn discovered(issuer: &str, document: &[u8], registration: Registration) -> Result<Self, Refusal> {
        if document.len() > MOST_DOCUMENT_BYTES {
            return Err(Refusal::Malformed("openid-configuration"));
        }
        let found: Discovery =
            serde_json::from_slice(document).map_err(|_| Refusal::Malformed("openid-configuration"))?;
        if found.issuer != issuer {
            return Err(Refusal::WrongIssuer);
        }
        for (address, field) in [
            (found.issuer.as_str(), "issuer"),
            (&found.authorization_endpoint, "authorization_endpoint"),
            (&found.token_endpoint, "token_endpoint"),
            (&found.jwks_uri, "jwks_uri"),
            (&registration.redirect_uri, "redirect_uri"),
        ] {
            if !is_safe(address) {
                return Err(Refusal::UnsafeAddress(field));
            }
        }
        // Many providers that can do it do not say so; one that says what it can must say this.
        if found
            .code_challenge_methods_supported
            .is_some_and(|methods| !methods.iter().any(|one| one == "S256"))
        {
            return Err(Refusal::NoCodeChallenge);
        }
        Ok(Self {
            issuer: found.issuer,
            authorization_endpoint: found.authorization_endpoint,
            token_endpoint: found.token_endpoint,
            key_set_uri: found.jwks_uri,
            names_itself: found.authorization_response_iss_parameter_supported,
            registration,
        })
    }

    /// Makes the address of the provider for one person's visit, and what to keep meanwhile.
    pub fn depart(&self, now: DateTime<Utc>, chance: &mut dyn Chance) -> Departure {
        let mut draw = || base64url(Secret::random(32, chance).expose_bytes());
        let pending = Pending { state: draw(), nonce: draw(), verifier: draw(), started_at: now };
        let challenge = base64url(digest(&SHA256, pending.verifier.as_bytes()).as_ref());
        let mut scope = "openid".to_owned();
        for further in self.registration.scopes.iter().filter(|scope| *scope != "openid") {
            scope.push(' ');
            scope.push_str(further);
        }
        let query = encoded(&[
            ("response_type", "code"),
            ("client_id", &self.registration.client_id),
            ("redirect_uri", &self.registration.redirect_uri),
            ("scope", &scope),
            ("state", &pending.state),
            ("nonce", &pending.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let joint = if self.authorization_endpoint.contains('?') { '&' } else { '?' };
        Departure { url: format!("{}{joint}{query}", self.authorization_endpoint), pending }
    }
}

/// Encrypted, or on this machine, and without a fragment.
fn is_safe(address: &str) -> bool {
    let is_here = ["http://localhost", "http://127.0.0.1"].iter().any(|here| {
        address.strip_prefix(here).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':']))
    });
    let is_encrypted = address.strip_prefix("https://").is_some_and(|rest| !rest.is_empty());
    // `http://localhost:@elsewhere` is elsewhere.
    let is_plain = !address.contains(['#', '@', '\\']) && address.bytes().all(|byte| byte.is_ascii_graphic());
    (is_encrypted || is_here) && is_plain
}

/// A form or a query.
fn encoded(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    pairs.join("&")
}

#[cfg(test)]
mod tests;
