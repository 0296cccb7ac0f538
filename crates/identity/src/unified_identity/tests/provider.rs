//! A small provider: it keeps codes, checks verifiers, and signs tokens, good and bad.

use crate::published_rsa;
use crate::secret::{base64url, hex};
use crate::unified_identity::{Arrival, Departure, Provider, Registration, TokenExchange};
use ring::digest::{SHA256, digest};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub const ISSUER: &str = "https://id.example.org";
pub const CLIENT: &str = "liangjian";

pub fn p256_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, document.as_ref(), &random).expect("a key")
}

/// The provider. It signs with keys made for the test; of its RSA key it has the public half only.
pub struct SmallProvider {
    pub p256: EcdsaKeyPair,
    pub ed25519: Ed25519KeyPair,
    /// Codes with the challenge they were given for; each is taken once.
    codes: BTreeMap<String, String>,
}

impl SmallProvider {
    pub fn new() -> Self {
        let ed25519 = Ed25519KeyPair::from_seed_unchecked(&[3; 32]).expect("a seed of 32 bytes");
        Self { p256: p256_key(), ed25519, codes: BTreeMap::new() }
    }

    pub fn discovery() -> Value {
        json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://id.example.org/authorize",
            "token_endpoint": "https://id.example.org/token",
            "jwks_uri": "https://id.example.org/keys",
            "code_challenge_methods_supported": ["plain", "S256"],
        })
    }

    pub fn key_set(&self) -> Value {
        let point = self.p256.public_key().as_ref();
        let (x, y) = (base64url(&point[1..33]), base64url(&point[33..]));
        json!({ "keys": [
            { "kty": "RSA", "kid": "r", "use": "sig", "alg": "RS256",
              "n": published_rsa::MODULUS, "e": published_rsa::EXPONENT },
            { "kty": "EC", "kid": "e", "crv": "P-256", "x": x, "y": y },
            { "kty": "OKP", "kid": "d", "crv": "Ed25519", "x": base64url(self.ed25519.public_key().as_ref()) },
            { "kty": "EC", "kid": "x", "use": "enc", "crv": "P-256", "x": x, "y": y },
            { "kty": "a kind of next year" },
        ]})
    }

    /// What a person does who comes with `departure` and agrees.
    pub fn visit(&mut self, departure: &Departure) -> Arrival {
        let query = departure.url.split_once('?').expect("a query").1;
        let fields: BTreeMap<_, _> = query.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let code = hex(digest(&SHA256, query.as_bytes()).as_ref());
        self.codes.insert(code.clone(), fields["code_challenge"].to_owned());
        let state = fields["state"].to_owned();
        Arrival { state, code: Some(code), error: None, iss: None }
    }

    /// Answers an exchange with `token`, or refuses it.
    pub fn answer(&mut self, exchange: &TokenExchange, token: &str) -> (u16, Vec<u8>) {
        let body = exchange.body.expose_text().expect("text");
        let fields: BTreeMap<_, _> = body.split('&').filter_map(|pair| pair.split_once('=')).collect();
        let challenge = self.codes.remove(fields["code"]);
        let verifier = base64url(digest(&SHA256, fields["code_verifier"].as_bytes()).as_ref());
        if challenge == Some(verifier) {
            (200, json!({ "id_token": token, "token_type": "Bearer" }).to_string().into_bytes())
        } else {
            (400, json!({ "error": "invalid_grant" }).to_string().into_bytes())
        }
    }

    /// A token with the header and payload given, signed as `algorithm` says.
    pub fn sign(&self, algorithm: &str, header: &Value, payload: &Value) -> String {
        let part = |value: &Value| base64url(value.to_string().as_bytes());
        let message = format!("{}.{}", part(header), part(payload));
        let signature = match algorithm {
            "ES256" => {
                let signed = self.p256.sign(&SystemRandom::new(), message.as_bytes());
                signed.expect("signed").as_ref().to_vec()
            }
            "EdDSA" => self.ed25519.sign(message.as_bytes()).as_ref().to_vec(),
            // The old trick: the public key as a shared secret.
            "HS256" => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, self.p256.public_key().as_ref());
                hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
            }
            _ => Vec::new(),
        };
        format!("{message}.{}", base64url(&signature))
    }
}

pub fn registration() -> Registration {
    Registration {
        client_id: CLIENT.to_owned(),
        client_secret: None,
        redirect_uri: "https://lj.example.org/return".to_owned(),
        scopes: vec!["profile".to_owned()],
        leeway_seconds: 60,
    }
}

pub fn provider() -> Provider {
    Provider::discovered(ISSUER, SmallProvider::discovery().to_string().as_bytes(), registration())
        .expect("a sound provider")
}
