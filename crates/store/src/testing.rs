//! What the tests share: a fresh database on every engine at hand, and a way to tamper with it.

use crate::database::SQLITE_FILE_NAME;
use crate::{Location, NewClause, NewOfficialText, Store};
use chrono::{DateTime, Duration, Utc};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// A fresh, migrated database of one test.
pub struct Fixture {
    /// Where it is; open it again to act as a second process.
    pub location: Location,
    /// Open.
    pub store: Store,
    folder: Option<TempDir>,
}

/// A fresh database on SQLite, and one on PostgreSQL where the test run has a server.
pub async fn fixtures() -> Vec<Fixture> {
    let mut fixtures = vec![sqlite().await];
    match postgres_url() {
        Some(url) => fixtures.push(postgres(&url).await),
        None => println!("skipped: PostgreSQL (LIANGJIAN_TEST_POSTGRES_URL is not set)"),
    }
    fixtures
}

/// A moment of the tests: noon of 1 January 2026 and so many seconds.
pub fn noon(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_767_268_800, 0).unwrap() + Duration::seconds(seconds)
}

/// A small official text with three clauses; `version` is part of its bytes and of its last clause.
pub fn small_text(version: &str) -> NewOfficialText {
    let clause = |anchor: &str, heading: &str, text: &str| NewClause {
        anchor: anchor.to_owned(),
        heading: heading.to_owned(),
        text: text.to_owned(),
    };
    NewOfficialText {
        document: "sample-law".to_owned(),
        title: "示例条例".to_owned(),
        source: "made for the tests".to_owned(),
        file_name: "sample.txt".to_owned(),
        media_type: "text/plain; charset=utf-8".to_owned(),
        file_sha256: "0".repeat(64),
        bytes: format!("示例条例 {version}").into_bytes(),
        clauses: vec![
            clause("a2", "第二条", "账款 100% 按期支付_A"),
            clause("a10", "第十条", "融资担保 SME Fund"),
            clause("a11", "第十一条", &format!("附则 {version}")),
        ],
    }
}

impl Fixture {
    /// Runs statements behind the program's back, with the triggers dropped and references not enforced.
    pub async fn tamper(&self, statements: &str) {
        tamper(&self.location, statements).await;
    }

    /// Runs statements over a connection of their own.
    pub async fn execute(&self, statements: &str) -> Result<(), sqlx::Error> {
        execute(&self.location, statements).await
    }

    /// Name of the engine, for messages.
    pub fn engine(&self) -> &'static str {
        if self.folder.is_some() { "SQLite" } else { "PostgreSQL" }
    }
}

/// Runs statements on a database behind the program's back, with its triggers dropped.
pub async fn tamper(location: &Location, statements: &str) {
    let before = match location {
        Location::Sqlite(folder) => {
            let options = SqliteConnectOptions::new().filename(folder.join(SQLITE_FILE_NAME));
            let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
            let drops = "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_schema WHERE type = 'trigger'";
            let drops: Vec<String> = sqlx::query_scalar(drops).fetch_all(&mut connection).await.unwrap();
            connection.close().await.unwrap();
            format!("PRAGMA foreign_keys = OFF; {}", drops.concat())
        }
        Location::Postgres(_) => "DROP FUNCTION IF EXISTS refuse_change_of_event_log CASCADE;
             DROP FUNCTION IF EXISTS refuse_event_beside_the_log CASCADE;
             DROP FUNCTION IF EXISTS refuse_change_of_official_text CASCADE;
             DROP FUNCTION IF EXISTS refuse_change_of_idempotency CASCADE;
             DROP FUNCTION IF EXISTS refuse_change_of_role_grant CASCADE;
             DROP FUNCTION IF EXISTS refuse_change_of_case CASCADE;
             ALTER TABLE official_clause DROP CONSTRAINT IF EXISTS official_clause_document_revision_fkey;"
            .to_owned(),
    };
    execute(location, &format!("{before} {statements}")).await.unwrap();
}

async fn execute(location: &Location, statements: &str) -> Result<(), sqlx::Error> {
    let sql = AssertSqlSafe(statements.to_owned());
    match location {
        Location::Sqlite(folder) => {
            let options = SqliteConnectOptions::new().filename(folder.join(SQLITE_FILE_NAME));
            let mut connection = SqliteConnection::connect_with(&options).await?;
            sqlx::raw_sql(sql).execute(&mut connection).await?;
            connection.close().await
        }
        Location::Postgres(url) => {
            let mut connection = PgConnection::connect(url).await?;
            sqlx::raw_sql(sql).execute(&mut connection).await?;
            connection.close().await
        }
    }
}

async fn sqlite() -> Fixture {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Sqlite(folder.path().join("data"));
    let store = Store::open(&location).await.unwrap();
    Fixture { location, store, folder: Some(folder) }
}

/// Each test gets a schema of its own; the server is expected to live no longer than the test run.
async fn postgres(url: &str) -> Fixture {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let schema = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let location = Location::fresh_schema(url, &schema).await.unwrap();
    let store = Store::open(&location).await.unwrap();
    Fixture { location, store, folder: None }
}

#[expect(clippy::disallowed_methods, reason = "only the test run knows where its PostgreSQL server listens")]
fn postgres_url() -> Option<String> {
    std::env::var("LIANGJIAN_TEST_POSTGRES_URL").ok()
}
