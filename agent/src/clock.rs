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

/// Of a busy machine, in real time: of two cores with six programs at work, 0.3 s.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_secs(2);

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

    /// Reads it for the panel, which shows something until `change`. A pause of this machine that nobody sees is as much
    /// longer by a made clock as that is faster, and no wall has such pauses: so a made clock is read as if it had
    /// stopped at the change, and nothing is passed over that a wall would show. A machine that is too slow for the clock
    /// would be behind for ever: what is later than a pause is passed over.
    pub(crate) fn read_for_panel(&self, change: Option<Timestamp>) -> Reading {
        let reading = self.read();
        let ago = |change, speed: Speed| speed.real(reading.now.duration_since(change));
        let stops =
            change.filter(|change| self.made.is_some_and(|made| ago(*change, made.speed) < LONGEST_PAUSE));
        Reading { now: stops.map_or(reading.now, |change| change.min(reading.now)), ..reading }
    }

    /// How long it really is from now on until this clock comes to `moment`, by what was read of it a while ago.
    pub(crate) fn until(&self, moment: Timestamp, reading: &Reading) -> SignedDuration {
        match &self.made {
            Some(made) => made.speed.real(moment.duration_since(made.moment(Timestamp::now()))),
            None => {
                let passed = elapsed().saturating_sub(reading.elapsed);
                let passed = SignedDuration::try_from(passed).unwrap_or(SignedDuration::MAX);
                moment.duration_since(reading.now).saturating_sub(passed)
            }
        }
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
    }

    #[test]
    fn a_made_clock_comes_the_sooner_to_a_moment_and_passes_no_change_over() {
        let far = SignedDuration::from_hours(1);
        let made = "2026-12-01T06:00:00Z 3600x since 2026-11-27T00:00:00Z".parse().unwrap();
        for (clock, expected_ms) in [
            (Clock::new(&Floors::default(), true, Some(made)), 1_000),
            (Clock::new(&Floors::default(), true, None), 3_600_000),
        ] {
            let reading = clock.read();
            let wait_ms = clock.until(reading.now + far, &reading).as_millis();
            assert!((expected_ms - 500..=expected_ms).contains(&wait_ms), "{wait_ms}");
            assert!(clock.until(reading.now - far, &reading).is_negative());

            let passed = reading.now - far;
            let read = clock.read_for_panel(Some(passed)).now;
            assert_eq!(read == passed, clock.made.is_some(), "{read}");
            let long_ago = reading.now - far * 3;
            assert!(clock.read_for_panel(Some(long_ago)).now >= reading.now, "behind for ever");
            assert!(clock.read_for_panel(Some(Timestamp::MAX)).now < Timestamp::MAX);
            assert!(clock.read_for_panel(None).now >= reading.now);
        }
    }
}
