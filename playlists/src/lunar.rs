//! The lunar calendar of Viet Nam, from a table of its years.

use jiff::{ToSpan as _, civil::Date};

/// Made by `calendars/lunar.py`.
const YEARS: &str = include_str!("../calendars/lunar.txt");

/// A day of the lunar calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LunarDate {
    /// The year in which it began by the sun's calendar.
    pub year: i16,
    /// 1 to 12.
    pub month: i8,
    /// Whether it is the second month of that number.
    pub leap: bool,
    /// 1 to 30.
    pub day: i8,
}

impl LunarDate {
    /// The lunar date of a day, if the table has its year: from Tết 2000 on, for a century.
    pub fn of(date: Date) -> Option<Self> {
        // The days before Tết belong to the year before.
        [date.year(), date.year() - 1].into_iter().find_map(|year| Year::of(year)?.date(date))
    }
}

/// A line of the table.
struct Year<'a> {
    year: i16,
    first: Date,
    leap: Option<i8>,
    lengths: std::str::SplitAsciiWhitespace<'a>,
}

impl Year<'static> {
    fn of(year: i16) -> Option<Self> {
        let mut fields = YEARS
            .lines()
            .map(str::split_ascii_whitespace)
            .find_map(|mut fields| (fields.next()?.parse() == Ok(year)).then_some(fields))?;
        let (first, leap) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok());
        Some(Self { year, first, leap, lengths: fields })
    }

    fn date(self, date: Date) -> Option<LunarDate> {
        let mut first = self.first;
        let (mut month, mut leap) = (1, false);
        if date < first {
            return None;
        }
        for length in self.lengths {
            let length: i8 = length.parse().ok()?;
            let next = first.checked_add(length.days()).ok()?;
            if date < next {
                let day = i8::try_from(date.since(first).ok()?.get_days() + 1).ok()?;
                return Some(LunarDate { year: self.year, month, leap, day });
            }
            first = next;
            leap = self.leap == Some(month) && !leap;
            month += i8::from(!leap);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use jiff::{ToSpan as _, civil::Date};

    use super::LunarDate;

    #[track_caller]
    fn check(date: &str, expected: Option<(i8, i8, bool, i16)>) {
        let lunar = LunarDate::of(date.parse().expect("a date"));
        let lunar = lunar.map(|lunar| (lunar.day, lunar.month, lunar.leap, lunar.year));
        assert_eq!(lunar, expected, "{date}");
    }

    #[test]
    fn tells_the_days_that_people_know() {
        // Tết, as it was and will be; in 2007 and 2030 a day before China.
        check("2024-02-10", Some((1, 1, false, 2024)));
        check("2025-01-29", Some((1, 1, false, 2025)));
        check("2026-02-17", Some((1, 1, false, 2026)));
        check("2026-02-16", Some((29, 12, false, 2025)));
        check("2027-02-06", Some((1, 1, false, 2027)));
        check("2007-02-17", Some((1, 1, false, 2007)));
        check("2030-02-02", Some((1, 1, false, 2030)));
        // The Hùng Kings, Mid-Autumn.
        check("2026-04-26", Some((10, 3, false, 2026)));
        check("2026-09-25", Some((15, 8, false, 2026)));
        // 2025 has a second sixth month.
        check("2025-06-25", Some((1, 6, false, 2025)));
        check("2025-07-25", Some((1, 6, true, 2025)));
        check("2025-08-23", Some((1, 7, false, 2025)));
        check("2000-02-04", None);
        check("2000-02-05", Some((1, 1, false, 2000)));
        check("2200-01-01", None);
        check("-009999-01-01", None);
    }

    #[test]
    fn every_day_follows_the_one_before() {
        let mut date: Date = "2000-02-05".parse().expect("a date");
        let mut before = LunarDate::of(date).expect("the first of the table");
        for _ in 0..100 * 365 {
            date = date.checked_add(1.day()).expect("a day");
            let today = LunarDate::of(date).expect("within the table");
            let next = today == LunarDate { day: before.day + 1, ..before };
            let first = today.day == 1 && (29..=30).contains(&before.day) && today.year - before.year < 2;
            assert!(next || first, "{date}: {before:?}, {today:?}");
            before = today;
        }
    }
}
