//! What is kept between two steps of a procedure, under a token that only the browser holds. It serves once.

use crate::{context::Context, error::PageError, visit::random_text};
use chrono::TimeDelta;
use serde::{Serialize, de::DeserializeOwned};
use store::{Challenge, sha256};

/// A procedure of several steps.
#[derive(Clone, Copy, Debug)]
pub struct Procedure {
    /// What it is for; a token of one is none of another.
    pub purpose: &'static str,
    /// How long the next step may take.
    pub minutes: i64,
}

impl Procedure {
    /// Keeps what is known so far; answers the token.
    pub async fn keep(self, context: &Context, state: &impl Serialize) -> Result<String, PageError> {
        let (token, now) = (random_text::<26>(context.city.host.chance), (context.city.host.now)());
        let challenge = Challenge {
            hash: sha256(token.as_bytes()),
            purpose: self.purpose.to_owned(),
            state: serde_json::to_string(state).map_err(|error| PageError::broken(&error))?,
            expires_at: now + TimeDelta::minutes(self.minutes),
        };
        context.city.store.keep_challenge(&challenge, now).await?;
        Ok(token)
    }

    /// What was kept under a token, for the last time; nothing where it came too late.
    pub async fn take<State: DeserializeOwned>(
        self,
        context: &Context,
        token: &str,
    ) -> Result<Option<State>, PageError> {
        let (hash, now) = (sha256(token.as_bytes()), (context.city.host.now)());
        let state = context.city.store.take_challenge(&hash, self.purpose, now).await?;
        Ok(state.and_then(|state| serde_json::from_str(&state).ok()))
    }
}
