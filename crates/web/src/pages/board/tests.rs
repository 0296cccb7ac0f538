//! The board over all organisations.

use crate::testing::Site;
use domain::access::Role;

#[tokio::test]
async fn the_desk_and_leaders_see_every_unit_and_a_head_his_own() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, "two-healths-office").await;
    for unit in ["市财政局", "市科技局"] {
        let typed =
            [("do", "file"), ("f.subject", unit), ("f.voice_kind", "ordinary"), ("f.identity", "named")];
        let filed = owner.post("/cases/new/enterprise-voice", &typed).await;
        let address = filed.header("location").split('?').next().unwrap().to_owned();
        let revision = desk.get(&address).await.between("name=\"revision\" value=\"", "\"").to_owned();
        let typed = [
            ("step", "dispatch"),
            ("by", "desk"),
            ("revision", revision.as_str()),
            ("f.unit_in_charge", unit),
            ("f.competence_reason", "职责"),
        ];
        desk.post(&format!("{address}/steps"), &typed).await.assert_status(303);
    }
    let all = desk.get("/board").await;
    all.assert_ok().assert_shows("市财政局").assert_shows("市科技局").assert_shows("unit=science-bureau");
    desk.get("/desk?of=desk&tab=open&unit=science-bureau").await.assert_ok().assert_shows("1件");
    let leader = site.signed_in(Role::Leader).await;
    leader.get("/board").await.assert_ok().assert_shows("市科技局");
    let head = site.signed_in_at(Role::Head, "finance-bureau").await;
    head.get("/board").await.assert_ok().assert_shows("市财政局").assert_lacks("市科技局");
    let clerk = site.signed_in(Role::Clerk).await;
    clerk.get("/board").await.assert_status(403);
}
