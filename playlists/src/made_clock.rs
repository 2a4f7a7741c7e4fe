//! A clock that somebody has made, set to any moment and faster than the real one: the demo's, in which a day at the
//! gates is over in minutes. It knows no clock itself: the real time is an argument.

use std::{fmt, str::FromStr};

use jiff::{SignedDuration, Timestamp};

/// How many times as fast as the real clock: `1x` to `3600x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speed(u16);

/// Where a clock stood at a real moment, and how fast it has gone since. One line of text says it:
/// `2026-12-01T06:00:00Z 600x since 2026-11-27T11:30:00Z`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MadeClock {
    /// What it said.
    pub at: Timestamp,
    /// How fast it goes.
    pub speed: Speed,
    /// At which real moment.
    pub since: Timestamp,
}

/// Nothing a speed can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a speed is 1x to 3600x, in whole numbers, such as \"600x\"")]
pub struct BadSpeed;

/// No made clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a made clock is a moment, its speed and a real moment: \"2026-12-01T06:00:00Z 600x since 2026-11-27T11:30:00Z\""
)]
pub struct BadMadeClock;

impl Speed {
    /// As fast as the real clock.
    pub const REAL: Self = Self(1);

    const FASTEST: u16 = 3600;

    /// How long this speed takes for what takes `made` by its clock.
    pub fn real(self, made: SignedDuration) -> SignedDuration {
        // Never divides by zero: nothing stands still.
        made.checked_div(self.0.into()).unwrap_or(made)
    }

    /// How far its clock goes in `real`.
    pub fn made(self, real: SignedDuration) -> SignedDuration {
        real.saturating_mul(self.0.into())
    }
}

impl MadeClock {
    /// What it says at the moment `real`.
    pub fn moment(&self, real: Timestamp) -> Timestamp {
        let made = self.speed.made(real.duration_since(self.since));
        let limit = if made.is_negative() { Timestamp::MIN } else { Timestamp::MAX };
        self.at.checked_add(made).unwrap_or(limit)
    }
}

impl FromStr for Speed {
    type Err = BadSpeed;

    fn from_str(written: &str) -> Result<Self, BadSpeed> {
        let digits = written.strip_suffix('x').ok_or(BadSpeed)?;
        let digits = Some(digits).filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
        let speed = digits.and_then(|digits| digits.parse().ok()).ok_or(BadSpeed)?;
        (1..=Self::FASTEST).contains(&speed).then_some(Self(speed)).ok_or(BadSpeed)
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x", self.0)
    }
}

impl FromStr for MadeClock {
    type Err = BadMadeClock;

    fn from_str(written: &str) -> Result<Self, BadMadeClock> {
        let words: Vec<&str> = written.split(' ').collect();
        let [at, speed, "since", since] = words[..] else { return Err(BadMadeClock) };
        let moment = |word: &str| word.parse().map_err(|_| BadMadeClock);
        Ok(Self { at: moment(at)?, speed: speed.parse().map_err(|_| BadMadeClock)?, since: moment(since)? })
    }
}

impl fmt::Display for MadeClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} since {}", self.at, self.speed, self.since)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn says(clock: &str, real: &str, expected: &str) {
        let clock: MadeClock = clock.parse().unwrap();
        assert_eq!(clock.moment(real.parse().unwrap()), expected.parse().unwrap());
    }

    #[test]
    fn goes_so_many_times_as_fast() {
        let fast = "2026-12-01T06:00:00Z 600x since 2026-11-27T11:30:00Z";
        says(fast, "2026-11-27T11:30:00Z", "2026-12-01T06:00:00Z");
        says(fast, "2026-11-27T11:30:00.001Z", "2026-12-01T06:00:00.6Z");
        says(fast, "2026-11-27T11:31:00Z", "2026-12-01T16:00:00Z");
        says(fast, "2026-11-27T11:32:24Z", "2026-12-02T06:00:00Z");
        says(fast, "2026-11-27T11:29:59Z", "2026-12-01T05:50:00Z");
        let set = "2030-02-03T00:00:00Z 1x since 2026-11-27T11:30:00Z";
        says(set, "2026-11-27T11:30:00.25Z", "2030-02-03T00:00:00.25Z");
        let past = "2020-01-25T00:00:00Z 3600x since 2026-11-27T11:30:00.5Z";
        says(past, "2026-11-27T11:30:01Z", "2020-01-25T00:30:00Z");
    }

    #[test]
    fn stops_at_the_ends_of_time() {
        let clock: MadeClock = "2026-12-01T06:00:00Z 3600x since 2026-11-27T11:30:00Z".parse().unwrap();
        assert_eq!(clock.moment(Timestamp::MAX), Timestamp::MAX);
        assert_eq!(clock.moment(Timestamp::MIN), Timestamp::MIN);
    }

    #[track_caller]
    fn takes(speed: &str, made_ms: i64, real_us: i64) {
        let speed: Speed = speed.parse().unwrap();
        let (made, real) = (SignedDuration::from_millis(made_ms), SignedDuration::from_micros(real_us));
        assert_eq!((speed.real(made), speed.made(real)), (real, made));
    }

    #[test]
    fn waits_so_many_times_shorter() {
        takes("1x", 8_000, 8_000_000);
        takes("600x", 9_000, 15_000);
        takes("600x", -600, -1_000);
        takes("3600x", 3_600_000, 1_000_000);
        takes("3600x", 0, 0);
    }

    #[track_caller]
    fn check(written: &str, expected: Result<(), &str>) {
        let read = written.parse::<MadeClock>();
        assert_eq!(
            read.map(|_| ()).map_err(|bad| bad.to_string()),
            expected.map_err(str::to_owned),
            "{written}"
        );
        if let Ok(clock) = read {
            assert_eq!(clock.to_string(), written);
        }
    }

    #[test]
    fn is_one_line_of_text() {
        check("2026-12-01T06:00:00Z 600x since 2026-11-27T11:30:00.123456789Z", Ok(()));
        check("-000044-03-15T06:00:00Z 1x since 2026-11-27T11:30:00Z", Ok(()));
        let rule = BadMadeClock.to_string();
        for wrong in [
            "",
            "2026-12-01T06:00:00Z",
            "2026-12-01T06:00:00Z 600x",
            "2026-12-01T06:00:00Z 600x since",
            "2026-12-01T06:00:00Z 600x from 2026-11-27T11:30:00Z",
            "2026-12-01T06:00:00Z  600x since 2026-11-27T11:30:00Z",
            "2026-12-01T06:00:00Z 600x since 2026-11-27T11:30:00Z ",
            "2026-12-01 06:00 600x since 2026-11-27T11:30:00Z",
            "2026-12-01T06:00:00 600x since 2026-11-27T11:30:00Z",
            "2026-12-01T06:00:00Z 0x since 2026-11-27T11:30:00Z",
            "600x 2026-12-01T06:00:00Z since 2026-11-27T11:30:00Z",
        ] {
            check(wrong, Err(&rule));
        }
    }

    #[test]
    fn speeds_are_whole_and_not_endless() {
        for (written, fine) in [("1x", true), ("600x", true), ("3600x", true)] {
            assert_eq!(written.parse::<Speed>().is_ok(), fine, "{written}");
        }
        for wrong in
            ["", "x", "600", "0x", "3601x", "-1x", "+1x", "1.5x", "600X", "600 x", "99999999999x", "៦x"]
        {
            assert_eq!(wrong.parse::<Speed>(), Err(BadSpeed), "{wrong}");
        }
    }
}
