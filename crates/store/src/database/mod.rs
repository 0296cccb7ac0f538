//! The two engines behind one type, and the two macros that let one statement body serve both.
//!
//! `query!(database, connection => …)` compiles its body once for each engine, with `connection` bound to the
//! readers of SQLite or to the pool of PostgreSQL; `within!(transaction, connection => …)` does the same inside
//! a transaction. `$1` placeholders work on both. SQLite has one writer connection, whose transactions begin
//! IMMEDIATE (a read that turns into a write would fail under WAL) and carry a group of changes (`writer.rs`), and
//! four read-only readers. A database that is opened to be verified has one reader and no writer.
//!
//! A database that is *joined* (`joint.rs`) makes all its changes steps of one transaction, which ends with the answer
//! to the submission they are made for; what it reads, it reads inside.

mod file;
mod joint;
#[cfg(test)]
mod tests;
mod writer;

pub use file::create_private_folder;
pub use joint::Joint;

use crate::{StoreError, migrations};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool, SqliteConnection, SqlitePool};
use std::ops::{Deref, DerefMut};
use std::{path::Path, str::FromStr, sync::Arc, time::Duration};
use writer::{Turn, Writer};

/// Name of the SQLite file inside the data folder.
pub const SQLITE_FILE_NAME: &str = "liangjian.sqlite";

const READERS: u32 = 4;
const POSTGRES_CONNECTIONS_MAX: u32 = 10;
/// How often a file that is busy while it is opened is tried again.
const OPEN_TRIES: u32 = 50;
/// Pause between such tries.
const OPEN_PAUSE: Duration = Duration::from_millis(20);
const WAIT_MAX: Duration = Duration::from_secs(5);
/// So long one change may keep the writer of SQLite.
const LENT_MAX: Duration = Duration::from_secs(20);
/// So long the steps of a submission may take together; on PostgreSQL no pause between them may be longer.
const STEPS_MAX: Duration = Duration::from_secs(10);

/// An open database.
#[derive(Clone)]
pub struct Database {
    /// What it is reached by.
    pub connections: Connections,
    /// The transaction that every change is a step of, where it is joined.
    pub joint: Option<Arc<Joint>>,
}

/// The open connections of one engine.
#[derive(Clone)]
pub enum Connections {
    /// A file: one connection writes, four read.
    Sqlite {
        /// One connection; none where the file is opened to be verified.
        writer: Option<Writer>,
        /// Read-only connections.
        readers: SqlitePool,
        /// Set where the file is read without locks, to be verified.
        still: Option<file::Still>,
    },
    /// A server.
    Postgres(PgPool),
}

/// A transaction; dropping it without `commit` undoes it.
///
/// Whoever has written nothing, or takes back what he wrote, and yet answers by what he read in it, ends it with
/// `undo`: what he read may be of a change that is not durable yet.
pub enum Transaction {
    /// On the SQLite writer or on one of its readers.
    Sqlite(SqliteTransaction),
    /// On a connection of the PostgreSQL pool.
    Postgres(PostgresTransaction),
}

/// A transaction on PostgreSQL.
pub struct PostgresTransaction {
    inner: sqlx::Transaction<'static, sqlx::Postgres>,
    /// Where it goes back to, if it is a step.
    home: Option<Arc<Joint>>,
}

/// A transaction on SQLite.
pub enum SqliteTransaction {
    /// On a reader.
    Reading(sqlx::Transaction<'static, sqlx::Sqlite>),
    /// In the group of changes that is open.
    Writing(Turn, Option<Arc<Joint>>),
}

/// Runs one statement body on whichever engine is open, outside a transaction and only to read.
macro_rules! query {
    ($database:expr, $connection:ident => $body:expr) => {
        match $database.inside().await {
            Some(mut inside) => crate::database::within!(inside.transaction(), $connection => $body),
            None => {
                crate::work::statement();
                match &$database.connections {
                    crate::database::Connections::Sqlite { readers: $connection, .. } => $body,
                    crate::database::Connections::Postgres($connection) => $body,
                }
            }
        }
    };
}

/// Runs one statement body inside a transaction of whichever engine is open.
macro_rules! within {
    ($transaction:expr, $connection:ident => $body:expr) => {{
        crate::work::statement();
        match &mut *$transaction {
            crate::database::Transaction::Sqlite(transaction) => {
                let $connection = &mut **transaction;
                $body
            }
            crate::database::Transaction::Postgres(transaction) => {
                let $connection = &mut **transaction;
                $body
            }
        }
    }};
}

pub(crate) use {query, within};

impl Database {
    fn alone(connections: Connections) -> Self {
        Self { connections, joint: None }
    }

    /// Opens the SQLite file in this folder, creating both on the first start.
    pub async fn open_sqlite(folder: &Path) -> Result<Self, StoreError> {
        let unusable = |problem: String| StoreError::DataFolder { folder: folder.to_owned(), problem };
        create_private_folder(folder).map_err(|error| unusable(error.to_string()))?;
        let file = folder.join(SQLITE_FILE_NAME);
        file::create_private_file(&file).map_err(|error| unusable(error.to_string()))?;
        file::refuse_foreign(&file).await?;
        let open = async {
            let mut connection = open_writer(&file).await?;
            migrations::migrate_sqlite(&mut connection).await?;
            let writer = Some(Writer::start(connection, writer_options(&file), LENT_MAX).await?);
            let readers = SqlitePoolOptions::new()
                .max_connections(READERS)
                .acquire_timeout(WAIT_MAX)
                .connect_with(reader_options(&file))
                .await?;
            Ok(Self::alone(Connections::Sqlite { writer, readers, still: None }))
        };
        open.await.map_err(|error| match error {
            StoreError::Unwritable(problem) | StoreError::Unreachable(problem) => unusable(problem),
            StoreError::DamagedFile(problem) => {
                StoreError::DamagedFile(format!("{}: {problem}", file.display()))
            }
            other => other,
        })
    }

    /// Opens the SQLite file in this folder to read only; nothing is created, migrated or changed.
    pub async fn open_sqlite_to_verify(folder: &Path) -> Result<Self, StoreError> {
        let (pool, still) = file::open_to_verify(folder).await?;
        Ok(Self::alone(Connections::Sqlite { writer: None, readers: pool, still }))
    }

    /// Connects to a PostgreSQL server.
    pub async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let options = postgres_options(url)?;
        prepare_postgres(&options).await?;
        let options = options.options([("statement_timeout", "5s"), ("lock_timeout", "2s")]);
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS_MAX)
            .acquire_timeout(WAIT_MAX)
            .connect_with(options)
            .await?;
        Ok(Self::alone(Connections::Postgres(pool)))
    }

    /// Connects to a PostgreSQL server to read only; nothing is created, migrated or changed.
    pub async fn open_postgres_to_verify(url: &str) -> Result<Self, StoreError> {
        let options = postgres_options(url)?;
        let options = options.options([("default_transaction_read_only", "on"), ("lock_timeout", "2s")]);
        let mut connection = PgConnection::connect_with(&options).await?;
        let is_there: bool = sqlx::query_scalar(
            "SELECT coalesce(to_regclass('event_head'), to_regclass('official_text'),
                             to_regclass('official_clause')) IS NOT NULL",
        )
        .fetch_one(&mut connection)
        .await?;
        connection.close().await?;
        if !is_there {
            let (place, problem) =
                ("the PostgreSQL database".to_owned(), "holds no tables of ours".to_owned());
            return Err(StoreError::NoDatabase { place, problem });
        }
        let pool = PgPoolOptions::new().max_connections(1).acquire_timeout(WAIT_MAX);
        Ok(Self::alone(Connections::Postgres(pool.connect_with(options).await?)))
    }

    /// Whether what was read since opening cannot have been changed under the reader.
    pub fn was_still(&self) -> bool {
        match &self.connections {
            Connections::Sqlite { still: Some(still), .. } => still.is_unchanged(),
            // Locks saw to it.
            Connections::Sqlite { still: None, .. } | Connections::Postgres(_) => true,
        }
    }

    /// Begins a transaction that may write. On SQLite it holds the only write lock from its beginning. Where the
    /// database is joined it is a step: a commit keeps it for the others, and dropping it undoes them all.
    pub async fn begin_write(&self) -> Result<Transaction, StoreError> {
        crate::work::write();
        match &self.joint {
            Some(joint) => joint.step(self).await,
            None => self.begin_alone().await,
        }
    }

    /// Begins one that is no step, joined or not: for what must be kept whatever comes of the rest, as the count of
    /// tries. It comes before the first step; later it would wait for it in vain.
    pub async fn begin_apart(&self) -> Result<Transaction, StoreError> {
        if self.inside().await.is_some() {
            return Err(StoreError::Busy);
        }
        crate::work::write();
        self.begin_alone().await
    }

    async fn begin_alone(&self) -> Result<Transaction, StoreError> {
        Ok(match &self.connections {
            Connections::Sqlite { writer, .. } => {
                let nobody = || StoreError::Unwritable("it was opened to be read only".to_owned());
                let turn = writer.as_ref().ok_or_else(nobody)?.turn(WAIT_MAX).await?;
                Transaction::Sqlite(SqliteTransaction::Writing(turn, None))
            }
            Connections::Postgres(pool) => {
                Transaction::Postgres(PostgresTransaction { inner: pool.begin().await?, home: None })
            }
        })
    }

    /// Begins a transaction that sees one unchanging state and writes nothing.
    pub async fn begin_read(&self) -> Result<Transaction, StoreError> {
        Ok(match &self.connections {
            Connections::Sqlite { readers, .. } => {
                Transaction::Sqlite(SqliteTransaction::Reading(readers.begin().await?))
            }
            Connections::Postgres(pool) => {
                let statement = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
                Transaction::Postgres(PostgresTransaction {
                    inner: pool.begin_with(statement).await?,
                    home: None,
                })
            }
        })
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match &self.connections {
            Connections::Sqlite { writer, readers, .. } => {
                readers.close().await;
                if let Some(writer) = writer {
                    writer.close().await;
                }
            }
            Connections::Postgres(pool) => pool.close().await,
        }
    }
}

impl Transaction {
    /// Makes the transaction durable; a step becomes so with the others.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if let Some(joint) = self.home() {
            return joint.keep(self).await;
        }
        match self {
            Self::Sqlite(SqliteTransaction::Writing(turn, _)) => turn.commit().await,
            Self::Sqlite(SqliteTransaction::Reading(transaction)) => Ok(transaction.commit().await?),
            Self::Postgres(transaction) => Ok(transaction.inner.commit().await?),
        }
    }

    /// Undoes the transaction, and waits until all that it has read is durable.
    pub async fn undo(mut self) -> Result<(), StoreError> {
        if let Some(joint) = self.home() {
            return joint.take_back(self).await;
        }
        match self {
            Self::Sqlite(SqliteTransaction::Writing(turn, _)) => turn.undo().await,
            Self::Sqlite(SqliteTransaction::Reading(transaction)) => Ok(transaction.rollback().await?),
            Self::Postgres(transaction) => Ok(transaction.inner.rollback().await?),
        }
    }

    /// Where a step goes back to; it is none any more.
    fn home(&mut self) -> Option<Arc<Joint>> {
        self.home_place()?.take()
    }

    fn home_place(&mut self) -> Option<&mut Option<Arc<Joint>>> {
        match self {
            Self::Sqlite(SqliteTransaction::Writing(_, home)) => Some(home),
            Self::Sqlite(SqliteTransaction::Reading(_)) => None,
            Self::Postgres(transaction) => Some(&mut transaction.home),
        }
    }

    /// Commits where something was changed, and undoes it otherwise.
    pub async fn commit_if(self, is_changed: bool) -> Result<(), StoreError> {
        if is_changed { self.commit().await } else { self.undo().await }
    }
}

impl Deref for SqliteTransaction {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        match self {
            Self::Reading(transaction) => transaction,
            Self::Writing(turn, _) => turn,
        }
    }
}

impl DerefMut for SqliteTransaction {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Reading(transaction) => transaction,
            Self::Writing(turn, _) => turn,
        }
    }
}

impl Deref for PostgresTransaction {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for PostgresTransaction {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}

/// Opens the one connection that writes. While another program turns the journal of a new file to WAL, SQLite
/// answers "busy" at once, without the patience that `busy_timeout` asks for; so it is asked again.
async fn open_writer(file: &Path) -> Result<SqliteConnection, StoreError> {
    let mut tries_left = OPEN_TRIES;
    loop {
        match writer_options(file).connect().await.map_err(StoreError::from) {
            Err(StoreError::Busy) if tries_left > 0 => {
                tries_left -= 1;
                tokio::time::sleep(OPEN_PAUSE).await;
            }
            opened => return opened,
        }
    }
}

/// Settings every SQLite connection shares (durable commits, no trust in the schema).
fn shared_options(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .foreign_keys(true)
        .busy_timeout(WAIT_MAX)
        .synchronous(SqliteSynchronous::Full)
        .pragma("trusted_schema", "OFF")
        .pragma("recursive_triggers", "ON") // else a row that REPLACE removes passes the triggers
        .pragma("cell_size_check", "ON")
        .pragma("mmap_size", "0")
}

fn writer_options(file: &Path) -> SqliteConnectOptions {
    shared_options(file)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("secure_delete", "ON")
        .pragma("journal_size_limit", "268435456")
}

fn reader_options(file: &Path) -> SqliteConnectOptions {
    shared_options(file).read_only(true)
}

fn postgres_options(url: &str) -> Result<PgConnectOptions, StoreError> {
    if !(url.starts_with("postgres://") || url.starts_with("postgresql://")) {
        return Err(StoreError::Address("it does not begin with postgres://".to_owned()));
    }
    let options = PgConnectOptions::from_str(url).map_err(|error| StoreError::Address(error.to_string()))?;
    Ok(options
        .application_name("liangjian")
        .options([("synchronous_commit", "on"), ("idle_in_transaction_session_timeout", "10s")]))
}

/// Migrates over a connection of its own, without the short timeouts of daily work.
async fn prepare_postgres(options: &PgConnectOptions) -> Result<(), StoreError> {
    let mut connection = PgConnection::connect_with(options).await?;
    let encoding: String =
        sqlx::query_scalar("SELECT current_setting('server_encoding')").fetch_one(&mut connection).await?;
    if encoding != "UTF8" {
        let problem = format!("its encoding is {encoding}, but Chinese text needs UTF8");
        return Err(StoreError::Unreachable(problem));
    }
    migrations::migrate_postgres(&mut connection).await?;
    Ok(connection.close().await?)
}
