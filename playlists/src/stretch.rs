//! Stretches of time around a moment on which nothing changes by the clock.

use jiff::{Timestamp, civil::Time, tz::TimeZone};

use crate::DayPart;

const SECOND: i128 = 1_000_000_000;
const DAY: i128 = 86_400 * SECOND;

/// A stretch around `now`, which is narrowed by everything that would change: `since <= now < until`.
pub(crate) struct Stretch {
    now: Timestamp,
    since: Timestamp,
    until: Timestamp,
}

/// Hours that must all contain the local time.
type Hours = [Option<DayPart>; 2];

impl Stretch {
    /// A day to both sides of `now`.
    pub(crate) fn around(now: Timestamp) -> Self {
        Self { now, since: moved(now, -DAY), until: moved(now, DAY) }
    }

    /// The first moment.
    pub(crate) fn since(&self) -> Timestamp {
        self.since
    }

    /// The first moment after.
    pub(crate) fn until(&self) -> Timestamp {
        self.until
    }

    /// Something begins at `moment`, which is not after now.
    pub(crate) fn begin_at(&mut self, moment: Timestamp) {
        self.since = self.since.max(moment);
    }

    /// Something ends at `moment`, which is after now.
    pub(crate) fn end_by(&mut self, moment: Timestamp) {
        self.until = self.until.min(moment);
    }

    /// Narrows to the moments at which it is the same as now whether all of `hours` contain the time in `zone`.
    pub(crate) fn narrow_to_hours(&mut self, zone: &TimeZone, hours: Hours) {
        if hours == [None, None] {
            return;
        }
        let open = |moment| {
            let time = zone.to_datetime(moment).time();
            hours.iter().flatten().all(|hours| hours.contains(time))
        };
        let now = open(self.now);
        let mut calm = Calm::around(self.now, zone, hours);
        let first = calm.since;
        while calm.until < self.until {
            if open(calm.until) != now {
                self.until = calm.until;
                break;
            }
            calm = Calm::around(calm.until, zone, hours);
        }
        let mut begin = first;
        while self.since < begin {
            let before = moved(begin, -1);
            if open(before) != now {
                self.since = begin;
                break;
            }
            begin = Calm::around(before, zone, hours).since;
        }
    }
}

/// A stretch without any edge of some hours and without any jump of the wall clock. Its own ends need not be
/// changes: an edge of one of the hours may lie outside the other, and the clock may jump from open to open.
struct Calm {
    since: Timestamp,
    until: Timestamp,
}

impl Calm {
    /// The one that contains `moment`. As the offset from UTC is constant on it, every edge lies at a fixed
    /// distance from `moment`, which no calendar needs to be asked for.
    fn around(moment: Timestamp, zone: &TimeZone, hours: Hours) -> Self {
        let local = moment.as_nanosecond() + i128::from(zone.to_offset(moment).seconds()) * SECOND;
        // A jump at `moment` itself begins its stretch.
        let last_jump = zone.preceding(moved(moment, 1)).next().map(|jump| jump.timestamp());
        let next_jump = zone.following(moment).next().map(|jump| jump.timestamp());
        let mut calm =
            Self { since: last_jump.unwrap_or(Timestamp::MIN), until: next_jump.unwrap_or(Timestamp::MAX) };
        for edge in hours.iter().flatten().flat_map(|hours| [hours.from(), hours.until()]) {
            let passed = (local - since_midnight(edge)).rem_euclid(DAY);
            calm.since = calm.since.max(moved(moment, -passed));
            calm.until = calm.until.min(moved(moment, DAY - passed));
        }
        calm
    }
}

/// `moment` and so many nanoseconds, kept within what a timestamp can be.
pub(crate) fn moved(moment: Timestamp, nanoseconds: i128) -> Timestamp {
    let sum = moment.as_nanosecond() + nanoseconds;
    let limited = sum.clamp(Timestamp::MIN.as_nanosecond(), Timestamp::MAX.as_nanosecond());
    Timestamp::from_nanosecond(limited).expect("clamped to the limits of a timestamp")
}

fn since_midnight(time: Time) -> i128 {
    time.duration_since(Time::midnight()).as_nanos()
}
