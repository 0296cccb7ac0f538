//! What holds for the service as a whole.

mod colors;
pub mod forms;
mod marker;
mod matrix;
mod parts;
mod routes;
mod service;
mod text_keys;
mod walks;
