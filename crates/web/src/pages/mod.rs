//! The pages, one folder each.

mod about;
mod article;
mod home;
mod organization;
mod organizations;
mod plan;
mod regulation;
mod search;
mod system;
mod systems;
mod work;

use crate::City;
use axum::Router;
use std::sync::Arc;

/// All pages.
pub fn router(city: &Arc<City>) -> Router<Arc<City>> {
    Router::new()
        .merge(home::router())
        .merge(regulation::router())
        .merge(article::router())
        .merge(plan::router())
        .merge(work::router())
        .merge(systems::router())
        .merge(system::router())
        .merge(organizations::router())
        .merge(organization::router())
        .merge(search::router(city))
        .merge(about::router())
}
