//! What holds for the service as a whole.

mod colors;
pub mod forms;
mod matrix;
mod routes;
mod service;
mod text_keys;
