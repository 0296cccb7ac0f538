//! The one error of this crate: what happened, and what to do about it.

use std::path::PathBuf;

/// What can go wrong. `Display` says what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder or the file in it cannot be created, opened or written.
    #[error("data folder {} cannot be used · {problem} · correct its permissions or name another folder", folder.display())]
    DataFolder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        problem: String,
    },
    /// `liangjian.sqlite` is not a database, or is damaged.
    #[error("the database file is damaged or is no SQLite database · {0} · restore it from a backup")]
    DamagedFile(String),
    /// The address of the PostgreSQL server is malformed.
    #[error("the PostgreSQL address is malformed · {0} · write postgres://user:password@host:5432/database")]
    Address(String),
    /// The database server does not answer or refuses the account.
    #[error(
        "the database cannot be reached · {0} · check that the server runs and that address and account are right"
    )]
    Unreachable(String),
    /// The database was written by a newer program.
    #[error(
        "the database is newer than this program (it has migration {0}, unknown here) · run the newer version of liangjian"
    )]
    NewerDatabase(i64),
    /// A migration that was applied differs from the one in this program.
    #[error(
        "migration {0} of the database is not the one of this program · run the version of liangjian that made the database"
    )]
    ForeignMigration(i64),
    /// Another writer held the database for too long.
    #[error("the database is busy · another process holds it · try again, nothing was written")]
    Busy,
    /// No space is left.
    #[error("the disk of the database is full · nothing was written · free some space and try again")]
    DiskFull,
    /// Somebody else appended to the stream first.
    #[error(
        "{stream} has changed meanwhile (expected version {expected}, found {found}) · read it again and repeat the step"
    )]
    Conflict {
        /// The stream.
        stream: String,
        /// The version the caller had seen.
        expected: i64,
        /// The version that stands.
        found: i64,
    },
    /// The caller handed in something that cannot be stored.
    #[error("{0}")]
    Invalid(String),
    /// A stored row contradicts itself.
    #[error("the stored data are damaged · {0} · run `liangjian audit verify` and restore from a backup")]
    Damaged(String),
    /// Anything else the engine reports.
    #[error("the database reported an error · {0} · see its log")]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Io(problem) => Self::Unreachable(problem.to_string()),
            sqlx::Error::Database(problem) => {
                let message = problem.message().to_owned();
                let code = problem.code().unwrap_or_default().into_owned();
                // SQLite reports extended numbers (primary code in the low byte), PostgreSQL five characters.
                let known = match code.parse::<u32>() {
                    Ok(number) if code.len() < 5 => of_sqlite(number & 0xff, message),
                    _ => of_postgres(&code, message),
                };
                known.unwrap_or(Self::Database(error))
            }
            _ => Self::Database(error),
        }
    }
}

/// Primary result codes: sqlite.org/rescode.html.
fn of_sqlite(code: u32, message: String) -> Option<StoreError> {
    match code {
        5 | 6 => Some(StoreError::Busy),
        11 | 26 => Some(StoreError::DamagedFile(message)),
        13 => Some(StoreError::DiskFull),
        _ => None,
    }
}

/// SQLSTATE codes: appendix A of the PostgreSQL manual.
fn of_postgres(code: &str, message: String) -> Option<StoreError> {
    match code {
        "40001" | "40P01" | "55P03" | "57014" => Some(StoreError::Busy),
        "53100" => Some(StoreError::DiskFull),
        "3D000" | "53300" | "57P01" | "57P02" | "57P03" => Some(StoreError::Unreachable(message)),
        _ if code.starts_with("28") || code.starts_with("08") => Some(StoreError::Unreachable(message)),
        _ => None,
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            MigrateError::VersionMissing(version) => Self::NewerDatabase(version),
            MigrateError::VersionMismatch(version) => Self::ForeignMigration(version),
            other => Self::Database(sqlx::Error::Migrate(Box::new(other))),
        }
    }
}
