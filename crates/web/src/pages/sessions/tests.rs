//! The page of sessions.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn a_session_that_is_ended_elsewhere_is_out_at_once() {
    let site = Site::with_policies().await;
    let here = site.signed_in(Role::FirmOwner).await;
    let there = here.once_more().await;
    here.get("/account/sessions").await.assert_ok().assert_shows("当前这一个").assert_shows("全部退出");
    here.post("/account/sessions/end", &[("session", "")]).await.assert_status(303);
    there.get("/account").await.assert_status(303);
    here.get("/account/sessions?done=ended")
        .await
        .assert_ok()
        .assert_shows("已退出")
        .assert_shows("已经结束");
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    let site = Site::with_policies().await;
    let (owner, other) = (site.signed_in(Role::FirmOwner).await, site.signed_in(Role::Head).await);
    owner.post("/account/sessions/end", &[("session", &other.session)]).await.assert_status(303);
    other.get("/account").await.assert_ok();
}
