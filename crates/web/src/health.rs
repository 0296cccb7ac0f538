//! `/healthz` and `/readyz`: whether the program lives, and whether it can do its work, for the machines that watch it.

use crate::{City, context::Context, service::Service};
use axum::{
    Extension, Json,
    http::{StatusCode, header},
    response::IntoResponse,
};
use chrono::TimeDelta;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::timeout};

/// How long the database may take to answer.
const STORE_TIME_MAX: Duration = Duration::from_secs(1);
/// How long an event may wait for its checkpoint before something is wrong; the job makes one after a minute.
const VOUCHING_TIME_MAX: TimeDelta = TimeDelta::minutes(5);

/// How long what was found out about writing is told again: each time costs a flush of the disk.
const PROBE_PAUSE: Duration = Duration::from_secs(5);

/// Whether the store could be written when that was last tried.
#[derive(Default)]
pub struct WriteProbe(Mutex<Option<(Duration, &'static str)>>);

impl WriteProbe {
    /// In a word.
    async fn state(&self, city: &City) -> &'static str {
        let mut last = self.0.lock().await;
        let now = (city.host.elapsed)();
        if let Some((at, state)) = *last
            && now < at + PROBE_PAUSE
        {
            return state;
        }
        let state = match timeout(STORE_TIME_MAX, city.store.probe_writing()).await {
            Ok(Ok(())) => "ok",
            Ok(Err(_)) => "not writable",
            Err(_) => "too slow",
        };
        *last = Some((now, state));
        state
    }
}

/// 200 for as long as requests are answered at all. Restarting the program mends nothing else.
pub async fn alive(context: Context) -> impl IntoResponse {
    Json(json!({ "status": "ok", "edition": context.city.edition.id }))
}

/// 200 when each part can do its work, 503 with the part that cannot.
pub async fn ready(context: Context, Extension(service): Extension<Arc<Service>>) -> impl IntoResponse {
    let city = &context.city;
    let edition = if city.edition.id.is_empty() { "missing" } else { "ok" };
    let (store, log) = match timeout(STORE_TIME_MAX, city.store.trail_state()).await {
        Err(_) => ("too slow", "unknown"),
        Ok(Err(_)) => ("unreachable", "unknown"),
        Ok(Ok(trail)) if trail.is_behind((city.host.now)(), VOUCHING_TIME_MAX) => ("ok", "behind"),
        Ok(Ok(_)) => ("ok", "ok"),
    };
    let clock = match timeout(STORE_TIME_MAX, city.store.clock_state((city.host.now)())).await {
        Ok(Ok(state)) => state.name(),
        Ok(Err(_)) | Err(_) => "unknown",
    };
    let store = if store == "ok" { service.write_probe.state(city).await } else { store };
    let is_ready = [edition, store, log, clock] == ["ok"; 4];
    let status = if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let told = if is_ready { "ready" } else { "failing" };
    let parts = json!({ "status": told, "edition": edition, "store": store, "log": log, "clock": clock });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(parts))
}
