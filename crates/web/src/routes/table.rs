//! The table of routes. A new route is one row here; `liangjian routes` prints it.

use super::{Csrf, Rate, Route};
use crate::{asset, headers, health, metrics, pages};
use axum::routing::on;

/// Most bytes of the form of the calculator.
const CALCULATOR_BYTES_MAX: usize = 128 << 10;

/// Most bytes of what a browser reports.
const REPORT_BYTES_MAX: usize = 16 << 10;

/// Reading what is published.
const READ: &str = "public.read";
/// Working something out without being known.
const CALCULATE: &str = "public.calculate";
/// Telling that a page was kept from doing something.
const REPORT: &str = "public.report";
/// Asking whether the service is well.
const PROBE: &str = "host.probe";

/// Every route there is.
pub static ROUTES: &[Route] = &[
    Route::page("/", READ, |verb| on(verb, pages::home::show)),
    Route::page("/regulation", READ, |verb| on(verb, pages::regulation::show)),
    Route::page("/regulation/{number}", READ, |verb| on(verb, pages::article::show)),
    Route::page("/plan", READ, |verb| on(verb, pages::plan::show)),
    Route::page("/plan/{number}", READ, |verb| on(verb, pages::work::show)),
    Route::page("/policies", READ, |verb| on(verb, pages::policies::show)),
    Route::page("/policies/{id}", READ, |verb| on(verb, pages::policy::show)),
    Route::page("/calculator", CALCULATE, |verb| on(verb, pages::calculator::begin)).private(),
    Route::form("/calculator", CALCULATE, Csrf::Pure, |verb| on(verb, pages::calculator::proceed))
        .body(CALCULATOR_BYTES_MAX),
    Route::page("/systems", READ, |verb| on(verb, pages::systems::show)),
    Route::page("/systems/{id}", READ, |verb| on(verb, pages::system::show)),
    Route::page("/organizations", READ, |verb| on(verb, pages::organizations::show)),
    Route::page("/organizations/{id}", READ, |verb| on(verb, pages::organization::show)),
    Route::page("/search", READ, |verb| on(verb, pages::search::show)).rate(Rate::Search),
    Route::page("/about", READ, |verb| on(verb, pages::about::show)),
    Route::page("/checkpoints", READ, |verb| on(verb, pages::checkpoints::list)),
    Route::page("/checkpoints/latest", READ, |verb| on(verb, pages::checkpoints::latest)),
    Route::page("/checkpoints/{size}", READ, |verb| on(verb, pages::checkpoints::one)),
    Route::page("/static/{version}/style.css", READ, |verb| on(verb, asset::style)).rate(Rate::Free),
    Route::page("/favicon.svg", READ, |verb| on(verb, asset::icon)).rate(Rate::Free),
    Route::page("/robots.txt", READ, |verb| on(verb, asset::robots)).rate(Rate::Free),
    Route::form("/policy-reports", REPORT, Csrf::Pure, |verb| on(verb, headers::report))
        .rate(Rate::Api)
        .body(REPORT_BYTES_MAX),
    Route::page("/healthz", PROBE, |verb| on(verb, health::alive)).rate(Rate::Free),
    Route::page("/readyz", PROBE, |verb| on(verb, health::ready)).rate(Rate::Api),
    Route::page("/metrics", PROBE, |verb| on(verb, metrics::show)).rate(Rate::Free).monitoring(),
];
