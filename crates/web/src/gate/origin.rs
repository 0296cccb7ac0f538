//! Whether a request was made by a page of another site in the name of its visitor.

use axum::http::{HeaderMap, Method, Uri, header};

/// True for a request that might change something and does not come from a page of this site.
///
/// Browsers say themselves where a request comes from, in `Sec-Fetch-Site`, older ones in `Origin`. One that says
/// nothing is let through only while it bears no cookie: then it speaks in nobody's name.
pub fn is_foreign(method: &Method, headers: &HeaderMap, bears_cookie: bool) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    let told = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = told("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    match told(header::ORIGIN.as_str()) {
        Some(origin) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            !host.is_some_and(|host| {
                told(header::HOST.as_str()).is_some_and(|own| own.eq_ignore_ascii_case(host))
            })
        }
        None => bears_cookie,
    }
}

/// Whether a request names one of the hosts this service answers to; any, where there are none.
///
/// A page elsewhere can let a name of its own point at this machine (DNS rebinding): for the browser both are one site.
/// An address can be sent whole (`GET http://a.example/`): then the host in it is one of ours as well.
pub fn is_for_us(names: &[String], uri: &Uri, headers: &HeaderMap) -> bool {
    let is_ours = |named: &str| names.iter().any(|own| own.eq_ignore_ascii_case(named));
    let mut told = headers.get_all(header::HOST).iter();
    let is_named = told.next().and_then(|name| name.to_str().ok()).is_some_and(is_ours);
    let is_addressed = uri.authority().is_none_or(|address| is_ours(address.as_str()));
    names.is_empty() || (is_named && told.next().is_none() && is_addressed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    /// Headers of a request.
    type Sent = &'static [(&'static str, &'static str)];

    #[test]
    fn only_pages_of_this_site_may_send_in_a_visitors_name() {
        const HOST: (&str, &str) = ("host", "a.example:8080");
        let cases: [(Sent, bool, bool); 14] = [
            (&[HOST, ("sec-fetch-site", "same-origin")], true, false),
            (&[HOST, ("sec-fetch-site", "none")], true, false),
            (&[HOST, ("sec-fetch-site", "same-site")], true, true),
            (&[HOST, ("sec-fetch-site", "cross-site")], false, true),
            // The browser's own word counts before an origin that fits.
            (&[HOST, ("sec-fetch-site", "cross-site"), ("origin", "http://a.example:8080")], true, true),
            (&[HOST, ("sec-fetch-site", "")], true, true),
            (&[HOST, ("origin", "http://a.example:8080")], true, false),
            (&[HOST, ("origin", "https://A.example:8080")], true, false),
            (&[HOST, ("origin", "http://a.example")], true, true),
            (&[HOST, ("origin", "http://b.example:8080")], false, true),
            (&[HOST, ("origin", "null")], true, true),
            (&[("origin", "http://a.example")], true, true),
            (&[HOST], true, true),
            (&[HOST], false, false),
        ];
        for (headers, bears_cookie, foreign) in cases {
            let header = |(name, value): &(&'static str, &'static str)| {
                (HeaderName::from_static(name), HeaderValue::from_static(value))
            };
            let map: HeaderMap = headers.iter().map(header).collect();
            assert_eq!(is_foreign(&Method::POST, &map, bears_cookie), foreign, "{headers:?} {bears_cookie}");
            assert_eq!(is_foreign(&Method::DELETE, &map, bears_cookie), foreign, "{headers:?}");
            assert!(!is_foreign(&Method::GET, &map, bears_cookie), "{headers:?}");
        }
    }
}
