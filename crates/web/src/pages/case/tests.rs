//! The page of a case: a case lived through by every party, and who sees nothing of it.

use crate::testing::{Answer, Site, Somebody, html_fields};
use domain::access::Role;

/// The office that dispatches, and one that handles.
const DESK: &str = "two-healths-office";
const UNIT: &str = "finance-bureau";

/// What a firm files.
const FILING: [(&str, &str); 4] =
    [("do", "file"), ("f.subject", "厂房用地证"), ("f.voice_kind", "ordinary"), ("f.identity", "hidden")];

/// Files a case and answers its address.
async fn filed(owner: &Somebody<'_>) -> String {
    let answer = owner.post("/cases/new/enterprise-voice", &FILING).await;
    answer.assert_status(303);
    answer.header("location").split('?').next().unwrap().to_owned()
}

/// Fills in the form of a step as it stands on the page, and sends it.
async fn take(somebody: &Somebody<'_>, address: &str, step: &str, typed: &[(&str, &str)]) -> Answer {
    let page = somebody.get(address).await;
    page.assert_ok();
    let form = page.between(&format!("id=\"step-{step}\""), "</form>");
    let fields = html_fields(form);
    let shown =
        fields.iter().filter(|(name, _)| name != "form_token" && !typed.iter().any(|(own, _)| own == name));
    let mut sent: Vec<(&str, &str)> = shown.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sent.extend(typed);
    somebody.post(&format!("{address}/steps"), &sent).await
}

/// The same, and it is done.
async fn took(somebody: &Somebody<'_>, address: &str, step: &str, typed: &[(&str, &str)]) {
    let answer = take(somebody, address, step, typed).await;
    answer.assert_status(303);
    assert_eq!(answer.header("location"), format!("{address}?done=taken"));
}

#[tokio::test]
async fn a_firm_files_the_desk_dispatches_the_unit_answers_and_the_firm_rates() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let unit = site.signed_in_at(Role::Clerk, UNIT).await;
    owner.get("/cases").await.assert_ok().assert_shows("还没有诉求").assert_shows("href=\"/cases/new\"");
    owner.get("/cases/new").await.assert_ok().assert_shows("href=\"/cases/new/enterprise-voice\"");
    let form = owner.get("/cases/new/enterprise-voice").await;
    form.assert_ok().assert_shows("事由").assert_lacks("f.channel").assert_lacks("来源编号");
    let address = filed(&owner).await;
    let number = address.rsplit('/').next().unwrap();
    let shown = owner.get(&format!("{address}?done=filed")).await;
    shown
        .assert_ok()
        .assert_shows(number)
        .assert_shows("已收到")
        .assert_shows("还剩 10个工作日")
        .assert_shows("企业时钟");
    unit.get(&address).await.assert_status(404);
    desk.get("/desk").await.assert_ok().assert_shows(number).assert_shows("#step-dispatch");
    took(&desk, &address, "dispatch", &[("f.unit_in_charge", "市财政局"), ("f.competence_reason", "用地款")])
        .await;
    let inbox = unit.get("/desk").await;
    inbox.assert_ok().assert_shows("厂房用地证").assert_shows("#step-accept").assert_shows("还剩 1个工作日");
    let of_unit = unit.get(&address).await;
    of_unit
        .assert_ok()
        .assert_shows("身份保密")
        .assert_lacks(crate::testing::FIRM)
        .assert_shows("还剩 7个工作日");
    took(&unit, &address, "accept", &[]).await;
    took(&unit, &address, "answer", &[("f.answer", "已办理"), ("f.legal_basis", "第二十六条")]).await;
    let answered = owner.get(&address).await;
    answered.assert_ok().assert_shows("已办理").assert_shows("按期完成").assert_shows("市财政局");
    owner.get("/cases").await.assert_ok().assert_shows("等您处理").assert_shows("#step-rate");
    took(&owner, &address, "rate", &[("f.rating_level", "1"), ("f.solved", "true")]).await;
    let rated = owner.get_english(&address).await;
    rated.assert_ok().assert_shows("Watched for retaliation").assert_shows("Very good").assert_lacks("⟦");
    desk.get("/desk?tab=open").await.assert_ok().assert_shows(number);
}

#[tokio::test]
async fn for_whom_a_case_does_not_exist_it_looks_like_one_that_is_not_there() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let address = filed(&owner).await;
    let foreign_firm = site.signed_in_at(Role::FirmOwner, "91330000704202479R").await;
    let foreign_unit = site.signed_in_at(Role::Clerk, "education-bureau").await;
    let auditor = site.signed_in_at(Role::Auditor, DESK).await;
    for somebody in [&foreign_firm, &foreign_unit] {
        somebody.get(&address).await.assert_status(404);
        somebody.get("/cases/2026-999999-0").await.assert_status(404);
        let form = [("step", "withdraw"), ("by", "firm"), ("revision", "1")];
        somebody.post(&format!("{address}/steps"), &form).await.assert_status(404);
    }
    auditor.get(&address).await.assert_status(403);
    foreign_firm.get("/cases").await.assert_ok().assert_lacks("厂房用地证");
    foreign_unit.get("/desk?tab=open").await.assert_ok().assert_lacks("厂房用地证");
}

#[tokio::test]
async fn what_cannot_be_done_is_told_whole_and_what_was_typed_is_kept() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let address = filed(&owner).await;
    let answer = take(&desk, &address, "dispatch", &[("f.unit_in_charge", "市财政厅")]).await;
    answer.assert_ok().assert_shows("是否指“市财政局”").assert_shows("value=\"市财政厅\"");
    answer.assert_shows("#dispatch-competence_reason").assert_shows("autofocus");
    let empty = owner.post("/cases/new/enterprise-voice", &[("do", "file"), ("f.account", "很久了")]).await;
    empty
        .assert_ok()
        .assert_shows("href=\"#f-subject\"")
        .assert_shows("href=\"#f-voice_kind\"")
        .assert_shows("很久了");
}

#[tokio::test]
async fn somebody_who_comes_second_sees_what_has_changed_and_loses_nothing() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let address = filed(&owner).await;
    let page = desk.get(&address).await;
    let seen = html_fields(page.between("id=\"step-reject\"", "</form>"));
    let dispatch = [("f.unit_in_charge", "市财政局"), ("f.competence_reason", "用地款")];
    took(&desk, &address, "dispatch", &dispatch).await;
    let sent = seen.iter().filter(|(name, _)| name != "form_token" && name != "f.reason");
    let mut sent: Vec<(&str, &str)> = sent.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    sent.push(("f.reason", "不属受理范围"));
    let late = desk.post(&format!("{address}/steps"), &sent).await;
    late.assert_ok().assert_shows("本件有了变化").assert_shows("不属受理范围").assert_shows("派单");
}

#[tokio::test]
async fn a_confidential_report_is_seen_by_the_one_who_filed_it_and_by_discipline_inspection_alone() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let partner = site.signed_in(Role::FirmOwner).await;
    let discipline = site.signed_in_at(Role::Clerk, "discipline-inspection-commission").await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let accused = site.signed_in_at(Role::Head, UNIT).await;
    let report = [("do", "file"), ("f.subject", "MARKER"), ("f.accused_office", "市财政局")];
    let answer = owner.post("/cases/new/confidential-report", &report).await;
    answer.assert_status(303);
    let address = answer.header("location").split('?').next().unwrap().to_owned();
    owner.get(&address).await.assert_ok().assert_shows("MARKER");
    owner.get("/cases").await.assert_ok().assert_shows("MARKER");
    discipline.get(&address).await.assert_ok().assert_shows("MARKER");
    discipline.get("/desk").await.assert_ok().assert_shows("MARKER");
    for somebody in [&partner, &desk, &accused] {
        somebody.get(&address).await.assert_status(404);
        for list in ["/cases", "/desk", "/desk?tab=open", "/desk?q=MARKER&tab=open", "/desk?of=desk&tab=open"]
        {
            let shown = somebody.get(list).await;
            // What was typed into the search stands in its field; no case is found.
            assert!(!shown.body.contains("href=\"/cases/2026-"), "{list}");
            assert!(list.contains("MARKER") || !shown.body.contains("MARKER"), "{list}");
        }
    }
}

#[tokio::test]
async fn a_case_that_comes_to_the_counter_is_entered_for_the_firm() {
    let site = Site::new().await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let owner = site.signed_in(Role::FirmOwner).await;
    desk.get("/cases/new").await.assert_ok().assert_shows("企业诉求一表通管");
    let typed = [
        ("do", "file"),
        ("firm", crate::testing::FIRM),
        ("f.subject", "门前道路"),
        ("f.voice_kind", "ordinary"),
        ("f.channel", "telephone"),
        ("f.identity", "named"),
        ("f.source_number", "2026-8841"),
    ];
    let answer = desk.post("/cases/new/enterprise-voice", &typed).await;
    answer.assert_status(303);
    let address = answer.header("location").split('?').next().unwrap().to_owned();
    owner.get(&address).await.assert_ok().assert_shows("电话").assert_shows("2026-8841");
    // The same number of the same source is the same case.
    let again = desk.post("/cases/new/enterprise-voice", &typed).await;
    assert_eq!(again.header("location"), format!("{address}?done=known"));
    let typed = [("do", "file"), ("firm", "1234"), ("f.subject", "门前道路")];
    desk.post("/cases/new/enterprise-voice", &typed).await.assert_ok().assert_shows("请核对十八位");
    let clerk = site.signed_in_at(Role::Clerk, UNIT).await;
    clerk.get("/cases/new").await.assert_ok().assert_lacks("enterprise-voice");
}

#[tokio::test]
async fn a_firm_that_sends_the_hidden_fields_of_the_intake_takes_no_number_of_another_source() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let hidden = [("f.channel", "hotline_12345"), ("f.source_number", "2026-8841")];
    let forged = [&FILING[..], &hidden].concat();
    let answer = owner.post("/cases/new/enterprise-voice", &forged).await;
    answer.assert_status(303);
    let address = answer.header("location").split('?').next().unwrap().to_owned();
    owner.get(&address).await.assert_ok().assert_lacks("2026-8841").assert_lacks("12345热线");
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let typed = [&forged[..], &[("firm", crate::testing::FIRM)]].concat();
    let entered = desk.post("/cases/new/enterprise-voice", &typed).await;
    assert!(entered.header("location").ends_with("?done=filed"), "{}", entered.header("location"));
}

#[tokio::test]
async fn a_place_in_a_list_that_is_none_begins_with_the_first_page() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    for after in ["mine", "~", "x~99999999999999999999", "%00~1"] {
        owner.get(&format!("/cases?after={after}")).await.assert_ok();
        desk.get(&format!("/desk?of=desk&tab=open&after={after}")).await.assert_ok();
    }
}

#[tokio::test]
async fn a_case_is_merged_into_one_that_is_there_and_goes_on_and_into_nothing_else() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let (address, other) = (filed(&owner).await, filed(&owner).await);
    let number = |address: &str| address.rsplit('/').next().unwrap().to_owned();
    for absent in ["2026-999999-9", "nothing", &number(&address)] {
        let told = take(&desk, &address, "merge", &[("f.same_as", absent)]).await;
        told.assert_ok().assert_shows("没有可以并入的这一事项");
        let case = site.store().case(&number(&address)).await.unwrap().unwrap();
        let bulk = [
            ("step", "enterprise-voice:merge"),
            ("case", &format!("{}:{}", case.head.id, case.head.revision)),
            ("reason", absent),
        ];
        desk.post("/desk/steps", &bulk).await.assert_ok();
        let case = site.store().case(&number(&address)).await.unwrap().unwrap();
        assert!(case.head.ended_at.is_none(), "{absent}");
    }
    took(&desk, &address, "merge", &[("f.same_as", &number(&other))]).await;
    let merged = site.store().case(&number(&address)).await.unwrap().unwrap();
    let goal = site.store().case(&number(&other)).await.unwrap().unwrap();
    assert_eq!(merged.head.merged_into, goal.head.id);
    let told = take(&desk, &other, "merge", &[("f.same_as", &number(&address))]).await;
    told.assert_ok().assert_shows("没有可以并入的这一事项");
}

#[tokio::test]
async fn documents_come_with_the_form_are_listed_and_are_given_to_whoever_sees_the_case() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let unit = site.signed_in_at(Role::Clerk, UNIT).await;
    let form = owner.get("/cases/new/enterprise-voice").await;
    form.assert_shows("enctype=\"multipart/form-data\"").assert_shows("type=\"file\" multiple");
    let files: [(&str, &str, &[u8]); 2] =
        [("f.evidence", "合同.doc", "甲方".as_bytes()), ("f.evidence", "", b"")];
    let token = owner.browser().token();
    let send = async |boundary: &str| {
        let request = owner.with_files("/cases/new/enterprise-voice", (&token, boundary), &FILING, &files);
        site.send(request).await
    };
    let answer = send("one").await;
    answer.assert_status(303);
    // Sent again by the browser, with another boundary: the same case.
    assert_eq!(send("two").await.header("location"), answer.header("location"));
    let address = answer.header("location").split('?').next().unwrap();
    let page = owner.get(address).await;
    page.assert_ok().assert_shows("合同.txt</a>").assert_shows("文本 · 1 KB · 企业 · ");
    let file = desk.get(&format!("{address}/attachments/1")).await;
    file.assert_ok().assert_shows("甲方");
    for (header, value) in [
        ("content-type", "text/plain; charset=utf-8"),
        (
            "content-disposition",
            "attachment; filename=\"document.txt\"; filename*=UTF-8''%E5%90%88%E5%90%8C.txt",
        ),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(file.header(header), value);
    }
    assert!(file.header("content-security-policy").ends_with("; sandbox"));
    unit.get(&format!("{address}/attachments/1")).await.assert_status(404);
    for absent in ["2", "x", "-1"] {
        owner.get(&format!("{address}/attachments/{absent}")).await.assert_status(404);
    }
}

#[tokio::test]
async fn a_file_that_is_not_taken_is_told_beside_its_field_and_nothing_is_filed() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let many: Vec<(&str, &str, &[u8])> = vec![("f.evidence", "a.txt", b"a"); 6];
    for (files, zh, en) in [
        (
            vec![("f.evidence", "a.exe", &b"\x7fELF\x02\x01\x01\0"[..])],
            "不收这类文件",
            "this kind is not taken",
        ),
        (vec![("f.evidence", "b.pdf", &b"%PDF-1.4\n%%EOF"[..])], "文件已损坏", "damaged"),
        (many, "一项最多5个文件", "a field takes 5 files"),
    ] {
        let answer = owner.post_files("/cases/new/enterprise-voice", &FILING, &files).await;
        answer.assert_ok().assert_shows(zh).assert_shows("#f-evidence").assert_shows("厂房用地证");
        assert!(!en.is_empty());
    }
    owner.get("/cases").await.assert_ok().assert_lacks("厂房用地证");
    let good: [(&str, &str, &[u8]); 1] = [("f.evidence", "a.txt", b"a")];
    let answer = owner.post_files("/cases/new/enterprise-voice", &[("do", "file")], &good).await;
    answer.assert_ok().assert_shows("文件没有问题，请重新选择");
    let stray: [(&str, &str, &[u8]); 1] = [("f.subject", "a.txt", b"a")];
    owner.post_files("/cases/new/enterprise-voice", &FILING, &stray).await.assert_status(400);
    let large = vec![b'a'; (20 << 20) + (300 << 10)];
    let large: [(&str, &str, &[u8]); 1] = [("f.evidence", "a.txt", &large)];
    owner.post_files("/cases/new/enterprise-voice", &FILING, &large).await.assert_status(413);
    let saved = owner.post_files("/cases/new/enterprise-voice", &[("do", "save")], &good).await;
    assert_eq!(saved.header("location"), "/cases?done=saved_texts");
    owner.get("/cases?done=saved_texts").await.assert_shows("请重新选择");
}

#[tokio::test]
async fn documents_come_with_a_step_in_one_change() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let report = [("do", "file"), ("f.subject", "x"), ("f.accused_office", "市财政局")];
    let answer = owner.post("/cases/new/confidential-report", &report).await;
    let address = answer.header("location").split('?').next().unwrap().to_owned();
    let step = [("step", "add-evidence"), ("by", "firm"), ("revision", "1"), ("f.account", "more")];
    let files: [(&str, &str, &[u8]); 1] = [("f.evidence", "记录.txt", b"a")];
    let answer = owner.post_files(&format!("{address}/steps"), &step, &files).await;
    assert_eq!(answer.header("location"), format!("{address}?done=taken"));
    owner.get(&address).await.assert_ok().assert_shows("记录.txt</a>").assert_shows("<dd>记录.txt</dd>");
    // Somebody who has not seen this loses nothing of what he typed, and his file is not kept.
    let late = owner.post_files(&format!("{address}/steps"), &step, &files).await;
    late.assert_ok().assert_shows("本件有了变化").assert_lacks("/attachments/2");
}

#[tokio::test]
async fn a_draft_is_kept_for_the_one_who_wrote_it() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let other = site.signed_in(Role::FirmOwner).await;
    let begun = [("do", "save"), ("f.account", "写到一半")];
    let saved = owner.post("/cases/new/enterprise-voice", &begun).await;
    assert_eq!(saved.header("location"), "/cases?done=saved");
    let list = owner.get("/cases?done=saved").await;
    list.assert_ok().assert_shows("草稿");
    let address = list.between("href=\"/cases/new/enterprise-voice?draft=", "\"").to_owned();
    let address = format!("/cases/new/enterprise-voice?draft={address}");
    owner.get(&address).await.assert_ok().assert_shows("写到一半");
    other.get(&address).await.assert_ok().assert_lacks("写到一半");
    other.get("/cases").await.assert_ok().assert_lacks("?draft=");
    let draft = address.rsplit('=').next().unwrap();
    let filed = [&FILING[..], &[("draft", draft)]].concat();
    owner.post("/cases/new/enterprise-voice", &filed).await.assert_status(303);
    owner.get("/cases").await.assert_ok().assert_lacks("?draft=");
}

#[tokio::test]
async fn the_file_of_a_case_is_whole_and_as_its_reader_may_see_it() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let unit = site.signed_in_at(Role::Clerk, UNIT).await;
    let files: [(&str, &str, &[u8]); 1] = [("f.evidence", "证.txt", b"a")];
    let answer = owner.post_files("/cases/new/enterprise-voice", &FILING, &files).await;
    let address = answer.header("location").split('?').next().unwrap().to_owned();
    took(&desk, &address, "dispatch", &[("f.unit_in_charge", "市财政局"), ("f.competence_reason", "职责")])
        .await;
    took(&unit, &address, "accept", &[]).await;
    let file = owner.get(&format!("{address}/file")).await;
    file.assert_ok()
        .assert_shows("厂房用地证")
        .assert_shows(crate::testing::FIRM)
        .assert_shows("企业时钟")
        .assert_shows("受理或退回时限")
        .assert_shows("<details class=\"ledger\" open>")
        .assert_shows("证.txt")
        .assert_shows(&store::sha256(b"a"))
        .assert_shows("留痕");
    let case = site.store().case(address.rsplit('/').next().unwrap()).await.unwrap().unwrap();
    for event in site.store().events_of(&format!("case:{}", case.head.id)).await.unwrap() {
        file.assert_shows(&event.hash);
    }
    let of_unit = unit.get(&format!("{address}/file")).await;
    of_unit.assert_ok().assert_shows("身份保密").assert_lacks(crate::testing::FIRM);
    owner
        .get_english(&format!("{address}/file"))
        .await
        .assert_ok()
        .assert_shows("File of case")
        .assert_lacks("⟦");
    let foreign = site.signed_in_at(Role::Clerk, "education-bureau").await;
    foreign.get(&format!("{address}/file")).await.assert_status(404);
    let sheet = owner.get("/cases/table?form=csv").await;
    sheet.assert_ok().assert_shows("\"厂房用地证\"");
    let workbook = owner.get("/cases/table?form=xlsx").await;
    assert!(workbook.header("content-disposition").contains("cases.xlsx"));
}
