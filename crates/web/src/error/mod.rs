//! `PageError`: every way a page can fail, told as what happened and what to do next.

use crate::{
    context::{Context, redirect_within},
    frame::{Link, Page, Section},
    log,
    service::Service,
    text::{Text, Texts},
    wording,
};
use askama::Template;
use axum::{
    body::Bytes,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    middleware::Next,
    response::{Html, IntoResponse, Response},
};
use domain::{Bilingual, Language};
use std::{
    any::Any,
    fmt::Display,
    sync::{Arc, LazyLock, OnceLock},
};
use store::StoreError;

static TEXTS: LazyLock<Texts> = LazyLock::new(|| Texts::parse(include_str!("text.toml")));

/// After how many seconds a busy page is worth another try.
const BUSY_SECONDS: u32 = 10;
/// The same for a service that has too much to do.
const OVERLOADED_SECONDS: u32 = 5;

/// The same for what the operator has to mend.
const MENDED_SECONDS: u32 = 300;

/// A page that could not be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageError {
    /// No page has this address.
    Page,
    /// The regulation has no such article.
    Article,
    /// The plan has no such work.
    Work,
    /// The edition has no such system.
    System,
    /// The edition has no such policy.
    Policy,
    /// The edition has no such organisation.
    Organization,
    /// The edition holds no regulation.
    Regulation,
    /// The edition holds no task list.
    Plan,
    /// There is no such checkpoint.
    Checkpoint,
    /// The address can be read but not written to.
    Method,
    /// The address or its query makes no sense.
    Request,
    /// Too many forms are being worked out at once.
    Busy,
    /// Too many requests of all kinds are waiting.
    Overloaded,
    /// This visitor, or the network, asks too often.
    TooOften {
        /// When to try again.
        seconds: u32,
    },
    /// What was sent is larger than this address takes.
    TooLarge,
    /// What was sent took too long to arrive.
    SlowBody,
    /// Only for people who have signed in.
    SignInFirst,
    /// Only for somebody who has just shown who he is.
    ProveAgain,
    /// Only for somebody who has signed in with a second factor.
    SecondFactorFirst,
    /// Not for this person.
    Denied(Denial),
    /// Nobody was signed in through the unified identity.
    UnifiedIdentity(UnifiedFault),
    /// A request for a host that is not this one.
    Host,
    /// A form that a page of another site may have sent.
    Foreign,
    /// A form without a token that holds: the page is old, or the browser keeps no cookies.
    StaleForm,
    /// A name for what was sent that cannot be read.
    Key,
    /// The same form is being worked on at this moment.
    InFlight,
    /// The same form was sent before with other contents.
    OtherContents,
    /// The clock of the machine cannot be believed, so nothing is changed.
    Clock,
    /// What was to be kept cannot be written.
    Unwritable,
    /// The store or the service is too slow or away.
    Unavailable,
    /// A fault of ours.
    Broken,
}

/// Why nobody was signed in through the unified identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnifiedFault {
    /// The provider gives no answer.
    Away,
    /// The return belongs to no departure of this browser, or comes too late.
    Late,
    /// The provider said no, or the person did.
    Refused,
    /// What the provider sent does not hold.
    Mistrusted,
    /// No account is bound to this identity.
    Unbound,
}

/// Why something is not for this person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// Nothing allows it in his role.
    NotYours,
    /// His role or mandate has ended.
    Lapsed,
    /// His duties exclude it.
    Separated(&'static Bilingual),
}

impl UnifiedFault {
    /// The status of the answer.
    fn status(self) -> StatusCode {
        match self {
            Self::Away => StatusCode::SERVICE_UNAVAILABLE,
            Self::Late => StatusCode::BAD_REQUEST,
            Self::Refused | Self::Mistrusted | Self::Unbound => StatusCode::FORBIDDEN,
        }
    }

    /// Title and advice.
    fn words(self, t: &Text) -> (&'static str, &'static str) {
        match self {
            Self::Away => (t.of("unified_away_title"), t.of("unified_away_next")),
            Self::Late => (t.of("unified_late_title"), t.of("unified_late_next")),
            Self::Refused => (t.of("unified_refused_title"), t.of("unified_refused_next")),
            Self::Mistrusted => (t.of("unified_mistrusted_title"), t.of("unified_mistrusted_next")),
            Self::Unbound => (t.of("unified_unbound_title"), t.of("unified_unbound_next")),
        }
    }
}

impl PageError {
    /// A fault of ours; its cause goes to the operator, not to the reader.
    pub fn broken(cause: &dyn Display) -> Self {
        log::fault(&format!("a page could not be made · {cause}"));
        Self::Broken
    }

    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        match self {
            Self::Page
            | Self::Article
            | Self::Work
            | Self::System
            | Self::Policy
            | Self::Organization
            | Self::Regulation
            | Self::Plan
            | Self::Checkpoint => StatusCode::NOT_FOUND,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::Request | Self::Key => StatusCode::BAD_REQUEST,
            Self::InFlight => StatusCode::CONFLICT,
            Self::OtherContents => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::SlowBody => StatusCode::REQUEST_TIMEOUT,
            Self::SignInFirst => StatusCode::UNAUTHORIZED,
            Self::UnifiedIdentity(fault) => fault.status(),
            Self::Foreign
            | Self::StaleForm
            | Self::ProveAgain
            | Self::SecondFactorFirst
            | Self::Denied(_) => StatusCode::FORBIDDEN,
            Self::Busy | Self::Overloaded | Self::Clock | Self::Unwritable | Self::Unavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Article => "article",
            Self::Work => "work",
            Self::System => "system",
            Self::Policy => "policy",
            Self::Organization => "organization",
            Self::Regulation => "regulation",
            Self::Plan => "plan",
            Self::Checkpoint => "checkpoint",
            Self::Method => "method",
            Self::Request => "request",
            Self::Busy => "busy",
            Self::Overloaded => "overloaded",
            Self::TooOften { .. } => "too_often",
            Self::TooLarge => "too_large",
            Self::SlowBody => "slow_body",
            Self::SignInFirst => "sign_in_first",
            Self::ProveAgain => "prove_again",
            Self::SecondFactorFirst => "second_factor_first",
            Self::Denied(_) => "denied",
            Self::UnifiedIdentity(_) => "unified_identity",
            Self::Host => "host",
            Self::Foreign => "foreign",
            Self::StaleForm => "stale_form",
            Self::Key => "key",
            Self::InFlight => "in_flight",
            Self::OtherContents => "other_contents",
            Self::Clock => "clock",
            Self::Unwritable => "unwritable",
            Self::Unavailable => "unavailable",
            Self::Broken => "broken",
        }
    }

    /// When it is worth another try, where that is known.
    fn retry_seconds(self) -> Option<u32> {
        match self {
            Self::Busy => Some(BUSY_SECONDS),
            Self::Overloaded => Some(OVERLOADED_SECONDS),
            Self::Clock | Self::Unwritable => Some(MENDED_SECONDS),
            Self::TooOften { seconds } => Some(seconds),
            _ => None,
        }
    }

    /// The error for a bare status of the framework.
    fn from_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::Page,
            StatusCode::METHOD_NOT_ALLOWED => Self::Method,
            StatusCode::SERVICE_UNAVAILABLE => Self::Unavailable,
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            status if status.is_client_error() => Self::Request,
            _ => Self::Broken,
        }
    }

    /// Title and advice.
    fn words(self, t: &Text, language: Language) -> (&'static str, &'static str) {
        match self {
            Self::SignInFirst => (t.of("sign_in_title"), t.of("sign_in_next")),
            Self::ProveAgain => (t.of("prove_title"), t.of("prove_next")),
            Self::SecondFactorFirst => (t.of("factor_title"), t.of("factor_next")),
            Self::Denied(Denial::NotYours) => (t.of("denied_title"), t.of("denied_next")),
            Self::Denied(Denial::Lapsed) => (t.of("lapsed_title"), t.of("lapsed_next")),
            Self::Denied(Denial::Separated(reason)) => (t.of("denied_title"), reason.get(language)),
            Self::Page => (t.of("page_title"), t.of("page_next")),
            Self::Article => (t.of("article_title"), t.of("article_next")),
            Self::Work => (t.of("work_title"), t.of("work_next")),
            Self::System => (t.of("system_title"), t.of("system_next")),
            Self::Policy => (t.of("policy_title"), t.of("policy_next")),
            Self::Organization => (t.of("organization_title"), t.of("organization_next")),
            Self::Regulation => (t.of("regulation_title"), t.of("regulation_next")),
            Self::Plan => (t.of("plan_title"), t.of("plan_next")),
            Self::Checkpoint => (t.of("checkpoint_title"), t.of("checkpoint_next")),
            Self::Method => (t.of("method_title"), t.of("method_next")),
            Self::Request => (t.of("request_title"), t.of("request_next")),
            Self::Busy => (t.of("busy_title"), t.of("busy_next")),
            Self::Overloaded => (t.of("overloaded_title"), t.of("overloaded_next")),
            Self::TooOften { .. } => (t.of("often_title"), t.of("often_next")),
            Self::TooLarge => (t.of("large_title"), t.of("large_next")),
            Self::SlowBody => (t.of("slow_title"), t.of("slow_next")),
            Self::UnifiedIdentity(fault) => fault.words(t),
            Self::Host => (t.of("host_title"), t.of("host_next")),
            Self::Foreign => (t.of("foreign_title"), t.of("foreign_next")),
            Self::StaleForm => (t.of("stale_title"), t.of("stale_next")),
            Self::Key => (t.of("key_title"), t.of("key_next")),
            Self::InFlight => (t.of("flight_title"), t.of("flight_next")),
            Self::OtherContents => (t.of("contents_title"), t.of("contents_next")),
            Self::Clock => (t.of("clock_title"), t.of("clock_next")),
            Self::Unwritable => (t.of("unwritable_title"), t.of("unwritable_next")),
            Self::Unavailable => (t.of("unavailable_title"), t.of("unavailable_next")),
            Self::Broken => (t.of("broken_title"), t.of("broken_next")),
        }
    }

    /// The page that most likely helps.
    fn way_on(self, t: &Text) -> Link {
        match self {
            Self::Article => Link::new("/regulation", t.of("to_regulation")),
            Self::UnifiedIdentity(UnifiedFault::Unbound) => Link::new("/invitation", t.of("to_invitation")),
            Self::UnifiedIdentity(_) => Link::new("/sign-in", t.of("to_sign_in")),
            Self::Denied(_) => Link::new("/account", t.of("to_account")),
            Self::SecondFactorFirst => Link::new("/account/security", t.of("to_security")),
            Self::Work => Link::new("/plan", t.of("to_plan")),
            Self::System => Link::new("/systems", t.of("to_systems")),
            Self::Policy => Link::new("/policies", t.of("to_policies")),
            Self::Checkpoint => Link::new("/checkpoints", t.of("to_checkpoints")),
            Self::Busy => Link::new("/calculator", t.of("to_calculator")),
            Self::Organization => Link::new("/organizations", t.of("to_organizations")),
            _ => Link::new("/", t.of("to_home")),
        }
    }
}

impl From<StoreError> for PageError {
    fn from(error: StoreError) -> Self {
        // Of a form that another node has answered the answer is at hand, and takes the place of this one.
        if !matches!(error, StoreError::AnsweredBefore) {
            log::fault(&format!("a page could not use the store · {error}"));
        }
        match error {
            StoreError::ClockBehind { .. } | StoreError::ClockAhead { .. } => Self::Clock,
            StoreError::DiskFull | StoreError::Unwritable(_) => Self::Unwritable,
            _ => Self::Unavailable,
        }
    }
}

impl IntoResponse for PageError {
    /// A bare status that names the error; `as_pages` makes the page of it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "error/page.html")]
struct View {
    page: Page,
    t: Text,
    status: u16,
    title: &'static str,
    next: &'static str,
    /// How long until another try is worth it.
    wait: Option<String>,
    way_on: Link,
}

/// Around all routes: every failed answer becomes a page in the reader's language.
pub async fn as_pages(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let context = Context::read(&service.city, &parts);
    let (method, back) = (parts.method.clone(), form_page(&parts.headers));
    let response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    let is_json = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if !(status.is_client_error() || status.is_server_error()) || is_json {
        return response;
    }
    let named = response.extensions().get::<PageError>().copied();
    let error = named.unwrap_or(PageError::from_status(status));
    if error == PageError::Overloaded {
        return service.overloaded.show(&context);
    }
    match gate_of(error, &context, &method, &back) {
        Some(gate) if method == Method::GET => redirect_within(&gate.href, ""),
        gate => show(&context, error, gate),
    }
}

/// The page where somebody shows who he is, which then leads back to where he was.
fn gate_of(error: PageError, context: &Context, method: &Method, back: &str) -> Option<Link> {
    let t = TEXTS.of(context.language);
    let (page, label) = match error {
        PageError::SignInFirst => ("/sign-in", t.of("to_sign_in")),
        PageError::ProveAgain => ("/prove", t.of("to_prove")),
        _ => return None,
    };
    let back = if *method == Method::GET {
        context.uri.path_and_query().map_or("/", |all| all.as_str())
    } else {
        back
    };
    Some(Link::new(format!("{page}?next={}", in_query(back)), label))
}

/// An address as it stands in the query of another.
pub fn in_query(address: &str) -> String {
    address.bytes().map(encoded).collect()
}

/// A byte of an address as it stands in the query of another.
fn encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

/// The page of this site that a form stood on, as far as the browser tells.
fn form_page(headers: &HeaderMap) -> String {
    let referrer = headers.get(header::REFERER).and_then(|value| value.to_str().ok());
    let uri = referrer.and_then(|text| text.parse::<Uri>().ok());
    let path = uri.and_then(|uri| uri.path_and_query().map(|all| all.as_str().to_owned()));
    path.filter(|path| path.starts_with('/')).unwrap_or_else(|| "/".to_owned())
}

/// The page of a service that has too much to do, made once in each language: when there is no time to make pages,
/// refusing must cost next to nothing.
#[derive(Default)]
pub struct OverloadedPages {
    zh: OnceLock<Bytes>,
    en: OnceLock<Bytes>,
}

impl OverloadedPages {
    fn show(&self, context: &Context) -> Response {
        let error = PageError::Overloaded;
        let page = match context.language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        };
        let html = page.get_or_init(|| {
            // Nothing of the request that happened to be the first may stand in it.
            let anybody = Context { uri: Uri::from_static("/"), visit: Arc::default(), ..context.clone() };
            view(&anybody, error, None).render().unwrap_or_default().into()
        });
        finished(error, Html(html.clone()).into_response())
    }
}

/// The page of an error.
fn show(context: &Context, error: PageError, gate: Option<Link>) -> Response {
    let html = view(context, error, gate).render();
    finished(error, html.map_or_else(|_| StatusCode::OK.into_response(), |html| Html(html).into_response()))
}

fn view(context: &Context, error: PageError, gate: Option<Link>) -> View {
    let t = TEXTS.of(context.language);
    let (title, next) = error.words(&t, context.language);
    let page = Page::new(context, Section::Nowhere, title);
    let wait = error.retry_seconds().map(|seconds| wording::wait(context.language, seconds.into()));
    let way_on = gate.unwrap_or_else(|| error.way_on(&t));
    View { page, t, status: error.status().as_u16(), title, next, wait, way_on }
}

/// The page with its status, and what the log is told.
fn finished(error: PageError, mut response: Response) -> Response {
    *response.status_mut() = error.status();
    if let Some(seconds) = error.retry_seconds() {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    // The log tells what it was.
    response.extensions_mut().insert(error);
    response
}

/// An address without a page; with a slash too many it leads to the page meant.
pub async fn unknown_page(method: Method, uri: Uri) -> Response {
    let trimmed = uri.path().trim_end_matches('/');
    let reads = matches!(method, Method::GET | Method::HEAD);
    if !reads || trimmed.is_empty() || trimmed.len() == uri.path().len() {
        return PageError::Page.into_response();
    }
    redirect_within(trimmed, &uri.query().map(|query| format!("?{query}")).unwrap_or_default())
}

/// An address that exists, asked with a method it does not know.
pub async fn wrong_method() -> PageError {
    PageError::Method
}

/// A handler that panicked: this request fails, the service goes on.
pub fn after_panic(_cause: Box<dyn Any + Send + 'static>) -> Response {
    PageError::Broken.into_response()
}
