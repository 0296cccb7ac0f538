//! Official texts as imported: the bytes with their hash and source, and the clauses read from them.
//!
//! A newer text of the same document becomes the next revision; the older ones stay. Each import is an event
//! `official-text.imported` of the stream `official-text:<document>`, committed together with its rows.

mod import;
#[cfg(test)]
mod tests;
mod verification;

use crate::database::query;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::AssertSqlSafe;

/// Most bytes an official text may have: 32 MiB.
pub const BYTES_MAX: usize = 32 << 20;

const SEARCH_WORDS_MAX: usize = 4;
const SEARCH_CHARACTERS_MAX: usize = 200;

/// A text to be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOfficialText {
    /// Identifier of the document in the edition.
    pub document: String,
    /// Title as printed.
    pub title: String,
    /// Where it was obtained; may be empty.
    pub source: String,
    /// Name of the file it came in.
    pub file_name: String,
    /// Media type: `text/plain; charset=utf-8`.
    pub media_type: String,
    /// SHA-256 of the file it was read from, recorded with the import, so that a publisher's file can be
    /// compared with it.
    pub file_sha256: String,
    /// What is kept of the file, at most [`BYTES_MAX`].
    pub bytes: Vec<u8>,
    /// What was read from it, in order.
    pub clauses: Vec<NewClause>,
}

/// A clause to be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewClause {
    /// Its citation: "a20".
    pub anchor: String,
    /// Its heading as printed; may be empty.
    pub heading: String,
    /// Its text.
    pub text: String,
}

/// The current revision of an imported text, without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfficialText {
    /// Identifier of the document in the edition.
    pub document: String,
    /// From 1; the highest is current.
    pub revision: i64,
    /// Title as printed.
    pub title: String,
    /// Where it was obtained.
    pub source: String,
    /// Name of the file it came in.
    pub file_name: String,
    /// Media type.
    pub media_type: String,
    /// SHA-256 of the bytes, lower-case hexadecimal.
    pub sha256: String,
    /// When it was imported.
    pub imported_at: DateTime<Utc>,
    /// Number of its clauses.
    pub clause_count: i64,
}

/// A clause of the current revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct OfficialClause {
    /// Identifier of the document.
    pub document: String,
    /// Its citation.
    pub anchor: String,
    /// Its heading as printed.
    pub heading: String,
    /// Its text.
    pub text: String,
    /// SHA-256 of the text, lower-case hexadecimal.
    pub sha256: String,
}

/// An imported text with some of its clauses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfficialExcerpt {
    /// The text, current revision.
    pub text: OfficialText,
    /// Clauses of this same revision, in order of printing.
    pub clauses: Vec<OfficialClause>,
}

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

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportOutcome {
    /// A first or a new revision was written.
    Imported,
    /// The current revision has the same bytes and clauses; nothing was written.
    Unchanged,
}

#[derive(sqlx::FromRow)]
struct TextRow {
    document: String,
    revision: i64,
    title: String,
    source: String,
    file_name: String,
    media_type: String,
    sha256: String,
    imported_at: String,
    clause_count: i64,
}

impl Store {
    /// The current revision of every imported text, by document.
    pub async fn official_texts(&self) -> Result<Vec<OfficialText>, StoreError> {
        let rows = query!(self.database, connection => {
            sqlx::query_as::<_, TextRow>(
                "SELECT document, revision, title, source, file_name, media_type, sha256, imported_at,
                        (SELECT count(*) FROM official_clause c
                         WHERE c.document = t.document AND c.revision = t.revision) AS clause_count
                 FROM official_text t
                 WHERE revision = (SELECT max(revision) FROM official_text n WHERE n.document = t.document)
                 ORDER BY document",
            )
            .fetch_all(connection)
            .await?
        });
        rows.into_iter().map(OfficialText::try_from).collect()
    }

    /// The bytes of the current revision.
    pub async fn official_text_bytes(&self, document: &str) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(query!(self.database, connection => {
            sqlx::query_scalar(
                "SELECT bytes FROM official_text WHERE document = $1 ORDER BY revision DESC LIMIT 1",
            )
            .bind(document)
            .fetch_optional(connection)
            .await?
        }))
    }

    /// A clause of the current revision.
    pub async fn official_clause(
        &self,
        document: &str,
        anchor: &str,
    ) -> Result<Option<OfficialClause>, StoreError> {
        Ok(query!(self.database, connection => {
            sqlx::query_as(
                "SELECT document, anchor, heading, text, sha256 FROM official_clause
                 WHERE document = $1 AND anchor = $2
                   AND revision = (SELECT max(revision) FROM official_text WHERE document = $1)",
            )
            .bind(document)
            .bind(anchor)
            .fetch_optional(connection)
            .await?
        }))
    }

    /// An imported text with those of the clauses asked for that it has; none where it was not imported.
    pub async fn official_excerpt(
        &self,
        document: &str,
        anchors: &[String],
    ) -> Result<Option<OfficialExcerpt>, StoreError> {
        let texts = self.official_texts().await?;
        let Some(text) = texts.into_iter().find(|text| text.document == document) else { return Ok(None) };
        if anchors.is_empty() {
            return Ok(Some(OfficialExcerpt { text, clauses: Vec::new() }));
        }
        let places: Vec<String> = (3..anchors.len() + 3).map(|place| format!("${place}")).collect();
        let statement = format!(
            "SELECT document, anchor, heading, text, sha256 FROM official_clause
             WHERE document = $1 AND revision = $2 AND anchor IN ({}) ORDER BY position",
            places.join(", ")
        );
        let clauses = query!(self.database, connection => {
            let asked = sqlx::query_as(AssertSqlSafe(statement)).bind(document).bind(text.revision);
            anchors.iter().fold(asked, sqlx::query::QueryAs::bind).fetch_all(connection).await?
        });
        Ok(Some(OfficialExcerpt { text, clauses }))
    }

    /// Clauses of current revisions whose heading or text contains every word of the query, in order of
    /// document and printing. Words are separated by white space; the first four count. Latin letters match in
    /// either case.
    ///
    /// This is a scan: it finds Chinese words of one or two characters, which trigram indexes cannot, and a
    /// city's official texts are few enough for it.
    pub async fn search_clauses(&self, query: &str, limit: u32) -> Result<Vec<OfficialClause>, StoreError> {
        let Some([first, second, third, fourth]) = patterns(query) else { return Ok(Vec::new()) };
        Ok(query!(self.database, connection => {
            sqlx::query_as(
                "SELECT document, anchor, heading, text, sha256
                 FROM (SELECT document, revision, position, anchor, heading, text, sha256,
                              lower(heading || ' ' || text) AS words
                       FROM official_clause) c
                 WHERE revision = (SELECT max(revision) FROM official_text t WHERE t.document = c.document)
                   AND words LIKE $1 ESCAPE '!' AND words LIKE $2 ESCAPE '!'
                   AND words LIKE $3 ESCAPE '!' AND words LIKE $4 ESCAPE '!'
                 ORDER BY document, position LIMIT $5",
            )
            .bind(first)
            .bind(second)
            .bind(third)
            .bind(fourth)
            .bind(i64::from(limit))
            .fetch_all(connection)
            .await?
        }))
    }
}

/// LIKE patterns for the words of a query, `%` filling up; none where it has no word.
fn patterns(query: &str) -> Option<[String; SEARCH_WORDS_MAX]> {
    let query: String = query.chars().filter(|c| *c != '\0').take(SEARCH_CHARACTERS_MAX).collect();
    let mut words = query.split_whitespace().map(|word| {
        let word = word.to_ascii_lowercase();
        format!("%{}%", word.replace('!', "!!").replace('%', "!%").replace('_', "!_"))
    });
    let first = words.next()?;
    let mut next = || words.next().unwrap_or_else(|| "%".to_owned());
    Some([first, next(), next(), next()])
}

impl TryFrom<TextRow> for OfficialText {
    type Error = StoreError;

    fn try_from(row: TextRow) -> Result<Self, StoreError> {
        let imported_at = DateTime::parse_from_rfc3339(&row.imported_at).map_err(|_| {
            StoreError::Damaged(format!("the time of import of `{}` cannot be read", row.document))
        })?;
        Ok(Self {
            document: row.document,
            revision: row.revision,
            title: row.title,
            source: row.source,
            file_name: row.file_name,
            media_type: row.media_type,
            sha256: row.sha256,
            imported_at: imported_at.with_timezone(&Utc),
            clause_count: row.clause_count,
        })
    }
}
