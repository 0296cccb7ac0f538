//! Opening a database: first start, second start, and what cannot be opened.

use crate::testing::{fixtures, noon, small_text};
use crate::{Location, Store, StoreError};
use std::path::PathBuf;

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
    let error = refusal(silent).await;
    assert!(matches!(error, StoreError::Unreachable(_)), "{error}");
    assert!(!error.to_string().contains("secret"));
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
