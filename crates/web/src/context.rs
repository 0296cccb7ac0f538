//! What a handler knows about its request: the city, the language of the reader, the path.

use crate::City;
use axum::{
    extract::{FromRequestParts, Request},
    http::{HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use domain::Language;
use std::{convert::Infallible, sync::Arc};

/// The cookie that keeps the language; nothing else is ever kept about a visitor.
const COOKIE: &str = "lang";

/// One request.
#[derive(Clone)]
pub struct Context {
    /// The city that is served.
    pub city: Arc<City>,
    /// Language of the reader.
    pub language: Language,
    /// Path and query as asked for.
    pub uri: Uri,
}

impl Context {
    /// Reads what a request says about its reader.
    pub fn read(city: &Arc<City>, parts: &Parts) -> Self {
        Self { city: Arc::clone(city), language: language_of(parts), uri: parts.uri.clone() }
    }

    /// The date of today.
    pub fn today(&self) -> NaiveDate {
        (self.city.today)()
    }
}

impl FromRequestParts<Arc<City>> for Context {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, city: &Arc<City>) -> Result<Self, Infallible> {
        Ok(Self::read(city, parts))
    }
}

/// The language a cookie asks for; Chinese without one.
fn language_of(parts: &Parts) -> Language {
    let cookies = parts.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    match pairs.find(|(name, _)| *name == COOKIE) {
        Some((_, "en")) => Language::En,
        _ => Language::Zh,
    }
}

/// `?lang=zh|en` on any page: remembers the language and shows the same page without the parameter.
pub async fn switch_language(request: Request, next: Next) -> Response {
    let asked = request.uri().query().unwrap_or_default().split('&').find_map(|pair| match pair {
        "lang=zh" => Some("zh"),
        "lang=en" => Some("en"),
        _ => None,
    });
    // Only a page that is read can be shown again in another language.
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some(language) = asked.filter(|_| reads) else { return next.run(request).await };
    let cookie = format!("{COOKIE}={language}; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    let mut response = redirect_within(request.uri().path(), &without_language(request.uri()));
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

/// The query of an address without its language, with `?` where anything is left.
pub fn without_language(uri: &Uri) -> String {
    let pairs = uri.query().unwrap_or_default().split('&');
    let kept: Vec<&str> = pairs.filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
    if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) }
}

/// A redirect to `path` on this host, whatever the path looks like: `//host` must not leave the site.
pub fn redirect_within(path: &str, query: &str) -> Response {
    let location = format!("/{}{query}", path.trim_start_matches(['/', '\\']));
    (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response()
}
