//! The public figures of cases.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn small_numbers_and_confidential_reports_are_not_published() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    for subject in ["一", "二", "三"] {
        let typed =
            [("do", "file"), ("f.subject", subject), ("f.voice_kind", "ordinary"), ("f.identity", "named")];
        owner.post("/cases/new/enterprise-voice", &typed).await.assert_status(303);
    }
    let typed = [("do", "file"), ("f.subject", "密"), ("f.accused_office", "市财政局")];
    owner.post("/cases/new/confidential-report", &typed).await.assert_status(303);
    let first = site.get("/voice/figures").await;
    first.assert_ok().assert_shows("2026年11月").assert_shows(">3<").assert_lacks("密件举报");
    // What is worked out once a day does not follow every case.
    owner.post("/cases/new/enterprise-voice", &[("do", "file"), ("f.subject", "四")]).await.assert_ok();
    site.get_english("/voice/figures").await.assert_ok().assert_shows("Enterprise voice").assert_lacks("⟦");
    let other = Site::new().await;
    other.get("/voice/figures").await.assert_ok().assert_shows("还没有数字");
    let owner = other.signed_in(Role::FirmOwner).await;
    let typed = [("do", "file"), ("f.subject", "一"), ("f.voice_kind", "ordinary"), ("f.identity", "named")];
    owner.post("/cases/new/enterprise-voice", &typed).await.assert_status(303);
    // The page of yesterday is not that of today; here both are one day, so the figures stay as they were.
    other.get("/voice/figures").await.assert_ok().assert_shows("还没有数字");
}
