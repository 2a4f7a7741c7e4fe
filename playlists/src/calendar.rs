//! A calendar: a named set of days by year, such as Tết or the public holidays. Data, never code.

use std::{collections::BTreeMap, sync::LazyLock};

use jiff::{ToSpan as _, civil::Date};
use written::{Entry, Mistakes, Report, Table, Told, all, read_toml};

use crate::{CalendarId, Days, Language, playlist};

/// A named set of days. What it does not cover, it does not contain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// As schedules name it.
    pub id: CalendarId,
    /// Its name by language; never empty.
    pub name: BTreeMap<Language, String>,
    /// The years that it covers; never empty.
    pub years: BTreeMap<i16, CalendarYear>,
}

/// The days of one year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarYear {
    /// In order, none twice; never empty. They may reach a little into the years around.
    pub days: Vec<Days>,
    /// Whether the year's decision is known. If not, they are by rule.
    pub confirmed: bool,
}

/// What a calendar lacks of the year to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingYear {
    /// It does not have this year.
    Absent(i16),
    /// It has this year only by rule.
    Unconfirmed(i16),
}

const SHIPPED: [(&str, &str); 8] = [
    ("tet.toml", include_str!("../calendars/tet.toml")),
    ("hung-kings.toml", include_str!("../calendars/hung-kings.toml")),
    ("vietnam-holidays.toml", include_str!("../calendars/vietnam-holidays.toml")),
    ("vietnam-culture-day.toml", include_str!("../calendars/vietnam-culture-day.toml")),
    ("khmer-new-year.toml", include_str!("../calendars/khmer-new-year.toml")),
    ("pchum-ben.toml", include_str!("../calendars/pchum-ben.toml")),
    ("water-festival.toml", include_str!("../calendars/water-festival.toml")),
    ("cambodia-holidays.toml", include_str!("../calendars/cambodia-holidays.toml")),
];

const YEARS: std::ops::RangeInclusive<i16> = 1900..=2199;
/// A few days off around New Year or Tết lie in the year before.
const BEYOND: i64 = 15;
/// The first month in which people should have next year's days.
const REMINDER: i8 = 11;

impl Calendar {
    /// Those that travel with the program, each with an id of its own.
    pub fn shipped() -> &'static [Self] {
        static PARSED: LazyLock<Vec<Calendar>> = LazyLock::new(|| {
            let parse =
                |(file, text)| Calendar::parse(file, text).expect("a test parses every shipped calendar");
            SHIPPED.map(parse).into()
        });
        &PARSED
    }

    /// The shipped ones and `own`, of which none has the id of another. Where a calendar is there already, the years of
    /// one's own take the place of its own: the rest stays.
    pub fn shipped_and(own: impl IntoIterator<Item = Self>) -> Vec<Self> {
        let mut known = Self::shipped().to_vec();
        for own in own {
            match known.iter_mut().find(|known| known.id == own.id) {
                Some(known) => {
                    known.name.extend(own.name);
                    known.years.extend(own.years);
                }
                None => known.push(own),
            }
        }
        known
    }

    /// Reads a calendar file. `file` only names it in mistakes; all mistakes are told at once.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        read_toml(file, text, read)
    }

    /// Whether `date` is one of its days.
    pub fn contains(&self, date: Date) -> bool {
        let year = date.year();
        let around = self.years.range(year.saturating_sub(1)..=year.saturating_add(1));
        around.flat_map(|(_, year)| &year.days).any(|days| days.contains(date))
    }

    /// All its days, in order and apart from each other.
    pub fn all_days(&self) -> Vec<Days> {
        let mut all: Vec<Days> = self.years.values().flat_map(|year| year.days.iter().copied()).collect();
        all.sort_unstable();
        // Years that come from two files may both have the days around New Year.
        let mut apart: Vec<Days> = Vec::new();
        for days in all {
            match apart.last() {
                Some(before) => apart.extend(days.after(before.last())),
                None => apart.push(days),
            }
        }
        apart
    }

    /// Whether its days of `year` are known, be it by rule.
    pub fn covers(&self, year: i16) -> bool {
        self.years.contains_key(&year)
    }

    /// From 1 November on: next year, if it is not there or not confirmed.
    pub fn missing_next_year(&self, today: Date) -> Option<MissingYear> {
        if today.month() < REMINDER {
            return None;
        }
        let next = today.year().saturating_add(1);
        match self.years.get(&next) {
            None => Some(MissingYear::Absent(next)),
            Some(year) => (!year.confirmed).then_some(MissingYear::Unconfirmed(next)),
        }
    }
}

fn read(report: &mut Report<'_>, mut root: Table<'_>) -> Result<Calendar, Told> {
    let heading = root
        .require(report, "calendar", "the file begins with [calendar]")
        .and_then(|entry| entry.table(report, "is a heading: [calendar]"))
        .and_then(|table| read_heading(report, table));
    let years = root
        .require(report, "year", "the file has at least one year, such as [year.2026]")
        .and_then(|entry| entry.table(report, "holds the years, each under a heading such as [year.2026]"))
        .and_then(|table| read_years(report, &table));
    let known = root.finish(report);

    let (id, name) = heading?;
    let years = years?;
    known.map(|()| Calendar { id, name, years })
}

fn read_heading(
    report: &mut Report<'_>,
    mut table: Table<'_>,
) -> Result<(CalendarId, BTreeMap<Language, String>), Told> {
    let id = table
        .require(report, "id", "how schedules name it, such as \"khmer-new-year\"")
        .and_then(|entry| CalendarId::read(report, &entry));
    let name = table
        .require(report, "name", "the calendar's name by language, such as name.vi = \"…\"")
        .and_then(|entry| read_name(report, entry));
    table.finish(report)?;
    Ok((id?, name?))
}

fn read_name(report: &mut Report<'_>, entry: Entry<'_>) -> Result<BTreeMap<Language, String>, Told> {
    let rule = "is the calendar's name by language, such as name.vi = \"…\"";
    let table = entry.table(report, rule)?;
    let names = all(table.entries(), |(code, entry)| {
        let language = Language::parse(code).map_err(|bad| entry.misplaced(report, bad.told()));
        let name = entry.parse(report, playlist::read_name);
        Ok((language?, name?))
    })?;
    if names.is_empty() {
        return Err(table.missing(report, "vi", "is missing: a calendar has a name"));
    }
    Ok(names.into_iter().collect())
}

/// A year whose days are still where they were written, to be compared with those of the year before.
struct WrittenYear<'t> {
    number: i16,
    days: Vec<(Entry<'t>, Days)>,
    confirmed: bool,
}

fn read_years(report: &mut Report<'_>, table: &Table<'_>) -> Result<BTreeMap<i16, CalendarYear>, Told> {
    let mut years = all(table.entries(), |(number, entry)| read_year(report, number, entry))?;
    if years.is_empty() {
        return Err(table.missing(report, "2026", "is missing: a calendar has at least one year"));
    }
    years.sort_by_key(|year| year.number);
    let mut before: Option<Days> = None;
    all(years.iter().flat_map(|year| &year.days), |(entry, days)| {
        match before.filter(|before| days.first() <= before.last()) {
            Some(before) => {
                let rule = format!("days are in order and none twice, but before these stands {before}");
                Err(entry.wrong(report, rule))
            }
            None => {
                before = Some(*days);
                Ok(())
            }
        }
    })?;
    let without_place = |year: WrittenYear<'_>| {
        let days = year.days.into_iter().map(|(_, days)| days).collect();
        (year.number, CalendarYear { days, confirmed: year.confirmed })
    };
    Ok(years.into_iter().map(without_place).collect())
}

fn read_year<'t>(report: &mut Report<'_>, number: &str, entry: Entry<'t>) -> Result<WrittenYear<'t>, Told> {
    let number = match number.parse() {
        Ok(year) if YEARS.contains(&year) => Ok(year),
        _ => Err(entry.misplaced(report, "is not under a year of 1900 to 2199, such as [year.2026]")),
    };
    let mut table = entry.table(report, "is a heading: [year.2026]")?;
    let days = table.require(report, "days", "such as [\"2026-09-02\"]").and_then(|entry| {
        let rule = "is a list of at least one day, such as [\"2026-09-01..2026-09-02\", \"2026-12-24\"]";
        all(entry.list(report, rule)?, |entry| {
            let days = entry.parse(report, Days::parse)?;
            match number {
                Ok(year) if !belongs(days, year) => {
                    let rule = format!("days of {year} lie in it, or at most {BEYOND} days before or after");
                    Err(entry.wrong(report, rule))
                }
                Ok(_) | Err(_) => Ok((entry, days)),
            }
        })
    });
    let confirmed = table.take("confirmed").map_or(Ok(true), |entry| entry.boolean(report));
    table.finish(report)?;
    Ok(WrittenYear { number: number?, days: days?, confirmed: confirmed? })
}

fn belongs(days: Days, year: i16) -> bool {
    let first = jiff::civil::date(year, 1, 1).saturating_sub(BEYOND.days());
    let last = jiff::civil::date(year, 12, 31).saturating_add(BEYOND.days());
    first <= days.first() && days.last() <= last
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Calendar, MissingYear, SHIPPED};

    fn shipped(id: &str) -> &'static Calendar {
        Calendar::shipped().iter().find(|calendar| calendar.id.as_str() == id).expect("a shipped calendar")
    }

    #[track_caller]
    fn check(id: &str, inside: &[&str], outside: &[&str]) {
        for (dates, expected) in [(inside, true), (outside, false)] {
            for date in dates {
                assert_eq!(shipped(id).contains(date.parse().unwrap()), expected, "{id}: {date}");
            }
        }
    }

    #[test]
    fn each_shipped_file_is_good_and_named_as_its_calendar() {
        for (file, text) in SHIPPED {
            let calendar = Calendar::parse(file, text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
            assert_eq!(format!("{}.toml", calendar.id), file);
            let years: BTreeSet<i16> = calendar.years.keys().copied().collect();
            let first = *years.first().unwrap();
            assert!(first <= 2026, "{file} begins in {first}");
            assert_eq!(years, (first..=2050).collect(), "{file}");
        }
    }

    #[test]
    fn contains_the_days_that_people_know() {
        check(
            "tet",
            &["2026-02-16", "2026-02-20", "2027-02-06", "2030-02-02"],
            &["2026-02-15", "2026-02-21"],
        );
        check("hung-kings", &["2026-04-26"], &["2026-04-25", "2026-04-27"]);
        check(
            "vietnam-holidays",
            &[
                "2026-01-02",
                "2026-02-17",
                "2026-04-27",
                "2026-04-30",
                "2026-08-31",
                "2026-09-02",
                "2027-01-01",
            ],
            &["2026-01-03", "2026-08-30", "2026-09-03", "2026-11-24", "2051-01-01", "1900-01-01"],
        );
        check("vietnam-culture-day", &["2026-11-24", "2050-11-24"], &["2025-11-24", "2026-11-23"]);
        check("khmer-new-year", &["2026-04-14", "2026-04-16", "2024-04-13"], &["2026-04-13", "2026-04-17"]);
        check("pchum-ben", &["2026-10-10", "2026-10-12", "2025-09-21"], &["2026-10-09", "2026-10-13"]);
        check("water-festival", &["2026-11-23", "2026-11-25", "2025-11-05"], &["2026-11-22", "2026-11-26"]);
        check(
            "cambodia-holidays",
            &["2026-11-09", "2026-12-29", "2022-06-06"],
            &["2023-12-29", "2026-06-06"],
        );
    }

    #[test]
    fn days_of_a_year_may_lie_in_the_one_before() {
        let text = "calendar = { id = 'a', name.vi = 'A' }\nyear.2027.days = ['2026-12-31..2027-01-01', '2028-01-02']";
        let calendar = Calendar::parse("a.toml", text).unwrap();
        for (date, expected) in [
            ("2026-12-30", false),
            ("2026-12-31", true),
            ("2027-01-01", true),
            ("2027-01-02", false),
            ("2028-01-02", true),
            ("-009999-01-01", false),
            ("9999-12-31", false),
        ] {
            assert_eq!(calendar.contains(date.parse().unwrap()), expected, "{date}");
        }
        assert!(calendar.covers(2027));
        assert!(!calendar.covers(2026) && !calendar.covers(2028));
    }

    #[test]
    fn years_of_ones_own_take_the_place_of_shipped_ones() {
        let text = "calendar = { id = 'tet', name.en = 'Tet' }\nyear.2027.days = ['2026-12-31', '2027-02-05..2027-02-11']";
        let own = Calendar::parse("tet-2027.toml", text).unwrap();
        let fair = "calendar = { id = 'fair', name.vi = 'Hội chợ' }\nyear.2026.days = ['2026-12-20..2027-01-03']\n\
                    year.2027.days = ['2027-01-05']";
        let fair = Calendar::parse("fair.toml", fair).unwrap();
        let known = Calendar::shipped_and([own, fair]);
        assert_eq!(known.len(), SHIPPED.len() + 1);
        let [tet, fair] = ["tet", "fair"].map(|id| known.iter().find(|one| one.id.as_str() == id).unwrap());
        for (date, expected) in [
            ("2026-12-31", true),
            ("2027-02-04", false),
            ("2027-02-05", true),
            ("2027-02-11", true),
            ("2027-02-12", false),
            ("2026-02-16", true),
            ("2030-02-02", true),
        ] {
            assert_eq!(tet.contains(date.parse().unwrap()), expected, "{date}");
        }
        assert_eq!(tet.name.len(), shipped("tet").name.len().max(2), "it keeps its other names");
        assert_eq!(tet.missing_next_year("2026-11-01".parse().unwrap()), None, "it is confirmed now");
        assert!(fair.contains("2027-01-05".parse().unwrap()));
    }

    #[test]
    fn days_that_two_files_both_have_are_told_apart() {
        let days = |years: &str| {
            let text = format!("calendar = {{ id = 'a', name.vi = 'A' }}\n{years}");
            Calendar::parse("a.toml", &text).unwrap()
        };
        let mut calendar = days("year.2026.days = ['2026-12-28..2027-01-03']");
        let own = days("year.2027.days = ['2026-12-31', '2027-01-02..2027-01-06', '2027-01-08']");
        calendar.years.extend(own.years);
        let all: Vec<_> = calendar.all_days().iter().map(ToString::to_string).collect();
        assert_eq!(all, ["2026-12-28..2027-01-03", "2027-01-04..2027-01-06", "2027-01-08"]);
    }

    #[track_caller]
    fn check_missing(id: &str, today: &str, expected: Option<MissingYear>) {
        assert_eq!(shipped(id).missing_next_year(today.parse().unwrap()), expected, "{id}: {today}");
    }

    #[test]
    fn next_year_is_missed_from_november_on() {
        check_missing("hung-kings", "2026-12-31", None);
        check_missing("hung-kings", "2050-10-31", None);
        check_missing("hung-kings", "2050-11-01", Some(MissingYear::Absent(2051)));
        check_missing("tet", "2049-10-31", None);
        check_missing("tet", "2049-11-01", Some(MissingYear::Unconfirmed(2050)));
        check_missing("tet", "2049-12-31", Some(MissingYear::Unconfirmed(2050)));
        check_missing("tet", "2050-01-01", None);
        check_missing("tet", "2025-11-01", None);
        check_missing("tet", "9999-12-31", Some(MissingYear::Absent(10000)));
    }
}
