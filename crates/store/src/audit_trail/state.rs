//! How far the tree and its checkpoints follow the log: what a watch asks, without a lock.

use super::time_of;
use crate::database::query;
use crate::{Store, StoreError};
use chrono::{DateTime, TimeDelta, Utc};

/// How far tree and checkpoints are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrailState {
    /// Events in the log.
    pub events: u64,
    /// Events that have their place in the tree.
    pub in_tree: u64,
    /// Events no checkpoint vouches for yet.
    pub waiting: u64,
    /// When the first of these was recorded.
    pub waiting_since: Option<DateTime<Utc>>,
}

impl TrailState {
    /// Whether an event is outside the tree, or has waited longer than `most` for a checkpoint.
    pub fn is_behind(&self, now: DateTime<Utc>, most: TimeDelta) -> bool {
        let waits_long = |since: DateTime<Utc>| now.signed_duration_since(since) > most;
        self.in_tree < self.events || (self.waiting > 0 && self.waiting_since.is_some_and(waits_long))
    }
}

impl Store {
    /// How far tree and checkpoints follow the log.
    pub async fn trail_state(&self) -> Result<TrailState, StoreError> {
        let statement = "SELECT h.sequence, t.size, t.checkpoint_size, t.waiting_since
                         FROM event_head h JOIN event_tree t ON t.id = h.id";
        let row: Option<(i64, i64, i64, String)> = query!(self.database, connection => {
            sqlx::query_as(statement).fetch_optional(connection).await?
        });
        let (events, in_tree, vouched, since) = row.ok_or_else(super::missing)?;
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        Ok(TrailState {
            events: count(events),
            in_tree: count(in_tree),
            waiting: count(in_tree.saturating_sub(vouched)),
            waiting_since: (!since.is_empty()).then(|| time_of(&since)).transpose()?,
        })
    }
}
