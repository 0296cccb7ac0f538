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

#[tokio::test]
async fn the_desk_enters_one_call_after_the_other_and_dispatches_at_once() {
    let site = Site::new().await;
    let desk = site.signed_in_at(Role::Coordinator, "two-healths-office").await;
    let form = desk.get("/cases/new/enterprise-voice").await;
    form.assert_ok().assert_shows("value=\"telephone\" checked").assert_shows("value=\"ordinary\" checked");
    form.assert_shows("value=\"hidden\" checked").assert_shows("承办单位只看到事情");
    form.assert_shows("草稿只存文字，不存附件");
    let said = [
        ("f.subject", "路灯不亮"),
        ("f.voice_kind", "ordinary"),
        ("f.channel", "telephone"),
        ("f.identity", "hidden"),
    ];
    let file = async |onward: &str| {
        let form: Vec<_> = [("do", onward)].into_iter().chain(said).collect();
        let answer = desk.post("/cases/new/enterprise-voice", &form).await;
        answer.header("location").to_owned()
    };
    let next = file("next").await;
    assert!(next.starts_with("/cases/new/enterprise-voice?filed="), "{next}");
    let page = desk.get(&next).await;
    page.assert_ok().assert_shows("上一件已登记").assert_shows("value=\"telephone\" checked");
    let dispatch = file("dispatch").await;
    assert!(dispatch.ends_with("?done=filed#steps"), "{dispatch}");
    // A number of somebody else's case is not repeated.
    desk.get("/cases/new/enterprise-voice?filed=2026-999999-9").await.assert_ok().assert_lacks("上一件");
}

#[tokio::test]
async fn a_firm_files_with_one_line_and_is_not_asked_what_the_service_knows() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let form = owner.get("/cases/new/enterprise-voice").await;
    form.assert_ok().assert_lacks("f.channel").assert_lacks("f.source_number").assert_lacks("value=\"next\"");
    let shown = crate::testing::html_fields(form.between("class=\"form case-form\"", "</form>"));
    let mut sent: Vec<(&str, &str)> =
        shown.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sent.retain(|(name, _)| *name != "f.subject" && *name != "form_token");
    sent.extend([("f.subject", "技改补助没有到账"), ("do", "file")]);
    let answer = owner.post("/cases/new/enterprise-voice", &sent).await;
    assert!(answer.header("location").ends_with("?done=filed"), "{}", answer.body);
}

/// A ticket of the hotline that the desk typed in was another case than the one its delivery brought later.
#[tokio::test]
async fn a_number_that_is_typed_in_is_the_one_of_the_platform_and_shows_no_turned_text() {
    let site = Site::new().await;
    let desk = site.signed_in_at(Role::Coordinator, "two-healths-office").await;
    let said = [
        ("do", "file"),
        ("f.subject", "\u{202e}路灯\u{2066}不亮"),
        ("f.voice_kind", "ordinary"),
        ("f.channel", "hotline_12345"),
        ("f.source_number", "A-77"),
        ("f.identity", "hidden"),
    ];
    let answer = desk.post("/cases/new/enterprise-voice", &said).await;
    let address = answer.header("location").to_owned();
    let number = address.trim_start_matches("/cases/").split('?').next().unwrap();
    let head = site.store().case(number).await.unwrap().unwrap().head;
    assert_eq!((head.source.as_str(), head.title.as_str()), ("12345:A-77", "路灯不亮"));
}
