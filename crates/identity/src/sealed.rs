//! Secrets at rest: sealed with a key of the installation, bound to what they are for.

use crate::{
    Chance,
    secret::{Secret, hex},
};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// The key of an installation; 32 bytes.
pub struct SealingKey(LessSafeKey);

impl SealingKey {
    /// A key of these 32 bytes.
    pub fn new(bytes: &[u8; 32]) -> Self {
        let key = UnboundKey::new(&AES_256_GCM, bytes).expect("AES-256 takes 32 bytes");
        Self(LessSafeKey::new(key))
    }

    /// Seals a secret for one purpose and owner: `one-time-code of p-1`. Nonce, text and tag, in hexadecimal.
    pub fn seal(&self, secret: &[u8], purpose: &str, chance: &mut dyn Chance) -> String {
        let mut nonce = [0; NONCE_LEN];
        chance.fill(&mut nonce);
        let mut text = secret.to_vec();
        let bound = Aad::from(purpose.as_bytes());
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut text)
            .expect("a secret is far shorter than what can be sealed");
        hex(&[nonce.as_slice(), &text].concat())
    }

    /// The secret, where it was sealed by this key for this purpose.
    pub fn open(&self, sealed: &str, purpose: &str) -> Option<Secret> {
        let bytes = bytes(sealed)?;
        let (nonce, text) = bytes.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::assume_unique_for_key(nonce.try_into().ok()?);
        let mut text = text.to_vec();
        let length = self.0.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut text).ok()?.len();
        text.truncate(length);
        Some(Secret::new(text))
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    if !text.is_ascii() || text.len() % 2 == 1 {
        return None;
    }
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::counted_chance;

    #[test]
    fn a_sealed_secret_opens_with_its_key_for_its_purpose_alone() {
        let (key, mut chance) = (SealingKey::new(&[1; 32]), counted_chance(1));
        let sealed = key.seal(b"seed", "one-time-code of p-1", &mut chance);
        assert_eq!(key.open(&sealed, "one-time-code of p-1").unwrap().expose_bytes(), b"seed");
        assert!(key.open(&sealed, "one-time-code of p-2").is_none());
        assert!(SealingKey::new(&[2; 32]).open(&sealed, "one-time-code of p-1").is_none());
        assert_ne!(sealed, key.seal(b"seed", "one-time-code of p-1", &mut chance), "never twice the same");
    }

    #[test]
    fn what_was_changed_or_is_none_does_not_open() {
        let key = SealingKey::new(&[1; 32]);
        let sealed = key.seal(b"seed", "", &mut counted_chance(1));
        let changed =
            format!("{}{}", &sealed[..sealed.len() - 1], if sealed.ends_with('0') { '1' } else { '0' });
        for text in [changed.as_str(), "", "ab", "abc", "zz", &sealed[..sealed.len() - 2]] {
            assert!(key.open(text, "").is_none(), "{text}");
        }
    }
}
