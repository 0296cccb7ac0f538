//! Setting a password with a code.

use crate::testing::Site;
use domain::access::Role;

/// The code an administrator was shown.
fn code(body: &str) -> String {
    let from = body.find("class=\"secret\">").unwrap() + 15;
    body[from..from + body[from..].find('<').unwrap()].to_owned()
}

#[tokio::test]
async fn whoever_is_invited_sets_a_password_once_and_signs_in() {
    let site = Site::with_policies().await;
    let admin = site.signed_in(Role::SystemAdministrator).await;
    let page = admin.post("/people", &[("login", "newcomer"), ("name", "新来的")]).await;
    let code = code(&page.body);
    let visitor = site.visitor();
    let weak =
        visitor.post("/invitation", &[("code", &code), ("password", "newcomer1"), ("again", "other")]).await;
    weak.assert_ok().assert_shows("登录名、姓名或电话").assert_shows("不一样");
    let good =
        [("code", code.as_str()), ("password", "four unrelated words"), ("again", "four unrelated words")];
    assert_eq!(visitor.post("/invitation", &good).await.header("location"), "/sign-in?done=set");
    visitor.post("/invitation", &good).await.assert_ok().assert_shows("邀请码不对");
    let form = [("login", "newcomer"), ("password", "four unrelated words"), ("next", "/account/data")];
    let answer = visitor.post("/sign-in", &form).await;
    assert_eq!(answer.header("location"), "/account/data");
    visitor.with_cookie_of(&answer).get("/account").await.assert_ok();
}

#[tokio::test]
async fn a_guessed_code_invites_nobody() {
    let site = Site::with_policies().await;
    let form = [("code", "01234-56789-abcde-fghjk"), ("password", "four unrelated words"), ("again", "x")];
    site.visitor()
        .post("/invitation", &form)
        .await
        .assert_ok()
        .assert_shows("邀请码不对")
        .assert_lacks("不一样");
}
