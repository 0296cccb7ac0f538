//! Leaving: what a person may do with his own account, and what stands against it.
//!
//! Who acted in an office must stay known for as long as the inventory keeps name and login: an officer who could erase
//! himself would leave deeds of a number behind that nobody can answer for. He closes his account, and the retention
//! job erases it when the time is over.

use super::deed::Deed;
use super::grant::GrantRow;
use super::person::{close_within, erase_within};
use super::{day, moment};
use crate::database::{Transaction, within};
use crate::event_log::lock_log;
use crate::privacy::Inventory;
use crate::{Store, StoreError};
use chrono::NaiveDate;
use domain::access::Role;
use domain::china_time::day_in_china;

/// What it means for a person to leave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Farewell {
    /// The day from which he may erase his account himself; none where he may now. While he holds an office it moves on.
    pub erasable_from: Option<NaiveDate>,
    /// The day on which the retention job erases him, if he closes his account today.
    pub erased_on: NaiveDate,
    /// A role of the three administrators that nobody else holds: he cannot leave before somebody does.
    pub last_of: Option<Role>,
    /// The firms he answers for, and what becomes of them.
    pub firms: Vec<FirmLeft>,
}

/// A firm whose owner leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirmLeft {
    /// Its unified social credit code.
    pub firm: String,
    /// Agents who act in his stead, whose mandates end with his role.
    pub agents: usize,
    /// Whether nobody is left who answers for it.
    pub is_without_owner: bool,
}

impl Store {
    /// What it would mean for a person to leave on `today`.
    pub async fn farewell(&self, person: &str, today: NaiveDate) -> Result<Farewell, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        farewell(&mut transaction, person, today).await
    }

    /// Closes the account of the one who does it. False where it was not open; refused to the last of the three
    /// administrators of his sort.
    pub async fn close_oneself(&self, deed: &Deed) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        may_leave(&mut transaction, deed).await?;
        let closed = close_within(&mut transaction, &deed.actor, deed).await?;
        transaction.commit_if(closed).await?;
        Ok(closed)
    }

    /// Erases the one who does it. Refused to whoever held an office lately: he may close his account.
    pub async fn erase_oneself(&self, deed: &Deed) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        if let Some(until) = may_leave(&mut transaction, deed).await?.erasable_from {
            return Err(StoreError::OfficeHeld { until });
        }
        let erased = erase_within(&mut transaction, &deed.actor, deed).await?;
        transaction.commit_if(erased).await?;
        Ok(erased)
    }
}

/// Refuses the last administrator of his sort. The log is locked first, so that of two who leave at once the second
/// sees that he is the last.
async fn may_leave(transaction: &mut Transaction, deed: &Deed) -> Result<Farewell, StoreError> {
    lock_log(transaction).await?;
    let farewell = farewell(transaction, &deed.actor, day_in_china(deed.at)).await?;
    match farewell.last_of {
        Some(role) => Err(StoreError::LastAdministrator { role: role.name() }),
        None => Ok(farewell),
    }
}

async fn farewell(
    transaction: &mut Transaction,
    person: &str,
    today: NaiveDate,
) -> Result<Farewell, StoreError> {
    let grants: Vec<GrantRow> = within!(transaction, connection => {
        sqlx::query_as("SELECT * FROM role_grant WHERE person = $1 ORDER BY granted_at, id")
            .bind(person)
            .fetch_all(connection)
            .await?
    });
    let kept = Inventory::built_in().kept("person", "name");
    let mut farewell = Farewell { erased_on: today + kept, ..Farewell::default() };
    for grant in &grants {
        let (first, last) = days_of(grant)?;
        let is_held = grant.ended_at.is_empty() && last.is_none_or(|last| today <= last);
        let has_begun = last.is_none_or(|last| first <= last);
        if !grant.organization.is_empty() && has_begun {
            let from = last.map_or(today, |last| last.min(today)) + kept;
            farewell.erasable_from = farewell.erasable_from.max(Some(from).filter(|from| *from > today));
        }
        let role = Role::named(&grant.role).filter(|_| is_held);
        match role {
            Some(role) if role.is_administrator() && !has_another(transaction, grant, today).await? => {
                farewell.last_of = Some(role);
            }
            Some(Role::FirmOwner) => farewell.firms.push(firm_left(transaction, grant, today).await?),
            _ => (),
        }
    }
    Ok(farewell)
}

/// The first and the last day of a role; none where it has no end yet.
fn days_of(grant: &GrantRow) -> Result<(NaiveDate, Option<NaiveDate>), StoreError> {
    let ended = moment(&grant.ended_at)?.map(day_in_china);
    let last = match (day(&grant.until_day)?, ended) {
        (Some(last), Some(ended)) => Some(last.min(ended)),
        (last, ended) => last.or(ended),
    };
    Ok((day(&grant.from_day)?.unwrap_or_default(), last))
}

/// Whether somebody else with an open account holds the same role for the same firm or, of an office, anywhere.
async fn has_another(
    transaction: &mut Transaction,
    grant: &GrantRow,
    today: NaiveDate,
) -> Result<bool, StoreError> {
    let found: Option<String> = within!(transaction, connection => {
        sqlx::query_scalar(
            "SELECT g.id FROM role_grant g JOIN person p ON p.id = g.person
             WHERE g.role = $1 AND g.firm = $2 AND g.person <> $3 AND g.ended_at = '' AND p.state = 'open'
               AND g.from_day <= $4 AND (g.until_day = '' OR g.until_day >= $4)
             LIMIT 1",
        )
        .bind(&grant.role)
        .bind(&grant.firm)
        .bind(&grant.person)
        .bind(today.to_string())
        .fetch_optional(connection)
        .await?
    });
    Ok(found.is_some())
}

async fn firm_left(
    transaction: &mut Transaction,
    grant: &GrantRow,
    today: NaiveDate,
) -> Result<FirmLeft, StoreError> {
    let agents: Vec<String> = within!(transaction, connection => {
        sqlx::query_scalar(
            "SELECT id FROM role_grant
             WHERE deputy_of = $1 AND ended_at = '' AND (until_day = '' OR until_day >= $2)",
        )
        .bind(&grant.id)
        .bind(today.to_string())
        .fetch_all(connection)
        .await?
    });
    let is_without_owner = !has_another(transaction, grant, today).await?;
    Ok(FirmLeft { firm: grant.firm.clone(), agents: agents.len(), is_without_owner })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{NewGrant, NewPerson};
    use crate::testing::{Fixture, fixtures, noon};
    use chrono::Days;
    use domain::access::Capacity;

    const DAY: i64 = 86_400;

    fn by(person: &str, seconds: i64) -> Deed {
        Deed { actor: person.to_owned(), ..Deed::of_system(noon(seconds)) }
    }

    async fn holder(fixture: &Fixture, id: &str, role: Role, last: Option<NaiveDate>) {
        let text = || id.to_owned();
        let person =
            NewPerson { id: text(), login: text(), name: text(), phone: String::new(), salt: text() };
        fixture.store.create_person(&person, &by("operator", 0)).await.unwrap();
        let place = "330300".parse().unwrap();
        let capacity = Capacity::Office { role, organization: "bureau".to_owned(), place, until: last };
        let from_day = noon(0).date_naive();
        let grant = NewGrant { id: text(), person: text(), capacity, deputy_of: String::new(), from_day };
        fixture.store.grant(&grant, &by("operator", 0)).await.unwrap();
    }

    #[tokio::test]
    async fn an_officer_is_kept_for_as_long_as_the_inventory_says_after_his_office() {
        for fixture in fixtures().await {
            let (store, first) = (&fixture.store, noon(0).date_naive());
            let last = first + Days::new(10);
            holder(&fixture, "a", Role::Clerk, Some(last)).await;
            let told = store.farewell("a", first).await.unwrap();
            assert_eq!(told.erasable_from, Some(first + Days::new(1095)), "he holds it still");
            let until = last + Days::new(1095);
            let told = store.farewell("a", until - Days::new(1)).await.unwrap();
            assert_eq!(told.erasable_from, Some(until));
            let early = store.erase_oneself(&by("a", (10 + 1094) * DAY)).await;
            assert!(matches!(early, Err(StoreError::OfficeHeld { until: day }) if day == until), "{early:?}");
            assert!(store.erase_oneself(&by("a", (10 + 1095) * DAY)).await.unwrap(), "{}", fixture.engine());
        }
    }

    #[tokio::test]
    async fn of_two_administrators_who_leave_at_once_one_stays() {
        for fixture in fixtures().await {
            for id in ["a", "b"] {
                holder(&fixture, id, Role::AuditAdministrator, None).await;
            }
            let (first, second) = (by("a", 1), by("b", 1));
            let (first, second) =
                tokio::join!(fixture.store.close_oneself(&first), fixture.store.close_oneself(&second));
            assert_ne!(first.is_ok(), second.is_ok(), "{}: {first:?} {second:?}", fixture.engine());
        }
    }
}
