//! One account, as its administrators see it.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn a_role_is_granted_used_and_ended_within_one_request() {
    let site = Site::with_policies().await;
    let (admin, person) = (site.signed_in(Role::SecurityAdministrator).await, site.person("newcomer").await);
    let path = format!("/people/{}", person.id);
    let organization = site.edition.organizations[0].id.clone();
    let form = [("role", "clerk"), ("organization", organization.as_str()), ("reason", "到岗")];
    assert!(admin.post(&format!("{path}/roles"), &form).await.header("location").ends_with("done=granted"));
    let grant = site.store().grants_of_person(&person.id).await.unwrap().remove(0).id;
    person.post("/account/role", &[("role", &grant)]).await.assert_status(303);
    person.get("/staff").await.assert_ok();
    admin.post(&format!("{path}/roles/end"), &[("grant", &grant)]).await.assert_status(303);
    person.get("/staff").await.assert_status(403);
    admin.get(&path).await.assert_ok().assert_shows("经办人");
}

#[tokio::test]
async fn nobody_grants_himself_a_role() {
    let site = Site::with_policies().await;
    let admin = site.signed_in(Role::SecurityAdministrator).await;
    let organization = site.edition.organizations[0].id.clone();
    let form = [("role", "system-administrator"), ("organization", organization.as_str())];
    admin
        .post(&format!("/people/{}/roles", admin.id), &form)
        .await
        .assert_status(403)
        .assert_shows("不得给自己授权");
}

#[tokio::test]
async fn a_form_that_is_sent_twice_grants_once() {
    let site = Site::with_policies().await;
    let (admin, person) = (site.signed_in(Role::SecurityAdministrator).await, site.person("newcomer").await);
    let path = format!("/people/{}/roles", person.id);
    let form = [("role", "clerk"), ("organization", site.edition.organizations[0].id.as_str())];
    let (first, second) = tokio::join!(admin.post(&path, &form), admin.post(&path, &form));
    let mut outcomes = [first.header("location"), second.header("location")]
        .map(|location| location.split_once('?').map_or("", |(_, outcome)| outcome).to_owned());
    outcomes.sort();
    assert_eq!(outcomes, ["done=granted", "fault=role_held"]);
    admin
        .get(&format!("/people/{}?fault=role_held", person.id))
        .await
        .assert_ok()
        .assert_shows("已有这一角色");
    assert_eq!(site.store().grants_of_person(&person.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_masked_field_is_shown_for_a_reason_and_the_person_is_told() {
    let site = Site::with_policies().await;
    let (admin, person) = (site.signed_in(Role::SecurityAdministrator).await, site.person("newcomer").await);
    let path = format!("/people/{}", person.id);
    admin.get(&path).await.assert_ok().assert_lacks("13900000000").assert_shows("139****0000");
    admin.post(&format!("{path}/reveal"), &[("reason", "")]).await.assert_ok().assert_lacks("13900000000");
    admin.post(&format!("{path}/reveal"), &[("reason", "核实身份")]).await.assert_shows("13900000000");
    person.get("/account/data").await.assert_shows("核实身份");
}

#[tokio::test]
async fn a_dismissed_person_is_out_at_once() {
    let site = Site::with_policies().await;
    let (admin, clerk) =
        (site.signed_in(Role::SecurityAdministrator).await, site.signed_in(Role::Clerk).await);
    clerk.get("/account").await.assert_ok();
    admin.post(&format!("/people/{}/close", clerk.id), &[("reason", "离职")]).await.assert_status(303);
    clerk.get("/account").await.assert_status(303);
    admin.post(&format!("/people/{}/close", clerk.id), &[]).await.assert_status(404);
}

#[tokio::test]
async fn an_account_that_is_not_there_looks_like_no_page() {
    let site = Site::with_policies().await;
    let admin = site.signed_in(Role::SecurityAdministrator).await;
    admin.get("/people/nobody").await.assert_status(404);
}

#[tokio::test]
async fn no_administrator_gets_the_code_of_another_or_acts_on_his_own_account() {
    let site = Site::with_policies().await;
    let security = site.signed_in(Role::SecurityAdministrator).await;
    for role in [Role::AuditAdministrator, Role::SystemAdministrator, Role::SecurityAdministrator] {
        let other = site.signed_in(role).await;
        let answer = security.post(&format!("/people/{}/invite", other.id), &[]).await;
        answer.assert_ok().assert_lacks("class=\"secret\"").assert_shows("只能由运行单位在服务器上生成");
        security.get(&format!("/people/{}", other.id)).await.assert_lacks("/invite\"");
    }
    for deed in ["invite", "close", "roles", "reveal"] {
        let path = format!("/people/{}/{deed}", security.id);
        let form = [("reason", "for the test"), ("role", "clerk"), ("organization", "absent")];
        security.post(&path, &form).await.assert_status(403).assert_shows("不得用职权处理自己的账号");
    }
    security
        .get(&format!("/people/{}", security.id))
        .await
        .assert_lacks("/close\"")
        .assert_shows("另一位安全管理员");
}

#[tokio::test]
async fn the_system_administrator_does_not_see_for_which_firm_somebody_acts() {
    let site = Site::with_policies().await;
    let (owner, system) =
        (site.signed_in(Role::FirmOwner).await, site.signed_in(Role::SystemAdministrator).await);
    let path = format!("/people/{}", owner.id);
    system.get(&path).await.assert_ok().assert_lacks(crate::testing::FIRM).assert_shows("由安全管理员查看");
    let security = site.signed_in(Role::SecurityAdministrator).await;
    security.get(&path).await.assert_ok().assert_shows(crate::testing::FIRM);
}

#[tokio::test]
async fn no_administrator_is_made_or_unmade_on_a_page() {
    // One security administrator could once invite somebody, make him another administrator, and sign in as him.
    let site = Site::with_policies().await;
    let security = site.signed_in(Role::SecurityAdministrator).await;
    let (audit, person) = (site.signed_in(Role::AuditAdministrator).await, site.person("newcomer").await);
    let organization = site.edition.organizations[0].id.clone();
    let refused = async |path: String, form: &[(&str, &str)]| {
        let answer = security.post(&path, form).await;
        assert!(answer.header("location").ends_with("fault=on_the_machine"), "{path} {}", answer.status);
    };
    for role in Role::ALL.into_iter().filter(|role| role.is_administrator()) {
        let form = [("role", role.name()), ("organization", organization.as_str())];
        refused(format!("/people/{}/roles", person.id), &form).await;
    }
    refused(format!("/people/{}/roles/end", audit.id), &[("grant", &audit.grant)]).await;
    refused(format!("/people/{}/close", audit.id), &[("reason", "for the test")]).await;
    assert!(site.store().grants_of_person(&person.id).await.unwrap().is_empty());
    audit.get("/audit").await.assert_ok();
    let page = security.get(&format!("/people/{}?fault=on_the_machine", person.id)).await;
    page.assert_ok()
        .assert_shows("只能由运行单位在服务器上授予")
        .assert_lacks("value=\"audit-administrator\"");
}

#[tokio::test]
async fn nobody_alone_gets_the_code_of_somebody_who_has_an_account() {
    // One security administrator could once invite anybody anew and sign in as him.
    let site = Site::with_policies().await;
    let (first, clerk) =
        (site.signed_in(Role::SecurityAdministrator).await, site.signed_in(Role::Clerk).await);
    let path = format!("/people/{}/invite", clerk.id);
    let asked = first.post(&path, &[("reason", "密码丢失")]).await;
    asked.assert_ok().assert_shows("等待另一位安全管理员确认").assert_lacks("class=\"secret\"");
    let again = first.post(&path, &[("reason", "密码丢失")]).await;
    again.assert_ok().assert_shows("须由另一位安全管理员确认").assert_lacks("class=\"secret\"");
    clerk.get("/account").await.assert_ok();
    let second = site.signed_in(Role::SecurityAdministrator).await;
    let page = second.get(&format!("/people/{}", clerk.id)).await;
    page.assert_shows(&format!("账号{}申请", first.id)).assert_shows("确认并生成邀请码");
    second.post(&path, &[]).await.assert_ok().assert_shows("class=\"secret\"");
    // What was confirmed is over, and what nobody confirms lapses.
    first.post(&path, &[]).await.assert_ok().assert_lacks("class=\"secret\"");
    Site::pass_seconds(8 * 24 * 3600);
    let third = second.once_more().await;
    third.post(&path, &[]).await.assert_ok().assert_lacks("class=\"secret\"");
}

#[tokio::test]
async fn what_a_former_administrator_asked_for_is_asked_anew() {
    let site = Site::with_policies().await;
    let (first, clerk) =
        (site.signed_in(Role::SecurityAdministrator).await, site.signed_in(Role::Clerk).await);
    let path = format!("/people/{}/invite", clerk.id);
    first.post(&path, &[("reason", "密码丢失")]).await.assert_ok().assert_shows("等待另一位安全管理员确认");
    site.store().end_grant(&first.grant, &site.deed("p-operator")).await.unwrap();
    let second = site.signed_in(Role::SecurityAdministrator).await;
    let asked = second.post(&path, &[("reason", "密码丢失")]).await;
    asked.assert_ok().assert_shows("等待另一位安全管理员确认").assert_lacks("class=\"secret\"");
}

#[tokio::test]
async fn an_administrator_gets_no_role_of_the_business() {
    let site = Site::with_policies().await;
    let (head, audit) = (site.signed_in(Role::Head).await, site.signed_in(Role::AuditAdministrator).await);
    let appointed = head.post("/staff", &[("login", audit.login.as_str()), ("role", "clerk")]).await;
    assert!(appointed.header("location").ends_with("fault=beside_administrator"));
    let security = site.signed_in(Role::SecurityAdministrator).await;
    let organization = site.edition.organizations[0].id.clone();
    let form = [("role", "leader"), ("organization", organization.as_str())];
    let granted = security.post(&format!("/people/{}/roles", audit.id), &form).await;
    assert!(granted.header("location").ends_with("fault=beside_administrator"));
}
