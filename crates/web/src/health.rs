//! `/healthz` and `/readyz`: whether the program lives, and whether it can do its work, for the machines that watch it.

use crate::context::Context;
use axum::{
    Json,
    http::{StatusCode, header},
    response::IntoResponse,
};
use chrono::TimeDelta;
use serde_json::json;
use std::time::Duration;
use tokio::time::timeout;

/// How long the database may take to answer.
const STORE_TIME_MAX: Duration = Duration::from_secs(1);
/// How long an event may wait for its checkpoint before something is wrong; the job makes one after a minute.
const VOUCHING_TIME_MAX: TimeDelta = TimeDelta::minutes(5);

/// 200 for as long as requests are answered at all. Restarting the program mends nothing else.
pub async fn alive(context: Context) -> impl IntoResponse {
    Json(json!({ "status": "ok", "edition": context.city.edition.id }))
}

/// 200 when each part can do its work, 503 with the part that cannot.
pub async fn ready(context: Context) -> impl IntoResponse {
    let city = &context.city;
    let edition = if city.edition.id.is_empty() { "missing" } else { "ok" };
    let (store, log) = match timeout(STORE_TIME_MAX, city.store.trail_state()).await {
        Err(_) => ("too slow", "unknown"),
        Ok(Err(_)) => ("unreachable", "unknown"),
        Ok(Ok(trail)) if trail.is_behind((city.host.now)(), VOUCHING_TIME_MAX) => ("ok", "behind"),
        Ok(Ok(_)) => ("ok", "ok"),
    };
    let is_ready = [edition, store, log] == ["ok"; 3];
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let told = if is_ready { "ready" } else { "failing" };
    let parts = json!({ "status": told, "edition": edition, "store": store, "log": log });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(parts))
}
