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

#[tokio::test]
async fn an_answer_is_published_without_who_asked_and_what_he_asked_for() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, "two-healths-office").await;
    let unit = site.signed_in_at(Role::Clerk, "finance-bureau").await;
    let typed =
        [("do", "file"), ("f.subject", "某厂用地"), ("f.voice_kind", "ordinary"), ("f.identity", "named")];
    let filed = owner.post("/cases/new/enterprise-voice", &typed).await;
    let address = filed.header("location").split('?').next().unwrap().to_owned();
    let answer = format!("致{}：已经办结", crate::testing::FIRM);
    let steps = [
        (&desk, "dispatch", "desk", vec![("f.unit_in_charge", "市财政局"), ("f.competence_reason", "职责")]),
        (&unit, "accept", "unit", vec![]),
        (&unit, "answer", "unit", vec![("f.answer", answer.as_str())]),
        (&owner, "rate", "firm", vec![("f.rating_level", "1"), ("f.solved", "true")]),
    ];
    for (somebody, step, by, typed) in steps {
        let revision = somebody.get(&address).await.between("name=\"revision\" value=\"", "\"").to_owned();
        let all = [&[("step", step), ("by", by), ("revision", revision.as_str())][..], &typed].concat();
        somebody.post(&format!("{address}/steps"), &all).await.assert_status(303);
    }
    let page = site.get("/voice/figures").await;
    page.assert_ok().assert_shows("已经办结").assert_shows("市财政局").assert_shows("不公开");
    page.assert_lacks("某厂用地")
        .assert_lacks(crate::testing::FIRM)
        .assert_lacks(address.rsplit('/').next().unwrap());
    site.get("/voice/figures?q=已经办结").await.assert_ok().assert_shows("公开1条");
    site.get("/voice/figures?q=没有的词").await.assert_ok().assert_shows("没有找到");
    site.get("/voice/figures?q=用地").await.assert_ok().assert_shows("没有找到");
    let sheet = site.get("/voice/figures/table").await;
    sheet
        .assert_ok()
        .assert_shows("企业诉求一表通管")
        .assert_shows("不公开")
        .assert_lacks(crate::testing::FIRM);
    assert!(sheet.header("content-disposition").contains("figures.csv"));
    let workbook = site.get("/voice/figures/table?form=xlsx").await;
    workbook.assert_ok();
    assert!(workbook.header("content-type").contains("spreadsheetml"));
}
