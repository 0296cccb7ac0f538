//! Behaviours of the tree, its checkpoints and what is handed out, on every engine at hand.

use super::*;
use crate::testing::{Fixture, fixtures, noon};
use crate::{SQLITE_FILE_NAME, Verification};

/// Appends so many events, `seconds` apart, to the log of `fixture`.
async fn append(fixture: &Fixture, count: i64, seconds: i64) {
    let events = fixture.store.events_of("a").await.unwrap().len() as i64;
    for version in events..events + count {
        let (stream, kind, actor) = ("a".to_owned(), "thing.noted".to_owned(), "tester".to_owned());
        let payload = json!({"text": "温州", "index": version});
        let event = NewEvent { stream, expected_version: version, kind, actor, payload };
        fixture.store.append(&event, noon(version * seconds)).await.unwrap();
    }
}

/// For how many events each checkpoint vouches, and with which hash.
async fn checkpoints(fixture: &Fixture) -> Vec<(i64, String)> {
    query!(fixture.store.database, connection => {
        sqlx::query_as("SELECT size, hash FROM checkpoint ORDER BY size, hash").fetch_all(connection).await.unwrap()
    })
}

async fn sizes(fixture: &Fixture) -> Vec<i64> {
    checkpoints(fixture).await.into_iter().map(|(size, _)| size).collect()
}

async fn faults(fixture: &Fixture, held: &Held) -> Vec<TrailFault> {
    fixture.store.verify_trail(held).await.unwrap().faults
}

#[tokio::test]
async fn ten_events_or_a_minute_bring_a_checkpoint() {
    for fixture in fixtures().await {
        append(&fixture, 25, 1).await;
        assert_eq!(sizes(&fixture).await, [10, 20], "{}", fixture.engine());
        // The first of the five that wait was recorded at second 20.
        assert!(!fixture.store.checkpoint_if_due(noon(79)).await.unwrap());
        assert!(fixture.store.checkpoint_if_due(noon(80)).await.unwrap());
        assert!(!fixture.store.checkpoint_if_due(noon(9999)).await.unwrap(), "nothing waits");
        append(&fixture, 1, 100).await;
        assert!(fixture.store.checkpoint().await.unwrap());
        assert!(!fixture.store.checkpoint().await.unwrap());
        append(&fixture, 2, 200).await;
        assert_eq!(sizes(&fixture).await, [10, 20, 25, 26, 28], "the second of two came after a minute");
        assert_eq!(faults(&fixture, &Held::default()).await, []);
    }
}

#[tokio::test]
async fn the_same_events_give_the_same_checkpoint_on_every_engine() {
    for fixture in fixtures().await {
        append(&fixture, 10, 1).await;
        let note = fixture.store.last_checkpoint(None).await.unwrap().unwrap();
        let checkpoint = Checkpoint::parse(&note.text).unwrap();
        assert_eq!(checkpoint.time, "2026-01-01T12:00:09.000000Z");
        // Recomputed outside Rust from the description in docs/guide/audit.md.
        let expected = "4WC5ZChHXJX2lJ7bnsue6QLMNy8uO6lTFQR5ViU2Wxo=";
        assert_eq!(checkpoint::base64(&checkpoint.root), expected, "{}", fixture.engine());
    }
}

#[tokio::test]
async fn a_log_from_before_there_was_a_tree_gets_it_when_it_is_opened() {
    let older =
        "DROP TABLE event_tree; DROP TABLE checkpoint; DELETE FROM _sqlx_migrations WHERE version = 4";
    for fixture in fixtures().await {
        append(&fixture, 1037, 0).await;
        let before = fixture.store.verify().await.unwrap();
        fixture.execute(older).await.unwrap();
        // An audit of the older database, over its one connection, tells and changes nothing.
        let auditor = Store::open_to_verify(&fixture.location).await.unwrap();
        let found = auditor.verify().await.unwrap();
        assert_eq!(found.schema_faults[0].object, "migration 4", "{}", fixture.engine());
        assert_eq!((found.chain, found.trail.faults.len()), (before.chain.clone(), 1));
        auditor.close().await;
        let again = Store::open(&fixture.location).await.unwrap();
        let found: Verification = again.verify().await.unwrap();
        assert!(found.is_whole(), "{}: {found:?}", fixture.engine());
        assert_eq!((found.trail.root, found.chain), (before.trail.root, before.chain));
        assert_eq!(sizes(&fixture).await, [1037], "one checkpoint vouches for all of it");
        append(&fixture, 10, 0).await;
        assert_eq!(sizes(&fixture).await, [1037, 1047]);
        assert_eq!(faults(&fixture, &Held::default()).await, []);
    }
}

#[tokio::test]
async fn an_empty_log_has_an_empty_tree_and_nothing_to_hand_out() {
    for fixture in fixtures().await {
        let report = fixture.store.verify_trail(&Held::default()).await.unwrap();
        assert_eq!((report.checkpoint_count, report.faults), (0, vec![]));
        assert!(!fixture.store.checkpoint().await.unwrap());
        assert_eq!(fixture.store.last_checkpoint(None).await.unwrap(), None);
        for sequence in [-1, 0, 1] {
            let error = fixture.store.receipt(sequence).await.unwrap_err().to_string();
            assert!(error.contains("no checkpoint vouches") && error.contains("audit checkpoint"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_receipt_convinces_without_the_log_and_agrees_with_it() {
    for fixture in fixtures().await {
        append(&fixture, 25, 1).await;
        for sequence in 1..=20 {
            let receipt = fixture.store.receipt(sequence).await.unwrap();
            let content = receipt.content().unwrap();
            let read = Receipt::parse(&content).unwrap();
            assert_eq!(read.checkpoint().unwrap().size, if sequence <= 10 { 10 } else { 20 });
            assert!(read.event.contains(&format!("\"sequence\":{sequence},")), "{}", read.event);
            let held = Held { receipts: vec![("r".to_owned(), content)], ..Held::default() };
            assert_eq!(faults(&fixture, &held).await, []);
        }
        assert!(fixture.store.receipt(21).await.is_err(), "it waits for its checkpoint");
    }
}

#[tokio::test]
async fn a_checkpoint_is_proved_to_continue_every_older_one_of_its_log_alone() {
    for fixture in fixtures().await {
        append(&fixture, 43, 1).await;
        fixture.store.checkpoint().await.unwrap();
        let of_size = async |size| {
            let note = fixture.store.last_checkpoint(Some(size)).await.unwrap().unwrap();
            Checkpoint::parse(&note.text).unwrap()
        };
        let new = of_size(43).await;
        for size in [10, 20, 30, 40, 43] {
            let old = of_size(size).await;
            let proof = fixture.store.consistency(&old, &new).await.unwrap();
            let read = Consistency::parse(&proof.content()).unwrap();
            assert_eq!(read.fault(&old, &new), None);
            let other = Checkpoint { root: [0; 32], ..old.clone() };
            assert!(read.fault(&other, &new).is_some());
            assert!(fixture.store.consistency(&other, &new).await.is_err());
            let other = Checkpoint { origin: "liangjian/other".to_owned(), ..old };
            assert!(read.fault(&other, &new).unwrap().contains("different logs"));
        }
        assert!(fixture.store.consistency(&new, &of_size(10).await).await.is_err());
    }
}

#[tokio::test]
async fn the_hash_of_the_tree_can_be_changed_and_both_checkpoints_stay_true() {
    for fixture in fixtures().await {
        append(&fixture, 12, 1).await;
        assert!(fixture.store.choose_tree_hash(TreeHash::Sm3, "tester", noon(20)).await.unwrap());
        assert!(!fixture.store.choose_tree_hash(TreeHash::Sm3, "tester", noon(21)).await.unwrap());
        append(&fixture, 10, 1).await;
        let of = |size, hash: &str| (size, hash.to_owned());
        let expected = [of(10, "sha256"), of(13, "sha256"), of(13, "sm3"), of(23, "sm3")];
        assert_eq!(checkpoints(&fixture).await, expected, "{}", fixture.engine());
        let found = fixture.store.verify().await.unwrap();
        assert!(found.is_whole(), "{found:?}");
        assert_eq!(found.trail.hash, "sm3");
        assert_eq!(fixture.store.events_of(STREAM).await.unwrap()[0].payload, json!({"hash": "sm3"}));
        assert_eq!(fixture.store.receipt(3).await.unwrap().checkpoint().unwrap().hash, TreeHash::Sm3);
    }
}

#[tokio::test]
async fn neither_engine_changes_deletes_or_replaces_tree_or_checkpoint() {
    for fixture in fixtures().await {
        append(&fixture, 15, 1).await;
        let mut statements = vec![
            "UPDATE event_tree SET size = 3",
            "UPDATE event_tree SET checkpoint_size = 3",
            "DELETE FROM event_tree",
            "UPDATE checkpoint SET text = 'x'",
            "DELETE FROM checkpoint",
        ];
        statements.extend(match fixture.engine() {
            "PostgreSQL" => ["TRUNCATE event_tree", "TRUNCATE checkpoint"],
            _ => [
                "INSERT OR REPLACE INTO event_tree VALUES (1, 'sha256', 0, '', 0, '')",
                "INSERT OR REPLACE INTO checkpoint VALUES (10, 'sha256', 'x')",
            ],
        });
        for statement in statements {
            let error = fixture.execute(statement).await.expect_err(statement).to_string();
            assert!(error.contains("never"), "{statement}: {error}");
        }
    }
}

#[tokio::test]
async fn a_tree_or_a_checkpoint_that_was_tampered_with_is_found() {
    let cases = [
        ("UPDATE event_tree SET size = 24, nodes = ''", "the tree", "cannot be read"),
        ("UPDATE event_tree SET size = 0, nodes = ''", "the tree", "over 0 events"),
        ("UPDATE event_tree SET checkpoint_size = 25", "the tree", "the last is over 20"),
        ("UPDATE event_tree SET waiting_since = ''", "the tree", "since when"),
        ("DELETE FROM event_tree", "the tree", "missing"),
        ("DROP TABLE checkpoint", "the tree", "cannot be read"),
        ("DELETE FROM checkpoint WHERE size = 20", "the tree", "the last is over 10"),
        ("UPDATE checkpoint SET text = 'x' WHERE size = 20", "checkpoint 20", "no checkpoint"),
        ("UPDATE checkpoint SET text = replace(text, ':19.', ':18.')", "checkpoint 20", "its time is"),
        ("UPDATE checkpoint SET size = 21 WHERE size = 20", "checkpoint 21", "another size"),
        (
            "INSERT INTO checkpoint SELECT 30, hash, replace(text, '20', '30') FROM checkpoint WHERE size = 20",
            "checkpoint 30",
            "the log has 25",
        ),
    ];
    for (statement, place, hint) in cases {
        for fixture in fixtures().await {
            append(&fixture, 25, 1).await;
            fixture.tamper(statement).await;
            let faults = faults(&fixture, &Held::default()).await;
            let is_found = faults.iter().any(|fault| fault.place == place && fault.what.contains(hint));
            assert!(is_found, "{} {statement}: {faults:?}", fixture.engine());
        }
    }
    for fixture in fixtures().await {
        append(&fixture, 45, 1).await;
        fixture.tamper("DELETE FROM checkpoint WHERE size = 20").await;
        let faults = faults(&fixture, &Held::default()).await;
        assert!(faults[0].what.contains("it follows checkpoint 10"), "{faults:?}");
    }
}

#[tokio::test]
async fn checkpoints_become_files_once_and_signatures_below_them_stay() {
    for fixture in fixtures().await {
        let data = tempfile::tempdir().unwrap();
        append(&fixture, 25, 1).await;
        assert_eq!(checkpoint_files(data.path()).unwrap(), []);
        assert_eq!(fixture.store.publish_checkpoints(data.path(), 0).await.unwrap(), 20);
        let files = checkpoint_files(data.path()).unwrap();
        assert_eq!(files.len(), 2);
        assert!(files[1].0.ends_with("checkpoints/000000000020-sha256.txt"), "{}", files[1].0);
        let mut note = Note::parse(&files[1].1).unwrap();
        let key = SigningKey::new("witness", [1; 32]).unwrap();
        key.sign(&mut note);
        std::fs::write(&files[1].0, note.content()).unwrap();
        append(&fixture, 10, 1).await;
        assert_eq!(fixture.store.publish_checkpoints(data.path(), 0).await.unwrap(), 30);
        let published = checkpoint_files(data.path()).unwrap();
        assert_eq!((published.len(), &published[1].1), (3, &note.content()));
        let signed = vec![("signed".to_owned(), note.content()), ("unsigned".to_owned(), files[0].1.clone())];
        let held = Held { published, checkpoints: signed, witnesses: vec![key.public()], ..Held::default() };
        let faults = faults(&fixture, &held).await;
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!((faults[0].place.as_str(), faults[0].what.contains("of witness")), ("unsigned", true));
    }
}

#[tokio::test]
async fn a_checkpoint_of_another_log_and_what_is_none_are_told() {
    let fixture = fixtures().await.swap_remove(0);
    append(&fixture, 10, 1).await;
    let other = fixtures().await.swap_remove(0);
    other.store.choose_tree_hash(TreeHash::Sm3, "tester", noon(0)).await.unwrap();
    let foreign = other.store.last_checkpoint(None).await.unwrap().unwrap().content();
    let checkpoints = [("foreign", foreign.as_str()), ("empty", ""), ("binary", "\u{fffd}\0\n\n\n")]
        .map(|(n, c)| (n.to_owned(), c.to_owned()));
    let receipts = vec![("torn".to_owned(), "liangjian-receipt-1\nindex 1".to_owned())];
    let held = Held { checkpoints: checkpoints.to_vec(), receipts, ..Held::default() };
    let faults = faults(&fixture, &held).await;
    let places: Vec<&str> = faults.iter().map(|fault| fault.place.as_str()).collect();
    assert_eq!(places, ["binary", "empty", "torn", "foreign"]);
    assert!(faults[3].what.contains("its origin is"), "{faults:?}");
}

#[tokio::test]
async fn a_copy_of_the_data_folder_is_the_same_log() {
    let fixture = fixtures().await.swap_remove(0);
    append(&fixture, 25, 1).await;
    fixture.store.close().await;
    let crate::Location::Sqlite(folder) = &fixture.location else { panic!("the first one is SQLite") };
    let copy = tempfile::tempdir().unwrap();
    std::fs::copy(folder.join(SQLITE_FILE_NAME), copy.path().join(SQLITE_FILE_NAME)).unwrap();
    let store = Store::open_to_verify(&crate::Location::Sqlite(copy.path().to_owned())).await.unwrap();
    assert!(store.verify().await.unwrap().is_whole());
    assert!(store.receipt(20).await.is_ok(), "a receipt needs no right to write");
}

#[tokio::test]
async fn checkpoints_are_handed_out_with_the_signatures_of_their_files() {
    for fixture in fixtures().await {
        append(&fixture, 25, 1).await;
        fixture.store.checkpoint().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        fixture.store.publish_checkpoints(folder.path(), 0).await.unwrap();
        let sizes = |notes: Vec<Note>| -> Vec<u64> {
            notes.iter().map(|note| Checkpoint::parse(&note.text).unwrap().size).collect()
        };
        assert_eq!(sizes(fixture.store.checkpoints(None, 9).await.unwrap()), [25, 20, 10]);
        assert_eq!(sizes(fixture.store.checkpoints(Some(25), 1).await.unwrap()), [20]);
        assert_eq!(fixture.store.checkpoint_of(19, None).await.unwrap(), None);

        let plain = fixture.store.checkpoint_of(20, None).await.unwrap().unwrap();
        assert_eq!(plain.clone().with_signatures(folder.path()), plain);
        let mut signed = plain.clone();
        SigningKey::new("witness", [1; 32]).unwrap().sign(&mut signed);
        let file = folder.path().join(CHECKPOINT_FOLDER).join(file::file_name(20, "sha256"));
        std::fs::write(&file, signed.content()).unwrap();
        let read = plain.clone().with_signatures(folder.path());
        assert_eq!((read.signers(), read.content()), (vec!["witness"], signed.content()));
        // A file that says something else counts for nothing.
        std::fs::write(&file, signed.content().replacen("\n20\n", "\n21\n", 1)).unwrap();
        assert_eq!(plain.clone().with_signatures(folder.path()), plain);
    }
}

#[tokio::test]
async fn two_checkpoints_of_one_size_are_told_apart_by_their_hash() {
    for fixture in fixtures().await {
        append(&fixture, 3, 1).await;
        fixture.store.choose_tree_hash(TreeHash::Sm3, "tester", noon(9)).await.unwrap();
        let hash_of = async |hash| {
            let note = fixture.store.checkpoint_of(4, hash).await.unwrap().unwrap();
            Checkpoint::parse(&note.text).unwrap().hash
        };
        assert_eq!(hash_of(None).await, TreeHash::Sm3, "the one in use");
        assert_eq!(hash_of(Some(TreeHash::Sha256)).await, TreeHash::Sha256);
        assert_eq!(hash_of(Some(TreeHash::Sm3)).await, TreeHash::Sm3);
    }
}

#[tokio::test]
async fn a_watch_sees_how_far_checkpoints_follow_the_log() {
    for fixture in fixtures().await {
        append(&fixture, 3, 1).await;
        let state = fixture.store.trail_state().await.unwrap();
        assert_eq!((state.events, state.in_tree, state.waiting), (3, 3, 3));
        let most = chrono::TimeDelta::minutes(5);
        assert!(!state.is_behind(noon(300), most));
        assert!(state.is_behind(noon(301), most));
        fixture.store.checkpoint().await.unwrap();
        let state = fixture.store.trail_state().await.unwrap();
        assert_eq!((state.waiting, state.waiting_since), (0, None));
        assert!(!state.is_behind(noon(99_999), most));
        assert!(TrailState { in_tree: 2, ..state }.is_behind(noon(0), most));
    }
}
