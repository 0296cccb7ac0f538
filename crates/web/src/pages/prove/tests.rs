//! Showing again who one is.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn a_fresh_proof_opens_what_an_old_one_does_not_and_changes_the_token() {
    let site = Site::with_policies().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    site.set_password(&owner.id, "correct horse battery").await;
    let stale = owner.proved_before(20).await;
    let form = [("login", "agent"), ("name", "李四"), ("until", "2027-01-31")];
    stale.post("/firm/mandates", &form).await.assert_status(403).assert_shows("/prove?next=");
    stale
        .post("/prove", &[("proof", "wrong"), ("next", "/firm")])
        .await
        .assert_ok()
        .assert_shows("role=\"alert\"");
    Site::pass_seconds(5);
    let proved = stale.post("/prove", &[("proof", "correct horse battery"), ("next", "/firm")]).await;
    proved.assert_status(303);
    assert_eq!(proved.header("location"), "/firm");
    stale.get("/firm").await.assert_status(303);
    let fresh = stale.with_cookie_of(&proved);
    fresh.post("/firm/mandates", &form).await.assert_ok();
}

#[tokio::test]
async fn whoever_has_nothing_to_prove_himself_with_is_led_to_the_sign_in() {
    let site = Site::with_policies().await;
    let person = site.signed_in(Role::Clerk).await;
    person.get("/prove").await.assert_ok().assert_lacks("name=\"proof\"").assert_shows("重新登录");
    site.set_password(&person.id, "correct horse battery").await;
    person.get("/prove").await.assert_shows("name=\"proof\"").assert_lacks("重新登录");
}
