//! The migrations, one text for both engines.
//!
//! A file is written once; a few words differ by engine. For SQLite `BIGINT` and `BYTEA` become `INTEGER` and
//! `BLOB`; for PostgreSQL `) STRICT;` loses its word and `TEXT` columns get the collation "C", so that both
//! engines order and lower-case text byte by byte. What must differ altogether (triggers) stands below a line
//! `--: sqlite` or `--: postgres`; `--: both` ends such a part. An applied migration is never edited: the
//! program would refuse the database.

use crate::StoreError;
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, Connection, SqlSafeStr};

/// Every migration in order: version, name, text.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "event_log", include_str!("../migrations/0001_event_log.sql")),
    (2, "official_text", include_str!("../migrations/0002_official_text.sql")),
    (3, "nothing_is_replaced", include_str!("../migrations/0003_nothing_is_replaced.sql")),
    (4, "event_tree", include_str!("../migrations/0004_event_tree.sql")),
    (5, "idempotency", include_str!("../migrations/0005_idempotency.sql")),
    (6, "account", include_str!("../migrations/0006_account.sql")),
    (7, "credential_of_one_person", include_str!("../migrations/0007_credential_of_one_person.sql")),
    (8, "moment_of_two_factors", include_str!("../migrations/0008_moment_of_two_factors.sql")),
    (9, "rows_the_log_vouches_for", include_str!("../migrations/0009_rows_the_log_vouches_for.sql")),
    (10, "offer", include_str!("../migrations/0010_offer.sql")),
    (11, "case", include_str!("../migrations/0011_case.sql")),
    (12, "sealed_case", include_str!("../migrations/0012_sealed_case.sql")),
    (15, "warning_point", include_str!("../migrations/0015_warning_point.sql")),
    (16, "lists_of_an_organization", include_str!("../migrations/0016_lists_of_an_organization.sql")),
];

/// For which engine a migration is rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// Brings a SQLite file up to date, in one transaction that keeps every other process out.
pub async fn migrate_sqlite(writer: &mut sqlx::SqliteConnection) -> Result<(), StoreError> {
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
    migrator(Engine::Sqlite).run_direct(None, &mut *transaction, false).await?;
    Ok(transaction.commit().await?)
}

/// Brings a PostgreSQL database up to date; an advisory lock keeps other nodes out.
pub async fn migrate_postgres(connection: &mut sqlx::PgConnection) -> Result<(), StoreError> {
    Ok(migrator(Engine::Postgres).run_direct(None, connection, false).await?)
}

/// The newest migration this program knows.
pub fn newest() -> i64 {
    MIGRATIONS.last().expect("there is a first migration").0
}

/// A SQLite database in memory as the migrations up to `version` make it.
pub async fn sqlite_in_memory(version: i64) -> Result<sqlx::SqliteConnection, StoreError> {
    let mut connection = sqlx::SqliteConnection::connect("sqlite::memory:").await?;
    migrator(Engine::Sqlite).run_direct(Some(version), &mut connection, false).await?;
    Ok(connection)
}

/// Every migration as one engine gets it.
pub fn migrator(engine: Engine) -> Migrator {
    let migrations = MIGRATIONS.iter().map(|(version, name, text)| {
        let sql = AssertSqlSafe(render(text, engine)).into_sql_str();
        Migration::new(*version, (*name).into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// The text of a migration as one engine gets it.
fn render(text: &str, engine: Engine) -> String {
    let mut applies = true;
    let mut rendered = String::with_capacity(text.len());
    for line in text.lines() {
        match line.strip_prefix("--: ") {
            Some("sqlite") => applies = engine == Engine::Sqlite,
            Some("postgres") => applies = engine == Engine::Postgres,
            Some(_) => applies = true,
            None if applies => {
                rendered.push_str(&match engine {
                    Engine::Sqlite => line.replace("BIGINT", "INTEGER").replace("BYTEA", "BLOB"),
                    Engine::Postgres => {
                        line.replace("TEXT ", "TEXT COLLATE \"C\" ").replace(") STRICT;", ");")
                    }
                });
                rendered.push('\n');
            }
            None => {}
        }
    }
    rendered
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_in_the_migrations_folder_is_listed_once_and_in_order() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        files.sort();
        let listed: Vec<String> =
            MIGRATIONS.iter().map(|(version, name, _)| format!("{version:04}_{name}.sql")).collect();
        assert_eq!(files, listed);
    }

    #[test]
    fn each_engine_gets_its_own_words_and_its_own_parts() {
        let text = "CREATE TABLE t (a BIGINT, b BYTEA, c TEXT NOT NULL) STRICT;\n--: sqlite\nS;\n--: postgres\nP;\n--: both\nB;";
        assert_eq!(
            render(text, Engine::Sqlite),
            "CREATE TABLE t (a INTEGER, b BLOB, c TEXT NOT NULL) STRICT;\nS;\nB;\n"
        );
        assert_eq!(
            render(text, Engine::Postgres),
            "CREATE TABLE t (a BIGINT, b BYTEA, c TEXT COLLATE \"C\" NOT NULL);\nP;\nB;\n"
        );
    }
}
