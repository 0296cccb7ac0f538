//! What holds for the service as a whole.

mod colors;
mod routes;
mod service;
mod text_keys;
