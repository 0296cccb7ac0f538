//! Which field holds what about whom, why, and for how long; and the job that takes away what is over.
//!
//! `inventory.toml` classifies every column of every table; a test fails for one it does not name. The periods by
//! which `purge` deletes are those of the inventory, so that what people are told is what is done.

#[cfg(test)]
mod tests;

use crate::account::Deed;
use crate::database::within;
use crate::event_log::lock_log;
use crate::{Store, StoreError};
use chrono::{SecondsFormat, TimeDelta};
use domain::Bilingual;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::sync::LazyLock;

static INVENTORY: LazyLock<Inventory> = LazyLock::new(|| {
    toml::from_str(include_str!("inventory.toml")).expect("a test reads the inventory of fields")
});

/// All fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Inventory {
    /// One entry for the columns of a table that are of one sort.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
}

/// Columns of one sort.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// What they hold.
    pub class: DataClass,
    /// What they are for; fields about people only.
    #[serde(default)]
    pub purpose: Option<Bilingual>,
    /// On what the keeping rests; fields about people only.
    #[serde(default)]
    pub basis: Option<Basis>,
    /// Days they are kept after they have served; none where they are kept as long as the account.
    #[serde(default)]
    pub kept_days: Option<u32>,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataClass {
    /// Published.
    Public,
    /// Of the service itself.
    Internal,
    /// About a person.
    Personal,
    /// About a person, and harmful in wrong hands (PIPL article 28).
    Sensitive,
    /// What somebody proves himself with; shown to nobody.
    Secret,
}

/// On what the keeping of personal data rests: an item of article 13 of the personal information protection law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Basis {
    /// Item 1: consent.
    Consent,
    /// Item 3: a legal duty or function.
    LegalDuty,
}

/// How much a run of the retention job took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Purged {
    /// Sessions.
    pub sessions: u64,
    /// Invitations.
    pub invitations: u64,
    /// States of counted tries.
    pub guards: u64,
    /// Things half done.
    pub challenges: u64,
    /// Closed accounts whose personal data are gone now.
    pub people: u64,
    /// Cases whose texts are gone now.
    pub cases: u64,
    /// Drafts of cases that nobody went on with.
    pub drafts: u64,
}

impl Inventory {
    /// The inventory of this program.
    pub fn built_in() -> &'static Self {
        &INVENTORY
    }

    /// The entry of a column.
    pub fn field(&self, table: &str, column: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.table == table && field.columns.iter().any(|one| one == column))
    }

    /// How long a column is kept after it has served.
    fn kept(&self, table: &str, column: &str) -> TimeDelta {
        let days = self.field(table, column).and_then(|field| field.kept_days);
        TimeDelta::days(i64::from(days.expect("a test holds the columns that the job reads")))
    }
}

impl Store {
    /// Takes away what has been kept for long enough, and records how much it was. Nothing is recorded where
    /// nothing was over.
    pub async fn purge(&self, deed: &Deed) -> Result<Purged, StoreError> {
        let inventory = Inventory::built_in();
        let before = |table, column| {
            let moment = deed.at - inventory.kept(table, column);
            moment.to_rfc3339_opts(SecondsFormat::Secs, true)
        };
        let people = self.erase_long_closed(&before("person", "name"), deed).await?;
        let cases = self.erase_cases(deed.at.date_naive(), deed).await?;
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let mut counts = [0; 5];
        for (count, (statement, moment)) in counts.iter_mut().zip([
            (
                "DELETE FROM session WHERE (ended_at <> '' AND ended_at < $1) OR expires_at < $1",
                before("session", "address"),
            ),
            ("DELETE FROM invitation WHERE expires_at < $1", before("invitation", "hash")),
            ("DELETE FROM sign_in_guard WHERE updated_at < $1", before("sign_in_guard", "account")),
            ("DELETE FROM challenge WHERE expires_at < $1", before("challenge", "state")),
            ("DELETE FROM case_draft WHERE updated_at < $1", before("case_draft", "data")),
        ]) {
            *count = within!(&mut transaction, connection => {
                sqlx::query(statement).bind(moment).execute(connection).await?.rows_affected()
            });
        }
        let [sessions, invitations, guards, challenges, drafts] = counts;
        let purged = Purged { sessions, invitations, guards, challenges, people, cases, drafts };
        if purged != Purged::default() {
            let facts = json!({
                "sessions": sessions, "invitations": invitations, "guards": guards,
                "challenges": challenges, "people": people, "cases": cases, "drafts": drafts,
            });
            deed.record(&mut transaction, "retention".to_owned(), "retention.applied", facts).await?;
        }
        transaction.commit().await?;
        Ok(purged)
    }

    async fn erase_long_closed(&self, before: &str, deed: &Deed) -> Result<u64, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let over: Vec<String> = within!(&mut transaction, connection => {
            sqlx::query_scalar("SELECT id FROM person WHERE state = 'closed' AND closed_at < $1 ORDER BY id")
                .bind(before)
                .fetch_all(connection)
                .await?
        });
        drop(transaction);
        let mut erased = 0;
        for id in over {
            erased += u64::from(self.erase_person(&id, deed).await?);
        }
        Ok(erased)
    }
}
