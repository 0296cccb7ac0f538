//! Comparing the roles that stand in rows with what the event log says was granted and ended.
//!
//! Whoever may write the file could give himself a role in a row; the log would not know of it.

use super::grant::GrantRow;
use crate::database::within;
use crate::{Store, StoreError};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// A role that is not as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GrantFault {
    /// Identifier of the role.
    pub grant: String,
    /// What is wrong.
    pub what: String,
}

/// The fields of a row that the event of a grant repeats.
const REPEATED: [&str; 9] =
    ["role", "firm", "organization", "place", "scope", "deputy_of", "from_day", "until_day", "granted_at"];

#[derive(sqlx::FromRow)]
struct Recorded {
    stream: String,
    kind: String,
    actor: String,
    payload: String,
}

/// A role as the log tells it.
struct Told {
    person: String,
    granted_by: String,
    fields: Value,
    ended_by: Option<String>,
}

impl Store {
    /// Compares every role with the events of its granting and ending.
    pub async fn verify_grants(&self) -> Result<Vec<GrantFault>, StoreError> {
        match self.compare_grants().await {
            Err(error) if error.is_about_content() => {
                let what = format!("the roles cannot be read: {}", error.reason());
                Ok(vec![GrantFault { grant: "(all)".to_owned(), what }])
            }
            outcome => outcome,
        }
    }

    async fn compare_grants(&self) -> Result<Vec<GrantFault>, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let events: Vec<Recorded> = within!(&mut transaction, connection => {
            sqlx::query_as(
                "SELECT stream, kind, actor, payload FROM event
                 WHERE kind IN ('role.granted', 'role.ended') ORDER BY sequence",
            )
            .fetch_all(connection)
            .await?
        });
        let rows: Vec<GrantRow> = within!(&mut transaction, connection => {
            sqlx::query_as("SELECT * FROM role_grant ORDER BY id").fetch_all(connection).await?
        });
        let mut told = told(&events);
        let mut faults: Vec<GrantFault> = Vec::new();
        let mut fault = |grant: &str, what: String| faults.push(GrantFault { grant: grant.to_owned(), what });
        for row in &rows {
            match told.remove(&row.id) {
                None => fault(&row.id, "it stands here and was never granted".to_owned()),
                Some(told) => differences(row, &told).into_iter().for_each(|what| fault(&row.id, what)),
            }
        }
        for id in told.keys() {
            fault(id, "it was granted and is gone".to_owned());
        }
        Ok(faults)
    }
}

fn told(events: &[Recorded]) -> BTreeMap<String, Told> {
    let mut told: BTreeMap<String, Told> = BTreeMap::new();
    for event in events {
        let fields: Value = serde_json::from_str(&event.payload).unwrap_or_default();
        let id = fields["grant"].as_str().unwrap_or_default().to_owned();
        if event.kind == "role.granted" {
            let person = event.stream.strip_prefix("person:").unwrap_or_default().to_owned();
            let granted_by = event.actor.clone();
            told.insert(id, Told { person, granted_by, fields, ended_by: None });
        } else if let Some(one) = told.get_mut(&id) {
            one.ended_by.get_or_insert_with(|| event.actor.clone());
        }
    }
    told
}

fn differences(row: &GrantRow, told: &Told) -> Vec<String> {
    let stored = [
        &row.role, &row.firm, &row.organization, &row.place, &row.scope, &row.deputy_of, &row.from_day,
        &row.until_day, &row.granted_at,
    ];
    let mut pairs: Vec<(&str, &str, &str)> = REPEATED
        .iter()
        .zip(stored)
        .map(|(name, stored)| (*name, told.fields[name].as_str().unwrap_or_default(), stored.as_str()))
        .collect();
    pairs.push(("person", &told.person, &row.person));
    pairs.push(("granted_by", &told.granted_by, &row.granted_by));
    pairs.push(("ended_by", told.ended_by.as_deref().unwrap_or_default(), &row.ended_by));
    let differing = pairs.into_iter().filter(|(_, told, stored)| told != stored);
    differing.map(|(name, told, stored)| format!("its {name} is `{stored}`, recorded was `{told}`")).collect()
}
