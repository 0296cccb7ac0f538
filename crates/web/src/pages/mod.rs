//! The pages, one folder each.

mod about;
mod article;
mod calculator;
mod home;
mod organization;
mod organizations;
mod plan;
mod policies;
mod policy;
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
        .merge(policies::router())
        .merge(policy::router())
        .merge(calculator::router())
        .merge(systems::router())
        .merge(system::router())
        .merge(organizations::router())
        .merge(organization::router())
        .merge(search::router(city))
        .merge(about::router())
}
