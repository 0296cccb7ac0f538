//! The counter.

use crate::testing::Site;
use domain::access::Role;

const FIRM: &str = "91330302MATEXAMP4W";

#[tokio::test]
async fn a_clerk_binds_an_owner_of_a_firm_of_his_place() {
    let site = Site::with_policies().await;
    let clerk = site.signed_in_at(Role::Clerk, "330302").await;
    let form = [("firm", FIRM), ("login", "owner"), ("name", "张三"), ("papers", "营业执照")];
    clerk.post("/counter", &form).await.assert_ok().assert_shows("class=\"secret\"");
    assert_eq!(site.store().grants_of_firm(FIRM).await.unwrap().len(), 1);
    let again = [("firm", FIRM), ("login", "owner"), ("name", "张三"), ("papers", "营业执照")];
    clerk.post("/counter", &again).await.assert_ok().assert_shows("已有这一角色");
    let wrong = [("firm", "91330302MATEXAMP4X"), ("login", "o"), ("name", "张三")];
    clerk
        .post("/counter", &wrong)
        .await
        .assert_ok()
        .assert_shows("role=\"alert\"")
        .assert_shows("value=\"张三\"");
}

#[tokio::test]
async fn a_firm_registered_elsewhere_is_out_of_reach() {
    let site = Site::with_policies().await;
    let clerk = site.signed_in_at(Role::Clerk, "330304").await;
    let form = [("firm", FIRM), ("login", "owner"), ("name", "张三"), ("papers", "营业执照")];
    clerk.post("/counter", &form).await.assert_status(404);
    assert!(site.store().person_of_login("owner").await.unwrap().is_none(), "nothing is half done");
}

#[tokio::test]
async fn a_clerk_does_not_bind_himself_nor_with_an_old_proof_nor_without_papers() {
    let site = Site::with_policies().await;
    let clerk = site.signed_in_at(Role::Clerk, "330302").await;
    let form = |login, papers| [("firm", FIRM), ("login", login), ("name", "测试员"), ("papers", papers)];
    let himself = clerk.login.to_uppercase();
    clerk
        .post("/counter", &form(&himself, "营业执照"))
        .await
        .assert_status(403)
        .assert_shows("不得给自己授权");
    clerk.post("/counter", &form("owner", " ")).await.assert_ok().assert_shows("请写明查验了哪些证件");
    let stale = clerk.proved_before(6).await;
    stale.post("/counter", &form("owner", "营业执照")).await.assert_status(403).assert_shows("/prove");
    assert!(stale.get("/counter").await.header("location").starts_with("/prove"));
    assert!(site.store().grants_of_firm(FIRM).await.unwrap().is_empty());
}

#[tokio::test]
async fn whoever_appoints_clerks_does_not_bind_firms() {
    let site = Site::with_policies().await;
    let head = site.signed_in(Role::Head).await;
    head.get("/counter").await.assert_status(403);
    let form = [("firm", FIRM), ("login", "owner"), ("name", "张三"), ("papers", "营业执照")];
    head.post("/counter", &form).await.assert_status(403);
    head.get("/account").await.assert_ok().assert_lacks("href=\"/counter\"");
}
