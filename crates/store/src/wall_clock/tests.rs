//! Clocks that leap, and what becomes of the log under them.

use super::*;
use crate::Store;
use crate::testing::{fixtures, noon};

const DAY: i64 = 86_400;

async fn record(store: &Store, seconds: i64) {
    let deed = Deed::of_operator(noon(seconds));
    let mut transaction = store.database.begin_write().await.unwrap();
    deed.record(&mut transaction, "thing".to_owned(), "thing.done", json!({})).await.unwrap();
    transaction.commit().await.unwrap();
}

#[tokio::test]
async fn a_clock_is_believed_from_ten_minutes_before_the_last_event_to_a_quarter_after_it() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        for seconds in [-100 * 365 * DAY, 0, 100 * 365 * DAY] {
            assert_eq!(store.clock_state(noon(seconds)).await.unwrap(), ClockState::Sound, "an empty log");
        }
        record(store, 0).await;
        for (seconds, expected) in [
            (-30 * 365 * DAY, "behind"),
            (-601, "behind"),
            (-600, "ok"),
            (0, "ok"),
            (92 * DAY, "ok"),
            (92 * DAY + 1, "ahead"),
            (20 * 365 * DAY, "ahead"),
        ] {
            let state = store.clock_state(noon(seconds)).await.unwrap();
            assert_eq!(state.name(), expected, "{} {seconds}", fixture.engine());
            assert_eq!(store.believe_clock(noon(seconds)).await.is_ok(), expected == "ok");
        }
        let told = store.believe_clock(noon(20 * 365 * DAY)).await.unwrap_err().to_string();
        assert!(told.contains("2026-01-01") && told.contains("clock-is-right"), "{told}");
    }
}

#[tokio::test]
async fn a_clock_that_leapt_and_was_put_right_is_believed_once_somebody_says_so() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        record(store, 0).await;
        // It leaps, something is recorded, and it is put right.
        record(store, 80 * DAY).await;
        assert_eq!(store.clock_state(noon(60)).await.unwrap().name(), "behind");
        store.confirm_clock(&Deed::of_operator(noon(60))).await.unwrap();
        assert_eq!(store.clock_state(noon(60)).await.unwrap(), ClockState::Sound);
        record(store, 120).await;
        assert_eq!(store.clock_state(noon(3 * DAY)).await.unwrap(), ClockState::Sound);
        assert_eq!(store.clock_state(noon(-DAY)).await.unwrap().name(), "behind", "not before that either");
        // Once the time of the log has gone on, it counts again.
        record(store, 81 * DAY).await;
        assert_eq!(store.clock_state(noon(3 * DAY)).await.unwrap().name(), "behind");
        assert!(store.verify().await.unwrap().is_whole());
    }
}

#[tokio::test]
async fn after_a_long_rest_the_clock_is_believed_once_somebody_says_so() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        record(store, 0).await;
        assert_eq!(store.clock_state(noon(400 * DAY)).await.unwrap().name(), "ahead");
        store.confirm_clock(&Deed::of_operator(noon(400 * DAY))).await.unwrap();
        assert_eq!(store.clock_state(noon(401 * DAY)).await.unwrap(), ClockState::Sound);
        let events = store.events(0, 10).await.unwrap();
        let last = events.last().unwrap();
        assert_eq!(
            (last.stream.as_str(), last.kind.as_str(), last.actor.as_str()),
            (STREAM, "clock.confirmed", "operator")
        );
    }
}
