//! Searching the trail.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn the_audit_administrator_finds_what_others_did_and_takes_it_along() {
    let site = Site::with_policies().await;
    let audit = site.signed_in(Role::AuditAdministrator).await;
    site.person("somebody").await;
    audit.get("/audit").await.assert_ok().assert_shows("person.created").assert_shows("/audit/export");
    let narrow = audit.get("/audit?kind=role.").await;
    narrow.assert_shows("role.granted").assert_lacks("<strong>person.created");
    audit.get("/audit?actor=nobody").await.assert_ok().assert_lacks("role.granted");
    let file = audit.get("/audit/export?kind=session.").await;
    file.assert_ok().assert_shows("session.opened").assert_lacks("role.granted");
    audit.get("/audit?kind=data.exported").await.assert_shows("data.exported");
}

#[tokio::test]
async fn an_auditor_reads_and_takes_nothing_along_and_others_see_nothing() {
    let site = Site::with_policies().await;
    let auditor = site.signed_in(Role::Auditor).await;
    auditor.get("/audit").await.assert_ok().assert_lacks("/audit/export");
    auditor.get("/audit/export").await.assert_status(403);
    for role in [Role::SystemAdministrator, Role::SecurityAdministrator, Role::Leader] {
        site.signed_in(role).await.get("/audit").await.assert_status(403);
    }
}
