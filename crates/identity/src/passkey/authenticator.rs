//! An authenticator in software for tests, here and in `web`: honest unless a test makes it lie.
//!
//! It stands outside `tests/` because other crates sign ceremonies with it, by the feature `authenticator`.

use crate::secret::base64url;
#[cfg(test)]
use crate::{
    passkey::{Credential, RelyingParty},
    published_rsa,
    secret::from_base64url,
};
use minicbor::Encoder;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};

/// The key it holds.
pub enum Key {
    /// ES256.
    P256(EcdsaKeyPair),
    /// EdDSA.
    Ed25519(Ed25519KeyPair),
    /// RS256: the published key. Its private half is known to nobody here, so it signs one message only.
    #[cfg(test)]
    PublishedRsa,
}

impl Key {
    /// A new key of P-256.
    pub fn p256() -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, document.as_ref(), &random);
        Self::P256(key.expect("it was just made"))
    }

    /// The same key of Ed25519 each time.
    pub fn ed25519() -> Self {
        Self::Ed25519(Ed25519KeyPair::from_seed_unchecked(&[7; 32]).expect("a seed of 32 bytes"))
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::P256(key) => key.sign(&SystemRandom::new(), message).expect("signed").as_ref().to_vec(),
            Self::Ed25519(key) => key.sign(message).as_ref().to_vec(),
            #[cfg(test)]
            Self::PublishedRsa => published_rsa::bytes(published_rsa::SIGNATURE),
        }
    }

    /// Its public half, as an authenticator writes it.
    pub fn cose(&self) -> Vec<u8> {
        let mut cbor = Encoder::new(Vec::new());
        let written = match self {
            Self::P256(key) => {
                let point = key.public_key().as_ref();
                let head = cbor.map(5).and_then(|cbor| cbor.i64(1)?.i64(2)?.i64(3)?.i64(-7)?.i64(-1)?.i64(1));
                head.and_then(|cbor| cbor.i64(-2)?.bytes(&point[1..33])?.i64(-3)?.bytes(&point[33..]))
            }
            Self::Ed25519(key) => {
                let head = cbor.map(4).and_then(|cbor| cbor.i64(1)?.i64(1)?.i64(3)?.i64(-8)?.i64(-1)?.i64(6));
                head.and_then(|cbor| cbor.i64(-2)?.bytes(key.public_key().as_ref()))
            }
            #[cfg(test)]
            Self::PublishedRsa => {
                let modulus = published_rsa::bytes(published_rsa::MODULUS);
                let exponent = published_rsa::bytes(published_rsa::EXPONENT);
                let head = cbor.map(4).and_then(|cbor| cbor.i64(1)?.i64(3)?.i64(3)?.i64(-257));
                head.and_then(|cbor| cbor.i64(-1)?.bytes(&modulus)?.i64(-2)?.bytes(&exponent))
            }
        };
        assert!(written.is_ok(), "writing into memory cannot fail");
        cbor.into_writer()
    }
}

/// One key, its count, and what it claims.
pub struct Authenticator {
    /// Signs.
    pub key: Key,
    /// Name of the credential.
    pub id: Vec<u8>,
    /// Signatures so far, as it says.
    pub count: u32,
    /// Present and verified.
    pub flags: u8,
    /// The page it says it is used on.
    pub origin: String,
    /// The host it signs for.
    pub host: String,
    /// The ceremony it claims, where it lies about it.
    pub ceremony: Option<&'static str>,
    /// The challenge it claims, where it lies about it.
    pub challenge: Option<String>,
    /// Whether the page stands inside another.
    pub is_framed: bool,
    /// Bytes put behind the data.
    pub tail: Vec<u8>,
}

impl Authenticator {
    /// One for `https://lj.example.org`.
    pub fn new(key: Key) -> Self {
        Self {
            key,
            id: vec![9; 20],
            count: 0,
            flags: 0b101,
            origin: "https://lj.example.org".to_owned(),
            host: "example.org".to_owned(),
            ceremony: None,
            challenge: None,
            is_framed: false,
            tail: Vec::new(),
        }
    }

    fn client_data(&self, options: &Value, ceremony: &str) -> Vec<u8> {
        let asked = options["publicKey"]["challenge"].as_str().expect("a challenge").to_owned();
        let data = json!({
            "type": self.ceremony.unwrap_or(ceremony),
            "challenge": self.challenge.clone().unwrap_or(asked),
            "origin": self.origin,
            "crossOrigin": self.is_framed,
        });
        data.to_string().into_bytes()
    }

    fn data(&self, flags: u8, credential: &[u8]) -> Vec<u8> {
        let host = digest(&SHA256, self.host.as_bytes());
        [host.as_ref(), &[flags], &self.count.to_be_bytes(), credential, &self.tail].concat()
    }

    /// The answer to options of a registration.
    pub fn register(&self, options: &Value) -> Value {
        let length = u16::try_from(self.id.len()).expect("a short name").to_be_bytes();
        let made = [&[0; 16], length.as_slice(), &self.id, &self.key.cose()].concat();
        let data = self.data(self.flags | 0b100_0000, &made);
        let mut cbor = Encoder::new(Vec::new());
        let head = cbor.map(3).and_then(|cbor| cbor.str("fmt")?.str("none")?.str("attStmt")?.map(0));
        assert!(head.and_then(|cbor| cbor.str("authData")?.bytes(&data)).is_ok());
        json!({
            "id": base64url(&self.id),
            "rawId": base64url(&self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": base64url(&self.client_data(options, "webauthn.create")),
                "attestationObject": base64url(&cbor.into_writer()),
                "transports": ["internal"],
            },
        })
    }

    /// The answer to options of an assertion.
    pub fn assert(&mut self, options: &Value, holder_handle: Option<&str>) -> Value {
        let said = self.client_data(options, "webauthn.get");
        let data = self.data(self.flags, &[]);
        let signature = self.key.sign(&[data.as_slice(), digest(&SHA256, &said).as_ref()].concat());
        json!({
            "id": base64url(&self.id),
            "response": {
                "clientDataJSON": base64url(&said),
                "authenticatorData": base64url(&data),
                "signature": base64url(&signature),
                "userHandle": holder_handle,
            },
        })
    }
}

#[cfg(test)]
/// Changes one byte of a field in base64url.
pub fn spoil(answer: &mut Value, field: &str) {
    let mut bytes = from_base64url(answer["response"][field].as_str().expect("text")).expect("base64url");
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    answer["response"][field] = json!(base64url(&bytes));
}

/// The party of the tests.
#[cfg(test)]
pub fn party() -> RelyingParty {
    RelyingParty::new("example.org", "Liangjian", &["https://lj.example.org"]).expect("a sound party")
}

#[cfg(test)]
/// What a caller stores.
pub fn stored(credential: &Credential) -> Credential {
    let text = serde_json::to_string(credential).expect("text");
    serde_json::from_str(&text).expect("it was just written")
}
