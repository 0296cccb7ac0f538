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

#[tokio::test]
async fn a_login_that_looks_like_another_or_hides_something_opens_no_account() {
    let site = Site::with_policies().await;
    let system = site.signed_in(Role::SystemAdministrator).await;
    let open = async |login: &str, name: &str, phone: &str| {
        system.post("/people", &[("login", login), ("name", name), ("phone", phone)]).await
    };
    for (login, name, phone, told) in [
        ("z\u{200b}hang", "某某", "", "登录名只能用"),
        ("\u{430}nna", "某某", "", "登录名只能用"),
        ("zhang", "某\u{202e}某", "", "不能有隐藏字符"),
        ("zhang", "某某", "电话", "联系电话最长20位"),
    ] {
        open(login, name, phone).await.assert_ok().assert_shows(told).assert_lacks("class=\"secret\"");
    }
    open("ＺＨＡＮＧ.1", "某某", "+86 13900000000").await.assert_ok().assert_shows("class=\"secret\"");
    open("zhang.1", "某某", "").await.assert_shows("已被使用");
    let reason = "因".repeat(201);
    let form = [("role", "clerk"), ("organization", "absent"), ("reason", reason.as_str())];
    let (security, person) = (site.signed_in(Role::SecurityAdministrator).await, site.person("them").await);
    let path = format!("/people/{}", person.id);
    let answer = security.post(&format!("{path}/reveal"), &form).await;
    answer.assert_ok().assert_shows("说明最长200个字").assert_lacks("13900000000");
    let answer = security.post(&format!("{path}/close"), &form).await;
    assert!(answer.header("location").ends_with("fault=reason_malformed"));
}
