//! The roles people hold: granted, ended, never changed.

use super::deed::{Deed, stream_of};
use super::deputy::refuse_without_ground;
use super::{day, moment, moment_text, moment_there};
use crate::database::{Transaction, query, within};
use crate::{Store, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use domain::access::{Area, Capacity, Place, Role};
use serde_json::json;

/// A role to be granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGrant {
    /// Identifier, made by chance.
    pub id: String,
    /// Who gets it.
    pub person: String,
    /// What he acts as: the firm or the organisation with its place, the scope, the last day.
    pub capacity: Capacity,
    /// The grant he stands in for; empty where he is no deputy.
    pub deputy_of: String,
    /// First day.
    pub from_day: NaiveDate,
}

/// A role somebody holds or held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Identifier.
    pub id: String,
    /// Who.
    pub person: String,
    /// What he acts as.
    pub capacity: Capacity,
    /// The grant he stands in for; empty where he is no deputy.
    pub deputy_of: String,
    /// First day.
    pub from_day: Option<NaiveDate>,
    /// Who granted it.
    pub granted_by: String,
    /// When.
    pub granted_at: DateTime<Utc>,
    /// Who ended it; empty while it is held.
    pub ended_by: String,
    /// When it was ended.
    pub ended_at: Option<DateTime<Utc>>,
}

#[derive(Clone, sqlx::FromRow)]
pub(super) struct GrantRow {
    pub id: String,
    pub person: String,
    pub role: String,
    pub firm: String,
    pub organization: String,
    pub place: String,
    pub scope: String,
    pub deputy_of: String,
    pub from_day: String,
    pub until_day: String,
    pub granted_by: String,
    pub granted_at: String,
    pub ended_by: String,
    pub ended_at: String,
}

impl Grant {
    /// Whether it can be used on `day`.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.ended_at.is_none()
            && self.from_day.is_none_or(|first| first <= day)
            && self.capacity.holds_on(day)
    }
}

impl Store {
    /// Grants a role. Whoever is one of the three administrators holds no other role, and nobody the same role twice: of a
    /// form that is sent again and again, one grant comes. A deputy never outlasts the one he stands in for.
    pub async fn grant(&self, grant: &NewGrant, deed: &Deed) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        grant_within(&mut transaction, grant, deed).await?;
        transaction.commit().await
    }

    /// Ends a role at once. False where it was not held.
    pub async fn end_grant(&self, id: &str, deed: &Deed) -> Result<bool, StoreError> {
        let mut transaction = self.database.begin_write().await?;
        let person: Option<String> = within!(&mut transaction, connection => {
            sqlx::query_scalar("SELECT person FROM role_grant WHERE id = $1 AND ended_at = ''")
                .bind(id)
                .fetch_optional(connection)
                .await?
        });
        let ended = match person {
            Some(person) => end_within(&mut transaction, id, &person, deed).await?,
            None => false,
        };
        transaction.commit_if(ended).await?;
        Ok(ended)
    }

    /// The role with this identifier.
    pub async fn grant_of_id(&self, id: &str) -> Result<Option<Grant>, StoreError> {
        let rows = self.grants_where("SELECT * FROM role_grant WHERE id = $1", id).await?;
        Ok(rows.into_iter().next())
    }

    /// The roles of a person, held and ended, oldest first.
    pub async fn grants_of_person(&self, person: &str) -> Result<Vec<Grant>, StoreError> {
        self.grants_where("SELECT * FROM role_grant WHERE person = $1 ORDER BY granted_at, id", person).await
    }

    /// The roles held for a firm, held and ended, oldest first.
    pub async fn grants_of_firm(&self, firm: &str) -> Result<Vec<Grant>, StoreError> {
        self.grants_where("SELECT * FROM role_grant WHERE firm = $1 ORDER BY granted_at, id", firm).await
    }

    /// The roles held in an organisation, held and ended, oldest first.
    pub async fn grants_of_organization(&self, organization: &str) -> Result<Vec<Grant>, StoreError> {
        let statement = "SELECT * FROM role_grant WHERE organization = $1 ORDER BY granted_at, id";
        self.grants_where(statement, organization).await
    }

    async fn grants_where(&self, statement: &'static str, value: &str) -> Result<Vec<Grant>, StoreError> {
        let rows = query!(self.database, connection => {
            sqlx::query_as::<_, GrantRow>(statement).bind(value).fetch_all(connection).await?
        });
        rows.into_iter().map(Grant::try_from).collect()
    }
}

/// Grants a role in a change that is under way.
pub(super) async fn grant_within(
    transaction: &mut Transaction,
    grant: &NewGrant,
    deed: &Deed,
) -> Result<(), StoreError> {
    let row = GrantRow::of(grant, deed)?;
    let facts = json!({
        "grant": row.id, "role": row.role, "firm": row.firm, "organization": row.organization,
        "place": row.place, "scope": row.scope, "deputy_of": row.deputy_of, "from_day": row.from_day,
        "until_day": row.until_day, "granted_at": row.granted_at,
    });
    deed.record(transaction, stream_of(&row.person), "role.granted", facts).await?;
    refuse_beside_administrator(transaction, &row).await?;
    refuse_the_same(transaction, &row).await?;
    refuse_without_ground(transaction, &row).await?;
    insert(transaction, &row).await
}

/// Ends a role that is held, with its event, and those of the deputies that stand in for it.
pub(super) async fn end_within(
    transaction: &mut Transaction,
    id: &str,
    person: &str,
    deed: &Deed,
) -> Result<bool, StoreError> {
    let mut ending = vec![(id.to_owned(), person.to_owned())];
    let mut is_any_ended = false;
    while let Some((id, person)) = ending.pop() {
        deed.record(transaction, stream_of(&person), "role.ended", json!({ "grant": id })).await?;
        let ended = within!(transaction, connection => {
            sqlx::query("UPDATE role_grant SET ended_at = $2, ended_by = $3 WHERE id = $1 AND ended_at = ''")
                .bind(&id)
                .bind(moment_text(deed.at))
                .bind(&deed.actor)
                .execute(connection)
                .await?
                .rows_affected()
        });
        is_any_ended |= ended > 0;
        let deputies: Vec<(String, String)> = within!(transaction, connection => {
            sqlx::query_as("SELECT id, person FROM role_grant WHERE deputy_of = $1 AND ended_at = '' ORDER BY id")
                .bind(&id)
                .fetch_all(connection)
                .await?
        });
        ending.extend(deputies);
    }
    Ok(is_any_ended)
}

/// Refuses a role that does not go with one that is still held on its first day.
async fn refuse_beside_administrator(
    transaction: &mut Transaction,
    row: &GrantRow,
) -> Result<(), StoreError> {
    let held: Vec<String> = within!(transaction, connection => {
        sqlx::query_scalar(
            "SELECT role FROM role_grant
             WHERE person = $1 AND ended_at = '' AND (until_day = '' OR until_day >= $2)",
        )
        .bind(&row.person)
        .bind(&row.from_day)
        .fetch_all(connection)
        .await?
    });
    let goes_with = |held: &str| match (Role::named(held), Role::named(&row.role)) {
        (Some(held), Some(wanted)) => held.goes_with(wanted),
        _ => false,
    };
    match held.into_iter().find(|held| !goes_with(held)) {
        None => Ok(()),
        Some(held) => Err(StoreError::BesideAdministrator { held }),
    }
}

/// Refuses a role that is still held on the first day of the new grant. The event recorded before keeps the stream of
/// the person, so of many at once only one finds none.
async fn refuse_the_same(transaction: &mut Transaction, row: &GrantRow) -> Result<(), StoreError> {
    let held: Option<String> = within!(transaction, connection => {
        sqlx::query_scalar(
            "SELECT id FROM role_grant
             WHERE person = $1 AND role = $2 AND firm = $3 AND organization = $4 AND place = $5 AND scope = $6
               AND ended_at = '' AND (until_day = '' OR until_day >= $7)
             LIMIT 1",
        )
        .bind(&row.person)
        .bind(&row.role)
        .bind(&row.firm)
        .bind(&row.organization)
        .bind(&row.place)
        .bind(&row.scope)
        .bind(&row.from_day)
        .fetch_optional(connection)
        .await?
    });
    if held.is_some() { Err(StoreError::RoleHeld) } else { Ok(()) }
}

async fn insert(transaction: &mut Transaction, row: &GrantRow) -> Result<(), StoreError> {
    within!(transaction, connection => {
        sqlx::query(
            "INSERT INTO role_grant (id, person, role, firm, organization, place, scope, deputy_of, from_day,
                                     until_day, granted_by, granted_at, ended_by, ended_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', '')",
        )
        .bind(&row.id)
        .bind(&row.person)
        .bind(&row.role)
        .bind(&row.firm)
        .bind(&row.organization)
        .bind(&row.place)
        .bind(&row.scope)
        .bind(&row.deputy_of)
        .bind(&row.from_day)
        .bind(&row.until_day)
        .bind(&row.granted_by)
        .bind(&row.granted_at)
        .execute(connection)
        .await?;
    });
    Ok(())
}

impl GrantRow {
    fn of(grant: &NewGrant, deed: &Deed) -> Result<Self, StoreError> {
        let none = String::new;
        let day = |day: &Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let (role, firm, organization, place, scope, until_day) = match &grant.capacity {
            Capacity::Firm { role, firm, scope, until } if role.is_of_firm() => {
                (*role, firm.clone(), none(), none(), scope_text(scope), day(until))
            }
            Capacity::Office { role, organization, place, until } if !role.is_of_firm() => {
                (*role, none(), organization.clone(), place.to_string(), none(), day(until))
            }
            _ => return Err(StoreError::RoleMismatch),
        };
        Ok(Self {
            id: grant.id.clone(),
            person: grant.person.clone(),
            role: role.name().to_owned(),
            firm,
            organization,
            place,
            scope,
            deputy_of: grant.deputy_of.clone(),
            from_day: grant.from_day.to_string(),
            until_day,
            granted_by: deed.actor.clone(),
            granted_at: moment_text(deed.at),
            ended_by: String::new(),
            ended_at: String::new(),
        })
    }

    /// What somebody with this role acts as.
    pub fn capacity(&self) -> Result<Capacity, StoreError> {
        let damaged = |what: &str| StoreError::Damaged(format!("role {}: {what}", self.id));
        let role = Role::named(&self.role).ok_or_else(|| damaged("it is unknown"))?;
        let until = day(&self.until_day)?;
        if role.is_of_firm() {
            let scope = areas(&self.scope).ok_or_else(|| damaged("its scope is unknown"))?;
            return Ok(Capacity::Firm { role, firm: self.firm.clone(), scope, until });
        }
        let place: Place = self.place.parse().map_err(|_| damaged("its place is unknown"))?;
        Ok(Capacity::Office { role, organization: self.organization.clone(), place, until })
    }
}

pub(super) fn scope_text(scope: &[Area]) -> String {
    scope.iter().map(|area| area.name()).collect::<Vec<_>>().join(" ")
}

pub(super) fn areas(text: &str) -> Option<Vec<Area>> {
    text.split_whitespace().map(Area::named).collect()
}

impl TryFrom<GrantRow> for Grant {
    type Error = StoreError;

    fn try_from(row: GrantRow) -> Result<Self, StoreError> {
        Ok(Self {
            capacity: row.capacity()?,
            from_day: day(&row.from_day)?,
            granted_at: moment_there(&row.granted_at)?,
            ended_at: moment(&row.ended_at)?,
            id: row.id,
            person: row.person,
            deputy_of: row.deputy_of,
            granted_by: row.granted_by,
            ended_by: row.ended_by,
        })
    }
}
