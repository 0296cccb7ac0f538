//! Browsers the person has signed in from, and forgetting them.

use super::PATH;
use crate::{context::Context, error::PageError, outcome};
use axum::{extract::Form, response::Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// A browser that is remembered.
pub struct Device {
    /// Digest of the token in its cookie.
    pub name: String,
    /// When the person last signed in from it.
    pub signed_in_at: DateTime<Utc>,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// The browsers that are remembered; `this` is the one that asks.
pub async fn known(context: &Context, this: &str) -> Result<Vec<Device>, PageError> {
    let person = context.city.store.person(context.person()?).await?.ok_or(PageError::SignInFirst)?;
    let devices = context.city.devices(&person).await?.into_iter();
    let device = |(name, signed_in_at)| Device { is_this: name == this, name, signed_in_at };
    Ok(devices.map(device).collect())
}

/// The one to be forgotten.
#[derive(Deserialize)]
pub struct Forgetting {
    device: String,
}

/// Forgets it.
pub async fn forget(context: Context, Form(forgetting): Form<Forgetting>) -> Result<Response, PageError> {
    let city = &context.city;
    let person = city.store.person(context.person()?).await?.ok_or(PageError::SignInFirst)?;
    city.forget_devices(&person, |lock| lock.forget(&forgetting.device), &context.deed("")).await?;
    Ok(outcome::done(PATH, "device"))
}
