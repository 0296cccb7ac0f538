//! The SQLite file itself: how a new one is made, and how one that is there is looked at without a change to it.
//!
//! The looking happens before this process has the file open to write: closing a file that was opened beside
//! SQLite's own locks gives up those locks (POSIX).

use super::{SQLITE_FILE_NAME, WAIT_MAX, shared_options};
use crate::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions};
use sqlx::{Connection, SqliteConnection, SqlitePool};
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{fs, io};

const TABLES_NAMED_MAX: usize = 3;

/// The file as it was when it was opened without locks; nobody may write it until the reading ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Still {
    file: PathBuf,
    length: u64,
    modified: Option<SystemTime>,
}

impl Still {
    fn of(file: &Path) -> io::Result<Self> {
        let state = fs::metadata(file)?;
        Ok(Self { file: file.to_owned(), length: state.len(), modified: state.modified().ok() })
    }

    /// Whether the file is as it was.
    pub fn is_unchanged(&self) -> bool {
        Self::of(&self.file).is_ok_and(|now| now == *self)
    }
}

/// Creates the folder, for its owner only; an existing folder keeps its permissions.
pub fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Creates the file, empty and for its owner only, where there is none; SQLite gives its two companions the
/// same permissions.
pub fn create_private_file(file: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Refuses a file that holds the tables of another program, before anything is written into it.
///
/// What else may be wrong with the file shows when it is opened to write.
pub async fn refuse_foreign(file: &Path) -> Result<(), StoreError> {
    if fs::metadata(file).map_or(0, |state| state.len()) == 0 {
        return Ok(());
    }
    let (options, _) = to_look_only(file)?;
    let Ok(mut connection) = SqliteConnection::connect_with(&options).await else { return Ok(()) };
    let tables = tables(&mut connection).await;
    // The connection wrote nothing: what its end reports changes nothing.
    let _ = connection.close().await;
    match tables {
        Ok(tables) if !tables.is_empty() && !tables.iter().any(|table| is_ours(table)) => {
            Err(StoreError::ForeignFile { file: file.to_owned(), tables: named(&tables) })
        }
        _ => Ok(()),
    }
}

/// Opens the file of this folder to read only; nothing is created, migrated or changed.
pub async fn open_to_verify(folder: &Path) -> Result<(SqlitePool, Option<Still>), StoreError> {
    let file = folder.join(SQLITE_FILE_NAME);
    let nothing = |problem: String| StoreError::NoDatabase { place: file.display().to_string(), problem };
    let unreadable = |problem: String| StoreError::Unreadable { file: file.clone(), problem };
    match fs::metadata(&file) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Err(nothing("does not exist".to_owned()));
        }
        Err(error) => return Err(unreadable(error.to_string())),
        Ok(state) if !state.is_file() => return Err(nothing("is no file".to_owned())),
        Ok(state) if state.len() == 0 => return Err(nothing("is empty".to_owned())),
        Ok(_) => {}
    }
    fs::File::open(&file).map_err(|error| unreadable(error.to_string()))?;
    let (options, still) = to_look_only(&file)?;
    let open = async {
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .acquire_timeout(WAIT_MAX)
            .connect_with(options)
            .await?;
        let tables = tables(&mut *pool.acquire().await?).await?;
        Ok((pool, tables))
    };
    let (pool, tables) = open.await.map_err(|error| match error {
        // Without the right to write, a write-ahead log that nobody holds open cannot be read.
        StoreError::Unwritable(problem) | StoreError::Unreachable(problem) => unreadable(problem),
        StoreError::DamagedFile(problem) => StoreError::DamagedFile(format!("{}: {problem}", file.display())),
        other => other,
    })?;
    match tables {
        tables if tables.is_empty() => Err(nothing("holds no tables".to_owned())),
        tables if !tables.iter().any(|table| is_ours(table)) => {
            Err(nothing(format!("is the database of another program (it has the tables {})", named(&tables))))
        }
        _ => Ok((pool, still)),
    }
}

/// Options to look without writing.
///
/// A reader of a write-ahead log needs the two files beside the database and would create them. Where the log
/// holds nothing the database is whole without it and can be read as a file that does not change; whether that
/// held is told by [`Still`] afterwards.
fn to_look_only(file: &Path) -> Result<(SqliteConnectOptions, Option<Still>), StoreError> {
    let options = shared_options(file).read_only(true);
    let beside = |end: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(end);
        PathBuf::from(name)
    };
    let holds_more = |end| fs::metadata(beside(end)).is_ok_and(|state| state.len() > 0);
    if ["-wal", "-journal"].into_iter().any(holds_more) {
        return Ok((options, None));
    }
    let still = Still::of(file)
        .map_err(|error| StoreError::Unreadable { file: file.to_owned(), problem: error.to_string() })?;
    Ok((options.immutable(true), Some(still)))
}

async fn tables(connection: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
    let statement = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name";
    Ok(sqlx::query_scalar(statement).fetch_all(connection).await?)
}

/// The names that only a database of ours has; any of them is left where one was tampered with.
fn is_ours(table: &str) -> bool {
    ["event_head", "official_text", "official_clause"].contains(&table)
}

fn named(tables: &[String]) -> String {
    let mut names = tables.iter().take(TABLES_NAMED_MAX).cloned().collect::<Vec<_>>().join(", ");
    if tables.len() > TABLES_NAMED_MAX {
        names.push_str(", …");
    }
    names
}
