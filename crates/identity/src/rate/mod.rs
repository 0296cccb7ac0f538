//! How often a key (an account, the prefix of an address, a class of routes) may do a thing: a token bucket kept as one
//! moment a key (the generic cell rate algorithm), in bounded memory.

use chrono::{DateTime, TimeDelta, Utc};
use std::collections::{BTreeMap, BTreeSet};

/// A burst, and the pace at which it fills up again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    burst: u32,
    pace: TimeDelta,
}

impl Limit {
    /// `burst` at once, then one each `pace`; `None` if either is nothing or too large to compute with.
    pub fn new(burst: u32, pace: TimeDelta) -> Option<Self> {
        let is_sound = burst > 0 && pace >= TimeDelta::microseconds(1) && pace <= TimeDelta::days(365);
        (is_sound && burst <= 1_000_000).then_some(Self { burst, pace })
    }

    /// How far ahead of now the bucket of a key may be.
    fn depth_microseconds(self) -> i64 {
        self.pace_microseconds().saturating_mul(i64::from(self.burst))
    }

    fn pace_microseconds(self) -> i64 {
        self.pace.num_microseconds().unwrap_or(i64::MAX)
    }
}

/// The answer to one use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Go on; it is counted.
    Allowed,
    /// Not now; it is not counted.
    RetryAfter(TimeDelta),
}

/// The buckets of one limit.
///
/// A full table gives up the bucket that is nearest to full again, so whoever floods it with new keys frees those who
/// had used least, never one who is far over.
#[derive(Clone, Debug)]
pub struct Rate<Key> {
    limit: Limit,
    most_keys: usize,
    /// When the bucket of a key will be full again, in microseconds since 1970.
    full_at: BTreeMap<Key, i64>,
    by_time: BTreeSet<(i64, Key)>,
}

impl<Key: Ord + Clone> Rate<Key> {
    /// Full buckets, for at most `most_keys` keys (at least one).
    pub fn new(limit: Limit, most_keys: usize) -> Self {
        Self { limit, most_keys: most_keys.max(1), full_at: BTreeMap::new(), by_time: BTreeSet::new() }
    }

    /// Uses the bucket of `key` once, if there is something in it.
    pub fn take(&mut self, key: &Key, now: DateTime<Utc>) -> Answer {
        let now = now.timestamp_micros();
        let known = self.full_at.get(key).copied();
        let next = known.unwrap_or(now).max(now).saturating_add(self.limit.pace_microseconds());
        let over = next.saturating_sub(now).saturating_sub(self.limit.depth_microseconds());
        if over > 0 {
            return Answer::RetryAfter(TimeDelta::microseconds(over));
        }
        if let Some(earlier) = known {
            self.by_time.remove(&(earlier, key.clone()));
        } else {
            self.make_room(now);
        }
        self.full_at.insert(key.clone(), next);
        self.by_time.insert((next, key.clone()));
        Answer::Allowed
    }

    /// Keys remembered now.
    pub fn keys(&self) -> usize {
        self.full_at.len()
    }

    /// Forgets buckets that are full again, a few each time, and one that is not if the table is full.
    fn make_room(&mut self, now: i64) {
        for _ in 0..8 {
            let is_full_table = self.full_at.len() >= self.most_keys;
            let Some((full_at, _)) = self.by_time.first() else { return };
            if *full_at > now && !is_full_table {
                return;
            }
            if let Some((_, key)) = self.by_time.pop_first() {
                self.full_at.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests;
