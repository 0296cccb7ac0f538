//! Cases that belong together: found to be about one matter, merged into one, or split in two.

use super::change::{Change, OpenedBy, keep_child, keep_opened, touch};
use super::head::{CaseRow, Channel, HeadRow, row_of};
use super::open::{NewCase, begun, checked};
use super::read::{LinkKind, insert_link};
use super::step::{Taken, WantedStep, take_within};
use super::{Procedures, state_of};
use crate::event_log::lock_log;
use crate::{Deed, Store, StoreError};
use domain::clock::Party;
use domain::mechanism::course::{CaseOrigin, CaseStep, Course, OriginKind};
use serde_json::{Map, json};
use std::collections::BTreeMap;

/// A second matter that is found in a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitCase {
    /// Identifier or number of the case.
    pub case: String,
    /// The revision of it that he has seen who splits it.
    pub revision: i64,
    /// Identifier of the new case: 128 bits made by chance, in hexadecimal.
    pub id: String,
    /// Made by chance, for the digests in its events.
    pub salt: String,
    /// What it is about, in a few words.
    pub title: String,
    /// Its first step, with what is said of the second matter.
    pub first: CaseStep,
    /// Fields whose attachments go along.
    pub files: Vec<String>,
    /// The person who splits it.
    pub person: String,
}

impl Store {
    /// Opens a case of the same firm and on the same version for a second matter of a case; for the firm its time counts
    /// from the first filing. `Done` tells of the new case, `Stale` of the other, `Absent` where there is none.
    pub async fn split_case(
        &self,
        procedures: &Procedures<'_>,
        split: SplitCase,
        deed: &Deed,
    ) -> Result<Taken, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let Some(row) = row_of(&mut transaction, &split.case).await? else {
            transaction.undo().await?;
            return Ok(Taken::Absent);
        };
        let from = &row.head;
        if from.revision != split.revision || !from.erased_at.is_empty() || from.is_ended != 0 {
            transaction.undo().await?;
            return Ok(Taken::Stale(row.head.try_into()?));
        }
        let version = procedures.version(&from.mechanism, u16::try_from(from.version).unwrap_or_default())?;
        let (since, number) = state_of(&row.state)?.first_filing(&from.number);
        let origin =
            CaseOrigin { kind: OriginKind::Split, since, number, is_hidden: false, data: BTreeMap::new() };
        let mut course = Course::begin_from(version, procedures.office, split.first.at, Some(origin));
        if let Err(refusals) = course.take(&split.first) {
            transaction.undo().await?;
            return Ok(Taken::Refused(refusals));
        }
        let head = begun(version, second(from, &split)?, deed);
        let take = split.files.into_iter().map(|field| (field.clone(), field)).collect();
        let change = Change {
            kind: "case.opened",
            version,
            head,
            before: None,
            course,
            step: Some((split.first, split.person)),
            opened_by: Some(OpenedBy { serial: from.serial, link: LinkKind::Split, take }),
        };
        let (head, opened) = Box::pin(keep_child(&mut transaction, procedures, change, deed)).await?;
        keep_opened(&mut transaction, procedures, (&head, opened), deed).await?;
        let facts = Map::from_iter([("other".to_owned(), json!(head.id))]);
        touch(&mut transaction, procedures, row, ("case.split", facts), deed).await?;
        transaction.commit().await?;
        Ok(Taken::Done(head.try_into()?))
    }

    /// Notes that a case is about the same matter as another. `Absent` where either is not there, or they are one.
    pub async fn link_cases(
        &self,
        procedures: &Procedures<'_>,
        (case, revision): (&str, i64),
        other: &str,
        deed: &Deed,
    ) -> Result<Taken, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let rows = (row_of(&mut transaction, case).await?, row_of(&mut transaction, other).await?);
        let (Some(row), Some(other)) = rows else {
            transaction.undo().await?;
            return Ok(Taken::Absent);
        };
        if row.head.revision != revision
            || row.head.serial == other.head.serial
            || !row.head.erased_at.is_empty()
        {
            transaction.undo().await?;
            let is_one = row.head.serial == other.head.serial;
            return Ok(if is_one { Taken::Absent } else { Taken::Stale(row.head.try_into()?) });
        }
        insert_link(&mut transaction, (row.head.serial, other.head.serial, LinkKind::Related.name()), deed)
            .await?;
        let facts = Map::from_iter([("other".to_owned(), json!(other.head.id))]);
        let head = touch(&mut transaction, procedures, row, ("case.linked", facts), deed).await?;
        transaction.commit().await?;
        Ok(Taken::Done(head.try_into()?))
    }

    /// Takes the step by which a mechanism ends a case that goes on as another, and notes which. `Absent` where either is
    /// not there, they are one, the other has ended, or it is of another firm and the firm waits for an answer.
    pub async fn merge_cases(
        &self,
        procedures: &Procedures<'_>,
        wanted: WantedStep,
        into: &str,
        deed: &Deed,
    ) -> Result<Taken, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let rows = (row_of(&mut transaction, &wanted.case).await?, row_of(&mut transaction, into).await?);
        let is_goal = |row: &CaseRow, goal: &CaseRow| {
            let (of, with) = (&row.head.firm, &goal.head.firm);
            // A firm that waits for an answer would never see it in the case of another.
            let is_fit =
                of.is_empty() || with.is_empty() || of == with || !promises_the_firm(procedures, &row.head);
            goal.head.serial != row.head.serial && goal.head.is_ended == 0 && is_fit
        };
        let goal = match rows {
            (Some(row), Some(goal)) if is_goal(&row, &goal) => goal.head,
            _ => {
                transaction.undo().await?;
                return Ok(Taken::Absent);
            }
        };
        let taken = Box::pin(take_within(&mut transaction, procedures, &wanted, deed)).await?;
        let Taken::Done(head) = taken else {
            transaction.undo().await?;
            return Ok(taken);
        };
        let gone = || StoreError::Damaged(format!("the case {} is gone within a change", head.id));
        let mut row = row_of(&mut transaction, &head.id).await?.ok_or_else(gone)?;
        row.head.merged_into.clone_from(&goal.id);
        insert_link(&mut transaction, (row.head.serial, goal.serial, LinkKind::Merged.name()), deed).await?;
        let facts = Map::from_iter([("into".to_owned(), json!(goal.id))]);
        let head = touch(&mut transaction, procedures, row, ("case.merged", facts), deed).await?;
        transaction.commit().await?;
        Ok(Taken::Done(head.try_into()?))
    }
}

/// Whether a clock of the mechanism runs for the firm.
fn promises_the_firm(procedures: &Procedures<'_>, head: &HeadRow) -> bool {
    let version = procedures.version(&head.mechanism, u16::try_from(head.version).unwrap_or_default());
    version.is_ok_and(|version| version.definition.clocks.iter().any(|clock| clock.party == Party::Firm))
}

/// The second matter as a new case: of the same firm and filer, and as it came in.
fn second(from: &HeadRow, split: &SplitCase) -> Result<NewCase, StoreError> {
    let damaged = || StoreError::Damaged(format!("case {}: its channel cannot be read", from.number));
    let new = NewCase {
        id: split.id.clone(),
        salt: split.salt.clone(),
        mechanism: from.mechanism.clone(),
        firm: from.firm.clone(),
        place: from.place.clone(),
        channel: Channel::named(&from.channel).ok_or_else(damaged)?,
        source: String::new(),
        title: split.title.clone(),
        filed_by: from.filed_by.clone(),
        first: split.first.clone(),
        parent: None,
    };
    checked(&new)?;
    Ok(new)
}
