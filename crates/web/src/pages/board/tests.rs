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
    all.assert_ok().assert_shows("市财政局").assert_shows("市科技局").assert_shows("name=science-bureau");
    let behind = "/board/cases?by=organization&name=science-bureau&show=open";
    desk.get(behind).await.assert_ok().assert_shows("1件").assert_shows(">市科技局</a>");
    for (by, name) in [("place", "鹿城区"), ("mechanism", "企业诉求一表通管")] {
        let divided = desk.get(&format!("/board?by={by}")).await;
        divided.assert_ok().assert_shows(name).assert_shows(">2</a>");
        let list = divided.between("<a href=\"/board/cases", "\"").replace("&#38;", "&");
        desk.get(&format!("/board/cases{list}")).await.assert_ok().assert_shows("2件");
        desk.get_english(&format!("/board?by={by}")).await.assert_ok().assert_lacks("⟦");
    }
    let sheet = desk.get("/board/table?by=organization").await;
    sheet.assert_ok().assert_shows("\"市科技局\",\"0\",\"0\",\"1\",\"0\"");
    let workbook = desk.get("/board/table?form=xlsx").await;
    assert!(workbook.header("content-disposition").contains("board.xlsx"));
    let leader = site.signed_in(Role::Leader).await;
    leader.get("/board").await.assert_ok().assert_shows("市科技局");
    let head = site.signed_in_at(Role::Head, "finance-bureau").await;
    head.get("/board").await.assert_ok().assert_shows("市财政局").assert_lacks("市科技局");
    head.get(behind).await.assert_status(404);
    head.get("/board/cases?by=mechanism&name=enterprise-voice&show=open").await.assert_shows("1件");
    // A leader sees that it is there, and not what it is about.
    leader.get(behind).await.assert_ok().assert_shows("1件").assert_lacks(">市科技局</a>");
    let handler = site.signed_in_at(Role::Clerk, "finance-bureau").await;
    let list = handler.get("/desk?tab=open").await;
    let address = format!("/cases/{}", list.between("<a href=\"/cases/", "\""));
    let revision = handler.get(&address).await.between("name=\"revision\" value=\"", "\"").to_owned();
    let typed = [("step", "accept"), ("by", "unit"), ("revision", revision.as_str())];
    handler.post(&format!("{address}/steps"), &typed).await.assert_status(303);
    head.get("/board").await.assert_ok().assert_shows("本单位人员的工作量").assert_shows("已办步骤");
    desk.get("/board").await.assert_ok().assert_lacks("本单位人员的工作量");
    let clerk = site.signed_in(Role::Clerk).await;
    clerk.get("/board").await.assert_status(403);
}
