//! Who sees what the watch finds, and who does not.

use crate::testing::{FIRM, Site, Somebody};
use domain::access::Role;

const DISCIPLINE: &str = "discipline-inspection-commission";
const ACCUSED: &str = "finance-bureau";
const DESK: &str = "two-healths-office";

async fn step(somebody: &Somebody<'_>, address: &str, (step, by): (&str, &str), typed: &[(&str, &str)]) {
    let revision = somebody.get(address).await.between("name=\"revision\" value=\"", "\"").to_owned();
    let all = [&[("step", step), ("by", by), ("revision", revision.as_str())][..], typed].concat();
    somebody.post(&format!("{address}/steps"), &all).await.assert_status(303);
}

#[tokio::test]
async fn a_return_after_a_report_is_found_by_discipline_inspection_and_never_by_the_office() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let discipline = site.signed_in_at(Role::Clerk, DISCIPLINE).await;
    discipline.get("/desk/watch").await.assert_ok().assert_shows("没有发现");
    let report = [("do", "file"), ("f.subject", "密"), ("f.accused_office", "市财政局")];
    owner.post("/cases/new/confidential-report", &report).await.assert_status(303);
    let typed = [("do", "file"), ("f.subject", "一"), ("f.voice_kind", "ordinary"), ("f.identity", "named")];
    let filed = owner.post("/cases/new/enterprise-voice", &typed).await;
    let address = filed.header("location").split('?').next().unwrap().to_owned();
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let to = [("f.unit_in_charge", "市财政局"), ("f.competence_reason", "职责")];
    step(&desk, &address, ("dispatch", "desk"), &to).await;
    let unit = site.signed_in_at(Role::Clerk, ACCUSED).await;
    step(&unit, &address, ("return", "unit"), &[("f.reason", "不属于本单位")]).await;
    let found = discipline.get("/desk/watch").await;
    found
        .assert_ok()
        .assert_shows("市财政局")
        .assert_shows(address.rsplit('/').next().unwrap())
        .assert_shows(FIRM)
        .assert_shows("涉及密件")
        .assert_shows("之后第0日");
    discipline.get_english("/desk/watch").await.assert_ok().assert_shows("sends the case").assert_lacks("⟦");
    discipline.get("/desk").await.assert_ok().assert_shows("href=\"/desk/watch\"");
    let head = site.signed_in_at(Role::Head, ACCUSED).await;
    let leader = site.signed_in(Role::Leader).await;
    let coordinator_there = site.signed_in_at(Role::Coordinator, DISCIPLINE).await;
    for somebody in [&unit, &head, &desk, &leader, &coordinator_there] {
        somebody.get("/desk/watch").await.assert_status(404);
        somebody.get("/desk").await.assert_lacks("/desk/watch");
    }
    owner.get("/desk/watch").await.assert_status(403);
}

#[tokio::test]
async fn discipline_inspection_does_not_watch_itself() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let report = [("do", "file"), ("f.subject", "密"), ("f.accused_office", "市纪委监委机关")];
    owner.post("/cases/new/confidential-report", &report).await;
    let discipline = site.signed_in_at(Role::Clerk, DISCIPLINE).await;
    discipline.get("/desk/watch").await.assert_ok().assert_shows("没有发现");
}
