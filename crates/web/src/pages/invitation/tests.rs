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
    weak.assert_ok().assert_shows("不一样").assert_lacks("邀请码不对");
    let own = [("code", code.as_str()), ("password", "newcomer-2026"), ("again", "newcomer-2026")];
    visitor.post("/invitation", &own).await.assert_ok().assert_shows("登录名、姓名或电话");
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
    let words = "four unrelated words";
    let form = [("code", "01234-56789-abcde-fghjk"), ("password", words), ("again", words)];
    site.visitor().post("/invitation", &form).await.assert_ok().assert_shows("邀请码不对");
}

#[tokio::test]
async fn a_code_that_invites_nobody_is_answered_like_a_real_one_where_the_password_is_refused() {
    let site = Site::with_policies().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    site.person("officer").await;
    let mandate = async |login: &str| {
        let form = [("login", login), ("name", "某某"), ("until", "2027-01-31")];
        code(&owner.post("/firm/mandates", &form).await.body)
    };
    let (decoy, real) = (mandate("officer").await, mandate("newcomer").await);
    let visitor = site.visitor();
    for (password, again) in
        [("short", "short"), ("four unrelated words", "four other words"), ("newcomer-2026", "newcomer-2026")]
    {
        let mut told = Vec::new();
        for code in [&decoy, &real] {
            // The login of the real one is held by neither answer.
            let form = [("code", code.as_str()), ("password", password), ("again", again)];
            let body = visitor.post("/invitation", &form).await.assert_ok().body.clone();
            let alert = body.split("role=\"alert\"").nth(1).unwrap().split("</form>").next().unwrap();
            told.push(alert.split("<form").next().unwrap().to_owned());
        }
        assert_eq!(told[0], told[1], "{password}");
    }
}
