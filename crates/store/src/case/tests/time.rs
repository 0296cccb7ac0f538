//! What time brings, what the board shows, and what is erased when its time is over.

use super::*;
use crate::testing::fixtures;

const DAY: i64 = 86_400;

async fn pass(store: &Store, now: &str) -> u32 {
    store.pass_time(&procedures(), now.parse().unwrap(), noon(5), 100).await.unwrap()
}

#[tokio::test]
async fn time_brings_each_warning_once_and_ends_what_nobody_rates() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let head = go(store, open(store, filed("one", FILED)).await, &[SENT, ACCEPTED]).await;
        open(store, filed("two", FILED)).await;
        assert_eq!(pass(store, "2026-03-09T23:59").await, 0, "{}", fixture.engine());
        assert_eq!(pass(store, "2026-03-10T08:00").await, 1, "two working days before 12 March");
        assert_eq!(pass(store, "2026-03-10T09:00").await, 0);
        let tax = NoticeQuery {
            to: vec![Recipient::Organization("tax".to_owned())],
            most: 9,
            ..NoticeQuery::default()
        };
        let told: Vec<String> =
            store.notices(&tax).await.unwrap().into_iter().map(|one| one.notice).collect();
        assert_eq!(told, ["warned", "dispatched"]);
        assert_eq!(
            pass(store, "2026-03-20").await,
            2,
            "the unit is late, and so is what the other firm was promised"
        );
        let leader = NoticeQuery { to: vec![Recipient::Role(domain::access::Role::Leader)], ..tax.clone() };
        assert_eq!(store.notices(&leader).await.unwrap().len(), 1);
        let case = store.case(&head.id).await.unwrap().unwrap();
        let head = go(store, case.head, &["2026-03-20 answer unit answer=好"]).await;
        assert_eq!(pass(store, "2026-04-30").await, 1);
        let case = store.case(&head.id).await.unwrap().unwrap();
        assert_eq!((case.head.stage.as_str(), case.head.is_ended), ("closed", true));
        let events = store.events_of(&format!("case:{}", head.id)).await.unwrap();
        let last = events.last().unwrap();
        assert_eq!((last.kind.as_str(), last.actor.as_str()), ("case.time-passed", "system"));
        assert_eq!(last.payload["automatic"], serde_json::json!(["close"]));
        assert_eq!(store.replay_cases(&procedures()).await.unwrap(), []);
        assert_eq!(store.verify_cases().await.unwrap(), []);
    }
}

#[tokio::test]
async fn a_run_of_the_job_ends_after_so_many_cases_and_the_next_goes_on() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        for name in ["a", "b", "c"] {
            go(store, open(store, filed(name, FILED)).await, &[SENT]).await;
        }
        let now = "2026-03-10".parse().unwrap();
        assert_eq!(store.pass_time(&procedures(), now, noon(5), 2).await.unwrap(), 2);
        assert_eq!(store.pass_time(&procedures(), now, noon(5), 2).await.unwrap(), 1);
        let nothing = Procedures { versions: &[], ..procedures() };
        let later = "2026-03-30".parse().unwrap();
        assert_eq!(
            store.pass_time(&nothing, later, noon(5), 9).await.unwrap(),
            0,
            "of versions that are gone nothing"
        );
    }
}

/// A due day of the year 2200, which rows could hold and nobody could read, once stopped the clocks of all cases.
#[tokio::test]
async fn a_case_that_cannot_be_read_stops_no_clock_but_its_own() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        for name in ["a", "b", "c"] {
            go(store, open(store, filed(name, FILED)).await, &[SENT]).await;
        }
        fixture.execute("UPDATE case_file SET state = '{' WHERE serial = 1").await.unwrap();
        let now = "2026-03-10".parse().unwrap();
        let told = store.pass_time(&procedures(), now, noon(5), 9).await;
        assert!(matches!(told, Err(StoreError::Damaged(_))), "{told:?}");
        let mut fired = Vec::new();
        for name in ["b", "c"] {
            let case = store.case(&filed(name, FILED).id).await.unwrap().unwrap();
            fired.push(case.state.rungs.len());
        }
        assert_eq!(fired, [1, 1], "{}", fixture.engine());
    }
}

#[tokio::test]
async fn a_calendar_that_arrives_moves_due_dates_with_an_event() {
    let year = "year = 2026\n[[notice]]\nnumber = \"x\"\nissued = \"2025-11-04\"\n[[holiday]]\nname = { zh = \"节\", en = \"Feast\" }\noff = [\"2026-03-10\"]";
    let calendar = WorkingCalendar::of_years(vec![toml::from_str(year).unwrap()]);
    let office = OfficeTime { calendar: &calendar, hours: None };
    for fixture in fixtures().await {
        let store = &fixture.store;
        let head = open(store, filed("one", FILED)).await;
        let arrived = Procedures { versions: &VERSIONS, office };
        let now = "2026-03-05".parse().unwrap();
        assert_eq!(store.pass_time(&arrived, now, noon(5), 9).await.unwrap(), 0);
        assert_eq!(store.wake_cases(now).await.unwrap(), 1);
        assert_eq!(store.pass_time(&arrived, now, noon(5), 9).await.unwrap(), 1);
        let moved = store.case(&head.id).await.unwrap().unwrap().head;
        let due = moved.firm_due.unwrap();
        assert_eq!(
            (due.at.to_string().as_str(), due.is_provisional, moved.revision),
            ("2026-03-17", false, 2)
        );
        assert_eq!(store.verify_cases().await.unwrap(), []);
    }
}

#[tokio::test]
async fn the_board_counts_for_each_organisation_what_runs_is_due_is_late_and_has_ended() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        for (name, sent) in [
            ("a", "2026-03-02 dispatch desk unit=tax"),
            ("b", SENT),
            ("c", "2026-03-05 dispatch desk unit=fire"),
        ] {
            go(store, open(store, filed(name, FILED)).await, &[sent]).await;
        }
        open(store, filed("d", FILED)).await;
        let ended = [SENT, ACCEPTED, ANSWERED, "2026-03-09 rate firm level=1"];
        go(store, open(store, filed("e", FILED)).await, &ended).await;
        let board = |now: &str, division, ended_from| BoardQuery {
            division,
            mechanisms: vec!["voice".to_owned(), "report".to_owned()],
            assigned: None,
            reader: String::new(),
            now: now.parse().unwrap(),
            ended_from,
        };
        let lines = async |query: &BoardQuery| -> Vec<String> {
            let rows = store.board(query).await.unwrap();
            let line = |row: BoardRow| {
                format!("{} {} {} {} {}", row.name, row.open, row.at_risk, row.overdue, row.ended)
            };
            rows.into_iter().map(line).collect()
        };
        // Seven working days, warned of two before: of `a` the 11th and 9th of March, of `b` the 12th and 10th.
        let of = BoardDivision::Organization;
        let query = board("2026-03-12T10:00", of, noon(0));
        assert_eq!(lines(&query).await, [" 1 0 0 0", "fire 1 1 0 0", "tax 2 1 1 1"], "{}", fixture.engine());
        let query = board("2026-03-13", of, noon(1));
        assert_eq!(lines(&query).await, [" 1 0 0 0", "fire 1 1 0 0", "tax 2 0 2 0"]);
        let query = board("2026-03-09", of, noon(1));
        assert_eq!(lines(&query).await, [" 1 0 0 0", "fire 1 0 0 0", "tax 2 1 0 0"]);
        let query = board("2026-03-12T10:00", BoardDivision::Place, noon(0));
        assert_eq!(lines(&query).await, ["330302 4 2 1 1"]);
        let query = board("2026-03-12T10:00", BoardDivision::Mechanism, noon(0));
        assert_eq!(lines(&query).await, ["voice 4 2 1 1"]);
        let own = BoardQuery { assigned: Some("tax".to_owned()), ..query.clone() };
        assert_eq!(lines(&own).await, ["voice 2 1 1 1"]);
        // Every number is that of the list behind it.
        let now: domain::clock::Moment = "2026-03-12T10:00".parse().unwrap();
        for (due, count) in [(DueWindow::UnitOverdue(now), 1), (DueWindow::UnitAtRisk(now), 2)] {
            let all = CaseQuery::all(Within::Mechanisms(vec!["voice".to_owned()]), 10);
            let place = Some("330302".to_owned());
            let list = CaseQuery { due: Some(due), order: Order::Due, place, ..all };
            assert_eq!(store.cases(&list).await.unwrap().total, Some(count), "{due:?}");
        }
        // A case that complains of whoever asks is not among his numbers.
        fixture
            .execute(
                "INSERT INTO case_organization (case_serial, organization, part, is_ended, next_over)
                 VALUES (1, 'harbour', 'accused', 0, '9999')",
            )
            .await
            .unwrap();
        let accused = BoardQuery { reader: "harbour".to_owned(), ..query.clone() };
        assert_eq!(lines(&accused).await, ["voice 3 2 0 1"]);
        let loads = store.officer_loads("tax", &query.mechanisms).await.unwrap();
        assert_eq!(loads, [], "nobody of tax has taken a step in a case that runs");
        let none = BoardQuery { mechanisms: Vec::new(), ..query };
        assert_eq!(lines(&none).await, [""; 0]);
    }
}

#[tokio::test]
async fn texts_are_erased_when_the_mechanism_says_so_and_nothing_can_be_tried_against_what_remains() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let ended = [SENT, ACCEPTED, ANSWERED, "2026-03-09 rate firm level=1"];
        let head = go(store, open(store, filed("one", FILED)).await, &ended).await;
        let running = open(store, filed("two", FILED)).await;
        let (p, by) = (procedures(), deed("owner"));
        let kept = store.case(&head.id).await.unwrap().unwrap();
        // Noon is on 1 January 2026; the case is kept until 9 March 2031.
        let early = Deed::of_system(noon((5 * 365 + 60) * DAY));
        assert_eq!(store.purge(&early).await.unwrap().cases, 0);
        let late = Deed::of_system(noon((5 * 365 + 70) * DAY));
        assert_eq!(store.purge(&late).await.unwrap().cases, 1);
        assert_eq!(store.purge(&late).await.unwrap().cases, 0);
        let case = store.case(&head.id).await.unwrap().unwrap();
        let blank = ["title", "firm", "filed_by", "source"].map(|_| "");
        assert_eq!(
            [&case.head.title, &case.head.firm, &case.head.filed_by, &case.head.source].map(String::as_str),
            blank
        );
        assert!(
            case.state.data.is_empty()
                && case.steps.iter().all(|step| step.person.is_empty() && step.step.data.is_empty())
        );
        assert_eq!(
            (case.state.taken, case.head.stage.as_str()),
            (kept.state.taken, "closed"),
            "figures stay"
        );
        let words = CaseQuery {
            text: "接通".to_owned(),
            ..CaseQuery::all(Within::Mechanisms(vec!["voice".to_owned()]), 9)
        };
        assert_eq!(store.cases(&words).await.unwrap().rows, []);
        assert_eq!(store.case(&running.id).await.unwrap().unwrap().head.title, running.title);
        let wanted = WantedStep {
            case: head.id.clone(),
            revision: case.head.revision,
            step: step("2031-04-01 rate firm level=1"),
            person: "owner".to_owned(),
        };
        assert!(matches!(store.take_step(&p, wanted, &by).await.unwrap(), Taken::Stale(_)));
        assert_eq!(store.verify().await.unwrap().case_faults, []);
        if let crate::Location::Sqlite(folder) = &fixture.location {
            store.close().await;
            let whole = std::fs::read(folder.join("liangjian.sqlite")).unwrap();
            let holds = |text: &str| whole.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!holds("已经接通") && !holds("经接"), "the file still holds what was erased");
            assert!(holds("用电报装太慢"), "what is kept is there");
        }
    }
}
