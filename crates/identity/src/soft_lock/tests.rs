//! A simulated attack, and what holds of every series of tries.

use super::*;
use proptest::prelude::*;

fn start() -> DateTime<Utc> {
    "2026-11-28T15:30:00Z".parse().expect("a moment of a test")
}

fn after(milliseconds: i64) -> DateTime<Utc> {
    start() + TimeDelta::milliseconds(milliseconds)
}

#[test]
fn the_waits_grow_as_the_table_says() {
    let seconds: Vec<_> =
        [0, 1, 2, 3, 8, 9, 24, 25, 99, 100, u32::MAX].map(|failures| wait(failures).num_seconds()).to_vec();
    assert_eq!(seconds, [0, 1, 1, 3, 3, 5, 5, 10, 10, 86_400, 86_400]);
}

#[test]
fn of_ten_thousand_guesses_in_an_hour_at_most_110_are_evaluated_and_the_owner_gets_in_at_once() {
    let mut lock = SoftLock::default();
    lock.remember("home", start());
    let mut evaluated = 0;
    for guess in 0..10_000 {
        let now = after(guess * 360);
        if lock.begin(Lane::Stranger, now) == Answer::Evaluate {
            evaluated += 1;
        }
        // The owner on the known browser, at every moment of the attack.
        assert_eq!(lock.begin(Lane::Device("home"), now), Answer::Evaluate, "{guess}");
        lock.succeed(Lane::Device("home"));
        lock.remember("home", now);
    }
    assert_eq!(evaluated, 100, "P18 allows 110");
}

#[test]
fn two_hundred_tries_at_one_moment_are_one_evaluation() {
    let mut lock = SoftLock::default();
    let answers = (0..200).filter(|_| lock.begin(Lane::Stranger, start()) == Answer::Evaluate);
    assert_eq!(answers.count(), 1);
}

#[test]
fn a_success_clears_its_own_lane_only() {
    let mut lock = SoftLock::default();
    lock.remember("home", start());
    for second in 0..2 {
        assert_eq!(lock.begin(Lane::Stranger, after(second * 1_000)), Answer::Evaluate);
    }
    assert_eq!(lock.begin(Lane::Device("home"), after(1_100)), Answer::Evaluate);
    lock.succeed(Lane::Device("home"));
    assert_eq!(lock.begin(Lane::Device("home"), after(1_101)), Answer::Evaluate);
    assert_eq!(lock.begin(Lane::Stranger, after(1_101)), Answer::Wait { until: after(2_000) });
    lock.succeed(Lane::Stranger);
    assert_eq!(lock.begin(Lane::Stranger, after(1_102)), Answer::Evaluate);
}

#[test]
fn an_invented_or_forgotten_device_is_a_stranger() {
    let mut lock = SoftLock::default();
    lock.remember("home", start());
    lock.forget("home");
    assert_eq!(lock.begin(Lane::Stranger, start()), Answer::Evaluate);
    for name in ["home", "invented"] {
        assert_eq!(lock.begin(Lane::Device(name), start()), Answer::Wait { until: after(1_000) });
    }
}

#[test]
fn a_stolen_device_token_gives_no_more_guesses_than_a_stranger_has() {
    let mut lock = SoftLock::default();
    lock.remember("stolen", start());
    let evaluated = (0..10_000)
        .filter(|guess| lock.begin(Lane::Device("stolen"), after(guess * 360)) == Answer::Evaluate);
    assert_eq!(evaluated.count(), 100);
}

#[test]
fn sixteen_devices_are_remembered_and_the_longest_unused_goes() {
    let mut lock = SoftLock::default();
    for second in 0..20 {
        lock.remember(&format!("device {second}"), after(second * 1_000));
    }
    assert_eq!(lock.devices.len(), MOST_DEVICES);
    assert!(lock.devices.contains_key("device 19") && !lock.devices.contains_key("device 3"));
}

#[test]
fn a_lock_is_stored_and_read_again() {
    let mut lock = SoftLock::default();
    lock.remember("home", start());
    lock.begin(Lane::Stranger, start());
    let text = serde_json::to_string(&lock).expect("it has no keys but text");
    assert_eq!(serde_json::from_str::<SoftLock>(&text).expect("it was just written"), lock);
}

#[test]
fn a_clock_set_back_shortens_no_wait() {
    let mut lock = SoftLock::default();
    lock.begin(Lane::Stranger, after(60_000));
    assert_eq!(lock.begin(Lane::Stranger, start()), Answer::Wait { until: after(61_000) });
}

proptest! {
    #[test]
    fn waits_never_shrink(failures in 0_u32..200) {
        prop_assert!(wait(failures) <= wait(failures + 1));
    }

    #[test]
    fn whoever_waits_as_told_is_evaluated_and_nobody_before(pauses in proptest::collection::vec(0_i64..30_000, 1..300)) {
        let (mut lock, mut now, mut last) = (SoftLock::default(), start(), None);
        let mut failures = 0;
        for pause in pauses {
            now += TimeDelta::milliseconds(pause);
            match lock.begin(Lane::Stranger, now) {
                Answer::Evaluate => {
                    prop_assert!(last.is_none_or(|last| now >= last + wait(failures)));
                    (failures, last) = (failures + 1, Some(now));
                }
                Answer::Wait { until } => {
                    prop_assert_eq!(Some(until), last.map(|last: DateTime<Utc>| last + wait(failures)));
                    prop_assert!(now < until);
                    let mut patient = lock.clone();
                    prop_assert_eq!(patient.begin(Lane::Stranger, until), Answer::Evaluate);
                }
            }
        }
    }

    #[test]
    fn no_hour_has_more_than_a_hundred_evaluations(pauses in proptest::collection::vec(0_i64..2_000_000, 300..600)) {
        let (mut lock, mut now, mut evaluated) = (SoftLock::default(), start(), Vec::new());
        for pause in pauses {
            now += TimeDelta::milliseconds(pause / 50);
            if lock.begin(Lane::Stranger, now) == Answer::Evaluate {
                evaluated.push(now);
            }
        }
        let crowded = evaluated.windows(101).any(|hour| hour[100] - hour[0] < TimeDelta::hours(1));
        prop_assert!(!crowded);
    }
}

#[test]
fn browsers_are_listed_and_forgotten_and_a_lock_is_told() {
    let mut lock = SoftLock::default();
    for (name, at) in [("old", 0), ("home", 60_000), ("work", 60_000)] {
        lock.remember(name, after(at));
    }
    let names =
        |lock: &SoftLock| -> Vec<_> { lock.devices().into_iter().map(|(name, _)| name.to_owned()).collect() };
    assert_eq!(names(&lock), ["home", "work", "old"], "the last first");
    lock.forget_unused(after(1));
    assert_eq!(names(&lock), ["home", "work"]);
    lock.forget_others("work");
    assert_eq!(names(&lock), ["work"]);
    assert_eq!((lock.failures_of_strangers(start()), lock.waits_until(Lane::Stranger, start())), (0, None));
    let mut lock = SoftLock::default();
    lock.begin(Lane::Stranger, start());
    assert_eq!(lock.failures_of_strangers(after(500)), 1);
    assert_eq!(lock.waits_until(Lane::Stranger, after(500)), Some(after(1000)));
    assert_eq!(lock.waits_until(Lane::Stranger, after(1000)), None);
    assert_eq!(lock.failures_of_strangers(start() + DAY), 0);
}

#[test]
fn a_clock_that_leaps_makes_no_wait_endless_and_none_shorter() {
    const YEAR_MS: i64 = 365 * 86_400_000;
    for (leap_ms, failures) in [(YEAR_MS, 5), (YEAR_MS, 200), (3_600_000, 30), (120_000, 1)] {
        let mut lock = SoftLock::default();
        // Guessed at while the clock is ahead, and then it is put right.
        for guess in 0..failures {
            lock.begin(Lane::Stranger, after(leap_ms + guess * 90_000_000 / 1000));
        }
        let Answer::Wait { until } = lock.begin(Lane::Stranger, after(0)) else {
            panic!("{leap_ms}: no wait")
        };
        assert!(until > after(0) && until <= after(86_400_000), "{leap_ms} {failures}: {until}");
        let kept: SoftLock = serde_json::from_str(&serde_json::to_string(&lock).unwrap()).unwrap();
        let mut lock = kept;
        assert_eq!(lock.begin(Lane::Stranger, until), Answer::Evaluate, "the wait ends when it was said to");
    }
    // Set back a little, it shortens nothing.
    let mut lock = SoftLock::default();
    lock.begin(Lane::Stranger, after(30_000));
    assert_eq!(lock.begin(Lane::Stranger, after(0)), Answer::Wait { until: after(31_000) });
}
