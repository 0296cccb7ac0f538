//! The firm and who acts for it.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn an_owner_mandates_an_agent_until_a_day_and_ends_it() {
    let site = Site::with_policies().await;
    let (owner, agent) = (site.signed_in(Role::FirmOwner).await, site.person("agent").await);
    let form = [("login", "agent"), ("until", "2027-01-31")];
    owner.post("/firm/mandates", &form).await.assert_ok().assert_shows("role=\"status\"");
    let grant = site.store().grants_of_person(&agent.id).await.unwrap().remove(0).id;
    agent.post("/account/role", &[("role", &grant)]).await.assert_status(303);
    agent.get("/firm").await.assert_ok().assert_lacks("name=\"login\"");
    agent.post("/firm/mandates", &form).await.assert_status(403);
    owner.post("/firm/mandates/end", &[("grant", &grant)]).await.assert_status(303);
    agent.get("/firm").await.assert_status(403);
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
async fn the_agent_of_another_firm_is_out_of_reach() {
    let site = Site::with_policies().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let foreign = site.signed_in_at(Role::FirmAgent, "91330000704202479R").await;
    owner.post("/firm/mandates/end", &[("grant", &foreign.grant)]).await.assert_status(404);
    owner.post("/firm/mandates/end", &[("grant", "absent")]).await.assert_status(404);
    foreign.get("/firm").await.assert_ok().assert_shows("91330000704202479R");
}
