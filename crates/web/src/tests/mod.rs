//! What holds for the service as a whole.

mod colors;
mod field_names;
pub mod forms;
mod marker;
mod matrix;
mod parts;
mod routes;
mod service;
mod text_keys;
mod walks;
