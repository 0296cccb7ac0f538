//! The headers every answer carries, by the row of its route.

use crate::{
    cookie::{Cookie, Cookies},
    host::Reach,
    routes::Privacy,
    service::Service,
    visit::Visit,
};
use axum::{
    Extension,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use std::sync::Arc;

/// Sent with every answer, whatever it is.
const ALWAYS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    // For browsers that do not know `frame-ancestors`.
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), fullscreen=(), \
         geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), \
         midi=(), payment=(), picture-in-picture=(), publickey-credentials-create=(self), \
         publickey-credentials-get=(self), screen-wake-lock=(), serial=(), usb=(), web-share=(), xr-spatial-tracking=()",
    ),
];

/// What a page may load and do: files of this host, forms to this host, nothing written into the page itself.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; form-action 'self'; base-uri 'none'; object-src 'none'; \
                      frame-ancestors 'none'; report-uri /policy-reports";

/// What a file may do that somebody handed in: be looked at.
const SANDBOX: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";

/// Marks an answer whose contents somebody else made.
#[derive(Clone, Copy)]
pub struct MadeByOthers;

/// A year, as browsers are told to keep to TLS.
const STRICT_TRANSPORT: &str = "max-age=31536000";

/// What a browser tells when it kept a page from doing something: counted, and not kept, for it holds addresses.
pub async fn report(Extension(service): Extension<Arc<Service>>) -> StatusCode {
    service.figures.count_violation();
    StatusCode::NO_CONTENT
}

/// Adds the headers to an answer.
pub fn secure(response: &mut Response, visit: &Visit, reach: Reach) {
    let is_made_by_others = response.extensions().get::<MadeByOthers>().is_some();
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    let policy =
        if is_made_by_others { HeaderValue::from_static(SANDBOX) } else { policy(visit.used_nonce()) };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    if reach == Reach::Tls {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT_TRANSPORT));
    }
    if let Some(tie) = visit.new_tie() {
        headers.append(header::SET_COOKIE, Cookies(reach).set(Cookie::Visitor, tie));
    }
    let is_private = visit.route.is_none_or(|route| route.privacy == Privacy::Private);
    // A cookie that ties a browser must not be handed to another by a cache in between.
    if is_private || visit.new_tie().is_some() {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    // Pages differ by the language cookie and follow the data; nobody may keep them for others.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("cookie"));
    if let Ok(id) = HeaderValue::from_str(&visit.id) {
        headers.insert("x-request-id", id);
    }
}

/// The policy, opened for the one element that bears the nonce.
fn policy(nonce: Option<&str>) -> HeaderValue {
    let Some(nonce) = nonce else { return HeaderValue::from_static(POLICY) };
    let opened = POLICY.replace("script-src 'self'", &format!("script-src 'self' 'nonce-{nonce}'"));
    HeaderValue::from_str(&opened).unwrap_or(HeaderValue::from_static(POLICY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_that_asked_for_a_nonce_opens_the_policy_for_it() {
        assert!(!POLICY.contains("unsafe") && !POLICY.contains("nonce"));
        let opened = policy(Some("abc"));
        assert!(opened.to_str().unwrap().contains("script-src 'self' 'nonce-abc'; style-src 'self';"));
        assert_eq!(policy(None), POLICY);
        // What cannot stand in a header opens nothing.
        assert_eq!(policy(Some("a\nb")), POLICY);
    }
}
