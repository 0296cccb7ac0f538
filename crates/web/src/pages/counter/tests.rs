//! The counter.

use crate::testing::Site;
use domain::access::Role;

const FIRM: &str = "91330302MATEXAMP4W";

#[tokio::test]
async fn a_clerk_binds_an_owner_of_a_firm_of_his_place() {
    let site = Site::with_policies().await;
    let clerk = site.signed_in_at(Role::Clerk, "330302").await;
    let form = [("firm", FIRM), ("login", "owner"), ("name", "张三"), ("papers", "营业执照")];
    let code = clerk.post("/counter", &form).await.between("class=\"secret\">", "<").to_owned();
    assert_eq!(site.store().grants_of_firm(FIRM).await.unwrap(), [], "nobody has accepted yet");
    let words = "four unrelated words";
    let accepting = [("code", code.as_str()), ("password", words), ("again", words)];
    let accepted = site.visitor().post("/invitation", &accepting).await;
    assert_eq!(accepted.header("location"), "/sign-in?done=set");
    let granted = site.store().grants_of_firm(FIRM).await.unwrap();
    assert_eq!((granted.len(), &granted[0].granted_by), (1, &clerk.id));
    assert_eq!(site.store().verify_grants().await.unwrap(), []);
    site.visitor().post("/invitation", &accepting).await.assert_ok().assert_shows("邀请码不对");
    let again = site.visitor().post("/sign-in", &[("login", "owner"), ("password", words)]).await;
    again.assert_status(303);
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

#[tokio::test]
async fn what_nobody_has_accepted_is_taken_back() {
    let site = Site::with_policies().await;
    let clerk = site.signed_in_at(Role::Clerk, "330302").await;
    let form = [("firm", FIRM), ("login", "owner"), ("name", "张三"), ("papers", "营业执照")];
    clerk.post("/counter", &form).await.assert_shows("待本人接受");
    let page = clerk.get("/counter").await;
    let offer = page.between("name=\"offer\" value=\"", "\"").to_owned();
    let elsewhere = site.signed_in_at(Role::Clerk, "330304").await;
    elsewhere.post("/counter/withdraw", &[("offer", &offer)]).await.assert_status(404);
    let answer = clerk.post("/counter/withdraw", &[("offer", &offer)]).await;
    assert!(answer.header("location").ends_with("done=withdrawn"));
    clerk.get("/counter").await.assert_ok().assert_lacks("待本人接受");
    clerk.post("/counter/withdraw", &[("offer", &offer)]).await.assert_status(404);
}
