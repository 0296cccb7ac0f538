//! Changes in groups: each for itself, and none told before all are durable.

use super::*;
use crate::event_log::{NewEvent, append_within};
use crate::testing::{fixtures, noon};
use crate::{Store, StoreError};
use serde_json::json;
use std::time::Duration;
use tokio::sync::oneshot;

fn event(stream: &str) -> NewEvent {
    NewEvent {
        stream: stream.to_owned(),
        expected_version: 0,
        kind: "thing.noted".to_owned(),
        actor: "tester".to_owned(),
        payload: json!({}),
    }
}

/// The streams that have an event.
async fn streams(store: &Store) -> Vec<String> {
    let mut streams: Vec<String> =
        store.events(0, 10_000).await.unwrap().into_iter().map(|event| event.stream).collect();
    streams.sort();
    streams
}

/// Runs statements inside a change, as a body would that does not heed their errors.
async fn careless(transaction: &mut Transaction, statements: &'static str) -> Result<(), sqlx::Error> {
    let Transaction::Sqlite(connection) = transaction else { panic!("these tests are about SQLite") };
    sqlx::raw_sql(statements).execute(&mut **connection).await.map(drop)
}

#[tokio::test]
async fn nobody_is_told_and_nobody_sees_before_the_group_is_durable() {
    let fixture = fixtures().await.swap_remove(0);
    let (store, other) = (fixture.store.clone(), fixture.store.clone());
    let mut first = store.database.begin_write().await.unwrap();
    append_within(&mut first, &event("first"), noon(0)).await.unwrap();
    let (open, gate) = oneshot::channel::<()>();
    let second = tokio::spawn(async move {
        let mut transaction = other.database.begin_write().await.unwrap();
        append_within(&mut transaction, &event("second"), noon(1)).await.unwrap();
        gate.await.unwrap();
        transaction.commit().await
    });
    tokio::task::yield_now().await;
    let committing = first.commit();
    tokio::pin!(committing);
    assert!(tokio::time::timeout(Duration::from_millis(100), &mut committing).await.is_err());
    assert_eq!(streams(&store).await, [""; 0]);
    open.send(()).unwrap();
    committing.await.unwrap();
    second.await.unwrap().unwrap();
    assert_eq!(streams(&store).await, ["first", "second"]);
}

#[tokio::test]
async fn a_turn_that_changes_nothing_waits_for_what_it_saw() {
    let fixture = fixtures().await.swap_remove(0);
    let store = &fixture.store;
    let mut first = store.database.begin_write().await.unwrap();
    append_within(&mut first, &event("first"), noon(0)).await.unwrap();
    careless(&mut first, FAILS_AT_COMMIT).await.unwrap();
    let second = tokio::spawn({
        let store = store.clone();
        async move {
            let mut transaction = store.database.begin_write().await.unwrap();
            let seen = crate::event_log::stream_version(&mut transaction, "first").await.unwrap();
            (seen, transaction.undo().await)
        }
    });
    tokio::task::yield_now().await;
    first.commit().await.unwrap_err();
    let (seen, outcome) = second.await.unwrap();
    assert_eq!(seen, 1);
    outcome.unwrap_err();
}

/// A reference to nobody, which SQLite finds only when the transaction commits.
const FAILS_AT_COMMIT: &str = "PRAGMA defer_foreign_keys = ON;
    INSERT INTO credential (person, kind, id, label, data, created_at, used_at)
    VALUES ('nobody', 'password', '', '', '', '', '')";

#[tokio::test]
async fn a_commit_that_fails_fails_every_change_of_its_group_and_no_later_one() {
    let fixture = fixtures().await.swap_remove(0);
    let store = &fixture.store;
    let mut first = store.database.begin_write().await.unwrap();
    careless(&mut first, FAILS_AT_COMMIT).await.unwrap();
    let others: Vec<_> = (0..5)
        .map(|index| {
            let store = store.clone();
            tokio::spawn(async move { store.append(&event(&format!("s{index}")), noon(0)).await })
        })
        .collect();
    tokio::task::yield_now().await;
    assert!(first.commit().await.is_err());
    for other in others {
        let error = other.await.unwrap().unwrap_err();
        assert!(error.to_string().contains("FOREIGN KEY"), "{error}");
    }
    assert_eq!(streams(store).await, [""; 0]);
    store.append(&event("later"), noon(1)).await.unwrap();
    assert!(store.verify().await.unwrap().is_whole());
}

#[tokio::test]
async fn when_the_engine_undoes_the_whole_transaction_no_change_of_the_group_is_kept() {
    let fixture = fixtures().await.swap_remove(0);
    let store = &fixture.store;
    for is_kept in [true, false] {
        let mut first = store.database.begin_write().await.unwrap();
        append_within(&mut first, &event("first"), noon(0)).await.unwrap();
        let second = tokio::spawn({
            let store = store.clone();
            async move {
                let mut transaction = store.database.begin_write().await.unwrap();
                careless(&mut transaction, "ROLLBACK").await.unwrap();
                // It would be a transaction of its own now.
                let stray =
                    "INSERT INTO challenge (hash, purpose, state, expires_at) VALUES ('', '', '', '')";
                assert!(careless(&mut transaction, stray).await.is_err());
                transaction.commit_if(is_kept).await
            }
        });
        tokio::task::yield_now().await;
        assert!(first.commit().await.is_err());
        assert!(second.await.unwrap().is_err());
        assert_eq!(streams(store).await, [""; 0]);
    }
    store.append(&event("later"), noon(1)).await.unwrap();
    assert_eq!(streams(store).await, ["later"]);
    assert_eq!(store.take_challenge("", "", noon(0)).await.unwrap(), None);
}

/// What becomes of one of many changes at once.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    Kept,
    Refused,
    Panics,
    Dropped,
    Abandoned,
}

async fn meets(fate: Fate, store: Store, stream: String) -> Result<(), StoreError> {
    let mut transaction = store.database.begin_write().await?;
    append_within(&mut transaction, &event(&stream), noon(0)).await?;
    match fate {
        Fate::Refused => append_within(&mut transaction, &event(&stream), noon(0)).await.map(drop)?,
        Fate::Panics => panic!("as this test wants it"),
        Fate::Dropped => return Ok(()),
        Fate::Abandoned => std::future::pending().await,
        Fate::Kept => {}
    }
    transaction.commit().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_that_fails_panics_or_is_abandoned_fails_alone() {
    use Fate::{Abandoned, Dropped, Kept, Panics, Refused};
    for fixture in fixtures().await {
        let fates = [Kept, Refused, Kept, Panics, Dropped, Kept, Abandoned, Kept];
        let tasks: Vec<_> = (0..100)
            .map(|index| {
                let (fate, stream) = (fates[index % fates.len()], format!("s{index:03}"));
                let task = tokio::spawn(meets(fate, fixture.store.clone(), stream.clone()));
                (fate, stream, task)
            })
            .collect();
        let abandoned = tasks.iter().filter(|(fate, ..)| *fate == Abandoned);
        for (count, (_, _, task)) in abandoned.enumerate() {
            tokio::time::sleep(Duration::from_millis(count as u64)).await;
            task.abort();
        }
        let mut kept = Vec::new();
        for (fate, stream, task) in tasks {
            match task.await {
                Ok(outcome) => assert_eq!(outcome.is_ok(), fate != Refused, "{fate:?}: {outcome:?}"),
                Err(error) => assert_eq!(error.is_panic(), fate == Panics, "{fate:?}"),
            }
            kept.extend((fate == Kept).then_some(stream));
        }
        assert_eq!(streams(&fixture.store).await, kept, "{}", fixture.engine());
        assert!(fixture.store.verify().await.unwrap().is_whole());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn callers_that_go_away_at_any_moment_leave_whole_changes_and_a_writer_that_goes_on() {
    for fixture in fixtures().await {
        let mut told = Vec::new();
        for round in 0..20_u64 {
            let tasks: Vec<_> = (0..10)
                .map(|index| {
                    let (store, stream) = (fixture.store.clone(), format!("s{round}-{index}"));
                    tokio::spawn(async move { store.append(&event(&stream), noon(0)).await.map(|_| stream) })
                })
                .collect();
            tokio::time::sleep(Duration::from_micros(round * 150)).await;
            for task in tasks.iter().step_by(2) {
                task.abort();
            }
            for task in tasks {
                if let Ok(outcome) = task.await {
                    told.push(outcome.unwrap());
                }
            }
        }
        let streams = streams(&fixture.store).await;
        assert!(told.len() >= 100 && told.iter().all(|stream| streams.contains(stream)));
        assert!(fixture.store.verify().await.unwrap().is_whole(), "{}", fixture.engine());
    }
}

#[tokio::test]
async fn what_waits_too_long_for_its_turn_is_told_that_the_database_is_busy() {
    let fixture = fixtures().await.swap_remove(0);
    let Connections::Sqlite { writer: Some(writer), .. } = &fixture.store.database.connections else {
        panic!()
    };
    let held = writer.turn(WAIT_MAX).await.unwrap();
    let refused = writer.turn(Duration::from_millis(20)).await;
    assert!(matches!(refused, Err(StoreError::Busy)));
    drop(held);
    fixture.store.append(&event("later"), noon(0)).await.unwrap();
    fixture.store.close().await;
    assert!(fixture.store.append(&event("too-late"), noon(0)).await.is_err());
}

#[tokio::test]
async fn a_change_that_keeps_the_writer_too_long_is_undone_and_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(SQLITE_FILE_NAME);
    let soon = Duration::from_millis(100);
    let connection = open_writer(&file).await.unwrap();
    let writer = Writer::start(connection, writer_options(&file), soon).await.unwrap();
    let mut long = writer.turn(WAIT_MAX).await.unwrap();
    sqlx::raw_sql("CREATE TABLE long (a)").execute(&mut *long).await.unwrap();
    tokio::time::sleep(2 * soon).await;
    let error = long.commit().await.unwrap_err();
    assert!(matches!(error, StoreError::TookTooLong), "{error}");
    let mut next = writer.turn(WAIT_MAX).await.unwrap();
    sqlx::raw_sql("CREATE TABLE next (a)").execute(&mut *next).await.unwrap();
    next.commit().await.unwrap();
    let mut last = writer.turn(WAIT_MAX).await.unwrap();
    let tables: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_schema").fetch_all(&mut *last).await.unwrap();
    assert_eq!(tables, ["next"]);
}

#[tokio::test]
async fn steps_that_take_too_long_together_are_undone_and_hold_nobody_up() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let submission = crate::Submission {
            principal: "p".to_owned(),
            key: "k".to_owned(),
            request_sha256: "0".repeat(64),
            has_money: false,
            at: noon(0),
        };
        let soon = Duration::from_millis(200);
        let joined = Store { database: store.database.joined_for(submission, soon) };
        joined.append(&event("first"), noon(0)).await.unwrap();
        tokio::time::sleep(2 * soon).await;
        // Whoever waits elsewhere between two steps holds nobody up.
        store.append(&event("other"), noon(1)).await.unwrap();
        let error = joined.append(&event("second"), noon(1)).await.unwrap_err();
        assert!(matches!(error, StoreError::StepLost), "{error}");
        let answer = crate::Answer { status: 200, body: String::new() };
        let error = joined.settle(Some(&answer)).await.unwrap_err();
        assert!(matches!(error, StoreError::TookTooLong), "{error}");
        assert_eq!(streams(store).await, ["other"]);
    }
}
