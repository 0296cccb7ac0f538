//! Checking who somebody is: the lock is asked first, passwords are worked out beside the pages, and a code serves once.

use crate::{City, context::Context, error::PageError, log, session, text::Text, wording};
use axum::http::HeaderMap;
use chrono::{DateTime, TimeDelta, Utc};
use identity::{
    one_time_code::{self, Seed},
    password::{self, Password, Pepper, Peppers, Profile, Verdict},
    recovery_code,
    sealed::SealingKey,
    secret::Secret,
    soft_lock::{Answer, Lane, SoftLock},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use store::{Credential, CredentialKind, Deed, Inventory, Person, PersonState};
use tokio::task::spawn_blocking;

/// Times a try is begun anew because another try was counted at the same moment.
const ATTEMPTS: usize = 8;

/// How passwords are worked out. One profile for all, so that a login tells nothing about its owner.
pub const PROFILE: Profile = Profile::Firm;

/// A try that may be evaluated.
pub struct Try {
    login: String,
    device: String,
}

/// Who is said to try, and with what, as the event of a failure tells it.
#[derive(Clone, Copy)]
pub struct Claim<'a> {
    /// What he signs in with.
    pub login: &'a str,
    /// Who that is, where anybody signs in with it.
    pub person: Option<&'a str>,
    /// The proof: `password`, `code`.
    pub with: &'a str,
}

/// Why a try came to nothing.
pub enum Unproved {
    /// The proof was wrong.
    Wrong,
    /// It was not looked at, for there were too many before; what is said about it.
    Wait(String),
}

impl Unproved {
    /// What the form says: `wrong` is the key of the page's words for a wrong proof.
    pub fn words(&self, t: &Text, wrong: &str) -> String {
        match self {
            Self::Wrong => t.of(wrong).to_owned(),
            Self::Wait(words) => words.clone(),
        }
    }
}

/// Counts a try and, where the lock lets it, looks at the proof; a wrong one is recorded. A right one stays counted until
/// its count is given back.
pub async fn tried(
    context: &Context,
    headers: &HeaderMap,
    claim: Claim<'_>,
    proof: impl Future<Output = Result<bool, PageError>>,
) -> Result<Result<Try, Unproved>, PageError> {
    let city = &context.city;
    let begun = match city.begin_try(claim.login, &session::device_of(context, headers)).await? {
        Ok(begun) => begun,
        Err(until) => {
            // At least a second, so that nobody comes back too early.
            let seconds = (until - (city.host.now)()).num_seconds().max(0) + 1;
            return Ok(Err(Unproved::Wait(wording::tries_wait(context.language, seconds))));
        }
    };
    if proof.await? {
        return Ok(Ok(begun));
    }
    city.store.sign_in_failed((claim.login, claim.person), claim.with, &context.deed("")).await?;
    Ok(Err(Unproved::Wrong))
}

/// The secret of a one-time code as it is stored.
#[derive(Serialize, Deserialize)]
pub struct StoredSeed {
    /// The seed, sealed.
    pub seed: String,
    /// The last step that served.
    pub last_step: Option<u64>,
}

impl City {
    /// What passwords are peppered with.
    pub fn peppers(&self) -> Peppers {
        let key = self.host.secret.seal(&[b"pepper of passwords"]).to_vec();
        Peppers::new(Pepper::new(Secret::new(key)).expect("a seal has 32 bytes"), Vec::new())
    }

    /// What secrets at rest are sealed with.
    pub fn sealing_key(&self) -> SealingKey {
        SealingKey::new(&self.host.secret.seal(&[b"secrets at rest"]))
    }

    /// Begins a try of a login from a browser; it is counted before anything is looked at. Where it may not begin: before
    /// which moment.
    async fn begin_try(&self, login: &str, device: &str) -> Result<Result<Try, DateTime<Utc>>, PageError> {
        for _ in 0..ATTEMPTS {
            let now = (self.host.now)();
            let guard = self.store.guard(login).await?;
            let mut lock = lock_of(&guard.state);
            lock.forget_unused(now - devices_kept());
            if let Answer::Wait { until } = lock.begin(lane(device), now) {
                // A wait that began anew because the clock was set back is kept, or it would begin so at every try.
                let next = state_of(&lock);
                if next != guard.state {
                    self.store.advance_guard(&guard, &next, now).await?;
                }
                return Ok(Err(until));
            }
            if self.store.advance_guard(&guard, &state_of(&lock), now).await? {
                return Ok(Ok(Try { login: login.to_owned(), device: device.to_owned() }));
            }
        }
        // So many at once can only be guesses.
        Err(PageError::Busy)
    }

    /// The try was right, or its factor was: its count is given back. After a full sign-in the browser is remembered.
    pub async fn give_back(&self, tried: &Try, device: Option<&str>) -> Result<(), PageError> {
        for _ in 0..ATTEMPTS {
            let now = (self.host.now)();
            let guard = self.store.guard(&tried.login).await?;
            let mut lock = lock_of(&guard.state);
            lock.succeed(lane(&tried.device));
            lock.forget_unused(now - devices_kept());
            if let Some(device) = device {
                lock.remember(device, now);
            }
            if self.store.advance_guard(&guard, &state_of(&lock), now).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// The browsers a person has signed in from: their digests, and when he last did.
    pub async fn devices(&self, person: &Person) -> Result<Vec<(String, DateTime<Utc>)>, PageError> {
        let guard = self.store.guard(&person.login).await?;
        let mut lock = lock_of(&guard.state);
        lock.forget_unused((self.host.now)() - devices_kept());
        Ok(lock.devices().into_iter().map(|(name, at)| (name.to_owned(), at)).collect())
    }

    /// Forgets browsers of a person: guesses from them are then counted with those of strangers.
    pub async fn forget_devices(
        &self,
        person: &Person,
        forget: impl Fn(&mut SoftLock),
        deed: &Deed,
    ) -> Result<(), PageError> {
        for _ in 0..ATTEMPTS {
            let guard = self.store.guard(&person.login).await?;
            let mut lock = lock_of(&guard.state);
            let before = lock.devices().len();
            forget(&mut lock);
            let count = before - lock.devices().len();
            let whose = (person.id.as_str(), count);
            if count == 0 || self.store.forget_devices(&guard, &state_of(&lock), whose, deed).await? {
                return Ok(());
            }
        }
        Err(PageError::Busy)
    }

    /// Whether this is the password of a person; for nobody the same is read and worked out.
    pub async fn is_password(&self, person: Option<&Person>, typed: &str) -> Result<bool, PageError> {
        let person = person.filter(|person| person.state == PersonState::Open);
        let id = person.map_or("", |person| person.id.as_str());
        let stored = self.credential(id, CredentialKind::Password).await?.map(|one| one.data);
        let (typed, peppers) = (Password::typed(typed), self.peppers());
        let verdict = self.worked_out(move || match stored {
            Some(stored) => password::verify(&typed, &stored, PROFILE, &peppers),
            None => password::verify_absent(&typed, PROFILE, &peppers),
        });
        let verdict = verdict.await?.map_err(|error| PageError::broken(&error))?;
        Ok(person.is_some() && verdict != Verdict::Wrong)
    }

    /// A password as it is stored.
    pub async fn hashed(&self, typed: &str) -> Result<String, PageError> {
        let (typed, peppers, mut chance) = (Password::typed(typed), self.peppers(), self.host.chance);
        let hash = self.worked_out(move || password::hash(&typed, PROFILE, &peppers, &mut chance)).await?;
        hash.map_err(|error| PageError::broken(&error))
    }

    /// Works a password out beside the pages; each takes a core for a while, and some 20 MiB.
    async fn worked_out<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PageError> {
        log::note_password();
        let workers = Arc::clone(&self.host.password_workers);
        let worker = workers.acquire_owned().await.map_err(|error| PageError::broken(&error))?;
        let working = spawn_blocking(move || {
            // Held until the work is over, also where its request has been given up.
            let _worker = worker;
            work()
        });
        working.await.map_err(|error| PageError::broken(&error))
    }

    /// Whether a code is one of a person: of the app, or one of the codes on paper. It serves this once.
    pub async fn is_code(&self, person: &str, typed: &str) -> Result<bool, PageError> {
        Ok(self.is_one_time_code(person, typed).await? || self.is_recovery_code(person, typed).await?)
    }

    async fn is_one_time_code(&self, person: &str, typed: &str) -> Result<bool, PageError> {
        let Some(credential) = self.credential(person, CredentialKind::OneTimeCode).await? else {
            return Ok(false);
        };
        let now = (self.host.now)();
        let mut stored: StoredSeed =
            serde_json::from_str(&credential.data).map_err(|error| PageError::broken(&error))?;
        let seed = self.sealing_key().open(&stored.seed, &purpose_of_seed(person)).and_then(Seed::stored);
        let Some(seed) = seed else {
            return Err(PageError::broken(&"a seed cannot be opened: is this the secret.key of these data?"));
        };
        let Ok(step) = one_time_code::verify(&seed, typed, now, stored.last_step) else { return Ok(false) };
        stored.last_step = Some(step);
        let next = serde_json::to_string(&stored).map_err(|error| PageError::broken(&error))?;
        let which = (CredentialKind::OneTimeCode, credential.id.as_str());
        Ok(self.store.credential_served(person, which, (&credential.data, &next), now).await?)
    }

    async fn is_recovery_code(&self, person: &str, typed: &str) -> Result<bool, PageError> {
        let Some(credential) = self.credential(person, CredentialKind::RecoveryCode).await? else {
            return Ok(false);
        };
        let mut kept: Vec<String> =
            serde_json::from_str(&credential.data).map_err(|error| PageError::broken(&error))?;
        let peppers = self.peppers();
        let Some(found) = recovery_code::find(typed, &kept, peppers.current()) else { return Ok(false) };
        kept.remove(found);
        let next = serde_json::to_string(&kept).map_err(|error| PageError::broken(&error))?;
        let which = (CredentialKind::RecoveryCode, credential.id.as_str());
        Ok(self.store.credential_served(person, which, (&credential.data, &next), (self.host.now)()).await?)
    }

    /// The credential of a sort of which a person has one.
    pub async fn credential(
        &self,
        person: &str,
        kind: CredentialKind,
    ) -> Result<Option<Credential>, PageError> {
        let all = self.store.credentials(person).await?;
        Ok(all.into_iter().find(|credential| credential.kind == kind))
    }
}

/// What the seed of a person is sealed for.
pub fn purpose_of_seed(person: &str) -> String {
    format!("one-time code of {person}")
}

/// How long a browser is remembered after its owner last signed in from it: as long as people are told.
fn devices_kept() -> TimeDelta {
    let days = Inventory::built_in().field("sign_in_guard", "state").and_then(|field| field.kept_days);
    TimeDelta::days(i64::from(days.unwrap_or_default()))
}

/// A state that cannot be read is a fresh one: nobody is locked out by it.
pub fn lock_of(state: &str) -> SoftLock {
    serde_json::from_str(state).unwrap_or_default()
}

fn state_of(lock: &SoftLock) -> String {
    serde_json::to_string(lock).unwrap_or_default()
}

fn lane(device: &str) -> Lane<'_> {
    if device.is_empty() { Lane::Stranger } else { Lane::Device(device) }
}
