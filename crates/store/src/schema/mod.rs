//! Comparing the tables, triggers and all else that a database defines with what the migrations make.
//!
//! Whoever may change the file may also drop a trigger, or put a view in the place of a table: rows alone do not
//! tell. Compared are definitions by name; what is missing, was added or was changed is listed.

mod postgres;
mod sqlite;
#[cfg(test)]
mod tests;

use crate::database::{Transaction, within};
use crate::migrations::{self, Engine};
use crate::{Store, StoreError};
use serde::Serialize;
use std::collections::BTreeMap;

/// Something the database defines that is not as the migrations made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SchemaFault {
    /// What it is and its name: `trigger event_is_never_changed`.
    pub object: String,
    /// What is wrong.
    pub what: String,
}

/// Objects and their definitions.
type Definitions = BTreeMap<String, String>;

impl Store {
    /// Compares what the database defines with what the migrations of this program make.
    ///
    /// On SQLite they are run in memory for it, and the pages and indexes of the file are checked. On PostgreSQL
    /// the schema of our tables is compared with a list kept beside the code; not compared are rights, comments
    /// and what is defined in other schemas or for the whole server.
    pub async fn verify_schema(&self) -> Result<Vec<SchemaFault>, StoreError> {
        let (version, mut faults) = self.verify_migrations().await?;
        let mut transaction = self.database.begin_read().await?;
        let (expected, found) = match &mut transaction {
            Transaction::Sqlite(connection) => {
                faults.extend(sqlite::unsound(connection).await?);
                (sqlite::expected(version).await?, sqlite::found(connection).await?)
            }
            // The list is that of the newest state; an older one has its fault already.
            Transaction::Postgres(_) if version < migrations::newest() => return Ok(faults),
            Transaction::Postgres(connection) => (postgres::expected(), postgres::found(connection).await?),
        };
        faults.extend(differences(&expected, &found));
        Ok(faults)
    }

    /// The version the database is at, and what is wrong with the record of its migrations.
    ///
    /// Where nothing usable is recorded, the newest version is what the tables are compared with.
    async fn verify_migrations(&self) -> Result<(i64, Vec<SchemaFault>), StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let engine = match transaction {
            Transaction::Sqlite(_) => Engine::Sqlite,
            Transaction::Postgres(_) => Engine::Postgres,
        };
        match recorded(&mut transaction).await {
            Ok(rows) => Ok(of_migrations(engine, rows)),
            Err(error) if error.is_about_content() => {
                let (object, what) =
                    ("table _sqlx_migrations".to_owned(), format!("it cannot be read: {}", error.reason()));
                Ok((migrations::newest(), vec![SchemaFault { object, what }]))
            }
            Err(error) => Err(error),
        }
    }
}

/// What is recorded of a migration: its name, whether it succeeded, the hash of its text.
type Recorded = (String, bool, Vec<u8>);

async fn recorded(transaction: &mut Transaction) -> Result<BTreeMap<i64, Recorded>, StoreError> {
    let rows: Vec<(i64, String, bool, Vec<u8>)> = within!(transaction, connection => {
        sqlx::query_as("SELECT version, description, success, checksum FROM _sqlx_migrations")
            .fetch_all(connection)
            .await?
    });
    let by_version = |(version, name, success, hash)| (version, (name, success, hash));
    Ok(rows.into_iter().map(by_version).collect())
}

fn of_migrations(engine: Engine, mut recorded: BTreeMap<i64, Recorded>) -> (i64, Vec<SchemaFault>) {
    let fault = |version: i64, what: &str| SchemaFault {
        object: format!("migration {version}"),
        what: what.to_owned(),
    };
    let migrator = migrations::migrator(engine);
    let last =
        migrator.iter().map(|known| known.version).filter(|version| recorded.contains_key(version)).max();
    let mut faults = Vec::new();
    for known in migrator.iter() {
        match recorded.remove(&known.version) {
            Some(row) if row == (known.description.to_string(), true, known.checksum.to_vec()) => {}
            Some(_) => {
                faults.push(fault(known.version, "its record is not that of the migration of this program"));
            }
            None if last.is_some_and(|last| last < known.version) => {
                let what = "it is not applied: the database is of an older version of liangjian · start this version on it once, then verify again";
                faults.push(fault(known.version, what));
            }
            None => faults.push(fault(known.version, "its record is missing")),
        }
    }
    let what = "this program does not know it · verify with the newest version of liangjian";
    faults.extend(recorded.into_keys().map(|version| fault(version, what)));
    (last.unwrap_or_else(migrations::newest), faults)
}

fn differences(expected: &Definitions, found: &Definitions) -> Vec<SchemaFault> {
    let fault = |object: &String, what: &str| SchemaFault { object: object.clone(), what: what.to_owned() };
    let lost = expected.iter().filter_map(|(object, definition)| match found.get(object) {
        None => Some(fault(object, "it is missing")),
        Some(other) if other != definition => Some(fault(object, "its definition was changed")),
        Some(_) => None,
    });
    let added = found.keys().filter(|object| !expected.contains_key(*object));
    lost.chain(added.map(|object| fault(object, "it was added: no migration makes it"))).collect()
}
