//! Server-rendered pages over an edition and a store; usable without scripts, in Chinese and English.
//!
//! Never: the wall clock, the environment, SQL, or a decision of the field (those live in `domain`).
//!
//! A page is a folder under `pages/` (`mod.rs`, `page.html`, `text.toml`, `tests.rs`) and two lines in
//! `pages/mod.rs`. What pages share is a component under `components/`.

mod asset;
mod book;
mod choice;
mod context;
mod error;
mod frame;
mod health;
mod matching;
mod numeral;
mod official;
mod pages;
mod text;
mod wording;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use book::Books;

use axum::{Router, http::StatusCode, middleware};
use chrono::NaiveDate;
use edition::Edition;
use std::{sync::Arc, time::Duration};
use store::Store;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer, timeout::TimeoutLayer};

/// How long a request may take before it is given up.
const REQUEST_TIME_MAX: Duration = Duration::from_secs(30);

/// Everything the pages are made from.
pub struct City {
    /// The definitions of the city.
    pub edition: Arc<Edition>,
    /// What was brought in and recorded.
    pub store: Store,
    /// The date of today at the city; a function, because a service runs for longer than a day.
    pub today: fn() -> NaiveDate,
    /// The rule book of the day, compiled when it is first asked for.
    pub books: Books,
}

/// The whole service: pages, assets and the health check, with language, errors and headers around them.
pub fn router(city: City) -> Router {
    let city = Arc::new(city);
    Router::new()
        .merge(pages::router(&city))
        .merge(asset::router())
        .merge(health::router())
        .fallback(error::unknown_page)
        .method_not_allowed_fallback(error::wrong_method)
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, REQUEST_TIME_MAX))
        .layer(CatchPanicLayer::custom(error::after_panic))
        .layer(middleware::from_fn_with_state(Arc::clone(&city), error::as_pages))
        .layer(middleware::from_fn(context::switch_language))
        .layer(CompressionLayer::new())
        .layer(middleware::map_response(asset::secure))
        .with_state(city)
}
