//! Probes, and a disk that is full.

use crate::testing::{fixtures, noon};
use crate::{NewEvent, StoreError};
use serde_json::json;

fn event(version: i64, bytes: usize) -> NewEvent {
    NewEvent {
        stream: "thing".to_owned(),
        expected_version: version,
        kind: "thing.noted".to_owned(),
        actor: "tester".to_owned(),
        payload: json!({ "text": "x".repeat(bytes) }),
    }
}

#[tokio::test]
async fn a_probe_leaves_nothing_behind() {
    for fixture in fixtures().await {
        for _ in 0..2 {
            fixture.store.probe_writing().await.unwrap();
        }
        assert!(fixture.store.take_challenge("probe", "probe", noon(0)).await.unwrap().is_none());
        assert!(fixture.store.verify().await.unwrap().is_whole());
    }
}

#[tokio::test]
async fn on_a_full_disk_nothing_is_half_done_and_the_writer_goes_on_when_there_is_space() {
    let fixture = fixtures().await.swap_remove(0);
    let store = &fixture.store;
    store.append(&event(0, 10), noon(0)).await.unwrap();
    store.set_disk_full(true).await.unwrap();
    let error = store.probe_writing().await.unwrap_err();
    assert!(matches!(error, StoreError::DiskFull), "{error}");
    // After a failure the writer may have opened the file anew, without the limit.
    store.set_disk_full(true).await.unwrap();
    let error = store.append(&event(1, 500_000), noon(1)).await.unwrap_err();
    assert!(matches!(error, StoreError::DiskFull), "{error}");
    assert_eq!(store.events(0, 10).await.unwrap().len(), 1);
    store.set_disk_full(false).await.unwrap();
    store.append(&event(1, 500_000), noon(2)).await.unwrap();
    store.probe_writing().await.unwrap();
    assert!(store.verify().await.unwrap().is_whole());
}
