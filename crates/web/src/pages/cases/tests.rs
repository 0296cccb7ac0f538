//! The cases of a firm.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn cases_are_found_by_a_word_and_those_of_an_office_are_on_its_desk() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    for subject in ["厂房用地证", "技改补助"] {
        let typed =
            [("do", "file"), ("f.subject", subject), ("f.voice_kind", "ordinary"), ("f.identity", "named")];
        owner.post("/cases/new/enterprise-voice", &typed).await.assert_status(303);
    }
    let found = owner.get("/cases?q=补助").await;
    found.assert_ok().assert_shows("技改补助").assert_lacks("厂房用地证");
    owner.get("/cases?q=没有的词").await.assert_ok().assert_shows("没有找到");
    owner.get("/cases?ended=1").await.assert_ok().assert_shows("没有找到");
    let agent = site.signed_in(Role::FirmAgent).await;
    agent.get("/cases").await.assert_ok().assert_shows("技改补助");
    let clerk = site.signed_in(Role::Clerk).await;
    assert_eq!(clerk.get("/cases").await.header("location"), "/desk");
    site.visitor().get("/cases").await.assert_status(303);
}
