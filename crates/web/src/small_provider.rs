//! A small provider of a unified identity for tests: it keeps codes and verifiers, signs tokens, and lies on demand.

use crate::{
    testing::{Answer, Site, Visitor},
    unified::{Errand, Fetch, SecondFactor, UnifiedIdentity, Unreachable},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use identity::{secret::token_hash, unified_identity::Registration};
use ring::{
    digest::{SHA256, digest},
    signature::{Ed25519KeyPair, KeyPair as _},
};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

const ISSUER: &str = "https://id.example.org";

/// Changes header and claims of a token before it is signed.
pub type Lie = fn(&mut Value, &mut Value);

/// The provider, and what it does next.
pub struct SmallProvider {
    /// Whether it gives no answer.
    pub is_away: bool,
    /// Which key it signs with.
    pub key: u8,
    /// How the next tokens lie.
    pub lie: Lie,
    /// How often its keys were asked for.
    pub keys_fetched: u32,
    /// What each code was given for.
    visits: BTreeMap<String, Visit>,
    issued_at: i64,
}

struct Visit {
    challenge: String,
    nonce: String,
}

impl SmallProvider {
    /// A site that knows a provider.
    pub async fn site() -> (Site, Arc<Mutex<Self>>) {
        let (unified, small) = Self::known();
        (Site::on(|host| host.unified = Some(unified)).await, small)
    }

    /// A provider, and what the service knows of it.
    pub fn known() -> (UnifiedIdentity, Arc<Mutex<Self>>) {
        let visits = BTreeMap::new();
        let small = Self { is_away: false, key: 3, lie: |_, _| (), keys_fetched: 0, visits, issued_at: 0 };
        let small = Arc::new(Mutex::new(small));
        let asked = Arc::clone(&small);
        let fetch: Fetch = Arc::new(move |errand| {
            let answer = asked.lock().unwrap().answer(&errand);
            Box::pin(async move { answer })
        });
        let registration = Registration {
            client_id: "lj".to_owned(),
            client_secret: None,
            redirect_uri: "https://lj.example.org/sign-in/unified/return".to_owned(),
            scopes: Vec::new(),
            leeway_seconds: 60,
        };
        let label = domain::Bilingual { zh: "市统一身份".to_owned(), en: "City ID".to_owned() };
        let second = SecondFactor { acr: vec!["2".to_owned()], amr: Vec::new() };
        (UnifiedIdentity::new(label, (ISSUER.to_owned(), registration), second, fetch), small)
    }

    fn answer(&mut self, errand: &Errand) -> Result<(u16, Vec<u8>), Unreachable> {
        if self.is_away {
            return Err(Unreachable);
        }
        let (status, document) = match errand.url.strip_prefix(ISSUER).unwrap() {
            "/.well-known/openid-configuration" => (
                200,
                json!({
                    "issuer": ISSUER, "authorization_endpoint": "https://id.example.org/authorize",
                    "token_endpoint": "https://id.example.org/token", "jwks_uri": "https://id.example.org/keys",
                }),
            ),
            "/keys" => {
                self.keys_fetched += 1;
                let x = BASE64.encode(self.pair().public_key().as_ref());
                (200, json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": self.kid(), "x": x }] }))
            }
            "/token" => self.exchange(errand.body.as_ref().unwrap().expose_text().unwrap()),
            other => panic!("{other} is not asked for"),
        };
        Ok((status, document.to_string().into_bytes()))
    }

    /// A token for a code, which serves once and for the verifier whose challenge it was given for.
    fn exchange(&mut self, body: &str) -> (u16, Value) {
        let verifier = digest(&SHA256, field(body, "code_verifier").as_bytes());
        let visit = self.visits.remove(&field(body, "code"));
        let visit = visit.filter(|visit| visit.challenge == BASE64.encode(verifier.as_ref()));
        let Some(visit) = visit else { return (400, json!({ "error": "invalid_grant" })) };
        let mut header = json!({ "alg": "EdDSA", "kid": self.kid() });
        let mut claims = json!({ "iss": ISSUER, "sub": "person-1", "aud": "lj", "nonce": visit.nonce,
            "iat": self.issued_at, "exp": self.issued_at + 300, "acr": "2" });
        (self.lie)(&mut header, &mut claims);
        let part = |value: &Value| BASE64.encode(value.to_string());
        let message = format!("{}.{}", part(&header), part(&claims));
        let signature = match header["alg"].as_str() {
            Some("none") => String::new(),
            _ => BASE64.encode(self.pair().sign(message.as_bytes())),
        };
        (200, json!({ "id_token": format!("{message}.{signature}"), "token_type": "Bearer" }))
    }

    fn pair(&self) -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[self.key; 32]).unwrap()
    }

    fn kid(&self) -> String {
        format!("k{}", self.key)
    }
}

/// A field of a form or of the query of an address.
fn field(text: &str, name: &str) -> String {
    let fields = text.split(['?', '&']).filter_map(|pair| pair.split_once('='));
    let mut values = fields.filter(|(found, _)| *found == name).map(|(_, value)| value.to_owned());
    values.next().unwrap_or_default()
}

/// What a person does at the provider: agrees, and gives the address of the return.
fn agree(site: &Site, small: &Mutex<SmallProvider>, url: &str) -> String {
    assert_eq!(
        [field(url, "response_type"), field(url, "code_challenge_method"), field(url, "scope")],
        ["code", "S256", "openid"]
    );
    let mut small = small.lock().unwrap();
    let (challenge, nonce) = (field(url, "code_challenge"), field(url, "nonce"));
    let code = token_hash(url);
    small.visits.insert(code.clone(), Visit { challenge, nonce });
    small.issued_at = (site.service.city.host.now)().timestamp();
    format!("/sign-in/unified/return?code={code}&state={}", field(url, "state"))
}

/// Leaves for the provider in a browser; the address of the return.
pub async fn depart(site: &Site, small: &Mutex<SmallProvider>, browser: &Visitor<'_>) -> String {
    let away = browser.get("/sign-in/unified?next=/firm").await;
    away.assert_status(303);
    agree(site, small, away.header("location"))
}

/// Binds the account of somebody who is signed in.
pub async fn bind(site: &Site, small: &Mutex<SmallProvider>, login: &str) -> Answer {
    let person = site.person(login).await;
    let page = person.post("/account/security/unified", &[]).await;
    let url = page.assert_ok().body.split("href=\"https://id").nth(1).unwrap().split('"').next().unwrap();
    let url = url.replace("&#38;", "&").replace("&amp;", "&");
    person.get(&agree(site, small, &url)).await
}
