//! Attachments of cases: the bytes as they were cleaned by whoever took them in.

use super::Procedures;
use super::change::{SEALED, touch};
use super::digest::of_attachment;
use super::head::{HeadRow, row_of};
use super::step::Taken;
use crate::account::{moment_text, moment_there};
use crate::database::{Transaction, query, within};
use crate::digest::sha256;
use crate::event_log::{NewEvent, append_within, lock_log};
use crate::{Deed, Store, StoreError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, json};

const BYTES_MAX: usize = 32 << 20;
const NAME_CHARS_MAX: usize = 200;

/// A file for a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAttachment {
    /// Identifier or number of the case.
    pub case: String,
    /// The revision of the case that its sender has seen.
    pub revision: i64,
    /// The field of a form that it is for.
    pub field: String,
    /// Its name.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// The bytes, cleaned already.
    pub bytes: Vec<u8>,
    /// The person who adds it.
    pub person: String,
}

/// What is known of an attachment without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AttachmentHead {
    /// Its place among those of the case, from 1.
    pub position: i64,
    /// The field of a form that it is for.
    pub field: String,
    /// Its name; empty once erased.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// How many they are.
    pub byte_count: i64,
    /// The person who added it; empty once erased.
    pub added_by: String,
    /// When.
    pub added_at: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
pub(super) struct Row {
    pub position: i64,
    pub field: String,
    pub name: String,
    pub media_type: String,
    pub sha256: String,
    pub byte_count: i64,
    pub added_by: String,
    pub added_at: String,
}

pub(super) const COLUMNS: &str = "position, field, name, media_type, sha256, byte_count, added_by, added_at";

impl Store {
    /// Adds an attachment to a case.
    pub async fn add_attachment(
        &self,
        procedures: &Procedures<'_>,
        new: NewAttachment,
        deed: &Deed,
    ) -> Result<Taken, StoreError> {
        let length = new.name.trim().chars().count();
        if new.bytes.len() > BYTES_MAX || length == 0 || length > NAME_CHARS_MAX {
            let what = format!(
                "an attachment is larger than {} MiB or has no fit name · send a smaller one",
                BYTES_MAX >> 20
            );
            return Err(StoreError::Invalid(what));
        }
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let Some(row) = row_of(&mut transaction, &new.case).await? else {
            transaction.undo().await?;
            return Ok(Taken::Absent);
        };
        if row.head.revision != new.revision || !row.head.erased_at.is_empty() {
            transaction.undo().await?;
            return Ok(Taken::Stale(row.head.try_into()?));
        }
        let serial = row.head.serial;
        let position: i64 = within!(&mut transaction, connection => {
            sqlx::query_scalar("SELECT coalesce(max(position), 0) + 1 FROM case_attachment WHERE case_serial = $1")
                .bind(serial)
                .fetch_one(connection)
                .await?
        });
        let hash = sha256(&new.bytes);
        let told = of_attachment(
            &row.head.salt,
            [&position.to_string(), &new.field, new.name.trim(), &new.media_type, &hash, &new.person],
        );
        insert(&mut transaction, (serial, position), &new, &hash, deed).await?;
        let facts = Map::from_iter([
            ("attachment_sha256".to_owned(), json!(told)),
            ("position".to_owned(), json!(position)),
        ]);
        let head = touch(&mut transaction, procedures, row, ("case.attached", facts), deed).await?;
        transaction.commit().await?;
        Ok(Taken::Done(head.try_into()?))
    }

    /// Records that somebody looked at an attachment of a confidential case. As in all events of such a case nobody is
    /// named; a salted digest proves who it was to whoever has the case.
    pub async fn note_attachment_seen(
        &self,
        case: &str,
        position: i64,
        deed: &Deed,
    ) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let Some(row) = row_of(&mut transaction, case).await? else {
            return transaction.undo().await;
        };
        // A stream of its own: the revision of a case counts its changes, and looking changes nothing.
        let stream = format!("case-attachment:{}", row.head.id);
        let version: i64 = within!(&mut transaction, connection => {
            sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM event WHERE stream = $1")
                .bind(&stream)
                .fetch_one(connection)
                .await?
        });
        let seen = format!("{}\n{position}\n{}\n{}", row.head.salt, deed.actor, moment_text(deed.at));
        let event = NewEvent {
            stream,
            expected_version: version,
            kind: "case.attachment-seen".to_owned(),
            actor: SEALED.to_owned(),
            payload: json!({
                "number": row.head.number,
                "position": position,
                "reader_sha256": sha256(seen.as_bytes()),
            }),
        };
        append_within(&mut transaction, &event, deed.at).await?;
        transaction.commit().await
    }

    /// The bytes of an attachment, with what is known of it.
    pub async fn attachment(
        &self,
        case: &str,
        position: i64,
    ) -> Result<Option<(AttachmentHead, Vec<u8>)>, StoreError> {
        let mut transaction = self.begin_case_read().await?;
        let Some(row) = row_of(&mut transaction, case).await? else {
            transaction.undo().await?;
            return Ok(None);
        };
        transaction.undo().await?;
        let serial = row.head.serial;
        let heads: Vec<Row> = query!(self.database, connection => {
            sqlx::query_as(sqlx::AssertSqlSafe(format!(
                "SELECT {COLUMNS} FROM case_attachment WHERE case_serial = $1 AND position = $2"
            )))
            .bind(serial)
            .bind(position)
            .fetch_all(connection)
            .await?
        });
        let Some(head) = heads.into_iter().next() else { return Ok(None) };
        let bytes: Vec<u8> = query!(self.database, connection => {
            sqlx::query_scalar("SELECT bytes FROM case_attachment WHERE case_serial = $1 AND position = $2")
                .bind(serial)
                .bind(position)
                .fetch_one(connection)
                .await?
        });
        Ok(Some((head.try_into()?, bytes)))
    }
}

/// Copies the attachments of some fields of a case into another that comes from it, each recorded there as its own.
pub(super) async fn carry(
    transaction: &mut Transaction,
    procedures: &Procedures<'_>,
    (from, take): (i64, &[(String, String)]),
    mut head: HeadRow,
    deed: &Deed,
) -> Result<HeadRow, StoreError> {
    let mut position: i64 = 0;
    for attachment in heads_of(transaction, from).await? {
        let goes_along = take.iter().find(|(own, _)| *own == attachment.field);
        let Some((_, field)) = goes_along else { continue };
        position += 1;
        let told = of_attachment(
            &head.salt,
            [
                &position.to_string(),
                field,
                &attachment.name,
                &attachment.media_type,
                &attachment.sha256,
                &attachment.added_by,
            ],
        );
        within!(transaction, connection => {
            sqlx::query(
                "INSERT INTO case_attachment (case_serial, position, field, name, media_type, sha256, byte_count,
                     added_by, added_at, bytes)
                 SELECT $1, $2, $3, name, media_type, sha256, byte_count, added_by, added_at, bytes
                 FROM case_attachment WHERE case_serial = $4 AND position = $5",
            )
            .bind(head.serial)
            .bind(position)
            .bind(field)
            .bind(from)
            .bind(attachment.position)
            .execute(connection)
            .await?;
        });
        let gone = || StoreError::Damaged(format!("the case {} is gone within a change", head.id));
        let row = row_of(transaction, &head.id).await?.ok_or_else(gone)?;
        let facts = Map::from_iter([
            ("attachment_sha256".to_owned(), json!(told)),
            ("position".to_owned(), json!(position)),
        ]);
        head = touch(transaction, procedures, row, ("case.attached", facts), deed).await?;
    }
    Ok(head)
}

async fn insert(
    transaction: &mut Transaction,
    (serial, position): (i64, i64),
    new: &NewAttachment,
    hash: &str,
    deed: &Deed,
) -> Result<(), StoreError> {
    within!(transaction, connection => {
        sqlx::query(
            "INSERT INTO case_attachment (case_serial, position, field, name, media_type, sha256, byte_count,
                 added_by, added_at, bytes)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(serial)
        .bind(position)
        .bind(&new.field)
        .bind(new.name.trim())
        .bind(&new.media_type)
        .bind(hash)
        .bind(i64::try_from(new.bytes.len()).unwrap_or(i64::MAX))
        .bind(&new.person)
        .bind(moment_text(deed.at))
        .bind(&new.bytes)
        .execute(connection)
        .await?;
    });
    Ok(())
}

/// What is known of the attachments of a case, in order.
pub(super) async fn heads_of(transaction: &mut Transaction, serial: i64) -> Result<Vec<Row>, StoreError> {
    Ok(within!(transaction, connection => {
        sqlx::query_as(sqlx::AssertSqlSafe(format!(
            "SELECT {COLUMNS} FROM case_attachment WHERE case_serial = $1 ORDER BY position"
        )))
        .bind(serial)
        .fetch_all(connection)
        .await?
    }))
}

impl TryFrom<Row> for AttachmentHead {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        Ok(Self {
            added_at: moment_there(&row.added_at)?,
            position: row.position,
            field: row.field,
            name: row.name,
            media_type: row.media_type,
            sha256: row.sha256,
            byte_count: row.byte_count,
            added_by: row.added_by,
        })
    }
}
