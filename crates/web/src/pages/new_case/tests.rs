//! Filing a case.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn a_firm_chooses_in_plain_words_and_is_told_who_will_know() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let choice = owner.get("/cases/new").await;
    choice.assert_ok().assert_shows("企业诉求一表通管").assert_shows("密件举报").assert_shows("拖欠");
    choice.assert_lacks("/cases/new/coordination-meeting");
    owner.get("/cases/new/enterprise-voice").await.assert_ok().assert_shows("被反映的单位看不到您是谁");
    owner.get("/cases/new/confidential-report").await.assert_ok().assert_shows("只有您本人");
    owner.get("/cases/new/nothing").await.assert_status(404);
    owner.get("/cases/new/coordination-meeting").await.assert_status(404);
    let head = site.signed_in(Role::Head).await;
    head.get("/cases/new").await.assert_status(403);
}
