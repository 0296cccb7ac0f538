//! Calling firms back: who is on the list, and what becomes of each call.

use crate::testing::{Answer, Site, Somebody};
use domain::access::Role;

const DESK: &str = "two-healths-office";
const UNIT: &str = "development-reform-commission";

/// Takes a step of a case as somebody who can.
async fn step(somebody: &Somebody<'_>, number: &str, (step, by): (&str, &str), fields: &[(&str, &str)]) {
    let page = somebody.get(&format!("/cases/{number}")).await;
    let revision = page.between("name=\"revision\" value=\"", "\"").to_owned();
    let mut form = vec![("step", step), ("by", by), ("revision", revision.as_str())];
    form.extend(fields);
    let answer = somebody.post(&format!("/cases/{number}/steps"), &form).await;
    assert_eq!(answer.status.as_u16(), 303, "{step}: {}", answer.body);
}

/// A case that was answered; its number.
async fn answered(
    (owner, desk, clerk): (&Somebody<'_>, &Somebody<'_>, &Somebody<'_>),
    subject: &str,
) -> String {
    let typed =
        [("do", "file"), ("f.subject", subject), ("f.voice_kind", "ordinary"), ("f.identity", "named")];
    let filed = owner.post("/cases/new/enterprise-voice", &typed).await;
    let number = filed.header("location").trim_start_matches("/cases/").split('?').next().unwrap().to_owned();
    let dispatch = [("f.unit_in_charge", UNIT), ("f.competence_reason", "职责")];
    step(desk, &number, ("dispatch", "desk"), &dispatch).await;
    step(clerk, &number, ("accept", "unit"), &[]).await;
    step(clerk, &number, ("answer", "unit"), &[("f.answer", "已经办好")]).await;
    number
}

/// What the form on the row of a case sends, with what was typed.
async fn call(desk: &Somebody<'_>, number: &str, typed: &[(&str, &str)]) -> Answer {
    let page = desk.get("/desk/calls").await;
    let row = page.between(&format!("id=\"call-{number}\""), "</details>").to_owned();
    let value = |name: &str| {
        let rest = row.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let (case, revision) = (value("case"), value("revision"));
    let mut form = vec![("case", case.as_str()), ("revision", revision.as_str())];
    form.extend(typed);
    desk.post("/desk/calls", &form).await
}

#[tokio::test]
async fn whoever_is_not_reached_stays_in_the_list_and_whoever_rates_leaves_it() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let clerk = site.signed_in_at(Role::Clerk, UNIT).await;
    desk.get("/desk/calls").await.assert_ok().assert_shows("没有等着回访的事项");
    desk.get("/desk").await.assert_ok().assert_shows("href=\"/desk/calls\"");
    let people = (&owner, &desk, &clerk);
    let (first, second) = (answered(people, "路灯不亮").await, answered(people, "路面积水").await);
    let page = desk.get("/desk/calls").await;
    page.assert_ok().assert_shows("待回访2件").assert_shows("路灯不亮").assert_shows("已经办好");
    // Masked: the first character and the ends of the number.
    page.assert_shows("测**").assert_shows("139****0000").assert_lacks("13900000000");

    let vain = call(&desk, &first, &[("f.reached", "false"), ("f.call_note", "无人接听")]).await;
    assert_eq!(vain.header("location"), "/desk/calls?done=in_vain", "{}", vain.body);
    let page = desk.get("/desk/calls?done=in_vain").await;
    page.assert_ok().assert_shows("未接通 1").assert_shows("1次，最近一次").assert_shows("无人接听");
    let at = |number: &str| page.body.find(&format!("id=\"call-{number}\"")).unwrap();
    assert!(at(&second) < at(&first), "whoever did not answer today comes last");

    let nothing = call(&desk, &second, &[]).await;
    nothing.assert_ok().assert_shows("请填写");
    let lying = call(&desk, &second, &[("f.reached", "false"), ("f.rating_level", "5")]).await;
    lying.assert_ok().assert_shows("没有接通就不能代录评价");
    let unsaid = call(&desk, &second, &[("f.reached", "true"), ("f.rating_level", "5")]).await;
    unsaid.assert_ok().assert_shows("回访记录");
    let rated =
        [("f.reached", "true"), ("f.rating_level", "5"), ("f.solved", "false"), ("f.call_note", "仍有积水")];
    let rated = call(&desk, &second, &rated).await;
    assert_eq!(rated.header("location"), "/desk/calls?done=rated", "{}", rated.body);
    desk.get("/desk/calls").await.assert_ok().assert_lacks("路面积水").assert_shows("待回访1件");
    let case = desk.get(&format!("/cases/{second}")).await;
    case.assert_ok().assert_shows("电话代录评价").assert_shows("不满意，自动重办一次");

    let reached = call(&desk, &first, &[("f.reached", "true")]).await;
    assert_eq!(reached.header("location"), "/desk/calls?done=reached", "{}", reached.body);
    desk.get_english("/desk/calls").await.assert_ok().assert_shows("Nobody waits for a call");
}

#[tokio::test]
async fn only_the_desk_that_the_procedure_names_calls_back() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let clerk = site.signed_in_at(Role::Clerk, UNIT).await;
    let number = answered((&owner, &desk, &clerk), "路灯不亮").await;
    clerk.get("/desk/calls").await.assert_ok().assert_shows("没有回访任务").assert_lacks("路灯不亮");
    let form = [("case", number.as_str()), ("revision", "4"), ("f.reached", "true")];
    let refused = clerk.post("/desk/calls", &form).await;
    assert_eq!(refused.header("location"), "/desk/calls?done=gone");
    desk.get("/desk/calls").await.assert_ok().assert_shows("待回访1件");
}
