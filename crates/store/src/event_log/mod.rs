//! The event log: every change of the operational data, append-only and hash-chained.
//!
//! Each event carries the hash of the one before it (`canonical.rs` defines the hash). A one-row table
//! `event_head` holds the last sequence and hash: locking it serialises the writers, so sequences have no gaps,
//! and it shows when the tail of the log was cut off. Triggers refuse changes of events in both engines.
//! Somebody who can rewrite the whole database can also rewrite the whole chain: what protects against that are
//! the checkpoints that parties outside keep (`audit_trail/`).

mod canonical;
mod detail;
mod search;
#[cfg(test)]
mod tests;
mod verification;

pub use canonical::recorded_text;
pub use detail::{Column, DetailFault, Details, NewDetails, Words, erase_before};
pub use search::EventSearch;
pub use verification::{ChainFault, ChainReport};

use crate::audit_trail::TreeRow;
use crate::database::{Transaction, query, within};
use crate::{Store, StoreError, audit_trail};
use canonical::canonical_json;
use chrono::{DateTime, Utc};
use detail::DetailedRow;
use serde::Serialize;
use serde_json::Value;

/// Reads events with what stands beside them.
macro_rules! select_events {
    ($rest:literal) => {
        concat!(
            "SELECT e.*, d.reason, d.network, d.client
             FROM event e LEFT JOIN event_detail d ON d.sequence = e.sequence ",
            $rest
        )
    };
}

use select_events;

const EVENTS_AFTER: &str = select_events!("WHERE e.sequence > $1 ORDER BY e.sequence LIMIT $2");
const EVENTS_OF: &str = select_events!("WHERE e.stream = $1 ORDER BY e.version");
const NEWEST_OF: &str = select_events!("WHERE e.stream = $1 ORDER BY e.version DESC LIMIT $2");
const NAME_BYTES_MAX: usize = 200;
const PAYLOAD_BYTES_MAX: usize = 1 << 20;

/// A recorded event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Place in the whole log, from 1, without gaps.
    pub sequence: i64,
    /// What it is about: `official-text:regulation-2021`.
    pub stream: String,
    /// Place in its stream, from 1, without gaps.
    pub version: i64,
    /// What happened: `official-text.imported`.
    pub kind: String,
    /// Who did it.
    pub actor: String,
    /// When it was recorded; never earlier than the event before it. Microseconds.
    pub recorded_at: DateTime<Utc>,
    /// What it says.
    pub payload: Value,
    /// Hash of the event before it; 64 zeros for the first.
    pub previous_hash: String,
    /// SHA-256 of this event, lower-case hexadecimal.
    pub hash: String,
    /// What was said with it, which is no part of what is hashed.
    #[serde(skip_serializing_if = "Details::is_empty")]
    pub details: Details,
}

/// An event to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEvent {
    /// What it is about.
    pub stream: String,
    /// The version of the stream the caller has seen; 0 for a new stream.
    pub expected_version: i64,
    /// What happened.
    pub kind: String,
    /// Who did it.
    pub actor: String,
    /// What it says. Numbers are whole: write amounts in fen, ratios and other decimals as text.
    pub payload: Value,
}

/// An event as it is stored: the texts that were hashed.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct EventRow {
    pub sequence: i64,
    pub stream: String,
    pub version: i64,
    pub kind: String,
    pub actor: String,
    pub recorded_at: String,
    pub payload: String,
    pub previous_hash: String,
    pub hash: String,
}

/// The last event, as the head row remembers it.
#[derive(Clone, Debug, sqlx::FromRow)]
struct Head {
    sequence: i64,
    hash: String,
    recorded_at: String,
}

/// What a new event continues: the last event as the head row remembers it, the version of its own stream, the tree.
#[derive(Debug, sqlx::FromRow)]
struct Ends {
    sequence: i64,
    head_hash: String,
    head_time: String,
    found: i64,
    #[sqlx(flatten)]
    tree: TreeRow,
}

impl Store {
    /// Records an event. Fails with `Conflict` when the stream is not at `expected_version`.
    ///
    /// Time never runs backwards in the log: if `at` is before the last recorded time, that one is taken.
    pub async fn append(&self, event: &NewEvent, at: DateTime<Utc>) -> Result<Event, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let recorded = append_within(&mut transaction, event, at).await?;
        transaction.commit().await?;
        Ok(recorded)
    }

    /// Up to `limit` events with a sequence above `after`, in order.
    pub async fn events(&self, after: i64, limit: u32) -> Result<Vec<Event>, StoreError> {
        let rows = query!(self.database, connection => {
            sqlx::query_as::<_, DetailedRow>(EVENTS_AFTER)
                .bind(after)
                .bind(i64::from(limit))
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(Event::try_from).collect()
    }

    /// Every event of one stream, in order.
    pub async fn events_of(&self, stream: &str) -> Result<Vec<Event>, StoreError> {
        let rows = query!(self.database, connection => {
            sqlx::query_as::<_, DetailedRow>(EVENTS_OF).bind(stream).fetch_all(connection).await?
        });
        rows.into_iter().map(Event::try_from).collect()
    }

    /// Up to `limit` events of one stream, the newest first.
    pub async fn newest_of(&self, stream: &str, limit: u32) -> Result<Vec<Event>, StoreError> {
        let rows = query!(self.database, connection => {
            sqlx::query_as::<_, DetailedRow>(NEWEST_OF)
                .bind(stream)
                .bind(i64::from(limit))
                .fetch_all(connection)
                .await?
        });
        rows.into_iter().map(Event::try_from).collect()
    }
}

/// Records an event as part of a larger change.
pub async fn append_within(
    transaction: &mut Transaction,
    event: &NewEvent,
    at: DateTime<Utc>,
) -> Result<Event, StoreError> {
    let payload = checked(event)?;
    let at = recorded_text(at)?;
    let Ends { sequence, head_hash, head_time, found, tree } = ends(transaction, &event.stream).await?;
    if found != event.expected_version {
        let (stream, expected) = (event.stream.clone(), event.expected_version);
        return Err(StoreError::Conflict { stream, expected, found });
    }
    let mut row = EventRow {
        sequence: sequence + 1,
        stream: event.stream.clone(),
        version: found + 1,
        kind: event.kind.clone(),
        actor: event.actor.clone(),
        recorded_at: at.max(head_time),
        payload,
        previous_hash: head_hash,
        hash: String::new(),
    };
    row.hash = row.computed_hash();
    insert(transaction, &row).await?;
    audit_trail::record(transaction, tree, &row).await?;
    row.try_into()
}

/// Takes the head of the log; until the transaction ends nobody else can.
///
/// A change that reads before it appends calls this first, so that what it read still holds.
/// So does one that locks other rows as well: all of them take their locks in this order and none waits in a circle.
pub async fn lock_log(transaction: &mut Transaction) -> Result<(), StoreError> {
    // On SQLite changes have their turns.
    if let Transaction::Postgres(connection) = transaction {
        let head: Option<i64> = sqlx::query_scalar("SELECT sequence FROM event_head FOR UPDATE")
            .fetch_optional(&mut **connection)
            .await?;
        head.ok_or_else(missing)?;
    }
    Ok(())
}

/// The version of a stream; 0 where it has no event yet.
pub async fn stream_version(transaction: &mut Transaction, stream: &str) -> Result<i64, StoreError> {
    Ok(within!(transaction, connection => {
        sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM event WHERE stream = $1")
            .bind(stream)
            .fetch_one(connection)
            .await?
    }))
}

/// Reads all of it in one statement, once nobody else can change it.
async fn ends(transaction: &mut Transaction, stream: &str) -> Result<Ends, StoreError> {
    lock_log(transaction).await?;
    let ends = within!(transaction, connection => {
        sqlx::query_as(
            "SELECT h.sequence, h.hash AS head_hash, h.recorded_at AS head_time,
                    (SELECT coalesce(max(version), 0) FROM event WHERE stream = $1) AS found,
                    t.hash, t.size, t.nodes, t.checkpoint_size, t.waiting_since
             FROM event_head h JOIN event_tree t ON t.id = h.id",
        )
        .bind(stream)
        .fetch_optional(connection)
        .await?
    });
    ends.ok_or_else(missing)
}

fn missing() -> StoreError {
    StoreError::Damaged("the head of the event log, or the tree over it, is missing".to_owned())
}

async fn insert(transaction: &mut Transaction, row: &EventRow) -> Result<(), StoreError> {
    let inserted = within!(transaction, connection => {
        sqlx::query(
            "INSERT INTO event (sequence, stream, version, kind, actor, recorded_at, payload, previous_hash, hash)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(row.sequence)
        .bind(&row.stream)
        .bind(row.version)
        .bind(&row.kind)
        .bind(&row.actor)
        .bind(&row.recorded_at)
        .bind(&row.payload)
        .bind(&row.previous_hash)
        .bind(&row.hash)
        .execute(connection)
        .await
        .map(drop)
    });
    inserted.map_err(|error| match error {
        // The head lock makes this unreachable; the unique keys are the last guard.
        sqlx::Error::Database(problem) if problem.is_unique_violation() => {
            StoreError::Conflict { stream: row.stream.clone(), expected: row.version - 1, found: row.version }
        }
        other => other.into(),
    })?;
    within!(transaction, connection => {
        sqlx::query("UPDATE event_head SET sequence = $1, hash = $2, recorded_at = $3 WHERE id = 1")
            .bind(row.sequence)
            .bind(&row.hash)
            .bind(&row.recorded_at)
            .execute(connection)
            .await?;
    });
    Ok(())
}

/// The canonical payload of an event that may be recorded.
fn checked(event: &NewEvent) -> Result<String, StoreError> {
    for (name, text) in [("stream", &event.stream), ("kind", &event.kind), ("actor", &event.actor)] {
        if text.trim().is_empty() || text.len() > NAME_BYTES_MAX || text.chars().any(char::is_control) {
            return Err(StoreError::Invalid(format!(
                "the {name} of an event is `{}` · write 1 to {NAME_BYTES_MAX} bytes without control characters",
                text.escape_debug()
            )));
        }
    }
    let payload = canonical_json(&event.payload)
        .map_err(|problem| StoreError::Invalid(format!("payload of `{}` · {problem}", event.kind)))?;
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(StoreError::Invalid(format!(
            "payload of `{}` has {} bytes · store large content beside the event and record its hash",
            event.kind,
            payload.len()
        )));
    }
    Ok(payload)
}

/// Number of rows that are read at once.
pub const PAGE: i64 = 1000;

/// The rows of the log after this sequence, at most a page of them, in order.
pub async fn page(transaction: &mut Transaction, after: i64) -> Result<Vec<EventRow>, StoreError> {
    Ok(within!(transaction, connection => {
        sqlx::query_as("SELECT * FROM event WHERE sequence > $1 ORDER BY sequence LIMIT $2")
            .bind(after)
            .bind(PAGE)
            .fetch_all(connection)
            .await?
    }))
}

impl EventRow {
    /// The hash it ought to have.
    pub fn computed_hash(&self) -> String {
        canonical::event_hash(self)
    }

    /// The whole event as one line of canonical JSON: the leaf of the tree, and a line of an export.
    pub fn line(&self) -> String {
        canonical::event_line(self)
    }
}

impl TryFrom<EventRow> for Event {
    type Error = StoreError;

    fn try_from(row: EventRow) -> Result<Self, StoreError> {
        let damaged = |what: &str| StoreError::Damaged(format!("event {}: {what}", row.sequence));
        let recorded_at = DateTime::parse_from_rfc3339(&row.recorded_at)
            .map_err(|_| damaged("its time cannot be read"))?
            .with_timezone(&Utc);
        let payload =
            serde_json::from_str(&row.payload).map_err(|_| damaged("its payload cannot be read"))?;
        Ok(Self {
            sequence: row.sequence,
            stream: row.stream,
            version: row.version,
            kind: row.kind,
            actor: row.actor,
            recorded_at,
            payload,
            previous_hash: row.previous_hash,
            hash: row.hash,
            details: Details::default(),
        })
    }
}
