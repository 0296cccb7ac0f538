//! The buckets against a slow reference, and their memory.

use super::*;
use proptest::prelude::*;

fn at(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_700_000_000_000 + milliseconds).expect("a moment of a test")
}

fn limit(burst: u32, pace_seconds: i64) -> Limit {
    Limit::new(burst, TimeDelta::seconds(pace_seconds)).expect("a sound limit")
}

#[test]
fn three_sign_ins_at_once_and_then_one_each_20_seconds() {
    let mut rate = Rate::new(limit(3, 20), 100);
    let answers: Vec<_> = [0, 0, 0, 0, 19_999, 20_000, 20_000, 100_000, 100_000, 100_000, 100_000]
        .map(|milliseconds| rate.take(&"192.0.2.0/24", at(milliseconds)))
        .to_vec();
    let wait = |milliseconds| Answer::RetryAfter(TimeDelta::milliseconds(milliseconds));
    let yes = Answer::Allowed;
    assert_eq!(
        answers,
        [yes, yes, yes, wait(20_000), wait(1), yes, wait(20_000), yes, yes, yes, wait(20_000)]
    );
}

#[test]
fn one_key_does_not_use_up_another() {
    let mut rate = Rate::new(limit(1, 60), 100);
    assert_eq!(rate.take(&"a", at(0)), Answer::Allowed);
    assert_eq!(rate.take(&"b", at(0)), Answer::Allowed);
    assert_ne!(rate.take(&"a", at(0)), Answer::Allowed);
}

#[test]
fn a_million_keys_need_the_memory_of_a_thousand_and_free_no_one_who_is_over() {
    let mut rate = Rate::new(limit(3, 20), 1_000);
    for _ in 0..3 {
        assert_eq!(rate.take(&u64::MAX, at(0)), Answer::Allowed);
    }
    for key in 0..1_000_000 {
        rate.take(&key, at(10));
        assert!(rate.keys() <= 1_000);
    }
    assert_ne!(rate.take(&u64::MAX, at(20)), Answer::Allowed);
}

#[test]
fn idle_keys_are_forgotten_as_new_ones_come() {
    let mut rate = Rate::new(limit(1, 1), 1_000);
    for key in 0..500 {
        rate.take(&key, at(0));
    }
    for key in 500..600 {
        rate.take(&key, at(5_000));
    }
    assert_eq!(rate.keys(), 100);
}

#[test]
fn a_limit_of_nothing_is_no_limit() {
    assert!(Limit::new(0, TimeDelta::seconds(1)).is_none());
    assert!(Limit::new(1, TimeDelta::zero()).is_none());
    assert!(Limit::new(1, TimeDelta::days(366)).is_none());
}

/// A bucket that is filled drop by drop, a millisecond at a time.
struct Reference {
    burst: i64,
    pace_milliseconds: i64,
    content: i64,
    last: i64,
}

impl Reference {
    fn take(&mut self, now: i64) -> bool {
        for _ in self.last..now {
            self.content = (self.content + 1).min(self.burst * self.pace_milliseconds);
        }
        self.last = now;
        let is_allowed = self.content >= self.pace_milliseconds;
        if is_allowed {
            self.content -= self.pace_milliseconds;
        }
        is_allowed
    }
}

proptest! {
    #[test]
    fn a_bucket_kept_as_one_moment_is_a_bucket(
        burst in 1_u32..6, pace in 1_i64..50, pauses in proptest::collection::vec(0_i64..120, 1..200)
    ) {
        let limit = Limit::new(burst, TimeDelta::milliseconds(pace)).expect("a sound limit");
        let (mut rate, mut now) = (Rate::new(limit, 4), 0);
        let burst = i64::from(burst);
        let mut reference = Reference { burst, pace_milliseconds: pace, content: burst * pace, last: 0 };
        for pause in pauses {
            now += pause;
            let answer = rate.take(&(), at(now));
            prop_assert_eq!(answer == Answer::Allowed, reference.take(now));
            if let Answer::RetryAfter(wait) = answer {
                let mut patient = rate.clone();
                prop_assert_eq!(patient.take(&(), at(now) + wait), Answer::Allowed);
                let early = at(now) + wait - TimeDelta::microseconds(1);
                prop_assert_ne!(rate.clone().take(&(), early), Answer::Allowed);
            }
        }
    }
}
