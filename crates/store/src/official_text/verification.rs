//! Comparing the stored official texts with what the event log says was imported.

use super::import::{IMPORTED, hash_of_clauses, stream_of};
use super::{NewClause, TextFault};
use crate::database::{Transaction, within};
use crate::digest::sha256;
use crate::{Store, StoreError};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const CLAUSES_NAMED_MAX: usize = 10;

/// Document and revision.
type Key = (String, i64);

/// The event of an import.
#[derive(sqlx::FromRow)]
struct Import {
    sequence: i64,
    stream: String,
    recorded_at: String,
    payload: String,
}

/// A text as it is stored.
#[derive(sqlx::FromRow)]
struct Stored {
    title: String,
    source: String,
    file_name: String,
    media_type: String,
    bytes: Vec<u8>,
    sha256: String,
    imported_at: String,
}

/// A clause as it is stored.
#[derive(sqlx::FromRow)]
struct StoredClause {
    position: i64,
    anchor: String,
    heading: String,
    text: String,
    sha256: String,
}

impl Store {
    /// Hashes every stored text and its clauses again and compares all that is stored with the events of their
    /// import.
    pub async fn verify_official_texts(&self) -> Result<Vec<TextFault>, StoreError> {
        match self.compare_official_texts().await {
            Err(error) if error.is_about_content() => Ok(vec![fault(
                &("(all)".to_owned(), 0),
                format!("the texts cannot be read: {}", error.reason()),
            )]),
            outcome => outcome,
        }
    }

    async fn compare_official_texts(&self) -> Result<Vec<TextFault>, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let mut faults = Vec::new();
        let recorded = recorded(&mut transaction, &mut faults).await?;
        for (key, (event, payload)) in &recorded {
            let whats = match differences(&mut transaction, key, event, payload).await {
                Err(error) if error.is_about_content() => {
                    vec![format!("it cannot be read: {}", error.reason())]
                }
                outcome => outcome?,
            };
            faults.extend(whats.into_iter().map(|what| fault(key, what)));
        }
        let texts = keys(&mut transaction, "SELECT document, revision FROM official_text").await?;
        let of_clauses =
            keys(&mut transaction, "SELECT DISTINCT document, revision FROM official_clause").await?;
        let unexplained = texts.iter().filter(|key| !recorded.contains_key(*key));
        faults.extend(unexplained.map(|key| fault(key, "no event records its import")));
        let orphaned = of_clauses.difference(&texts);
        faults.extend(orphaned.map(|key| fault(key, "it has clauses, but there is no such text")));
        Ok(faults)
    }

    /// Number of documents of which a text was imported.
    pub(crate) async fn official_text_count(&self) -> Result<i64, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        Ok(within!(&mut transaction, connection => {
            sqlx::query_scalar("SELECT count(DISTINCT document) FROM official_text").fetch_one(connection).await?
        }))
    }
}

fn fault((document, revision): &Key, what: impl Into<String>) -> TextFault {
    TextFault { document: document.clone(), revision: *revision, what: what.into() }
}

/// The events of imports by what they imported; those that cannot be understood become faults.
async fn recorded(
    transaction: &mut Transaction,
    faults: &mut Vec<TextFault>,
) -> Result<BTreeMap<Key, (Import, Value)>, StoreError> {
    let rows: Vec<Import> = within!(transaction, connection => {
        sqlx::query_as(
            "SELECT sequence, stream, recorded_at, payload FROM event WHERE kind = $1 ORDER BY sequence",
        )
        .bind(IMPORTED)
        .fetch_all(connection)
        .await?
    });
    let mut recorded = BTreeMap::new();
    for row in rows {
        let sequence = row.sequence;
        let payload: Value = serde_json::from_str(&row.payload).unwrap_or_default();
        let (Some(document), Some(revision)) = (payload["document"].as_str(), payload["revision"].as_i64())
        else {
            let what = format!("event {sequence} does not say what was imported");
            faults.push(fault(&(row.stream, 0), what));
            continue;
        };
        let key = (document.to_owned(), revision);
        if row.stream != stream_of(document) {
            faults.push(fault(&key, format!("event {sequence} of another stream records its import")));
        }
        if let Some((earlier, _)) = recorded.insert(key.clone(), (row, payload)) {
            let what = format!("events {} and {sequence} both record its import", earlier.sequence);
            faults.push(fault(&key, what));
        }
    }
    Ok(recorded)
}

async fn keys(transaction: &mut Transaction, statement: &'static str) -> Result<BTreeSet<Key>, StoreError> {
    let rows: Vec<Key> =
        within!(transaction, connection => sqlx::query_as(statement).fetch_all(connection).await?);
    Ok(rows.into_iter().collect())
}

/// What of one stored text is not as its event says.
async fn differences(
    transaction: &mut Transaction,
    (document, revision): &Key,
    event: &Import,
    payload: &Value,
) -> Result<Vec<String>, StoreError> {
    let stored: Option<Stored> = within!(transaction, connection => {
        sqlx::query_as(
            "SELECT title, source, file_name, media_type, bytes, sha256, imported_at FROM official_text
             WHERE document = $1 AND revision = $2",
        )
        .bind(document)
        .bind(revision)
        .fetch_optional(connection)
        .await?
    });
    let Some(stored) = stored else { return Ok(vec!["it is missing".to_owned()]) };
    let clauses: Vec<StoredClause> = within!(transaction, connection => {
        sqlx::query_as(
            "SELECT position, anchor, heading, text, sha256 FROM official_clause
             WHERE document = $1 AND revision = $2 ORDER BY position",
        )
        .bind(document)
        .bind(revision)
        .fetch_all(connection)
        .await?
    });
    let mut whats = differences_of_text(&stored, event, payload);
    whats.extend(differences_of_clauses(clauses, payload));
    Ok(whats)
}

fn differences_of_text(stored: &Stored, event: &Import, payload: &Value) -> Vec<String> {
    let mut whats = Vec::new();
    let computed = sha256(&stored.bytes);
    if payload["sha256"] != computed.as_str() || payload["byte_count"] != stored.bytes.len() {
        whats.push("its bytes are not those that were imported".to_owned());
    }
    let columns = [
        ("title", &stored.title, &payload["title"]),
        ("source", &stored.source, &payload["source"]),
        ("file name", &stored.file_name, &payload["file_name"]),
        ("media type", &stored.media_type, &payload["media_type"]),
        ("hash", &stored.sha256, &payload["sha256"]),
    ];
    let changed = columns.into_iter().filter(|(_, column, imported)| *imported != column.as_str());
    whats.extend(changed.map(|(name, ..)| format!("its {name} is not the one that was imported")));
    if stored.imported_at != event.recorded_at {
        whats.push(format!("its time of import is not that of event {}", event.sequence));
    }
    whats
}

fn differences_of_clauses(stored: Vec<StoredClause>, payload: &Value) -> Vec<String> {
    let mut of_clauses = Vec::new();
    for (clause, place) in stored.iter().zip(1..) {
        if clause.position != place {
            let what =
                format!("clause {} stands at position {}, not at {place}", clause.anchor, clause.position);
            of_clauses.push(what);
        }
        if clause.sha256 != sha256(clause.text.as_bytes()) {
            of_clauses.push(format!("the hash of clause {} is not that of its text", clause.anchor));
        }
    }
    if of_clauses.len() > CLAUSES_NAMED_MAX {
        let more = of_clauses.len() - CLAUSES_NAMED_MAX;
        of_clauses.truncate(CLAUSES_NAMED_MAX);
        of_clauses.push(format!("{more} more faults like these"));
    }
    let count = stored.len();
    let clauses: Vec<NewClause> = stored
        .into_iter()
        .map(|StoredClause { anchor, heading, text, .. }| NewClause { anchor, heading, text })
        .collect();
    if payload["clauses_sha256"] != hash_of_clauses(&clauses).as_str() || payload["clause_count"] != count {
        of_clauses.insert(0, "its clauses are not those that were imported".to_owned());
    }
    of_clauses
}
