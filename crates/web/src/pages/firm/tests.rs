//! The firm and who acts for it.

use crate::testing::{Site, Somebody};
use domain::access::Role;

/// Lets an owner mandate somebody, who accepts; answers with the grant.
async fn mandated(site: &Site, owner: &Somebody<'_>, agent: &Somebody<'_>) -> String {
    let form = [("login", agent.login.as_str()), ("name", "代办"), ("until", "2027-01-31")];
    let page = owner.post("/firm/mandates", &form).await;
    let code = page.assert_ok().assert_shows("role=\"status\"").between("class=\"secret\">", "<").to_owned();
    let accepted = agent.post("/account/offers/accept", &[("code", &code)]).await;
    assert!(accepted.header("location").ends_with("done=accepted"), "{}", accepted.header("location"));
    let grant = site.store().grants_of_person(&agent.id).await.unwrap().remove(0).id;
    agent.post("/account/role", &[("role", &grant)]).await.assert_status(303);
    grant
}

#[tokio::test]
async fn an_owner_mandates_an_agent_until_a_day_and_ends_it() {
    let site = Site::with_policies().await;
    let (owner, agent) = (site.signed_in(Role::FirmOwner).await, site.person("agent").await);
    let grant = mandated(&site, &owner, &agent).await;
    agent.get("/firm").await.assert_ok().assert_lacks("name=\"login\"");
    agent.post("/firm/mandates", &[("login", "other"), ("name", "x")]).await.assert_status(403);
    owner.post("/firm/mandates/end", &[("grant", &grant)]).await.assert_status(303);
    agent.get("/firm").await.assert_status(403);
}

#[tokio::test]
async fn the_agents_of_an_owner_go_with_him() {
    let site = Site::with_policies().await;
    let (owner, agent) = (site.signed_in(Role::FirmOwner).await, site.person("agent").await);
    let grant = mandated(&site, &owner, &agent).await;
    agent.get("/firm").await.assert_ok();
    site.store().end_grant(&owner.grant, &site.deed("p-security")).await.unwrap();
    agent.get("/firm").await.assert_status(403);
    assert!(site.store().grant_of_id(&grant).await.unwrap().unwrap().ended_at.is_some());
}

#[tokio::test]
async fn a_mistyped_login_that_is_somebodys_gets_nothing_of_the_firm() {
    // The mandate once held at once, for whoever had the login that was typed.
    let site = Site::with_policies().await;
    let (owner, wrong) = (site.signed_in(Role::FirmOwner).await, site.person("anna").await);
    let form = [("login", "anna"), ("name", "某某"), ("until", "2027-01-31")];
    let code = owner.post("/firm/mandates", &form).await.between("class=\"secret\">", "<").to_owned();
    assert_eq!(site.store().grants_of_person(&wrong.id).await.unwrap(), []);
    let page = wrong.get("/account").await;
    page.assert_ok()
        .assert_shows("等待您接受的身份")
        .assert_lacks(crate::testing::FIRM)
        .assert_lacks("/firm\"");
    wrong.get("/firm").await.assert_status(403);
    let guessed = wrong.post("/account/offers/accept", &[("code", "01234-56789-abcde-fghjk")]).await;
    assert!(guessed.header("location").ends_with("fault=offer_code"));
    // Whoever has the code and another login gets nothing either.
    let other = site.person("other").await;
    let stolen = other.post("/account/offers/accept", &[("code", &code)]).await;
    assert!(stolen.header("location").ends_with("fault=offer_code"));
    let id = page.between("name=\"offer\" value=\"", "\"").to_owned();
    let foreign = other.post("/account/offers/decline", &[("offer", &id)]).await;
    assert!(foreign.header("location").ends_with("fault=offer_gone"));
    wrong.post("/account/offers/decline", &[("offer", &id)]).await.assert_status(303);
    wrong.get("/account").await.assert_lacks("等待您接受的身份");
    owner.get("/firm").await.assert_lacks("anna");
}

#[tokio::test]
async fn an_offer_is_taken_back_or_lapses_and_takes_no_login() {
    let site = Site::with_policies().await;
    let (owner, agent) = (site.signed_in(Role::FirmOwner).await, site.person("agent").await);
    let offer = async || {
        let form = [("login", "agent"), ("name", "某某"), ("until", "2027-01-31")];
        let page = owner.once_more().await.post("/firm/mandates", &form).await;
        let code = page.between("class=\"secret\">", "<").to_owned();
        (page.between("name=\"grant\" value=\"", "\"").to_owned(), code)
    };
    let (id, code) = offer().await;
    let taken_back = owner.post("/firm/mandates/end", &[("grant", &id)]).await;
    assert!(taken_back.header("location").ends_with("done=withdrawn"));
    agent.get("/account").await.assert_lacks("等待您接受的身份");
    let late = agent.post("/account/offers/accept", &[("code", &code)]).await;
    assert!(late.header("location").ends_with("fault=offer_code"));
    let (_, code) = offer().await;
    Site::pass_seconds(7 * 24 * 3600);
    let agent = agent.once_more().await;
    let late = agent.post("/account/offers/accept", &[("code", &code)]).await;
    assert!(late.header("location").ends_with("fault=offer_code"));
    let (owner, system) = (owner.once_more().await, site.signed_in(Role::SystemAdministrator).await);
    let form = [("login", "newcomer"), ("name", "某某"), ("until", "2027-01-31")];
    let code = owner.post("/firm/mandates", &form).await.between("class=\"secret\">", "<").to_owned();
    let free = [("login", "newcomer"), ("name", "某某")];
    system.post("/people", &free).await.assert_ok().assert_shows("class=\"secret\"");
    let words = "four unrelated words";
    let form = [("code", code.as_str()), ("password", words), ("again", words)];
    site.visitor().post("/invitation", &form).await.assert_ok().assert_shows("邀请码不对");
}

#[tokio::test]
async fn whether_there_is_an_account_changes_nothing_in_what_is_done_and_written() {
    let site = Site::with_policies().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    for login in ["there", "gone"] {
        site.person(login).await;
    }
    site.store().close_person("p-gone", &site.deed("p-security")).await.unwrap();
    let mut works = Vec::new();
    for login in ["there", "gone", "nobody"] {
        let form = [("login", login), ("name", "某某"), ("until", "2027-01-31")];
        // What the log itself has to do from time to time depends on its length, not on who is named.
        site.store().checkpoint().await.unwrap();
        let answer = owner.post("/firm/mandates", &form).await;
        let offer = answer.assert_ok().between("name=\"grant\" value=\"", "\"").to_owned();
        let line = site.log.lock().unwrap().last().unwrap().clone();
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        works.push(["statements", "writes"].map(|name| line[name].as_u64().unwrap()));
        owner.post("/firm/mandates/end", &[("grant", &offer)]).await.assert_status(303);
    }
    assert!(works[0][0] > 5 && works[0][1] > 0, "{works:?}");
    assert!(works.iter().all(|work| *work == works[0]), "{works:?}");
}

#[tokio::test]
async fn an_owner_mandates_nobody_under_his_own_login() {
    let site = Site::with_policies().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let form = [("login", owner.login.as_str()), ("name", "测试员"), ("until", "2027-01-31")];
    owner.post("/firm/mandates", &form).await.assert_status(403).assert_shows("不得给自己授权");
}

#[tokio::test]
async fn a_mandate_needs_a_day_to_come_and_a_newcomer_gets_an_invitation() {
    let site = Site::with_policies().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    for until in ["", "2020-01-01", "tomorrow"] {
        let form = [("login", "newcomer"), ("name", "李四"), ("until", until)];
        owner
            .post("/firm/mandates", &form)
            .await
            .assert_ok()
            .assert_shows("role=\"alert\"")
            .assert_shows("李四");
    }
    let form = [("login", "newcomer"), ("name", "李四"), ("until", "2027-01-31")];
    owner.post("/firm/mandates", &form).await.assert_ok().assert_shows("class=\"secret\"");
}

#[tokio::test]
async fn an_owner_does_not_learn_whose_login_it_is_nor_whether_it_was_there() {
    let site = Site::with_policies().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    site.person("officer").await;
    let mandate = async |login: &str, name: &str| {
        let form = [("login", login), ("name", name), ("until", "2027-01-31")];
        owner.post("/firm/mandates", &form).await
    };
    for name in ["", " "] {
        let (there, absent) = (mandate("officer", name).await, mandate("nobody", name).await);
        for answer in [there, absent] {
            answer.assert_ok().assert_shows("请填写姓名").assert_lacks("class=\"secret\"");
        }
    }
    let (there, absent) = (mandate("officer", "某某").await, mandate("nobody", "某某").await);
    for (answer, login) in [(&there, "officer"), (&absent, "nobody")] {
        answer.assert_ok().assert_shows("class=\"secret\"").assert_shows("已发出授权");
        // Neither the name that was typed nor that of the account, not even masked.
        answer.assert_shows(&format!("<strong>{login}</strong>")).assert_lacks("**").assert_lacks("某某");
    }
    let code = |body: &str| body.split("class=\"secret\">").nth(1).unwrap()[..23].to_owned();
    let words = ("password", "four unrelated words");
    for (answer, status) in [(&there, 200), (&absent, 303)] {
        let form = [("code", &*code(&answer.body)), words, ("again", words.1)];
        site.visitor().post("/invitation", &form).await.assert_status(status);
    }
}

#[tokio::test]
async fn the_agent_of_another_firm_is_out_of_reach() {
    let site = Site::with_policies().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let foreign = site.signed_in_at(Role::FirmAgent, "91330000704202479R").await;
    owner.post("/firm/mandates/end", &[("grant", &foreign.grant)]).await.assert_status(404);
    owner.post("/firm/mandates/end", &[("grant", "absent")]).await.assert_status(404);
    foreign.get("/firm").await.assert_ok().assert_shows("91330000704202479R");
}
