//! Roles that are offered to the person: he accepts with the code that was handed to him, or declines.

use crate::{context::Context, error::PageError, invitation::code_hash, outcome, wording};
use axum::{extract::Form, response::Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// An offer as its addressee sees it: nothing of the firm, for the login may have been mistyped.
pub struct OfferLine {
    /// Identifier.
    pub id: String,
    /// Name of the role.
    pub role: &'static str,
    /// When it lapses.
    pub expires_at: DateTime<Utc>,
}

/// What is offered to the person.
pub async fn lines(context: &Context) -> Result<Vec<OfferLine>, PageError> {
    let offers = context.city.store.offers_to(&login(context).await?, (context.city.host.now)()).await?;
    let line = |offer: store::Offer| OfferLine {
        role: wording::role(offer.role, context.language),
        id: offer.id,
        expires_at: offer.expires_at,
    };
    Ok(offers.into_iter().map(line).collect())
}

async fn login(context: &Context) -> Result<String, PageError> {
    let person = context.city.store.person(context.person()?).await?.ok_or(PageError::SignInFirst)?;
    Ok(person.login)
}

/// The code as typed.
#[derive(Deserialize)]
pub struct Accepting {
    code: String,
}

/// Accepts the offer of a code, where it was made to this person.
pub async fn accept(context: Context, Form(accepting): Form<Accepting>) -> Result<Response, PageError> {
    let (store, login) = (&context.city.store, login(&context).await?);
    let found = store.offered(&code_hash(&accepting.code), (context.city.host.now)()).await?;
    let Some(offer) = found.filter(|offer| offer.login == login) else {
        return Ok(outcome::fault("/account", "offer_code"));
    };
    match store.accept_offer(&offer, &context.deed("")).await {
        Ok(true) => Ok(outcome::done("/account", "accepted")),
        Ok(false) => Ok(outcome::fault("/account", "offer_gone")),
        Err(error) => Ok(outcome::fault("/account", outcome::key_of(&error).ok_or(error)?)),
    }
}

/// The offer that is declined.
#[derive(Deserialize)]
pub struct Declining {
    offer: String,
}

/// Declines an offer that was made to this person.
pub async fn decline(context: Context, Form(declining): Form<Declining>) -> Result<Response, PageError> {
    let (store, login) = (&context.city.store, login(&context).await?);
    let found = store.offer_of_id(&declining.offer, (context.city.host.now)()).await?;
    let Some(offer) = found.filter(|offer| offer.login == login) else {
        return Ok(outcome::fault("/account", "offer_gone"));
    };
    let is_declined = store.decline_offer(&offer.id, &context.deed("")).await?;
    Ok(if is_declined {
        outcome::done("/account", "declined")
    } else {
        outcome::fault("/account", "offer_gone")
    })
}
