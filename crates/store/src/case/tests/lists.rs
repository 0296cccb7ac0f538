//! What lists, messages and drafts show, and to whom.

use super::*;
use crate::testing::fixtures;

async fn numbers(store: &Store, query: &CaseQuery) -> Vec<String> {
    let page = store.cases(query).await.unwrap();
    assert_eq!(page.total, Some(page.rows.len() as u64), "{query:?}");
    page.rows.into_iter().map(|head| head.title.replace("诉求 ", "")).collect()
}

/// Four cases: `a` at tax, `b` returned by tax and now at fire, `c` at no one, `d` closed by tax.
async fn four(store: &Store) {
    let a = open(store, filed("a", FILED)).await;
    go(store, a, &[SENT, ACCEPTED, "2026-03-04 help unit unit=land"]).await;
    let b = open(store, NewCase { filed_by: "agent".to_owned(), ..filed("b", FILED) }).await;
    go(
        store,
        b,
        &[
            "2026-03-02 dispatch desk unit=tax", "2026-03-05 return unit",
            "2026-03-05 dispatch desk unit=fire",
        ],
    )
    .await;
    let firm = "91330300MA11111111".to_owned();
    open(store, NewCase { firm, ..filed("c", "2026-02-27 file firm subject=道路") }).await;
    let d = open(store, filed("d", FILED)).await;
    go(store, d, &[SENT, ACCEPTED, ANSWERED, "2026-03-09 rate firm level=1"]).await;
}

#[tokio::test]
async fn everybody_lists_the_cases_he_has_to_do_with_in_the_order_he_wants() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        four(store).await;
        let organization = |name: &str| Within::Organization(name.to_owned());
        let all = |within| CaseQuery::all(within, 10);
        let mechanisms = || Within::Mechanisms(vec!["voice".to_owned(), "report".to_owned()]);
        let now = |day: &str| day.parse().unwrap();
        for (query, expected) in [
            (all(Within::Firm(FIRM.to_owned())), "dba"),
            (all(Within::FiledBy("agent".to_owned())), "b"),
            (all(organization("tax")), "dba"),
            (all(organization("land")), "a"),
            (all(organization("fire")), "b"),
            (all(organization("nobody")), ""),
            (all(mechanisms()), "dcba"),
            (all(Within::Mechanisms(Vec::new())), ""),
            (CaseQuery { is_ended: Some(false), ..all(organization("tax")) }, "ba"),
            (CaseQuery { assigned: Some("tax".to_owned()), ..all(organization("tax")) }, "da"),
            (CaseQuery { stage: Some("handling".to_owned()), ..all(mechanisms()) }, "a"),
            (CaseQuery { mechanism: Some("report".to_owned()), ..all(mechanisms()) }, ""),
            (CaseQuery { order: Order::Due, ..all(mechanisms()) }, "acbd"),
            (CaseQuery { order: Order::Due, is_ended: Some(false), ..all(organization("tax")) }, "ab"),
            (CaseQuery { due: Some(DueWindow::Before(now("2026-03-12"))), ..all(mechanisms()) }, "a"),
            (CaseQuery { due: Some(DueWindow::Overdue(now("2026-03-14"))), ..all(mechanisms()) }, "ca"),
            (CaseQuery { due: Some(DueWindow::Overdue(now("2026-03-12T23:59"))), ..all(mechanisms()) }, ""),
        ] {
            assert_eq!(numbers(store, &query).await.concat(), expected, "{} {query:?}", fixture.engine());
        }
    }
}

#[tokio::test]
async fn pages_follow_each_other_without_a_gap_and_without_a_case_twice() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        four(store).await;
        let voices = Within::Mechanisms(vec!["voice".to_owned()]);
        let tax = Within::Organization("tax".to_owned());
        let few = CaseQuery { assigned: Some("tax".to_owned()), ..CaseQuery::all(voices.clone(), 10) };
        for order in [Order::Due, Order::Newest, Order::Changed] {
            let all = CaseQuery { order, ..few.clone() };
            let first = store.cases(&CaseQuery { most: 1, ..all.clone() }).await.unwrap();
            let rest = store.cases(&CaseQuery { after: first.next, ..all.clone() }).await.unwrap();
            let ids = first.rows.into_iter().chain(rest.rows).map(|head| head.id);
            let whole = store.cases(&all).await.unwrap().rows.into_iter().map(|head| head.id);
            assert_eq!(ids.collect::<Vec<_>>(), whole.collect::<Vec<_>>(), "{order:?}");
        }
        for (within, order, text) in [
            (&voices, Order::Due, ""),
            (&voices, Order::Newest, ""),
            (&voices, Order::Changed, ""),
            (&voices, Order::Due, "诉求"),
            (&voices, Order::Newest, "诉求"),
            (&tax, Order::Changed, ""),
            (&tax, Order::Due, ""),
            (&tax, Order::Changed, "用电"),
        ] {
            let all = CaseQuery { order, text: text.to_owned(), ..CaseQuery::all(within.clone(), 10) };
            let whole = numbers(store, &all).await;
            let (mut seen, mut after) = (Vec::new(), None);
            loop {
                let page = store.cases(&CaseQuery { most: 1, after, ..all.clone() }).await.unwrap();
                assert_eq!(page.total, Some(whole.len() as u64));
                seen.extend(page.rows.into_iter().map(|head| head.title.replace("诉求 ", "")));
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(seen, whole, "{order:?}");
        }
        let strange =
            CaseQuery { after: Some("x".to_owned()), ..CaseQuery::all(Within::Firm(FIRM.to_owned()), 1) };
        assert!(store.cases(&strange).await.is_err());
    }
}

#[tokio::test]
async fn what_changed_last_stands_first_also_where_no_step_was_taken() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        four(store).await;
        let tax = CaseQuery::all(Within::Organization("tax".to_owned()), 10);
        let tax = CaseQuery { order: Order::Changed, ..tax };
        assert_eq!(numbers(store, &tax).await.concat(), "dba");
        let rows = store.cases(&tax).await.unwrap().rows;
        let later = Deed { at: noon(9), ..deed("clerk") };
        let a = (rows[2].id.as_str(), rows[2].revision);
        let linked = store.link_cases(&procedures(), a, &rows[0].id, &later).await.unwrap();
        assert!(matches!(linked, Taken::Done(_)), "{linked:?}");
        assert_eq!(numbers(store, &tax).await.concat(), "adb", "{}", fixture.engine());
    }
}

#[tokio::test]
async fn the_load_of_each_stage_is_what_a_list_of_the_stage_counts() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        four(store).await;
        let stages: Vec<String> =
            VERSIONS[0].definition.stages.iter().map(|stage| stage.id.clone()).collect();
        let [voices, firm] = [Within::Mechanisms(vec!["voice".to_owned()]), Within::Firm(FIRM.to_owned())];
        for within in [voices, Within::Organization("tax".to_owned()), firm] {
            for (text, is_ended) in [("", None), ("", Some(false)), ("用电", None), ("接通", Some(true))]
            {
                let all = CaseQuery { text: text.to_owned(), is_ended, ..CaseQuery::all(within.clone(), 9) };
                let mut loads = store.case_stages(&all, &stages).await.unwrap();
                for stage in &stages {
                    let listed = CaseQuery { stage: Some(stage.clone()), ..all.clone() };
                    let expected = numbers(store, &listed).await.len() as u64;
                    let load = loads.remove(stage).unwrap_or_default();
                    assert_eq!(load, expected, "{} {listed:?}", fixture.engine());
                }
                assert!(loads.is_empty());
            }
        }
    }
}

#[tokio::test]
async fn words_are_found_where_somebody_may_look_and_nowhere_else() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        four(store).await;
        let by_all = Within::Mechanisms(vec!["voice".to_owned()]);
        let tax = Within::Organization("tax".to_owned());
        for (within, text, expected) in [
            (&by_all, "用电", "dba"),
            (&by_all, "报装太慢", "dba"),
            (&by_all, "道路", "c"),
            (&by_all, "路", "c"),
            (&by_all, "慢", "dba"),
            (&by_all, "接通", "d"),
            (&by_all, "电用", ""),
            (&by_all, "用电 接通", "d"),
            (&by_all, "2026-000002", "b"),
            (&by_all, "' OR 1=1 --", ""),
            (&by_all, "\"*)(", "dcba"),
            (&tax, "用电", "dba"),
            (&tax, "道路", ""),
            (&Within::Firm(FIRM.to_owned()), "道路", ""),
            (&Within::FiledBy("agent".to_owned()), "用电", "b"),
        ] {
            let query = CaseQuery { text: text.to_owned(), ..CaseQuery::all(within.clone(), 10) };
            assert_eq!(numbers(store, &query).await.concat(), expected, "{} {query:?}", fixture.engine());
            let open = CaseQuery { is_ended: Some(false), ..query };
            let expected = expected.replace('d', "");
            assert_eq!(numbers(store, &open).await.concat(), expected, "{} {open:?}", fixture.engine());
        }
    }
}

#[tokio::test]
async fn whom_a_case_complains_of_is_told_nothing_and_lists_nothing() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let first = "2026-03-02 file firm subject=索贿 accused_office=discipline";
        let own = NewCase { mechanism: "report".to_owned(), ..filed("a", first) };
        open(store, own).await;
        let other = "2026-03-02 file firm subject=索贿 accused_office=tax";
        let head = open(store, NewCase { mechanism: "report".to_owned(), ..filed("b", other) }).await;
        let all = CaseQuery::all(Within::Mechanisms(vec!["report".to_owned()]), 10);
        let by = |reader: &str| CaseQuery { reader: reader.to_owned(), ..all.clone() };
        assert_eq!(numbers(store, &by("discipline")).await.concat(), "b");
        assert_eq!(
            numbers(store, &CaseQuery { text: "索贿".to_owned(), ..by("discipline") }).await.concat(),
            "b"
        );
        let organization = |name: &str| CaseQuery::all(Within::Organization(name.to_owned()), 10);
        assert_eq!(numbers(store, &organization("tax")).await.concat(), "");
        assert_eq!(
            numbers(store, &CaseQuery { text: "索贿".to_owned(), ..organization("tax") }).await.concat(),
            ""
        );
        let to = |name: &str| NoticeQuery {
            to: vec![Recipient::Organization(name.to_owned())],
            most: 9,
            ..NoticeQuery::default()
        };
        let told: Vec<String> =
            store.notices(&to("discipline")).await.unwrap().into_iter().map(|notice| notice.case).collect();
        assert_eq!(told, std::slice::from_ref(&head.id));
        go(store, head, &["2026-03-03 close discipline"]).await;
        let to =
            NoticeQuery { to: vec![Recipient::Firm(FIRM.to_owned())], most: 9, ..NoticeQuery::default() };
        assert_eq!(store.notices(&to).await.unwrap(), [], "in confidence the firm as such is not told");
        let to = NoticeQuery { to: vec![Recipient::Person("owner".to_owned())], ..to };
        assert_eq!(store.notices(&to).await.unwrap().len(), 1);
    }
}

#[tokio::test]
async fn messages_wait_until_one_of_those_who_are_told_reads_them() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        four(store).await;
        let tax = vec![Recipient::Organization("tax".to_owned())];
        let query = NoticeQuery {
            to: tax.clone(),
            is_read: Some(false),
            before: 0,
            most: 2,
            ..NoticeQuery::default()
        };
        let notices = store.notices(&query).await.unwrap();
        let told: Vec<String> =
            notices.iter().map(|one| format!("{} {} {}", one.number, one.notice, one.at)).collect();
        assert_eq!(told, ["2026-000004-4 dispatched 2026-03-03", "2026-000002-8 dispatched 2026-03-02"]);
        let older = NoticeQuery { before: notices[1].serial, ..query.clone() };
        assert_eq!(store.notices(&older).await.unwrap().len(), 1);
        assert_eq!(store.unread_notices(&tax).await.unwrap(), 3);
        let others = [Recipient::Organization("fire".to_owned())];
        let read = [notices[0].serial];
        assert_eq!(
            store.mark_read(&read, &others, "b", noon(1)).await.unwrap(),
            0,
            "of others nothing is marked"
        );
        assert_eq!(store.mark_read(&read, &tax, "a", noon(1)).await.unwrap(), 1);
        assert_eq!(store.mark_read(&read, &tax, "a", noon(2)).await.unwrap(), 0);
        assert_eq!(store.unread_notices(&tax).await.unwrap(), 2);
        let all = NoticeQuery { is_read: None, ..query.clone() };
        assert_eq!(store.notices(&all).await.unwrap()[0].read_at, Some(noon(1)));
        let of = |mechanism: &str| NoticeQuery { mechanism: mechanism.to_owned(), ..all.clone() };
        assert_eq!(store.notices(&of("report")).await.unwrap(), [], "of another procedure there are none");
        assert_eq!(store.notices(&of("voice")).await.unwrap().len(), 2);
        let read = store.notices(&NoticeQuery { is_read: Some(true), most: 9, ..query }).await.unwrap();
        assert_eq!(read.iter().map(|one| one.serial).collect::<Vec<_>>(), [notices[0].serial]);
    }
}

#[tokio::test]
async fn a_draft_is_kept_for_its_person_alone() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let draft = |id: &str, person: &str, text: &str, second| CaseDraft {
            id: id.to_owned(),
            person: person.to_owned(),
            mechanism: "voice".to_owned(),
            data: BTreeMap::from([("subject".to_owned(), FieldValue::Text(text.to_owned()))]),
            updated_at: noon(second),
        };
        let (first, later) = (draft("1", "a", "半句", 0), draft("2", "a", "别的", 1));
        store.save_draft(&first).await.unwrap();
        store.save_draft(&later).await.unwrap();
        let first = draft("1", "a", "整句", 2);
        store.save_draft(&first).await.unwrap();
        store.save_draft(&draft("1", "b", "不是他的", 3)).await.unwrap();
        assert_eq!(store.drafts("a").await.unwrap(), [first.clone(), later]);
        assert_eq!(store.draft("1", "b").await.unwrap(), None);
        assert!(!store.drop_draft("1", "b").await.unwrap());
        assert!(store.drop_draft("1", "a").await.unwrap());
        assert_eq!(store.drafts("a").await.unwrap().len(), 1);
        for second in 10..70 {
            store.save_draft(&draft(&second.to_string(), "a", "多", second)).await.unwrap();
        }
        assert_eq!(store.drafts("a").await.unwrap().len(), 50);
    }
}

#[tokio::test]
async fn of_more_than_a_thousand_only_that_they_are_many_is_told_and_pages_go_on() {
    let made = |number: u32| MadeCase {
        mechanism: "voice".to_owned(),
        firm: FIRM.to_owned(),
        title: format!("用电 {number}"),
        stage: "handling".to_owned(),
        assigned: if number.is_multiple_of(100) { "tax" } else { "fire" }.to_owned(),
        year: 2026,
        opened_at: "2026-03-02T01:00:00Z".to_owned(),
        changed_at: "2026-03-02T01:00:00Z".to_owned(),
        text: if number == 7 { "少见的话" } else { "常见的话" }.to_owned(),
        state: "{}".to_owned(),
        ..MadeCase::default()
    };
    for fixture in fixtures().await {
        let store = &fixture.store;
        assert_eq!(store.fill_with_cases((0..1_050).map(made)).await.unwrap(), 1_050);
        assert!(store.fill_with_cases((0..1).map(made)).await.is_err(), "never among cases that are there");
        let desk = Within::Mechanisms(vec!["voice".to_owned(), "report".to_owned()]);
        let tax = Within::Organization("tax".to_owned());
        for (within, text, total, first) in [
            (&desk, "", None, "用电 1049"),
            (&desk, "常见", None, "用电 1049"),
            (&desk, "少见的话", Some(1), "用电 7"),
            (&tax, "常见的话", Some(11), "用电 1000"),
            (&tax, "少见", Some(0), ""),
        ] {
            let query = CaseQuery { text: text.to_owned(), ..CaseQuery::all(within.clone(), 2) };
            let page = store.cases(&query).await.unwrap();
            let title = page.rows.first().map_or("", |head| head.title.as_str());
            assert_eq!((page.total, title), (total, first), "{} {query:?}", fixture.engine());
            let next = store.cases(&CaseQuery { after: page.next.clone(), ..query.clone() }).await.unwrap();
            let is_apart = page.rows.iter().all(|head| next.rows.iter().all(|other| other.id != head.id));
            assert!(page.next.is_none() || is_apart, "{query:?}");
        }
        let handling = ["handling".to_owned()];
        for (within, load) in [(&desk, 1_001), (&Within::Organization("fire".to_owned()), 1_001), (&tax, 11)]
        {
            let loads = store.case_stages(&CaseQuery::all(within.clone(), 1), &handling).await.unwrap();
            assert_eq!(loads.get("handling"), Some(&load), "{}", fixture.engine());
        }
        let faults = store.verify_cases().await.unwrap();
        assert_eq!(faults.len(), 100, "what is filled in was never opened, and an audit says so");
    }
}

/// A page that was cut before a colleague's report was left out was too short, and told that there is one.
#[tokio::test]
async fn a_list_of_a_firm_is_cut_into_pages_without_what_is_a_colleagues_own() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let first = "2026-03-02 file firm subject=索贿 accused_office=tax";
        open(store, filed("a", FILED)).await;
        let report = NewCase { mechanism: "report".to_owned(), ..filed("b", first) };
        open(store, NewCase { filed_by: "colleague".to_owned(), ..report }).await;
        open(store, NewCase { filed_by: "owner".to_owned(), ..filed("c", FILED) }).await;
        for (person, expected) in [("owner", 2), ("colleague", 3)] {
            let private = PrivateCases { person: person.to_owned(), mechanisms: vec!["report".to_owned()] };
            for text in ["", "诉求"] {
                let wanted = CaseQuery {
                    private: Some(private.clone()),
                    text: text.to_owned(),
                    ..CaseQuery::all(Within::Firm(FIRM.to_owned()), expected)
                };
                let page = store.cases(&wanted).await.unwrap();
                assert_eq!(
                    (u32::try_from(page.rows.len()), page.next),
                    (Ok(expected), None),
                    "{person} {text}"
                );
            }
        }
    }
}
