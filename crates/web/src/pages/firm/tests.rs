//! The firm and who acts for it.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn an_owner_mandates_an_agent_until_a_day_and_ends_it() {
    let site = Site::with_policies().await;
    let (owner, agent) = (site.signed_in(Role::FirmOwner).await, site.person("agent").await);
    let form = [("login", "agent"), ("name", "代办"), ("until", "2027-01-31")];
    owner.post("/firm/mandates", &form).await.assert_ok().assert_shows("role=\"status\"");
    let grant = site.store().grants_of_person(&agent.id).await.unwrap().remove(0).id;
    agent.post("/account/role", &[("role", &grant)]).await.assert_status(303);
    agent.get("/firm").await.assert_ok().assert_lacks("name=\"login\"");
    agent.post("/firm/mandates", &form).await.assert_status(403);
    owner.post("/firm/mandates/end", &[("grant", &grant)]).await.assert_status(303);
    agent.get("/firm").await.assert_status(403);
}

#[tokio::test]
async fn the_agents_of_an_owner_go_with_him() {
    let site = Site::with_policies().await;
    let (owner, agent) = (site.signed_in(Role::FirmOwner).await, site.person("agent").await);
    let form = [("login", "agent"), ("name", "代办"), ("until", "2027-01-31")];
    owner.post("/firm/mandates", &form).await.assert_ok().assert_shows("role=\"status\"");
    let grant = site.store().grants_of_person(&agent.id).await.unwrap().remove(0).id;
    agent.post("/account/role", &[("role", &grant)]).await.assert_status(303);
    agent.get("/firm").await.assert_ok();
    site.store().end_grant(&owner.grant, &site.deed("p-security")).await.unwrap();
    agent.get("/firm").await.assert_status(403);
    assert!(site.store().grant_of_id(&grant).await.unwrap().unwrap().ended_at.is_some());
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
        answer.assert_ok().assert_shows("class=\"secret\"").assert_shows("已授权");
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
