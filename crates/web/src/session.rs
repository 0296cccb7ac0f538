//! Opening sessions, and where to go after it.

use crate::{
    context::{Context, redirect_within},
    cookie::{Cookie, Cookies},
    error::PageError,
};
use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use chrono::TimeDelta;
use identity::secret::{Token, TokenKind};
use serde::Deserialize;
use store::{Grant, NewSession, OFFICE_HOURS_MAX, OFFICE_IDLE_MINUTES_MAX};

/// How long sessions may rest and last.
struct Span {
    idle_minutes: u16,
    hours: i64,
}

/// Of officers.
const OF_OFFICERS: Span = Span { idle_minutes: OFFICE_IDLE_MINUTES_MAX, hours: OFFICE_HOURS_MAX };
/// Of firms and of people for themselves.
const OF_FIRMS: Span = Span { idle_minutes: 480, hours: 7 * 24 };

/// Where to go once somebody has shown who he is.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Onward {
    /// An address on this site.
    pub next: String,
}

/// A token that nobody can guess.
pub fn random_token(context: &Context, kind: TokenKind) -> Token {
    let mut chance = context.city.host.chance;
    Token::random(kind, &mut chance)
}

/// The hash that names the browser, where it is one that keeps its cookie.
pub fn device_of(context: &Context, headers: &HeaderMap) -> String {
    let carried = Cookies(context.city.host.reach).read(headers, Cookie::Device);
    let token = carried.and_then(|text| Token::presented(TokenKind::Device, text));
    token.map(|token| token.hash()).unwrap_or_default()
}

/// A browser that is to be remembered: its name and, where it is new, the cookie that says so.
pub fn remembered(context: &Context, headers: &HeaderMap) -> (String, Option<HeaderValue>) {
    let known = device_of(context, headers);
    if !known.is_empty() {
        return (known, None);
    }
    let token = random_token(context, TokenKind::Device);
    let cookie = Cookies(context.city.host.reach).set(Cookie::Device, token.expose_text());
    (token.hash(), Some(cookie))
}

/// Opens a session for a person who has shown who he is, and leads on to `next`.
pub async fn open(
    context: &Context,
    person: &str,
    is_two_factor: bool,
    (headers, next): (&HeaderMap, &str),
) -> Result<Response, PageError> {
    let store = &context.city.store;
    let token = random_token(context, TokenKind::Session);
    let mut deed = context.deed("");
    person.clone_into(&mut deed.actor);
    let grants = store.grants_of_person(person).await?;
    let usable: Vec<&Grant> = grants.iter().filter(|grant| grant.holds_on(context.today())).collect();
    let is_officer = usable.iter().any(|grant| grant.capacity.role().is_some_and(|role| !role.is_of_firm()));
    let span = if is_officer { OF_OFFICERS } else { OF_FIRMS };
    let session = NewSession {
        hash: token.hash(),
        person: person.to_owned(),
        // With one role there is nothing to choose.
        acts_by: if let [only] = usable[..] { only.id.clone() } else { String::new() },
        is_two_factor,
        idle_minutes: span.idle_minutes,
        expires_at: deed.at + TimeDelta::hours(span.hours),
        address: context.visit.network(),
        client: client(headers),
    };
    store.open_session(&session, &deed).await?;
    let mut response = onward(next);
    let cookie = Cookies(context.city.host.reach).set(Cookie::Session, token.expose_text());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Notes that the person has just shown again who he is; the session gets a new token.
pub async fn prove(context: &Context, is_two_factor: bool, next: &str) -> Result<Response, PageError> {
    let cookie = renew(context, is_two_factor).await?;
    let mut response = onward(next);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// The same without going anywhere: the cookie of the new token.
pub async fn renew(context: &Context, is_two_factor: bool) -> Result<HeaderValue, PageError> {
    let signed = context.visit.signed.get().ok_or(PageError::SignInFirst)?;
    let token = random_token(context, TokenKind::Session);
    let hash = token.hash();
    let deed = context.deed("");
    if !context.city.store.prove_session(&signed.session, &hash, is_two_factor, &deed).await? {
        return Err(PageError::SignInFirst);
    }
    Ok(Cookies(context.city.host.reach).set(Cookie::Session, token.expose_text()))
}

/// Where `next` leads on this site; the account page where it leads nowhere.
pub fn onward(next: &str) -> Response {
    // Browsers leave tabs and line ends out of an address before they read it: `/\t/host` is another host.
    let is_odd = |one: char| one == '\\' || one.is_control() || one.is_whitespace();
    let is_ours = next.starts_with('/') && !next.starts_with("//") && !next.contains(is_odd);
    let (path, query) = if is_ours { next.split_once('?').unwrap_or((next, "")) } else { ("/account", "") };
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    redirect_within(path, &query).into_response()
}

/// The sort of browser and system, of which nobody is recognised.
pub fn client(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let one_of = |all: &[(&str, &str)]| {
        all.iter()
            .find(|(sign, _)| agent.contains(sign))
            .map_or(String::new(), |(_, name)| (*name).to_owned())
    };
    let browser = one_of(&[
        ("MicroMessenger", "WeChat"),
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = one_of(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    match (browser.is_empty(), system.is_empty()) {
        (true, true) => "?".to_owned(),
        (false, false) => format!("{browser}, {system}"),
        _ => browser + &system,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_next_says_stays_on_this_site() {
        for (next, expected) in [
            ("/staff?done=a", "/staff?done=a"),
            ("https://elsewhere/", "/account"),
            ("//elsewhere/", "/account"),
            ("/\\elsewhere", "/account"),
            ("", "/account"),
        ] {
            assert_eq!(onward(next).headers()["location"], expected, "{next}");
        }
    }

    #[test]
    fn a_browser_is_told_by_its_sort() {
        let agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36";
        let headers = HeaderMap::from_iter([(header::USER_AGENT, HeaderValue::from_static(agent))]);
        assert_eq!(client(&headers), "Chrome, Android");
        assert_eq!(client(&HeaderMap::new()), "?");
    }

    #[test]
    fn onward_never_leads_to_another_host() {
        let lead = |next: &str| onward(next).headers()[header::LOCATION].to_str().unwrap().to_owned();
        assert_eq!(lead("/firm?a=b"), "/firm?a=b");
        for next in
            ["//evil.test", "/\\evil.test", "/\t/evil.test", "/\u{1}/evil.test", "/ /evil.test", "evil", ""]
        {
            assert_eq!(lead(next), "/account", "{next:?}");
        }
    }
}
