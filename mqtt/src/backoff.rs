//! How long to wait before the next attempt, so that a fleet does not storm a broker that comes back.

use std::time::Duration;

/// Without any wait a client tries tens of thousands of times a second against a closed port.
const LEAST: Duration = Duration::from_millis(10);

/// The wait doubles with every failure. A random half of it is left out, so that agents that lost their broker at
/// the same moment do not all come back at the same moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// The wait after the first failure.
    pub first: Duration,
    /// It does not grow beyond this.
    pub longest: Duration,
}

impl Default for Backoff {
    /// From 200 ms to 4 s: a gate must be back within five seconds after its broker, so the longest wait and the
    /// attempt after it have to fit in there. The random half spreads a fleet over two seconds.
    fn default() -> Self {
        Self { first: Duration::from_millis(200), longest: Duration::from_secs(4) }
    }
}

impl Backoff {
    /// The wait after so many failures before this one. `random` is any number.
    pub(crate) fn delay(&self, failures: u32, random: u32) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(failures));
        let half = doubled.min(self.longest).max(LEAST) / 2;
        half + half.mul_f64(f64::from(random) / f64::from(u32::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(backoff: Backoff, failures: u32, shortest_ms: u64, longest_ms: u64) {
        assert_eq!(backoff.delay(failures, 0), Duration::from_millis(shortest_ms));
        assert_eq!(backoff.delay(failures, u32::MAX), Duration::from_millis(longest_ms));
        let between = backoff.delay(failures, u32::MAX / 2).as_millis();
        assert!(u128::from(shortest_ms) <= between && between <= u128::from(longest_ms), "{between}");
    }

    #[test]
    fn doubles_until_the_longest() {
        let usual = Backoff::default();
        check(usual, 0, 100, 200);
        check(usual, 1, 200, 400);
        check(usual, 2, 400, 800);
        check(usual, 3, 800, 1600);
        check(usual, 4, 1600, 3200);
        check(usual, 5, 2000, 4000);
        check(usual, 1000, 2000, 4000);
        check(usual, u32::MAX, 2000, 4000);
    }

    #[test]
    fn never_runs_hot() {
        check(Backoff { first: Duration::ZERO, longest: Duration::ZERO }, 0, 5, 10);
        check(Backoff { first: Duration::ZERO, longest: Duration::MAX }, 99, 5, 10);
    }
}
