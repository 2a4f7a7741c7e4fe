//! The only file of the controller that reads time: the system's, or that of a made clock.

use std::sync::OnceLock;

use jiff::Timestamp;
use playlists::{MadeClock, Speed};

/// One for the whole program, as the system's is.
static MADE: OnceLock<MadeClock> = OnceLock::new();

/// From now on this clock is read instead of the system's. The first one stays.
pub(crate) fn make(clock: MadeClock) {
    let _ = MADE.set(clock);
}

/// Now, in whole milliseconds as on the wire.
pub(crate) fn now() -> Timestamp {
    let real = Timestamp::now();
    let now = MADE.get().map_or(real, |made| made.moment(real));
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(Timestamp::MAX)
}

/// How fast it goes.
pub(crate) fn speed() -> Speed {
    MADE.get().map_or(Speed::REAL, |made| made.speed)
}
