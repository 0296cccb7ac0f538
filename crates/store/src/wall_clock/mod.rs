//! Whether the clock of the machine can be believed: what it says is held against the time of the last event.
//!
//! A clock that stands before the last event, or long after it (a dead battery, a wrong year, a virtual machine brought
//! back), would take data away before their time, or write times into the log that hold up all that comes after. So
//! whoever changes something asks first. A clock that leapt and was put right again stands before what was recorded in
//! between: then somebody who has looked at it says that it is right, which is an event of its own.

#[cfg(test)]
mod tests;

use crate::account::Deed;
use crate::database::{query, within};
use crate::event_log::lock_log;
use crate::{Store, StoreError};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

const STREAM: &str = "clock";

/// So far a clock may be set back: the log takes the time of its last event then.
const BEHIND_MAX: TimeDelta = TimeDelta::minutes(10);
/// So long nothing need happen. Every sign-in is an event.
const QUIET_MAX: TimeDelta = TimeDelta::days(92);

/// What the clock is worth beside the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// It can be believed.
    Sound,
    /// It stands before what the log has.
    Behind {
        /// The time of the last event.
        last: DateTime<Utc>,
    },
    /// It is far after it.
    Ahead {
        /// The time of the last event.
        last: DateTime<Utc>,
    },
}

impl ClockState {
    /// In a word, for a watch.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sound => "ok",
            Self::Behind { .. } => "behind",
            Self::Ahead { .. } => "ahead",
        }
    }

    fn of(now: DateTime<Utc>, last: DateTime<Utc>, confirmed: Option<DateTime<Utc>>) -> Self {
        let earliest = confirmed.map_or(last, |confirmed| last.min(confirmed));
        if now < earliest - BEHIND_MAX {
            Self::Behind { last }
        } else if now > last + QUIET_MAX {
            Self::Ahead { last }
        } else {
            Self::Sound
        }
    }
}

impl Store {
    /// What a clock that says `now` is worth.
    pub async fn clock_state(&self, now: DateTime<Utc>) -> Result<ClockState, StoreError> {
        let head: Option<(i64, String)> = query!(self.database, connection => {
            sqlx::query_as("SELECT sequence, recorded_at FROM event_head").fetch_optional(connection).await?
        });
        let Some((1.., at)) = head else { return Ok(ClockState::Sound) };
        let last = moment(&at)?;
        let state = ClockState::of(now, last, None);
        if matches!(state, ClockState::Behind { .. }) {
            return Ok(ClockState::of(now, last, self.confirmed_since(&at).await?));
        }
        Ok(state)
    }

    /// An error where the clock cannot be believed.
    pub async fn believe_clock(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        match self.clock_state(now).await? {
            ClockState::Sound => Ok(()),
            ClockState::Behind { last } => Err(StoreError::ClockBehind { now, last }),
            ClockState::Ahead { last } => Err(StoreError::ClockAhead { now, last }),
        }
    }

    /// Records that somebody has looked at the clock and found it right.
    pub async fn confirm_clock(&self, deed: &Deed) -> Result<(), StoreError> {
        let mut transaction = self.database.begin_write().await?;
        lock_log(&mut transaction).await?;
        let facts = json!({ "clock": deed.at.to_rfc3339_opts(SecondsFormat::Micros, true) });
        deed.record(&mut transaction, STREAM.to_owned(), "clock.confirmed", facts).await?;
        transaction.commit().await
    }

    /// What the clock said when it was last confirmed, if the time of the log has not gone on since.
    async fn confirmed_since(&self, head_time: &str) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut transaction = self.database.begin_read().await?;
        let payload: Option<String> = within!(&mut transaction, connection => {
            sqlx::query_scalar(
                "SELECT payload FROM event WHERE stream = $1 AND recorded_at = $2 ORDER BY version DESC LIMIT 1",
            )
            .bind(STREAM)
            .bind(head_time)
            .fetch_optional(connection)
            .await?
        });
        let Some(payload) = payload else { return Ok(None) };
        let told: Value = serde_json::from_str(&payload)
            .map_err(|_| StoreError::Damaged("a confirmation of the clock cannot be read".to_owned()))?;
        told["clock"].as_str().map(moment).transpose()
    }
}

fn moment(text: &str) -> Result<DateTime<Utc>, StoreError> {
    let read = DateTime::parse_from_rfc3339(text);
    read.map(|at| at.to_utc()).map_err(|_| StoreError::Damaged(format!("`{text}` is no moment")))
}
