//! What a SQLite file defines: the rows of `sqlite_schema`, its two header numbers, and whether it is sound.

use super::{Definitions, SchemaFault};
use crate::{StoreError, migrations};
use sqlx::{Connection, SqliteConnection};

/// What the migrations up to this version make.
pub async fn expected(version: i64) -> Result<Definitions, StoreError> {
    let mut connection = migrations::sqlite_in_memory(version).await?;
    let definitions = found(&mut connection).await?;
    connection.close().await?;
    Ok(definitions)
}

/// What a file defines. Statistics that SQLite keeps for its planner (`ANALYZE`) are left out.
pub async fn found(connection: &mut SqliteConnection) -> Result<Definitions, StoreError> {
    let rows: Vec<(String, String, String, Option<String>)> = sqlx::query_as(
        "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_stat%' ESCAPE '!'",
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut definitions: Definitions = rows
        .into_iter()
        .map(|(kind, name, table, sql)| (format!("{kind} {name}"), format!("{table}: {}", normalised(sql))))
        .collect();
    let user_version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *connection).await?;
    let application_id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    definitions.insert("number user_version".to_owned(), user_version.to_string());
    definitions.insert("number application_id".to_owned(), application_id.to_string());
    Ok(definitions)
}

/// Pages that contradict each other, and indexes that do not agree with their tables.
///
/// CHECK constraints are left out: SQLite does not look at them where a file is open to read only.
pub async fn unsound(connection: &mut SqliteConnection) -> Result<Vec<SchemaFault>, StoreError> {
    let lines: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check(20)").fetch_all(&mut *connection).await?;
    let faults = lines.into_iter().filter(|line| line != "ok");
    Ok(faults.map(|what| SchemaFault { object: "file liangjian.sqlite".to_owned(), what }).collect())
}

/// White space does not count: the text of the table of migrations is that of a library.
fn normalised(sql: Option<String>) -> String {
    sql.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}
