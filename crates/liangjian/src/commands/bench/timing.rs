//! Taking times, and the two figures that stand for many of them.

use std::time::{Duration, Instant};

/// What `work` answers, and how long it took.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures time; nothing else reads this clock")]
pub fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let begin = Instant::now();
    let answer = work();
    (answer, begin.elapsed())
}

/// Times of the same work, shortest first; at least one.
pub struct Times(Vec<Duration>);

impl Times {
    /// Orders `times`.
    ///
    /// # Panics
    /// When there is none.
    pub fn new(mut times: Vec<Duration>) -> Self {
        assert!(!times.is_empty(), "something was measured");
        times.sort_unstable();
        Self(times)
    }

    /// The nearest-rank percentile in milliseconds: of 200 times the 99th is the 198th.
    pub fn percentile_milliseconds(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        milliseconds(self.0[rank - 1])
    }

    /// The middle in milliseconds.
    pub fn median_milliseconds(&self) -> f64 {
        self.percentile_milliseconds(50)
    }

    /// The longest in milliseconds.
    pub fn worst_milliseconds(&self) -> f64 {
        self.percentile_milliseconds(100)
    }
}

/// Rounded to the microsecond.
fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1e6).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = Times::new((1..=200).rev().map(Duration::from_millis).collect());
        let figures = [50, 99, 100].map(|percent| times.percentile_milliseconds(percent).to_string());
        assert_eq!(figures, ["100", "198", "200"]);
        let one = Times::new(vec![Duration::from_micros(1500)]);
        assert_eq!((one.median_milliseconds().to_string().as_str(), one.0.len()), ("1.5", 1));
    }
}
