//! Watching over sign-in.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn the_security_administrator_sees_failed_tries() {
    let site = Site::with_policies().await;
    let (admin, person) = (site.signed_in(Role::SecurityAdministrator).await, site.person("guessed").await);
    let whose = (person.login.as_str(), Some(person.id.as_str()));
    site.store().sign_in_failed(whose, "password", &site.deed("visitor")).await.unwrap();
    admin.get("/sign-ins").await.assert_ok().assert_shows(&person.id);
    site.signed_in(Role::AuditAdministrator).await.get("/sign-ins").await.assert_status(403);
}

#[tokio::test]
async fn a_login_that_is_guessed_at_is_shown_with_its_lock() {
    let site = Site::with_policies().await;
    let (admin, person) = (site.signed_in(Role::SecurityAdministrator).await, site.person("guessed").await);
    admin.get("/sign-ins").await.assert_ok().assert_lacks("连续试错6次");
    site.set_password(&person.id, "four unrelated words").await;
    for login in ["guessed", "nobody"] {
        for _ in 0..6 {
            Site::pass_seconds(5);
            let form = [("login", login), ("password", "a guess")];
            site.visitor().post("/sign-in", &form).await.assert_ok();
        }
    }
    let page = admin.get("/sign-ins").await;
    page.assert_ok().assert_shows("连续试错6次").assert_shows("无人使用的登录名").assert_shows("不受理");
    assert_eq!(page.count("连续试错6次"), 2);
    admin.get_english("/sign-ins").await.assert_shows("6 failures in a row").assert_lacks("⟦");
    Site::pass_seconds(24 * 3600);
    admin.once_more().await.get("/sign-ins").await.assert_ok().assert_lacks("连续试错6次");
}
