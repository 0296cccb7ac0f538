//! Checkpoints for parties outside: as the table has them, with the signatures that their files bear.

use super::file::{FOLDER, file_name};
use super::note::BYTES_MAX as NOTE_BYTES_MAX;
use super::{Checkpoint, Note};
use crate::database::query;
use crate::merkle::TreeHash;
use crate::{Store, StoreError};
use std::io::{self, Read as _};
use std::{fs, path::Path};

impl Store {
    /// The checkpoints over fewer than `before` events, the largest first, at most so many.
    pub async fn checkpoints(&self, before: Option<i64>, most: i64) -> Result<Vec<Note>, StoreError> {
        let statement = "SELECT text FROM checkpoint WHERE size < $1 ORDER BY size DESC, hash DESC LIMIT $2";
        let texts: Vec<String> = query!(self.database, connection => {
            sqlx::query_scalar(statement)
                .bind(before.unwrap_or(i64::MAX))
                .bind(most)
                .fetch_all(connection)
                .await?
        });
        Ok(texts.into_iter().map(Note::unsigned).collect())
    }

    /// The checkpoint over exactly so many events; where there are two, that of the hash function named, or else of
    /// the function in use.
    pub async fn checkpoint_of(&self, size: i64, hash: Option<TreeHash>) -> Result<Option<Note>, StoreError> {
        let statement = "SELECT text FROM checkpoint WHERE size = $1 AND (hash = $2 OR $2 = '')
                         ORDER BY CASE WHEN hash = (SELECT hash FROM event_tree) THEN 0 ELSE 1 END LIMIT 1";
        let text: Option<String> = query!(self.database, connection => {
            sqlx::query_scalar(statement)
                .bind(size)
                .bind(hash.map_or("", TreeHash::name))
                .fetch_optional(connection)
                .await?
        });
        Ok(text.map(Note::unsigned))
    }
}

/// As much of a file as a note can have and a little more: whoever put more there fills no memory.
fn beginning(file: &Path) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(file)?.take(NOTE_BYTES_MAX as u64 + 1).read_to_string(&mut text)?;
    Ok(text)
}

impl Note {
    /// The same checkpoint with the signatures its file in this data folder bears. A file that is missing, cannot be
    /// read or says something else than the table adds nothing; `audit verify` tells of it.
    #[must_use]
    pub fn with_signatures(self, data: &Path) -> Self {
        let read = || {
            let checkpoint = Checkpoint::parse(&self.text).ok()?;
            let size = i64::try_from(checkpoint.size).ok()?;
            let file = data.join(FOLDER).join(file_name(size, checkpoint.hash.name()));
            let note = Self::parse(&beginning(&file).ok()?).ok()?;
            (note.text == self.text).then_some(note)
        };
        read().unwrap_or(self)
    }

    /// Who signed it, as far as the note says; whether a signature holds is for whoever has the key.
    pub fn signers(&self) -> Vec<&str> {
        self.signatures.iter().map(|signature| signature.name.as_str()).collect()
    }
}
