//! What pages are dressed in: one style sheet put together from `files/css/`, an icon, and two scripts: passkeys, and
//! keys for lists.

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

/// A file put together from others, under an address that changes with its content.
struct Made {
    source: String,
    address: String,
    media_type: &'static str,
}

static STYLE: LazyLock<Made> = LazyLock::new(|| Made::of(".css", "style.css", "text/css; charset=utf-8"));
static SCRIPT: LazyLock<Made> =
    LazyLock::new(|| Made::of("passkey.js", "passkey.js", "text/javascript; charset=utf-8"));
static KEYS: LazyLock<Made> =
    LazyLock::new(|| Made::of("keys.js", "keys.js", "text/javascript; charset=utf-8"));

impl Made {
    /// Of all files whose names end like this, in the order of their names.
    fn of(ending: &str, name: &str, media_type: &'static str) -> Self {
        let mut names: Vec<_> = Files::iter().filter(|name| name.ends_with(ending)).collect();
        names.sort();
        let source: String = names.iter().map(|name| text_of(name)).collect();
        let mut hasher = DefaultHasher::new();
        source.hash(&mut hasher);
        Self { address: format!("/static/{:016x}/{name}", hasher.finish()), source, media_type }
    }

    /// The file; an address of another version leads to this one.
    fn serve(&'static self, version: &str) -> Response {
        if !self.address.contains(&format!("/{version}/")) {
            return Redirect::temporary(&self.address).into_response();
        }
        let headers = [
            (header::CONTENT_TYPE, self.media_type),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        ];
        (headers, self.source.as_str()).into_response()
    }
}

/// The text of an embedded file; empty where there is none of that name.
fn text_of(name: &str) -> String {
    Files::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

/// Address of the style sheet, for the layout.
pub fn style_address() -> &'static str {
    &STYLE.address
}

/// Address of the script of passkeys, for the pages that ask for one.
pub fn script_address() -> &'static str {
    &SCRIPT.address
}

/// Address of the script of keys, for lists and for the page of a case.
pub fn keys_address() -> &'static str {
    &KEYS.address
}

/// The style sheet itself, for the tests of its colours.
#[cfg(test)]
pub fn style_source() -> &'static str {
    &STYLE.source
}

/// The style sheet.
pub async fn style(Path(version): Path<String>) -> Response {
    STYLE.serve(&version)
}

/// The script of passkeys.
pub async fn script(Path(version): Path<String>) -> Response {
    SCRIPT.serve(&version)
}

/// The script of keys.
pub async fn keys(Path(version): Path<String>) -> Response {
    KEYS.serve(&version)
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
