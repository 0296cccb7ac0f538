//! What time alone brings: warnings, rungs, periods that are over. A job asks now and then; only cases whose moment has
//! come are looked at, each in a transaction of its own.

use super::change::{Change, keep};
use super::head::{CaseRow, row_of};
use super::{Procedures, state_of};
use crate::database::{query, within};
use crate::event_log::lock_log;
use crate::{Deed, Store, StoreError};
use chrono::{DateTime, Utc};
use domain::clock::Moment;
use domain::mechanism::course::{CaseState, Course};

/// Cases that are looked up at once.
const PAGE: i64 = 500;

impl Store {
    /// Lets time go on to a moment in at most so many cases whose moment has come. How many have changed.
    ///
    /// A case on a version that the edition no longer has is left as it is. One that cannot go on keeps no other from it:
    /// what is the matter with it is told in the end.
    pub async fn pass_time(
        &self,
        procedures: &Procedures<'_>,
        now: Moment,
        at: DateTime<Utc>,
        most: u32,
    ) -> Result<u32, StoreError> {
        let (mut after, mut changed, mut trouble) = ((String::new(), 0_i64), 0, None);
        loop {
            let due: Vec<(String, i64, String)> = query!(self.database, connection => {
                sqlx::query_as(
                    "SELECT wake_at, serial, id FROM case_file
                     WHERE wake_at <> '' AND wake_at <= $1 AND (wake_at, serial) > ($2, $3)
                     ORDER BY wake_at, serial LIMIT $4",
                )
                .bind(now.to_string())
                .bind(&after.0)
                .bind(after.1)
                .bind(PAGE)
                .fetch_all(connection)
                .await?
            });
            let Some((wake_at, serial, _)) = due.last() else { break };
            after = (wake_at.clone(), *serial);
            for (.., id) in due {
                if changed >= most {
                    return trouble.map_or(Ok(changed), Err);
                }
                match self.pass_time_of(procedures, &id, now, at).await {
                    Ok(has_changed) => changed += u32::from(has_changed),
                    Err(StoreError::NoMechanismVersion { .. }) => {}
                    Err(error @ (StoreError::Damaged(_) | StoreError::Invalid(_))) => {
                        trouble.get_or_insert(error);
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        trouble.map_or(Ok(changed), Err)
    }

    async fn pass_time_of(
        &self,
        procedures: &Procedures<'_>,
        id: &str,
        now: Moment,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let row = row_of(&mut transaction, id).await?;
        // Somebody may have come first.
        let is_due = |row: &CaseRow| !row.head.wake_at.is_empty() && row.head.wake_at <= now.to_string();
        let Some(CaseRow { head, state }) = row.filter(is_due) else {
            transaction.undo().await?;
            return Ok(false);
        };
        let version = procedures.version(&head.mechanism, u16::try_from(head.version).unwrap_or_default())?;
        let before = state_of(&state)?;
        let mut course = Course::resume(version, procedures.office, before.clone());
        course.advance(now);
        let by = Deed::of_system(at);
        let mut looked = head.clone();
        looked.follow(&course, (&version.definition, procedures.office), &by);
        // Time alone, or a calendar that has arrived since and moved a due date.
        let has_changed = CaseState { now: before.now, ..course.state().clone() } != before
            || (&looked.firm_due, &looked.unit_due) != (&head.firm_due, &head.unit_due)
            || (looked.firm_due_provisional, looked.unit_due_provisional)
                != (head.firm_due_provisional, head.unit_due_provisional);
        if has_changed {
            let change = Change {
                kind: "case.time-passed",
                version,
                head,
                before: Some(before),
                course,
                step: None,
                opened_by: None,
            };
            keep(&mut transaction, procedures, change, &by).await?;
        } else {
            within!(&mut transaction, connection => {
                sqlx::query("UPDATE case_file SET wake_at = $2, unit_warn = $3 WHERE serial = $1")
                    .bind(looked.serial)
                    .bind(&looked.wake_at)
                    .bind(&looked.unit_warn)
                    .execute(connection)
                    .await?;
            });
        }
        transaction.commit().await?;
        Ok(has_changed)
    }

    /// Has every case that runs looked at by the next [`Store::pass_time`]: after a calendar has arrived, moments that
    /// were reckoned without it may come earlier, and due dates move.
    pub async fn wake_cases(&self, now: Moment) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let woken = within!(&mut transaction, connection => {
            sqlx::query("UPDATE case_file SET wake_at = $1 WHERE is_ended = 0 AND wake_at > $1 AND erased_at = ''")
                .bind(now.to_string())
                .execute(connection)
                .await?
                .rows_affected()
        });
        transaction.commit().await?;
        Ok(woken)
    }
}
