//! A key that cannot be printed, and what is made with it.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// 32 bytes that nobody may see. It has no way to be shown or written anywhere.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl Key {
    /// A key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// What the key makes of these parts. Each is fed with its length, so that no two lists of parts look alike.
    pub fn seal(&self, parts: &[&[u8]]) -> [u8; 32] {
        self.mac(parts).finalize().into_bytes().into()
    }

    /// Whether `seal` is what the key makes of these parts; takes the same time whatever is wrong.
    pub fn is_seal(&self, parts: &[&[u8]], seal: &[u8]) -> bool {
        self.mac(parts).verify_slice(seal).is_ok()
    }

    fn mac(&self, parts: &[&[u8]]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_printed() {
        let key = Key::new([0x41; 32]);
        assert_eq!(format!("{key:?}{:?}", Some(&key)), "Key(…)Some(Key(…))");
    }

    #[test]
    fn a_seal_holds_for_its_key_and_its_parts_alone() {
        let key = Key::new([1; 32]);
        let seal = key.seal(&[b"ab", b"c"]);
        assert!(key.is_seal(&[b"ab", b"c"], &seal));
        for parts in [&[b"a".as_slice(), b"bc"], &[b"ab".as_slice(), b"d"], &[b"abc".as_slice(), b""]] {
            assert!(!key.is_seal(parts, &seal), "{parts:?}");
        }
        assert!(!Key::new([2; 32]).is_seal(&[b"ab", b"c"], &seal));
        assert!(!key.is_seal(&[b"ab", b"c"], &seal[..31]));
    }
}
