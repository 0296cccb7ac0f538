//! How often somebody may ask: a generic cell rate for each key, in memory that never grows.
//!
//! Pure: the time is an argument. For each key one number is kept, the moment at which all that was granted is
//! used up evenly (the *theoretical arrival time* of the algorithm). A request is granted while that moment is not
//! further ahead than the burst allows.

use std::{
    hash::{BuildHasher, Hash},
    time::Duration,
};

/// Sets of places; a key can be in the places of one set only.
const SETS: usize = 1 << 14;
/// Places in a set.
const WAYS: usize = 4;

/// How much is granted: `burst` at once, then one each `period`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// How many at once.
    pub burst: u32,
    /// How long one more takes.
    pub period: Duration,
}

impl Quota {
    /// So many at once, and so many in the time given.
    pub const fn new(burst: u32, count: u32, within: Duration) -> Self {
        Self { burst, period: Duration::from_nanos(within.as_nanos() as u64 / count as u64) }
    }

    /// The same so many times.
    #[must_use]
    pub fn times(self, factor: u32) -> Self {
        Self { burst: self.burst.saturating_mul(factor), period: self.period / factor.max(1) }
    }
}

/// One key that is remembered: its fingerprint and its theoretical arrival time, in nanoseconds. 0 is empty.
#[derive(Clone, Copy, Default)]
struct Place {
    key: u64,
    due: u64,
}

/// What was granted to whom, for the keys seen last.
///
/// The memory is fixed: 65,536 keys in one megabyte. Where a set is full, the key that is nearest to being granted
/// everything again is forgotten, which loses least. The hasher should be seeded by chance, so that nobody can
/// choose keys that fall together.
pub struct Limiter<S> {
    sets: Vec<[Place; WAYS]>,
    hasher: S,
}

impl<S: BuildHasher> Limiter<S> {
    /// A limiter that remembers nobody.
    pub fn new(hasher: S) -> Self {
        Self { sets: vec![[Place::default(); WAYS]; SETS], hasher }
    }

    /// Asks for one at this time. Refused, it answers how long to wait.
    pub fn ask(&mut self, key: &impl Hash, quota: Quota, now: Duration) -> Result<(), Duration> {
        // One is added so that no key looks empty.
        let hash = self.hasher.hash_one(key) | 1;
        let set = &mut self.sets[usize::try_from(hash >> 32).unwrap_or_default() % SETS];
        let now = nanos(now);
        let place = set.iter().position(|place| place.key == hash).unwrap_or_else(|| {
            let frees = set.iter().enumerate().min_by_key(|(_, place)| place.due);
            frees.map_or(0, |(index, _)| index)
        });
        let place = &mut set[place];
        let due = if place.key == hash { place.due.max(now) } else { now };
        let period = nanos(quota.period);
        let most = now.saturating_add(period.saturating_mul(u64::from(quota.burst.max(1)) - 1));
        if due > most {
            return Err(Duration::from_nanos(due - most));
        }
        *place = Place { key: hash, due: due.saturating_add(period) };
        Ok(())
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
