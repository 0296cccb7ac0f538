//! The page of a person's own data.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn a_person_sees_who_has_looked_and_why() {
    let site = Site::with_policies().await;
    let person = site.signed_in(Role::Clerk).await;
    person.get("/account/data").await.assert_ok().assert_shows("还没有人查看过").assert_lacks("13900000000");
    let mut deed = site.deed("p-security");
    deed.reason = "核对联系方式".to_owned();
    site.store().record_look(&person.id, "phone", &deed).await.unwrap();
    deed.acting_as = format!("security-administrator of {}", site.edition.organizations[0].id);
    site.store().record_look(&person.id, "contact", &deed).await.unwrap();
    let page = person.get("/account/data").await;
    page.assert_shows("核对联系方式")
        .assert_shows(" · 安全管理员，理由")
        .assert_lacks("security-administrator");
}

#[tokio::test]
async fn a_person_takes_his_data_along_without_what_signs_in() {
    let site = Site::with_policies().await;
    let person = site.signed_in(Role::Clerk).await;
    let file = person.get("/account/data/export").await;
    file.assert_ok().assert_shows("13900000000").assert_shows("session.opened").assert_lacks("argon2");
    assert!(file.header("content-disposition").contains("my-data.json"));
}

#[tokio::test]
async fn whoever_means_it_is_erased_and_nobody_else() {
    let site = Site::with_policies().await;
    let person = site.signed_in(Role::FirmOwner).await;
    let refused = person.post("/account/data/erase", &[("login", "somebody")]).await;
    assert!(refused.header("location").ends_with("fault=not_meant"));
    person.post("/account/data/erase", &[("login", &person.login)]).await.assert_status(303);
    person.get("/account").await.assert_status(303);
    assert_eq!(site.store().person(&person.id).await.unwrap().unwrap().name, "");
}

#[tokio::test]
async fn an_old_proof_does_not_export() {
    let site = Site::with_policies().await;
    let person = site.signed_in(Role::Clerk).await;
    let stale = person.proved_before(20).await;
    let answer = stale.get("/account/data/export").await;
    assert_eq!(answer.header("location"), "/prove?next=/account/data/export");
}
