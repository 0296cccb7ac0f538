//! Copies of a whole SQLite store while it is used, and bringing one back as a recorded event.
//!
//! A copy is made by the engine in one reading, so it is of one moment. Nothing is brought back unverified, over data that
//! are there, or where checkpoints show that more was known. PostgreSQL has tools of its own for both.

use crate::account::Deed;
use crate::database::{Connections, Transaction, create_private_folder, within};
use crate::{Held, Location, SQLITE_FILE_NAME, Store, StoreError, checkpoint_files, digest::sha256};
use serde::Serialize;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Kind of the event of a restore.
const RESTORED: &str = "store.restored";
const STREAM: &str = "store";
/// Where a backup is looked at before it becomes the data.
const WORK_FOLDER: &str = "restoring";

/// A restore, as the log tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// Number of its event.
    pub sequence: i64,
    /// When.
    pub at: chrono::DateTime<chrono::Utc>,
    /// Who.
    pub actor: String,
    /// Why; empty once its time is over.
    pub reason: String,
    /// Events of the backup: what came after them is not here.
    pub events: i64,
    /// The root of the tree over them.
    pub root: String,
}

fn unusable(file: &Path) -> impl Fn(io::Error) -> StoreError {
    move |error| StoreError::Backup { file: file.to_owned(), problem: error.to_string() }
}

impl Store {
    /// Writes the whole store, as it is at one moment, into a file that does not exist yet.
    pub async fn back_up(&self, out: &Path) -> Result<(), StoreError> {
        let refused =
            |problem: &str| StoreError::Backup { file: out.to_owned(), problem: problem.to_owned() };
        let Connections::Sqlite { readers, .. } = &self.database.connections else {
            return Err(refused("the data are in PostgreSQL, whose own pg_dump makes their backup"));
        };
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // For its owner only before anything is in it; the engine fills a file that is empty.
        options.open(out).map_err(unusable(out))?;
        let path = out.to_str().ok_or_else(|| refused("its name is not UTF-8"))?;
        let mut reader = readers.acquire().await?;
        let copied = sqlx::query("VACUUM INTO $1").bind(path).execute(&mut *reader).await;
        if let Err(error) = copied {
            // What is half written is no backup.
            let _ = fs::remove_file(out);
            return Err(error.into());
        }
        fs::File::open(out).and_then(|file| file.sync_all()).map_err(unusable(out))
    }

    /// Brings a backup back into a data folder without data: verified first, and with an event that says so.
    pub async fn restore(backup: &Path, folder: &Path, deed: &Deed) -> Result<Restored, StoreError> {
        let refused = |problem: String| StoreError::Backup { file: backup.to_owned(), problem };
        if deed.reason.trim().is_empty() {
            return Err(refused("a restore needs a reason: say what happened".to_owned()));
        }
        let target = folder.join(SQLITE_FILE_NAME);
        if target.exists() {
            return Err(refused(format!("{} is there already: name an empty data folder", target.display())));
        }
        create_private_folder(folder).map_err(unusable(folder))?;
        let work = folder.join(WORK_FOLDER);
        // What a restore that was cut off left behind.
        let _ = fs::remove_dir_all(&work);
        create_private_folder(&work).map_err(unusable(&work))?;
        let restored = restore_within(backup, (folder, &work), deed).await;
        let moved = restored.and_then(|restored| {
            let file = work.join(SQLITE_FILE_NAME);
            // Only the one file is moved: nothing may be left beside it, and it has to be on the disk.
            if work.join(format!("{SQLITE_FILE_NAME}-wal")).exists() {
                return Err(refused("its last changes could not be folded in: try again".to_owned()));
            }
            fs::File::open(&file).and_then(|file| file.sync_all()).map_err(unusable(&file))?;
            fs::rename(&file, &target).map_err(unusable(&target))?;
            fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(unusable(folder))?;
            Ok(restored)
        });
        let _ = fs::remove_dir_all(&work);
        moved
    }

    /// The restores the log tells of, oldest first.
    pub async fn restores(&self) -> Result<Vec<Restored>, StoreError> {
        let events = self.events_of(STREAM).await?;
        Ok(events.iter().filter(|event| event.kind == RESTORED).map(restored_of).collect())
    }
}

async fn restore_within(
    backup: &Path,
    (folder, work): (&Path, &PathBuf),
    deed: &Deed,
) -> Result<Restored, StoreError> {
    let refused = |problem: String| StoreError::Backup { file: backup.to_owned(), problem };
    let file = work.join(SQLITE_FILE_NAME);
    fs::copy(backup, &file).map_err(unusable(backup))?;
    let bytes = fs::read(&file).map_err(unusable(&file))?;
    let digest = sha256(&bytes);
    drop(bytes);
    let location = Location::Sqlite(work.clone());
    let looked_at = Store::open_to_verify(&location).await?;
    let held = Held { published: checkpoint_files(folder)?, ..Held::default() };
    let found = looked_at.verify_with(&held).await;
    looked_at.close().await;
    let found = found?;
    if !found.is_whole() {
        let first = found.trail.faults.first().map(|fault| fault.what.clone()).unwrap_or_default();
        return Err(refused(format!(
            "it is not whole, or the checkpoints in {} vouch for more than it holds ({first}): take a newer backup, or move them away, and keep them, to go on with an older state",
            folder.display()
        )));
    }
    let store = Store::open(&location).await?;
    let facts = json!({
        "backup_sha256": digest, "events": found.chain.events, "head": found.chain.head,
        "hash": found.trail.hash, "root": found.trail.root,
    });
    let mut transaction = store.database.begin_write().await?;
    end_what_may_be_over(&mut transaction).await?;
    deed.record(&mut transaction, STREAM.to_owned(), RESTORED, facts).await?;
    transaction.commit().await?;
    store.checkpoint().await?;
    let restored = store.restores().await?.pop();
    store.publish_checkpoints(folder, 0).await?;
    store.close().await;
    restored.ok_or_else(|| StoreError::Damaged("the event of the restore is missing".to_owned()))
}

/// Sessions may have been ended, invitations used and offers withdrawn after the backup: nobody knows, so all of them
/// are over.
async fn end_what_may_be_over(transaction: &mut Transaction) -> Result<(), StoreError> {
    for statement in
        ["DELETE FROM session", "DELETE FROM invitation", "DELETE FROM offer", "DELETE FROM challenge"]
    {
        within!(transaction, connection => {
            sqlx::query(statement).execute(connection).await?;
        });
    }
    Ok(())
}

fn restored_of(event: &crate::Event) -> Restored {
    let text = |key: &str| event.payload[key].as_str().unwrap_or_default().to_owned();
    Restored {
        sequence: event.sequence,
        at: event.recorded_at,
        actor: event.actor.clone(),
        reason: event.details.reason.text().to_owned(),
        events: event.payload["events"].as_i64().unwrap_or_default(),
        root: text("root"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewEvent;
    use chrono::DateTime;
    use sqlx::Connection as _;

    fn deed(reason: &str) -> Deed {
        let (reason, salt) = (reason.to_owned(), "chance".to_owned());
        Deed { reason, salt, ..Deed::of_operator(DateTime::UNIX_EPOCH) }
    }

    async fn append(store: &Store, stream: &str, expected_version: i64) {
        let [stream, kind, actor] = [stream, "noted", "test"].map(str::to_owned);
        let event =
            NewEvent { stream, expected_version, kind, actor, payload: json!({ "n": expected_version }) };
        store.append(&event, DateTime::UNIX_EPOCH).await.unwrap();
    }

    async fn opened(folder: &Path) -> Store {
        Store::open(&Location::Sqlite(folder.to_owned())).await.unwrap()
    }

    #[tokio::test]
    async fn a_backup_under_load_is_whole_and_its_restore_is_told() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let store = opened(folder.path()).await;
        append(&store, "before", 0).await;
        let writing = {
            let store = store.clone();
            tokio::spawn(async move {
                for version in 0..200 {
                    append(&store, "load", version).await;
                }
            })
        };
        let file = other.path().join("copy");
        store.back_up(&file).await.unwrap();
        writing.await.unwrap();
        store.back_up(&file).await.unwrap_err();
        store.close().await;

        let data = other.path().join("data");
        Store::restore(&file, &data, &deed("")).await.unwrap_err();
        let restored = Store::restore(&file, &data, &deed("the disk broke")).await.unwrap();
        assert!((1..=201).contains(&restored.events) && restored.sequence == restored.events + 1);
        Store::restore(&file, &data, &deed("again")).await.unwrap_err();
        let store = opened(&data).await;
        assert!(store.verify().await.unwrap().is_whole());
        let told = store.restores().await.unwrap();
        assert_eq!((told[0].reason.as_str(), told[0].actor.as_str()), ("the disk broke", "operator"));
        store.close().await;
    }

    #[tokio::test]
    async fn a_backup_that_was_tampered_with_or_is_older_than_the_checkpoints_is_refused() {
        let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let store = opened(folder.path()).await;
        append(&store, "a", 0).await;
        let file = other.path().join("copy");
        store.back_up(&file).await.unwrap();
        append(&store, "a", 1).await;
        store.checkpoint().await.unwrap();
        let data = other.path().join("data");
        store.publish_checkpoints(&data, 0).await.unwrap();
        store.close().await;
        let refused = Store::restore(&file, &data, &deed("older")).await.unwrap_err().to_string();
        assert!(refused.contains("checkpoints"), "{refused}");
        assert!(!data.join(SQLITE_FILE_NAME).exists());

        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        for statement in ["DROP TRIGGER event_is_never_changed", "UPDATE event SET actor = 'other'"] {
            sqlx::query(statement).execute(&mut connection).await.unwrap();
        }
        connection.close().await.unwrap();
        let clean = other.path().join("clean");
        let refused = Store::restore(&file, &clean, &deed("tampered")).await.unwrap_err().to_string();
        assert!(refused.contains("not whole"), "{refused}");
        assert!(!clean.join(SQLITE_FILE_NAME).exists());
    }
}
