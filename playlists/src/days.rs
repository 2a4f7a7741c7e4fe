//! Days in a row: `2026-12-20..2027-01-05`, both included, or a single `2026-09-02`.

use std::fmt;

use jiff::{ToSpan as _, civil::Date};
use serde::{Deserialize, Serialize};

/// From one day to another, both included, at most a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Days {
    first: Date,
    last: Date,
}

/// Why days are refused. Each variant says its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadDays {
    /// Not `YYYY-MM-DD` and not two of them with `..` between.
    #[error("days are written YYYY-MM-DD, or YYYY-MM-DD..YYYY-MM-DD from the first to the last")]
    Shape,
    /// 30 February, or month 13.
    #[error("there is no day {year:04}-{month:02}-{day:02}")]
    NoSuchDay {
        /// As written.
        year: i16,
        /// As written.
        month: i8,
        /// As written.
        day: i8,
    },
    /// `last` is before `first`.
    #[error("the last day is not before the first")]
    Reversed,
    /// More than a year.
    #[error("days in a row are at most a year")]
    Long,
}

impl Days {
    /// From `first` to `last`, both included.
    pub fn new(first: Date, last: Date) -> Result<Self, BadDays> {
        if last < first {
            return Err(BadDays::Reversed);
        }
        // At the end of all dates there is no year to come, and so none that is too long.
        if first.checked_add(1.year()).is_ok_and(|year_later| year_later <= last) {
            return Err(BadDays::Long);
        }
        Ok(Self { first, last })
    }

    /// Reads `2026-12-20..2027-01-05` or `2026-09-02`.
    pub fn parse(written: &str) -> Result<Self, BadDays> {
        let (first, last) = written.split_once("..").unwrap_or((written, written));
        Self::new(day(first)?, day(last)?)
    }

    /// What of them is after `date`.
    pub(crate) fn after(self, date: Date) -> Option<Self> {
        let first = date.tomorrow().ok()?.max(self.first);
        (first <= self.last).then_some(Self { first, last: self.last })
    }

    /// Whether `date` is one of them.
    pub fn contains(&self, date: Date) -> bool {
        self.first <= date && date <= self.last
    }

    /// The first of them.
    pub fn first(&self) -> Date {
        self.first
    }

    /// The last of them, which may be the first.
    pub fn last(&self) -> Date {
        self.last
    }
}

impl TryFrom<String> for Days {
    type Error = BadDays;
    fn try_from(written: String) -> Result<Self, BadDays> {
        Self::parse(&written)
    }
}

impl From<Days> for String {
    fn from(days: Days) -> Self {
        days.to_string()
    }
}

/// As [`Days::parse`] reads it.
impl fmt::Display for Days {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last } = self;
        if first == last { write!(f, "{first}") } else { write!(f, "{first}..{last}") }
    }
}

fn day(written: &str) -> Result<Date, BadDays> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *written.as_bytes() else {
        return Err(BadDays::Shape);
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_i16, |number, byte| {
            let digit = byte.is_ascii_digit().then(|| i16::from(byte - b'0')).ok_or(BadDays::Shape)?;
            Ok(number * 10 + digit)
        })
    };
    let two = |digits: [u8; 2]| number(&digits)?.try_into().map_err(|_| BadDays::Shape);
    let (year, month, day) = (number(&[y1, y2, y3, y4])?, two([m1, m2])?, two([d1, d2])?);
    Date::new(year, month, day).map_err(|_| BadDays::NoSuchDay { year, month, day })
}

#[cfg(test)]
mod tests {
    use super::{BadDays, Days};

    #[track_caller]
    fn check(written: &str, expected: Result<&str, &str>) {
        let read = Days::parse(written).map(|days| days.to_string()).map_err(|bad| bad.to_string());
        assert_eq!(read.as_deref().map_err(String::as_str), expected, "{written}");
    }

    #[test]
    fn reads_days() {
        check("2026-09-02", Ok("2026-09-02"));
        check("2026-12-20..2027-01-05", Ok("2026-12-20..2027-01-05"));
        check("2026-09-02..2026-09-02", Ok("2026-09-02"));
        check("2028-02-29", Ok("2028-02-29"));
        check("0000-01-01", Ok("0000-01-01"));
        check("9999-12-31", Ok("9999-12-31"));
    }

    #[test]
    fn refuses_days_that_are_none() {
        check("2026-02-30", Err("there is no day 2026-02-30"));
        check("2026-02-28..2026-02-29", Err("there is no day 2026-02-29"));
        check("2026-13-01", Err("there is no day 2026-13-01"));
        check("2026-00-10", Err("there is no day 2026-00-10"));
        check("2026-04-31..2026-05-02", Err("there is no day 2026-04-31"));
        check("2027-01-05..2026-12-20", Err("the last day is not before the first"));
        for shape in [
            "",
            "..",
            "2026-09-02..",
            "..2026-09-02",
            "2026-9-2",
            "02/09/2026",
            "26-09-02",
            "2026-09-02 .. 2026-09-03",
            "2026-09-02-2026-09-03",
            "2026-09-02..2026-09-03..2026-09-04",
            "2026-09-02…2026-09-03",
            "+026-09-02",
            "-026-09-02",
            "២០២៦-០៩-០២",
            "12026-09-02",
        ] {
            check(
                shape,
                Err("days are written YYYY-MM-DD, or YYYY-MM-DD..YYYY-MM-DD from the first to the last"),
            );
        }
    }

    #[test]
    fn are_at_most_a_year() {
        let long = Err("days in a row are at most a year");
        check("2026-01-01..2026-12-31", Ok("2026-01-01..2026-12-31"));
        check("2026-01-01..2027-01-01", long);
        check("2028-01-01..2028-12-31", Ok("2028-01-01..2028-12-31"));
        check("2028-02-29..2029-02-27", Ok("2028-02-29..2029-02-27"));
        check("2028-02-29..2029-02-28", long);
        check("9999-01-02..9999-12-31", Ok("9999-01-02..9999-12-31"));
    }

    #[track_caller]
    fn check_contains(days: &str, inside: &[&str], outside: &[&str]) {
        let days = Days::parse(days).unwrap();
        for (dates, expected) in [(inside, true), (outside, false)] {
            for date in dates {
                assert_eq!(days.contains(date.parse().unwrap()), expected, "{days}: {date}");
            }
        }
    }

    #[test]
    fn both_ends_are_included() {
        check_contains(
            "2026-12-20..2027-01-05",
            &["2026-12-20", "2026-12-31", "2027-01-05"],
            &["2026-12-19", "2027-01-06", "2025-12-25", "2027-12-25"],
        );
        check_contains("2026-09-02", &["2026-09-02"], &["2026-09-01", "2026-09-03"]);
    }

    #[test]
    fn travel_as_they_are_written() {
        let days = Days::parse("2026-12-20..2027-01-05").unwrap();
        assert_eq!(String::from(days), "2026-12-20..2027-01-05");
        assert_eq!(
            Days::try_from("2026-02-30".to_owned()),
            Err(BadDays::NoSuchDay { year: 2026, month: 2, day: 30 })
        );
    }
}
