//! Checkpoints as small files, for witnesses to fetch: `checkpoints/000000000042-sha256.txt` in the data folder.
//!
//! The table is what counts; the files follow it. A file that is there is left alone, for a witness may have put
//! its signature below the text.

use crate::database::{create_private_folder, query};
use crate::{Store, StoreError};
use std::path::Path;
use std::{fs, io};

/// Name of the folder in the data folder.
pub const FOLDER: &str = "checkpoints";

impl Store {
    /// Writes the checkpoints over more than `after` events that have no file in this data folder yet. Answers
    /// how many events the last of them vouches for, to go on from there.
    pub async fn publish_checkpoints(&self, data: &Path, after: i64) -> Result<i64, StoreError> {
        let statement = "SELECT size, hash, text FROM checkpoint WHERE size > $1 ORDER BY size, hash";
        let rows: Vec<(i64, String, String)> = query!(self.database, connection => {
            sqlx::query_as(statement).bind(after).fetch_all(connection).await?
        });
        let Some((last, ..)) = rows.last() else { return Ok(after) };
        let folder = data.join(FOLDER);
        let write = || {
            create_private_folder(&folder)?;
            rows.iter().try_for_each(|(size, hash, text)| publish(&folder, *size, hash, text))
        };
        write().map_err(|error: io::Error| StoreError::DataFolder {
            folder: folder.clone(),
            problem: error.to_string(),
        })?;
        Ok(*last)
    }
}

/// The name of the file of a checkpoint.
pub fn file_name(size: i64, hash: &str) -> String {
    format!("{size:012}-{hash}.txt")
}

/// A file is there whole or not at all.
fn publish(folder: &Path, size: i64, hash: &str, text: &str) -> io::Result<()> {
    let file = folder.join(file_name(size, hash));
    if file.exists() {
        return Ok(());
    }
    // Two programs may publish at once.
    let unfinished = file.with_extension(format!("unfinished-{}", std::process::id()));
    fs::write(&unfinished, text)?;
    fs::File::open(&unfinished)?.sync_all()?;
    fs::rename(&unfinished, &file)
}

/// Name and content of every checkpoint in this data folder, in order; none where there is no folder of them.
pub fn checkpoint_files(data: &Path) -> Result<Vec<(String, String)>, StoreError> {
    let folder = data.join(FOLDER);
    let read = || -> io::Result<Vec<(String, String)>> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|end| end == "txt") {
                let content = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
                files.push((path.display().to_string(), content));
            }
        }
        files.sort();
        Ok(files)
    };
    match read() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        files => files.map_err(|error| StoreError::Unreadable { file: folder, problem: error.to_string() }),
    }
}
