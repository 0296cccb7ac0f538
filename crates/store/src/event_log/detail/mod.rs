//! Words that stand beside an event: why, from which network, with which browser.
//!
//! They are about people, so they stand in a row that can be erased; the event holds a digest of each, salted by a
//! salt that goes with it. Events of versions before this hold the words themselves, and are read all the same.

#[cfg(test)]
mod tests;
mod verification;

pub use verification::DetailFault;

use super::{Event, EventRow, recorded_text};
use crate::StoreError;
use crate::database::{Transaction, within};
use crate::digest::sha256_of_fields;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};

/// What was said with an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Words {
    /// Nothing.
    #[default]
    None,
    /// This.
    Said(String),
    /// Something, and its time is over.
    Erased,
}

impl Words {
    /// The words; empty where there are none, or none any more.
    pub fn text(&self) -> &str {
        match self {
            Self::Said(text) => text,
            Self::None | Self::Erased => "",
        }
    }
}

/// What stands beside an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Details {
    /// Why, in the words of the one who did it.
    pub reason: Words,
    /// The network it came from.
    pub network: Words,
    /// Sort of browser and system.
    pub client: Words,
}

impl Details {
    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// An event with what stands beside it.
#[derive(sqlx::FromRow)]
pub struct DetailedRow {
    #[sqlx(flatten)]
    event: EventRow,
    reason: Option<String>,
    network: Option<String>,
    client: Option<String>,
}

impl TryFrom<DetailedRow> for Event {
    type Error = StoreError;

    fn try_from(row: DetailedRow) -> Result<Self, StoreError> {
        let mut event = Self::try_from(row.event)?;
        let read =
            |name: &str, before: &str, kept: Option<String>| words(&event.payload, (name, before), kept);
        let details = Details {
            reason: read("reason", "reason", row.reason),
            network: read("network", "from", row.network),
            client: read("client", "client", row.client),
        };
        event.details = details;
        Ok(event)
    }
}

/// The words of a field; `before` is what older versions called it in the event itself.
fn words(payload: &Value, (name, before): (&str, &str), kept: Option<String>) -> Words {
    if let Some(text) = payload[before].as_str().filter(|text| !text.is_empty()) {
        return Words::Said(text.to_owned());
    }
    if payload["details"][name].is_null() {
        return Words::None;
    }
    kept.filter(|text| !text.is_empty()).map_or(Words::Erased, Words::Said)
}

/// What is to stand beside an event.
#[derive(Default)]
pub struct NewDetails {
    /// By name: words and salt.
    fields: Vec<(&'static str, String, String)>,
}

impl NewDetails {
    /// Words and their salt, where anything was said.
    pub fn say(&mut self, name: &'static str, text: &str, salt: String) {
        self.fields.push((name, text.to_owned(), salt));
    }

    /// The salted digests, for the payload of the event.
    pub fn put_digests(&self, payload: &mut Map<String, Value>) {
        if self.fields.is_empty() {
            return;
        }
        let digests = self
            .fields
            .iter()
            .map(|(name, text, salt)| ((*name).to_owned(), json!(digest(salt, name, text))));
        payload.insert("details".to_owned(), Value::Object(digests.collect()));
    }

    /// Puts them beside their event.
    pub async fn insert(self, transaction: &mut Transaction, event: &Event) -> Result<(), StoreError> {
        if self.fields.is_empty() {
            return Ok(());
        }
        let at = recorded_text(event.recorded_at)?;
        let find = |name: &str| {
            let found = self.fields.iter().find(|(field, ..)| *field == name);
            found.map_or(("", ""), |(_, text, salt)| (text.as_str(), salt.as_str()))
        };
        let [reason, network, client] = ["reason", "network", "client"].map(find);
        within!(transaction, connection => {
            sqlx::query(
                "INSERT INTO event_detail (sequence, recorded_at, reason, reason_salt, network, network_salt, client,
                                           client_salt)
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(event.sequence)
            .bind(&at)
            .bind(reason.0)
            .bind(reason.1)
            .bind(network.0)
            .bind(network.1)
            .bind(client.0)
            .bind(client.1)
            .execute(connection)
            .await?;
        });
        Ok(())
    }
}

fn digest(salt: &str, name: &str, text: &str) -> String {
    sha256_of_fields(["liangjian-detail-1", salt, name, text])
}

/// Erases the words of a column that were said before this moment. Answers how many.
pub async fn erase_before(
    transaction: &mut Transaction,
    column: Column,
    before: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let before = recorded_text(before)?;
    let statement = match column {
        Column::Reason => {
            "UPDATE event_detail SET reason = '', reason_salt = '' WHERE recorded_at < $1 AND reason <> ''"
        }
        Column::Network => {
            "UPDATE event_detail SET network = '', network_salt = '' WHERE recorded_at < $1 AND network <> ''"
        }
        Column::Client => {
            "UPDATE event_detail SET client = '', client_salt = '' WHERE recorded_at < $1 AND client <> ''"
        }
    };
    let erased = within!(transaction, connection => {
        sqlx::query(statement).bind(&before).execute(connection).await?.rows_affected()
    });
    within!(transaction, connection => {
        sqlx::query("DELETE FROM event_detail WHERE recorded_at < $1 AND reason = '' AND network = '' AND client = ''")
            .bind(&before)
            .execute(connection)
            .await?;
    });
    Ok(erased)
}

/// A sort of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Why.
    Reason,
    /// From which network.
    Network,
    /// With which browser.
    Client,
}

impl Column {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Reason, Self::Network, Self::Client];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::Network => "network",
            Self::Client => "client",
        }
    }
}
