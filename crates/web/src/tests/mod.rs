//! What holds for the service as a whole.

mod colors;
mod forms;
mod matrix;
mod routes;
mod service;
mod text_keys;
