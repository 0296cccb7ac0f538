//! Signing in through a small provider, and everything that can go wrong on the way.

use crate::{
    small_provider::{Lie, SmallProvider, bind, depart},
    testing::Site,
};
use serde_json::json;
use store::CredentialKind;

#[tokio::test]
async fn a_bound_account_is_signed_in_once_for_each_departure() {
    let (site, small) = SmallProvider::site().await;
    assert_eq!(bind(&site, &small, "somebody").await.header("location"), "/account?done=unified_bound");
    let browser = site.visitor();
    let back = depart(&site, &small, &browser).await;
    let entered = browser.get(&back).await;
    assert_eq!(entered.header("location"), "/firm");
    let inside = browser.with_cookie_of(&entered);
    inside.get("/account").await.assert_ok().assert_shows("测试员").assert_shows("已绑定市统一身份");
    browser.get(&back).await.assert_status(400).assert_shows("已经失效");
    browser.get("/sign-in").await.assert_shows("用市统一身份登录");
    assert_eq!(small.lock().unwrap().keys_fetched, 1, "keys are kept");
    let events = site.store().events_of("person:p-somebody").await.unwrap();
    assert_eq!(events.last().unwrap().kind, "session.opened");
}

#[tokio::test]
async fn an_identity_is_bound_to_one_account_until_its_owner_takes_it_away() {
    let (site, small) = SmallProvider::site().await;
    bind(&site, &small, "somebody").await;
    assert_eq!(bind(&site, &small, "another").await.header("location"), "/account?fault=unified_taken");
    let browser = site.visitor();
    let entered = browser.get(&depart(&site, &small, &browser).await).await;
    let inside = browser.with_cookie_of(&entered);
    // The last way in could once be taken away, and the account was then nobody's.
    let last = inside.post("/account/security/unified/remove", &[]).await;
    assert_eq!(last.header("location"), "/account?fault=unified_last");
    site.set_password("p-somebody", "four unrelated words").await;
    let removed = inside.post("/account/security/unified/remove", &[]).await;
    assert_eq!(removed.header("location"), "/account?done=unified_removed");
    browser.get(&depart(&site, &small, &browser).await).await.assert_status(403);
    assert_eq!(bind(&site, &small, "third").await.header("location"), "/account?done=unified_bound");
}

#[tokio::test]
async fn another_state_another_browser_and_a_late_return_sign_nobody_in() {
    let (site, small) = SmallProvider::site().await;
    bind(&site, &small, "somebody").await;
    let browser = site.visitor();
    let back = depart(&site, &small, &browser).await;
    browser.get(&format!("{back}x")).await.assert_status(400);
    browser.get("/sign-in/unified/return").await.assert_status(400);
    site.visitor().get(&back).await.assert_status(400);
    Site::pass_seconds(601);
    browser.get(&back).await.assert_status(400).assert_shows("/sign-in");
}

#[tokio::test]
async fn a_token_that_lies_signs_nobody_in_and_the_reader_is_not_told_how() {
    let (site, small) = SmallProvider::site().await;
    bind(&site, &small, "somebody").await;
    let lies: [(&str, Lie); 8] = [
        ("nonce", |_, said| said["nonce"] = json!("another")),
        ("no nonce", |_, said| said["nonce"] = json!(null)),
        ("issuer", |_, said| said["iss"] = json!("https://evil.test")),
        ("audience", |_, said| said["aud"] = json!("another")),
        ("expired", |_, said| said["exp"] = json!(said["iat"].as_i64().unwrap() - 61)),
        ("old", |_, said| said["iat"] = json!(said["iat"].as_i64().unwrap() - 3_600)),
        ("alg none", |header, _| *header = json!({ "alg": "none" })),
        ("alg HS256", |header, _| header["alg"] = json!("HS256")),
    ];
    for (name, lie) in lies {
        small.lock().unwrap().lie = lie;
        let browser = site.visitor();
        let answer = browser.get(&depart(&site, &small, &browser).await).await;
        assert_eq!(answer.status.as_u16(), 403, "{name}");
        answer.assert_shows("无法核实").assert_lacks("evil.test");
        let stays = browser.with_cookie_of(&answer).get("/account").await;
        assert!(stays.header("location").starts_with("/sign-in?"), "{name}");
    }
}

#[tokio::test]
async fn a_word_of_refusal_is_told_without_the_words_of_the_provider() {
    let (site, small) = SmallProvider::site().await;
    let browser = site.visitor();
    let back = depart(&site, &small, &browser).await.replace("code=", "error=evil_words&former=");
    let answer = browser.get(&back).await;
    answer.assert_status(403).assert_shows("没有同意");
    assert!(!answer.body.split("<main").nth(1).unwrap().contains("evil_words"));
    // A code that the provider does not know, as when somebody made it up.
    let back = depart(&site, &small, &browser).await.replace("code=", "code=0");
    browser.get(&back).await.assert_status(403).assert_shows("没有同意");
}

#[tokio::test]
async fn new_keys_are_fetched_once_and_an_unknown_person_is_told_what_to_do() {
    let (site, small) = SmallProvider::site().await;
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
async fn a_dismissed_person_is_as_unknown_as_a_stranger() {
    let (site, small) = SmallProvider::site().await;
    bind(&site, &small, "somebody").await;
    let browser = site.visitor();
    let back = depart(&site, &small, &browser).await;
    site.store().close_person("p-somebody", &site.deed("operator")).await.unwrap();
    let answer = browser.get(&back).await;
    answer.assert_status(403).assert_shows("还没有绑定账号");
    assert!(!answer.header("set-cookie").contains("session"));
}

#[tokio::test]
async fn one_factor_at_the_provider_is_one_factor_here() {
    let (site, small) = SmallProvider::site().await;
    bind(&site, &small, "somebody").await;
    small.lock().unwrap().lie = |_, said| said["acr"] = json!("1");
    let enter = || async {
        let browser = site.visitor();
        browser.get(&depart(&site, &small, &browser).await).await
    };
    enter().await.assert_status(303);
    let seed = store::Credential {
        kind: CredentialKind::OneTimeCode,
        id: String::new(),
        label: String::new(),
        data: "{}".to_owned(),
        created_at: (site.service.city.host.now)(),
        used_at: None,
    };
    let deed = site.deed("p-somebody");
    site.store().replace_credentials("p-somebody", seed.kind, &[seed], &deed).await.unwrap();
    enter().await.assert_ok().assert_shows("/sign-in/code");
    small.lock().unwrap().lie = |_, _| ();
    enter().await.assert_status(303);
}

#[tokio::test]
async fn a_provider_that_is_away_is_told_and_asked_again() {
    let (site, small) = SmallProvider::site().await;
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
    let (with, _) = SmallProvider::site().await;
    let person = with.person("somebody").await.proved_before(6).await;
    for path in ["/account/security/unified", "/account/security/unified/remove"] {
        person.post(path, &[]).await.assert_status(403).assert_shows("/prove?next=");
    }
    let without = Site::with_policies().await;
    let person = without.person("somebody").await;
    person.post("/account/security/unified", &[]).await.assert_status(404);
    person.get("/account").await.assert_ok().assert_lacks("unified");
    without.get("/sign-in/unified").await.assert_status(404);
    without.get("/sign-in").await.assert_lacks("/sign-in/unified");
}
