//! A whole case: head, what is known of it, its steps, links and attachments.

use super::attachment::{self, AttachmentHead};
use super::head::{CaseHead, row_of};
use super::state_of;
use super::step::{StepRecord, StepRow};
use crate::account::moment_text;
use crate::database::{Transaction, within};
use crate::{Deed, Store, StoreError};
use domain::mechanism::course::CaseState;
use serde::Serialize;

/// A case with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// What a list shows of it.
    pub head: CaseHead,
    /// Everything that is known of it; once it is erased without what was filled in.
    pub state: CaseState,
    /// The moment from which its course is reckoned, as it was when it was opened.
    pub began_at: String,
    /// Steps that somebody took, in order.
    pub steps: Vec<StepRecord>,
    /// Cases it belongs together with.
    pub links: Vec<CaseLink>,
    /// Its attachments, without their bytes.
    pub attachments: Vec<AttachmentHead>,
}

/// How two cases belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkKind {
    /// A step of one opened the other.
    Opened,
    /// Somebody found that they are about one matter.
    Related,
    /// The other goes on in the place of the one.
    Merged,
    /// The other is the second matter of the one.
    Split,
}

/// A case that belongs together with another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseLink {
    /// How.
    pub kind: LinkKind,
    /// Whether it leads from the case that is read to the other, and not back.
    pub is_forward: bool,
    /// Identifier of the other.
    pub case: String,
    /// Its number.
    pub number: String,
    /// Its mechanism. Whether a reader may know of the other is for `domain::mechanism::sight` to say.
    pub mechanism: String,
}

impl LinkKind {
    /// Name as rows and JSON spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Related => "related",
            Self::Merged => "merged",
            Self::Split => "split",
        }
    }

    fn named(name: &str) -> Option<Self> {
        [Self::Opened, Self::Related, Self::Merged, Self::Split].into_iter().find(|kind| kind.name() == name)
    }
}

#[derive(sqlx::FromRow)]
struct LinkRow {
    kind: String,
    is_forward: i64,
    id: String,
    number: String,
    mechanism: String,
}

impl Store {
    /// The case with this identifier or number.
    pub async fn case(&self, id_or_number: &str) -> Result<Option<Case>, StoreError> {
        let mut transaction = self.begin_case_read().await?;
        let Some(row) = row_of(&mut transaction, id_or_number).await? else {
            transaction.undo().await?;
            return Ok(None);
        };
        let serial = row.head.serial;
        let steps = steps_of(&mut transaction, serial).await?;
        let links = links_of(&mut transaction, serial).await?;
        let attachments = attachment::heads_of(&mut transaction, serial).await?;
        transaction.undo().await?;
        Ok(Some(Case {
            state: state_of(&row.state)?,
            began_at: row.head.began_at.clone(),
            head: row.head.try_into()?,
            steps: steps.into_iter().map(StepRecord::try_from).collect::<Result<_, _>>()?,
            links: links.into_iter().map(CaseLink::try_from).collect::<Result<_, _>>()?,
            attachments: attachments.into_iter().map(AttachmentHead::try_from).collect::<Result<_, _>>()?,
        }))
    }
}

/// Rows of the steps of a case, in order.
pub(super) async fn steps_of(transaction: &mut Transaction, serial: i64) -> Result<Vec<StepRow>, StoreError> {
    Ok(within!(transaction, connection => {
        sqlx::query_as("SELECT * FROM case_step WHERE case_serial = $1 ORDER BY position")
            .bind(serial)
            .fetch_all(connection)
            .await?
    }))
}

/// The organisations that have to do with a case by name, and how.
pub(super) async fn organizations_of(
    transaction: &mut Transaction,
    serial: i64,
) -> Result<Vec<(String, String)>, StoreError> {
    Ok(within!(transaction, connection => {
        sqlx::query_as(
            "SELECT organization, part FROM case_organization WHERE case_serial = $1 ORDER BY organization",
        )
        .bind(serial)
        .fetch_all(connection)
        .await?
    }))
}

async fn links_of(transaction: &mut Transaction, serial: i64) -> Result<Vec<LinkRow>, StoreError> {
    Ok(within!(transaction, connection => {
        sqlx::query_as(
            "SELECT l.kind, CAST(1 AS BIGINT) AS is_forward, c.id, c.number, c.mechanism
             FROM case_link l JOIN case_file c ON c.serial = l.other_serial WHERE l.case_serial = $1
             UNION ALL
             SELECT l.kind, CAST(0 AS BIGINT), c.id, c.number, c.mechanism
             FROM case_link l JOIN case_file c ON c.serial = l.case_serial WHERE l.other_serial = $1
             ORDER BY 4, 1",
        )
        .bind(serial)
        .fetch_all(connection)
        .await?
    }))
}

/// Notes that two cases belong together; a link that is there stays.
pub(super) async fn insert_link(
    transaction: &mut Transaction,
    (from, to, kind): (i64, i64, &str),
    deed: &Deed,
) -> Result<(), StoreError> {
    within!(transaction, connection => {
        sqlx::query(
            "INSERT INTO case_link (case_serial, other_serial, kind, at, person) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (case_serial, other_serial, kind) DO NOTHING",
        )
        .bind(from)
        .bind(to)
        .bind(kind)
        .bind(moment_text(deed.at))
        .bind(&deed.actor)
        .execute(connection)
        .await?;
    });
    Ok(())
}

impl TryFrom<LinkRow> for CaseLink {
    type Error = StoreError;

    fn try_from(row: LinkRow) -> Result<Self, StoreError> {
        let damaged =
            || StoreError::Damaged(format!("a link of the case {} is of the kind `{}`", row.id, row.kind));
        Ok(Self {
            kind: LinkKind::named(&row.kind).ok_or_else(damaged)?,
            is_forward: row.is_forward != 0,
            case: row.id,
            number: row.number,
            mechanism: row.mechanism,
        })
    }
}
