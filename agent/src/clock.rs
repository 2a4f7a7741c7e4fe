//! The only file of the agent that reads time, and the judge of whether it can be believed.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use jiff::Timestamp;
use playlists::Trust;
use protocol::ClockHealth;

/// No release runs before this one was made: 2026-11-01T00:00:00Z.
const MADE_MS: i64 = 1_793_491_200_000;

/// A clock this far above the floor is taken for a broken one, not for a gate that slept so long.
const LEAP_MS: i64 = 10 * 365 * 24 * 3_600_000;

/// systemd-timesyncd leaves this mark once it has set the clock.
const SYNCHRONISED: &str = "/run/systemd/timesync/synchronized";

/// The clock with its floor. Clones share the floor.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    floor_ms: Arc<AtomicI64>,
}

/// A look at the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Reading {
    /// In whole milliseconds, so that what is said on the wire is exactly what was drawn for.
    pub(crate) now: Timestamp,
    /// Whether dates count.
    pub(crate) trust: Trust,
    /// Who says so, or why not.
    pub(crate) source: &'static str,
    /// Below this the clock is not believed.
    pub(crate) floor: Timestamp,
}

impl Clock {
    /// A clock that is not believed below `floor`.
    pub(crate) fn new(floor: Option<Timestamp>) -> Self {
        let floor_ms = floor.map_or(MADE_MS, |floor| floor.as_millisecond().max(MADE_MS));
        Self { floor_ms: Arc::new(AtomicI64::new(floor_ms)) }
    }

    /// Reads it.
    pub(crate) fn read(&self) -> Reading {
        let synchronised = Path::new(SYNCHRONISED).exists();
        judge(Timestamp::now().as_millisecond(), self.floor_ms.load(Ordering::Relaxed), synchronised)
    }

    /// Moves the floor up; never down.
    pub(crate) fn raise_floor(&self, to: Timestamp) {
        self.floor_ms.fetch_max(to.as_millisecond(), Ordering::Relaxed);
    }
}

impl Reading {
    /// As it is reported.
    pub(crate) fn health(&self) -> ClockHealth {
        ClockHealth { trust: self.trust, source: self.source.to_owned(), floor: self.floor }
    }
}

fn judge(now_ms: i64, floor_ms: i64, synchronised: bool) -> Reading {
    let (trust, source) = if now_ms < floor_ms {
        (Trust::Untrusted, "behind-floor")
    } else if now_ms >= floor_ms.saturating_add(LEAP_MS) {
        (Trust::Untrusted, "implausible")
    } else if synchronised {
        (Trust::Trusted, "ntp")
    } else {
        (Trust::Trusted, "system")
    };
    let moment = |ms| Timestamp::from_millisecond(ms).unwrap_or(Timestamp::MAX);
    Reading { now: moment(now_ms), trust, source, floor: moment(floor_ms) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(now: &str, floor: &str, synchronised: bool, expected: &str) {
        let ms = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
        assert_eq!(judge(ms(now), ms(floor), synchronised).source, expected, "{now} above {floor}");
    }

    #[test]
    fn judges_the_clock() {
        check("2026-11-24T06:00:00Z", "2026-11-01T00:00:00Z", false, "system");
        check("2026-11-24T06:00:00Z", "2026-11-01T00:00:00Z", true, "ntp");
        check("2026-11-24T06:00:00Z", "2026-11-24T06:00:00Z", false, "system");
        check("2026-11-24T05:59:59Z", "2026-11-24T06:00:00Z", false, "behind-floor");
        check("1970-01-01T00:05:00Z", "2026-11-01T00:00:00Z", true, "behind-floor");
        check("2099-01-01T00:00:00Z", "2026-11-01T00:00:00Z", false, "implausible");
    }

    #[test]
    fn floor_never_moves_down() {
        let clock = Clock::new(None);
        let made = clock.read().floor;
        clock.raise_floor("2020-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(clock.read().floor, made);
        assert_eq!(made.to_string(), "2026-11-01T00:00:00Z");
    }
}
