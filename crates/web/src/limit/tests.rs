//! The limiter against a slow reference, and its fixed memory.

use super::*;
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, DefaultHasher},
};

type Plain = Limiter<BuildHasherDefault<DefaultHasher>>;

fn limiter() -> Plain {
    Limiter::new(BuildHasherDefault::default())
}

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

#[test]
fn a_burst_is_granted_at_once_and_then_one_each_period() {
    let quota = Quota::new(3, 1, seconds(20));
    let mut limiter = limiter();
    let mut ask = |at: u64| limiter.ask(&"key", quota, seconds(at)).map_err(|wait| wait.as_secs());
    assert_eq!([ask(0), ask(0), ask(0), ask(0)], [Ok(()), Ok(()), Ok(()), Err(20)]);
    assert_eq!([ask(5), ask(19), ask(20), ask(20)], [Err(15), Err(1), Ok(()), Err(20)]);
    // After a long rest there is one burst, not more.
    assert_eq!([ask(999), ask(999), ask(999), ask(999)], [Ok(()), Ok(()), Ok(()), Err(20)]);
}

#[test]
fn one_key_does_not_use_up_another() {
    let quota = Quota::new(1, 1, seconds(60));
    let mut limiter = limiter();
    assert!(limiter.ask(&1, quota, seconds(0)).is_ok());
    assert!(limiter.ask(&1, quota, seconds(0)).is_err());
    assert!(limiter.ask(&2, quota, seconds(0)).is_ok());
}

#[test]
fn a_refusal_costs_nothing_and_its_wait_is_exact() {
    let quota = Quota::new(2, 1, seconds(10));
    let mut limiter = limiter();
    for _ in 0..2 {
        limiter.ask(&(), quota, seconds(0)).unwrap();
    }
    for _ in 0..100 {
        assert_eq!(limiter.ask(&(), quota, seconds(3)), Err(seconds(7)));
    }
    assert!(limiter.ask(&(), quota, seconds(10)).is_ok());
}

/// The slow reference: a bucket of tokens in whole nanoseconds, for each key.
struct Buckets(HashMap<u64, (u64, u64)>);

impl Buckets {
    fn ask(&mut self, key: u64, quota: Quota, now: u64) -> bool {
        let (period, burst) = (nanos(quota.period), u64::from(quota.burst));
        let (level, at) = self.0.get(&key).copied().unwrap_or((period * burst, now));
        let level = (level + (now - at)).min(period * burst);
        let is_granted = level >= period;
        self.0.insert(key, (if is_granted { level - period } else { level }, now));
        is_granted
    }
}

#[test]
fn it_grants_exactly_what_a_bucket_of_tokens_grants() {
    let quota = Quota::new(4, 3, seconds(1));
    let (mut limiter, mut buckets) = (limiter(), Buckets(HashMap::new()));
    let (mut now, mut state) = (0_u64, 1_u64);
    for _ in 0..50_000 {
        // A fixed sequence of pseudo-random steps and keys.
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        now += (state >> 33) % 90_000_000;
        let key = (state >> 20) % 5;
        let granted = limiter.ask(&key, quota, Duration::from_nanos(now)).is_ok();
        assert_eq!(granted, buckets.ask(key, quota, now), "{now} {key}");
    }
}

#[test]
fn a_million_keys_take_no_more_memory_and_forget_those_that_lose_least() {
    let mut limiter = limiter();
    let before = limiter.sets.len();
    let (tight, loose) = (Quota::new(1, 1, seconds(3600)), Quota::new(5, 1, seconds(1)));
    limiter.ask(&"guesser", tight, seconds(0)).unwrap();
    for key in 0..1_000_000_u32 {
        limiter.ask(&key, loose, seconds(1)).unwrap();
    }
    assert_eq!(limiter.sets.len(), before);
    assert!(limiter.ask(&"guesser", tight, seconds(2)).is_err(), "somebody who has to wait is remembered");
}

#[test]
fn quotas_can_be_multiplied() {
    assert_eq!(Quota::new(3, 1, seconds(20)).times(2), Quota { burst: 6, period: seconds(10) });
}
