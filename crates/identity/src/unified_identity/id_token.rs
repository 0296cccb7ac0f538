//! The token that says who somebody is, and all that must hold before it is believed (OpenID Connect Core, 3.1.3.7).

use super::key_set::{Algorithm, KeySet};
use super::{Expectation, Provider, Refusal};
use crate::secret::{Secret, from_base64url, is_same};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// The longest token that is read, in bytes.
const MOST_TOKEN_BYTES: usize = 16_384;

/// The longest name of a person at the provider (Core, section 2).
const MOST_SUBJECT_BYTES: usize = 255;

/// Who somebody is, as the provider vouches.
#[derive(Clone, Debug, PartialEq)]
pub struct Claims {
    /// The provider.
    pub issuer: String,
    /// The person's name there: the same for ever, and meaning nothing elsewhere. An account is the pair of both.
    pub subject: String,
    /// When the token was made.
    pub issued_at: DateTime<Utc>,
    /// When the person proved their identity to the provider, if it says so: what a step-up looks at.
    pub authenticated_at: Option<DateTime<Utc>>,
    /// All else the provider says. It is signed, and its meaning is the provider's.
    pub further: Map<String, Value>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    /// Whatever it lists would have to be understood, and nothing is.
    #[serde(default)]
    crit: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

#[derive(Deserialize)]
struct Payload {
    iss: String,
    #[serde(default)]
    sub: Option<String>,
    aud: Audience,
    #[serde(default)]
    azp: Option<String>,
    exp: i64,
    iat: i64,
    #[serde(default)]
    nbf: Option<i64>,
    #[serde(default)]
    nonce: Option<String>,
    #[serde(default)]
    auth_time: Option<i64>,
    #[serde(flatten)]
    further: Map<String, Value>,
}

/// Checks signature and claims of `token`, and gives what it says.
pub fn check(
    provider: &Provider,
    expectation: Expectation,
    token: &Secret,
    keys: &KeySet,
    now: DateTime<Utc>,
) -> Result<Claims, Refusal> {
    let text = token.expose_text().filter(|text| text.len() <= MOST_TOKEN_BYTES);
    let text = text.ok_or(Refusal::Malformed("token"))?;
    let (signed, signature) = text.rsplit_once('.').ok_or(Refusal::Malformed("token"))?;
    let (header, payload) = signed.split_once('.').ok_or(Refusal::Malformed("token"))?;
    let header: Header = part(header)?;
    let algorithm = Algorithm::named(&header.alg).filter(|_| header.crit.is_none());
    let algorithm = algorithm.ok_or(Refusal::WrongAlgorithm)?;
    let key = keys.find(algorithm, header.kid.as_deref()).ok_or(Refusal::UnknownKey)?;
    let signature = from_base64url(signature).ok_or(Refusal::Malformed("signature"))?;
    if !key.has_signed(signed.as_bytes(), &signature) {
        return Err(Refusal::BadSignature);
    }
    believed(part(payload)?, provider, expectation, now)
}

impl KeySet {
    /// Whether the key that signed `token` is in the set. If it is not, the provider has changed its keys: the caller
    /// fetches the set once more before it calls [`check`], which takes what is expected and cannot be called twice.
    pub fn knows_key_of(&self, token: &Secret) -> bool {
        let header = token.expose_text().filter(|text| text.len() <= MOST_TOKEN_BYTES);
        let header = header.and_then(|text| part::<Header>(text.split('.').next()?).ok());
        // Of a token that cannot be read no key is missing.
        let named = header.and_then(|header| Some((Algorithm::named(&header.alg)?, header.kid)));
        named.is_none_or(|(algorithm, id)| self.find(algorithm, id.as_deref()).is_some())
    }
}

/// One part of a token. A member that stands twice is refused by the derived reader.
fn part<Part: DeserializeOwned>(text: &str) -> Result<Part, Refusal> {
    let bytes = from_base64url(text).ok_or(Refusal::Malformed("token"))?;
    serde_json::from_slice(&bytes).map_err(|_| Refusal::Malformed("token"))
}

/// Checks what a token says whose signature holds.
fn believed(
    said: Payload,
    provider: &Provider,
    expectation: Expectation,
    now: DateTime<Utc>,
) -> Result<Claims, Refusal> {
    let Expectation { nonce: expected_nonce, started_at } = expectation;
    let client_id = &provider.registration.client_id;
    let leeway = i64::from(provider.registration.leeway_seconds);
    let now = now.timestamp();
    if said.iss != provider.issuer {
        return Err(Refusal::WrongIssuer);
    }
    let (is_for_us, is_for_others) = match &said.aud {
        Audience::One(one) => (one == client_id, false),
        Audience::Many(many) => (many.contains(client_id), many.len() > 1),
    };
    let is_party = said.azp.as_ref().map_or(!is_for_others, |party| party == client_id);
    if !is_for_us || !is_party {
        return Err(Refusal::WrongAudience);
    }
    if !said.nonce.is_some_and(|nonce| is_same(nonce.as_bytes(), expected_nonce.as_bytes())) {
        return Err(Refusal::WrongNonce);
    }
    if said.exp.saturating_add(leeway) <= now {
        return Err(Refusal::TokenExpired);
    }
    let is_of_this_visit = said.iat.saturating_add(leeway) >= started_at.timestamp();
    let is_made = said.iat <= now.saturating_add(leeway);
    let is_valid_yet = said.nbf.is_none_or(|from| from <= now.saturating_add(leeway));
    if !is_of_this_visit || !is_made || !is_valid_yet {
        return Err(Refusal::TokenOfAnotherTime);
    }
    let subject = said.sub.filter(|subject| !subject.is_empty() && subject.len() <= MOST_SUBJECT_BYTES);
    let moment = |seconds| DateTime::from_timestamp(seconds, 0).ok_or(Refusal::Malformed("token"));
    Ok(Claims {
        issuer: said.iss,
        subject: subject.ok_or(Refusal::NoSubject)?,
        issued_at: moment(said.iat)?,
        authenticated_at: said.auth_time.map(moment).transpose()?,
        further: said.further,
    })
}
