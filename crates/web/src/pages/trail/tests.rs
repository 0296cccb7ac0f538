//! Searching the trail.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn the_audit_administrator_finds_what_others_did_and_takes_it_along() {
    let site = Site::with_policies().await;
    let audit = site.signed_in(Role::AuditAdministrator).await;
    site.person("somebody").await;
    audit.get("/audit").await.assert_ok().assert_shows("开立了").assert_shows("/audit/export");
    let narrow = audit.get("/audit?kind=role.").await;
    narrow.assert_shows("授予账号").assert_lacks("开立了").assert_shows("value=\"role.\" selected");
    audit
        .get("/audit?actor=nobody")
        .await
        .assert_ok()
        .assert_lacks("授予账号")
        .assert_shows("没有符合的留痕");
    let file = audit.post("/audit/export", &[("kind", "session.")]).await;
    file.assert_ok().assert_shows("session.opened").assert_lacks("role.granted");
    audit.get("/audit?kind=data.exported").await.assert_shows("导出了数据").assert_shows("kind=session.");
}

#[tokio::test]
async fn an_event_is_a_sentence_with_what_was_recorded_behind_it() {
    let site = Site::with_policies().await;
    let audit = site.signed_in(Role::AuditAdministrator).await;
    let security = site.signed_in(Role::SecurityAdministrator).await;
    let form = [("reason", "核对联系方式")];
    security.post(&format!("/people/{}/reveal", audit.id), &form).await.assert_ok();
    let page = audit.get("/audit?kind=personal.").await;
    let name = &site.edition.organizations[0].name.zh;
    page.assert_ok()
        .assert_shows(&format!("账号{}查看了账号{}被遮蔽的信息", security.id, audit.id))
        .assert_shows("姓名和联系电话")
        .assert_shows(&format!("{name} · 安全管理员"))
        .assert_shows("理由：核对联系方式")
        .assert_lacks("13900000000")
        .assert_shows("<details class=\"raw\">")
        .assert_shows("personal.revealed");
    let english = audit.get_english("/audit?kind=personal.").await;
    english.assert_ok().assert_shows("looked at masked data of account").assert_lacks("⟦");
}

#[tokio::test]
async fn the_pages_of_a_search_go_on_where_the_last_one_ended() {
    let site = Site::with_policies().await;
    let audit = site.signed_in(Role::AuditAdministrator).await;
    for number in 0..60 {
        site.person(&format!("person-{number}")).await;
    }
    let first = audit.get("/audit?kind=person.created&from=1970-01-01").await;
    assert_eq!(first.count("<tr role=\"row\" id="), 50);
    let link = first.body.split("<a class=\"go\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let link = link.replace("&#38;", "&").replace("&amp;", "&");
    assert!(link.contains("kind=person.created") && link.contains("from=1970-01-01"), "{link}");
    let second = audit.get(&link).await;
    assert_eq!(second.count("<tr role=\"row\" id="), 11);
    second.assert_lacks("class=\"go\"");
}

#[tokio::test]
async fn days_are_those_of_china_and_a_wrong_one_is_told() {
    let site = Site::with_policies().await;
    let audit = site.signed_in(Role::AuditAdministrator).await;
    // It is eight o'clock in the morning in China.
    audit.get("/audit?from=2026-11-21&to=2026-11-21").await.assert_ok().assert_shows("授予账号");
    audit.get("/audit?to=2026-11-20").await.assert_ok().assert_lacks("授予账号");
    audit.get("/audit?from=2026-11-22").await.assert_ok().assert_lacks("授予账号");
    // A day that no moment reaches once broke the page.
    for typed in ["from=262142-12-31", "to=%2B262142-12-31", "from=-0001-01-01"] {
        audit.get(&format!("/audit?{typed}")).await.assert_ok().assert_shows("日期无法识别");
    }
    audit.get("/audit?from=tomorrow").await.assert_ok().assert_shows("日期无法识别").assert_shows("授予账号");
}

#[tokio::test]
async fn a_table_holds_no_formula_that_somebody_typed_as_a_reason() {
    let site = Site::with_policies().await;
    let audit = site.signed_in(Role::AuditAdministrator).await;
    let security = site.signed_in(Role::SecurityAdministrator).await;
    let form = [("reason", "=cmd|' /C calc'!A0")];
    security.post(&format!("/people/{}/reveal", audit.id), &form).await.assert_ok();
    let file = audit.post("/audit/export", &[("form", "csv"), ("kind", "personal.")]).await;
    file.assert_ok().assert_shows("\"'=cmd|' /C calc'!A0\"").assert_lacks("\"=cmd");
    assert!(file.header("content-disposition").contains("events.csv"));
    assert_eq!(file.count("\r\n"), 2);
}

#[tokio::test]
async fn an_auditor_reads_and_takes_nothing_along_and_others_see_nothing() {
    let site = Site::with_policies().await;
    let auditor = site.signed_in(Role::Auditor).await;
    auditor.get("/audit").await.assert_ok().assert_lacks("/audit/export");
    auditor.post("/audit/export", &[]).await.assert_status(403);
    auditor.post("/audit/export", &[("form", "csv")]).await.assert_status(403);
    let audit = site.signed_in(Role::AuditAdministrator).await;
    let stale = audit.proved_before(6).await;
    stale.get("/audit").await.assert_ok().assert_shows("/prove?next=/audit").assert_lacks("/audit/export");
    stale.post("/audit/export", &[]).await.assert_status(403).assert_shows("/prove");
    for role in [Role::SystemAdministrator, Role::SecurityAdministrator, Role::Leader] {
        site.signed_in(role).await.get("/audit").await.assert_status(403);
    }
}

#[tokio::test]
async fn an_event_says_by_which_role_somebody_acted() {
    // Whoever holds two roles of one organisation could once not be told apart by what was recorded.
    let site = Site::with_policies().await;
    let (head, clerk) = (site.signed_in(Role::Head).await, site.person("clerk").await);
    head.post("/staff", &[("login", "clerk"), ("role", "clerk")]).await.assert_status(303);
    let owner = site.signed_in(Role::FirmOwner).await;
    let form = [("login", "clerk"), ("name", "某某"), ("until", "2027-01-31")];
    let code = owner.post("/firm/mandates", &form).await.between("class=\"secret\">", "<").to_owned();
    clerk.post("/account/offers/accept", &[("code", &code)]).await.assert_status(303);
    let events = site.store().events_of(&format!("person:{}", clerk.id)).await.unwrap();
    let granted = events.iter().filter(|event| event.kind == "role.granted");
    let by: Vec<_> = granted.map(|event| event.payload["by_grant"].as_str().unwrap_or_default()).collect();
    assert_eq!(by, [head.grant.as_str(), owner.grant.as_str()]);
    let own = events.iter().find(|event| event.kind == "role.accepted").unwrap();
    assert!(own.payload.get("by_grant").is_none(), "for himself");
}
