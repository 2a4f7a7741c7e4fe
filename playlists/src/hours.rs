//! Hours of the day: `07:00-17:00`, half-open, past midnight too.

use std::fmt;

use jiff::civil::Time;

/// From one time of day until another, in whole minutes; past midnight if `until` is not later than `from`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayPart {
    from: Time,
    until: Time,
}

/// Why hours are refused. Each variant says its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadHours {
    /// Not `HH:MM-HH:MM`.
    #[error("hours are written HH:MM-HH:MM, such as \"07:00-17:00\"")]
    Shape,
    /// A time that no clock shows.
    #[error("a time of day is 00:00 to 23:59; only the end may be 24:00")]
    NoSuchTime,
    /// `from` equals `until`.
    #[error("hours that end when they begin are empty")]
    Empty,
    /// `00:00-24:00`.
    #[error("the whole day needs no hours: leave them out")]
    WholeDay,
}

impl DayPart {
    /// From `from` until `until`, unless they are equal or not whole minutes.
    pub fn new(from: Time, until: Time) -> Option<Self> {
        let whole = |time: Time| time.second() == 0 && time.subsec_nanosecond() == 0;
        (from != until && whole(from) && whole(until)).then_some(Self { from, until })
    }

    /// Reads `HH:MM-HH:MM`. The end may be `24:00`, which is the same as `00:00`.
    pub fn parse(written: &str) -> Result<Self, BadHours> {
        let (from, until) = written.split_once('-').ok_or(BadHours::Shape)?;
        let (from, until) = (hour_and_minute(from)?, hour_and_minute(until)?);
        if from == (0, 0) && until == (24, 0) {
            return Err(BadHours::WholeDay);
        }
        let until = if until == (24, 0) { (0, 0) } else { until };
        let time = |(hour, minute)| Time::new(hour, minute, 0, 0).map_err(|_| BadHours::NoSuchTime);
        Self::new(time(from)?, time(until)?).ok_or(BadHours::Empty)
    }

    /// Whether `time` is within.
    pub fn contains(&self, time: Time) -> bool {
        if self.from < self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }

    /// The first moment of it.
    pub fn from(&self) -> Time {
        self.from
    }

    /// The first moment after it.
    pub fn until(&self) -> Time {
        self.until
    }
}

/// As [`DayPart::parse`] reads it.
impl fmt::Display for DayPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, until } = self;
        let last_hour = if *until == Time::midnight() { 24 } else { until.hour() };
        write!(f, "{:02}:{:02}-{last_hour:02}:{:02}", from.hour(), from.minute(), until.minute())
    }
}

fn hour_and_minute(written: &str) -> Result<(i8, i8), BadHours> {
    let [h1, h2, b':', m1, m2] = *written.as_bytes() else { return Err(BadHours::Shape) };
    let number = |tens: u8, units: u8| {
        let digit = |byte: u8| char::from(byte).to_digit(10).ok_or(BadHours::Shape);
        let value = digit(tens)? * 10 + digit(units)?;
        i8::try_from(value).map_err(|_| BadHours::NoSuchTime)
    };
    Ok((number(h1, h2)?, number(m1, m2)?))
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::{BadHours, DayPart};

    #[track_caller]
    fn check(written: &str, expected: Result<&str, BadHours>) {
        assert_eq!(DayPart::parse(written).map(|hours| hours.to_string()).as_deref(), expected.as_deref());
    }

    #[test]
    fn reads_hours() {
        check("07:00-17:00", Ok("07:00-17:00"));
        check("22:00-05:00", Ok("22:00-05:00"));
        check("22:00-24:00", Ok("22:00-24:00"));
        check("22:00-00:00", Ok("22:00-24:00"));
        check("00:00-00:01", Ok("00:00-00:01"));
        check("00:00-24:00", Err(BadHours::WholeDay));
        check("00:00-00:00", Err(BadHours::Empty));
        check("07:00-07:00", Err(BadHours::Empty));
        check("25:00-07:00", Err(BadHours::NoSuchTime));
        check("24:00-07:00", Err(BadHours::NoSuchTime));
        check("07:00-24:01", Err(BadHours::NoSuchTime));
        check("07:60-17:00", Err(BadHours::NoSuchTime));
        for shape in
            ["", "-", "7:00-17:00", "07:00", "07:00 - 17:00", "07:00–17:00", "07h00-17h00", "០៧:០០-១៧:០០"]
        {
            check(shape, Err(BadHours::Shape));
        }
    }

    #[track_caller]
    fn check_contains(hours: &str, inside: &[(i8, i8, i8)], outside: &[(i8, i8, i8)]) {
        let hours = DayPart::parse(hours).unwrap();
        for (times, expected) in [(inside, true), (outside, false)] {
            for &(hour, minute, second) in times {
                let time = time(hour, minute, second, 0);
                assert_eq!(hours.contains(time), expected, "{hours} at {time}");
            }
        }
    }

    #[test]
    fn is_half_open() {
        check_contains("07:00-17:00", &[(7, 0, 0), (16, 59, 59)], &[(6, 59, 59), (17, 0, 0), (0, 0, 0)]);
        check_contains("22:00-05:00", &[(22, 0, 0), (0, 0, 0), (4, 59, 59)], &[(5, 0, 0), (21, 59, 59)]);
        check_contains("22:00-24:00", &[(22, 0, 0), (23, 59, 59)], &[(0, 0, 0), (21, 59, 59)]);
    }

    #[test]
    fn only_whole_minutes_that_differ() {
        assert_eq!(DayPart::new(time(7, 0, 0, 0), time(7, 0, 0, 0)), None);
        assert_eq!(DayPart::new(time(7, 0, 0, 0), time(8, 0, 1, 0)), None);
        assert_eq!(DayPart::new(time(7, 0, 0, 1), time(8, 0, 0, 0)), None);
        assert!(DayPart::new(time(7, 0, 0, 0), time(8, 0, 0, 0)).is_some());
    }
}
