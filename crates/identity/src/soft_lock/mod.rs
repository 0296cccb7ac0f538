//! Failed tries of one account make the next one wait; the owner's own browsers are counted apart from strangers, so
//! that nobody locks an owner out by guessing.
//!
//! A try is counted as failed *before* the password is looked at, and given back when it was right. Two hundred tries at
//! the same moment are then two hundred tries, not one.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Failures from which the account waits until the next day.
pub const MOST_FAILURES: u32 = 100;

/// Browsers of an owner that are remembered; the one longest unused goes first.
pub const MOST_DEVICES: usize = 16;

/// A day without a further failure, and failures are forgotten.
const DAY: TimeDelta = TimeDelta::hours(24);

/// So far a clock may be set back without any wait beginning anew.
const SET_BACK_MAX: TimeDelta = TimeDelta::minutes(1);

/// How long the next try waits after so many failures.
///
/// A wait until midnight would allow twice the failures in the hour around it, so the next day is 24 hours later.
pub fn wait(failures: u32) -> TimeDelta {
    match failures {
        0 => TimeDelta::zero(),
        1..3 => TimeDelta::seconds(1),
        3..9 => TimeDelta::seconds(3),
        9..25 => TimeDelta::seconds(5),
        25..MOST_FAILURES => TimeDelta::seconds(10),
        MOST_FAILURES.. => DAY,
    }
}

/// Failures in a row, and when the last was.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Counter {
    failures: u32,
    last_at: Option<DateTime<Utc>>,
}

impl Counter {
    /// Counts a try that may be evaluated; else says until when to wait.
    fn begin(&mut self, now: DateTime<Utc>) -> Result<(), DateTime<Utc>> {
        if let Some(last_at) = self.last_at.as_mut() {
            // The clock was set back far: the wait begins anew, or it would last until the clock has caught up.
            if *last_at > now + SET_BACK_MAX {
                *last_at = now;
            }
            let last_at = *last_at;
            let until = last_at + wait(self.failures);
            if now < until {
                return Err(until);
            }
            if now >= last_at + DAY {
                self.failures = 0;
            }
        }
        self.failures = self.failures.saturating_add(1);
        // A clock that is set back must not shorten a wait.
        self.last_at = Some(self.last_at.map_or(now, |last_at| last_at.max(now)));
        Ok(())
    }
}

/// Who tries, as far as can be known before the proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane<'name> {
    /// Anybody.
    Stranger,
    /// A browser that presents the token of a device; the digest of the token names it.
    Device(&'name str),
}

/// The answer to a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The proof may be looked at. The changed lock is stored first.
    Evaluate,
    /// The proof is not looked at, whatever it is.
    Wait {
        /// When the next try may be.
        until: DateTime<Utc>,
    },
}

/// The lock of one account: a value the caller stores with it and changes in one transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoftLock {
    strangers: Counter,
    devices: BTreeMap<String, Device>,
}

/// A browser the owner has signed in from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Device {
    counter: Counter,
    signed_in_at: DateTime<Utc>,
}

impl SoftLock {
    /// Begins a try: counts it as failed, or says until when to wait. The lock is stored where it changed, also then.
    pub fn begin(&mut self, lane: Lane<'_>, now: DateTime<Utc>) -> Answer {
        match self.counter(lane).begin(now) {
            Ok(()) => Answer::Evaluate,
            Err(until) => Answer::Wait { until },
        }
    }

    /// The proof was right: the failures of this lane are forgotten, those of the other lanes are not.
    pub fn succeed(&mut self, lane: Lane<'_>) {
        *self.counter(lane) = Counter::default();
    }

    /// Remembers the browser of an owner who has just signed in. It takes the place of the one longest unused.
    pub fn remember(&mut self, device: &str, now: DateTime<Utc>) {
        if let Some(known) = self.devices.get_mut(device) {
            known.signed_in_at = now;
            return;
        }
        if self.devices.len() >= MOST_DEVICES {
            let oldest = self.devices.iter().min_by_key(|(_, known)| known.signed_in_at);
            if let Some(name) = oldest.map(|(name, _)| name.clone()) {
                self.devices.remove(&name);
            }
        }
        self.devices.insert(device.to_owned(), Device { counter: Counter::default(), signed_in_at: now });
    }

    /// Forgets a browser, as when its owner has lost it.
    pub fn forget(&mut self, device: &str) {
        self.devices.remove(device);
    }

    /// Forgets every browser but one.
    pub fn forget_others(&mut self, device: &str) {
        self.devices.retain(|name, _| name == device);
    }

    /// Forgets browsers whose owner has not signed in from them since `moment`.
    pub fn forget_unused(&mut self, moment: DateTime<Utc>) {
        self.devices.retain(|_, known| known.signed_in_at >= moment);
    }

    /// The browsers that are remembered: by what digest, and when their owner last signed in from them; the last first.
    pub fn devices(&self) -> Vec<(&str, DateTime<Utc>)> {
        let mut all: Vec<_> =
            self.devices.iter().map(|(name, known)| (name.as_str(), known.signed_in_at)).collect();
        all.sort_by_key(|(name, at)| (std::cmp::Reverse(*at), *name));
        all
    }

    /// Until when the next try of this lane has to wait at `now`; none where it need not.
    pub fn waits_until(&self, lane: Lane<'_>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut tried = self.clone();
        match tried.begin(lane, now) {
            Answer::Evaluate => None,
            Answer::Wait { until } => Some(until),
        }
    }

    /// Failures of strangers in a row; none once they would be forgotten at `now`.
    pub fn failures_of_strangers(&self, now: DateTime<Utc>) -> u32 {
        let is_over = self.strangers.last_at.is_none_or(|last_at| now >= last_at + DAY);
        if is_over { 0 } else { self.strangers.failures }
    }

    /// The counter of a lane; a device that is not known is a stranger.
    fn counter(&mut self, lane: Lane<'_>) -> &mut Counter {
        let known = match lane {
            Lane::Stranger => None,
            Lane::Device(name) => self.devices.get_mut(name),
        };
        known.map_or(&mut self.strangers, |device| &mut device.counter)
    }
}

#[cfg(test)]
mod tests;
