//! What somebody changes behind the program's back is found, on every engine at hand.

use super::*;
use crate::testing::fixtures;

#[tokio::test]
async fn whatever_is_changed_in_the_rows_of_a_case_is_found() {
    for (statement, hint) in [
        ("UPDATE case_file SET title = '别的' WHERE serial = 1", "its head"),
        ("UPDATE case_file SET firm = '91330300MA11111111' WHERE serial = 1", "its head"),
        ("UPDATE case_file SET filed_by = 'other' WHERE serial = 1", "its head"),
        ("UPDATE case_file SET assigned = 'fire' WHERE serial = 1", "its head"),
        ("UPDATE case_file SET unit_due = '2027-01-01' WHERE serial = 1", "its head"),
        ("UPDATE case_file SET keep_until = '2020-01-01' WHERE serial = 1", "its head"),
        ("UPDATE case_file SET state = replace(state, 'tax', 'fire') WHERE serial = 1", "its state"),
        ("UPDATE case_file SET state = '{' WHERE serial = 1", "its state"),
        ("UPDATE case_file SET salt = 'x' WHERE serial = 1", "its head"),
        ("UPDATE case_file SET revision = 9 WHERE serial = 1", "its revision"),
        ("UPDATE case_file SET erased_at = '2026-01-01T00:00:00Z' WHERE serial = 1", "it is erased"),
        ("UPDATE case_step SET data = replace(data, '用电', '用水') WHERE case_serial = 1", "its step 1"),
        ("UPDATE case_step SET person = 'other' WHERE case_serial = 1 AND position = 2", "its step 2"),
        ("UPDATE case_step SET effects = '{}' WHERE case_serial = 1 AND position = 2", "its step 2"),
        ("DELETE FROM case_step WHERE case_serial = 1 AND position = 2", "it has 1 steps"),
        ("UPDATE case_organization SET part = 'former' WHERE case_serial = 1", "its organisations"),
        ("INSERT INTO case_organization VALUES (1, 'spy', 'lead', 0, '9999', '')", "its organisations"),
        ("UPDATE case_attachment SET name = 'x' WHERE case_serial = 1", "its attachment 1"),
        ("UPDATE case_attachment SET bytes = 'x' WHERE case_serial = 1", "the bytes of its attachment 1"),
        ("DELETE FROM case_attachment WHERE case_serial = 1", "it has 0 attachments"),
    ] {
        for fixture in fixtures().await {
            let store = &fixture.store;
            let head = go(store, open(store, filed("one", FILED)).await, &[SENT]).await;
            let new = NewAttachment {
                case: head.id.clone(),
                revision: head.revision,
                field: String::new(),
                name: "a.txt".to_owned(),
                media_type: "text/plain".to_owned(),
                bytes: b"a".to_vec(),
                person: "owner".to_owned(),
            };
            store.add_attachment(&procedures(), new, &deed("owner")).await.unwrap();
            assert_eq!(store.verify_cases().await.unwrap(), []);
            let statement = match fixture.engine() {
                "SQLite" => statement.replace("bytes = 'x'", "bytes = x'00'"),
                _ => statement.to_owned(),
            };
            fixture.tamper(&statement).await;
            let faults = store.verify_cases().await.unwrap();
            let is_found = faults.iter().any(|fault| fault.case == head.number && fault.what.contains(hint));
            assert!(is_found, "{} {statement}: {faults:?}", fixture.engine());
        }
    }
}

#[tokio::test]
async fn a_case_that_was_deleted_or_slipped_in_is_found() {
    for fixture in fixtures().await {
        let store = &fixture.store;
        let one = open(store, filed("one", FILED)).await;
        let two = open(store, filed("two", FILED)).await;
        let words = if fixture.engine() == "SQLite" { "rowid" } else { "case_serial" };
        let delete = format!(
            "DELETE FROM case_notice WHERE case_serial = 1; DELETE FROM case_step WHERE case_serial = 1;
             DELETE FROM case_words WHERE {words} = 1; DELETE FROM case_file WHERE serial = 1;
             UPDATE case_file SET id = 'other' WHERE serial = 2"
        );
        fixture.tamper(&delete).await;
        let faults = store.verify_cases().await.unwrap();
        let told: Vec<String> =
            faults.iter().map(|fault| format!("{}: {}", fault.case, fault.what)).collect();
        assert_eq!(
            told,
            [
                format!("{}: it was opened and is gone", one.id),
                format!("{}: it was opened and is gone", two.id),
                format!("{}: it stands here and was never opened", two.number),
            ]
        );
        assert!(!store.verify().await.unwrap().is_whole());
        fixture.execute("ALTER TABLE case_step RENAME TO taken_away").await.unwrap();
        assert_eq!(store.verify_cases().await.unwrap()[0].case, "(all)");
    }
}

#[tokio::test]
async fn triggers_keep_cases_and_steps_from_being_deleted_or_rewritten() {
    for fixture in fixtures().await {
        open(&fixture.store, filed("one", FILED)).await;
        for statement in [
            "DELETE FROM case_step",
            "DELETE FROM case_file",
            "UPDATE case_file SET number = 'x'",
            "UPDATE case_file SET mechanism = 'report'",
            "UPDATE case_step SET data = '{}'",
            "UPDATE case_step SET data = '', person = '', step = 'x'",
        ] {
            assert!(fixture.execute(statement).await.is_err(), "{} {statement}", fixture.engine());
        }
    }
}
