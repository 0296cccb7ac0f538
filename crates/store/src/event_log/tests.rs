//! Behaviours of the event log, on every engine at hand.

use super::*;
use crate::testing::{fixtures, noon};
use serde_json::json;

fn event(stream: &str, expected_version: i64, payload: Value) -> NewEvent {
    let (stream, kind, actor) = (stream.to_owned(), "thing.noted".to_owned(), "tester".to_owned());
    NewEvent { stream, expected_version, kind, actor, payload }
}

/// Five events on two streams.
async fn record_five(store: &Store) -> Vec<Event> {
    let mut recorded = Vec::new();
    for (index, (stream, expected)) in (0..).zip([("a", 0), ("b", 0), ("a", 1), ("a", 2), ("b", 1)]) {
        let event = event(stream, expected, json!({"text": "温州", "index": index}));
        recorded.push(store.append(&event, noon(index)).await.unwrap());
    }
    recorded
}

async fn faults_after(statements: &str) -> Vec<(&'static str, Vec<ChainFault>)> {
    let mut found = Vec::new();
    for fixture in fixtures().await {
        record_five(&fixture.store).await;
        assert_eq!(fixture.store.verify_chain().await.unwrap().faults, []);
        fixture.tamper(statements).await;
        found.push((fixture.engine(), fixture.store.verify_chain().await.unwrap().faults));
    }
    found
}

#[tokio::test]
async fn recorded_events_are_read_back_as_they_were_returned() {
    for fixture in fixtures().await {
        let recorded = record_five(&fixture.store).await;
        let sequences: Vec<i64> = recorded.iter().map(|event| event.sequence).collect();
        assert_eq!(sequences, [1, 2, 3, 4, 5]);
        assert_eq!(fixture.store.events(0, 100).await.unwrap(), recorded);
        assert_eq!(fixture.store.events(1, 2).await.unwrap(), recorded[1..3]);
        let versions: Vec<i64> =
            fixture.store.events_of("a").await.unwrap().iter().map(|event| event.version).collect();
        assert_eq!(versions, [1, 2, 3]);
    }
}

#[tokio::test]
async fn the_same_operations_give_the_same_head_hash_on_every_engine() {
    for fixture in fixtures().await {
        record_five(&fixture.store).await;
        let report = fixture.store.verify_chain().await.unwrap();
        // Recomputed outside Rust from the description in canonical.rs.
        let expected = "6d3cbc0b65c6cdcce55d1e28468a23f70221b538418a9f1bf4ce3521d4bcea0c";
        assert_eq!((report.events, report.head.as_str()), (5, expected), "{}", fixture.engine());
        assert_eq!(report.faults, []);
    }
}

#[tokio::test]
async fn an_empty_log_is_whole() {
    for fixture in fixtures().await {
        let report = fixture.store.verify_chain().await.unwrap();
        assert_eq!(report, ChainReport { events: 0, head: "0".repeat(64), faults: vec![] });
    }
}

#[tokio::test]
async fn a_stale_expected_version_is_a_conflict_and_writes_nothing() {
    for fixture in fixtures().await {
        record_five(&fixture.store).await;
        for stale in [0, 2, 4] {
            let error = fixture.store.append(&event("a", stale, json!({})), noon(9)).await.unwrap_err();
            let StoreError::Conflict { stream, expected, found } = error else { panic!("{error}") };
            assert_eq!((stream.as_str(), expected, found), ("a", stale, 3));
        }
        assert_eq!(fixture.store.verify_chain().await.unwrap().events, 5);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_concurrent_appends_to_one_stream_exactly_one_wins() {
    for fixture in fixtures().await {
        let rival = Store::open(&fixture.location).await.unwrap();
        for round in 0..50 {
            let tasks = [fixture.store.clone(), rival.clone()].map(|store| {
                tokio::spawn(async move { store.append(&event("a", round, json!({})), noon(round)).await })
            });
            let mut won = 0;
            for task in tasks {
                match task.await.unwrap() {
                    Ok(recorded) => {
                        won += 1;
                        assert_eq!(recorded.version, round + 1);
                    }
                    Err(StoreError::Conflict { .. }) => {}
                    Err(other) => panic!("{}: {other}", fixture.engine()),
                }
            }
            assert_eq!(won, 1, "{} round {round}", fixture.engine());
        }
        let report = fixture.store.verify_chain().await.unwrap();
        assert_eq!((report.events, report.faults), (50, vec![]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_appends_to_different_streams_all_succeed_without_gaps() {
    for fixture in fixtures().await {
        let tasks: Vec<_> = (0..40)
            .map(|index| {
                let store = fixture.store.clone();
                let event = event(&format!("stream-{index}"), 0, json!({}));
                tokio::spawn(async move { store.append(&event, noon(0)).await.unwrap() })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let report = fixture.store.verify_chain().await.unwrap();
        assert_eq!((report.events, report.faults), (40, vec![]), "{}", fixture.engine());
    }
}

#[tokio::test]
async fn recorded_times_never_run_backwards() {
    for fixture in fixtures().await {
        let mut times = Vec::new();
        for (version, seconds) in (0..).zip([10, 5, -86_400, 11]) {
            let recorded =
                fixture.store.append(&event("a", version, json!({})), noon(seconds)).await.unwrap();
            times.push(recorded.recorded_at);
        }
        assert_eq!(times, [noon(10), noon(10), noon(10), noon(11)]);
    }
}

#[tokio::test]
async fn an_edited_payload_is_found() {
    let edit = r#"UPDATE event SET payload = '{"index":2,"text":"other"}' WHERE sequence = 3"#;
    for (engine, faults) in faults_after(edit).await {
        assert_eq!(faults.len(), 1, "{engine}: {faults:?}");
        assert_eq!(faults[0].sequence, 3);
        assert!(faults[0].what.contains("edited"), "{}", faults[0].what);
    }
}

#[tokio::test]
async fn every_edited_column_is_found() {
    let edits = [
        "stream = 'c'",
        "version = 7",
        "kind = 'thing.hidden'",
        "actor = 'somebody'",
        "recorded_at = '2026-01-01T12:00:02.500000Z'",
        "previous_hash = hash",
        "hash = previous_hash",
    ];
    for edit in edits {
        for (engine, faults) in faults_after(&format!("UPDATE event SET {edit} WHERE sequence = 3")).await {
            assert!(faults.iter().any(|fault| fault.sequence == 3), "{engine} {edit}: {faults:?}");
        }
    }
}

#[tokio::test]
async fn a_deleted_last_event_is_found_through_the_head() {
    for (engine, faults) in faults_after("DELETE FROM event WHERE sequence = 5").await {
        assert_eq!(faults.len(), 1, "{engine}: {faults:?}");
        assert!(faults[0].what.contains("ends at event 4") && faults[0].what.contains("says 5"));
    }
}

#[tokio::test]
async fn a_deleted_event_in_the_middle_is_found() {
    for (engine, faults) in faults_after("DELETE FROM event WHERE sequence = 2").await {
        assert!(faults.iter().any(|f| f.sequence == 3 && f.what.contains("missing")), "{engine}: {faults:?}");
    }
}

#[tokio::test]
async fn deleting_everything_is_found() {
    for (engine, faults) in faults_after("DELETE FROM event").await {
        assert!(faults[0].what.contains("ends at event 0"), "{engine}: {faults:?}");
    }
}

#[tokio::test]
async fn swapped_events_are_found() {
    let swap = "UPDATE event SET sequence = 99 WHERE sequence = 2;
                UPDATE event SET sequence = 2 WHERE sequence = 3;
                UPDATE event SET sequence = 3 WHERE sequence = 99";
    for (engine, faults) in faults_after(swap).await {
        for sequence in [2, 3] {
            assert!(faults.iter().any(|fault| fault.sequence == sequence), "{engine}: {faults:?}");
        }
    }
}

#[tokio::test]
async fn a_rewritten_last_event_is_found_through_the_head_even_with_a_correct_hash() {
    for fixture in fixtures().await {
        let mut last = record_five(&fixture.store).await.pop().unwrap();
        last.actor = "somebody".to_owned();
        let row = EventRow {
            sequence: last.sequence,
            stream: last.stream.clone(),
            version: last.version,
            kind: last.kind.clone(),
            actor: last.actor.clone(),
            recorded_at: recorded_text(last.recorded_at).unwrap(),
            payload: canonical_json(&last.payload).unwrap(),
            previous_hash: last.previous_hash.clone(),
            hash: String::new(),
        };
        let hash = row.computed_hash();
        let statement = format!("UPDATE event SET actor = 'somebody', hash = '{hash}' WHERE sequence = 5");
        fixture.tamper(&statement).await;
        let faults = fixture.store.verify_chain().await.unwrap().faults;
        assert_eq!(faults.len(), 1);
        assert!(faults[0].what.contains("not the one the head"), "{}", faults[0].what);
    }
}

#[tokio::test]
async fn both_engines_refuse_changes_of_events_and_of_the_head() {
    let mut statements = vec![
        "UPDATE event SET actor = 'somebody'", "DELETE FROM event", "UPDATE event_head SET sequence = 0",
        "DELETE FROM event_head",
    ];
    for fixture in fixtures().await {
        record_five(&fixture.store).await;
        if fixture.engine() == "PostgreSQL" {
            statements.extend(["TRUNCATE event", "TRUNCATE event_head"]);
        }
        for statement in &statements {
            let error = fixture.execute(statement).await.expect_err(statement).to_string();
            assert!(error.contains("never") || error.contains("only advances"), "{statement}: {error}");
        }
        assert_eq!(fixture.store.verify_chain().await.unwrap().faults, []);
    }
}

#[tokio::test]
async fn no_event_is_replaced_or_put_beside_the_log() {
    let columns = "kind, 'somebody', recorded_at, payload, previous_hash, hash FROM event";
    for fixture in fixtures().await {
        record_five(&fixture.store).await;
        let mut statements = vec![
            format!("INSERT INTO event SELECT 9, stream, 9, {columns} WHERE sequence = 5"),
            format!("INSERT INTO event SELECT 6, stream, 9, {columns} WHERE sequence = 5"),
        ];
        if fixture.engine() == "SQLite" {
            statements.extend([
                format!("INSERT OR REPLACE INTO event SELECT sequence, stream, version, {columns} WHERE sequence = 5"),
                "INSERT OR REPLACE INTO event SELECT 6, 'a', 1, 'k', 'x', recorded_at, '{}', hash, hash FROM event
                 WHERE sequence = 5"
                    .to_owned(),
                "INSERT OR REPLACE INTO event_head VALUES (1, 0, '0', 'x')".to_owned(),
                "UPDATE OR REPLACE event SET sequence = 1 WHERE sequence = 2".to_owned(),
            ]);
        } else {
            let conflict = "ON CONFLICT (id) DO UPDATE SET sequence = 0";
            statements.push(format!("INSERT INTO event_head VALUES (1, 0, '0', 'x') {conflict}"));
        }
        for statement in &statements {
            let error = fixture.execute(statement).await.expect_err(statement).to_string();
            assert!(error.contains("never"), "{statement}: {error}");
        }
        assert_eq!(fixture.store.verify_chain().await.unwrap().faults, []);
        assert_eq!(fixture.store.events(0, 9).await.unwrap().len(), 5);
    }
}

#[tokio::test]
async fn a_head_with_another_time_than_the_last_event_is_found() {
    for time in ["0001-01-01T00:00:00.000000Z", "9999-01-01T00:00:00.000000Z", "x"] {
        for (engine, faults) in faults_after(&format!("UPDATE event_head SET recorded_at = '{time}'")).await {
            assert_eq!(faults.len(), 1, "{engine}: {faults:?}");
            assert!(faults[0].what.contains("time of the last event"), "{}", faults[0].what);
        }
    }
}

#[tokio::test]
async fn a_second_head_is_found() {
    let second = "INSERT INTO event_head SELECT 2, sequence, hash, recorded_at FROM event_head";
    let fixture = fixtures().await.swap_remove(0);
    record_five(&fixture.store).await;
    fixture.tamper(&format!("PRAGMA ignore_check_constraints = ON; {second}")).await;
    let faults = fixture.store.verify_chain().await.unwrap().faults;
    assert!(faults.len() == 1 && faults[0].what.contains("2 heads"), "{faults:?}");
}

#[tokio::test]
async fn an_event_that_cannot_be_stored_alike_everywhere_is_refused() {
    for fixture in fixtures().await {
        let mut nameless = event("a", 0, json!({}));
        nameless.actor = " ".to_owned();
        let large = event("a", 0, json!("x".repeat(PAYLOAD_BYTES_MAX)));
        for refused in [event("a\0", 0, json!({})), event("a", 0, json!(0.5)), nameless, large] {
            let error = fixture.store.append(&refused, noon(0)).await.unwrap_err();
            assert!(matches!(error, StoreError::Invalid(_)), "{error}");
            assert!(error.to_string().contains(" · "), "{error}");
        }
        assert_eq!(fixture.store.verify_chain().await.unwrap().events, 0);
    }
}

#[tokio::test]
async fn text_that_engines_treat_specially_survives_in_a_payload() {
    for fixture in fixtures().await {
        let payload =
            json!({"nul": "\u{0}", "quote": "'\"\\", "emoji": "🏮", "large": u64::MAX, "empty": {}});
        fixture.store.append(&event("a", 0, payload.clone()), noon(0)).await.unwrap();
        assert_eq!(fixture.store.events(0, 1).await.unwrap()[0].payload, payload);
        assert_eq!(fixture.store.verify_chain().await.unwrap().faults, []);
    }
}

#[tokio::test]
async fn a_log_longer_than_one_page_is_verified_to_its_end() {
    for fixture in fixtures().await {
        for version in 0..1003 {
            fixture.store.append(&event("a", version, json!({})), noon(version)).await.unwrap();
        }
        let report = fixture.store.verify_chain().await.unwrap();
        assert_eq!((report.events, report.faults), (1003, vec![]), "{}", fixture.engine());
    }
}

#[tokio::test]
async fn events_are_found_by_what_they_begin_with_and_by_when_they_were_recorded() {
    for fixture in fixtures().await {
        record_five(&fixture.store).await;
        let any = EventSearch::default;
        for (wanted, expected) in [
            (any(), vec![5, 4, 3, 2, 1]),
            (EventSearch { stream: "b", ..any() }, vec![5, 2]),
            (EventSearch { kind: "thing.", actor: "test", before: 3, ..any() }, vec![2, 1]),
            (EventSearch { actor: "tester ", ..any() }, vec![]),
            (EventSearch { from: Some(noon(2)), to: Some(noon(4)), ..any() }, vec![4, 3]),
            (EventSearch { to: Some(noon(4)), limit: 2, ..any() }, vec![4, 3]),
        ] {
            let found = fixture.store.search_events(&wanted).await.unwrap();
            assert_eq!(found.iter().map(|one| one.sequence).collect::<Vec<_>>(), expected, "{wanted:?}");
        }
        assert_eq!(fixture.store.event(3).await.unwrap().unwrap().sequence, 3);
        assert_eq!(fixture.store.event(6).await.unwrap(), None);
    }
}
