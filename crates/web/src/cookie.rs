//! Every cookie there is: its name and its flags, decided in one place.

use crate::host::Reach;
use axum::http::{HeaderMap, HeaderValue, header};

/// A cookie of this service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cookie {
    /// The language of the reader. Not a secret: it is read under either name.
    Language,
    /// Ties the forms shown to a browser to that browser, as long as nobody has signed in. Gone with the browser.
    Visitor,
    /// A browser its owner has signed in from before; other people's guesses do not lock him out there.
    Device,
    /// The session of a person who signed in. Gone with the browser; the server ends it earlier.
    Session,
}

impl Cookie {
    /// Every cookie.
    #[cfg(test)]
    pub const ALL: [Self; 4] = [Self::Language, Self::Visitor, Self::Device, Self::Session];

    fn plain_name(self) -> &'static str {
        match self {
            Self::Language => "lang",
            Self::Visitor => "visitor",
            Self::Device => "device",
            Self::Session => "session",
        }
    }

    /// Seconds it is kept; none for those that end with the browser.
    fn age_seconds(self) -> Option<u32> {
        matches!(self, Self::Language | Self::Device).then_some(31_536_000)
    }
}

/// The cookies of a service that is reached in this way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookies(pub Reach);

impl Cookies {
    /// The name of a cookie. With `__Host-` a browser takes it only from this very host, over a safe way.
    pub fn name(self, cookie: Cookie) -> String {
        let prefix = if self.0.is_safe() { "__Host-" } else { "" };
        format!("{prefix}{}", cookie.plain_name())
    }

    /// The header that sets a cookie. `value` holds letters, digits, `-`, `_` and `.` only.
    pub fn set(self, cookie: Cookie, value: &str) -> HeaderValue {
        let age = cookie.age_seconds().map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        self.header(cookie, value, &age)
    }

    /// The header that takes a cookie away.
    pub fn clear(self, cookie: Cookie) -> HeaderValue {
        self.header(cookie, "", "; Max-Age=0")
    }

    fn header(self, cookie: Cookie, value: &str, age: &str) -> HeaderValue {
        let secure = if self.0.is_safe() { "; Secure" } else { "" };
        let name = self.name(cookie);
        let line = format!("{name}={value}; Path=/{age}; SameSite=Lax; HttpOnly{secure}");
        HeaderValue::from_str(&line).unwrap_or(HeaderValue::from_static(""))
    }

    /// The value a request carries; nothing where it is empty or there twice with different values.
    pub fn read(self, headers: &HeaderMap, cookie: Cookie) -> Option<&str> {
        let name = self.name(cookie);
        let is_ours =
            |found: &str| found == name || (cookie == Cookie::Language && found == cookie.plain_name());
        let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let mut values = pairs.filter(|(found, _)| is_ours(found)).map(|(_, value)| value);
        let first = values.next().filter(|value| !value.is_empty())?;
        // Somebody may have planted a second one; only the language may be guessed.
        (cookie == Cookie::Language || values.all(|other| other == first)).then_some(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carried(line: &'static str, reach: Reach, cookie: Cookie) -> Option<String> {
        let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(line))]);
        Cookies(reach).read(&headers, cookie).map(str::to_owned)
    }

    #[test]
    fn every_cookie_is_for_this_host_alone_and_out_of_reach_of_scripts() {
        for cookie in Cookie::ALL {
            for reach in [Reach::Tls, Reach::Loopback] {
                let set = Cookies(reach).set(cookie, "abc");
                let set = set.to_str().unwrap();
                assert!(set.starts_with("__Host-") && set.contains("=abc; Path=/"), "{set}");
                assert!(!set.contains("Domain"), "{set}");
                for flag in ["; SameSite=Lax", "; HttpOnly", "; Secure"] {
                    assert!(set.contains(flag), "{set}");
                }
            }
            let plain = Cookies(Reach::Plain).set(cookie, "abc");
            assert!(!plain.to_str().unwrap().contains("Secure"), "a browser would not keep it");
            assert!(plain.to_str().unwrap().contains("HttpOnly"));
            assert!(Cookies(Reach::Tls).clear(cookie).to_str().unwrap().contains("=; Path=/; Max-Age=0"));
        }
    }

    #[test]
    fn a_cookie_is_read_under_its_own_name_and_once() {
        let cases = [
            ("a=b; __Host-session=x", Reach::Tls, Cookie::Session, Some("x")),
            ("session=x", Reach::Tls, Cookie::Session, None),
            ("__Host-session=x", Reach::Plain, Cookie::Session, None),
            ("__Host-session=x; __Host-session=y", Reach::Tls, Cookie::Session, None),
            ("__Host-session=x; __Host-session=x", Reach::Tls, Cookie::Session, Some("x")),
            ("__Host-session=", Reach::Tls, Cookie::Session, None),
            ("lang=en", Reach::Tls, Cookie::Language, Some("en")),
            ("__Host-lang=zh; lang=en", Reach::Tls, Cookie::Language, Some("zh")),
        ];
        for (line, reach, cookie, expected) in cases {
            assert_eq!(carried(line, reach, cookie).as_deref(), expected, "{line}");
        }
    }
}
