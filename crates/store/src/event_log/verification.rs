//! Recomputing the chain: what was edited, removed, inserted, swapped or cut off is listed.

use super::{EventRow, Head, canonical::canonical_json, page};
use crate::database::{Transaction, within};
use crate::{Store, StoreError};
use serde::Serialize;
use std::collections::HashMap;

const FAULTS_MAX: usize = 100;
/// The time of the head before the first event, as the first migration writes it.
const BEGINNING: &str = "0001-01-01T00:00:00.000000Z";

/// What a verification found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChainReport {
    /// Events read.
    pub events: i64,
    /// Hash of the last event read; 64 zeros for an empty log. Publish it: it vouches for all events before it.
    pub head: String,
    /// What is wrong, in the order of the log, at most 100; empty means the chain is whole.
    pub faults: Vec<ChainFault>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ChainFault {
    /// The event where it shows.
    pub sequence: i64,
    /// What is wrong.
    pub what: String,
}

/// What has been read so far.
struct Walk {
    events: i64,
    sequence: i64,
    hash: String,
    recorded_at: String,
    versions: HashMap<String, i64>,
    faults: Vec<ChainFault>,
}

impl Store {
    /// Reads the whole log in one unchanging state and recomputes every hash.
    ///
    /// Events that cannot be read are a fault, and the walk ends before them.
    pub async fn verify_chain(&self) -> Result<ChainReport, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let mut walk = Walk::start();
        match walk_through(&mut walk, &mut transaction).await {
            Ok(heads) => Ok(walk.finish(&heads)),
            Err(error) if error.is_about_content() => Ok(walk.end_early(&error)),
            Err(error) => Err(error),
        }
    }
}

async fn walk_through(walk: &mut Walk, transaction: &mut Transaction) -> Result<Vec<Head>, StoreError> {
    // Below the lowest value a tampered sequence could have.
    let mut after = i64::MIN;
    loop {
        let rows = page(transaction, after).await?;
        let Some(last) = rows.last() else { break };
        after = last.sequence;
        for row in &rows {
            walk.step(row);
        }
    }
    Ok(within!(transaction, connection => {
        sqlx::query_as::<_, Head>("SELECT sequence, hash, recorded_at FROM event_head ORDER BY id")
            .fetch_all(connection)
            .await?
    }))
}

impl Walk {
    fn start() -> Self {
        Self {
            events: 0,
            sequence: 0,
            hash: "0".repeat(64),
            recorded_at: BEGINNING.to_owned(),
            versions: HashMap::new(),
            faults: Vec::new(),
        }
    }

    fn fault(&mut self, sequence: i64, what: impl Into<String>) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(ChainFault { sequence, what: what.into() });
        }
    }

    /// Checks one event against itself and against the one before it.
    fn step(&mut self, row: &EventRow) {
        let sequence = row.sequence;
        if sequence != self.sequence + 1 {
            self.fault(sequence, format!("it follows event {}: events between are missing", self.sequence));
        }
        if row.previous_hash != self.hash {
            self.fault(sequence, "it does not continue the event before it");
        }
        if row.computed_hash() != row.hash {
            self.fault(sequence, "its content does not match its hash: it was edited");
        }
        let canonical = serde_json::from_str(&row.payload).ok().and_then(|value| canonical_json(&value).ok());
        if canonical.as_ref() != Some(&row.payload) {
            self.fault(sequence, "its payload is not canonical JSON");
        }
        if row.recorded_at < self.recorded_at {
            self.fault(sequence, "its time is before that of the event before it");
        }
        let version = self.versions.insert(row.stream.clone(), row.version).unwrap_or(0);
        if row.version != version + 1 {
            let what = format!("version {} of `{}` follows version {version}", row.version, row.stream);
            self.fault(sequence, what);
        }
        self.events += 1;
        self.sequence = sequence;
        self.hash.clone_from(&row.hash);
        self.recorded_at.clone_from(&row.recorded_at);
    }

    /// The report of a log that cannot be read to its end.
    fn end_early(mut self, error: &StoreError) -> ChainReport {
        self.fault(self.sequence, format!("what follows cannot be read: {}", error.reason()));
        ChainReport { events: self.events, head: self.hash, faults: self.faults }
    }

    /// Compares the end of the log with the head row.
    fn finish(mut self, heads: &[Head]) -> ChainReport {
        if heads.len() > 1 {
            self.fault(self.sequence, format!("the log has {} heads instead of one", heads.len()));
        }
        match heads.first() {
            None => self.fault(self.sequence, "the head of the log is missing"),
            Some(head) if head.sequence != self.sequence => {
                let what = format!(
                    "the log ends at event {}, but its head says {}: its tail was cut off or added to",
                    self.sequence, head.sequence
                );
                self.fault(head.sequence, what);
            }
            Some(head) if head.hash != self.hash => {
                self.fault(self.sequence, "the last event is not the one the head of the log names");
            }
            Some(head) if head.recorded_at != self.recorded_at => {
                self.fault(self.sequence, "the head of the log does not have the time of the last event");
            }
            Some(_) => {}
        }
        ChainReport { events: self.events, head: self.hash, faults: self.faults }
    }
}
