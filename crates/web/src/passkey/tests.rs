//! Passkeys through the real router, with ceremonies signed by an authenticator in software.

use crate::testing::{Answer, Site, Somebody, Visitor};
use domain::access::Role;
use identity::passkey::authenticator::{Authenticator, Key};
use serde_json::Value;

const PASSWORD: &str = "four unrelated words";
const SECURITY: &str = "/account/security";

/// An authenticator that knows the address of the tests.
fn authenticator() -> Authenticator {
    let mut made = Authenticator::new(Key::p256());
    made.host = "lj.example.org".to_owned();
    made
}

/// Token and options of a ceremony that has begun.
fn begun(answer: &Answer) -> (String, Value) {
    answer.assert_ok();
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    (told["step"].as_str().unwrap().to_owned(), told["options"].clone())
}

/// Adds a passkey; answers the handle of its holder and what the page said.
async fn add(person: &Somebody<'_>, key: &Authenticator, name: &str) -> (String, Answer) {
    let (step, options) = begun(&person.post("/account/security/passkey/begin", &[]).await);
    let handle = options["publicKey"]["user"]["id"].as_str().unwrap().to_owned();
    let made = key.register(&options).to_string();
    let form = [("step", step.as_str()), ("answer", &made), ("name", name)];
    (handle, person.post("/account/security/passkey", &form).await)
}

/// Signs in with a passkey.
async fn sign_in(visitor: &Visitor<'_>, key: &mut Authenticator, handle: &str) -> Answer {
    key.count += 1;
    let (step, options) = begun(&visitor.post("/sign-in/passkey/begin", &[]).await);
    let signed = key.assert(&options, Some(handle)).to_string();
    visitor.post("/sign-in/passkey", &[("step", &step), ("answer", &signed), ("next", "/account/data")]).await
}

/// The kinds of the events about a person.
async fn events(site: &Site, person: &str) -> Vec<String> {
    let events = site.store().events_of(&format!("person:{person}")).await.unwrap();
    events.into_iter().map(|event| event.kind).collect()
}

#[tokio::test]
async fn a_passkey_is_added_signs_in_without_a_name_proves_and_is_removed() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    site.set_password(&person.id, PASSWORD).await;
    person.get(SECURITY).await.assert_shows("还没有通行密钥").assert_shows("<script src=\"/static/");
    let mut key = authenticator();
    let (handle, added) = add(&person, &key, " 办公室电脑 ").await;
    assert!(added.header("location").ends_with("done=passkey_added"), "{}", added.header("location"));
    let person = person.with_cookie_of(&added);
    person.get(SECURITY).await.assert_shows("<strong>办公室电脑</strong>").assert_lacks("还没有通行密钥");
    let entered = sign_in(&site.visitor(), &mut key, &handle).await;
    assert_eq!(entered.header("location"), "/account/data");
    let entered = site.visitor().with_cookie_of(&entered);
    entered.get(SECURITY).await.assert_ok().assert_shows("最近使用");
    key.count += 1;
    let (step, options) = begun(&entered.post("/prove/passkey/begin", &[]).await);
    let allowed = &options["publicKey"]["allowCredentials"];
    assert_eq!(allowed.as_array().map(Vec::len), Some(1), "{allowed}");
    let id = allowed[0]["id"].as_str().unwrap();
    let signed = key.assert(&options, None).to_string();
    let proved = entered.post("/prove/passkey", &[("step", &step), ("answer", &signed)]).await;
    proved.assert_status(303);
    let proved = entered.with_cookie_of(&proved);
    let removed = proved.post("/account/security/passkey/remove", &[("passkey", id)]).await;
    assert!(removed.header("location").ends_with("done=passkey_removed"));
    sign_in(&site.visitor(), &mut key, &handle).await.assert_ok().assert_shows("没有登记");
    let kinds = events(&site, "p-somebody").await;
    let expected = [
        "credential.set", "session.proved", "credential.signed", "session.opened", "credential.signed",
        "session.proved", "credential.removed", "session.factor-dropped",
    ];
    assert_eq!(kinds[kinds.len() - expected.len()..], expected, "{kinds:?}");
}

#[tokio::test]
async fn a_session_of_a_passkey_counts_as_two_factors() {
    let site = Site::with_policies().await;
    let admin = site.signed_in(Role::SecurityAdministrator).await;
    let mut key = authenticator();
    let (handle, added) = add(&admin, &key, "").await;
    admin.with_cookie_of(&added).get(SECURITY).await.assert_shows("<strong>?</strong>");
    let entered = sign_in(&site.visitor(), &mut key, &handle).await;
    site.visitor().with_cookie_of(&entered).get("/people").await.assert_ok();
}

#[tokio::test]
async fn a_challenge_serves_once_for_its_own_procedure_and_five_minutes() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    let mut key = authenticator();
    let (handle, _) = add(&person, &key, "a").await;
    let visitor = site.visitor();
    let (step, options) = begun(&visitor.post("/sign-in/passkey/begin", &[]).await);
    key.count = 9;
    let signed = key.assert(&options, Some(&handle)).to_string();
    let form = [("step", step.as_str()), ("answer", signed.as_str())];
    visitor.post("/sign-in/passkey", &form).await.assert_status(303);
    visitor.post("/sign-in/passkey", &form).await.assert_ok().assert_shows("时间过长");
    visitor.post("/sign-in/passkey", &[]).await.assert_ok().assert_shows("时间过长");
    let (step, options) = begun(&visitor.post("/sign-in/passkey/begin", &[]).await);
    key.count = 10;
    let signed = key.assert(&options, Some(&handle)).to_string();
    let form = [("step", step.as_str()), ("answer", signed.as_str())];
    let other = site.person("other").await;
    other.post("/prove/passkey", &form).await.assert_ok().assert_shows("时间过长");
    let (step, options) = begun(&visitor.post("/sign-in/passkey/begin", &[]).await);
    let signed = key.assert(&options, Some(&handle)).to_string();
    Site::pass_seconds(301);
    let late = visitor.post("/sign-in/passkey", &[("step", &step), ("answer", &signed)]).await;
    late.assert_ok().assert_shows("时间过长");
}

#[tokio::test]
async fn a_count_that_goes_backwards_is_refused_and_noted() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    let mut key = authenticator();
    let (handle, _) = add(&person, &key, "a").await;
    key.count = 6;
    sign_in(&site.visitor(), &mut key, &handle).await.assert_status(303);
    key.count = 4;
    let refused = sign_in(&site.visitor(), &mut key, &handle).await;
    refused.assert_ok().assert_shows("计数倒退");
    assert_eq!(refused.header("set-cookie"), "");
    let events = site.store().events_of("person:p-somebody").await.unwrap();
    let noted = events.last().unwrap();
    assert_eq!(noted.kind, "credential.counted-back");
    assert_eq!((noted.payload["stored"].as_u64(), noted.payload["seen"].as_u64()), (Some(7), Some(5)));
    key.count = 7;
    sign_in(&site.visitor(), &mut key, &handle).await.assert_status(303);
}

#[tokio::test]
async fn a_forged_or_foreign_passkey_opens_nothing() {
    let site = Site::with_policies().await;
    let (person, other) = (site.person("somebody").await, site.person("other").await);
    let mut key = authenticator();
    let (handle, added) = add(&person, &key, "a").await;
    added.assert_status(303);
    let (_, twice) = add(&other, &key, "b").await;
    assert!(twice.header("location").ends_with("fault=passkey_held"), "{}", twice.header("location"));
    let mut forged = authenticator();
    sign_in(&site.visitor(), &mut forged, &handle).await.assert_ok().assert_shows("没有通过核验");
    sign_in(&site.visitor(), &mut key, "AAAA").await.assert_ok().assert_shows("没有登记");
    let mut elsewhere = authenticator();
    elsewhere.origin = "https://evil.test".to_owned();
    sign_in(&site.visitor(), &mut elsewhere, &handle).await.assert_ok().assert_shows("没有通过核验");
    // A passkey of one person proves nothing about another.
    let (step, options) = begun(&other.post("/prove/passkey/begin", &[]).await);
    let signed = key.assert(&options, Some(&handle)).to_string();
    let form = [("step", step.as_str()), ("answer", signed.as_str())];
    other.post("/prove/passkey", &form).await.assert_ok().assert_shows("没有登记");
    site.store().close_person(&person.id, &site.deed("operator")).await.unwrap();
    sign_in(&site.visitor(), &mut key, &handle).await.assert_ok().assert_shows("没有登记");
    assert!(events(&site, "p-somebody").await.contains(&"sign-in.failed".to_owned()));
}

#[tokio::test]
async fn passkeys_are_changed_after_a_fresh_proof_alone() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    let stale = person.proved_before(6).await;
    for path in ["/begin", "", "/remove"] {
        let answer = stale.post(&format!("{SECURITY}/passkey{path}"), &[("passkey", "x")]).await;
        answer.assert_status(403).assert_shows("/prove?next=");
    }
    stale.get(SECURITY).await.assert_lacks("data-passkey=");
}

#[tokio::test]
async fn the_last_way_in_is_not_taken_away() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    let key = authenticator();
    add(&person, &key, "a").await;
    let person = site.store().credentials("p-somebody").await.map(|all| (all, person)).unwrap();
    let ((id, label), person) = ((&person.0[0].id, &person.0[0].label), person.1.once_more().await);
    assert_eq!(label, "a");
    let form = [("passkey", id.as_str())];
    let refused = person.post("/account/security/passkey/remove", &form).await;
    assert!(refused.header("location").ends_with("fault=passkey_last"));
    site.set_password(&person.id, PASSWORD).await;
    for expected in ["done=passkey_removed", "fault=passkey_gone"] {
        let answer = person.post("/account/security/passkey/remove", &form).await;
        assert!(answer.header("location").ends_with(expected), "{}", answer.header("location"));
    }
}

#[tokio::test]
async fn without_an_address_there_are_no_passkeys() {
    let site = Site::on(|host| host.origin = None).await;
    let person = site.person("somebody").await;
    person.get(SECURITY).await.assert_ok().assert_shows("还没有配置服务地址").assert_lacks("<script");
    person.post("/account/security/passkey/begin", &[]).await.assert_status(404);
    site.get("/sign-in").await.assert_ok().assert_lacks("<script");
    site.visitor().post("/sign-in/passkey/begin", &[]).await.assert_status(404);
}

#[tokio::test]
async fn the_script_is_a_file_of_this_host_under_the_address_of_its_version() {
    let site = Site::with_policies().await;
    let page = site.get("/sign-in").await;
    let address = page.body.split("<script src=\"").nth(1).unwrap().split('"').next().unwrap();
    let script = site.get(address).await;
    script.assert_ok().assert_shows("navigator.credentials.get");
    assert_eq!(script.header("content-type"), "text/javascript; charset=utf-8");
    assert!(script.header("cache-control").contains("immutable"));
    let old = site.get("/static/0/passkey.js").await;
    assert_eq!(old.header("location"), address);
}
