//! The city's unified identity as the pages use it: the provider and its keys, asked for through the machine.
//!
//! Nothing here opens a connection. What is to be sent goes to [`Fetch`], which the executable lends.

use crate::log;
use chrono::{DateTime, TimeDelta, Utc};
use domain::Bilingual;
use identity::{
    secret::Secret,
    unified_identity::{Claims, KeySet, Provider, Refusal, Registration},
};
use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

/// How long keys are believed without asking again: a key that was withdrawn serves no longer than this.
const KEYS_HOURS: i64 = 1;

/// What is to be sent to the provider.
pub struct Errand {
    /// Where to.
    pub url: String,
    /// Names and values of the headers.
    pub headers: Vec<(&'static str, Secret)>,
    /// What is sent with `POST`; without it the errand is a `GET`.
    pub body: Option<Secret>,
}

/// No answer came, or none that may be read; why is in the log of whoever was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreachable;

/// Status and body, some time later.
pub type Fetched = Pin<Box<dyn Future<Output = Result<(u16, Vec<u8>), Unreachable>> + Send>>;
/// Runs an errand.
pub type Fetch = Arc<dyn Fn(Errand) -> Fetched + Send + Sync>;

/// What the provider says of people who have shown two factors.
#[derive(Clone, Debug, Default)]
pub struct SecondFactor {
    /// Values of `acr`, one of which must be there.
    pub acr: Vec<String>,
    /// Values of `amr`, one of which must be among those there.
    pub amr: Vec<String>,
}

/// The unified identity of a city.
#[derive(Clone)]
pub struct UnifiedIdentity {
    /// What the button calls it.
    pub label: Bilingual,
    issuer: String,
    registration: Registration,
    second_factor: SecondFactor,
    fetch: Fetch,
    known: Arc<Mutex<Known>>,
}

/// What was fetched.
#[derive(Default)]
struct Known {
    provider: Option<Arc<Provider>>,
    keys: Option<(DateTime<Utc>, Arc<KeySet>)>,
}

/// Why nothing came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The provider gives no answer.
    Away,
    /// It does, and the answer is refused.
    Refused(Refusal),
}

impl From<Unreachable> for Fault {
    fn from(_: Unreachable) -> Self {
        Self::Away
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Away => {
                to.write_str("the unified identity gives no answer · its address · see the network")
            }
            Self::Refused(refusal) => refusal.fmt(to),
        }
    }
}

impl SecondFactor {
    /// Whether the provider vouches for two factors.
    pub fn is_shown(&self, claims: &Claims) -> bool {
        let named = |name| claims.further.get(name);
        let is_acr = named("acr").and_then(|acr| acr.as_str()).is_some_and(|acr| is_one(&self.acr, acr));
        let methods = named("amr").and_then(|amr| amr.as_array()).into_iter().flatten();
        is_acr || methods.filter_map(|method| method.as_str()).any(|method| is_one(&self.amr, method))
    }
}

fn is_one(all: &[String], one: &str) -> bool {
    all.iter().any(|known| known == one)
}

impl UnifiedIdentity {
    /// One that has not been asked for anything yet.
    pub fn new(
        label: Bilingual,
        (issuer, registration): (String, Registration),
        second_factor: SecondFactor,
        fetch: Fetch,
    ) -> Self {
        Self { label, issuer, registration, second_factor, fetch, known: Arc::default() }
    }

    /// Whether the provider has told about itself, so that people can be sent there.
    pub fn is_known(&self) -> bool {
        self.with(|known| known.provider.is_some())
    }

    /// Asks the provider about itself. The executable does so at the start and until there is an answer.
    pub async fn discover(&self) -> Result<(), Fault> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let document = self.read(url).await?;
        let provider = Provider::discovered(&self.issuer, &document, self.registration.clone())?;
        self.with(|known| known.provider = Some(Arc::new(provider)));
        Ok(())
    }

    /// The provider, which is asked about itself where it was away until now.
    pub async fn provider(&self) -> Result<Arc<Provider>, Fault> {
        let known = || self.with(|known| known.provider.clone());
        if known().is_none() {
            self.discover().await?;
        }
        known().ok_or(Fault::Away)
    }

    /// Keys among which that of `token` is, as far as the provider has it: fetched once more where it is not.
    pub async fn keys(
        &self,
        provider: &Provider,
        token: &Secret,
        now: DateTime<Utc>,
    ) -> Result<Arc<KeySet>, Fault> {
        let kept = self.with(|known| known.keys.clone());
        let fresh = kept.filter(|(at, _)| *at <= now && now < *at + TimeDelta::hours(KEYS_HOURS));
        if let Some((_, keys)) = fresh.filter(|(_, keys)| keys.knows_key_of(token)) {
            return Ok(keys);
        }
        let keys = Arc::new(KeySet::read(&self.read(provider.key_set_uri.clone()).await?)?);
        self.with(|known| known.keys = Some((now, Arc::clone(&keys))));
        Ok(keys)
    }

    /// Sends something to the provider.
    pub async fn send(&self, errand: Errand) -> Result<(u16, Vec<u8>), Fault> {
        match (self.fetch)(errand).await? {
            // A provider in trouble is away; what it says then is for its operator.
            (500.., _) => Err(Fault::Away),
            answer => Ok(answer),
        }
    }

    /// Whether the provider vouches for two factors.
    pub fn is_two_factor(&self, claims: &Claims) -> bool {
        self.second_factor.is_shown(claims)
    }

    async fn read(&self, url: String) -> Result<Vec<u8>, Fault> {
        let headers = vec![("accept", Secret::from("application/json".to_owned()))];
        match self.send(Errand { url, headers, body: None }).await? {
            (200, body) => Ok(body),
            (status, _) => {
                log::fault(&format!(
                    "the unified identity answers with {status} · its documents · see `issuer`"
                ));
                Err(Fault::Away)
            }
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Known) -> T) -> T {
        work(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
