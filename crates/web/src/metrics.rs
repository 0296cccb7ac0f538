//! `/metrics`: what is counted, in the text format of Prometheus, on the door for the operator's machines.
//!
//! A registry of our own: four tables of whole numbers. What is counted is known when the program is compiled, so
//! the labels are rows of the table of routes and numbers of HTTP, and nothing a visitor sends can make it grow.

use crate::{City, routes::Route, service::Service};
use axum::{Extension, http::StatusCode, http::header, response::IntoResponse};
use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

/// Upper ends of the classes of durations, in milliseconds.
const ENDS_MS: [u64; 12] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000, 15_000];

/// Method and template of a route.
type Name = (&'static str, &'static str);

/// What is counted about requests.
#[derive(Default)]
pub struct Figures {
    requests: Mutex<BTreeMap<Name, Figure>>,
    violations: AtomicU64,
}

#[derive(Default)]
struct Figure {
    statuses: BTreeMap<u16, u64>,
    /// Requests by their class of duration; the last is what took longer.
    durations: [u64; ENDS_MS.len() + 1],
    took: Duration,
}

impl Figures {
    /// Counts a request.
    pub fn count(&self, route: Option<&'static Route>, status: StatusCode, took: Duration) {
        let name = route.map_or(("any", "none"), |route| (route.verb.name(), route.path));
        let class = ENDS_MS.iter().position(|end| took <= Duration::from_millis(*end));
        let mut figures = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let figure = figures.entry(name).or_default();
        *figure.statuses.entry(status.as_u16()).or_default() += 1;
        figure.durations[class.unwrap_or(ENDS_MS.len())] += 1;
        figure.took += took;
    }

    /// Counts what a browser kept a page from doing.
    pub fn count_violation(&self) {
        self.violations.fetch_add(1, Ordering::Relaxed);
    }

    fn write(&self, out: &mut String) {
        let figures = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        head(out, "liangjian_requests_total", "counter", "Requests answered");
        for ((method, route), figure) in &*figures {
            for (status, count) in &figure.statuses {
                let _ = writeln!(
                    out,
                    "liangjian_requests_total{{method=\"{method}\",route=\"{route}\",status=\"{status}\"}} {count}"
                );
            }
        }
        head(out, "liangjian_request_seconds", "histogram", "Time from a request to its answer");
        for ((method, route), figure) in &*figures {
            let labels = format!("method=\"{method}\",route=\"{route}\"");
            let mut sum = 0;
            for (index, count) in figure.durations.iter().enumerate() {
                sum += count;
                let end = ENDS_MS.get(index).map(|end| Duration::from_millis(*end).as_secs_f64().to_string());
                let end = end.as_deref().unwrap_or("+Inf");
                let _ = writeln!(out, "liangjian_request_seconds_bucket{{{labels},le=\"{end}\"}} {sum}");
            }
            let took = figure.took.as_secs_f64();
            let _ = writeln!(out, "liangjian_request_seconds_sum{{{labels}}} {took}");
            let _ = writeln!(out, "liangjian_request_seconds_count{{{labels}}} {sum}");
        }
    }
}

fn head(out: &mut String, name: &str, kind: &str, help: &str) {
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// One figure without labels.
fn single(out: &mut String, name: &str, kind: &str, help: &str, value: u64) {
    head(out, name, kind, help);
    let _ = writeln!(out, "{name} {value}");
}

/// All figures.
pub async fn show(Extension(service): Extension<Arc<Service>>) -> impl IntoResponse {
    let mut out = String::new();
    service.figures.write(&mut out);
    let violations = service.figures.violations.load(Ordering::Relaxed);
    let help = "What browsers kept pages from doing";
    single(&mut out, "liangjian_policy_violations_total", "counter", help, violations);
    let gate = &service.gate;
    head(&mut out, "liangjian_rate_limited_total", "counter", "Requests refused because they came too often");
    for (rate, count) in gate.limited() {
        let _ = writeln!(out, "liangjian_rate_limited_total{{class=\"{}\"}} {count}", rate.name());
    }
    let inside = gate.inside() as u64;
    single(&mut out, "liangjian_requests_inside", "gauge", "Requests that wait or are worked on", inside);
    let with_passwords = gate.inside_with_passwords() as u64;
    let help = "Of these, requests that work passwords out";
    single(&mut out, "liangjian_password_requests_inside", "gauge", help, with_passwords);
    single(&mut out, "liangjian_requests_shed_total", "counter", "Requests refused in overload", gate.shed());
    single(
        &mut out,
        "liangjian_requests_foreign_total",
        "counter",
        "Forms of other sites refused",
        gate.foreign(),
    );
    store(&service.city, &mut out).await;
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], out)
}

/// What the store tells; nothing where it does not answer.
async fn store(city: &City, out: &mut String) {
    if let Ok(trail) = city.store.trail_state().await {
        single(out, "liangjian_events_total", "counter", "Events in the log", trail.events);
        single(out, "liangjian_events_unvouched", "gauge", "Events no checkpoint vouches for", trail.waiting);
    }
}
