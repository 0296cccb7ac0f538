//! A walk over the table: what every row must say, and what every route must answer.

use super::{Csrf, Door, ObjectOf, Privacy, ROUTES, Rate, Verb};
use crate::testing::{Answer, Site};
use axum::http::Method;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// An address that a template stands for, in the edition of the made-up policies.
fn address(site: &Site, path: &str) -> String {
    match path {
        "/policies/{id}" => format!("/policies/{}", site.edition.definitions.policies[0].id),
        // The edition has nothing else, so the answer is a page that says so: it carries the same headers.
        other => other.replace(['{', '}'], ""),
    }
}

#[test]
fn no_route_that_is_read_may_change_anything_and_no_other_goes_unprotected() {
    for route in ROUTES {
        let is_read = route.verb == Verb::Get;
        assert_eq!(is_read, matches!(route.csrf, Csrf::Safe | Csrf::State), "{route:?}");
        assert!(is_read || route.rate != Rate::Free, "{route:?} can be sent without end");
        assert!(is_read || route.privacy == Privacy::Private, "{route:?} would keep what somebody sent");
        assert!(route.path.starts_with('/') && route.body_bytes_max > 0, "{route:?}");
        let is_about_somebody = route.object != ObjectOf::Nobody;
        assert!(!is_about_somebody || route.privacy == Privacy::Private, "{route:?}");
    }
    let round_trip: Vec<_> = ROUTES.iter().filter(|route| route.csrf == Csrf::State).collect();
    let paths: Vec<_> = round_trip.iter().map(|route| route.path).collect();
    assert_eq!(paths, ["/sign-in/unified", "/sign-in/unified/return"], "no other link may change anything");
    assert!(round_trip.iter().all(|route| route.privacy == Privacy::Private && route.rate == Rate::SignIn));
    let names: BTreeSet<_> = ROUTES.iter().map(|route| (route.verb.name(), route.path)).collect();
    assert_eq!(names.len(), ROUTES.len(), "a route stands twice in the table");
}

/// Sources of this crate that are no tests.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files = Vec::new();
    for path in
        paths.filter(|path| !path.file_stem().is_some_and(|stem| stem == "tests" || stem == "testing"))
    {
        if path.is_dir() {
            files.extend(sources(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn routers_are_made_from_the_table_and_nowhere_else() {
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let source = fs::read_to_string(&file).unwrap();
        let count = |what: &str| source.matches(what).count();
        let made = count("Router::new(") + count(".route(") + count(".nest(") + count(".merge(");
        let expected = if file.ends_with("routes/mod.rs") { 2 } else { 0 };
        assert_eq!(made, expected, "{}: a route without a row", file.display());
    }
}

/// The source of the function `name` in the module of a page, up to the brace that closes it.
fn function(module: &str, name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/pages").join(module);
    let texts = sources(&folder).into_iter().map(|file| fs::read_to_string(file).unwrap());
    let begin = format!("pub async fn {name}(");
    let found = texts.filter_map(|text| {
        let body = text.split_once(&begin)?.1;
        Some(body.split_once("\n}\n").map_or(body, |(body, _)| body).to_owned())
    });
    let found: Vec<String> = found.collect();
    assert_eq!(found.len(), 1, "`{name}` stands {} times in {}", found.len(), folder.display());
    found.into_iter().next().unwrap()
}

#[test]
fn every_handler_of_a_named_object_asks_whether_he_may_before_it_writes() {
    // A row begins with `Route::`; what it says follows up to the next one.
    let rows = include_str!("table.rs").split("Route::").filter(|row| row.contains(".named()"));
    let mut count = 0;
    for row in rows {
        let handler = row.split_once("pages::").and_then(|(_, rest)| rest.split_once(')')).unwrap().0;
        let (module, name) = handler.split_once("::").unwrap();
        let body: String = function(module, name).split_whitespace().collect();
        let Some((before, _)) = body.split_once("context.may(") else {
            panic!("pages::{handler} never asks `context.may`");
        };
        for write in [
            ".grant(&", "appoint(", ".end_grant(", ".close_person(", "invite(", ".record_look(",
            ".take_step(",
        ] {
            assert!(!before.contains(write), "pages::{handler} writes before it asks `context.may`");
        }
        count += 1;
    }
    assert_eq!(count, ROUTES.iter().filter(|route| route.object == ObjectOf::Named).count());
}

#[tokio::test]
async fn every_row_answers_and_every_other_method_is_refused() {
    let site = Site::with_policies().await;
    for route in ROUTES.iter().filter(|route| route.door == Door::Public) {
        let path = address(&site, route.path);
        let get = site.get(&path).await;
        let has_get = ROUTES.iter().any(|other| other.path == route.path && other.verb == Verb::Get);
        assert_eq!(get.status != 405, has_get, "{route:?}");
        for method in [Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE] {
            site.ask(method, &path, "").await.assert_status(405);
        }
        let posted = ROUTES.iter().any(|other| other.path == route.path && other.verb == Verb::Post);
        assert_eq!(site.post(&path, &[]).await.status != 405, posted, "{route:?}");
    }
    site.get("/metrics").await.assert_status(404);
    site.monitor("/metrics").await.assert_ok().assert_shows("liangjian_requests_total");
    site.monitor("/").await.assert_status(404);
}

/// What an answer's headers lack; nothing for a good one.
fn faults(answer: &Answer, is_private: bool) -> Vec<String> {
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                  form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; report-uri /policy-reports";
    let exact = [
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("strict-transport-security", "max-age=31536000"),
    ];
    let mut faults: Vec<String> = exact
        .iter()
        .filter(|(name, value)| answer.header(name) != *value)
        .map(|(name, _)| format!("{name}: {}", answer.header(name)))
        .collect();
    for feature in ["camera=()", "geolocation=()", "microphone=()", "payment=()", "usb=()"] {
        if !answer.header("permissions-policy").contains(feature) {
            faults.push(format!("permissions-policy lacks {feature}"));
        }
    }
    let cache = answer.header("cache-control");
    if cache.is_empty() || (is_private && cache != "no-store") {
        faults.push(format!("cache-control: {cache}"));
    }
    if answer.header("x-request-id").len() != 14 {
        faults.push("x-request-id".to_owned());
    }
    for cookie in answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()) {
        if !cookie.starts_with("__Host-") || !cookie.contains("; Secure") || !cookie.contains("; HttpOnly") {
            faults.push(format!("set-cookie: {cookie}"));
        }
    }
    faults
}

#[tokio::test]
async fn every_route_and_every_error_carries_every_header() {
    let site = Site::with_policies().await;
    for route in ROUTES.iter().filter(|route| route.door == Door::Public) {
        let path = address(&site, route.path);
        let answer = match route.verb {
            Verb::Get => site.get(&path).await,
            Verb::Post => site.post(&path, &[]).await,
        };
        assert_eq!(faults(&answer, route.privacy == Privacy::Private), [""; 0], "{route:?}");
        if route.verb == Verb::Get && !route.path.starts_with("/static/") {
            let switched = site.get(&format!("{path}?lang=en")).await;
            assert_eq!(faults(&switched, false), [""; 0], "{route:?}");
        }
    }
    for path in ["/nothing", "/policies/none", "/policies/%ff", "//a/"] {
        assert_eq!(faults(&site.get(path).await, false), [""; 0], "{path}");
    }
    assert_eq!(faults(&site.post("/plan", &[]).await, true), [""; 0]);
    assert_eq!(faults(&site.monitor("/metrics").await, false), [""; 0]);
}

#[tokio::test]
async fn browsers_are_bound_to_tls_only_where_there_is_tls() {
    for (reach, bound, name) in [
        (crate::Reach::Tls, true, "__Host-lang=en"),
        (crate::Reach::Loopback, false, "__Host-lang=en"),
        (crate::Reach::Plain, false, "lang=en"),
    ] {
        let site = Site::on(|host| host.reach = reach).await;
        let answer = site.get("/?lang=en").await;
        assert_eq!(!answer.header("strict-transport-security").is_empty(), bound, "{reach:?}");
        assert!(answer.header("set-cookie").starts_with(name), "{reach:?}");
    }
}
