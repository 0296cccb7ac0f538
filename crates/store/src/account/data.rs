//! Looking at a masked field, who has looked, and all that is kept about a person.

use super::deed::{Deed, stream_of};
use super::{Credential, Grant, Guard, Person, Session, moment, moment_there};
use crate::database::query;
use crate::{CaseTraces, Event, Store, StoreError, Words};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

/// Kind of the event of a look.
const REVEALED: &str = "personal.revealed";

/// Somebody has looked at masked data of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Look {
    /// Who.
    pub actor: String,
    /// In which capacity.
    pub acting_as: String,
    /// At which field.
    pub field: String,
    /// Why.
    pub reason: Words,
    /// When.
    pub at: DateTime<Utc>,
}

/// An invitation of a person, without its code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invitation {
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it lapses.
    pub expires_at: DateTime<Utc>,
    /// When it was used.
    pub used_at: Option<DateTime<Utc>>,
}

/// A role that was offered to the login of a person. What the giver typed of him besides may be of somebody else, whose
/// login he meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfferTrace {
    /// The login.
    pub login: String,
    /// The role.
    pub role: String,
    /// When it was offered.
    pub offered_at: DateTime<Utc>,
    /// When it lapses.
    pub expires_at: DateTime<Utc>,
    /// When it was accepted, declined or withdrawn.
    pub settled_at: Option<DateTime<Utc>>,
}

/// All that is kept about a person, for the person.
#[derive(Clone, Debug)]
pub struct PersonalData {
    /// The person.
    pub person: Person,
    /// Credentials, without what they are checked with.
    pub credentials: Vec<Credential>,
    /// Roles.
    pub grants: Vec<Grant>,
    /// Invitations.
    pub invitations: Vec<Invitation>,
    /// Roles offered to his login.
    pub offers: Vec<OfferTrace>,
    /// Sessions, all of them.
    pub sessions: Vec<Session>,
    /// Counted tries, and his known devices.
    pub guard: Guard,
    /// Who has looked at his masked data.
    pub looks: Vec<Look>,
    /// Cases he filed, steps he took, drafts and files.
    pub cases: CaseTraces,
    /// Everything recorded about him.
    pub events: Vec<Event>,
}

impl Store {
    /// Records that somebody looks at a masked field, and why; only then may it be shown.
    pub async fn record_look(&self, person: &str, field: &str, deed: &Deed) -> Result<(), StoreError> {
        if deed.reason.trim().chars().count() < 2 {
            return Err(StoreError::NoReason);
        }
        let mut transaction = self.database.begin_write().await?;
        deed.record(&mut transaction, stream_of(person), REVEALED, json!({ "field": field })).await?;
        transaction.commit().await
    }

    /// Records that the data of a person, or the trail, were taken along.
    pub async fn record_export(&self, what: &str, deed: &Deed) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        deed.record(&mut transaction, stream_of(&deed.actor), "data.exported", json!({ "what": what }))
            .await?;
        transaction.commit().await
    }

    /// Records that somebody named a login that nobody has. Which one is not kept; how often tells whether he is
    /// trying out who has an account. It stays whatever comes of the form, and is written before all else of it.
    pub async fn record_unknown_login(&self, deed: &Deed) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_apart().await?;
        deed.record(&mut transaction, stream_of(&deed.actor), "login.not-found", json!({})).await?;
        transaction.commit().await
    }

    /// Who has looked at masked data of a person, the newest first.
    pub async fn looks_at(&self, person: &str) -> Result<Vec<Look>, StoreError> {
        let events = self.events_of(&stream_of(person)).await?;
        let text = |event: &Event, key: &str| event.payload[key].as_str().unwrap_or_default().to_owned();
        let looks = events.iter().rev().filter(|event| event.kind == REVEALED).map(|event| Look {
            actor: event.actor.clone(),
            acting_as: text(event, "acting_as"),
            field: text(event, "field"),
            reason: event.details.reason.clone(),
            at: event.recorded_at,
        });
        Ok(looks.collect())
    }

    /// All that is kept about a person.
    pub async fn personal_data(&self, id: &str) -> Result<Option<PersonalData>, StoreError> {
        let Some(person) = self.person(id).await? else { return Ok(None) };
        Ok(Some(PersonalData {
            credentials: self.credentials(id).await?,
            grants: self.grants_of_person(id).await?,
            invitations: self.invitations_of(id).await?,
            offers: self.offers_traced(&person.login).await?,
            sessions: self.sessions_of(id).await?,
            guard: self.guard(&person.login).await?,
            looks: self.looks_at(id).await?,
            cases: self.case_traces(id).await?,
            events: self.events_of(&stream_of(id)).await?,
            person,
        }))
    }

    async fn invitations_of(&self, person: &str) -> Result<Vec<Invitation>, StoreError> {
        let rows: Vec<(String, String, String)> = query!(self.database, connection => {
            sqlx::query_as(
                "SELECT made_at, expires_at, used_at FROM invitation WHERE person = $1 ORDER BY made_at, hash",
            )
            .bind(person)
            .fetch_all(connection)
            .await?
        });
        let invitation = |(made_at, expires_at, used_at): &(String, String, String)| {
            Ok(Invitation {
                made_at: moment_there(made_at)?,
                expires_at: moment_there(expires_at)?,
                used_at: moment(used_at)?,
            })
        };
        rows.iter().map(invitation).collect()
    }

    async fn offers_traced(&self, login: &str) -> Result<Vec<OfferTrace>, StoreError> {
        let rows: Vec<(String, String, String, String)> = query!(self.database, connection => {
            sqlx::query_as(
                "SELECT role, offered_at, expires_at, settled_at FROM offer WHERE login = $1
                 ORDER BY offered_at, id",
            )
            .bind(login)
            .fetch_all(connection)
            .await?
        });
        let trace = |(role, offered_at, expires_at, settled_at): (String, String, String, String)| {
            Ok(OfferTrace {
                login: login.to_owned(),
                role,
                offered_at: moment_there(&offered_at)?,
                expires_at: moment_there(&expires_at)?,
                settled_at: moment(&settled_at)?,
            })
        };
        rows.into_iter().map(trace).collect()
    }
}
