//! Who sees which part of a case: ratings, accusations, files of a firm that is hidden, opinions of others.

use crate::testing::{FIRM, Site, Somebody};
use domain::access::Role;

const DESK: &str = "two-healths-office";
const UNIT: &str = "finance-bureau";
const DISCIPLINE: &str = "discipline-inspection-commission";
/// What is written where not everybody is to read it.
const MARKER: &str = "MARKER4d2b7e";

/// Files a case and answers its address.
async fn filed(
    somebody: &Somebody<'_>,
    mechanism: &str,
    typed: &[(&str, &str)],
    files: &[(&str, &str, &[u8])],
) -> String {
    let typed: Vec<(&str, &str)> = [("do", "file")].iter().chain(typed).copied().collect();
    let answer = somebody.post_files(&format!("/cases/new/{mechanism}"), &typed, files).await;
    answer.assert_status(303);
    answer.header("location").split('?').next().unwrap().to_owned()
}

/// Takes a step that the page of the case offers.
async fn took(somebody: &Somebody<'_>, address: &str, step: &str, typed: &[(&str, &str)]) {
    let page = somebody.get(address).await;
    page.assert_ok();
    let form = page.between(&format!("id=\"step-{step}\""), "</form>");
    let one = |name: &str| {
        let after = form.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        after.split('"').next().unwrap().to_owned()
    };
    let (by, revision) = (one("by"), one("revision"));
    let head = [("step", step), ("by", by.as_str()), ("revision", revision.as_str())];
    let typed: Vec<(&str, &str)> = head.iter().chain(typed).copied().collect();
    somebody.post(&format!("{address}/steps"), &typed).await.assert_status(303);
}

const VOICE: [(&str, &str); 3] =
    [("f.subject", "厂房用地证"), ("f.voice_kind", "ordinary"), ("f.identity", "hidden")];
const DISPATCH: [(&str, &str); 2] = [("f.unit_in_charge", UNIT), ("f.competence_reason", "职责")];

#[tokio::test]
async fn the_office_that_is_rated_or_accused_of_retaliation_reads_neither() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let unit = site.signed_in_at(Role::Clerk, UNIT).await;
    let discipline = site.signed_in_at(Role::Clerk, DISCIPLINE).await;
    let address = filed(&owner, "enterprise-voice", &VOICE, &[]).await;
    let number = address.strip_prefix("/cases/").unwrap();
    took(&desk, &address, "dispatch", &DISPATCH).await;
    took(&unit, &address, "accept", &[]).await;
    took(&unit, &address, "answer", &[("f.answer", "已办")]).await;
    took(&owner, &address, "rate", &[("f.rating_level", "2"), ("f.solved", "true")]).await;
    for (somebody, is_shown) in [(&owner, true), (&desk, true), (&unit, false)] {
        let page = somebody.get(&address).await;
        page.assert_ok();
        assert_eq!(page.body.contains("满意程度"), is_shown, "{}", somebody.login);
    }
    discipline.get(&address).await.assert_status(404);
    discipline.get("/desk?tab=open").await.assert_ok().assert_lacks(number);
    took(&owner, &address, "report-retaliation", &[("f.reason", MARKER)]).await;
    discipline.get(&address).await.assert_ok().assert_shows(MARKER);
    discipline.get("/desk?tab=open&of=role").await.assert_ok().assert_shows(number);
    for somebody in [&unit, &desk] {
        let page = somebody.get(&address).await;
        page.assert_ok().assert_lacks(MARKER).assert_lacks("举报打击报复").assert_shows("防报复观察");
        let list = somebody.get("/desk?tab=open").await;
        list.assert_shows(number).assert_lacks("核查打击报复");
        somebody.get(&format!("/desk?tab=open&q={MARKER}")).await.assert_lacks(number);
        let export = somebody.post("/desk/export", &[("tab", "open")]).await;
        export.assert_shows(number).assert_shows("防报复观察");
    }
}

#[tokio::test]
async fn files_of_a_firm_that_is_hidden_are_given_to_the_unit_once_the_desk_has_looked_at_them() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let unit = site.signed_in_at(Role::Clerk, UNIT).await;
    let name = format!("{MARKER}.txt");
    let files: [(&str, &str, &[u8]); 1] = [("f.evidence", &name, "合同".as_bytes())];
    let address = filed(&owner, "enterprise-voice", &VOICE, &files).await;
    let file = format!("{address}/attachments/1");
    took(&desk, &address, "dispatch", &DISPATCH).await;
    desk.get(&address).await.assert_ok().assert_shows(&name);
    desk.get(&file).await.assert_ok();
    unit.get(&address).await.assert_ok().assert_lacks(MARKER);
    unit.get(&file).await.assert_status(404);
    took(&desk, &address, "release-files", &[]).await;
    unit.get(&address).await.assert_ok().assert_shows(&name);
    unit.get(&file).await.assert_ok();
}

#[tokio::test]
async fn the_body_that_bars_a_firm_reads_what_the_desk_asks_and_nothing_the_firm_wrote() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Clerk, "development-reform-commission").await;
    let unit = site.signed_in_at(Role::Clerk, UNIT).await;
    let typed = [
        ("f.subject", MARKER),
        ("f.entry_barrier_kind", "filing"),
        ("f.entry_field", "elderly"),
        ("f.account", MARKER),
        ("f.wanted_activity", MARKER),
    ];
    let address = filed(&owner, "negative-list-entry", &typed, &[]).await;
    let number = address.strip_prefix("/cases/").unwrap();
    let typed = [
        ("f.complained_body", UNIT),
        ("f.access_list_class", "outside"),
        ("f.list_year", "2025年版"),
        ("f.competence_reason", "由其备案"),
        ("f.barrier_said", "备案变审批"),
    ];
    took(&desk, &address, "accept", &typed).await;
    desk.get(&address).await.assert_ok().assert_shows(MARKER);
    unit.get(&address).await.assert_ok().assert_shows("备案变审批").assert_lacks(MARKER).assert_lacks(FIRM);
    unit.get("/desk?tab=open").await.assert_shows(number).assert_lacks(MARKER);
    unit.get(&format!("/desk?tab=open&q={MARKER}")).await.assert_lacks(number);
    unit.post("/desk/export", &[("tab", "open")]).await.assert_shows(number).assert_lacks(MARKER);
    unit.get("/notices").await.assert_ok().assert_lacks(MARKER);
}

#[tokio::test]
async fn every_firm_finds_a_call_for_opinions_gives_its_own_and_reads_no_other() {
    let site = Site::new().await;
    let drafter = site.signed_in_at(Role::Clerk, "commerce-bureau").await;
    let one = site.signed_in(Role::FirmOwner).await;
    let other = site.signed_in_at(Role::FirmOwner, super::matrix::FOREIGN_FIRM).await;
    one.get("/cases").await.assert_ok().assert_lacks("所有企业都可以参与");
    let typed = [
        ("f.drafting_body", "commerce-bureau"),
        ("f.draft_title", "某补贴办法"),
        ("f.explanation", "说明"),
        ("f.firms_heard_before", "true"),
    ];
    let draft: [(&str, &str, &[u8]); 1] = [("f.draft_text", "draft.txt", "草案".as_bytes())];
    let address = filed(&drafter, "policy-consultation", &typed, &draft).await;
    one.get("/cases").await.assert_ok().assert_shows("所有企业都可以参与").assert_shows("某补贴办法");
    let page = one.get(&address).await;
    page.assert_ok().assert_shows("draft.txt</a>");
    one.get(&format!("{address}/attachments/1")).await.assert_ok();
    took(&one, &address, "give-opinion", &[("f.opinion", MARKER)]).await;
    one.get(&address).await.assert_ok().assert_shows(MARKER);
    other.get(&address).await.assert_ok().assert_shows("某补贴办法").assert_lacks(MARKER);
    drafter.get(&address).await.assert_ok().assert_shows(MARKER);
}
