//! The desk: its order, its filters, one step in many cases, the list as a file.

use crate::testing::{Site, Somebody};
use domain::access::Role;

const DESK: &str = "two-healths-office";

async fn file(owner: &Somebody<'_>, subject: &str, kind: &str) {
    let typed = [("do", "file"), ("f.subject", subject), ("f.voice_kind", kind), ("f.identity", "named")];
    owner.post("/cases/new/enterprise-voice", &typed).await.assert_status(303);
}

/// Takes a step in every case that the desk of somebody shows.
async fn take_in_all(somebody: &Somebody<'_>, step: &str, reason: &str) -> crate::testing::Answer {
    let page = somebody.get("/desk").await;
    let cases: Vec<String> = page
        .body
        .split("name=\"case\" value=\"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap().to_owned())
        .collect();
    let step = format!("enterprise-voice:{step}");
    let mut form: Vec<(&str, &str)> = cases.iter().map(|case| ("case", case.as_str())).collect();
    form.extend([("step", step.as_str()), ("reason", reason)]);
    somebody.post("/desk/steps", &form).await
}

#[tokio::test]
async fn one_step_is_taken_in_many_cases_and_each_says_what_came_of_it() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    for subject in ["一号事项", "二号事项"] {
        file(&owner, subject, "ordinary").await;
    }
    let refused = take_in_all(&desk, "reject", "").await;
    refused.assert_ok().assert_shows("“理由”还没有填写");
    let done = take_in_all(&desk, "reject", "不属受理范围").await;
    done.assert_ok();
    assert_eq!(done.count("已办理"), 2, "{}", done.body);
    desk.get("/desk").await.assert_ok().assert_lacks("一号事项").assert_shows("这里没有待办");
    desk.get("/desk?tab=ended").await.assert_ok().assert_shows("一号事项").assert_shows("2件");
    desk.post("/desk/steps", &[("step", "enterprise-voice:reject")])
        .await
        .assert_ok()
        .assert_shows("没有勾选");
}

#[tokio::test]
async fn the_list_is_filtered_and_taken_along_without_formulas() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    file(&owner, "=SUM(A1)", "ordinary").await;
    file(&owner, "用电增容", "consultation").await;
    let found = desk.get("/desk?tab=open&q=增容").await;
    found.assert_ok().assert_shows("用电增容").assert_lacks("SUM(A1)");
    let staged = desk.get("/desk?tab=open&mechanism=enterprise-voice").await;
    staged.assert_ok().assert_shows("各环节件数").assert_shows("待派单 <strong>2</strong>");
    desk.get("/desk?tab=open&mechanism=sme-arrears").await.assert_ok().assert_shows("这里没有待办");
    desk.get("/desk?tab=overdue").await.assert_ok().assert_lacks("用电增容");
    Site::pass_seconds(60 * 86_400);
    // Sessions do not last so long; somebody of the same desk looks later.
    let later = site.signed_in_at(Role::Coordinator, DESK).await;
    later.get("/desk?tab=overdue").await.assert_ok().assert_shows("用电增容").assert_shows("逾期");
    let sheet = later.post("/desk/export", &[("of", "desk"), ("tab", "open")]).await;
    sheet.assert_ok().assert_shows("\"'=SUM(A1)\"").assert_shows("用电增容");
    assert!(sheet.header("content-disposition").contains("cases.csv"));
    let workbook = later.post("/desk/export", &[("tab", "open"), ("form", "xlsx")]).await;
    workbook.assert_ok();
    assert!(workbook.header("content-disposition").contains("cases.xlsx"));
}

#[tokio::test]
async fn pages_of_joined_lists_follow_each_other_and_each_takes_steps_in_many_cases() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    for number in 0..104 {
        file(&owner, &format!("事项{number:03}"), "ordinary").await;
    }
    // The desk looks for its organisation and its procedures at once.
    let numbers = |page: &crate::testing::Answer| -> Vec<String> {
        let cases = page.body.split("name=\"case\" value=\"").skip(1);
        cases.map(|part| part.split('"').next().unwrap().to_owned()).collect()
    };
    let first = desk.get("/desk").await;
    first.assert_ok();
    let next = first.between("rel=\"next\" href=\"", "\"").replace("&#38;", "&");
    let second = desk.get(&next).await;
    second.assert_ok().assert_lacks("rel=\"next\"");
    let (one, two) = (numbers(&first), numbers(&second));
    assert_eq!((one.len(), two.len()), (100, 4));
    assert!(one.iter().all(|case| !two.contains(case)), "a case stands on both pages");
    // A step on the second page is taken there, and the page stays the second.
    let after = next.split("after=").nth(1).unwrap().replace("%7E", "~");
    let mut form: Vec<(&str, &str)> = two[..2].iter().map(|case| ("case", case.as_str())).collect();
    form.extend([("step", "enterprise-voice:reject"), ("reason", "不属受理范围"), ("after", after.as_str())]);
    let done = desk.post("/desk/steps", &form).await;
    done.assert_ok();
    assert_eq!(done.count("已办理"), 2, "{}", done.body);
    assert_eq!(numbers(&done), two[2..]);
}

#[tokio::test]
async fn a_filter_is_kept_under_a_name() {
    let site = Site::new().await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let kept = desk.post("/desk/views", &[("name", "逾期的"), ("tab", "overdue"), ("q", "用地")]).await;
    assert_eq!(kept.header("location"), "/desk?done=view_kept");
    let page = desk.get("/desk").await;
    page.assert_ok().assert_shows("逾期的").assert_shows("/desk?tab=overdue&#38;q=%E7%94%A8%E5%9C%B0");
    assert_eq!(desk.post("/desk/views", &[("name", " ")]).await.header("location"), "/desk?fault=no_name");
    let other = site.signed_in_at(Role::Coordinator, DESK).await;
    other.get("/desk").await.assert_ok().assert_lacks("逾期的");
    desk.post("/desk/views/drop", &[("name", "逾期的")]).await.assert_status(303);
    desk.get("/desk").await.assert_ok().assert_lacks("逾期的");
}
