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
    let ended = filed(&owner).await;
    took(&desk, &ended, "reject", &[("f.reason", "不属受理范围")]).await;
    for absent in ["2026-999999-9", "nothing", &number(&address), &number(&ended)] {
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

/// The name of an address' case.
fn number_of(address: &str) -> &str {
    address.rsplit('/').next().unwrap()
}

#[tokio::test]
async fn the_third_return_leads_to_a_ruling_and_the_page_says_why_and_who_rules_by_when() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let unit = site.signed_in_at(Role::Clerk, UNIT).await;
    let address = filed(&owner).await;
    let sent = [("f.unit_in_charge", "市财政局"), ("f.competence_reason", "用地款")];
    for reason in ["不属本局职责", "应由自然资源局办", "仍不属本局"] {
        took(&desk, &address, "dispatch", &sent).await;
        took(&unit, &address, "return", &[("f.reason", reason)]).await;
    }
    let shown = desk.get(&address).await;
    shown
        .assert_ok()
        .assert_shows("待裁定管辖")
        .assert_shows("第三次退回后裁定管辖")
        .assert_shows("“退回派单台”3次")
        .assert_shows("须在2026年11月24日前办理：裁定承办单位")
        .assert_lacks("id=\"step-dispatch\"");
    for reason in ["不属本局职责", "应由自然资源局办", "仍不属本局"] {
        assert!(shown.between("id=\"why\"", "</section>").contains(reason), "{reason}");
    }
    owner.get_english(&address).await.assert_ok().assert_shows("Why the case stands here").assert_lacks("⟦");
    unit.get(&address).await.assert_ok().assert_lacks("id=\"step-rule\"");
    took(&desk, &address, "rule", &sent).await;
    let ruled = unit.get(&address).await;
    ruled.assert_ok().assert_shows("办理中").assert_lacks("id=\"why\"").assert_lacks("id=\"step-return\"");
    took(&unit, &address, "answer", &[("f.answer", "已办理")]).await;
}

#[tokio::test]
async fn the_desk_splits_off_a_second_matter_and_the_firm_waits_no_longer_for_it() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let unit = site.signed_in_at(Role::Clerk, UNIT).await;
    let told = [&FILING[..], &[("f.account", "两件事：土地证；门前道路")]].concat();
    let files: [(&str, &str, &[u8]); 1] = [("f.evidence", "照片.txt", b"a")];
    let answer = owner.post_files("/cases/new/enterprise-voice", &told, &files).await;
    let address = answer.header("location").split('?').next().unwrap().to_owned();
    took(&desk, &address, "dispatch", &[("f.unit_in_charge", "市财政局"), ("f.competence_reason", "款")])
        .await;
    let page = desk.get(&address).await;
    let form = page.between("id=\"split\"", "</form>");
    assert!(form.contains("两件事：土地证；门前道路") && !form.contains("f.identity"), "{form}");
    unit.get(&address).await.assert_ok().assert_lacks("id=\"split\"");
    owner.get(&address).await.assert_ok().assert_lacks("id=\"split\"");
    let split = [("do", "split"), ("revision", "3"), ("f.voice_kind", "ordinary"), ("f.account", "门前道路")];
    let steps = format!("{address}/steps");
    let faulty = desk.post(&steps, &split).await;
    faulty.assert_ok().assert_shows("href=\"#split-subject\"").assert_shows("门前道路");
    let whole = [&split[..], &[("f.subject", "门前道路未修")]].concat();
    unit.post(&steps, &whole).await.assert_status(404);
    let stale = [&[("do", "split"), ("revision", "2")], &whole[2..]].concat();
    desk.post(&steps, &stale).await.assert_ok().assert_shows("本件有了变化");
    let done = desk.post(&steps, &whole).await;
    done.assert_status(303);
    let second = done.header("location").strip_suffix("?done=split").unwrap().to_owned();
    let shown = desk.get(&second).await;
    shown
        .assert_ok()
        .assert_shows("门前道路未修")
        .assert_shows("首次提交")
        .assert_shows(&format!("当时编号{}", number_of(&address)))
        .assert_shows("拆分自")
        .assert_shows("照片.txt</a>")
        .assert_shows("待派单");
    owner.get(&second).await.assert_ok().assert_shows("门前道路未修");
    unit.get(&second).await.assert_status(404);
    desk.get(&address).await.assert_ok().assert_shows("拆分出");
    let store = site.store();
    let first = store.case(number_of(&address)).await.unwrap().unwrap();
    let second = store.case(number_of(&second)).await.unwrap().unwrap();
    assert_eq!(first.head.firm_due, second.head.firm_due);
    assert_eq!(site.store().verify_cases().await.unwrap(), []);
}

#[tokio::test]
async fn what_goes_on_in_another_procedure_brings_its_text_files_and_first_day_along() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let unit = site.signed_in_at(Role::Clerk, UNIT).await;
    let told = [&FILING[..], &[("f.account", "拿地八年没有证")]].concat();
    let files: [(&str, &str, &[u8]); 1] = [("f.evidence", "合同.txt", b"a")];
    let answer = owner.post_files("/cases/new/enterprise-voice", &told, &files).await;
    let address = answer.header("location").split('?').next().unwrap().to_owned();
    took(&desk, &address, "dispatch", &[("f.unit_in_charge", "市财政局"), ("f.competence_reason", "款")])
        .await;
    took(&unit, &address, "accept", &[]).await;
    took(&desk, &address, "find-legacy", &[("f.reason", "历史遗留")]).await;
    let case = site.store().case(number_of(&address)).await.unwrap().unwrap();
    let other = format!("/cases/{}", case.links[0].number);
    for somebody in [&owner, &desk] {
        somebody.get(&address).await.assert_ok().assert_shows("转为");
        let page = somebody.get(&other).await;
        page.assert_ok()
            .assert_shows(&format!("当时编号{}", number_of(&address)))
            .assert_shows("来自")
            .assert_shows("合同.txt</a>");
        let form = page.between("id=\"step-register\"", "</form>");
        assert!(form.contains("厂房用地证") && form.contains("拿地八年没有证"), "{form}");
    }
    took(&owner, &other, "register", &[("f.arose_on", "2018-03-01")]).await;
}

/// Files a voice with an account, and answers its address.
async fn voiced(owner: &Somebody<'_>, subject: &str, account: &str) -> String {
    let typed = [
        ("do", "file"),
        ("f.subject", subject),
        ("f.account", account),
        ("f.voice_kind", "ordinary"),
        ("f.identity", "hidden"),
    ];
    let answer = owner.post("/cases/new/enterprise-voice", &typed).await;
    answer.assert_status(303);
    answer.header("location").split('?').next().unwrap().to_owned()
}

#[tokio::test]
async fn who_may_be_competent_is_suggested_with_its_reason_and_fills_the_form_in() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let unit = site.signed_in_at(Role::Clerk, "tax-bureau").await;
    let address = voiced(&owner, "出口退税", "出口退税申请四个月还没到账").await;
    let page = desk.get(&address).await;
    page.assert_ok()
        .assert_shows("建议承办单位")
        .assert_shows("“出口退税”")
        .assert_shows("?take=tax-bureau#step-dispatch");
    let form = page.between("id=\"step-dispatch\"", "</form>");
    assert!(
        !form.contains("value=\"市税务局\" maxlength"),
        "nothing is filled in before somebody asks for it"
    );
    let filled = desk.get(&format!("{address}?take=tax-bureau")).await;
    let form = filled.between("id=\"step-dispatch\"", "</form>");
    assert!(form.contains("value=\"市税务局\" maxlength") && form.contains("属于“退税”"), "{form}");
    // Only what is suggested can be asked for by an address.
    let foreign = desk.get(&format!("{address}?take=education-bureau&same_as=2026-000001-1")).await;
    assert!(!foreign.between("id=\"step-dispatch\"", "</form>").contains("市教育局\" maxlength"));
    owner.get(&address).await.assert_ok().assert_lacks("建议承办单位");
    let sent = filled.between("id=\"step-dispatch\"", "</form>");
    let fields = html_fields(sent);
    let sent = fields.iter().filter(|(name, _)| name != "form_token");
    let sent: Vec<(&str, &str)> = sent.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    desk.post(&format!("{address}/steps"), &sent).await.assert_status(303);
    unit.get(&address).await.assert_ok().assert_lacks("建议承办单位");
    took(&unit, &address, "return", &[("f.reason", "不属本单位")]).await;
    desk.get(&address).await.assert_ok().assert_shows("已退回过本件").assert_shows("该单位已退回过本件");
}

#[tokio::test]
async fn voices_that_are_alike_are_shown_with_why_and_merged_or_linked() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let foreign = site.signed_in_at(Role::FirmOwner, "91330000704202479R").await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let account = "滨海园区外的道路白天货车限行，送货只能等到晚上，按条例第二十六条希望调整限行时段";
    let first = voiced(&owner, "货车限行", account).await;
    let other =
        voiced(&foreign, "园区限行", "园区道路白天货车限行，送货要等晚上，依第26条请调整限行时段").await;
    let again = voiced(&owner, "货车限行", "再次反映滨海园区货车限行，白天不能送货").await;
    let report = [("f.identity", "confidential"), ("f.account", account)];
    let typed = [("do", "file"), ("f.subject", "MARKER货车限行"), ("f.voice_kind", "ordinary")];
    owner.post("/cases/new/enterprise-voice", &[&typed[..], &report].concat()).await.assert_status(303);
    let number = |address: &str| address.rsplit('/').next().unwrap().to_owned();
    let shown = desk.get(&again).await;
    shown.assert_ok().assert_shows("相近诉求（2件）").assert_shows("同一企业再次反映").assert_lacks("MARKER");
    shown.assert_shows("其他企业的同类事项").assert_shows("货车限行");
    shown.assert_shows(&format!("?same_as={}#step-merge", number(&first)));
    desk.get(&first).await.assert_ok().assert_shows("都引用第26条");
    // A firm sees its own.
    let own = owner.get(&again).await;
    own.assert_ok().assert_shows("您此前反映过相近的事（1件）").assert_lacks(&number(&other));
    foreign.get(&other).await.assert_ok().assert_lacks("相近").assert_lacks(&number(&first));
    let merging = desk.get(&format!("{again}?same_as={}", number(&first))).await;
    let form = merging.between("id=\"step-merge\"", "</form>");
    assert!(form.contains(&format!("value=\"{}\"", number(&first))), "{form}");
    let links = format!("{other}/links");
    let linked = desk.post(&links, &[("other", &number(&first))]).await;
    assert_eq!(linked.header("location"), format!("{other}?done=linked"));
    desk.get(&other).await.assert_ok().assert_shows("已标为相关。").assert_shows("相关事项");
    let none = desk.post(&links, &[("other", "2026-999999-9")]).await;
    assert_eq!(none.header("location"), format!("{other}?fault=no_other"));
    owner.post(&format!("{first}/links"), &[("other", &number(&again))]).await.assert_status(404);
    took(&desk, &again, "merge", &[("f.same_as", &number(&first))]).await;
    desk.get(&first).await.assert_ok().assert_shows("相近诉求（1件）");
}

#[tokio::test]
async fn the_counter_looks_for_voices_that_are_alike_before_it_enters_one() {
    let site = Site::new().await;
    let owner = site.signed_in(Role::FirmOwner).await;
    let desk = site.signed_in_at(Role::Coordinator, DESK).await;
    let address = voiced(&owner, "用电增容", "厂房用电增容申请三个月没有批下来，设备不能投产").await;
    let typed = [
        ("do", "check"),
        ("firm", crate::testing::FIRM),
        ("f.subject", "用电增容"),
        ("f.account", "厂房用电增容三个月没批，设备投不了产"),
    ];
    let checked = desk.post("/cases/new/enterprise-voice", &typed).await;
    checked
        .assert_ok()
        .assert_shows("还没有登记")
        .assert_shows("同一企业再次反映")
        .assert_shows("设备投不了产");
    checked.assert_shows(&format!("href=\"{address}\"")).assert_lacks("role=\"alert\"");
    let none = desk.post("/cases/new/enterprise-voice", &[("do", "check"), ("f.subject", "招聘会")]).await;
    none.assert_ok().assert_shows("相近诉求（0件）");
    let number = address.rsplit('/').next().unwrap();
    desk.get("/desk?tab=open").await.assert_ok().assert_shows(number);
    assert_eq!(desk.get("/desk?tab=open").await.count("name=\"case\" value="), 1, "nothing was entered");
    owner.get("/cases/new/enterprise-voice").await.assert_ok().assert_lacks("先查相近诉求");
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
