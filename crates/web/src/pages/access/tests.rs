//! The rules of access.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn an_auditor_reads_every_statement_in_words() {
    let site = Site::with_policies().await;
    let auditor = site.signed_in(Role::Auditor).await;
    let page = auditor.get("/access").await;
    page.assert_ok()
        .assert_lacks("⟦missing⟧")
        .assert_shows("任何人不得给自己授权")
        .assert_shows("安全管理员");
    site.signed_in(Role::FirmOwner).await.get("/access").await.assert_status(403);
}
