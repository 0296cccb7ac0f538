//! Common problems: whose voices they are made of, for whom, and what becomes of them.

use crate::testing::{Site, Somebody, html_fields};
use domain::access::Role;

const DESK: &str = "two-healths-office";
/// Who answers.
const UNIT: &str = "public-security-bureau";

/// Six voices of five firms with one matter.
const TRUCKS: [(&str, &str); 6] = [
    ("91330302AAAAAAAA1X", "滨海园区外的道路白天货车限行，送货只能等到晚上，希望调整货车限行时段"),
    ("91330302AAAAAAAA2X", "货车限行太严，园区企业白天进不了货，希望调整限行时段"),
    ("91330302AAAAAAAA3X", "白天货车限行，客户提货的车开不进园区，请调整货车限行时段"),
    ("91330302AAAAAAAA4X", "园区道路货车限行，白天送货的车进不来，希望调整时段"),
    ("91330302AAAAAAAA5X", "货车限行时段太长，白天货车不能进园区送货"),
    ("91330302AAAAAAAA1X", "再次反映滨海园区货车限行，白天送货的车进不来，希望调整时段"),
];

/// Files a voice, and answers its address.
async fn file(owner: &Somebody<'_>, account: &str, identity: &str) -> String {
    let subject = if identity == "confidential" { "MARKER货车限行" } else { "货车限行" };
    let typed = [
        ("do", "file"),
        ("f.subject", subject),
        ("f.account", account),
        ("f.voice_kind", "ordinary"),
        ("f.identity", identity),
    ];
    let answer = owner.post("/cases/new/enterprise-voice", &typed).await;
    answer.assert_status(303);
    answer.header("location").split('?').next().unwrap().to_owned()
}

/// Files all of them; answers their owners with the addresses of their cases.
async fn filed(site: &Site) -> Vec<(Somebody<'_>, String)> {
    let mut all = Vec::new();
    for (firm, account) in TRUCKS {
        let owner = site.signed_in_at(Role::FirmOwner, firm).await;
        let address = file(&owner, account, "hidden").await;
        all.push((owner, address));
    }
    all
}

/// Takes a step with what stands on the page and what is typed.
async fn take(somebody: &Somebody<'_>, address: &str, step: &str, typed: &[(&str, &str)]) {
    let page = somebody.get(address).await;
    page.assert_ok();
    let fields = html_fields(page.between(&format!("id=\"step-{step}\""), "</form>"));
    let shown =
        fields.iter().filter(|(name, _)| name != "form_token" && !typed.iter().any(|(own, _)| own == name));
    let mut sent: Vec<(&str, &str)> = shown.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sent.extend(typed);
    somebody.post(&format!("{address}/steps"), &sent).await.assert_status(303);
}

/// The address of the one problem that somebody sees.
async fn problem(somebody: &Somebody<'_>) -> String {
    let list = somebody.get("/desk/clusters").await;
    list.assert_ok();
    format!("/desk/clusters/{}", list.between("href=\"/desk/clusters/", "\""))
}

#[tokio::test]
async fn voices_that_are_alike_come_together_without_what_is_confidential() {
    let site = Site::new().await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    desk.get("/desk/clusters").await.assert_ok().assert_shows("目前没有共性问题");
    let voices = filed(&site).await;
    file(&voices[1].0, TRUCKS[0].1, "confidential").await;
    let list = desk.get("/desk/clusters").await;
    list.assert_ok().assert_shows("货车限行").assert_shows("5家企业、6件").assert_shows(">可提出政策建议<");
    list.assert_lacks("MARKER").assert_shows("↑ 近45天6件，此前0件");
    let one = desk.get(&problem(&desk).await).await;
    one.assert_ok().assert_lacks("MARKER").assert_shows("诉求（6件）").assert_shows("提出建议（6件）");
    assert_eq!(one.count("href=\"/cases/2026-"), 6);
    let english = desk.get_english("/desk/clusters").await;
    english.assert_ok().assert_shows("Firms: 5, voices: 6").assert_lacks("⟦");
    desk.get("/desk").await.assert_shows("href=\"/desk/clusters\"");
    // What is merged goes on as another, and does not count twice.
    let number = voices[0].1.rsplit('/').next().unwrap();
    take(&desk, &voices[5].1, "merge", &[("f.same_as", number)]).await;
    desk.get("/desk/clusters").await.assert_shows("5家企业、5件").assert_lacks(">可提出政策建议<");
}

#[tokio::test]
async fn a_unit_sees_the_problems_among_its_own_cases_and_others_none() {
    let site = Site::new().await;
    let voices = filed(&site).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let unit = site.signed_in_at(Role::Clerk, UNIT).await;
    unit.get("/desk/clusters").await.assert_ok().assert_shows("目前没有共性问题");
    let whole = problem(&desk).await;
    unit.get(&whole).await.assert_status(404);
    for (_, address) in &voices[1..3] {
        let dispatch = [("f.unit_in_charge", UNIT), ("f.competence_reason", "限行")];
        take(&desk, address, "dispatch", &dispatch).await;
    }
    unit.get("/desk/clusters").await.assert_ok().assert_shows("2家企业、2件");
    let own = unit.get(&problem(&unit).await).await;
    own.assert_ok().assert_lacks("提出建议").assert_lacks("AAAAAAAA");
    assert_eq!(own.count("href=\"/cases/2026-"), 2);
    unit.post(&format!("{whole}/propose"), &[]).await.assert_status(404);
    let owner = &voices[0].0;
    owner.get("/desk/clusters").await.assert_status(403);
    let refused = owner.post(&format!("{whole}/propose"), &[]).await.status.as_u16();
    assert!([403, 404].contains(&refused), "{refused}");
    let head = site.signed_in_at(Role::Head, DESK).await;
    head.get("/desk/clusters").await.assert_ok().assert_lacks("货车限行");
    head.post(&format!("{whole}/propose"), &[]).await.assert_status(403);
}

#[tokio::test]
async fn a_problem_becomes_one_proposal_that_is_answered_and_every_voice_shows_it() {
    let site = Site::new().await;
    let voices = filed(&site).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let unit = site.signed_in_at(Role::Head, UNIT).await;
    take(&desk, &voices[0].1, "dispatch", &[("f.unit_in_charge", UNIT), ("f.competence_reason", "限行")])
        .await;
    let problem = problem(&desk).await;
    let page = desk.get(&problem).await;
    page.assert_ok()
        .assert_shows("value=\"市公安局\"")
        .assert_shows("5家企业反映6件")
        .assert_lacks("来源件数");
    let propose = format!("{problem}/propose");
    let refused = desk.post(&propose, &[("f.proposal", "调整时段"), ("f.case_count", "99")]).await;
    refused
        .assert_ok()
        .assert_shows("role=\"alert\"")
        .assert_shows("调整时段")
        .assert_shows("#p-competent_body");
    let typed = [
        ("f.competent_body", "市公安局"),
        ("f.problem", "货车限行"),
        ("f.proposal", "调整时段"),
        ("f.guidance_given", "true"),
    ];
    let done = desk.post(&propose, &typed).await;
    assert_eq!(done.header("location"), format!("{problem}?done=proposed"));
    let again = desk.post(&propose, &typed).await;
    assert_eq!(again.header("location"), format!("{problem}?done=proposed_before"));
    let page = desk.get(&problem).await;
    page.assert_ok().assert_shows("已提出政策建议 2026-").assert_lacks("提出建议（");
    let proposal = format!("/cases/{}", page.between("<p class=\"notice done\"><a href=\"/cases/", "\""));
    let shown = desk.get(&proposal).await;
    shown.assert_ok().assert_shows("货车限行").assert_lacks("<dd>99");
    assert_eq!(shown.count("企业诉求一表通管 2026-"), 6, "every voice is linked");
    let (owner, own) = &voices[3];
    let told = owner.get(own).await;
    told.assert_ok().assert_shows("已提出政策建议2026-").assert_shows("主管单位还没有答复");
    owner.get(&proposal).await.assert_status(404);
    // One that comes later is added to the same proposal.
    let late = site.signed_in_at(Role::FirmOwner, "91330302AAAAAAAA6X").await;
    let later = file(&late, "园区白天货车限行，送货进不来，请调整限行时段", "named").await;
    desk.get(&problem).await.assert_shows("把新到的1件列入该建议");
    let joined = desk.post(&propose, &[]).await;
    assert_eq!(joined.header("location"), format!("{problem}?done=joined"));
    let inbox = unit.get(&proposal).await;
    inbox.assert_ok().assert_lacks("AAAAAAAA").assert_lacks("提出人");
    let adoption = [("f.measure_taken", "白天放行新能源货车"), ("f.effective_by", "2027-03-01")];
    take(&unit, &proposal, "adopt", &adoption).await;
    for (somebody, address) in [(owner, own), (&late, &later)] {
        let page = somebody.get(address).await;
        page.assert_ok().assert_shows("白天放行新能源货车").assert_shows("改进中").assert_shows("市公安局");
    }
}

#[tokio::test]
async fn what_is_too_little_is_not_proposed() {
    let site = Site::new().await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    for (firm, account) in &TRUCKS[..2] {
        let owner = site.signed_in_at(Role::FirmOwner, firm).await;
        file(&owner, account, "named").await;
    }
    let problem = problem(&desk).await;
    desk.get(&problem).await.assert_ok().assert_lacks("提出建议");
    let answer = desk.post(&format!("{problem}/propose"), &[("f.problem", "x")]).await;
    assert_eq!(answer.header("location"), format!("{problem}?fault=too_few"));
}
