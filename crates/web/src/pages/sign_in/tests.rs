//! Signing in.

use crate::testing::{Answer, Site};
use domain::access::Role;
use identity::password::policy::Policy;

const PASSWORD: &str = "four unrelated words";

#[tokio::test]
async fn a_right_password_opens_a_session_with_a_cookie_of_its_own() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    site.set_password(&person.id, PASSWORD).await;
    let form = [("login", " Somebody "), ("password", PASSWORD), ("next", "//elsewhere")];
    let answer = site.visitor().post("/sign-in", &form).await;
    assert_eq!(answer.header("location"), "/account");
    let cookies: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|one| one.to_str().unwrap()).collect();
    assert!(cookies.iter().any(|one| one.starts_with("__Host-session=")), "{cookies:?}");
    assert!(cookies.iter().any(|one| one.starts_with("__Host-device=")), "{cookies:?}");
    site.visitor().with_cookie_of(&answer).get("/account").await.assert_ok();
}

#[tokio::test]
async fn an_absent_account_and_a_wrong_password_look_the_same() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    site.set_password(&person.id, PASSWORD).await;
    let ask = |login: &'static str| {
        let visitor = site.visitor();
        async move { visitor.post("/sign-in", &[("login", login), ("password", "wrong")]).await }
    };
    let (there, absent) = (ask("somebody").await, ask("somebodi").await);
    assert_eq!(there.status, absent.status);
    let words =
        |body: &str| body.replace("somebodi", "somebody").split("form_token").next().unwrap().to_owned();
    assert_eq!(words(&there.body), words(&absent.body));
    there.assert_shows("登录名或密码不对").assert_lacks("wrong");
}

/// What the last request took beside time, as its line in the log tells.
fn effort(site: &Site) -> [u64; 3] {
    let lines = site.log.lock().unwrap();
    let line: serde_json::Value = serde_json::from_str(lines.last().unwrap()).unwrap();
    ["statements", "writes", "passwords"].map(|name| line[name].as_u64().unwrap())
}

#[tokio::test]
async fn an_absent_account_takes_the_same_work_as_one_that_is_there() {
    let site = Site::with_policies().await;
    let owner = site.person("owner").await;
    site.set_password(&owner.id, PASSWORD).await;
    site.person("invited").await;
    let closed = site.person("closed").await;
    site.set_password(&closed.id, PASSWORD).await;
    site.store().close_person(&closed.id, &site.deed("operator")).await.unwrap();
    let stored = site.store().credentials(&owner.id).await.unwrap();
    assert!(stored[0].data.contains("$m=19456,t=2,p=1,"), "all are worked out at one cost");
    // The first try of a login, a further one, one that has to wait, and one a day later.
    for (round, seconds) in [0, 5, 0, 100_000].into_iter().enumerate() {
        Site::pass_seconds(seconds);
        let mut seen = Vec::new();
        for login in ["owner", "invited", "closed", "nobody"] {
            // What the log itself has to do from time to time depends on its length, not on who tries.
            site.store().checkpoint().await.unwrap();
            let form = [("login", login), ("password", "a guess")];
            let answer = site.visitor().post("/sign-in", &form).await;
            seen.push((effort(&site), answer.status, answer.tells_of_a_fault()));
        }
        assert!(seen.iter().all(|one| *one == seen[0]), "{round}: {seen:?}");
        let is_worked_out = u64::from(round != 2);
        assert_eq!(seen[0].0[2], is_worked_out, "{round}: {seen:?}");
        assert!(seen[0].0[0] > 0, "{seen:?}");
    }
}

#[tokio::test]
async fn ten_thousand_guesses_are_looked_at_a_hundred_times_and_the_owner_gets_in() {
    let site = Site::with_policies().await;
    let owner = site.person("owner").await;
    site.set_password(&owner.id, PASSWORD).await;
    let form = [("login", "owner"), ("password", PASSWORD)];
    let first = site.visitor().post("/sign-in", &form).await;
    let known = site.visitor().with_cookie_of(&first);
    let mut evaluated = 0;
    for _ in 0..10_000 {
        Site::pass_milliseconds(360);
        let guess = site.visitor().post("/sign-in", &[("login", "owner"), ("password", "a guess")]).await;
        evaluated += usize::from(guess.body.contains("登录名或密码不对"));
    }
    assert!((90..=110).contains(&evaluated), "{evaluated}");
    site.visitor().post("/sign-in", &form).await.assert_ok().assert_shows("试错次数过多");
    known.post("/sign-in", &form).await.assert_status(303);
    assert!(site.store().events_of(&format!("person:{}", owner.id)).await.unwrap().len() > evaluated);
}

#[tokio::test]
async fn one_click_roles_are_for_demos_alone() {
    let site = Site::with_policies().await;
    site.visitor().post("/demo/leader", &[]).await.assert_status(404);
    site.get("/sign-in").await.assert_ok().assert_lacks("/demo/");
    let demo = Site::on(|host| host.is_demo = true).await;
    demo.get("/sign-in").await.assert_shows("/demo/leader").assert_shows("演示");
    for role in Role::ALL {
        let entered = demo.visitor().post(&format!("/demo/{}", role.name()), &[]).await;
        demo.visitor().with_cookie_of(&entered).get("/account").await.assert_ok().assert_shows("演示：");
    }
    demo.visitor().post("/demo/nobody", &[]).await.assert_status(404);
}

/// The step a page asks to be sent back with.
fn step_of(answer: &Answer) -> String {
    answer.between("name=\"step\" value=\"", "\"").to_owned()
}

#[tokio::test]
async fn where_passwords_are_renewed_a_due_one_opens_no_session_until_it_is_changed() {
    const FIRST: &str = "Korzhik sits on 3 chairs";
    const SECOND: &str = "Murzik lies on 2 sofas";
    let site = Site::on(|host| host.password_policy = Policy::Mlps3).await;
    let person = site.person("somebody").await;
    site.set_password(&person.id, FIRST).await;
    let sign_in = |password| [("login", "somebody"), ("password", password), ("next", "/account/data")];
    site.visitor().post("/sign-in", &sign_in(FIRST)).await.assert_status(303);
    let there = person.once_more().await;
    Site::pass_seconds(89 * 86_400);
    site.visitor().post("/sign-in", &sign_in(FIRST)).await.assert_status(303);
    Site::pass_seconds(86_400);
    let visitor = site.visitor();
    let due = visitor.post("/sign-in", &sign_in(FIRST)).await;
    due.assert_ok().assert_shows("更换密码").assert_shows("三类");
    assert!(!due.header("set-cookie").contains("session="), "nobody is in yet");
    let mut step = step_of(&due);
    for (next, fault) in
        [("four unrelated words", "至少使用3类字符"), ("short", "至少要8个字符"), (FIRST, "不能和现在的一样")]
    {
        let form = [("step", step.as_str()), ("password", next), ("again", next)];
        let told = visitor.post("/sign-in/password", &form).await;
        told.assert_ok().assert_shows(fault);
        step = step_of(&told);
    }
    let form = [("step", step.as_str()), ("password", SECOND), ("again", SECOND)];
    let entered = visitor.post("/sign-in/password", &form).await;
    assert_eq!(entered.header("location"), "/account/data");
    visitor.with_cookie_of(&entered).get("/account").await.assert_ok();
    there.get("/account").await.assert_status(303);
    let late = visitor.post("/sign-in/password", &form).await;
    assert!(late.header("location").ends_with("fault=late"), "a step serves once");
    Site::pass_seconds(5);
    site.visitor().post("/sign-in", &sign_in(SECOND)).await.assert_status(303);
}

#[tokio::test]
async fn a_renewal_that_was_begun_with_a_password_that_is_gone_sets_none() {
    const FIRST: &str = "Korzhik sits on 3 chairs";
    const STOLEN: &str = "Murzik lies on 2 sofas";
    let site = Site::on(|host| host.password_policy = Policy::Mlps3).await;
    let person = site.person("somebody").await;
    site.set_password(&person.id, FIRST).await;
    Site::pass_seconds(90 * 86_400);
    let visitor = site.visitor();
    let due = visitor.post("/sign-in", &[("login", "somebody"), ("password", FIRST)]).await;
    let step = step_of(&due);
    site.set_password(&person.id, "Barsik stands on 4 tables").await;
    let form = [("step", step.as_str()), ("password", STOLEN), ("again", STOLEN)];
    let late = visitor.post("/sign-in/password", &form).await;
    assert!(late.header("location").ends_with("fault=late"), "{}", late.header("location"));
    assert!(!late.header("set-cookie").contains("session="));
}

#[tokio::test]
async fn where_nothing_is_said_no_password_is_ever_due() {
    let site = Site::with_policies().await;
    let person = site.person("somebody").await;
    site.set_password(&person.id, PASSWORD).await;
    Site::pass_seconds(10 * 365 * 86_400);
    site.store().confirm_clock(&site.deed("operator")).await.unwrap();
    let form = [("login", "somebody"), ("password", PASSWORD)];
    site.visitor().post("/sign-in", &form).await.assert_status(303);
    site.get("/invitation").await.assert_shows("不要求大小写");
}
