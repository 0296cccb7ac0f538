//! How a case lives: filed, dispatched, accepted, answered, rated; and what is refused.

use super::*;
use crate::testing::fixtures;
use domain::{case_number::CaseNumber, mechanism::course::Course};

#[tokio::test]
async fn a_case_is_filed_dispatched_accepted_answered_and_rated() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let head = open(store, filed("one", FILED)).await;
        assert_eq!(head.number, "2026-000001-5");
        assert_eq!((head.stage.as_str(), head.revision, head.assigned.as_str()), ("received", 1, ""));
        let due = head.firm_due.unwrap();
        assert_eq!((due.at.to_string().as_str(), due.is_provisional), ("2026-03-16", true));
        assert_eq!(head.unit_due, None);
        let head = go(store, head, &[SENT]).await;
        assert_eq!(
            (head.assigned.as_str(), head.unit_due.unwrap().at.to_string().as_str()),
            ("tax", "2026-03-12")
        );
        let head = go(store, head, &[ACCEPTED, ANSWERED, "2026-03-09 rate firm level=1"]).await;
        assert_eq!((head.stage.as_str(), head.is_ended, head.revision), ("closed", true, 5));
        assert_eq!((head.firm_due, head.unit_due, head.ended_at), (None, None, Some(noon(0))));

        let case = store.case("2026 000001 5").await.unwrap().unwrap();
        assert_eq!(case.head, head);
        let steps: Vec<String> = case
            .steps
            .iter()
            .map(|one| format!("{} {} {}", one.position, one.step.step, one.effects.stage))
            .collect();
        assert_eq!(
            steps,
            [
                "1 file received", "2 dispatch dispatched", "3 accept handling", "4 answer answered",
                "5 rate closed"
            ]
        );
        assert_eq!(case.steps[0].person, "owner");
        let events = store.events_of(&format!("case:{}", head.id)).await.unwrap();
        let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(
            kinds,
            ["case.opened", "case.step-taken", "case.step-taken", "case.step-taken", "case.step-taken"]
        );
        assert!(!serde_json::to_string(&events).unwrap().contains("用电"), "events carry no text");
        assert_eq!(store.case("2026-000001-6").await.unwrap(), None);
    }
}

#[tokio::test]
async fn what_is_kept_is_what_a_replay_of_the_steps_gives() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let lines = [
            SENT, "2026-03-04 return unit", "2026-03-05 dispatch desk unit=fire", "2026-03-06 accept unit",
            "2026-03-06 help unit unit=tax", "2026-03-20 look helper@tax",
            "2026-03-23 answer unit answer=好",
        ];
        let head = go(store, open(store, filed("one", FILED)).await, &lines).await;
        let case = store.case(&head.id).await.unwrap().unwrap();
        let steps: Vec<CaseStep> = case.steps.iter().map(|record| record.step.clone()).collect();
        let office = procedures().office;
        let (replayed, refused) =
            Course::replay(&VERSIONS[0], office, case.began_at.parse().unwrap(), &steps);
        assert_eq!(refused, []);
        assert_eq!(*replayed.state(), case.state);
        assert_eq!(case.state.involved, ["tax", "fire"]);
        let rungs: Vec<&str> = case.steps[6].effects.rungs.iter().map(|fired| fired.rung.as_str()).collect();
        assert_eq!(rungs, ["warn", "remind"], "what time brought before a step is told with it");
    }
}

#[tokio::test]
async fn of_two_who_act_at_once_one_is_told_that_the_case_has_changed() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let head = go(store, open(store, filed("one", FILED)).await, &[SENT]).await;
        let wanted = |line: &str| WantedStep {
            case: head.id.clone(),
            revision: head.revision,
            step: step(line),
            person: "clerk".to_owned(),
        };
        let (p, by) = (procedures(), deed("clerk"));
        let (one, other) = tokio::join!(
            store.take_step(&p, wanted(ACCEPTED), &by),
            store.take_step(&p, wanted("2026-03-04 return unit"), &by),
        );
        let outcomes = [one.unwrap(), other.unwrap()];
        let done = outcomes.iter().filter(|taken| matches!(taken, Taken::Done(_))).count();
        let stale: Vec<&CaseHead> = outcomes
            .iter()
            .filter_map(|taken| if let Taken::Stale(head) = taken { Some(head) } else { None })
            .collect();
        assert_eq!((done, stale.len()), (1, 1), "{outcomes:?}");
        assert_eq!(stale[0].revision, head.revision + 1, "he is shown the case as it is now");
    }
}

#[tokio::test]
async fn a_refused_step_leaves_nothing_behind() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let head = open(store, filed("one", FILED)).await;
        let (before, known) = (row_counts(&fixture).await, store.case(&head.id).await.unwrap());
        let bad = filed("two", "2026-03-02 file firm");
        let opened = store.open_case(&procedures(), bad, &deed("owner")).await.unwrap();
        assert!(matches!(opened, Opened::Refused(refusals) if refusals.len() == 1));
        let wanted = |line: &str, case: &str| WantedStep {
            case: case.to_owned(),
            revision: head.revision,
            step: step(line),
            person: "somebody".to_owned(),
        };
        let by = deed("somebody");
        let taken = store.take_step(&procedures(), wanted(ACCEPTED, &head.id), &by).await.unwrap();
        assert!(matches!(taken, Taken::Refused(_)), "{taken:?}");
        let taken = store.take_step(&procedures(), wanted(SENT, "nobody"), &by).await.unwrap();
        assert_eq!(taken, Taken::Absent);
        let unknown = NewCase { mechanism: "weather".to_owned(), ..filed("two", FILED) };
        let opened = store.open_case(&procedures(), unknown, &by).await.unwrap();
        assert_eq!(opened, Opened::UnknownMechanism);
        assert_eq!(row_counts(&fixture).await, before);
        assert_eq!(store.case(&head.id).await.unwrap(), known);
    }
}

#[tokio::test]
async fn what_a_source_hands_over_twice_is_one_case() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let from = |name: &str| NewCase { source: "12345:2026-8841".to_owned(), ..filed(name, FILED) };
        let head = open(store, from("one")).await;
        let again = store.open_case(&procedures(), from("two"), &deed("owner")).await.unwrap();
        assert_eq!(again, Opened::Known(head.clone()));
        let again = store.open_case(&procedures(), filed("one", FILED), &deed("owner")).await.unwrap();
        assert_eq!(again, Opened::Known(head), "a form that is sent again");
        assert_eq!(open(store, filed("three", FILED)).await.number, "2026-000002-8");
    }
}

#[tokio::test]
async fn a_step_opens_a_case_of_another_mechanism_that_is_linked_with_its_own() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let head = open(store, filed("one", "2026-03-02 file firm subject=密 in_confidence=true")).await;
        assert_eq!((head.stage.as_str(), head.is_ended), ("transferred", true));
        let case = store.case(&head.id).await.unwrap().unwrap();
        assert_eq!(case.links.len(), 1);
        assert_eq!(case.steps[0].effects.opened, [case.links[0].case.clone()]);
        let child = store.case(&case.links[0].case).await.unwrap().unwrap();
        assert_eq!((child.head.mechanism.as_str(), child.head.stage.as_str()), ("report", "draft"));
        assert_eq!((child.head.firm.as_str(), child.head.filed_by.as_str()), (FIRM, "owner"));
        assert_eq!((child.links[0].case.as_str(), child.links[0].is_forward), (head.id.as_str(), false));
        let child = go(store, child.head, &["2026-03-03 file firm subject=索贿 accused_office=tax"]).await;
        let events = store.events_of(&format!("case:{}", child.id)).await.unwrap();
        assert_eq!(events.len(), 2);
        for event in events {
            let told = serde_json::to_string(&event).unwrap();
            assert_eq!(event.actor, "sealed");
            for word in [FIRM, "somebody", "report", "tax"] {
                assert!(!told.contains(word), "an event of a confidential case tells {word}: {told}");
            }
        }
    }
}

#[tokio::test]
async fn no_gap_in_the_numbers_tells_that_there_is_a_confidential_case() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let report = || NewCase {
            mechanism: "report".to_owned(),
            ..filed("b", "2026-03-02 file firm subject=索贿 accused_office=tax")
        };
        let mut numbers = Vec::new();
        for new in [filed("a", FILED), report(), filed("c", FILED)] {
            numbers.push(open(store, new).await.number);
        }
        let place = |number: &String| number.parse::<CaseNumber>().unwrap().place;
        let places: Vec<u32> = numbers.iter().map(place).collect();
        assert_eq!((places[0], places[2]), (1, 2), "{}", fixture.engine());
        assert!(places[1] >= 1_000_000, "{places:?}");
        assert_eq!(store.case(&numbers[1]).await.unwrap().unwrap().head.mechanism, "report");
        assert_eq!(store.verify_cases().await.unwrap(), []);
    }
}
