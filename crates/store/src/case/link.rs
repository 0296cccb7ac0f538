//! Cases that belong together: found to be about one matter, or merged into one.

use super::Procedures;
use super::change::touch;
use super::head::{CaseRow, HeadRow, row_of};
use super::read::{LinkKind, insert_link};
use super::step::{Taken, WantedStep, take_within};
use crate::event_log::lock_log;
use crate::{Deed, Store, StoreError};
use domain::clock::Party;
use serde_json::{Map, json};

impl Store {
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
        let taken = take_within(&mut transaction, procedures, &wanted, deed).await?;
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
