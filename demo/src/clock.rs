//! The clock that somebody wishes for the demo, and the only file of the demo that reads time.

use jiff::{Timestamp, tz::TimeZone};
use playlists::{LocalMoment, MadeClock, Speed};

/// A moment to begin at, as people say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Beginning {
    /// The same everywhere: `2026-12-01T06:00:00+07:00`.
    Instant(Timestamp),
    /// By the gates' clock: `2026-12-01 06:00`.
    Local(LocalMoment),
}

/// Between these the calendars know enough for something to be seen.
const YEARS: std::ops::Range<i16> = 2000..2100;

const RULE: &str = "is a moment of the years 2000 to 2099 by the gates' clock, such as \"2026-12-01 06:00\", or with its \
                    zone, such as 2026-12-01T06:00:00+07:00";

/// The clock that was wished for; none if nothing was, and the demo goes by the system's.
pub(crate) fn made(at: Option<Beginning>, speed: Option<Speed>, gates: &TimeZone) -> Option<MadeClock> {
    if at.is_none() && speed.is_none() {
        return None;
    }
    let since = Timestamp::now();
    let at = match at {
        None => since,
        Some(Beginning::Instant(instant)) => instant,
        Some(Beginning::Local(local)) => local.timestamp(gates),
    };
    Some(MadeClock { at, speed: speed.unwrap_or(Speed::REAL), since })
}

impl Beginning {
    /// Reads one.
    pub(crate) fn parse(written: &str) -> Result<Self, &'static str> {
        let beginning = match written.parse() {
            Ok(instant) => Self::Instant(instant),
            Err(_) => Self::Local(LocalMoment::parse(written).map_err(|_| RULE)?),
        };
        let date = match beginning {
            Self::Instant(instant) => TimeZone::UTC.to_datetime(instant).date(),
            Self::Local(local) => local.date(),
        };
        YEARS.contains(&date.year()).then_some(beginning).ok_or(RULE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        let gates = TimeZone::fixed(jiff::tz::offset(7));
        let made = Beginning::parse(written).ok().and_then(|beginning| made(Some(beginning), None, &gates));
        assert_eq!(made.map(|made| made.at.to_string()).as_deref(), expected, "{written}");
    }

    #[test]
    fn begins_by_the_gates_clock_or_by_any() {
        check("2026-12-01 06:00", Some("2026-11-30T23:00:00Z"));
        check("2026-12-01T06:00:00+07:00", Some("2026-11-30T23:00:00Z"));
        check("2026-12-01T06:00:00Z", Some("2026-12-01T06:00:00Z"));
        check("2000-01-01 00:00", Some("1999-12-31T17:00:00Z"));
        check("2099-12-31 23:59", Some("2099-12-31T16:59:00Z"));
        for wrong in [
            "",
            "now",
            "06:00",
            "2026-12-01",
            "2026-02-30 06:00",
            "2026-12-01 25:00",
            "2100-01-01 00:00",
            "1999-12-31 23:59",
            "9999-12-30T00:00:00Z",
        ] {
            check(wrong, None);
        }
    }

    #[test]
    fn without_a_wish_there_is_none() {
        assert_eq!(made(None, None, &TimeZone::UTC), None);
        let fast = made(None, "600x".parse().ok(), &TimeZone::UTC).unwrap();
        assert_eq!((fast.at, fast.speed.to_string().as_str()), (fast.since, "600x"));
    }
}
