//! The only file of the agent that reads time. What it reads is judged by [`Judge`], unless the clock is a made one.

use std::{
    fs,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, UNIX_EPOCH},
};

use jiff::{SignedDuration, Timestamp};
use nix::time::{ClockId, clock_gettime};
use playlists::{MadeClock, Speed, Trust};
use tracing::{info, warn};

use crate::{
    store::Floors,
    trust::{Judge, Look, Source, Told},
};

pub(crate) use crate::trust::Reading;

/// systemd-timesyncd touches this whenever it has set the clock.
const SYNCHRONISED: &str = "/run/systemd/timesync/synchronized";

/// The clock with what is remembered of it. Clones share that.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    known: Arc<Mutex<Known>>,
    made: Option<MadeClock>,
}

#[derive(Debug)]
struct Known {
    judge: Judge,
    /// What the log was told last.
    logged: Option<Reading>,
}

impl Clock {
    /// A clock that is not believed below the floor; whether it runs on without power is a fact of the box. A `made` one is
    /// read instead of the system's, and believed.
    pub(crate) fn new(floors: &Floors, battery: bool, made: Option<MadeClock>) -> Self {
        let known = Known { judge: Judge::new(floors.time, battery, floors.doubted), logged: None };
        Self { known: Arc::new(Mutex::new(known)), made }
    }

    /// Reads it.
    pub(crate) fn read(&self) -> Reading {
        let mut known = self.known();
        if let Some(made) = &self.made {
            return read_made(made, &known.judge);
        }
        // Under the lock, so that no look is judged after a later one.
        let reading = known.judge.look(&look());
        if let Some(last) = known.logged.replace(reading) {
            log(&last, &reading);
        }
        reading
    }

    /// How long it really takes until so much has passed by this clock.
    pub(crate) fn real(&self, by_clock: SignedDuration) -> SignedDuration {
        self.made.map_or(Speed::REAL, |made| made.speed).real(by_clock)
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

/// What is remembered of the system's clock stays as it is.
fn read_made(made: &MadeClock, judge: &Judge) -> Reading {
    let now = made.moment(Timestamp::now());
    Reading {
        now: Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now),
        trust: Trust::Trusted,
        source: Source::Made,
        floor: judge.floor(),
        since: made.at,
        elapsed: Duration::try_from(now.duration_since(made.at)).unwrap_or_default(),
        offset_ms: None,
        error_ms: None,
        steps: 0,
        last_step_ms: None,
        doubted: judge.doubted(),
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
        let clock = Clock::new(&Floors::default(), true, None);
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

    #[test]
    fn a_made_clock_is_believed_and_says_that_it_is_made() {
        let real = Timestamp::now();
        let made = MadeClock {
            at: "2020-01-25T00:00:00Z".parse().unwrap(),
            speed: "600x".parse().unwrap(),
            since: real,
        };
        let floor = "2030-01-01T00:00:00Z".parse().unwrap();
        let clock = Clock::new(&Floors { time: Some(floor), ..Floors::default() }, false, Some(made));
        let reading = clock.read();
        let latest = made.moment(Timestamp::now());
        assert!(made.at <= reading.now && reading.now <= latest, "{reading:?}");
        assert_eq!(reading.now.as_nanosecond() % 1_000_000, 0, "as on the wire");
        assert_eq!((reading.trust, reading.source, reading.floor), (Trust::Trusted, Source::Made, floor));
        assert_eq!(reading.health().source, "made");
        let minute = SignedDuration::from_mins(1);
        assert_eq!(clock.real(minute), SignedDuration::from_millis(100));
        assert_eq!(Clock::new(&Floors::default(), true, None).real(minute), minute);
    }
}
