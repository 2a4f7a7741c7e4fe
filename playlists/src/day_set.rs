//! Which days: dates, the same every year, by the moon, or by a calendar.

use std::fmt;

use jiff::civil::Date;

use crate::{CalendarId, Days, LunarDate};

/// Some days.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DaySet {
    /// Of one year: `2026-12-20..2027-01-05`.
    Dates(Days),
    /// Of every year: `12-20..01-05`.
    Yearly(MonthDays),
    /// Of every lunar year: `lunar 12-23..01-07`.
    Lunar(MonthDays),
    /// Of a calendar, by its name.
    Calendar(CalendarId),
}

/// From one day of a year until another, both included; past the end of the year if the second comes earlier in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MonthDays {
    first: (i8, i8),
    last: (i8, i8),
}

const LUNAR: &str = "lunar ";

impl DaySet {
    /// Reads what it displays.
    pub fn parse(written: &str) -> Result<Self, String> {
        let begins_with = |pattern: fn(char) -> bool| written.starts_with(pattern);
        if let Some(days) = written.strip_prefix(LUNAR) {
            let rule = "lunar days are MM-DD or MM-DD..MM-DD, months 01 to 12, days 01 to 30";
            return MonthDays::parse(days, |_| 30).map(Self::Lunar).ok_or_else(|| rule.to_owned());
        }
        if !begins_with(|first| first.is_ascii_digit()) {
            return CalendarId::parse(written).map(Self::Calendar).map_err(|_| {
                "is a date, days of every year, lunar days or a calendar, such as \"2026-12-24\", \
                 \"12-20..01-05\", \"lunar 12-23..01-07\" or \"tet\""
                    .to_owned()
            });
        }
        if written.as_bytes().get(4) == Some(&b'-') {
            return Days::parse(written).map(Self::Dates).map_err(|bad| bad.to_string());
        }
        let rule = "days of every year are MM-DD or MM-DD..MM-DD, and such a day exists";
        MonthDays::parse(written, days_of_month).map(Self::Yearly).ok_or_else(|| rule.to_owned())
    }

    /// Whether `date` is one of them. A calendar is asked of `calendar`, and the lunar date is told by `lunar`.
    pub(crate) fn contains(
        &self,
        date: Date,
        lunar: impl FnOnce() -> Option<LunarDate>,
        calendar: impl FnOnce(&CalendarId) -> bool,
    ) -> bool {
        match self {
            Self::Dates(days) => days.contains(date),
            Self::Yearly(days) => days.contains(date.month(), date.day()),
            // Nobody means a leap month by its number.
            Self::Lunar(days) => {
                lunar().is_some_and(|lunar| !lunar.leap && days.contains(lunar.month, lunar.day))
            }
            Self::Calendar(id) => calendar(id),
        }
    }
}

impl MonthDays {
    fn parse(written: &str, days: fn(i8) -> i8) -> Option<Self> {
        let (first, last) = written.split_once("..").unwrap_or((written, written));
        let day = |written: &str| {
            let [m1, m2, b'-', d1, d2] = *written.as_bytes() else { return None };
            let number = |tens: u8, units: u8| {
                let digit = |byte: u8| i8::try_from(char::from(byte).to_digit(10)?).ok();
                Some(digit(tens)? * 10 + digit(units)?)
            };
            let (month, day) = (number(m1, m2)?, number(d1, d2)?);
            ((1..=12).contains(&month) && (1..=days(month)).contains(&day)).then_some((month, day))
        };
        Some(Self { first: day(first)?, last: day(last)? })
    }

    /// Whether that day of a month is one of them.
    pub fn contains(self, month: i8, day: i8) -> bool {
        let day = (month, day);
        if self.first <= self.last {
            self.first <= day && day <= self.last
        } else {
            self.first <= day || day <= self.last
        }
    }
}

/// In a year that has all days.
fn days_of_month(month: i8) -> i8 {
    match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for DaySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dates(days) => days.fmt(f),
            Self::Yearly(days) => days.fmt(f),
            Self::Lunar(days) => write!(f, "{LUNAR}{days}"),
            Self::Calendar(id) => id.fmt(f),
        }
    }
}

impl fmt::Display for MonthDays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { first, last } = self;
        write!(f, "{:02}-{:02}", first.0, first.1)?;
        if first == last { Ok(()) } else { write!(f, "..{:02}-{:02}", last.0, last.1) }
    }
}

#[cfg(test)]
mod tests {
    use super::DaySet;

    #[track_caller]
    fn check(written: &str, fine: bool) {
        assert_eq!(
            DaySet::parse(written).map(|days| days.to_string()).ok(),
            fine.then(|| written.to_owned())
        );
    }

    #[test]
    fn reads_days() {
        for fine in [
            "2026-12-24",
            "2026-12-20..2027-01-05",
            "12-24",
            "02-29",
            "12-20..01-05",
            "lunar 01-01",
            "lunar 12-30",
            "lunar 12-23..01-07",
            "tet",
            "khmer-new-year",
        ] {
            check(fine, true);
        }
        for wrong in [
            "",
            "2026-02-30",
            "2026-12-24..2026-12-20",
            "02-30",
            "13-01",
            "00-10",
            "1-1",
            "12-20..",
            "lunar ",
            "lunar 12-31",
            "lunar 13-01",
            "lunar 2026-01-01",
            "Tết",
            "24/12",
        ] {
            check(wrong, false);
        }
    }

    #[track_caller]
    fn check_contains(days: &str, date: &str, expected: bool) {
        let date = date.parse().expect("a date");
        let days = DaySet::parse(days).expect("days");
        let found = days.contains(date, || crate::LunarDate::of(date), |id| id.as_str() == "tet");
        assert_eq!(found, expected, "{days} on {date}");
    }

    #[test]
    fn first_and_last_day_are_part_of_it() {
        check_contains("2026-12-20..2027-01-05", "2026-12-19", false);
        check_contains("2026-12-20..2027-01-05", "2026-12-20", true);
        check_contains("2026-12-20..2027-01-05", "2027-01-05", true);
        check_contains("2026-12-20..2027-01-05", "2027-01-06", false);
        check_contains("12-20..01-05", "2031-12-20", true);
        check_contains("12-20..01-05", "2031-01-05", true);
        check_contains("12-20..01-05", "2031-01-06", false);
        check_contains("02-29", "2028-02-29", true);
        check_contains("02-29", "2027-03-01", false);
        check_contains("lunar 01-01", "2027-02-06", true);
        check_contains("lunar 12-23..01-07", "2027-02-12", true);
        check_contains("lunar 12-23..01-07", "2027-02-13", false);
        // The last month of that year has 29 days, and so no thirtieth.
        check_contains("lunar 12-30", "2026-02-16", false);
        check_contains("lunar 12-29", "2026-02-16", true);
        // 2025 has a second sixth month.
        check_contains("lunar 06-01", "2025-06-25", true);
        check_contains("lunar 06-01", "2025-07-25", false);
        check_contains("tet", "2026-01-01", true);
        check_contains("khmer-new-year", "2026-01-01", false);
    }
}
