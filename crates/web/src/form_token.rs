//! The token of a form: proof that this service showed the form to the browser that sends it.
//!
//! Second line of defence behind the headers of browsers, for those that send none. A token is 16 random bytes and
//! the seal of these bytes and of the cookie the form is tied to; it looks different each time, so that nothing can
//! be learned from the length of compressed pages.

use crate::{multipart, visit::Visit};
use axum::http::HeaderMap;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use identity::secret::Secret;
use std::sync::Arc;

/// Name of the field.
pub const FIELD: &str = "form_token";
/// Name of the header that carries it where there is no form: files, and scripts.
pub const HEADER: &str = "x-form-token";

/// Says what a seal is for; no other use of the key looks like it.
const PURPOSE: &[u8] = b"form 1";
const SALT_BYTES: usize = 16;

/// Makes the tokens of a page.
#[derive(Clone)]
pub struct FormToken {
    visit: Arc<Visit>,
    key: Secret,
    chance: fn(&mut [u8]),
}

impl FormToken {
    /// For the forms of the answer to this request.
    pub fn new(visit: Arc<Visit>, key: Secret, chance: fn(&mut [u8])) -> Self {
        Self { visit, key, chance }
    }

    /// A token, new each time.
    pub fn text(&self) -> String {
        token(&self.key, self.chance, self.visit.tie(self.chance))
    }
}

/// A token for forms tied to this cookie.
pub fn token(key: &Secret, chance: fn(&mut [u8]), tied_to: &str) -> String {
    let mut salt = [0; SALT_BYTES];
    chance(&mut salt);
    let seal = key.seal(&[PURPOSE, &salt, tied_to.as_bytes()]);
    BASE64.encode([salt.as_slice(), &seal].concat())
}

/// Whether a token was made for forms tied to this cookie.
pub fn is_valid(key: &Secret, token: &str, tied_to: &str) -> bool {
    let Ok(bytes) = BASE64.decode(token) else { return false };
    bytes
        .split_at_checked(SALT_BYTES)
        .is_some_and(|(salt, seal)| key.is_seal(&[PURPOSE, salt, tied_to.as_bytes()], seal))
}

/// The token that a request carries, in its header or in its form; empty where there is none.
pub fn carried<'a>(headers: &'a HeaderMap, body: &'a [u8]) -> &'a str {
    let in_header = headers.get(HEADER).and_then(|value| value.to_str().ok());
    let in_form = || match multipart::boundary(headers) {
        Some(boundary) => in_parts(&multipart::parts(boundary, body)?),
        None => in_body(body),
    };
    in_header.or_else(in_form).unwrap_or_default()
}

/// The token among the fields of a form with files.
fn in_parts<'b>(parts: &[multipart::Part<'b>]) -> Option<&'b str> {
    let part = parts.iter().find(|part| part.name == FIELD && part.file_name.is_none())?;
    std::str::from_utf8(part.bytes).ok()
}

/// The token in the body of a form. Its letters are never escaped.
fn in_body(body: &[u8]) -> Option<&str> {
    let pairs = body.split(|byte| *byte == b'&');
    let mut tokens = pairs.filter_map(|pair| pair.strip_prefix(FIELD.as_bytes())?.strip_prefix(b"="));
    std::str::from_utf8(tokens.next()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_holds_for_its_browser_and_its_key_alone() {
        let (key, visit) = (Secret::new(vec![3; 32]), Arc::new(Visit::default()));
        let token = FormToken::new(Arc::clone(&visit), key.clone(), |bytes| bytes.fill(9)).text();
        let tie = visit.new_tie().unwrap();
        assert!(is_valid(&key, &token, tie));
        assert!(!is_valid(&key, &token, "another"));
        assert!(!is_valid(&Secret::new(vec![4; 32]), &token, tie));
        for damaged in ["", "AAAA", &token[1..], &token.replace('C', "D"), "not base64!"] {
            assert!(!is_valid(&key, damaged, tie), "{damaged}");
        }
    }

    #[test]
    fn the_token_is_found_in_a_form() {
        let cases: [(&str, Option<&str>); 4] = [
            ("a=b&form_token=x-_9&c=d", Some("x-_9")),
            ("form_token=", Some("")),
            ("my_form_token=x", None),
            ("form_tokens=x", None),
        ];
        for (body, token) in cases {
            assert_eq!(in_body(body.as_bytes()), token, "{body}");
        }
    }
}
