//! Comparing the words beside events with the digests in them, for as long as they stand.

use super::{Column, digest};
use crate::database::{Transaction, within};
use crate::event_log::{EventRow, page};
use crate::{Store, StoreError};
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Words that are not as they were said, or were erased before their time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DetailFault {
    /// Number of the event.
    pub sequence: i64,
    /// What is wrong.
    pub what: String,
}

#[derive(sqlx::FromRow)]
struct Row {
    sequence: i64,
    recorded_at: String,
    reason: String,
    reason_salt: String,
    network: String,
    network_salt: String,
    client: String,
    client_salt: String,
}

impl Row {
    fn field(&self, column: Column) -> (&str, &str) {
        match column {
            Column::Reason => (&self.reason, &self.reason_salt),
            Column::Network => (&self.network, &self.network_salt),
            Column::Client => (&self.client, &self.client_salt),
        }
    }
}

/// Up to when words were erased as their time was over, by column.
type Erased = BTreeMap<&'static str, String>;

impl Store {
    /// Compares all words that stand beside events with the digests in these.
    pub async fn verify_details(&self) -> Result<Vec<DetailFault>, StoreError> {
        match self.compare_details().await {
            Err(error) if error.is_about_content() => {
                let what = format!("the words beside the events cannot be read: {}", error.reason());
                Ok(vec![DetailFault { sequence: 0, what }])
            }
            outcome => outcome,
        }
    }

    async fn compare_details(&self) -> Result<Vec<DetailFault>, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let erased = erased(&mut transaction).await?;
        let (mut faults, mut after) = (Vec::new(), i64::MIN);
        loop {
            let events = page(&mut transaction, after).await?;
            // After the last event there may be no words either.
            let last = events.last().map_or(i64::MAX, |event| event.sequence);
            let mut rows = beside(&mut transaction, after, last).await?;
            for event in &events {
                compare(event, rows.remove(&event.sequence).as_ref(), &erased, &mut faults);
            }
            let what = "words stand here beside no event";
            faults.extend(rows.into_keys().map(|sequence| DetailFault { sequence, what: what.to_owned() }));
            if events.is_empty() {
                return Ok(faults);
            }
            after = last;
        }
    }
}

async fn erased(transaction: &mut Transaction) -> Result<Erased, StoreError> {
    let payloads: Vec<String> = within!(transaction, connection => {
        sqlx::query_scalar("SELECT payload FROM event WHERE stream = 'retention' ORDER BY version")
            .fetch_all(connection)
            .await?
    });
    let mut erased = Erased::new();
    for payload in payloads {
        let payload: Value = serde_json::from_str(&payload).unwrap_or_default();
        for column in Column::ALL {
            let until = payload["details_before"][column.name()].as_str().unwrap_or_default();
            let known = erased.entry(column.name()).or_default();
            if known.as_str() < until {
                until.clone_into(known);
            }
        }
    }
    Ok(erased)
}

async fn beside(
    transaction: &mut Transaction,
    after: i64,
    last: i64,
) -> Result<BTreeMap<i64, Row>, StoreError> {
    let rows: Vec<Row> = within!(transaction, connection => {
        sqlx::query_as("SELECT * FROM event_detail WHERE sequence > $1 AND sequence <= $2")
            .bind(after)
            .bind(last)
            .fetch_all(connection)
            .await?
    });
    Ok(rows.into_iter().map(|row| (row.sequence, row)).collect())
}

fn compare(event: &EventRow, row: Option<&Row>, erased: &Erased, faults: &mut Vec<DetailFault>) {
    if row.is_none() && !event.payload.contains("\"details\"") {
        return;
    }
    let payload: Value = serde_json::from_str(&event.payload).unwrap_or_default();
    let mut fault = |what: String| faults.push(DetailFault { sequence: event.sequence, what });
    if row.is_some_and(|row| row.recorded_at != event.recorded_at) {
        fault("its words have another time than the event".to_owned());
    }
    for column in Column::ALL {
        let name = column.name();
        let told = payload["details"][name].as_str();
        let (text, salt) = row.map_or(("", ""), |row| row.field(column));
        let is_over = erased.get(name).is_some_and(|until| event.recorded_at < *until);
        match told {
            None if text.is_empty() => {}
            None => fault(format!("its {name} was never said")),
            Some(_) if text.is_empty() && is_over => {}
            Some(_) if text.is_empty() => fault(format!("its {name} was taken away before its time")),
            Some(told) if told != digest(salt, name, text) => {
                fault(format!("its {name} is not as it was said"));
            }
            Some(_) => {}
        }
    }
}
