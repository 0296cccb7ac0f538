//! Searching the log: for whoever audits it, and for whom an event is about.
//!
//! The newest events that fit are found from the end of the log, as long as many fit. Where few do – one account, one
//! rare kind – that would read all of it: so the indexes are asked first which of the wishes few events meet, and these
//! alone are looked at.

#[cfg(test)]
mod tests;

use super::detail::DetailedRow;
use super::{Event, recorded_text, select_events};
use crate::database::query;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use sqlx::AssertSqlSafe;
use std::collections::BTreeSet;

/// Up to so many events are few.
const FEW: u32 = 2_000;
/// After every text that begins with what stands before it.
const LAST: char = '\u{10FFFF}';

const EVENT: &str = select_events!("WHERE e.sequence = $1");
const EVENTS_OF_FIRM: &str = select_events!(
    "WHERE e.kind IN ('role.granted', 'role.ended')
       AND e.stream IN (SELECT 'person:' || person FROM role_grant WHERE firm = $1)
     ORDER BY e.sequence DESC"
);

/// Which events are wanted. An empty text is any.
#[derive(Clone, Copy, Debug)]
pub struct EventSearch<'a> {
    /// How the stream begins.
    pub stream: &'a str,
    /// How the kind begins.
    pub kind: &'a str,
    /// How the actor begins.
    pub actor: &'a str,
    /// Recorded at this moment or later.
    pub from: Option<DateTime<Utc>>,
    /// Recorded before this moment.
    pub to: Option<DateTime<Utc>>,
    /// With a smaller sequence than this.
    pub before: i64,
    /// So many at most.
    pub limit: u32,
}

impl Default for EventSearch<'_> {
    fn default() -> Self {
        Self { stream: "", kind: "", actor: "", from: None, to: None, before: i64::MAX, limit: 50 }
    }
}

impl EventSearch<'_> {
    fn beginnings(&self) -> [(&'static str, &str); 3] {
        [("stream", self.stream), ("actor", self.actor), ("kind", self.kind)]
    }
}

/// The statement that looks at the events of one wish alone, or at the log from its end. What is not to be looked up in
/// an index is made an expression, which leaves no choice to either engine.
fn statement(few: Option<&str>) -> String {
    let text = |column: &str| {
        if few == Some(column) { format!("e.{column}") } else { format!("(e.{column} || '')") }
    };
    let sequence = if few.is_some() { "(e.sequence + 0)" } else { "(e.sequence)" };
    let [stream, actor, kind] = ["stream", "actor", "kind"].map(text);
    format!(
        "{} WHERE {sequence} < $1 AND {stream} >= $2 AND {stream} < $3 AND {actor} >= $4 AND {actor} < $5
           AND {kind} >= $6 AND {kind} < $7 AND e.recorded_at >= $8 AND e.recorded_at < $9
           AND {sequence} >= $10
         ORDER BY {sequence} DESC LIMIT $11",
        select_events!("")
    )
}

impl Store {
    /// The events that are wanted, the newest first.
    pub async fn search_events(&self, wanted: &EventSearch<'_>) -> Result<Vec<Event>, StoreError> {
        // Times are recorded as texts that sort as they do; the empty text is before all, a tilde after.
        let text =
            |at: Option<DateTime<Utc>>, none: &str| at.map_or_else(|| Ok(none.to_owned()), recorded_text);
        let (from, to) = (text(wanted.from, "")?, text(wanted.to, "~")?);
        let few = self.wish_of_few(wanted).await?;
        let (mut first, mut before) = (i64::MIN, wanted.before);
        if few.is_none() && (wanted.from.is_some() || wanted.to.is_some()) {
            first = self.first_at(&from).await?;
            before = before.min(self.first_at(&to).await?);
        }
        let statement = statement(few);
        let bounds = wanted.beginnings().map(|(_, begins)| (begins.to_owned(), format!("{begins}{LAST}")));
        let rows = query!(self.database, connection => {
            let mut asked = sqlx::query_as::<_, DetailedRow>(AssertSqlSafe(statement)).bind(before);
            for (from, to) in &bounds {
                asked = asked.bind(from).bind(to);
            }
            asked.bind(&from).bind(&to).bind(first).bind(i64::from(wanted.limit)).fetch_all(connection).await?
        });
        rows.into_iter().map(Event::try_from).collect()
    }

    /// The first of the wishes that few events meet.
    async fn wish_of_few(&self, wanted: &EventSearch<'_>) -> Result<Option<&'static str>, StoreError> {
        for (column, begins) in wanted.beginnings().into_iter().filter(|(_, begins)| !begins.is_empty()) {
            let statement = format!(
                "SELECT count(*) FROM (SELECT 1 AS one FROM event WHERE {column} >= $1 AND {column} < $2
                                       LIMIT {FEW}) AS few"
            );
            let found: i64 = query!(self.database, connection => {
                sqlx::query_scalar(AssertSqlSafe(statement))
                    .bind(begins)
                    .bind(format!("{begins}{LAST}"))
                    .fetch_one(connection)
                    .await?
            });
            if found < i64::from(FEW) {
                return Ok(Some(column));
            }
        }
        Ok(None)
    }

    /// The first event that was not recorded before a moment; the one to come where there is none. Time never runs
    /// backwards in the log, so that halving finds it.
    async fn first_at(&self, moment: &str) -> Result<i64, StoreError> {
        let last: Option<i64> = query!(self.database, connection => {
            sqlx::query_scalar("SELECT max(sequence) FROM event").fetch_one(connection).await?
        });
        let (mut low, mut high) = (1, last.unwrap_or_default().saturating_add(1));
        while low < high {
            let middle = low + (high - low) / 2;
            let at: Option<String> = query!(self.database, connection => {
                sqlx::query_scalar("SELECT recorded_at FROM event WHERE sequence = $1")
                    .bind(middle)
                    .fetch_optional(connection)
                    .await?
            });
            // A log with a gap is damaged; what was asked of the days still holds.
            if at.is_some_and(|at| *at < *moment) { low = middle + 1 } else { high = middle }
        }
        Ok(low)
    }

    /// The event with this number.
    pub async fn event(&self, sequence: i64) -> Result<Option<Event>, StoreError> {
        let row = query!(self.database, connection => {
            sqlx::query_as::<_, DetailedRow>(EVENT).bind(sequence).fetch_optional(connection).await?
        });
        row.map(Event::try_from).transpose()
    }

    /// The events about a firm, the newest first: roles that were granted for it and that ended.
    pub async fn events_of_firm(&self, firm: &str) -> Result<Vec<Event>, StoreError> {
        let grants: BTreeSet<String> =
            self.grants_of_firm(firm).await?.into_iter().map(|grant| grant.id).collect();
        let rows = query!(self.database, connection => {
            sqlx::query_as::<_, DetailedRow>(EVENTS_OF_FIRM).bind(firm).fetch_all(connection).await?
        });
        let events = rows.into_iter().map(Event::try_from).collect::<Result<Vec<_>, _>>()?;
        let is_of_firm =
            |event: &Event| event.payload["grant"].as_str().is_some_and(|id| grants.contains(id));
        Ok(events.into_iter().filter(is_of_firm).collect())
    }
}
