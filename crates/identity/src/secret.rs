//! Values that must not be printed, tokens handed to people and programs, and what is stored of them.

use crate::Chance;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    digest::{SHA256, digest},
    hmac,
};
use std::fmt::{self, Debug, Formatter, Write as _};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Chance in a token, in bytes: 256 bits.
const TOKEN_BYTES: usize = 32;

/// Bytes that are never printed and are overwritten when they are dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Takes the bytes over.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// As many bytes of chance as asked for.
    pub fn random(bytes: usize, chance: &mut dyn Chance) -> Self {
        let mut drawn = Zeroizing::new(vec![0; bytes]);
        chance.fill(&mut drawn);
        Self(drawn)
    }

    /// The bytes themselves. The name is long so that a reviewer sees it.
    pub fn expose_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, if they are text.
    pub fn expose_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// Whether both hold the same bytes, found in a time that does not depend on where they differ.
    pub fn is_same(&self, other: &Self) -> bool {
        is_same(&self.0, &other.0)
    }

    /// What this key makes of these parts (HMAC-SHA-256). Each is fed with its length, so that no two lists of parts
    /// look alike.
    pub fn seal(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut mac = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &self.0));
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let mut seal = [0; 32];
        seal.copy_from_slice(mac.sign().as_ref());
        seal
    }

    /// Whether `seal` is what this key makes of these parts; takes the same time whatever is wrong.
    pub fn is_seal(&self, parts: &[&[u8]], seal: &[u8]) -> bool {
        is_same(&self.seal(parts), seal)
    }
}

impl Debug for Secret {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(not shown)")
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self::new(text.into_bytes())
    }
}

/// Compares in a time that depends on the lengths only.
pub fn is_same(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// What a token is for. Its prefix lets people and scanners of leaked secrets recognise it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A session of a browser, `ljs_`.
    Session,
    /// A browser that its owner has signed in from before, `ljd_`.
    Device,
    /// Something half done that a browser goes on with, `ljt_`.
    Step,
}

impl TokenKind {
    /// The letters a token of this kind begins with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Session => "ljs_",
            Self::Device => "ljd_",
            Self::Step => "ljt_",
        }
    }
}

/// A token of 256 bits: shown to its holder once, stored as its [`token_hash`].
#[derive(Clone, Debug)]
pub struct Token(Secret);

impl Token {
    /// A new token.
    pub fn random(kind: TokenKind, chance: &mut dyn Chance) -> Self {
        let bytes = Secret::random(TOKEN_BYTES, chance);
        let mut text = Zeroizing::new(String::with_capacity(48));
        text.push_str(kind.prefix());
        URL_SAFE_NO_PAD.encode_string(bytes.expose_bytes(), &mut text);
        Self(Secret::new(text.as_bytes().to_vec()))
    }

    /// Reads what a holder presents; anything that is not a token of this kind is nothing.
    pub fn presented(kind: TokenKind, text: &str) -> Option<Self> {
        let body = text.strip_prefix(kind.prefix())?;
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(body).ok()?);
        (bytes.len() == TOKEN_BYTES).then(|| Self(Secret::new(text.as_bytes().to_vec())))
    }

    /// The token as its holder gets it.
    pub fn expose_text(&self) -> &str {
        self.0.expose_text().unwrap_or_default()
    }

    /// What is stored.
    pub fn hash(&self) -> String {
        token_hash(self.expose_text())
    }
}

/// What is stored of a token and found by what its holder presents: SHA-256, in hexadecimal. Who reads it in a database
/// cannot use it. A fast hash is enough: what is hashed holds at least a hundred bits of chance.
pub fn token_hash(text: &str) -> String {
    hex(digest(&SHA256, text.as_bytes()).as_ref())
}

/// Two hexadecimal digits a byte.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Base64 for addresses, without padding, as WebAuthn, JWT and PKCE all want it.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The reverse of [`base64url`].
pub(crate) fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counted_chance;

    #[test]
    fn a_secret_is_not_printed() {
        let secret = Secret::from("correct horse".to_owned());
        assert_eq!(format!("{secret:?}"), "Secret(not shown)");
        let token = Token::random(TokenKind::Session, &mut counted_chance(1));
        assert_eq!(format!("{token:?}"), "Token(Secret(not shown))");
    }

    #[test]
    fn secrets_are_compared_by_their_bytes() {
        let same = |left: &str, right: &str| is_same(left.as_bytes(), right.as_bytes());
        assert!(same("abc", "abc") && same("", ""));
        assert!(!same("abc", "abd") && !same("abc", "ab") && !same("", "a"));
    }

    #[test]
    fn a_seal_holds_for_its_key_and_its_parts_alone() {
        let key = Secret::new(vec![1; 32]);
        let seal = key.seal(&[b"ab", b"c"]);
        assert!(key.is_seal(&[b"ab", b"c"], &seal));
        for parts in [&[b"a".as_slice(), b"bc"], &[b"ab".as_slice(), b"d"], &[b"abc".as_slice(), b""]] {
            assert!(!key.is_seal(parts, &seal), "{parts:?}");
        }
        assert!(!Secret::new(vec![2; 32]).is_seal(&[b"ab", b"c"], &seal));
        assert!(!key.is_seal(&[b"ab", b"c"], &seal[..31]));
    }

    #[test]
    fn a_token_has_its_prefix_and_256_bits_and_is_found_by_its_hash() {
        let mut chance = counted_chance(2);
        let token = Token::random(TokenKind::Session, &mut chance);
        let text = token.expose_text().to_owned();
        assert!(text.starts_with("ljs_") && text.len() == 4 + 43, "{text}");
        let presented = Token::presented(TokenKind::Session, &text).expect("it was just made");
        assert_eq!(presented.hash(), token.hash());
        assert_eq!((token.hash().len(), token.hash()), (64, token_hash(&text)));
        let another = Token::random(TokenKind::Session, &mut chance);
        assert_ne!(another.hash(), token.hash());
    }

    #[test]
    fn what_is_no_token_of_the_kind_is_refused_before_it_is_looked_up() {
        let token = Token::random(TokenKind::Device, &mut counted_chance(3));
        let text = token.expose_text();
        let longer = format!("{text}AA");
        for wrong in ["", "ljs_", "ljd_short", &text[1..], &text[..46], &longer] {
            assert!(Token::presented(TokenKind::Device, wrong).is_none(), "{wrong}");
        }
        assert!(Token::presented(TokenKind::Session, text).is_none());
    }
}
