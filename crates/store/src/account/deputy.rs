//! Deputies: roles that stand in for another role, and hold no longer than it does.

use super::day;
use super::grant::GrantRow;
use crate::database::{Transaction, query, within};
use crate::{Store, StoreError};
use chrono::NaiveDate;
use domain::access::Capacity;

/// Refuses a deputy of a role that does not hold on his first day, that is a deputy itself or belongs elsewhere, and
/// one who would act after it has ended.
pub(super) async fn refuse_without_ground(
    transaction: &mut Transaction,
    row: &GrantRow,
) -> Result<(), StoreError> {
    if row.deputy_of.is_empty() {
        return Ok(());
    }
    let ground: Option<GrantRow> = within!(transaction, connection => {
        sqlx::query_as("SELECT * FROM role_grant WHERE id = $1 AND ended_at = ''")
            .bind(&row.deputy_of)
            .fetch_optional(connection)
            .await?
    });
    let Some(ground) = ground.filter(|ground| carries(ground, row)) else {
        return Err(StoreError::NoGroundForDeputy);
    };
    let (last, asked) = (day(&ground.until_day)?, day(&row.until_day)?);
    match last {
        Some(last) if asked.is_none_or(|asked| asked > last) => Err(StoreError::DeputyOutlasts { last }),
        _ => Ok(()),
    }
}

/// Whether somebody can stand in for `ground` by `row`. Days as rows hold them are in the order of time.
fn carries(ground: &GrantRow, row: &GrantRow) -> bool {
    ground.deputy_of.is_empty()
        && (&ground.firm, &ground.organization, &ground.place) == (&row.firm, &row.organization, &row.place)
        && ground.from_day <= row.from_day
        && (ground.until_day.is_empty() || row.from_day <= ground.until_day)
}

impl Store {
    /// What somebody acts as by this role on `today`: of a deputy no longer than the one he stands in for, whose role
    /// may have lapsed with nobody ending it.
    pub(super) async fn capacity_of(
        &self,
        grant: &GrantRow,
        today: NaiveDate,
    ) -> Result<Capacity, StoreError> {
        let mut capacity = grant.capacity()?;
        let mut above = grant.deputy_of.clone();
        let mut has_begun = day(&grant.from_day)?.is_none_or(|first| first <= today);
        // A role stands in only for one that was there before it, so this ends.
        while has_begun && !above.is_empty() {
            let found: Option<GrantRow> = query!(self.database, connection => {
                sqlx::query_as("SELECT * FROM role_grant WHERE id = $1 AND ended_at = ''")
                    .bind(&above)
                    .fetch_optional(connection)
                    .await?
            });
            let Some(found) = found else { return Ok(Capacity::Person) };
            has_begun = day(&found.from_day)?.is_none_or(|first| first <= today);
            capacity = capacity.ending_by(day(&found.until_day)?);
            above = found.deputy_of;
        }
        Ok(if has_begun { capacity } else { Capacity::Person })
    }
}
