//! Server-rendered pages over an edition and a store; usable without scripts, in Chinese and English.
//!
//! Never: the wall clock, the environment, SQL, or a decision of the field (those live in `domain`).
//!
//! A page is a folder under `pages/` (`mod.rs`, `page.html`, `text.toml`, `tests.rs`), a line in `pages/mod.rs` and a
//! row in `routes/table.rs`. What pages share is a component under `components/`. What stands between the net and
//! the pages is in `service.rs`, `gate/` and `headers.rs`.

mod asset;
mod book;
mod case;
mod challenge;
mod choice;
mod components;
mod context;
mod cookie;
mod error;
mod event;
mod figures;
mod form_token;
mod frame;
mod gate;
mod headers;
mod health;
mod host;
mod invitation;
mod limit;
mod log;
mod matching;
mod metrics;
mod multipart;
mod numeral;
mod official;
mod once;
mod outcome;
mod pages;
mod passkey;
mod proof;
mod routes;
mod service;
mod session;
mod sheet;
mod signed;
mod text;
mod unified;
mod upload;
mod visit;
mod voice;
mod wording;

#[cfg(test)]
mod small_provider;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use book::Books;
pub use figures::{MONTHS, Published, figures_of, first_moment, months};
pub use gate::{Bounds, Gate, Network};
pub use host::{Cleaner, Elapsed, Host, LineSink, Reach, Unclean};
pub use invitation::{Code, Newcomer, Registrar};
pub use routes::{Csrf, Door, ObjectOf, Privacy, ROUTES, Rate, Route, Verb};
pub use service::Service;
pub use unified::{Errand, Fetch, Fetched, SecondFactor, UnifiedIdentity, Unreachable};
pub use visit::Peer;
pub use voice::Voices;
pub use wording::masked_name;

use axum::{Router, extract::Request, response::Response};
use chrono::NaiveDate;
use edition::Edition;
use std::{convert::Infallible, net::IpAddr, sync::Arc};
use store::Store;
use tower::ServiceExt as _;

/// Everything the pages are made from.
#[derive(Clone)]
pub struct City {
    /// The definitions of the city.
    pub edition: Arc<Edition>,
    /// What was brought in and recorded.
    pub store: Store,
    /// The date of today at the city; a function, because a service runs for longer than a day.
    pub today: fn() -> NaiveDate,
    /// The rule book of the day, compiled when it is first asked for.
    pub books: Books,
    /// What is known of the voices of firms, worked out when it is first asked for.
    pub voices: Voices,
    /// The machine that serves.
    pub host: Host,
}

/// What visitors of a city reach: pages, assets and health checks, with all that protects them.
pub fn router(city: City) -> Router {
    Service::new(city).pages()
}

/// The router as the other end of one connection sees it: each request carries the address it came from.
pub fn seen_from<B>(
    router: &Router,
    peer: IpAddr,
) -> impl tower::Service<Request<B>, Response = Response, Error = Infallible, Future: Send> + Clone + Send + use<B>
where
    B: axum::body::HttpBody<Data = axum::body::Bytes, Error: Into<axum::BoxError>> + Send + 'static,
{
    router.clone().map_request(move |mut request: Request<B>| {
        request.extensions_mut().insert(Peer(peer));
        request
    })
}
