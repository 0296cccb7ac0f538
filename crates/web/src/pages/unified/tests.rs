//! Signing in through a small provider, and everything that can go wrong on the way.

use crate::{
    testing::{Answer, Site, Visitor},
    unified::{Errand, Fetch, SecondFactor, UnifiedIdentity, Unreachable},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use identity::unified_identity::Registration;
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use serde_json::json;
use std::sync::{Arc, Mutex};

const ISSUER: &str = "https://id.example.org";

/// What the provider does next.
struct Small {
    is_away: bool,
    key: u8,
    nonce: String,
    issued_at: i64,
    keys_fetched: u32,
}

impl Small {
    fn answer(&mut self, errand: &Errand) -> Result<(u16, Vec<u8>), Unreachable> {
        if self.is_away {
            return Err(Unreachable);
        }
        let pair = Ed25519KeyPair::from_seed_unchecked(&[self.key; 32]).unwrap();
        let kid = format!("k{}", self.key);
        let document = match errand.url.strip_prefix(ISSUER).unwrap() {
            "/.well-known/openid-configuration" => json!({
                "issuer": ISSUER, "authorization_endpoint": "https://id.example.org/authorize",
                "token_endpoint": "https://id.example.org/token", "jwks_uri": "https://id.example.org/keys",
            }),
            "/keys" => {
                self.keys_fetched += 1;
                let x = BASE64.encode(pair.public_key().as_ref());
                json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": x }] })
            }
            "/token" => {
                assert!(errand.body.as_ref().unwrap().expose_text().unwrap().contains("code_verifier="));
                let said = json!({ "iss": ISSUER, "sub": "person-1", "aud": "lj", "nonce": self.nonce,
                    "iat": self.issued_at, "exp": self.issued_at + 300, "acr": "2" });
                let part = |value: &serde_json::Value| BASE64.encode(value.to_string());
                let message = format!("{}.{}", part(&json!({ "alg": "EdDSA", "kid": kid })), part(&said));
                let signature = BASE64.encode(pair.sign(message.as_bytes()));
                json!({ "id_token": format!("{message}.{signature}") })
            }
            other => panic!("{other} is not asked for"),
        };
        Ok((200, document.to_string().into_bytes()))
    }
}

/// A site and its provider.
async fn site() -> (Site, Arc<Mutex<Small>>) {
    let small = Small { is_away: false, key: 3, nonce: String::new(), issued_at: 0, keys_fetched: 0 };
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
    let unified = UnifiedIdentity::new(label, (ISSUER.to_owned(), registration), second, fetch);
    (Site::on(|host| host.unified = Some(unified)).await, small)
}

/// What a person does at the provider: gives the address of the return.
fn visit(site: &Site, small: &Mutex<Small>, url: &str) -> String {
    let field = |name: &str| {
        let start = url.split(&format!("{name}=")).nth(1).unwrap();
        start.split('&').next().unwrap().to_owned()
    };
    let mut small = small.lock().unwrap();
    small.nonce = field("nonce");
    small.issued_at = (site.service.city.host.now)().timestamp();
    format!("/sign-in/unified/return?code=c&state={}", field("&state"))
}

async fn depart(site: &Site, small: &Mutex<Small>, browser: &Visitor<'_>) -> String {
    let away = browser.get("/sign-in/unified?next=/firm").await;
    away.assert_status(303);
    visit(site, small, away.header("location"))
}

/// Binds the account of somebody who is signed in.
async fn bind(site: &Site, small: &Mutex<Small>, login: &str) -> Answer {
    let person = site.person(login).await;
    let page = person.post("/account/security/unified", &[]).await;
    let url = page.assert_ok().body.split("href=\"https://id").nth(1).unwrap().split('"').next().unwrap();
    let url = url.replace("&#38;", "&").replace("&amp;", "&");
    person.get(&visit(site, small, &url)).await
}

#[tokio::test]
async fn a_bound_account_is_signed_in_once_for_each_departure() {
    let (site, small) = site().await;
    assert_eq!(bind(&site, &small, "somebody").await.header("location"), "/account?done=unified_bound");
    let browser = site.visitor();
    let back = depart(&site, &small, &browser).await;
    let entered = browser.get(&back).await;
    assert_eq!(entered.header("location"), "/firm");
    browser.with_cookie_of(&entered).get("/account").await.assert_ok().assert_shows("测试员");
    browser.get(&back).await.assert_status(400).assert_shows("已经失效");
    browser.get("/sign-in").await.assert_shows("用市统一身份登录");
    assert_eq!(small.lock().unwrap().keys_fetched, 1, "keys are kept");
    assert_eq!(bind(&site, &small, "another").await.header("location"), "/account?fault=unified_taken");
}

#[tokio::test]
async fn another_state_another_browser_and_a_late_return_sign_nobody_in() {
    let (site, small) = site().await;
    bind(&site, &small, "somebody").await;
    let browser = site.visitor();
    let back = depart(&site, &small, &browser).await;
    browser.get(&format!("{back}x")).await.assert_status(400);
    browser.get("/sign-in/unified/return").await.assert_status(400);
    site.visitor().get(&back).await.assert_status(400);
    site.pass_seconds(601);
    browser.get(&back).await.assert_status(400).assert_shows("/sign-in");
}

#[tokio::test]
async fn a_wrong_nonce_and_a_word_of_refusal_are_told_without_the_words_of_the_provider() {
    let (site, small) = site().await;
    let browser = site.visitor();
    let back = depart(&site, &small, &browser).await;
    small.lock().unwrap().nonce = "another".to_owned();
    browser.get(&back).await.assert_status(403).assert_shows("无法核实");
    let back = depart(&site, &small, &browser).await.replace("code=c", "error=evil_words");
    browser.get(&back).await.assert_status(403).assert_shows("没有同意").assert_lacks("evil_words");
}

#[tokio::test]
async fn new_keys_are_fetched_once_and_an_unknown_person_is_told_what_to_do() {
    let (site, small) = site().await;
    for key in [3, 4, 4] {
        small.lock().unwrap().key = key;
        let browser = site.visitor();
        let back = depart(&site, &small, &browser).await;
        browser
            .get(&back)
            .await
            .assert_status(403)
            .assert_shows("还没有绑定账号")
            .assert_shows("/invitation");
    }
    assert_eq!(small.lock().unwrap().keys_fetched, 2);
}

#[tokio::test]
async fn a_provider_that_is_away_is_told_and_asked_again() {
    let (site, small) = site().await;
    small.lock().unwrap().is_away = true;
    site.visitor().get("/sign-in").await.assert_ok().assert_shows("暂时没有回应");
    site.visitor().get("/sign-in/unified").await.assert_status(503).assert_shows("/sign-in");
    small.lock().unwrap().is_away = false;
    let browser = site.visitor();
    let back = depart(&site, &small, &browser).await;
    small.lock().unwrap().is_away = true;
    browser.get(&back).await.assert_status(503).assert_shows("暂时没有回应");
}

#[tokio::test]
async fn binding_needs_a_fresh_proof_and_a_city_without_it_has_no_such_pages() {
    let (with, _) = site().await;
    let person = with.person("somebody").await.proved_before(6).await;
    person.post("/account/security/unified", &[]).await.assert_status(403);
    let without = Site::with_policies().await;
    without.get("/sign-in/unified").await.assert_status(404);
    without.get("/sign-in").await.assert_lacks("/sign-in/unified");
}
