//! What a handler knows about its request: the city, the language of the reader, the path.

use crate::{
    City,
    cookie::{Cookie, Cookies},
    form_token::FormToken,
    visit::Visit,
};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderValue, Method, StatusCode, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use chrono::NaiveDate;
use domain::Language;
use std::{convert::Infallible, sync::Arc};

/// One request.
#[derive(Clone)]
pub struct Context {
    /// The city that is served.
    pub city: Arc<City>,
    /// Language of the reader.
    pub language: Language,
    /// Path and query as asked for.
    pub uri: Uri,
    /// What else is known about the request.
    pub visit: Arc<Visit>,
}

impl Context {
    /// Reads what a request says about its reader. The store of a form is joined to it; see `once`.
    pub fn read(city: &Arc<City>, parts: &Parts) -> Self {
        let language = language_of(city, parts);
        let city = parts.extensions.get::<Arc<City>>().unwrap_or(city);
        Self { city: Arc::clone(city), language, uri: parts.uri.clone(), visit: Visit::of(parts) }
    }

    /// The date of today.
    pub fn today(&self) -> NaiveDate {
        (self.city.today)()
    }

    /// Makes the tokens for the forms of this page.
    pub fn form_token(&self) -> FormToken {
        let host = &self.city.host;
        FormToken::new(Arc::clone(&self.visit), host.form_key.clone(), host.chance)
    }

    /// The nonce of a script that has to stand in this page itself. Better is a file of this host, which needs none.
    #[cfg_attr(not(test), expect(dead_code, reason = "no page has a script yet"))]
    pub fn nonce(&self) -> &str {
        self.visit.nonce(self.city.host.chance)
    }

    /// The header that remembers a language.
    pub fn language_cookie(&self, language: Language) -> HeaderValue {
        language_cookie(&self.city, language)
    }
}

impl FromRequestParts<Arc<City>> for Context {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, city: &Arc<City>) -> Result<Self, Infallible> {
        Ok(Self::read(city, parts))
    }
}

/// The language a cookie asks for; Chinese without one.
fn language_of(city: &City, parts: &Parts) -> Language {
    match Cookies(city.host.reach).read(&parts.headers, Cookie::Language) {
        Some("en") => Language::En,
        _ => Language::Zh,
    }
}

fn language_cookie(city: &City, language: Language) -> HeaderValue {
    let value = match language {
        Language::Zh => "zh",
        Language::En => "en",
    };
    Cookies(city.host.reach).set(Cookie::Language, value)
}

/// `?lang=zh|en` on any page: remembers the language and shows the same page without the parameter.
pub async fn switch_language(State(city): State<Arc<City>>, request: Request, next: Next) -> Response {
    let asked = request.uri().query().unwrap_or_default().split('&').find_map(|pair| match pair {
        "lang=zh" => Some(Language::Zh),
        "lang=en" => Some(Language::En),
        _ => None,
    });
    // Only a page that is read can be shown again in another language.
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let Some(language) = asked.filter(|_| reads) else { return next.run(request).await };
    let mut response = redirect_within(request.uri().path(), &without_language(request.uri()));
    response.headers_mut().insert(header::SET_COOKIE, language_cookie(&city, language));
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
