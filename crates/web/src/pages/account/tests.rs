//! The account page.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn a_person_sees_his_roles_and_changes_the_one_he_acts_in() {
    let site = Site::with_policies().await;
    let clerk = site.signed_in(Role::Clerk).await;
    let page = clerk.get("/account").await;
    page.assert_ok()
        .assert_shows("经办人")
        .assert_shows("正在使用")
        .assert_shows("/staff")
        .assert_lacks("/people");
    clerk.post("/account/role", &[("role", "")]).await.assert_status(303);
    clerk.get("/account").await.assert_shows("切换为").assert_lacks("/staff");
    clerk.get("/staff").await.assert_status(403).assert_shows("不能办理此事");
    let answer = clerk.post("/account/role", &[("role", "somebody-elses")]).await;
    assert!(answer.header("location").ends_with("fault=not_held"));
}

#[tokio::test]
async fn a_visitor_is_led_to_the_sign_in_and_back() {
    let site = Site::with_policies().await;
    let answer = site.get("/account/sessions?a=b").await;
    answer.assert_status(303);
    assert_eq!(answer.header("location"), "/sign-in?next=/account/sessions%3Fa%3Db");
    site.get("/account").await.assert_status(303);
}

#[tokio::test]
async fn whoever_signs_out_is_out() {
    let site = Site::with_policies().await;
    let person = site.signed_in(Role::Head).await;
    let answer = person.post("/sign-out", &[]).await;
    answer.assert_status(303);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    person.get("/account").await.assert_status(303);
}
