//! The list of accounts.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn the_system_administrator_opens_an_account_and_sees_the_code_once() {
    let site = Site::with_policies().await;
    let admin = site.signed_in(Role::SystemAdministrator).await;
    let form = [("login", "new-clerk"), ("name", "新来的"), ("phone", "13800000000")];
    let page = admin.post("/people", &form).await;
    page.assert_ok().assert_shows("class=\"secret\"").assert_lacks("13800000000");
    let list = admin.get("/people?q=new-cl").await;
    list.assert_shows("new-clerk")
        .assert_shows("新**")
        .assert_lacks("新来的")
        .assert_lacks("class=\"secret\"");
    admin.post("/people", &form).await.assert_ok().assert_shows("已被使用").assert_shows("value=\"新来的\"");
}

#[tokio::test]
async fn the_security_administrator_sees_accounts_and_opens_none() {
    let site = Site::with_policies().await;
    let admin = site.signed_in(Role::SecurityAdministrator).await;
    admin.get("/people").await.assert_ok().assert_lacks("name=\"login\"");
    admin.post("/people", &[("login", "a"), ("name", "b")]).await.assert_status(403);
}
