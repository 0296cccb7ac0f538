//! The one error of this crate: what happened, and what to do about it.

use crate::Purpose;
use std::path::PathBuf;

/// What can go wrong. `Display` says what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The data folder or the file in it cannot be created, opened or written.
    #[error(
        "data folder {} cannot be used · {problem} · see that this account may write there and that there is space, or name another folder",
        folder.display()
    )]
    DataFolder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        problem: String,
    },
    /// `liangjian.sqlite` is not a database, or is damaged.
    #[error("the database file is damaged or is no SQLite database · {0} · restore it from a backup")]
    DamagedFile(String),
    /// There is nothing of ours where an audit was to look.
    #[error(
        "{place} {problem} · there is no Liangjian database here: name the right one with --data or --postgres"
    )]
    NoDatabase {
        /// The file or the server.
        place: String,
        /// What is there instead.
        problem: String,
    },
    /// The file is there, but this account cannot read it.
    #[error(
        "{} cannot be read · {problem} · run the audit as the user who may read it and its folder, or verify a copy of the whole data folder",
        file.display()
    )]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        problem: String,
    },
    /// The file is a database of another program.
    #[error(
        "{} is the database of another program (it has the tables {tables}) · it was left as it is · name another data folder",
        file.display()
    )]
    ForeignFile {
        /// The file.
        file: PathBuf,
        /// Some of its tables.
        tables: String,
    },
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
    /// PostgreSQL gave another change of the same rows the preference.
    #[error("another change of the same data came first · nothing was written · try again")]
    Overtaken,
    /// A submission was answered before; the answer is at hand.
    #[error("this was sent before and has been answered · idempotency key · take the first answer")]
    AnsweredBefore,
    /// A step of a submission failed before, so all of it is undone.
    #[error("a step before this one failed and everything was undone · idempotency key · send it again")]
    StepLost,
    /// A change kept the database for so long that it was given up.
    #[error("a change held the database for too long and was undone · nothing was written · try again")]
    TookTooLong,
    /// No space is left.
    #[error("the disk of the database is full · nothing was written · free some space and try again")]
    DiskFull,
    /// The database file, or one of the two beside it, cannot be written.
    #[error(
        "the database file cannot be written · {0} · see that its disk has space and is sound and that this account may write there, then try again"
    )]
    Unwritable(String),
    /// The clock of the machine stands before the last event.
    #[error(
        "the clock of this machine says {now}, but the log has an event of {last} · nothing was written or taken away · \
         set the clock right; where it is, say so with `liangjian audit clock-is-right`"
    )]
    ClockBehind {
        /// What the clock says.
        now: chrono::DateTime<chrono::Utc>,
        /// The time of the last event.
        last: chrono::DateTime<chrono::Utc>,
    },
    /// The clock of the machine is far after the last event.
    #[error(
        "the clock of this machine says {now}, long after the last event of {last} · nothing was written or taken away · \
         set the clock right; where it is, say so with `liangjian audit clock-is-right`"
    )]
    ClockAhead {
        /// What the clock says.
        now: chrono::DateTime<chrono::Utc>,
        /// The time of the last event.
        last: chrono::DateTime<chrono::Utc>,
    },
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
    /// Another account signs in with this.
    #[error("this login is taken · choose another")]
    LoginTaken,
    /// A login, a name, a number or a reason that cannot be taken.
    #[error(transparent)]
    Named(#[from] domain::account_name::NameFault),
    /// A role that does not go with what it was to be granted for.
    #[error(
        "the role does not go with what it is granted for · name a firm for owners and agents, an organisation for all others"
    )]
    RoleMismatch,
    /// One of the three administrators would hold another role, or somebody with a role become one of them.
    #[error(
        "the person is {held} already, and whoever is one of the three administrators holds no other role · end that role first, or choose somebody else"
    )]
    BesideAdministrator {
        /// The role that is held.
        held: String,
    },
    /// The person holds this very role already.
    #[error("the person holds this role already · end it first, where it is to be changed")]
    RoleHeld,
    /// A deputy of a role that is not held, is a deputy itself, or is held elsewhere.
    #[error(
        "a deputy stands in for a role of the same firm or office that is held and no deputy's itself · let whoever holds the role appoint him"
    )]
    NoGroundForDeputy,
    /// A deputy who would act after the one he stands in for.
    #[error("the deputy would outlast the one he stands in for · choose a last day up to {last}")]
    DeputyOutlasts {
        /// Last day of the one he stands in for.
        last: chrono::NaiveDate,
    },
    /// Somebody who held an office lately would erase himself.
    #[error(
        "who acted in an office must stay known, so the account cannot be erased before {until} · close it instead: it is erased when the time is over"
    )]
    OfficeHeld {
        /// The day from which it can be.
        until: chrono::NaiveDate,
    },
    /// The last of the three administrators of his sort would leave.
    #[error("nobody else is {role} · let another one be opened with `liangjian account create` first")]
    LastAdministrator {
        /// The role.
        role: &'static str,
    },
    /// A look at a masked field without saying why.
    #[error("a look at a masked field needs a reason · write what it is needed for")]
    NoReason,
    /// A title of a case or of a saved view that is none.
    #[error("the title is empty or too long · write 1 to 200 characters on one line, 40 for a view")]
    TitleMalformed,
    /// A case runs on a version of a mechanism that the edition no longer has.
    #[error(
        "the edition has no version {version} of the mechanism {mechanism}, on which a case runs · put that version back into the edition"
    )]
    NoMechanismVersion {
        /// The mechanism.
        mechanism: String,
        /// The version.
        version: u16,
    },
    /// The credential belongs to somebody already.
    #[error("this credential is registered already · use it, or remove it first")]
    CredentialTaken,
    /// The store is used for a demo and was opened for the service, or the other way round.
    #[error("{}", other_purpose(*.found))]
    OtherPurpose {
        /// What it is used for.
        found: Purpose,
    },
    /// A backup cannot be made or brought back.
    #[error("the backup cannot be made or brought back · {} · {problem}", file.display())]
    Backup {
        /// The file.
        file: PathBuf,
        /// Why, and what to do.
        problem: String,
    },
    /// The caller handed in something that cannot be stored.
    #[error("{0}")]
    Invalid(String),
    /// A stored row contradicts itself.
    #[error("the stored data are damaged · {0} · run `liangjian audit verify` and restore from a backup")]
    Damaged(String),
    /// Anything else the engine reports.
    #[error("the database reported an error · {0} · {step}", step = next_step(.0))]
    Database(sqlx::Error),
}

impl StoreError {
    /// What happened, without where and what to do: for a finding that says these itself.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Damaged(reason) => reason.clone(),
            Self::Database(error) => error.to_string(),
            other => other.to_string(),
        }
    }

    /// The same error for another one whom it concerns.
    pub(crate) fn retold(&self) -> Self {
        match self {
            Self::Busy => Self::Busy,
            Self::TookTooLong => Self::TookTooLong,
            Self::DiskFull => Self::DiskFull,
            Self::DamagedFile(problem) => Self::DamagedFile(problem.clone()),
            Self::Unwritable(problem) => Self::Unwritable(problem.clone()),
            other => Self::Unwritable(other.reason()),
        }
    }

    /// Whether what is stored cannot be read as what it should be, while the database itself answers.
    ///
    /// To a verification this is a finding.
    pub(crate) fn is_about_content(&self) -> bool {
        match self {
            Self::Damaged(_) => true,
            Self::Database(sqlx::Error::Database(problem)) => {
                let code = problem.code().unwrap_or_default();
                // No such table or column: SQLITE_ERROR; class 42 of PostgreSQL without "insufficient privilege".
                if is_of_sqlite(problem.as_ref()) {
                    code == "1"
                } else {
                    code.starts_with("42") && code != "42501"
                }
            }
            Self::Database(error) => matches!(
                error,
                sqlx::Error::ColumnDecode { .. }
                    | sqlx::Error::Decode(_)
                    | sqlx::Error::ColumnNotFound(_)
                    | sqlx::Error::TypeNotFound { .. }
            ),
            _ => false,
        }
    }
}

fn other_purpose(found: Purpose) -> &'static str {
    match found {
        Purpose::Demo => {
            "these data are of a demo, in which everybody may take any role, and never become those of a service · name another folder with --data, or go on with --demo"
        }
        Purpose::Service => {
            "these data are of a service, and a demo would let everybody act in it · name another folder with --data, such as --data ./demo, or serve without --demo"
        }
    }
}

/// SQLite keeps no log to look into.
fn next_step(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::Database(problem) if !is_of_sqlite(problem.as_ref()) => "see the log of the server",
        _ => "run `liangjian audit verify`, which says whether the data are whole",
    }
}

fn is_of_sqlite(problem: &dyn sqlx::error::DatabaseError) -> bool {
    problem.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some()
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut => Self::Busy,
            sqlx::Error::Io(problem) if problem.kind() == std::io::ErrorKind::StorageFull => Self::DiskFull,
            sqlx::Error::Io(problem) => Self::Unreachable(problem.to_string()),
            sqlx::Error::Database(problem) => {
                let message = problem.message().to_owned();
                let code = problem.code().unwrap_or_default().into_owned();
                let known = if is_of_sqlite(problem.as_ref()) {
                    // A code that is no number would be a fault of the driver; 0 stands for nothing known.
                    of_sqlite(code.parse().unwrap_or(0), message)
                } else {
                    of_postgres(&code, message)
                };
                known.unwrap_or(Self::Database(error))
            }
            _ => Self::Database(error),
        }
    }
}

/// Extended result codes, the primary one in the low byte: sqlite.org/rescode.html.
///
/// SQLite itself tells "no space" (13) from other failed writes only where the system said so when writing;
/// growing the shared memory of the write-ahead log on a full disk is an input-output error (4874) like others.
fn of_sqlite(code: u32, message: String) -> Option<StoreError> {
    match (code & 0xff, code >> 8) {
        (5 | 6, _) => Some(StoreError::Busy),
        (11 | 26, _) => Some(StoreError::DamagedFile(message)),
        (13, _) => Some(StoreError::DiskFull),
        // PERM, READONLY, CANTOPEN, AUTH.
        (3 | 8 | 14 | 23, _) => Some(StoreError::Unwritable(message)),
        // IOERR while writing, flushing, cutting, deleting or mapping; not while reading.
        (10, 3..=6 | 10 | 16..=22 | 24 | 25 | 29..=31) => {
            Some(StoreError::Unwritable(format!("{message} (SQLite code {code})")))
        }
        _ => None,
    }
}

/// SQLSTATE codes: appendix A of the PostgreSQL manual.
fn of_postgres(code: &str, message: String) -> Option<StoreError> {
    match code {
        "40001" | "40P01" => Some(StoreError::Overtaken),
        "55P03" | "57014" => Some(StoreError::Busy),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::fixtures;
    use std::io;

    #[test]
    fn a_full_disk_is_told_from_other_failed_writes_where_the_system_tells() {
        let said = |code| of_sqlite(code, "disk I/O error".to_owned());
        assert!(matches!(said(13), Some(StoreError::DiskFull)));
        for code in [778, 1034, 4874, 8, 1032, 14] {
            let Some(error @ StoreError::Unwritable(_)) = said(code) else { panic!("{code}") };
            let message = error.to_string();
            assert!(message.contains("cannot be written") && message.contains("space"), "{message}");
        }
        assert!(said(266).is_none(), "a failed read is no failed write");
        let error = sqlx::Error::Io(io::Error::from(io::ErrorKind::StorageFull));
        assert!(matches!(StoreError::from(error), StoreError::DiskFull));
    }

    #[tokio::test]
    async fn only_the_server_is_said_to_have_a_log() {
        for fixture in fixtures().await {
            let error = StoreError::from(fixture.execute("SELECT nonsense").await.unwrap_err()).to_string();
            let has_log = fixture.engine() == "PostgreSQL";
            assert_eq!(error.contains("see the log of the server"), has_log, "{error}");
            assert_eq!(error.contains("audit verify"), !has_log, "{error}");
        }
    }
}
