//! Language, errors, headers, assets and the health check.

use crate::{
    asset, error,
    testing::{Site, answer},
};
use axum::{Router, http::Method, middleware, routing::get};
use domain::access::Role;
use std::sync::atomic::Ordering;
use tower_http::catch_panic::CatchPanicLayer;

#[tokio::test]
async fn chinese_is_shown_without_a_choice() {
    Site::new().await.get("/").await.assert_ok().assert_shows("<html lang=\"zh-Hans\">");
}

#[tokio::test]
async fn a_language_is_remembered_and_the_page_kept() {
    let site = Site::new().await;
    let switched = site.get("/plan?stage=2023&lang=en").await;
    switched.assert_status(303);
    assert_eq!(switched.header("location"), "/plan?stage=2023");
    assert!(switched.header("set-cookie").starts_with("__Host-lang=en; Path=/"));
    let page = site.ask(Method::GET, "/plan?stage=2023", "theme=x; lang=en").await;
    page.assert_ok().assert_shows("<html lang=\"en\">").assert_shows("href=\"/plan?stage=2023&#38;lang=zh\"");
}

#[tokio::test]
async fn what_is_not_read_is_neither_switched_nor_redirected() {
    let site = Site::new().await;
    for (path, status) in [("/plan?lang=en", 405), ("/plan", 405), ("/plan/", 404), ("/nothing?lang=zh", 404)]
    {
        site.ask(Method::POST, path, "").await.assert_status(status);
    }
}

#[tokio::test]
async fn a_language_switch_never_leaves_the_site() {
    let site = Site::new().await;
    for path in ["//evil.example/?lang=en", "///evil.example?lang=zh"] {
        let location = site.get(path).await.header("location").to_owned();
        assert!(location.starts_with('/') && !location.starts_with("//"), "{location}");
    }
    let slash = site.get("//evil.example/").await;
    assert!(!slash.header("location").starts_with("//"), "{}", slash.header("location"));
}

#[tokio::test]
async fn an_unknown_address_gets_a_page_that_helps() {
    let site = Site::new().await;
    for path in ["/nothing", "/regulation/48", "/regulation/x", "/plan/0", "/plan/01", "/systems/x999"] {
        let answer = site.get_english(path).await;
        answer.assert_status(404).assert_shows("<h1>").assert_shows("action=\"/search\"");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    }
    site.get("/organizations/nobody").await.assert_status(404).assert_shows("href=\"/organizations\"");
}

#[tokio::test]
async fn a_slash_at_the_end_leads_to_the_page() {
    let answer = Site::new().await.get("/plan/?stage=2023").await;
    answer.assert_status(303);
    assert_eq!(answer.header("location"), "/plan?stage=2023");
}

#[tokio::test]
async fn what_cannot_be_read_or_written_is_refused_with_a_page() {
    let site = Site::new().await;
    site.get("/plan/%ff").await.assert_status(400).assert_shows("<h1>");
    site.get("/search?q=a&q=b").await.assert_status(400).assert_shows("<h1>");
    site.ask(Method::POST, "/plan", "").await.assert_status(405).assert_shows("<h1>");
}

async fn busy() -> error::PageError {
    error::PageError::Busy
}

async fn faulty() {
    panic!("on purpose");
}

#[tokio::test]
async fn a_panic_or_a_full_line_becomes_a_page_and_the_service_goes_on() {
    let site = Site::new().await;
    let router = Router::new()
        .route("/faulty", get(faulty))
        .route("/busy", get(busy))
        .layer(CatchPanicLayer::custom(error::after_panic))
        .layer(middleware::from_fn_with_state(std::sync::Arc::clone(&site.service), error::as_pages));
    for _ in 0..2 {
        let answer = answer(router.clone(), Method::GET, "/faulty", "lang=en").await;
        answer.assert_status(500).assert_shows("Something went wrong").assert_lacks("on purpose");
    }
    let busy = answer(router, Method::GET, "/busy", "lang=zh").await;
    busy.assert_status(503).assert_shows("请稍后再试");
    assert_eq!(busy.header("retry-after"), "10");
}

#[tokio::test]
async fn the_style_sheet_is_kept_long_and_an_old_address_leads_to_it() {
    let site = Site::new().await;
    site.get("/").await.assert_shows(asset::style_address());
    let style = site.get(asset::style_address()).await;
    style.assert_ok().assert_shows("@media print");
    assert!(style.header("cache-control").contains("immutable"));
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    let old = site.get("/static/0000000000000000/style.css").await;
    old.assert_status(307);
    assert_eq!(old.header("location"), asset::style_address());
    site.get("/favicon.svg").await.assert_ok().assert_shows("<svg");
    site.get("/robots.txt").await.assert_ok().assert_shows("Disallow: /search");
}

#[tokio::test]
async fn while_the_clock_cannot_be_believed_forms_change_nothing_and_pages_are_read() {
    for (leap_days, word) in [(10 * 365, "ahead"), (-10 * 365, "behind")] {
        let site = Site::with_policies().await;
        site.person("somebody").await;
        let before = site.store().events(0, 100).await.unwrap();
        Site::pass_seconds(leap_days * 86_400);
        let refused = site.visitor().post("/sign-in", &[("login", "somebody"), ("password", "a")]).await;
        refused.assert_status(503).assert_shows("时钟有误");
        assert_eq!(refused.header("retry-after"), "300");
        site.get("/policies").await.assert_ok();
        let failing = site.get("/readyz").await;
        failing.assert_status(503).assert_shows(&format!("\"clock\":\"{word}\""));
        assert_eq!(site.store().events(0, 100).await.unwrap(), before, "nothing was recorded");
        Site::pass_seconds(-leap_days * 86_400);
        site.visitor().post("/sign-in", &[("login", "somebody"), ("password", "a")]).await.assert_ok();
        site.store().checkpoint().await.unwrap();
        site.get("/readyz").await.assert_ok();
    }
}

#[tokio::test]
async fn on_a_full_disk_forms_are_refused_with_words_and_pages_are_read() {
    let site = Site::with_policies().await;
    let admin = site.signed_in(Role::SystemAdministrator).await;
    let before = site.store().events(0, 100).await.unwrap();
    let form = [("login", "newcomer"), ("name", &"某".repeat(60))];
    let send = async || admin.post("/people", &form).await;
    site.store().set_disk_full(true).await.unwrap();
    send().await.assert_status(503).assert_shows("暂时无法保存");
    assert_eq!(site.store().events(0, 100).await.unwrap(), before, "nothing is half done");
    site.get("/readyz").await.assert_status(503).assert_shows("\"store\":\"not writable\"");
    site.get("/policies").await.assert_ok();
    site.store().set_disk_full(false).await.unwrap();
    site.clock.fetch_add(5_000, Ordering::Relaxed);
    site.get("/readyz").await.assert_ok();
    send().await.assert_ok();
    assert!(site.store().verify().await.unwrap().is_whole());
}

#[tokio::test]
async fn readiness_follows_the_store_and_life_does_not() {
    let site = Site::new().await;
    site.get("/healthz").await.assert_ok().assert_shows("\"status\":\"ok\"");
    site.get("/readyz").await.assert_ok().assert_shows("\"status\":\"ready\"");
    site.lose_the_store().await;
    let failing = site.get("/readyz").await;
    failing.assert_status(503).assert_shows("\"store\":\"unreachable\"").assert_shows("\"edition\":\"ok\"");
    site.get("/healthz").await.assert_ok();
    site.get("/regulation").await.assert_status(503).assert_shows("<h1>");
    site.get("/plan").await.assert_ok();
}
