//! Changed definitions are found, on every engine at hand.

use super::*;
use crate::testing::{Fixture, fixtures, noon, small_text};

async fn faults(fixture: &Fixture) -> Vec<SchemaFault> {
    fixture.store.verify_schema().await.unwrap()
}

/// Runs statements, and asserts that exactly these objects are found.
async fn assert_found(fixture: &Fixture, statements: &str, objects: &[&str]) {
    fixture.execute(statements).await.unwrap();
    let faults = faults(fixture).await;
    let found: Vec<&str> = faults.iter().map(|fault| fault.object.as_str()).collect();
    assert_eq!(found, objects, "{} {statements}: {faults:?}", fixture.engine());
}

#[tokio::test]
async fn a_database_as_the_migrations_made_it_has_no_fault() {
    for fixture in fixtures().await {
        assert_eq!(faults(&fixture).await, [], "{}", fixture.engine());
        fixture.store.import_official_text(&small_text("one"), "tester", noon(0)).await.unwrap();
        if fixture.engine() == "SQLite" {
            fixture.execute("ANALYZE; VACUUM").await.unwrap();
        }
        assert_eq!(faults(&fixture).await, [], "{}", fixture.engine());
    }
}

#[tokio::test]
async fn a_changed_definition_in_a_sqlite_file_is_found() {
    let cases: [(&str, &[&str]); 9] = [
        ("DROP TRIGGER event_is_never_changed", &["trigger event_is_never_changed"]),
        (
            "DROP TRIGGER event_is_never_deleted;
             CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event BEGIN SELECT 1; END",
            &["trigger event_is_never_deleted"],
        ),
        ("CREATE TRIGGER t AFTER INSERT ON event BEGIN SELECT 1; END", &["trigger t"]),
        ("CREATE TABLE other (a)", &["table other"]),
        ("CREATE INDEX other ON event (actor)", &["index other"]),
        ("ALTER TABLE event ADD COLUMN other TEXT", &["table event"]),
        ("PRAGMA user_version = 9", &["number user_version"]),
        (
            "DROP TABLE official_clause",
            &[
                "index sqlite_autoindex_official_clause_1",
                "index sqlite_autoindex_official_clause_2",
                "table official_clause",
                "trigger official_clause_is_never_changed",
                "trigger official_clause_is_never_deleted",
                "trigger official_clause_is_never_replaced",
            ],
        ),
        (
            "ALTER TABLE event_head RENAME TO kept; CREATE VIEW event_head AS SELECT * FROM kept",
            &[
                "table event_head", "trigger event_head_is_never_deleted",
                "trigger event_head_is_never_replaced", "trigger event_head_only_advances",
                "trigger event_only_continues_the_log", "table kept", "view event_head",
            ],
        ),
    ];
    for (statements, objects) in cases {
        let fixture = fixtures().await.swap_remove(0);
        assert_found(&fixture, statements, objects).await;
    }
}

#[tokio::test]
async fn a_changed_definition_in_postgresql_is_found() {
    let cases: [(&str, &[&str]); 11] = [
        ("DROP TRIGGER event_is_never_changed ON event", &["trigger event.event_is_never_changed"]),
        (
            "ALTER TABLE event DISABLE TRIGGER event_is_never_changed",
            &["trigger event.event_is_never_changed"],
        ),
        (
            "CREATE OR REPLACE FUNCTION refuse_change_of_event_log() RETURNS trigger LANGUAGE plpgsql
             AS $$ BEGIN RETURN NEW; END $$",
            &["function refuse_change_of_event_log()"],
        ),
        ("CREATE RULE r AS ON DELETE TO event DO INSTEAD NOTHING", &["rule event.r"]),
        ("CREATE INDEX other ON event (actor)", &["index other"]),
        ("ALTER TABLE event ADD COLUMN other TEXT", &["column event.other"]),
        ("ALTER TABLE event ALTER COLUMN actor DROP NOT NULL", &["column event.actor"]),
        ("ALTER TABLE event ENABLE ROW LEVEL SECURITY", &["relation event"]),
        (
            "CREATE VIEW other AS SELECT 1 AS one",
            &["column other.one", "relation other", "rule other._RETURN"],
        ),
        (
            "ALTER TABLE official_clause DROP CONSTRAINT official_clause_document_revision_fkey",
            &[
                "constraint official_clause.official_clause_document_revision_fkey",
                "reference of official_clause by RI_FKey_check_ins",
                "reference of official_clause by RI_FKey_check_upd",
                "reference of official_text by RI_FKey_noaction_del",
                "reference of official_text by RI_FKey_noaction_upd",
            ],
        ),
        (
            "ALTER TABLE official_clause DISABLE TRIGGER ALL",
            &[
                "reference of official_clause by RI_FKey_check_ins",
                "reference of official_clause by RI_FKey_check_upd",
                "trigger official_clause.official_clause_is_never_changed",
                "trigger official_clause.official_clause_is_never_truncated",
            ],
        ),
    ];
    for (statements, objects) in cases {
        let Some(fixture) = fixtures().await.into_iter().nth(1) else { return };
        assert_found(&fixture, statements, objects).await;
    }
}

#[tokio::test]
async fn a_changed_record_of_the_migrations_is_found() {
    let cases = [
        ("DELETE FROM _sqlx_migrations", "migration 1", "missing"),
        ("DELETE FROM _sqlx_migrations WHERE version = 1", "migration 1", "missing"),
        ("UPDATE _sqlx_migrations SET description = 'x' WHERE version = 2", "migration 2", "not that of"),
        ("UPDATE _sqlx_migrations SET success = FALSE WHERE version = 2", "migration 2", "not that of"),
        (
            "UPDATE _sqlx_migrations SET checksum = (SELECT checksum FROM _sqlx_migrations WHERE version = 1)",
            "migration 2",
            "not that of",
        ),
        ("UPDATE _sqlx_migrations SET version = 99 WHERE version = 1", "migration 99", "does not know"),
        ("DROP TABLE _sqlx_migrations", "table _sqlx_migrations", "cannot be read"),
    ];
    for (statement, object, hint) in cases {
        for fixture in fixtures().await {
            fixture.execute(statement).await.unwrap();
            let faults = faults(&fixture).await;
            let is_found = faults.iter().any(|fault| fault.object == object && fault.what.contains(hint));
            assert!(is_found, "{} {statement}: {faults:?}", fixture.engine());
        }
    }
}

#[tokio::test]
async fn an_older_state_of_the_tables_is_named_and_compared_with_itself() {
    let statements = "DROP TRIGGER event_only_continues_the_log; DROP TRIGGER event_head_is_never_replaced;
        DROP TRIGGER official_text_is_never_changed; DROP TRIGGER official_text_is_never_deleted;
        DROP TRIGGER official_text_is_never_replaced; DROP TRIGGER official_clause_is_never_changed;
        DROP TRIGGER official_clause_is_never_deleted; DROP TRIGGER official_clause_is_never_replaced;
        DROP TABLE case_words; DROP TABLE case_attachment; DROP TABLE case_view; DROP TABLE case_draft;
        DROP TABLE case_notice; DROP TABLE case_link; DROP TABLE case_organization;
        DROP TRIGGER case_step_is_never_deleted; DROP TABLE case_step; DROP TABLE case_year;
        DROP TRIGGER case_file_is_never_deleted; DROP TABLE case_file;
        DROP TABLE event_tree; DROP TABLE checkpoint; DROP TABLE idempotency; DROP TABLE challenge;
        DROP TABLE sign_in_guard; DROP TABLE session; DROP TABLE role_grant; DROP TABLE invitation;
        DROP TABLE credential; DROP TABLE person; DELETE FROM _sqlx_migrations WHERE version >= 3";
    let fixture = fixtures().await.swap_remove(0);
    let missing = [
        "migration 3", "migration 4", "migration 5", "migration 6", "migration 7", "migration 8",
        "migration 11",
    ];
    assert_found(&fixture, statements, &missing).await;
    assert!(faults(&fixture).await[0].what.contains("older version"));
    if let Some(fixture) = fixtures().await.into_iter().nth(1) {
        let statement = "DELETE FROM _sqlx_migrations WHERE version = 11";
        assert_found(&fixture, statement, &["migration 11"]).await;
    }
}

#[tokio::test]
async fn an_index_that_does_not_belong_to_its_table_is_found() {
    let fixture = fixtures().await.swap_remove(0);
    fixture.store.import_official_text(&small_text("one"), "tester", noon(0)).await.unwrap();
    let swap = "PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema
                                             WHERE name = 'sqlite_autoindex_official_text_1')
        WHERE name = 'sqlite_autoindex_official_clause_1'; PRAGMA schema_version = 99";
    fixture.execute(swap).await.unwrap();
    let faults = faults(&fixture).await;
    assert!(faults.iter().any(|fault| fault.object == "file liangjian.sqlite"), "{faults:?}");
}
