//! The page of sign-in and security.

use crate::testing::{Answer, Site, Somebody, seed_of};
use domain::access::Role;
use identity::one_time_code::{Seed, step_at};

const PASSWORD: &str = "four unrelated words";
const NEXT_PASSWORD: &str = "another row of words";

/// Sets one-time codes up; answers the secret and the page of recovery codes.
async fn set_up(site: &Site, person: &Somebody<'_>) -> (Seed, Answer) {
    let begun = person.post("/account/security/code/begin", &[]).await;
    begun.assert_ok().assert_shows("<svg").assert_shows("role=\"img\"");
    let (seed, step) = (
        seed_of(begun.between("<code>", "</code>")),
        begun.between("name=\"step\" value=\"", "\"").to_owned(),
    );
    let code = seed.code(step_at((site.service.city.host.now)()));
    let codes = person.post("/account/security/code", &[("step", &step), ("code", &code)]).await;
    codes.assert_ok();
    (seed, codes)
}

#[tokio::test]
async fn the_password_is_changed_with_the_old_one_and_other_sessions_end() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    site.set_password(&person.id, PASSWORD).await;
    let there = person.once_more().await;
    let form = |old, new, again| [("old", old), ("password", new), ("again", again)];
    let wrong = person.post("/account/security/password", &form("wrong", NEXT_PASSWORD, NEXT_PASSWORD)).await;
    wrong.assert_ok().assert_shows("现在的密码不对");
    Site::pass_seconds(5);
    let weak = person.post("/account/security/password", &form(PASSWORD, "somebody", "other")).await;
    weak.assert_ok().assert_shows("两次输入的密码不一样").assert_lacks(PASSWORD);
    there.get("/account").await.assert_ok();
    let right =
        person.post("/account/security/password", &form(PASSWORD, NEXT_PASSWORD, NEXT_PASSWORD)).await;
    assert!(right.header("location").ends_with("done=password"));
    there.get("/account").await.assert_status(303);
    person.get("/account/security?done=password").await.assert_ok().assert_shows("密码已修改");
    let sign_in = |password| [("login", "somebody"), ("password", password)];
    site.visitor().post("/sign-in", &sign_in(PASSWORD)).await.assert_ok();
    Site::pass_seconds(5);
    site.visitor().post("/sign-in", &sign_in(NEXT_PASSWORD)).await.assert_status(303);
}

#[tokio::test]
async fn whoever_has_no_password_is_told_so() {
    let site = Site::with_policies().await;
    let person = site.signed_in(Role::Leader).await;
    person.get("/account/security").await.assert_ok().assert_shows("没有密码").assert_lacks("name=\"old\"");
    let form = [("old", "a"), ("password", NEXT_PASSWORD), ("again", NEXT_PASSWORD)];
    let answer = person.post("/account/security/password", &form).await;
    assert!(answer.header("location").ends_with("fault=no_password"));
}

#[tokio::test]
async fn one_time_codes_are_set_up_with_a_first_code_and_asked_for_from_then_on() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    site.set_password(&person.id, PASSWORD).await;
    let (seed, codes) = set_up(&site, &person).await;
    assert_eq!(codes.count("<li><code>"), 10);
    assert!(codes.header("cache-control").contains("no-store"));
    let person = person.with_cookie_of(&codes);
    person.get("/account/security").await.assert_shows("已开启").assert_shows("还剩10个");
    let first = site.visitor().post("/sign-in", &[("login", "somebody"), ("password", PASSWORD)]).await;
    let step = first.between("name=\"step\" value=\"", "\"").to_owned();
    let used = seed.code(step_at((site.service.city.host.now)()));
    Site::pass_seconds(5);
    let again = site.visitor().post("/sign-in/code", &[("step", &step), ("code", &used)]).await;
    again.assert_ok().assert_shows("已经用过");
    let step = again.between("name=\"step\" value=\"", "\"").to_owned();
    Site::pass_seconds(5);
    let printed = codes.between("<li><code>", "</code>");
    site.visitor().post("/sign-in/code", &[("step", &step), ("code", printed)]).await.assert_status(303);
    person.get("/account/security").await.assert_shows("还剩9个");
}

#[tokio::test]
async fn a_wrong_first_code_asks_again_for_the_same_secret() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    let begun = person.post("/account/security/code/begin", &[]).await;
    let token = |answer: &Answer| answer.between("name=\"step\" value=\"", "\"").to_owned();
    let wrong = person.post("/account/security/code", &[("step", &token(&begun)), ("code", "12345")]).await;
    wrong.assert_ok().assert_shows("数字不对");
    assert_eq!(
        seed_of(begun.between("<code>", "</code>")).expose_bytes(),
        seed_of(wrong.between("<code>", "</code>")).expose_bytes()
    );
    let other = site.person("other").await;
    let code = seed_of(wrong.between("<code>", "</code>")).code(step_at((site.service.city.host.now)()));
    let stolen = other.post("/account/security/code", &[("step", &token(&wrong)), ("code", &code)]).await;
    assert!(stolen.header("location").ends_with("fault=late"));
    person.get("/account/security").await.assert_shows("还没有开启");
}

#[tokio::test]
async fn second_factors_are_changed_after_a_fresh_proof_alone() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    set_up(&site, &person).await;
    let (fresh, stale) = (person.once_more().await, person.proved_before(6).await);
    for path in ["code/begin", "code/remove", "recovery"] {
        stale.post(&format!("/account/security/{path}"), &[]).await.assert_status(403).assert_shows("/prove");
    }
    stale
        .get("/account/security")
        .await
        .assert_shows("/prove?next=/account/security")
        .assert_lacks("/recovery");
    fresh.post("/account/security/recovery", &[]).await.assert_ok().assert_shows("备用码");
    let removed = fresh.post("/account/security/code/remove", &[]).await;
    assert!(removed.header("location").ends_with("done=code_removed"));
    fresh.get("/account/security").await.assert_shows("还没有开启");
    let answer = fresh.post("/account/security/recovery", &[]).await;
    assert!(answer.header("location").ends_with("fault=no_code"));
}

#[tokio::test]
async fn the_page_is_whole_in_english() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    let english = person.get_english("/account/security").await;
    english.assert_ok().assert_shows("One-time codes").assert_lacks("⟦");
}

#[tokio::test]
async fn a_second_factor_that_is_removed_no_longer_vouches_for_any_session() {
    // Sessions once kept what a factor that was gone had vouched for.
    let site = Site::with_policies().await;
    let clerk = site.signed_in(Role::Clerk).await;
    set_up(&site, &clerk).await;
    let (here, there) = (clerk.once_more().await, clerk.once_more().await);
    there.get("/counter").await.assert_ok();
    let removed = here.post("/account/security/code/remove", &[]).await;
    assert!(removed.header("location").ends_with("done=code_removed"));
    for session in [&here, &there] {
        session.get("/counter").await.assert_status(403).assert_shows("/account/security");
        session.get("/account").await.assert_ok();
    }
}

#[tokio::test]
async fn known_devices_are_forgotten_one_by_one_with_the_password_and_after_their_time() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    site.set_password(&person.id, PASSWORD).await;
    let sign_in = async || {
        Site::pass_seconds(5);
        let visitor = site.visitor();
        let answer = visitor.post("/sign-in", &[("login", "somebody"), ("password", PASSWORD)]).await;
        visitor.with_cookie_of(answer.assert_status(303))
    };
    let known = async || person.once_more().await.get("/account/security").await.count("name=\"device\"");
    let first = sign_in().await;
    let second = sign_in().await;
    let page = first.get("/account/security").await;
    assert_eq!((page.count("name=\"device\""), page.count("当前这一个")), (2, 1));
    let device = page.between("name=\"device\" value=\"", "\"").to_owned();
    let forgotten = person.post("/account/security/device/forget", &[("device", &device)]).await;
    assert!(forgotten.header("location").ends_with("done=device"));
    assert_eq!(known().await, 1);
    let third = sign_in().await;
    third.post("/account/sessions/end", &[("session", "")]).await.assert_status(303);
    second.get("/account").await.assert_status(303);
    assert_eq!(known().await, 1, "only the browser that ended the others");
    sign_in().await;
    Site::pass_seconds(5);
    let form = [("old", PASSWORD), ("password", NEXT_PASSWORD), ("again", NEXT_PASSWORD)];
    person.once_more().await.post("/account/security/password", &form).await.assert_status(303);
    assert_eq!(known().await, 0, "the password was changed in a browser that is not remembered");
    site.set_password(&person.id, PASSWORD).await;
    sign_in().await;
    assert_eq!(known().await, 1);
    Site::pass_seconds(366 * 24 * 3600);
    assert_eq!(known().await, 0, "after the days of the inventory");
}
