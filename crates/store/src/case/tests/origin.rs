//! Cases that come from another, with what goes along; and cases that are sealed.

use super::*;
use crate::testing::fixtures;
use domain::mechanism::course::OriginKind;

const IN_CONFIDENCE: &str = "2026-03-02 file firm subject=索贿 in_confidence=true";

/// Everything of cases that lists, messages and figures give others than the filer.
async fn known_to_others(store: &Store) -> Vec<String> {
    let mut known = Vec::new();
    for within in [
        Within::Mechanisms(vec!["voice".to_owned()]),
        Within::Organization("tax".to_owned()),
        Within::Organization("office".to_owned()),
    ] {
        for text in ["", "索贿", "诉求"] {
            let query = CaseQuery { text: text.to_owned(), ..CaseQuery::all(within.clone(), 10) };
            let page = store.cases(&query).await.unwrap();
            known.extend(page.rows.iter().map(|head| format!("{within:?} {text} {}", head.number)));
            known.extend(page.total.filter(|total| *total > 0).map(|total| format!("{within:?} {total}")));
        }
    }
    let to = [
        Recipient::Organization("office".to_owned()),
        Recipient::Organization("tax".to_owned()),
        Recipient::Firm(FIRM.to_owned()),
    ];
    let notices = NoticeQuery { to: to.to_vec(), most: 9, ..NoticeQuery::default() };
    known.extend(store.notices(&notices).await.unwrap().iter().map(|one| format!("{:?}", one.to)));
    let board = BoardQuery {
        division: BoardDivision::Organization,
        mechanisms: vec!["voice".to_owned()],
        assigned: None,
        reader: String::new(),
        now: "2026-03-05".parse().unwrap(),
        ended_from: noon(-9),
    };
    known.extend(store.board(&board).await.unwrap().iter().map(|row| format!("{row:?}")));
    let audit = store.audit_courses(&procedures(), noon(-9)).await.unwrap();
    assert_eq!(audit.faults, []);
    let counted = audit.of_rows.iter().chain(&audit.of_events).filter(|one| one.mechanism == "voice");
    known.extend(counted.map(|one| format!("{one:?}")));
    known
}

#[tokio::test]
async fn what_a_firm_files_in_confidence_goes_on_whole_and_is_known_to_its_filer_alone() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let sealed = open(store, filed("one", IN_CONFIDENCE)).await;
        assert!(sealed.is_sealed && sealed.is_ended);
        assert_eq!(known_to_others(store).await, [""; 0], "{}", fixture.engine());
        let own = CaseQuery { text: "索贿".to_owned(), ..CaseQuery::all(Within::Firm(FIRM.to_owned()), 9) };
        assert_eq!(store.cases(&own).await.unwrap().rows.len(), 2, "the firm's list knows both");
        let case = store.case(&sealed.id).await.unwrap().unwrap();
        let report = store.case(&case.links[0].case).await.unwrap().unwrap();
        assert_eq!(report.head.mechanism, "report");
        assert_eq!(report.state.data["subject"], FieldValue::Text("索贿".to_owned()));
        let origin = report.state.origin.unwrap();
        assert_eq!((origin.kind, origin.number), (OriginKind::PassedOn, sealed.number.clone()));
        assert_eq!(origin.since, "2026-03-02".parse().unwrap());
        let events = store.events_of(&format!("case:{}", sealed.id)).await.unwrap();
        let told = serde_json::to_string(&events).unwrap();
        for secret in ["owner", "voice", "transferred", FIRM] {
            assert!(!told.contains(secret), "{secret}: {told}");
        }
        assert_eq!(store.verify_cases().await.unwrap(), []);
        assert_eq!(store.replay_cases(&procedures()).await.unwrap(), []);
    }
}

#[tokio::test]
async fn an_office_that_took_down_what_is_sealed_has_no_more_to_do_with_it() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let first = "2026-03-02 file desk subject=索贿 in_confidence=true";
        let sealed = open(store, NewCase { filed_by: "officer".to_owned(), ..filed("one", first) }).await;
        let traces = store.case_traces("officer").await.unwrap();
        assert_eq!((traces.filed.len(), traces.steps.len(), traces.attachments.len()), (0, 0, 0));
        assert_eq!(sealed.filed_by, "");
        let all = CaseQuery::all(Within::FiledBy("officer".to_owned()), 9);
        assert_eq!(store.cases(&all).await.unwrap().rows, []);
        let report = store.case(&sealed.id).await.unwrap().unwrap().links[0].case.clone();
        let report = store.case(&report).await.unwrap().unwrap().head;
        let report = go(store, report, &["2026-03-03 file discipline subject=索贿 accused_office=tax"]).await;
        go(store, report, &["2026-03-04 close discipline"]).await;
        let to = [Recipient::Person("officer".to_owned()), Recipient::Person(String::new())];
        let notices = NoticeQuery { to: to.to_vec(), most: 9, ..NoticeQuery::default() };
        assert_eq!(store.notices(&notices).await.unwrap(), [], "what the firm is told does not reach him");
        assert_eq!(store.verify_cases().await.unwrap(), []);
    }
}

#[tokio::test]
async fn messages_that_went_out_before_a_case_was_sealed_are_taken_back() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let head = open(store, filed("one", FILED)).await;
        let head = go(store, head, &[SENT]).await;
        assert_ne!(known_to_others(store).await, [""; 0]);
        let sealed = go(store, head, &["2026-03-04 seal unit@tax"]).await;
        assert!(sealed.is_sealed);
        assert_eq!(known_to_others(store).await, [""; 0], "{}", fixture.engine());
        assert_eq!(store.verify_cases().await.unwrap(), []);
        assert_eq!(store.replay_cases(&procedures()).await.unwrap(), []);
    }
}

/// A case of the owner with an attachment.
async fn with_paper(store: &Store) -> CaseHead {
    let head = open(store, filed("one", FILED)).await;
    let paper = NewAttachment {
        case: head.id.clone(),
        revision: head.revision,
        field: "evidence".to_owned(),
        name: "合同.pdf".to_owned(),
        media_type: "application/pdf".to_owned(),
        bytes: b"%PDF".to_vec(),
        person: "owner".to_owned(),
    };
    match store.add_attachment(&procedures(), paper, &deed("owner")).await.unwrap() {
        Taken::Done(head) => head,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn attachments_go_along_with_a_case_and_are_its_own_then() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let head = with_paper(store).await;
        let head = go(store, head, &[SENT, "2026-03-04 hand-over unit@tax"]).await;
        let case = store.case(&head.id).await.unwrap().unwrap();
        let report = store.case(&case.links[0].case).await.unwrap().unwrap();
        let names: Vec<(&str, &str)> =
            report.attachments.iter().map(|one| (one.field.as_str(), one.name.as_str())).collect();
        assert_eq!(names, [("papers", "合同.pdf")]);
        assert_eq!(store.attachment(&report.head.id, 1).await.unwrap().unwrap().1, b"%PDF");
        assert_eq!(store.verify_cases().await.unwrap(), []);
        assert_eq!(store.replay_cases(&procedures()).await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_second_matter_becomes_a_case_of_the_same_firm_with_the_time_of_the_first() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let head = with_paper(store).await;
        let split = |revision, line: &str| SplitCase {
            case: head.number.clone(),
            revision,
            id: crate::sha256(b"two")[..32].to_owned(),
            salt: crate::sha256(b"two")[32..].to_owned(),
            title: "道路".to_owned(),
            first: step(line),
            files: vec!["evidence".to_owned()],
            person: "officer".to_owned(),
        };
        let (p, by) = (procedures(), deed("officer"));
        let before = row_counts(&fixture).await;
        let stale = store.split_case(&p, split(1, "2026-03-06 file desk subject=道路"), &by).await.unwrap();
        assert!(matches!(stale, Taken::Stale(_)));
        let refused = store.split_case(&p, split(2, "2026-03-06 file unit subject=道路"), &by).await.unwrap();
        assert!(matches!(refused, Taken::Refused(_)));
        assert_eq!(row_counts(&fixture).await, before);
        let line = "2026-03-06 file desk subject=道路";
        let Taken::Done(second) = store.split_case(&p, split(2, line), &by).await.unwrap() else {
            panic!("it can be split")
        };
        assert_eq!((second.firm.as_str(), second.filed_by.as_str()), (FIRM, "owner"));
        assert_eq!(second.firm_due, head.firm_due, "the firm waits no longer for the second matter");
        let case = store.case(&second.id).await.unwrap().unwrap();
        assert_eq!((case.links[0].kind, case.links[0].is_forward), (LinkKind::Split, false));
        assert_eq!((case.attachments.len(), case.steps[0].person.as_str()), (1, "officer"));
        assert_eq!(case.state.origin.unwrap().number, head.number);
        assert_eq!(store.verify_cases().await.unwrap(), []);
        assert_eq!(store.replay_cases(&p).await.unwrap(), []);
    }
}
