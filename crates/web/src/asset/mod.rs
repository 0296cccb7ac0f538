//! What pages are dressed in: one style sheet put together from `files/css/`, and an icon.

use axum::{
    extract::Path,
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use rust_embed::Embed;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::LazyLock,
};

/// The files that are served.
#[derive(Embed)]
#[folder = "src/asset/files/"]
struct Files;

/// The style sheet and the address that changes with its content.
struct Style {
    source: String,
    address: String,
}

static STYLE: LazyLock<Style> = LazyLock::new(|| {
    let mut names: Vec<_> = Files::iter().filter(|name| name.ends_with(".css")).collect();
    names.sort();
    let source: String = names.iter().map(|name| text_of(name)).collect();
    let mut hasher = DefaultHasher::new();
    source.hash(&mut hasher);
    Style { address: format!("/static/{:016x}/style.css", hasher.finish()), source }
});

/// The text of an embedded file; empty where there is none of that name.
fn text_of(name: &str) -> String {
    Files::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

/// Address of the style sheet, for the layout.
pub fn style_address() -> &'static str {
    &STYLE.address
}

/// The style sheet itself, for the tests of its colours.
#[cfg(test)]
pub fn style_source() -> &'static str {
    &STYLE.source
}

/// The style sheet; an address of another version leads to this one.
pub async fn style(Path(version): Path<String>) -> Response {
    if !STYLE.address.contains(&format!("/{version}/")) {
        return Redirect::temporary(&STYLE.address).into_response();
    }
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, STYLE.source.as_str()).into_response()
}

/// The icon of the service.
pub async fn icon() -> impl IntoResponse {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (headers, text_of("favicon.svg"))
}

/// Everything may be read by search engines, except the results of our own search.
pub async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /search\nDisallow: /healthz\n"
}
