//! `/healthz`: whether the service can do its work, for the machines that watch it.

use crate::{City, context::Context};
use axum::{Json, Router, http::StatusCode, response::IntoResponse, routing::get};
use serde_json::json;
use std::sync::Arc;

/// The health check.
pub fn router() -> Router<Arc<City>> {
    Router::new().route("/healthz", get(show))
}

/// 200 when the store answers, 503 when it does not.
async fn show(context: Context) -> impl IntoResponse {
    match context.city.store.official_texts().await {
        Ok(texts) => (
            StatusCode::OK,
            Json(json!({
                "status": "ok",
                "edition": context.city.edition.id,
                "store": "ok",
                "official_texts": texts.len(),
            })),
        ),
        Err(error) => {
            eprintln!("error: the health check cannot read the store · {error}");
            (
                StatusCode::SERVICE_UNAVAILABLE,
                Json(
                    json!({ "status": "failing", "edition": context.city.edition.id, "store": "unreachable" }),
                ),
            )
        }
    }
}
