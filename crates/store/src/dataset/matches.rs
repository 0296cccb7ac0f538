//! Outcomes of firms into a Parquet file: firm, policy, status, amount_fen.

use super::Firms;
use crate::digest::hexadecimal;
use parquet::{
    basic::Compression,
    data_type::{ByteArray, ByteArrayType, Int64Type},
    errors::ParquetError,
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use rules::policy::Status;
use sha2::{Digest as _, Sha256};
use std::{
    fs::File,
    io::{self, Write},
    mem,
    path::{Path, PathBuf},
    sync::Arc,
};

const SCHEMA: &str = "message matches {
    required binary firm (UTF8);
    required binary policy (UTF8);
    required binary status (UTF8);
    optional int64 amount_fen;
}";

/// Rows of one row group.
const GROUP_ROWS: usize = 1 << 20;

/// One outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchRow {
    /// Row of the firm in its table.
    pub firm: usize,
    /// The status; firms that are not entitled are left out by whoever writes.
    pub status: Status,
    /// What is due.
    pub amount_fen: Option<i64>,
}

/// Writes outcomes beside the file, and puts it in its place when all are written.
pub struct MatchesWriter {
    writer: SerializedFileWriter<Hashed>,
    unplaced: Unplaced,
    rows: u64,
    ids: ByteArray,
    statuses: [ByteArray; 4],
    firms: Vec<ByteArray>,
    policies: Vec<ByteArray>,
    status: Vec<ByteArray>,
    levels: Vec<i16>,
    amounts: Vec<i64>,
}

fn told(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => io::Error::other(error.to_string()),
        other => io::Error::other(other.to_string()),
    }
}

impl MatchesWriter {
    /// Begins a file for outcomes of these firms.
    pub fn create(path: &Path, firms: &Firms) -> io::Result<Self> {
        let unplaced = Unplaced { path: path.to_owned(), part: path.with_extension("parquet.part") };
        let schema = Arc::new(parse_message_type(SCHEMA).map_err(told)?);
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let writer = SerializedFileWriter::new(Hashed::create(&unplaced.part)?, schema, Arc::new(properties))
            .map_err(told)?;
        let word = |status: Status| ByteArray::from(status.name());
        Ok(Self {
            writer,
            unplaced,
            rows: 0,
            ids: ByteArray::from(firms.text()),
            statuses: [
                word(Status::NotEntitled),
                word(Status::Entitled),
                word(Status::Undetermined),
                word(Status::NeedsJudgement),
            ],
            firms: Vec::new(),
            policies: Vec::new(),
            status: Vec::new(),
            levels: Vec::new(),
            amounts: Vec::new(),
        })
    }

    /// Adds outcomes of one policy.
    pub fn add(
        &mut self,
        policy: &str,
        rows: impl IntoIterator<Item = MatchRow>,
        firms: &Firms,
    ) -> io::Result<()> {
        let policy = ByteArray::from(policy);
        for row in rows {
            let id = firms.range(row.firm);
            self.firms.push(self.ids.slice(id.start, id.len()));
            self.policies.push(policy.clone());
            self.status.push(self.statuses[row.status as usize].clone());
            self.levels.push(i16::from(row.amount_fen.is_some()));
            self.amounts.extend(row.amount_fen);
            if self.firms.len() >= GROUP_ROWS {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.firms.is_empty() {
            return Ok(());
        }
        self.write().map_err(told)?;
        self.rows += self.firms.len() as u64;
        self.firms.clear();
        self.policies.clear();
        self.status.clear();
        self.levels.clear();
        self.amounts.clear();
        Ok(())
    }

    fn write(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for values in [&self.firms, &self.policies, &self.status] {
            let mut column = group
                .next_column()?
                .ok_or_else(|| ParquetError::General("a column is missing".to_owned()))?;
            column.typed::<ByteArrayType>().write_batch(values, None, None)?;
            column.close()?;
        }
        let mut column =
            group.next_column()?.ok_or_else(|| ParquetError::General("a column is missing".to_owned()))?;
        column.typed::<Int64Type>().write_batch(&self.amounts, Some(&self.levels), None)?;
        column.close()?;
        group.close()?;
        Ok(())
    }

    /// Ends the file and makes sure that it is on the disk; it is not in its place yet.
    pub fn finish(mut self) -> io::Result<Matches> {
        self.flush()?;
        self.writer.finish().map_err(told)?;
        let Hashed { file, digest, bytes } = self.writer.inner_mut();
        file.sync_all()?;
        let sha256 = hexadecimal(&mem::take(digest).finalize());
        Ok(Matches { sha256, rows: self.rows, bytes: *bytes, unplaced: self.unplaced })
    }
}

/// Outcomes that are written whole, and not in their place yet.
pub struct Matches {
    /// SHA-256 of the file.
    pub sha256: String,
    /// Outcomes in it.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    unplaced: Unplaced,
}

impl Matches {
    /// Puts the file in its place.
    pub fn place(self) -> io::Result<()> {
        std::fs::rename(&self.unplaced.part, &self.unplaced.path)
    }
}

/// A file beside its place; taken away again unless it was put there.
struct Unplaced {
    path: PathBuf,
    part: PathBuf,
}

impl Drop for Unplaced {
    fn drop(&mut self) {
        // Once it stands in its place there is nothing to take away.
        let _ = std::fs::remove_file(&self.part);
    }
}

/// A file and the digest of what was written to it.
struct Hashed {
    file: File,
    digest: Sha256,
    bytes: u64,
}

impl Hashed {
    fn create(path: &Path) -> io::Result<Self> {
        Ok(Self { file: File::create(path)?, digest: Sha256::new(), bytes: 0 })
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.digest.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
