//! What belongs to a case or to its reader: links, mergers, attachments, kept filters.

use super::*;
use crate::testing::fixtures;

#[tokio::test]
async fn a_case_is_merged_by_the_step_that_ends_it_or_not_at_all() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let (p, by) = (procedures(), deed("clerk"));
        let one = open(store, filed("one", FILED)).await;
        let two = open(store, filed("two", FILED)).await;
        let wanted = |head: &CaseHead, line: &str| WantedStep {
            case: head.id.clone(),
            revision: head.revision,
            step: step(line),
            person: "clerk".to_owned(),
        };
        let merge = "2026-03-03 merge desk";
        let before = row_counts(&fixture).await;
        for (step, into) in [(wanted(&one, merge), one.id.as_str()), (wanted(&one, merge), "nobody")] {
            assert_eq!(store.merge_cases(&p, step, into, &by).await.unwrap(), Taken::Absent);
        }
        let refused =
            store.merge_cases(&p, wanted(&one, "2026-03-03 accept unit"), &two.id, &by).await.unwrap();
        assert!(matches!(refused, Taken::Refused(_)));
        assert_eq!(row_counts(&fixture).await, before);
        let Taken::Done(merged) = store.merge_cases(&p, wanted(&one, merge), &two.number, &by).await.unwrap()
        else {
            panic!("it can be merged")
        };
        assert_eq!((merged.stage.as_str(), &merged.merged_into, merged.revision), ("merged", &two.id, 3));
        let back = store.merge_cases(&p, wanted(&two, merge), &merged.id, &by).await.unwrap();
        assert_eq!(back, Taken::Absent, "never into what is merged itself");
        let three =
            open(store, NewCase { firm: "91330300MA00000001".to_owned(), ..filed("three", FILED) }).await;
        let ended = [SENT, ACCEPTED, ANSWERED, "2026-03-09 rate firm level=1"];
        let four = go(store, open(store, filed("four", FILED)).await, &ended).await;
        for (goal, why) in [(&three, "of another firm"), (&four, "that has ended")] {
            let taken = store.merge_cases(&p, wanted(&two, merge), &goal.id, &by).await.unwrap();
            assert_eq!(taken, Taken::Absent, "never into a case {why}");
        }
        let links = store.case(&two.id).await.unwrap().unwrap().links;
        assert_eq!((links.len(), links[0].kind, links[0].is_forward), (1, LinkKind::Merged, false));
        assert_eq!(store.verify_cases().await.unwrap(), []);
    }
}

#[tokio::test]
async fn two_cases_about_one_matter_are_linked_by_whoever_has_seen_the_case_as_it_is() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let (p, by) = (procedures(), deed("clerk"));
        let one = open(store, filed("one", FILED)).await;
        let two = open(store, NewCase { parent: Some(one.id.clone()), ..filed("two", FILED) }).await;
        assert_eq!(store.link_cases(&p, (&one.id, 1), &one.id, &by).await.unwrap(), Taken::Absent);
        assert_eq!(store.link_cases(&p, (&one.id, 1), "nobody", &by).await.unwrap(), Taken::Absent);
        assert!(matches!(store.link_cases(&p, (&one.id, 7), &two.id, &by).await.unwrap(), Taken::Stale(_)));
        assert!(matches!(store.link_cases(&p, (&one.id, 1), &two.id, &by).await.unwrap(), Taken::Done(_)));
        let links = store.case(&one.id).await.unwrap().unwrap().links;
        let told: Vec<&str> = links.iter().map(|link| link.kind.name()).collect();
        assert_eq!(told, ["opened", "related"]);
        assert_eq!(store.verify_cases().await.unwrap(), []);
    }
}

#[tokio::test]
async fn an_attachment_is_kept_with_its_hash_and_its_event_tells_neither_name_nor_bytes() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let (p, by) = (procedures(), deed("owner"));
        let head = open(store, filed("one", FILED)).await;
        let new = |revision, bytes: &[u8]| NewAttachment {
            case: head.id.clone(),
            revision,
            field: "evidence".to_owned(),
            name: "用电合同.pdf".to_owned(),
            media_type: "application/pdf".to_owned(),
            bytes: bytes.to_vec(),
            person: "owner".to_owned(),
        };
        assert!(matches!(store.add_attachment(&p, new(1, b"%PDF"), &by).await.unwrap(), Taken::Done(_)));
        assert!(matches!(store.add_attachment(&p, new(1, b"%PDF"), &by).await.unwrap(), Taken::Stale(_)));
        let case = store.case(&head.id).await.unwrap().unwrap();
        let attachment = &case.attachments[0];
        assert_eq!(
            (attachment.position, attachment.byte_count, attachment.name.as_str()),
            (1, 4, "用电合同.pdf")
        );
        let (known, bytes) = store.attachment(&head.number, 1).await.unwrap().unwrap();
        assert_eq!((&known, bytes.as_slice()), (attachment, b"%PDF".as_slice()));
        assert_eq!(store.attachment(&head.id, 2).await.unwrap(), None);
        let events = store.events_of(&format!("case:{}", head.id)).await.unwrap();
        let told = serde_json::to_string(&events).unwrap();
        assert!(!told.contains("合同") && !told.contains(&known.sha256), "{told}");
        assert_eq!(store.verify_cases().await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_filter_is_kept_under_a_name_for_its_person_alone() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let filter = CaseQuery {
            due: Some(DueWindow::Overdue("2026-03-05".parse().unwrap())),
            order: Order::Due,
            after: Some("~9".to_owned()),
            ..CaseQuery::all(Within::Organization("tax".to_owned()), 20)
        };
        assert!(store.save_view("a", "逾期", &filter, noon(0)).await.unwrap());
        assert!(store.save_view("a", "逾期", &filter, noon(1)).await.unwrap());
        let kept = CaseQuery { after: None, ..filter.clone() };
        assert_eq!(store.views("a").await.unwrap(), [("逾期".to_owned(), kept)]);
        assert_eq!(store.views("b").await.unwrap(), []);
        assert!(!store.drop_view("b", "逾期").await.unwrap());
        for number in 0..29 {
            assert!(store.save_view("a", &number.to_string(), &filter, noon(0)).await.unwrap());
        }
        assert!(!store.save_view("a", "太多", &filter, noon(0)).await.unwrap());
        assert!(store.save_view("a", " ", &filter, noon(0)).await.is_err());
        assert!(store.drop_view("a", "逾期").await.unwrap());
    }
}

#[tokio::test]
async fn voices_that_share_a_band_are_found_and_what_went_on_in_confidence_is_not() {
    use domain::voice::similarity::{Features, KnownNames, Sketch};
    let bands = |text: &str| Sketch::of(&Features::of(text, &KnownNames::default())).bands();
    for fixture in fixtures().await {
        let store = &fixture.store;
        let said = |account: &str| format!("2026-03-02 file firm subject={account}");
        let one = open(store, filed("one", &said("用电增容三个月没有批下来"))).await;
        let mut foreign = filed("two", &said("用电增容申请三个月没批"));
        foreign.firm = "91330300MA11111111".to_owned();
        let two = open(store, foreign).await;
        open(store, filed("three", &said("员工子女入学排不上"))).await;
        let hidden = format!("{} in_confidence=true", said("用电增容三个月没有批下来"));
        let report = open(store, filed("four", &hidden)).await;
        let numbers = |found: Vec<KnownCase>| -> Vec<String> {
            found.into_iter().map(|known| known.head.number).collect()
        };
        let text = bands("用电增容三个月没有批下来");
        let alike = store.voices_alike(&text, 9).await.unwrap();
        assert_eq!(numbers(alike), [two.number.clone(), one.number.clone()], "the newest first");
        assert_eq!(store.voices_alike(&text, 1).await.unwrap().len(), 1);
        assert!(store.voices_alike(&[], 9).await.unwrap().is_empty());
        // A change keeps the bands of a case.
        let two = go(store, two, &[SENT]).await;
        let again = store.voices_alike(&text, 1).await.unwrap().remove(0);
        assert_eq!((again.head.number, again.head.assigned.as_str()), (two.number.clone(), "tax"));
        assert_eq!(again.state.stage, two.stage);
        let of_firm = numbers(store.cases_of_firm(FIRM, "voice", 9).await.unwrap());
        assert_eq!(of_firm.len(), 3);
        assert!(of_firm.contains(&report.number), "whether it may be seen is not the store's to say");
        let changed = store.cases_changed("voice", two.changed_at, 9).await.unwrap();
        assert!(numbers(changed).contains(&two.number));
        let by = deed("clerk");
        store.link_cases(&procedures(), (&one.id, one.revision), &two.id, &by).await.unwrap();
        let joined: Vec<(String, Vec<String>)> = store
            .joined_by("voice")
            .await
            .unwrap()
            .into_iter()
            .map(|(head, numbers)| (head.number, numbers))
            .collect();
        assert!(joined.contains(&(one.number.clone(), vec![two.number.clone()])), "{joined:?}");
        assert!(joined.contains(&(two.number.clone(), vec![one.number.clone()])), "{joined:?}");
        assert_eq!(store.verify_cases().await.unwrap(), []);
    }
}
