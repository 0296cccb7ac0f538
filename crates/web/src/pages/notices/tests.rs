//! Messages: each reader's own, unread first, counted in the navigation.

use crate::testing::{Site, Somebody, html_fields};
use domain::access::Role;

const DESK: &str = "two-healths-office";

async fn file(owner: &Somebody<'_>, subject: &str) {
    let typed =
        [("do", "file"), ("f.subject", subject), ("f.voice_kind", "ordinary"), ("f.identity", "named")];
    owner.post("/cases/new/enterprise-voice", &typed).await.assert_status(303);
}

#[tokio::test]
async fn a_message_waits_in_the_navigation_until_it_is_read() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let empty = desk.get("/notices").await;
    empty.assert_ok().assert_shows("没有未读消息").assert_lacks("class=\"unread\"");
    for subject in ["一号事项", "二号事项"] {
        file(&owner, subject).await;
    }
    let page = desk.get("/notices").await;
    page.assert_ok().assert_shows("一号事项").assert_shows("<span class=\"unread\">2<");
    let serial = page.between("name=\"one\" value=\"", "\"").to_owned();
    desk.post("/notices/read", &[("one", &serial)]).await.assert_status(303);
    let page = desk.get("/notices?done=read").await;
    page.assert_ok().assert_shows("<span class=\"unread\">1<").assert_shows("<h2 id=\"read\">");
    let unread = desk.get("/notices?show=unread").await;
    unread.assert_ok().assert_shows("一号事项").assert_lacks("二号事项");
    desk.get("/notices?mechanism=sme-arrears").await.assert_ok().assert_shows("这样筛选没有消息");
    let seen = unread.between("name=\"seen\" value=\"", "\"").to_owned();
    desk.post("/notices/read", &[("seen", &seen)]).await.assert_status(303);
    desk.get_english("/notices").await.assert_ok().assert_shows("No messages that you have not read");
}

#[tokio::test]
async fn nobody_reads_or_marks_the_messages_of_others() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let clerk = site.signed_in(Role::Clerk).await;
    file(&owner, "三号事项").await;
    let serial = desk.get("/notices").await.between("name=\"one\" value=\"", "\"").to_owned();
    clerk.get("/notices").await.assert_ok().assert_lacks("三号事项");
    clerk.post("/notices/read", &[("one", &serial)]).await.assert_status(303);
    desk.get("/notices").await.assert_ok().assert_shows("<span class=\"unread\">1<");
    let stranger = site.signed_in_at(Role::FirmOwner, "91330000704202479R").await;
    stranger.get("/notices").await.assert_ok().assert_lacks("三号事项");
    site.signed_in(Role::Auditor).await.get("/notices").await.assert_status(403);
}

#[tokio::test]
async fn a_message_says_later_what_it_said_when_it_went_out() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    file(&owner, "四号事项").await;
    let page = desk.get("/notices").await;
    let address = format!("/cases/{}", page.between("href=\"/cases/", "\""));
    for (unit, sent_to, reason) in
        [("finance-bureau", "市财政局", "不管资金"), ("tax-bureau", "市税务局", "不管税费")]
    {
        let clerk = site.signed_in_at(Role::Clerk, unit).await;
        for (somebody, step, typed) in [
            (&desk, "dispatch", vec![("f.unit_in_charge", sent_to), ("f.competence_reason", "分工")]),
            (&clerk, "return", vec![("f.reason", reason)]),
        ] {
            let page = somebody.get(&address).await;
            let fields = html_fields(page.between(&format!("id=\"step-{step}\""), "</form>"));
            let shown = fields.iter().filter(|(name, _)| name != "form_token" && !name.starts_with("f."));
            let shown = shown.map(|(name, value)| (name.as_str(), value.as_str()));
            let form: Vec<(&str, &str)> = shown.chain(typed).collect();
            somebody.post(&format!("{address}/steps"), &form).await.assert_status(303);
        }
    }
    let page = desk.get("/notices").await;
    page.assert_ok()
        .assert_shows("市财政局退回本件，理由：不管资金")
        .assert_shows("市税务局退回本件，理由：不管税费");
}
