//! The gate before real routes: foreign forms, tokens, limits, bodies, overload, and what the log keeps.

use super::{Bounds, Gate};
use crate::{
    Peer, Service,
    context::Context,
    error::PageError,
    frame::{Page, Section},
    routes::{Csrf, Rate, Route},
    testing::{Answer, Site, made_up_edition},
};
use askama::Template;
use axum::{
    body::Body,
    http::{Method, Request, header},
    response::Html,
    routing::on,
};
use domain::access::Permission;
use std::{net::IpAddr, sync::atomic::Ordering, time::Duration};

/// A page with a form, and the address that takes it.
static ROUTES: &[Route] = &[
    Route::page("/form", Permission::PublicRead, |verb| on(verb, form)),
    Route::page("/inline", Permission::PublicRead, |verb| on(verb, inline)),
    Route::form("/form", Permission::PublicRead, Csrf::Form, |verb| on(verb, taken))
        .rate(Rate::SignIn)
        .body(2000),
    Route::form("/slow-password", Permission::PublicRead, Csrf::Pure, |verb| on(verb, slow))
        .rate(Rate::SignIn)
        .with_passwords(),
    Route::form("/api", Permission::PublicRead, Csrf::Api, |verb| on(verb, taken)).rate(Rate::Api),
    Route::page("/slow", Permission::PublicRead, |verb| on(verb, slow)),
    Route::page("/broken", Permission::PublicRead, |verb| on(verb, broken)),
];

#[derive(Template)]
#[template(
    source = "{% import \"components/form_token/form_token.html\" as form_token %}\
              {% call form_token::field(page) %}{% endcall %}",
    ext = "html"
)]
struct View {
    page: Page,
}

async fn form(context: Context) -> Result<Html<String>, PageError> {
    Page::render(&View { page: Page::new(&context, Section::Nowhere, "a form") })
}

async fn inline(context: Context) -> Html<String> {
    Html(format!("<script nonce=\"{}\"></script>", context.nonce()))
}

async fn taken() -> &'static str {
    "taken"
}

async fn slow() {
    tokio::time::sleep(Duration::from_mins(10)).await;
}

async fn broken() -> PageError {
    PageError::broken(&"person 13800000000 at row 7")
}

async fn site() -> Site {
    site_with(Bounds::default()).await
}

async fn site_with(bounds: Bounds) -> Site {
    Site::made(made_up_edition(), |_| (), |city| Service::with_routes(city, ROUTES, Gate::new(bounds))).await
}

/// Sends a form with these headers.
async fn send(site: &Site, path: &str, headers: Sent<'_>, body: &str) -> Answer {
    let mut request = Request::builder().method(Method::POST).uri(path).header("host", "a.example");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    site.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

/// Asks for a page from an address.
async fn from(site: &Site, path: &str, peer: &str, told: &str) -> Answer {
    let mut request = Request::builder().uri(path);
    if !told.is_empty() {
        request = request.header("x-forwarded-for", told);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request.extensions_mut().insert(Peer(peer.parse::<IpAddr>().unwrap()));
    site.send(request).await
}

/// The token in a page and the cookie that came with it.
fn token_and_cookie(page: &Answer) -> (String, String) {
    let token = page.body.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let cookie = page.header("set-cookie").split(';').next().unwrap().to_owned();
    (token, cookie)
}

/// A short time, for what is given up.
const SOON: Duration = Duration::from_millis(50);
/// Headers of a request.
type Sent<'a> = &'a [(&'a str, &'a str)];

const OWN: (&str, &str) = ("sec-fetch-site", "same-origin");

#[tokio::test]
async fn a_form_is_taken_only_from_its_own_page_with_its_own_token_and_cookie() {
    let site = site().await;
    let page = site.get("/form").await;
    let (token, cookie) = token_and_cookie(&page);
    assert!(cookie.starts_with("__Host-visitor="), "{cookie}");
    assert_eq!(page.header("cache-control"), "no-store", "a cache would hand the cookie to others");
    let (other_token, other_cookie) = token_and_cookie(&site.get("/form").await);
    let body = |token: &str| format!("a=b&form_token={token}");
    let own = cookie;
    let cases: [(Sent, String, u16); 8] = [
        (&[OWN, ("cookie", &own)], body(&token), 200),
        (&[("origin", "http://a.example"), ("cookie", &own)], body(&token), 200),
        (&[OWN, ("cookie", &own), ("x-form-token", &token)], "a=b".to_owned(), 200),
        (&[OWN, ("cookie", &own)], "a=b".to_owned(), 403),
        (&[OWN, ("cookie", &own)], body(&other_token), 403),
        (&[OWN, ("cookie", &other_cookie)], body(&token), 403),
        (&[OWN], body(&token), 403),
        (&[("cookie", &own)], body(&token), 403),
    ];
    for (headers, body, status) in cases {
        send(&site, "/form", headers, &body).await.assert_status(status);
    }
    // A browser that has the cookie gets no other one.
    assert_eq!(site.ask(Method::GET, "/form", &own).await.header("set-cookie"), "");
}

#[tokio::test]
async fn another_site_is_refused_with_a_page_that_helps() {
    let site = site().await;
    let foreign = [("sec-fetch-site", "cross-site"), ("cookie", "lang=en")];
    let answer = send(&site, "/form", &foreign, "").await;
    answer.assert_status(403).assert_shows("not sent from a page of this site").assert_shows("href=\"/\"");
    // A program with a key of its own bears no cookie and no origin.
    send(&site, "/api", &[], "{}").await.assert_ok();
    send(&site, "/api", &[("cookie", "__Host-session=x")], "{}").await.assert_status(403);
    assert_eq!(site.service.gate.foreign(), 2);
}

#[tokio::test]
async fn the_calculator_works_without_cookies_and_scripts_and_not_from_other_sites() {
    let site = Site::with_policies().await;
    send(&site, "/calculator", &[], "f.staff=50").await.assert_ok();
    let page = send(&site, "/calculator", &[OWN], "f.staff=50").await;
    assert_eq!(page.assert_ok().header("set-cookie"), "", "a visitor of the calculator gets no cookie");
    send(&site, "/calculator", &[("origin", "http://b.example")], "").await.assert_status(403);
}

#[tokio::test]
async fn only_a_page_with_an_element_of_its_own_has_a_nonce() {
    let site = site().await;
    let page = site.get("/inline").await;
    let nonce = page.body.split('"').nth(1).unwrap().to_owned();
    assert!(page.header("content-security-policy").contains(&format!("'nonce-{nonce}'")));
    assert_ne!(site.get("/inline").await.body, page.body, "a nonce is used once");
    assert!(!site.get("/form").await.header("content-security-policy").contains("nonce"));
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let site = Site::on(|host| host.quota_factor = 1).await;
    for _ in 0..60 {
        from(&site, "/search?q=a", "192.0.2.1", "").await.assert_ok();
    }
    let refused = from(&site, "/search?q=a", "192.0.2.200", "").await;
    refused.assert_status(429).assert_shows("请求过于频繁").assert_shows("请在1秒之后再试");
    assert_eq!(refused.header("retry-after"), "1");
    let english = Request::builder().uri("/search?q=a").header("cookie", "lang=en");
    let mut english = english.body(Body::empty()).unwrap();
    english.extensions_mut().insert(Peer("192.0.2.3".parse().unwrap()));
    site.send(english).await.assert_status(429).assert_shows("Too many requests from you");
    let limited = site.service.gate.limited().find(|(rate, _)| *rate == Rate::Search);
    assert_eq!(limited, Some((Rate::Search, 2)));
    // Other networks and other classes are not concerned, and a second later one more is granted.
    from(&site, "/search?q=a", "192.0.3.1", "").await.assert_ok();
    from(&site, "/plan", "192.0.2.1", "").await.assert_status(404);
    site.clock.fetch_add(1000, Ordering::Relaxed);
    from(&site, "/search?q=a", "192.0.2.1", "").await.assert_ok();
    from(&site, "/search?q=a", "192.0.2.1", "").await.assert_status(429);
}

#[tokio::test]
async fn the_word_of_a_proxy_counts_only_where_it_is_trusted() {
    let trusting = Site::on(|host| {
        host.quota_factor = 1;
        host.proxies.push("10.0.0.1".parse().unwrap());
    })
    .await;
    for round in 0..120 {
        let visitor = format!("198.51.{round}.1");
        from(&trusting, "/search?q=a", "10.0.0.1", &visitor).await.assert_ok();
    }
    let distrusting = Site::on(|host| host.quota_factor = 1).await;
    let mut refused = 0;
    for round in 0..120 {
        let answer = from(&distrusting, "/search?q=a", "192.0.2.1", &format!("198.51.{round}.1")).await;
        refused += usize::from(answer.status == 429);
    }
    assert_eq!(refused, 60);
}

#[tokio::test]
async fn limits_can_be_lifted() {
    let site = Site::on(|host| host.quota_factor = 0).await;
    for _ in 0..100 {
        from(&site, "/search?q=a", "192.0.2.1", "").await.assert_ok();
    }
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_with_a_page() {
    let site = site().await;
    let answer = send(&site, "/form", &[OWN, ("cookie", "lang=en")], &"a".repeat(2001)).await;
    answer.assert_status(413).assert_shows("What you sent is too large");
    let site = Site::with_policies().await;
    send(&site, "/calculator", &[], &"a".repeat((128 << 10) + 1)).await.assert_status(413);
}

#[tokio::test]
async fn a_body_that_never_ends_and_a_handler_that_never_ends_are_given_up() {
    let site = site_with(Bounds { body: SOON, request: SOON, ..Bounds::default() }).await;
    let stream = a_body_that_never_ends();
    let request = Request::builder().method(Method::POST).uri("/api").header("cookie", "lang=en");
    let answer = site.send(request.body(stream).unwrap()).await;
    answer.assert_status(408).assert_shows("did not arrive in time");
    let slow = site.get("/slow").await;
    slow.assert_status(503).assert_shows("<h1>");
}

/// A body whose next byte never comes.
fn a_body_that_never_ends() -> Body {
    struct Never;
    impl axum::body::HttpBody for Never {
        type Data = axum::body::Bytes;
        type Error = std::convert::Infallible;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<http_body::Frame<Self::Data>, Self::Error>>> {
            std::task::Poll::Pending
        }
    }
    Body::new(Never)
}

#[tokio::test]
async fn a_full_house_refuses_soon_and_serves_again_afterwards() {
    let bounds = Bounds { seats: 1, line: 1, wait: SOON, request: 4 * SOON, ..Bounds::default() };
    let site = site_with(bounds).await;
    let requests = || Request::builder().uri("/slow").body(Body::empty()).unwrap();
    let (first, second, third) =
        tokio::join!(site.send(requests()), site.send(requests()), site.send(requests()));
    // One is worked on until it is given up; one waits in vain; one is sent away at once.
    let retry = [&first, &second, &third].map(|answer| answer.header("retry-after"));
    assert_eq!(retry, ["", "5", "5"]);
    second.assert_status(503).assert_shows("访问的人太多");
    assert_eq!((site.service.gate.shed(), site.service.gate.inside()), (2, 0));
    site.get("/form").await.assert_ok();
}

#[tokio::test]
async fn a_name_that_somebody_else_points_at_this_machine_is_refused() {
    let names = ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"].map(str::to_owned).to_vec();
    let site = Site::on(|host| host.names = names).await;
    let ask = async |path: &str, hosts: &[&str]| {
        let request =
            hosts.iter().fold(Request::builder().uri(path), |made, host| made.header("host", *host));
        site.send(request.body(Body::empty()).unwrap()).await
    };
    for own in ["localhost:8080", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080"] {
        ask("/", &[own]).await.assert_ok();
    }
    let others: [&[&str]; 9] = [
        &["evil.example"],
        &["evil.example:8080"],
        &["localhost"],
        &["localhost:80"],
        &["localhost:8080.evil.example"],
        &["localhost.:8080"],
        &["127.0.0.1:8080", "evil.example"],
        &[""],
        &[],
    ];
    for other in others {
        for path in ["/", "/sign-in", "/nothing"] {
            ask(path, other).await.assert_status(421).assert_shows("不在这个地址");
        }
        // Machines on guard name this one as they like, and learn nothing about anybody.
        ask("/healthz", other).await.assert_ok();
    }
    send(&site, "/sign-in", &[OWN], "login=a&password=b").await.assert_status(421);
    // The address may be sent whole, with a host of its own.
    let own = "localhost:8080";
    ask("http://localhost:8080/", &[own]).await.assert_ok();
    for other in ["http://evil.example/", "http://evil.example:8080/", "http://localhost:8080@evil.example/"]
    {
        ask(other, &[own]).await.assert_status(421);
    }
}

#[tokio::test]
async fn passwords_that_are_worked_out_take_no_seat_of_pages() {
    let bounds = Bounds {
        seats: 1,
        line: 0,
        password_seats: 1,
        password_line: 1,
        password_wait: SOON,
        request: 4 * SOON,
        ..Bounds::default()
    };
    let site = site_with(bounds).await;
    let try_in = || send(&site, "/slow-password", &[OWN], "a=b");
    let page = async {
        tokio::time::sleep(SOON / 2).await;
        assert_eq!((site.service.gate.inside(), site.service.gate.inside_with_passwords()), (2, 2));
        site.get("/form").await
    };
    let (first, second, third, page) = tokio::join!(try_in(), try_in(), try_in(), page);
    page.assert_ok();
    // One is worked on until it is given up; one waits in vain; one is sent away at once.
    assert_eq!([&first, &second, &third].map(|answer| answer.header("retry-after")), ["", "5", "5"]);
    second.assert_status(503);
    assert_eq!((site.service.gate.shed(), site.service.gate.inside()), (2, 0));
}

#[tokio::test]
async fn guards_and_files_are_answered_in_a_full_house() {
    let bounds = Bounds { seats: 0, line: 0, ..Bounds::default() };
    let made = |city| Service::with_routes(city, crate::ROUTES, Gate::new(bounds));
    let site = Site::made(made_up_edition(), |_| (), made).await;
    site.get("/healthz").await.assert_ok();
    site.monitor("/metrics").await.assert_ok();
    site.get(crate::asset::style_address()).await.assert_ok();
    site.get("/").await.assert_status(503);
}

/// What nobody may find in a log, planted wherever a visitor can write.
const PLANTED: [&str; 5] =
    ["13800000000", "330302190000000000", "tok-5ecret", "hunter2-pass", "%E8%B4%B7+query"];

#[tokio::test]
async fn the_log_holds_no_word_of_a_visitor() {
    let site = site().await;
    for planted in PLANTED {
        for path in ["/form", "/inline", "/broken", "/nothing", "/slow/x"] {
            let address = format!("{path}?q={planted}&token={planted}");
            let request = Request::builder()
                .method(Method::from_bytes(planted.replace(['%', '+'], "").as_bytes()).unwrap())
                .uri(&address)
                .header("cookie", format!("__Host-session={planted}; lang={planted}"))
                .header("user-agent", planted)
                .header("referer", format!("https://{planted}/"))
                .header("x-forwarded-for", planted)
                .header("x-request-id", planted)
                .header("authorization", format!("Bearer {planted}"));
            site.send(request.body(Body::from(planted)).unwrap()).await;
            site.ask(Method::GET, &address, &format!("lang={planted}")).await;
            site.get(&format!("/{planted}")).await;
            send(&site, path, &[OWN, ("cookie", planted)], &format!("phone={planted}")).await;
        }
    }
    let lines = site.log.lock().unwrap();
    assert!(lines.len() > 100, "{}", lines.len());
    for line in lines.iter() {
        for planted in PLANTED {
            assert!(!line.contains(planted), "{line}");
        }
        assert!(!line.contains('?') && !line.contains("cookie"), "{line}");
        let read: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(read["time"].is_string() && read["event"].is_string(), "{line}");
    }
    let told = |words: &[&str]| lines.iter().any(|line| words.iter().all(|word| line.contains(word)));
    assert!(told(&["\"event\":\"request\"", "\"method\":\"GET\"", "\"route\":\"/form\"", "\"status\":200"]));
    assert!(told(&["\"method\":\"other\"", "\"route\":\"none\"", "\"status\":403", "\"error\":\"foreign\""]));
    assert!(told(&["\"route\":\"none\"", "\"status\":404", "\"error\":\"page\""]));
    assert!(told(&["\"event\":\"fault\"", "person … at row 7"]));
}

#[tokio::test]
async fn an_error_page_tells_the_number_under_which_the_log_has_it() {
    let site = site().await;
    let page = site.get_english("/broken").await;
    let id = page.header("x-request-id").to_owned();
    page.assert_status(500).assert_shows(&format!("Request {id}"));
    let lines = site.log.lock().unwrap();
    let with_id = lines.iter().filter(|line| line.contains(&format!("\"id\":\"{id}\""))).count();
    assert_eq!(with_id, 2, "the fault and the request: {lines:?}");
}

#[tokio::test]
async fn what_is_counted_is_told_by_route_and_status() {
    let site = site().await;
    site.get("/form").await.assert_ok();
    site.get("/nothing?q=13800000000").await.assert_status(404);
    site.clock.fetch_add(1, Ordering::Relaxed);
    let monitored = Site::with_policies().await;
    monitored.get("/search?q=a").await.assert_ok();
    monitored.get("/nothing").await.assert_status(404);
    let figures = monitored.monitor("/metrics").await;
    figures
        .assert_ok()
        .assert_shows("liangjian_requests_total{method=\"GET\",route=\"/search\",status=\"200\"} 1")
        .assert_shows("liangjian_requests_total{method=\"any\",route=\"none\",status=\"404\"} 1")
        .assert_shows("liangjian_request_seconds_bucket{method=\"GET\",route=\"/search\",le=\"0.001\"} 1")
        .assert_shows("liangjian_rate_limited_total{class=\"search\"} 0")
        .assert_shows("liangjian_requests_inside 0")
        .assert_shows("liangjian_policy_violations_total 0")
        .assert_shows("liangjian_events_total 0");
    send(&monitored, "/policy-reports", &[OWN], "{\"csp-report\":{}}").await.assert_status(204);
    monitored.monitor("/metrics").await.assert_shows("liangjian_policy_violations_total 1");
    assert!(figures.header("content-type").starts_with("text/plain; version=0.0.4"));
}
