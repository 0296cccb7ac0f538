//! Searching the log: for whoever audits it, and for whom an event is about.

use super::{Event, EventRow, recorded_text};
use crate::database::query;
use crate::{Store, StoreError};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

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

impl Store {
    /// The events that are wanted, the newest first.
    pub async fn search_events(&self, wanted: &EventSearch<'_>) -> Result<Vec<Event>, StoreError> {
        // Times are recorded as texts that sort as they do; the empty text is before all, a tilde after.
        let text =
            |at: Option<DateTime<Utc>>, none: &str| at.map_or_else(|| Ok(none.to_owned()), recorded_text);
        let (from, to) = (text(wanted.from, "")?, text(wanted.to, "~")?);
        let rows = query!(self.database, connection => {
            sqlx::query_as::<_, EventRow>(
                "SELECT * FROM event WHERE sequence < $1 AND substr(stream, 1, length($2)) = $2
                   AND substr(kind, 1, length($3)) = $3 AND substr(actor, 1, length($4)) = $4
                   AND recorded_at >= $5 AND recorded_at < $6
                 ORDER BY sequence DESC LIMIT $7",
            )
            .bind(wanted.before)
            .bind(wanted.stream)
            .bind(wanted.kind)
            .bind(wanted.actor)
            .bind(&from)
            .bind(&to)
            .bind(i64::from(wanted.limit))
            .fetch_all(connection)
            .await?
        });
        rows.into_iter().map(Event::try_from).collect()
    }

    /// The event with this number.
    pub async fn event(&self, sequence: i64) -> Result<Option<Event>, StoreError> {
        let row = query!(self.database, connection => {
            sqlx::query_as::<_, EventRow>("SELECT * FROM event WHERE sequence = $1")
                .bind(sequence)
                .fetch_optional(connection)
                .await?
        });
        row.map(Event::try_from).transpose()
    }

    /// The events about a firm, the newest first: roles that were granted for it and that ended.
    pub async fn events_of_firm(&self, firm: &str) -> Result<Vec<Event>, StoreError> {
        let grants: BTreeSet<String> =
            self.grants_of_firm(firm).await?.into_iter().map(|grant| grant.id).collect();
        let rows = query!(self.database, connection => {
            sqlx::query_as::<_, EventRow>(
                "SELECT * FROM event WHERE kind IN ('role.granted', 'role.ended')
                   AND stream IN (SELECT 'person:' || person FROM role_grant WHERE firm = $1)
                 ORDER BY sequence DESC",
            )
            .bind(firm)
            .fetch_all(connection)
            .await?
        });
        let events = rows.into_iter().map(Event::try_from).collect::<Result<Vec<_>, _>>()?;
        let is_of_firm =
            |event: &Event| event.payload["grant"].as_str().is_some_and(|id| grants.contains(id));
        Ok(events.into_iter().filter(is_of_firm).collect())
    }
}
