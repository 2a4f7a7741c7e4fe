//! The only file of the agent that reads time. What it reads is judged by [`Judge`].

use std::{
    fs,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use jiff::Timestamp;
use nix::time::{ClockId, clock_gettime};
use tracing::{info, warn};

use crate::{
    store::Floors,
    trust::{Judge, Look, Told},
};

pub(crate) use crate::trust::Reading;

/// systemd-timesyncd touches this whenever it has set the clock.
const SYNCHRONISED: &str = "/run/systemd/timesync/synchronized";

/// The clock with what is remembered of it. Clones share that.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    known: Arc<Mutex<Known>>,
}

#[derive(Debug)]
struct Known {
    judge: Judge,
    /// What the log was told last.
    logged: Option<Reading>,
}

impl Clock {
    /// A clock that is not believed below the floor; whether it runs on without power is a fact of the box.
    pub(crate) fn new(floors: &Floors, battery: bool) -> Self {
        let known = Known { judge: Judge::new(floors.time, battery, floors.doubted), logged: None };
        Self { known: Arc::new(Mutex::new(known)) }
    }

    /// Reads it.
    pub(crate) fn read(&self) -> Reading {
        let mut known = self.known();
        // Under the lock, so that no look is judged after a later one.
        let reading = known.judge.look(&look());
        if let Some(last) = known.logged.replace(reading) {
            log(&last, &reading);
        }
        reading
    }

    /// Takes the controller's word; false if it cannot be.
    pub(crate) fn told(&self, told: Told) -> bool {
        self.known().judge.told(told)
    }

    /// Moves the floor up; never down.
    pub(crate) fn raise_floor(&self, to: Timestamp) {
        self.known().judge.raise_floor(to);
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Whoever panicked in between has left whole numbers behind.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn look() -> Look {
    let before = elapsed();
    let wall_ms = Timestamp::now().as_millisecond();
    let elapsed = elapsed();
    let set_ms = fs::metadata(SYNCHRONISED)
        .and_then(|mark| mark.modified())
        .ok()
        .and_then(|set| i64::try_from(set.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok());
    Look { wall_ms, elapsed, took: elapsed.saturating_sub(before), set_ms }
}

/// Since the machine was started, its sleep included: the standard library's clock stands still in that.
fn elapsed() -> Duration {
    clock_gettime(ClockId::CLOCK_BOOTTIME).map(Duration::from).unwrap_or_default()
}

fn log(last: &Reading, now: &Reading) {
    if let Some(step_ms) = now.last_step_ms
        && now.steps != last.steps
    {
        warn!(step_ms, steps = now.steps, "the system's clock was set");
    }
    let source = now.source.as_str();
    if now.trust != last.trust {
        warn!(source, was = last.source.as_str(), now = %now.now, trust = ?now.trust, "the clock is judged anew");
    } else if now.source != last.source {
        info!(source, was = last.source.as_str(), "somebody else says what time it is");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_floor_and_memory() {
        let clock = Clock::new(&Floors::default(), true);
        let first = clock.read();
        assert_eq!(first.floor.to_string(), "2026-11-01T00:00:00Z");
        let raised = "2027-01-01T00:00:00Z".parse().unwrap();
        let other = clock.clone();
        other.raise_floor(raised);
        let second = clock.read();
        assert_eq!(second.floor, raised);
        assert!(first.elapsed <= second.elapsed);
        other.raise_floor("2020-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(clock.read().floor, raised, "never down");
    }
}
