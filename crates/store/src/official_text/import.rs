//! Importing: checks first, then rows and event in one transaction.

use super::{BYTES_MAX, ImportOutcome, NewClause, NewOfficialText};
use crate::database::{Transaction, within};
use crate::digest::{sha256, sha256_of_fields};
use crate::event_log::{NewEvent, append_within, lock_log, stream_version};
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::HashSet;

/// Kind of the event of an import.
pub const IMPORTED: &str = "official-text.imported";

/// The stream of the events of one document.
pub fn stream_of(document: &str) -> String {
    format!("official-text:{document}")
}

/// What identifies a revision: its number, the hash of its bytes and of its clauses.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Revision {
    number: i64,
    source: String,
    sha256: String,
    clauses_sha256: String,
}

impl Store {
    /// Imports a text. The same bytes with the same clauses and no other source than the current revision change
    /// nothing; anything else becomes the next revision.
    pub async fn import_official_text(
        &self,
        text: &NewOfficialText,
        actor: &str,
        at: DateTime<Utc>,
    ) -> Result<ImportOutcome, StoreError> {
        check(text)?;
        let text_sha256 = sha256(&text.bytes);
        let clauses_sha256 = hash_of_clauses(&text.clauses);
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let current = current_revision(&mut transaction, &text.document).await?;
        let unchanged = |current: &Revision| {
            let same_source = text.source.is_empty() || text.source == current.source;
            current.sha256 == text_sha256 && current.clauses_sha256 == clauses_sha256 && same_source
        };
        if current.as_ref().is_some_and(unchanged) {
            transaction.undo().await?;
            return Ok(ImportOutcome::Unchanged);
        }
        let number = current.map_or(0, |current| current.number) + 1;
        let revision = Revision { number, source: text.source.clone(), sha256: text_sha256, clauses_sha256 };
        let event = imported(&mut transaction, text, &revision, actor).await?;
        let recorded = append_within(&mut transaction, &event, at).await?;
        insert_text(&mut transaction, text, &revision, recorded.recorded_at).await?;
        for (index, clause) in text.clauses.iter().enumerate() {
            insert_clause(&mut transaction, (&text.document, number), index, clause).await?;
        }
        transaction.commit().await?;
        Ok(ImportOutcome::Imported)
    }
}

/// The hash over anchor, heading and text of every clause in order.
pub fn hash_of_clauses(clauses: &[NewClause]) -> String {
    sha256_of_fields(
        clauses
            .iter()
            .flat_map(|clause| [clause.anchor.as_str(), clause.heading.as_str(), clause.text.as_str()]),
    )
}

/// The clauses of a revision in order.
async fn clauses_of(
    transaction: &mut Transaction,
    document: &str,
    revision: i64,
) -> Result<Vec<NewClause>, StoreError> {
    let rows: Vec<(String, String, String)> = within!(transaction, connection => {
        sqlx::query_as(
            "SELECT anchor, heading, text FROM official_clause
             WHERE document = $1 AND revision = $2 ORDER BY position",
        )
        .bind(document)
        .bind(revision)
        .fetch_all(connection)
        .await?
    });
    Ok(rows.into_iter().map(|(anchor, heading, text)| NewClause { anchor, heading, text }).collect())
}

async fn current_revision(
    transaction: &mut Transaction,
    document: &str,
) -> Result<Option<Revision>, StoreError> {
    let row: Option<(i64, String, String)> = within!(transaction, connection => {
        sqlx::query_as(
            "SELECT revision, source, sha256 FROM official_text
             WHERE document = $1 ORDER BY revision DESC LIMIT 1",
        )
        .bind(document)
        .fetch_optional(connection)
        .await?
    });
    let Some((number, source, sha256)) = row else { return Ok(None) };
    let clauses_sha256 = hash_of_clauses(&clauses_of(transaction, document, number).await?);
    Ok(Some(Revision { number, source, sha256, clauses_sha256 }))
}

async fn imported(
    transaction: &mut Transaction,
    text: &NewOfficialText,
    revision: &Revision,
    actor: &str,
) -> Result<NewEvent, StoreError> {
    let stream = stream_of(&text.document);
    let expected_version = stream_version(transaction, &stream).await?;
    let payload = json!({
        "document": text.document,
        "revision": revision.number,
        "title": text.title,
        "source": text.source,
        "file_name": text.file_name,
        "media_type": text.media_type,
        "byte_count": text.bytes.len(),
        "sha256": revision.sha256,
        "file_sha256": text.file_sha256,
        "clause_count": text.clauses.len(),
        "clauses_sha256": revision.clauses_sha256,
    });
    Ok(NewEvent { stream, expected_version, kind: IMPORTED.to_owned(), actor: actor.to_owned(), payload })
}

async fn insert_text(
    transaction: &mut Transaction,
    text: &NewOfficialText,
    revision: &Revision,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    within!(transaction, connection => {
        sqlx::query(
            "INSERT INTO official_text
             (document, revision, title, source, file_name, media_type, bytes, sha256, imported_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&text.document)
        .bind(revision.number)
        .bind(&text.title)
        .bind(&text.source)
        .bind(&text.file_name)
        .bind(&text.media_type)
        .bind(&text.bytes)
        .bind(&revision.sha256)
        .bind(at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
        .execute(connection)
        .await?;
    });
    Ok(())
}

async fn insert_clause(
    transaction: &mut Transaction,
    (document, revision): (&str, i64),
    index: usize,
    clause: &NewClause,
) -> Result<(), StoreError> {
    let position = i64::try_from(index + 1).expect("fewer clauses than bytes");
    within!(transaction, connection => {
        sqlx::query(
            "INSERT INTO official_clause (document, revision, position, anchor, heading, text, sha256)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(document)
        .bind(revision)
        .bind(position)
        .bind(&clause.anchor)
        .bind(&clause.heading)
        .bind(&clause.text)
        .bind(sha256(clause.text.as_bytes()))
        .execute(connection)
        .await?;
    });
    Ok(())
}

/// Refuses what cannot be stored alike in both engines.
fn check(text: &NewOfficialText) -> Result<(), StoreError> {
    let refuse =
        |problem: String| Err(StoreError::Invalid(format!("document `{}` · {problem}", text.document)));
    if text.bytes.is_empty() {
        return refuse("the file is empty · import the file that holds the text".to_owned());
    }
    if text.bytes.len() > BYTES_MAX {
        let (size, most) = (text.bytes.len(), BYTES_MAX >> 20);
        return refuse(format!(
            "the file has {size} bytes, at most {most} MiB are kept · import the text without its images"
        ));
    }
    if text.document.is_empty() || text.document.len() > 100 {
        return refuse("its identifier has to have 1 to 100 bytes · take the one of the edition".to_owned());
    }
    let mut anchors = HashSet::new();
    if let Some(twice) = text.clauses.iter().find(|clause| !anchors.insert(&clause.anchor)) {
        return refuse(format!("clause `{}` occurs twice · every anchor has to be unique", twice.anchor));
    }
    let of_clauses = text.clauses.iter().flat_map(|clause| [&clause.anchor, &clause.heading, &clause.text]);
    let of_text = [&text.document, &text.title, &text.source, &text.file_name, &text.media_type];
    if of_text.into_iter().chain(of_clauses).any(|field| field.contains('\0')) {
        return refuse("a field holds the character NUL · the file was read as the wrong format".to_owned());
    }
    Ok(())
}
