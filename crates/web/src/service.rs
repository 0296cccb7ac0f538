//! The service as a whole: its city, its gate and its figures, and the two doors that lead to them.

use crate::{
    City, context, error,
    gate::{Bounds, Gate, admit},
    headers,
    health::WriteProbe,
    log,
    metrics::Figures,
    once::Flights,
    pages,
    routes::{self, Door, ROUTES, Route},
    visit::Visit,
};
use axum::{
    Extension, Router,
    extract::{Request, State},
    middleware::{Next, from_fn_with_state},
    response::Response,
};
use std::sync::Arc;
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

/// A running service.
pub struct Service {
    /// What the pages are made from.
    pub city: Arc<City>,
    /// What stands before the handlers.
    pub gate: Gate,
    /// Forms that are being worked on.
    pub flights: Flights,
    /// What is counted.
    pub figures: Figures,
    /// Whether the store can be written.
    pub write_probe: WriteProbe,
    /// What is said when there is too much to do.
    pub overloaded: error::OverloadedPages,
    routes: &'static [Route],
}

impl Service {
    /// The service of a city.
    pub fn new(city: City) -> Arc<Self> {
        Self::with_routes(city, ROUTES, Gate::new(Bounds::default()))
    }

    /// The same with routes and a gate of a test.
    pub fn with_routes(city: City, routes: &'static [Route], gate: Gate) -> Arc<Self> {
        let (figures, overloaded) = (Figures::default(), error::OverloadedPages::default());
        Arc::new(Self {
            city: Arc::new(city),
            gate,
            flights: Flights::default(),
            figures,
            write_probe: WriteProbe::default(),
            overloaded,
            routes,
        })
    }

    /// What visitors reach.
    pub fn pages(self: &Arc<Self>) -> Router {
        self.door(Door::Public)
    }

    /// What the operator's machines reach, on an address of their own.
    pub fn monitoring(self: &Arc<Self>) -> Router {
        self.door(Door::Monitoring)
    }

    fn door(self: &Arc<Self>, door: Door) -> Router {
        let city = &self.city;
        pages::with_what_they_share(routes::router(self.routes, door), city)
            .fallback(error::unknown_page)
            .method_not_allowed_fallback(error::wrong_method)
            .layer(Extension(Arc::clone(self)))
            .layer(CatchPanicLayer::custom(error::after_panic))
            .layer(from_fn_with_state(Arc::clone(city), context::switch_language))
            .layer(from_fn_with_state(Arc::clone(self), admit))
            .layer(from_fn_with_state(Arc::clone(self), error::as_pages))
            .layer(CompressionLayer::new())
            .layer(from_fn_with_state(Arc::clone(self), around))
            .with_state(Arc::clone(city))
    }
}

/// Around everything: numbers the request, adds the headers, counts it and writes it down.
async fn around(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let host = &service.city.host;
    let begun = (host.elapsed)();
    let (mut parts, body) = request.into_parts();
    let visit = Arc::new(Visit::new(&service.city, &parts, service.routes));
    let method = parts.method.clone();
    parts.extensions.insert(Arc::clone(&visit));
    let answering = next.run(Request::from_parts(parts, body));
    let (mut response, effort) = log::within(host, &visit.id, answering).await;
    headers::secure(&mut response, &visit, host.reach);
    let took = (host.elapsed)().saturating_sub(begun);
    service.figures.count(visit.route, response.status(), took);
    log::request(host, &visit, &method, &response, (took, effort));
    response
}
