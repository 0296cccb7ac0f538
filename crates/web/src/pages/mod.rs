//! The pages, one folder each.

pub mod about;
pub mod access;
pub mod account;
pub mod article;
pub mod board;
pub mod calculator;
pub mod calls;
pub mod case;
pub mod cases;
pub mod checkpoints;
pub mod clusters;
pub mod counter;
pub mod desk;
pub mod firm;
pub mod home;
pub mod invitation;
pub mod my_data;
pub mod new_case;
pub mod notices;
pub mod organization;
pub mod organizations;
pub mod people;
pub mod person;
pub mod plan;
pub mod policies;
pub mod policy;
pub mod procedure;
pub mod procedures;
pub mod prove;
pub mod receipts;
pub mod regulation;
pub mod search;
pub mod security;
pub mod sessions;
pub mod sign_in;
pub mod sign_ins;
pub mod staff;
pub mod system;
pub mod systems;
pub mod trail;
pub mod unified;
pub mod voice_figures;
pub mod watch;
pub mod work;

use crate::City;
use axum::{Extension, Router};
use std::sync::Arc;

/// Adds what pages make once and use for every request.
pub fn with_what_they_share(router: Router<Arc<City>>, city: &City) -> Router<Arc<City>> {
    let index = Arc::new(search::Index::new(&city.edition));
    let router = router.layer(Extension(voice_figures::Kept::default()));
    router.layer(Extension(index)).layer(Extension(calculator::Queue::default()))
}
