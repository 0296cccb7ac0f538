//! A file that several threads read at different places.

use parquet::{
    errors::{ParquetError, Result},
    file::reader::{ChunkReader, Length},
};
use std::{
    fs::File,
    io::{self, BufReader, Read, Seek, SeekFrom},
    sync::{Arc, Mutex, PoisonError},
};

/// Bytes read at once.
const READ_BYTES: usize = 1 << 18;

/// The file; its place is moved and read under one lock, for duplicates of a handle share the place.
pub struct SharedFile {
    file: Arc<Mutex<File>>,
    bytes: u64,
}

impl SharedFile {
    /// A file of which everything is read.
    pub fn new(file: File) -> Result<Self> {
        let bytes = file.metadata()?.len();
        Ok(Self { file: Arc::new(Mutex::new(file)), bytes })
    }
}

/// Reading from a place on.
pub struct From {
    file: Arc<Mutex<File>>,
    place: u64,
}

impl Read for From {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(self.place))?;
        let read = file.read(into)?;
        self.place += read as u64;
        Ok(read)
    }
}

impl Length for SharedFile {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for SharedFile {
    type T = BufReader<From>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        let from = From { file: Arc::clone(&self.file), place: start };
        Ok(BufReader::with_capacity(READ_BYTES, from))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<bytes::Bytes> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
            return Err(ParquetError::EOF("the file ends before its pages do".to_owned()));
        }
        let mut read = vec![0; length];
        From { file: Arc::clone(&self.file), place: start }.read_exact(&mut read)?;
        Ok(read.into())
    }
}
