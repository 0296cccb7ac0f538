//! Comparing the stored official texts with what the event log says was imported.

use super::import::{IMPORTED, clauses_of, hash_of_clauses};
use crate::database::{Transaction, within};
use crate::digest::sha256;
use crate::{Store, StoreError};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// A stored text that is not what was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextFault {
    /// Identifier of the document.
    pub document: String,
    /// The revision.
    pub revision: i64,
    /// What is wrong.
    pub what: String,
}

impl Store {
    /// Hashes every stored text and its clauses again and compares them with the events of their import.
    pub async fn verify_official_texts(&self) -> Result<Vec<TextFault>, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let payloads: Vec<String> = within!(&mut transaction, connection => {
            sqlx::query_scalar("SELECT payload FROM event WHERE kind = $1 ORDER BY sequence")
                .bind(IMPORTED)
                .fetch_all(connection)
                .await?
        });
        let stored: Vec<(String, i64)> = within!(&mut transaction, connection => {
            sqlx::query_as("SELECT document, revision FROM official_text ORDER BY document, revision")
                .fetch_all(connection)
                .await?
        });
        let mut unexplained: BTreeSet<(String, i64)> = stored.into_iter().collect();
        let mut faults = Vec::new();
        for payload in &payloads {
            // An unreadable payload is a fault of the chain, and is reported there.
            let Ok(payload) = serde_json::from_str::<Value>(payload) else { continue };
            let (Some(document), Some(revision)) =
                (payload["document"].as_str(), payload["revision"].as_i64())
            else {
                continue;
            };
            unexplained.remove(&(document.to_owned(), revision));
            if let Some(what) = difference(&mut transaction, &payload, (document, revision)).await? {
                faults.push(TextFault { document: document.to_owned(), revision, what: what.to_owned() });
            }
        }
        faults.extend(unexplained.into_iter().map(|(document, revision)| {
            let what = "no event records its import".to_owned();
            TextFault { document, revision, what }
        }));
        Ok(faults)
    }
}

async fn difference(
    transaction: &mut Transaction,
    payload: &Value,
    (document, revision): (&str, i64),
) -> Result<Option<&'static str>, StoreError> {
    let bytes: Option<Vec<u8>> = within!(transaction, connection => {
        sqlx::query_scalar("SELECT bytes FROM official_text WHERE document = $1 AND revision = $2")
            .bind(document)
            .bind(revision)
            .fetch_optional(connection)
            .await?
    });
    let Some(bytes) = bytes else { return Ok(Some("it is missing")) };
    if payload["sha256"].as_str() != Some(&sha256(&bytes)) {
        return Ok(Some("its bytes are not those that were imported"));
    }
    let clauses = clauses_of(transaction, document, revision).await?;
    if payload["clauses_sha256"].as_str() != Some(&hash_of_clauses(&clauses)) {
        return Ok(Some("its clauses are not those that were imported"));
    }
    Ok(None)
}
