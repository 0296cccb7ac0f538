//! Words beside events: kept for their time, compared while they stand, erased after it.

use super::*;
use crate::account::{Deed, NewPerson, NewSession};
use crate::testing::{Fixture, fixtures, noon};
use crate::{EventSearch, Inventory, NewEvent, Purged};

const DAY: i64 = 86_400;

fn by(actor: &str, seconds: i64) -> Deed {
    let [actor, reason, from, salt] = [actor, "核实身份", "192.0.2.0/24", "chance"].map(str::to_owned);
    Deed { actor, reason, from, salt, ..Deed::of_operator(noon(seconds)) }
}

async fn looked_at(fixture: &Fixture) {
    let store = &fixture.store;
    let [id, login, name, phone, salt] = ["a", "login", "测试员", "", "salt"].map(str::to_owned);
    store
        .create_person(&NewPerson { id, login, name, phone, salt }, &Deed::of_operator(noon(0)))
        .await
        .unwrap();
    let [hash, person, acts_by, address, client] =
        ["s", "a", "", "192.0.2.0/24", "Firefox"].map(str::to_owned);
    let expires_at = noon(3600);
    let session = NewSession {
        hash,
        person,
        acts_by,
        is_two_factor: true,
        idle_minutes: 30,
        expires_at,
        address,
        client,
    };
    store.open_session(&session, &by("a", 1)).await.unwrap();
    store.record_look("a", "phone", &by("b", 2)).await.unwrap();
}

async fn events(fixture: &Fixture) -> Vec<Event> {
    fixture.store.events(0, 100).await.unwrap()
}

#[tokio::test]
async fn words_are_read_beside_their_event_and_stand_in_none() {
    for fixture in fixtures().await {
        looked_at(&fixture).await;
        let said = |text: &str| Words::Said(text.to_owned());
        let all =
            Details { reason: said("核实身份"), network: said("192.0.2.0/24"), client: said("Firefox") };
        let look = Details { client: Words::None, ..all.clone() };
        let expected = [Details::default(), all, look];
        let store = &fixture.store;
        let read = events(&fixture).await;
        let found =
            store.search_events(&EventSearch { stream: "person:", ..EventSearch::default() }).await.unwrap();
        let told =
            [read.clone(), store.events_of("person:a").await.unwrap(), found.into_iter().rev().collect()];
        for events in told {
            let details: Vec<_> = events.into_iter().map(|event| event.details).collect();
            assert_eq!(details, expected, "{}", fixture.engine());
        }
        assert_eq!(store.event(3).await.unwrap().unwrap().details, expected[2]);
        assert_eq!(store.looks_at("a").await.unwrap()[0].reason, said("核实身份"));
        let lines = store.event_lines(0).await.unwrap();
        for (_, line) in lines {
            for words in ["核实身份", "192.0.2", "Firefox"] {
                assert!(!line.contains(words), "{line}");
            }
        }
    }
}

#[tokio::test]
async fn words_go_when_their_time_is_over_and_the_log_stays_whole() {
    let days =
        |column| i64::from(Inventory::built_in().field("event_detail", column).unwrap().kept_days.unwrap());
    assert!(days("network") >= 184 && days("client") >= 184, "six months are up to 184 days");
    for fixture in fixtures().await {
        looked_at(&fixture).await;
        let store = &fixture.store;
        let system = |day: i64| Deed::of_system(noon(day * DAY));
        assert_eq!(store.purge(&system(days("network"))).await.unwrap().details, 0);
        assert_eq!(store.purge(&system(days("network") + 1)).await.unwrap().details, 3);
        let read = events(&fixture).await;
        assert_eq!(read[1].details.network, Words::Erased, "{}", fixture.engine());
        assert_eq!(read[2].details.reason, Words::Said("核实身份".to_owned()));
        assert!(store.verify().await.unwrap().is_whole());
        assert_eq!(store.purge(&system(days("reason") + 1)).await.unwrap().details, 2);
        assert_eq!(events(&fixture).await[2].details.reason, Words::Erased);
        assert_eq!(store.purge(&system(days("reason") + 1)).await.unwrap(), Purged::default());
        assert!(store.verify().await.unwrap().is_whole(), "{}", fixture.engine());
    }
}

#[tokio::test]
async fn words_that_are_changed_added_or_taken_away_too_early_are_found() {
    for statement in [
        "UPDATE event_detail SET reason = 'another' WHERE sequence = 3",
        "UPDATE event_detail SET network = '' WHERE sequence = 3",
        "UPDATE event_detail SET client = 'Firefox', client_salt = 's' WHERE sequence = 3",
        "UPDATE event_detail SET reason_salt = 'other' WHERE sequence = 2",
        "UPDATE event_detail SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE sequence = 2",
        "DELETE FROM event_detail WHERE sequence = 2",
        "UPDATE event_detail SET sequence = 1 WHERE sequence = 2",
        "UPDATE event_detail SET sequence = 100 WHERE sequence = 2",
        "UPDATE event_detail SET sequence = -1 WHERE sequence = 2",
    ] {
        for fixture in fixtures().await {
            looked_at(&fixture).await;
            assert_eq!(fixture.store.verify_details().await.unwrap(), []);
            fixture.execute(statement).await.unwrap();
            let faults = fixture.store.verify_details().await.unwrap();
            assert!(!faults.is_empty(), "{} {statement}", fixture.engine());
        }
    }
}

#[tokio::test]
async fn events_from_before_are_read_as_they_were_written() {
    for fixture in fixtures().await {
        let [stream, kind, actor] = ["person:a", "personal.revealed", "b"].map(str::to_owned);
        let payload =
            json!({ "reason": "核实", "from": "192.0.2.0/24", "field": "phone", "client": "Firefox" });
        let event = NewEvent { stream, expected_version: 0, kind, actor, payload };
        fixture.store.append(&event, noon(0)).await.unwrap();
        let details = &events(&fixture).await[0].details;
        let read = [&details.reason, &details.network, &details.client].map(Words::text);
        assert_eq!(read, ["核实", "192.0.2.0/24", "Firefox"]);
        assert_eq!(fixture.store.looks_at("a").await.unwrap()[0].reason.text(), "核实");
        assert_eq!(fixture.store.verify_details().await.unwrap(), []);
    }
}
