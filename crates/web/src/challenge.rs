//! What is kept between two steps of a procedure, under a token that only the browser holds. It serves once.

use crate::{context::Context, error::PageError, session::random_token};
use chrono::TimeDelta;
use identity::secret::{TokenKind, token_hash};
use serde::{Serialize, de::DeserializeOwned};
use store::Challenge;

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
        let token = random_token(context, TokenKind::Step).expose_text().to_owned();
        self.keep_under(context, &token, state).await?;
        Ok(token)
    }

    /// The same under a token that was made elsewhere.
    pub async fn keep_under(
        self,
        context: &Context,
        token: &str,
        state: &impl Serialize,
    ) -> Result<(), PageError> {
        let now = (context.city.host.now)();
        let challenge = Challenge {
            hash: token_hash(token),
            purpose: self.purpose.to_owned(),
            state: serde_json::to_string(state).map_err(|error| PageError::broken(&error))?,
            expires_at: now + TimeDelta::minutes(self.minutes),
        };
        Ok(context.city.store.keep_challenge(&challenge, now).await?)
    }

    /// What was kept under a token, for the last time; nothing where it came too late.
    pub async fn take<State: DeserializeOwned>(
        self,
        context: &Context,
        token: &str,
    ) -> Result<Option<State>, PageError> {
        let (hash, now) = (token_hash(token), (context.city.host.now)());
        let state = context.city.store.take_challenge(&hash, self.purpose, now).await?;
        Ok(state.and_then(|state| serde_json::from_str(&state).ok()))
    }
}
