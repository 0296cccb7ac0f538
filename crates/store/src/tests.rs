//! Opening a database: first start, second start, what cannot be opened, and opening to verify.

use crate::database::Transaction;
use crate::testing::{Fixture, fixtures, noon, small_text};
use crate::{Location, Store, StoreError};
use sqlx::Connection;
use std::path::{Path, PathBuf};

async fn refusal(location: Location) -> StoreError {
    Store::open(&location).await.err().expect("this location cannot be opened")
}

#[tokio::test]
async fn a_second_start_finds_what_the_first_one_wrote() {
    for fixture in fixtures().await {
        fixture.store.import_official_text(&small_text("one"), "tester", noon(0)).await.unwrap();
        fixture.store.close().await;
        let again = Store::open(&fixture.location).await.unwrap();
        assert_eq!(again.official_texts().await.unwrap().len(), 1, "{}", fixture.engine());
        assert_eq!(again.verify_chain().await.unwrap().events, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_programs_may_start_on_one_empty_location_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite(folder.path().join("deep/data"));
    let starts: Vec<_> = (0..6)
        .map(|_| {
            let location = location.clone();
            tokio::spawn(async move { Store::open(&location).await })
        })
        .collect();
    for start in starts {
        if let Err(error) = start.await.unwrap() {
            panic!("{error}");
        }
    }
}

#[tokio::test]
async fn a_database_of_a_newer_program_is_refused() {
    for fixture in fixtures().await {
        let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
                     SELECT 9999, 'later', success, checksum, 1 FROM _sqlx_migrations WHERE version = 1";
        fixture.execute(newer).await.unwrap();
        let error = refusal(fixture.location).await;
        assert!(matches!(error, StoreError::NewerDatabase(9999)), "{error}");
        assert!(error.to_string().contains("newer than this program"));
    }
}

#[tokio::test]
async fn a_data_folder_that_is_a_file_is_refused_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data");
    std::fs::write(&file, "no folder").unwrap();
    let error = refusal(Location::Sqlite(file.clone())).await;
    assert!(matches!(error, StoreError::DataFolder { .. }), "{error}");
    assert!(error.to_string().contains(&file.display().to_string()), "{error}");
    // Not even the superuser can create folders here.
    let error = refusal(Location::Sqlite(PathBuf::from("/proc/liangjian"))).await;
    assert!(matches!(error, StoreError::DataFolder { .. }), "{error}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("liangjian.sqlite");
    std::fs::write(&file, "this is no database, and long enough to be read as a header of one").unwrap();
    let error = refusal(Location::Sqlite(folder.path().to_owned())).await;
    assert!(matches!(error, StoreError::DamagedFile(_)), "{error}");
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("this is no database"));
}

#[tokio::test]
async fn a_server_that_does_not_answer_and_a_malformed_address_are_told_apart() {
    let silent = Location::Postgres("postgres://nobody:secret@127.0.0.1:1/liangjian".to_owned());
    for error in [Store::open_to_verify(&silent).await.err().unwrap(), refusal(silent).await] {
        assert!(matches!(error, StoreError::Unreachable(_)), "{error}");
        assert!(!error.to_string().contains("secret"));
    }
    let error = refusal(Location::Postgres("localhost".to_owned())).await;
    assert!(matches!(error, StoreError::Address(_)), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_data_folder_is_closed_to_other_users() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    Store::open(&Location::Sqlite(data.clone())).await.unwrap();
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    assert!(data.join("liangjian.sqlite").is_file());
}

/// Every file of a folder with its bytes.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .collect();
    files.sort();
    files
}

/// A closed SQLite database with one text, and the folder it is in.
async fn closed() -> (Fixture, PathBuf) {
    let fixture = fixtures().await.swap_remove(0);
    fixture.store.import_official_text(&small_text("one"), "tester", noon(0)).await.unwrap();
    fixture.store.close().await;
    let Location::Sqlite(folder) = fixture.location.clone() else { panic!("the first one is SQLite") };
    (fixture, folder)
}

#[tokio::test]
async fn a_verification_writes_nothing_and_makes_no_file() {
    let (fixture, folder) = closed().await;
    let before = contents(&folder);
    let store = Store::open_to_verify(&fixture.location).await.unwrap();
    let found = store.verify().await.unwrap();
    assert!(found.is_whole(), "{found:?}");
    assert_eq!((found.chain.events, found.text_count), (1, 1));
    let error = store.import_official_text(&small_text("two"), "tester", noon(9)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unwritable(_)), "{error}");
    store.close().await;
    assert_eq!(contents(&folder), before);
}

#[tokio::test]
async fn a_database_in_use_is_verified_with_what_its_log_holds() {
    for fixture in fixtures().await {
        fixture.store.import_official_text(&small_text("one"), "tester", noon(0)).await.unwrap();
        let store = Store::open_to_verify(&fixture.location).await.unwrap();
        let found = store.verify().await.unwrap();
        assert!(found.is_whole(), "{} {found:?}", fixture.engine());
        assert_eq!(found.chain.events, 1);
        store.close().await;
        // The one who has it open goes on.
        fixture.store.import_official_text(&small_text("two"), "tester", noon(1)).await.unwrap();
    }
}

#[tokio::test]
async fn a_database_left_by_a_crash_is_verified_and_its_file_stays_as_it_was() {
    let fixture = fixtures().await.swap_remove(0);
    fixture.store.import_official_text(&small_text("one"), "tester", noon(0)).await.unwrap();
    let Location::Sqlite(folder) = &fixture.location else { panic!("the first one is SQLite") };
    let copy = tempfile::tempdir().unwrap();
    for name in ["liangjian.sqlite", "liangjian.sqlite-wal"] {
        std::fs::copy(folder.join(name), copy.path().join(name)).unwrap();
    }
    let files = |folder| contents(folder).into_iter().filter(|(name, _)| !name.ends_with("-shm"));
    let before: Vec<_> = files(copy.path()).collect();
    assert!(before[1].1.len() > 1000, "the log holds what was imported");
    let store = Store::open_to_verify(&Location::Sqlite(copy.path().to_owned())).await.unwrap();
    let found = store.verify().await.unwrap();
    assert!(found.is_whole() && found.chain.events == 1, "{found:?}");
    store.close().await;
    assert_eq!(files(copy.path()).collect::<Vec<_>>(), before);
}

#[tokio::test]
async fn a_file_that_changes_while_it_is_verified_is_no_verdict() {
    let (fixture, _folder) = closed().await;
    let store = Store::open_to_verify(&fixture.location).await.unwrap();
    let other = Store::open(&fixture.location).await.unwrap();
    other.import_official_text(&small_text("two"), "tester", noon(1)).await.unwrap();
    other.close().await;
    let outcome = store.verify().await;
    assert!(matches!(outcome, Err(StoreError::Busy)), "{outcome:?}");
}

#[tokio::test]
async fn where_there_is_nothing_of_ours_a_verification_says_so_and_makes_nothing() {
    let empty = tempfile::tempdir().unwrap();
    let cases: [(&str, Option<&[u8]>, &str); 2] =
        [("missing", None, "does not exist"), ("zero", Some(b""), "is empty")];
    for (name, bytes, hint) in cases {
        let folder = empty.path().join(name);
        if let Some(bytes) = bytes {
            std::fs::create_dir(&folder).unwrap();
            std::fs::write(folder.join("liangjian.sqlite"), bytes).unwrap();
        }
        let error = Store::open_to_verify(&Location::Sqlite(folder.clone())).await.err().unwrap();
        assert!(matches!(error, StoreError::NoDatabase { .. }), "{error}");
        let message = error.to_string();
        assert!(message.contains("no Liangjian database") && message.contains(hint), "{message}");
        assert!(message.contains(&folder.display().to_string()), "{message}");
        assert_eq!(folder.exists(), bytes.is_some());
    }
    let folder = empty.path().join("zero");
    assert_eq!(contents(&folder), [("liangjian.sqlite".to_owned(), Vec::new())]);
}

#[tokio::test]
async fn a_file_that_is_no_database_is_no_database_to_a_verification_either() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(
        folder.path().join("liangjian.sqlite"),
        "plain words, more of them than a header has, and on",
    )
    .unwrap();
    let before = contents(folder.path());
    let error = Store::open_to_verify(&Location::Sqlite(folder.path().to_owned())).await.err().unwrap();
    assert!(matches!(error, StoreError::DamagedFile(_)), "{error}");
    assert!(error.to_string().contains(&folder.path().display().to_string()), "{error}");
    assert_eq!(contents(folder.path()), before);
}

#[tokio::test]
async fn the_database_of_another_program_is_refused_and_left_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("liangjian.sqlite");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    let tables = "CREATE TABLE contacts (a); CREATE TABLE _sqlx_migrations (version)";
    sqlx::raw_sql(tables).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let before = contents(folder.path());
    let location = Location::Sqlite(folder.path().to_owned());
    for error in [refusal(location.clone()).await, Store::open_to_verify(&location).await.err().unwrap()] {
        let message = error.to_string();
        assert!(message.contains(&file.display().to_string()) && message.contains("contacts"), "{message}");
        assert!(message.contains("another program"), "{message}");
        assert_eq!(contents(folder.path()), before);
    }
}

#[tokio::test]
async fn a_postgresql_database_without_our_tables_is_no_database_of_ours() {
    let Some(fixture) = fixtures().await.into_iter().nth(1) else { return };
    let tables = "DROP TABLE official_clause, official_text, event_tree, checkpoint, event_head, event, _sqlx_migrations";
    fixture.execute(tables).await.unwrap();
    let error = Store::open_to_verify(&fixture.location).await.err().unwrap();
    assert!(matches!(error, StoreError::NoDatabase { .. }), "{error}");
    // Nothing was made.
    let error = fixture.execute("SELECT * FROM event").await.unwrap_err();
    assert!(error.to_string().contains("does not exist"), "{error}");
}

#[tokio::test]
async fn what_cannot_be_read_is_a_fault_and_not_the_end_of_the_verification() {
    for fixture in fixtures().await {
        fixture.store.import_official_text(&small_text("one"), "tester", noon(0)).await.unwrap();
        fixture.tamper("UPDATE official_text SET imported_at = 'x'; DROP TABLE event_head").await;
        let error = fixture.store.official_texts().await.unwrap_err();
        assert!(matches!(error, StoreError::Damaged(_)), "{error}");
        let found = fixture.store.verify().await.unwrap();
        assert!(!found.is_whole() && !found.schema_faults.is_empty());
        assert!(found.chain.faults[0].what.contains("cannot be read"), "{:?}", found.chain);
        assert_eq!(found.text_faults[0].what, "its time of import is not that of event 1");
    }
    let fixture = fixtures().await.swap_remove(0);
    fixture.store.import_official_text(&small_text("one"), "tester", noon(0)).await.unwrap();
    fixture.tamper("UPDATE event SET payload = CAST(x'ff' AS TEXT); UPDATE official_text SET title = CAST(x'ff' AS TEXT)").await;
    let found = fixture.store.verify().await.unwrap();
    assert!(found.chain.faults[0].what.contains("cannot be read"), "{:?}", found.chain);
    assert!(found.text_faults[0].what.contains("cannot be read"), "{:?}", found.text_faults);
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_file_is_closed_to_other_users_in_an_existing_folder_too() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let store = Store::open(&Location::Sqlite(folder.path().to_owned())).await.unwrap();
    store.import_official_text(&small_text("one"), "tester", noon(0)).await.unwrap();
    for name in ["liangjian.sqlite", "liangjian.sqlite-wal", "liangjian.sqlite-shm"] {
        let mode = std::fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn our_own_connections_let_no_replacement_pass_the_triggers() {
    let fixture = fixtures().await.swap_remove(0);
    let Transaction::Sqlite(mut transaction) = fixture.store.database.begin_write().await.unwrap() else {
        panic!("the first one is SQLite")
    };
    let on: bool =
        sqlx::query_scalar("PRAGMA recursive_triggers").fetch_one(&mut *transaction).await.unwrap();
    assert!(on);
}
