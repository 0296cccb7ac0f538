//! One effect for each submission, on every engine at hand.

use super::*;
use crate::testing::{Fixture, fixtures, noon};

/// The largest number of pages a SQLite file may have.
const PAGES_MAX: u32 = 4_294_967_294;

fn submission(key: &str) -> Submission {
    Submission {
        principal: "tester".to_owned(),
        key: key.to_owned(),
        request_sha256: sha256(key.as_bytes()),
        has_money: false,
        at: noon(0),
    }
}

/// The event of a submission, on a stream of its own.
fn event(key: &str) -> NewEvent {
    NewEvent {
        stream: format!("thing:{key}"),
        expected_version: 0,
        kind: "thing.noted".to_owned(),
        actor: "tester".to_owned(),
        payload: json!({"key": key}),
    }
}

/// So many rounds of fifty at once: one effect each, and the same answer for all.
async fn rounds(fixture: &Fixture, count: usize) {
    for round in 0..count {
        let key = format!("round-{round}");
        let at_once = (0..50).map(|_| {
            let (store, submission, event) = (fixture.store.clone(), submission(&key), event(&key));
            tokio::spawn(async move { store.append_once(&submission, &event).await })
        });
        let (mut done, mut replayed) = (Vec::new(), Vec::new());
        for task in at_once.collect::<Vec<_>>() {
            match task.await.unwrap().unwrap() {
                Once::Done(answer) => done.push(answer),
                Once::Replayed(answer) => replayed.push(answer),
                Once::Mismatch => panic!("the requests are the same"),
            }
        }
        assert_eq!((done.len(), replayed.len()), (1, 49), "{} {key}", fixture.engine());
        assert!(replayed.iter().all(|answer| *answer == done[0]));
        assert_eq!(fixture.store.events_of(&format!("thing:{key}")).await.unwrap().len(), 1);
    }
    let report = fixture.store.verify_chain().await.unwrap();
    assert_eq!(
        (report.events, report.faults.len()),
        (i64::try_from(count).unwrap(), 0),
        "{}",
        fixture.engine()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_identical_submissions_at_once_one_has_an_effect_and_all_get_its_answer() {
    for fixture in fixtures().await {
        rounds(&fixture, 5).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "a thousand rounds take minutes: cargo test -p store --lib thousand -- --ignored"]
async fn a_thousand_rounds_of_fifty_identical_submissions_have_a_thousand_effects() {
    for fixture in fixtures().await {
        rounds(&fixture, 1000).await;
    }
}

#[tokio::test]
async fn a_key_serves_for_one_request_of_one_principal() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let first = submission("a");
        let Once::Done(answer) = store.append_once(&first, &event("a")).await.unwrap() else { panic!() };
        assert_eq!(store.append_once(&first, &event("a")).await.unwrap(), Once::Replayed(answer));
        let other = Submission { request_sha256: sha256(b"other"), ..first.clone() };
        assert_eq!(store.append_once(&other, &event("b")).await.unwrap(), Once::Mismatch);
        let somebody = Submission { principal: "somebody".to_owned(), ..first };
        let outcome = store.append_once(&somebody, &event("c")).await.unwrap();
        assert!(matches!(outcome, Once::Done(_)), "{outcome:?}");
        assert_eq!(store.verify_chain().await.unwrap().events, 2);
    }
}

#[tokio::test]
async fn a_change_that_fails_leaves_its_key_free() {
    for fixture in fixtures().await {
        let wrong = NewEvent { expected_version: 7, ..event("a") };
        let error = fixture.store.append_once(&submission("a"), &wrong).await.unwrap_err();
        assert!(matches!(error, StoreError::Conflict { .. }), "{error}");
        let outcome = fixture.store.append_once(&submission("a"), &event("a")).await.unwrap();
        assert!(matches!(outcome, Once::Done(_)), "{outcome:?}");
    }
}

#[tokio::test]
async fn answers_are_pruned_but_none_about_money() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let money = Submission { has_money: true, ..submission("money") };
        store.append_once(&submission("a"), &event("a")).await.unwrap();
        store.append_once(&money, &event("money")).await.unwrap();
        let late = Submission { at: noon(60), ..submission("late") };
        store.append_once(&late, &event("late")).await.unwrap();
        assert_eq!(store.prune_idempotency(noon(60)).await.unwrap(), 1);
        for kept in [&money, &late] {
            let outcome = store.append_once(kept, &event(&kept.key)).await.unwrap();
            assert!(matches!(outcome, Once::Replayed(_)), "{outcome:?}");
        }
        let mut statements = vec![
            "UPDATE idempotency SET body = 'x' WHERE key = 'late'".to_owned(),
            "DELETE FROM idempotency WHERE key = 'money'".to_owned(),
        ];
        if fixture.engine() == "SQLite" {
            statements.push("INSERT OR REPLACE INTO idempotency SELECT principal, key, 'x', 200, '', 0, '' FROM idempotency".to_owned());
        } else {
            statements.push("TRUNCATE idempotency".to_owned());
        }
        for statement in statements {
            let error = fixture.execute(&statement).await.expect_err(&statement).to_string();
            assert!(error.contains("never"), "{statement}: {error}");
        }
    }
}

#[tokio::test]
async fn a_submission_that_cannot_be_kept_is_refused() {
    for fixture in fixtures().await {
        for refused in [
            Submission { key: String::new(), ..submission("a") },
            Submission { principal: "a\n".to_owned(), ..submission("a") },
            Submission { request_sha256: "x".to_owned(), ..submission("a") },
        ] {
            let error = fixture.store.append_once(&refused, &event("a")).await.unwrap_err();
            assert!(matches!(error, StoreError::Invalid(_)), "{error}");
        }
    }
}

/// Lets the SQLite file have no more pages than this, or than it has.
async fn limit_pages(store: &Store, most: u32) {
    let mut transaction = store.database.begin_write().await.unwrap();
    let Transaction::Sqlite(connection) = &mut transaction else { panic!("this is about SQLite") };
    let statement = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {most}"));
    sqlx::raw_sql(statement).execute(&mut **connection).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn on_a_full_disk_a_submission_fails_reads_go_on_and_with_space_the_same_key_succeeds() {
    let fixture = fixtures().await.swap_remove(0);
    let store = &fixture.store;
    store.append_once(&submission("a"), &event("a")).await.unwrap();
    limit_pages(store, 1).await;
    let large = NewEvent { payload: json!("x".repeat(500_000)), ..event("large") };
    let small = (0..40).map(|index| {
        let (store, key) = (store.clone(), format!("small-{index}"));
        tokio::spawn(async move { store.append_once(&submission(&key), &event(&key)).await.map(|_| key) })
    });
    let small: Vec<_> = small.collect();
    let error = store.append_once(&submission("large"), &large).await.unwrap_err();
    assert!(matches!(error, StoreError::DiskFull), "{error}");
    let mut events = 1;
    for task in small {
        match task.await.unwrap() {
            Ok(key) => {
                events += 1;
                assert_eq!(store.events_of(&format!("thing:{key}")).await.unwrap().len(), 1);
            }
            Err(error) => {
                assert!(matches!(error, StoreError::DiskFull | StoreError::Unwritable(_)), "{error}");
            }
        }
    }
    assert_eq!(store.events(0, 100).await.unwrap().len(), events);
    limit_pages(store, PAGES_MAX).await;
    let outcome = store.append_once(&submission("large"), &large).await.unwrap();
    assert!(matches!(outcome, Once::Done(_)), "{outcome:?}");
    let outcome = store.append_once(&submission("large"), &large).await.unwrap();
    assert!(matches!(outcome, Once::Replayed(_)), "{outcome:?}");
    assert!(store.verify().await.unwrap().is_whole());
}

/// A step on a stream of its own, by a joined store.
async fn step(store: &Store, stream: &str) -> Result<(), StoreError> {
    store.append(&NewEvent { stream: stream.to_owned(), ..event(stream) }, noon(0)).await.map(drop)
}

#[tokio::test]
async fn the_steps_of_a_joined_store_are_kept_together_with_their_answer() {
    for fixture in fixtures().await {
        let (store, answer) = (&fixture.store, Answer { status: 200, body: "done".to_owned() });
        let joined = store.joined(submission("a")).unwrap();
        step(&joined, "one").await.unwrap();
        step(&joined, "two").await.unwrap();
        assert_eq!(joined.events_of("one").await.unwrap().len(), 1, "what was changed is read inside");
        assert_eq!(store.events_of("one").await.unwrap().len(), 0, "and nowhere else yet");
        assert!(matches!(joined.database.begin_apart().await, Err(StoreError::Busy)));
        let settled = joined.settle(Some(&answer)).await.unwrap();
        assert_eq!(settled, Some(Once::Done(answer.clone())), "{}", fixture.engine());
        let again = store.joined(submission("a")).unwrap();
        assert!(matches!(step(&again, "three").await, Err(StoreError::AnsweredBefore)));
        let settled = again.settle(Some(&answer)).await.unwrap();
        assert_eq!(settled, Some(Once::Replayed(answer.clone())));
        assert_eq!(store.answered(&submission("a")).await.unwrap(), Some(Once::Replayed(answer)));
        let other = Submission { request_sha256: sha256(b"other"), ..submission("a") };
        assert_eq!(store.answered(&other).await.unwrap(), Some(Once::Mismatch));
        assert_eq!(store.events(0, 10).await.unwrap().len(), 2);
        assert!(store.verify().await.unwrap().is_whole());
    }
}

#[tokio::test]
async fn a_step_that_fails_undoes_those_before_it_and_one_that_is_taken_back_does_not() {
    for fixture in fixtures().await {
        let (store, answer) = (&fixture.store, Answer { status: 200, body: String::new() });
        let failed = store.joined(submission("a")).unwrap();
        step(&failed, "one").await.unwrap();
        assert!(step(&failed, "one").await.is_err(), "the version is taken");
        assert!(matches!(step(&failed, "two").await, Err(StoreError::StepLost)));
        assert_eq!(failed.events_of("one").await.unwrap().len(), 0);
        assert_eq!(failed.settle(Some(&answer)).await.unwrap(), None);
        assert_eq!(store.answered(&submission("a")).await.unwrap(), None);
        let mended = store.joined(submission("a")).unwrap();
        step(&mended, "one").await.unwrap();
        let mut transaction = mended.database.begin_write().await.unwrap();
        append_within(&mut transaction, &event("two"), noon(0)).await.unwrap();
        transaction.commit_if(false).await.unwrap();
        step(&mended, "three").await.unwrap();
        assert!(mended.settle(Some(&answer)).await.unwrap().is_some());
        let streams = store.events(0, 10).await.unwrap().into_iter().map(|event| event.stream);
        assert_eq!(streams.collect::<Vec<_>>(), ["one", "three"], "{}", fixture.engine());
        let nothing = store.joined(submission("b")).unwrap();
        assert_eq!(nothing.settle(Some(&answer)).await.unwrap(), None);
        let dropped = store.joined(submission("c")).unwrap();
        step(&dropped, "four").await.unwrap();
        assert_eq!(dropped.settle(None).await.unwrap(), None);
        step(store, "five").await.unwrap();
        assert_eq!(store.events(0, 10).await.unwrap().len(), 3);
    }
}
