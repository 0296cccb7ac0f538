//! A text with signatures below it, as the signed notes of the Go checksum database and of C2SP are written.
//!
//! The text ends with a line break; a blank line; then a line `— name base64` for each signature, where the bytes
//! are the first four of the key (SHA-256 over name, line break, 1 and the public key) and the 64 of Ed25519. A
//! public key is `name+hash+base64(1 ‖ key)`, a private one `PRIVATE+KEY+name+hash+base64(1 ‖ seed)`.

use super::checkpoint::{base64, bytes_of};
use crate::StoreError;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use sha2::{Digest, Sha256};
use std::fmt;

/// The one kind of signature there is.
const ED25519_KIND: u8 = 1;
/// Most bytes of a note: five lines and the signatures of some hundred witnesses.
pub const BYTES_MAX: usize = 64 << 10;
const PRIVATE: &str = "PRIVATE+KEY+";

/// A text and those who signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is signed, with the line break at its end.
    pub text: String,
    pub(super) signatures: Vec<Signature>,
}

/// A signature as the note has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) name: String,
    /// Four bytes that tell the key, then what it signed.
    bytes: Vec<u8>,
}

/// The public key of a witness.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitnessKey {
    /// What the witness is called.
    pub name: String,
    key: [u8; 32],
}

/// The private key of a witness.
pub struct SigningKey {
    name: String,
    seed: [u8; 32],
    pair: Ed25519KeyPair,
}

impl Note {
    /// A text nobody has signed yet.
    pub fn unsigned(text: String) -> Self {
        Self { text, signatures: Vec::new() }
    }

    /// Reads a note; says what is wrong with what is none.
    pub fn parse(content: &str) -> Result<Self, String> {
        if content.len() > BYTES_MAX {
            return Err(format!("it has {} bytes, and no note has more than {BYTES_MAX}", content.len()));
        }
        let Some((text, signatures)) = content.split_once("\n\n") else {
            return Ok(Self::unsigned(content.to_owned()));
        };
        let signature = |line: &str| {
            let (name, bytes) = line.strip_prefix("— ")?.split_once(' ')?;
            let bytes = bytes_of(bytes).filter(|bytes| bytes.len() > 4 && is_name(name))?;
            Some(Signature { name: name.to_owned(), bytes })
        };
        let signatures: Option<Vec<_>> = signatures.lines().map(signature).collect();
        match signatures {
            Some(signatures) => Ok(Self { text: format!("{text}\n"), signatures }),
            None => Err("a line below the blank one is no signature".to_owned()),
        }
    }

    /// The whole of it, as it stands in a file.
    pub fn content(&self) -> String {
        let line = |signature: &Signature| format!("— {} {}\n", signature.name, base64(&signature.bytes));
        let lines: String = self.signatures.iter().map(line).collect();
        if lines.is_empty() { self.text.clone() } else { format!("{}\n{lines}", self.text) }
    }
}

impl WitnessKey {
    /// Reads a public key.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let (name, key) = parts(text.trim()).ok_or_else(|| {
            StoreError::Invalid(
                "this is no public key of a witness · `liangjian audit key` prints one: name+hash+base64"
                    .to_owned(),
            )
        })?;
        let read = Self { name, key };
        if text.trim() == read.to_string() {
            return Ok(read);
        }
        let what = "the public key does not fit the hash in it · copy it whole from the witness";
        Err(StoreError::Invalid(what.to_owned()))
    }

    /// Whether the note bears a valid signature of this key.
    pub fn has_signed(&self, note: &Note) -> bool {
        let key = UnparsedPublicKey::new(&ED25519, self.key);
        note.signatures.iter().filter(|signature| signature.name == self.name).any(|signature| {
            let (of_key, signed) = signature.bytes.split_at(4);
            of_key == self.hash() && key.verify(note.text.as_bytes(), signed).is_ok()
        })
    }

    fn hash(&self) -> [u8; 4] {
        let bytes = [self.name.as_bytes(), b"\n", &[ED25519_KIND], &self.key].concat();
        let digest = Sha256::digest(&bytes);
        [digest[0], digest[1], digest[2], digest[3]]
    }
}

impl fmt::Display for WitnessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = u32::from_be_bytes(self.hash());
        write!(f, "{}+{hash:08x}+{}", self.name, base64(&[&[ED25519_KIND], self.key.as_slice()].concat()))
    }
}

impl SigningKey {
    /// A key of 32 bytes that nobody can guess.
    pub fn new(name: &str, seed: [u8; 32]) -> Result<Self, StoreError> {
        if !is_name(name) {
            return Err(StoreError::Invalid(format!(
                "`{}` cannot be the name of a witness · take 1 to 100 bytes without blanks and `+`",
                name.escape_debug()
            )));
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).expect("every 32 bytes are a seed");
        Ok(Self { name: name.to_owned(), seed, pair })
    }

    /// Reads the file of a private key.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let no_key = || {
            StoreError::Invalid(
                "the file holds no private key · name the one `liangjian audit key` wrote".to_owned(),
            )
        };
        let (name, seed) = text.trim().strip_prefix(PRIVATE).and_then(parts).ok_or_else(no_key)?;
        let key = Self::new(&name, seed)?;
        if text.trim() == key.text().trim() { Ok(key) } else { Err(no_key()) }
    }

    /// The content of its file.
    pub fn text(&self) -> String {
        let hash = u32::from_be_bytes(self.public().hash());
        let secret = base64(&[&[ED25519_KIND], self.seed.as_slice()].concat());
        format!("{PRIVATE}{}+{hash:08x}+{secret}\n", self.name)
    }

    /// What others check signatures with.
    pub fn public(&self) -> WitnessKey {
        let key = self.pair.public_key().as_ref().try_into().expect("a public key of Ed25519 has 32 bytes");
        WitnessKey { name: self.name.clone(), key }
    }

    /// Signs the text of the note; an earlier signature of this name gives way.
    pub fn sign(&self, note: &mut Note) {
        let signed = self.pair.sign(note.text.as_bytes());
        let bytes = [self.public().hash().as_slice(), signed.as_ref()].concat();
        note.signatures.retain(|signature| signature.name != self.name);
        note.signatures.push(Signature { name: self.name.clone(), bytes });
    }
}

fn is_name(name: &str) -> bool {
    let allowed = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    !name.is_empty() && name.len() <= 100 && name.chars().all(allowed)
}

/// Name and 32 bytes of `name+hash+base64`; whether the hash fits is for the caller to compare.
fn parts(text: &str) -> Option<(String, [u8; 32])> {
    let mut parts = text.splitn(3, '+');
    let (name, _, key) = (parts.next()?, parts.next()?, bytes_of(parts.next()?)?);
    let (kind, key) = key.split_first()?;
    let key = key.try_into().ok().filter(|_| *kind == ED25519_KIND && is_name(name))?;
    Some((name.to_owned(), key))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SigningKey {
        SigningKey::new("PeterNeumann", [7; 32]).unwrap()
    }

    #[test]
    fn a_note_of_the_go_checksum_database_is_read_and_its_signature_holds() {
        // The example of golang.org/x/mod/sumdb/note.
        let public =
            WitnessKey::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
        let content = "If you think cryptography is the answer to your problem,\n\
                       then you don't know what your problem is.\n\n\
                       — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        let note = Note::parse(content).unwrap();
        assert!(public.has_signed(&note));
        assert_eq!(note.content(), content);
        assert!(!key().public().has_signed(&note), "another key of the same name");
    }

    #[test]
    fn a_signature_holds_for_its_text_alone() {
        let mut note = Note::unsigned("a text\n".to_owned());
        key().sign(&mut note);
        key().sign(&mut note);
        let read = Note::parse(&note.content()).unwrap();
        assert_eq!((read.signatures.len(), key().public().has_signed(&read)), (1, true));
        let other = Note { text: "another text\n".to_owned(), ..read };
        assert!(!key().public().has_signed(&other));
        assert!(Note::parse("a text\n\nno signature\n").is_err());
    }

    #[test]
    fn keys_are_read_back_from_their_files_and_damaged_ones_are_refused() {
        let (private, public) = (key().text(), key().public().to_string());
        assert_eq!(SigningKey::parse(&private).unwrap().public(), key().public());
        assert_eq!(WitnessKey::parse(&public).unwrap(), key().public());
        for damaged in [private.replace("Peter", "Pieter"), "PRIVATE+KEY+x".to_owned(), String::new()] {
            assert!(SigningKey::parse(&damaged).is_err(), "{damaged}");
        }
        for damaged in [public.replace("Peter", "Pieter"), "x+y".to_owned(), format!("{public}A")] {
            assert!(WitnessKey::parse(&damaged).is_err(), "{damaged}");
        }
        for name in ["", "two words", "a+b", "line\nbreak"] {
            assert!(SigningKey::new(name, [0; 32]).is_err(), "{name}");
        }
    }
}
