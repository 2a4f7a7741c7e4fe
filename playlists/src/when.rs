//! When something may play: hours, days and limits, of a rule, a playlist or an item.

use jiff::civil::Weekday;
use written::{Entry, Report, Table, Told, all};

use crate::{DaySet, Hours, LocalMoment};

/// All conditions must hold; one that is not written always does.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct When {
    /// Of the day.
    pub hours: Option<Hours>,
    /// Of the day on which the hours begin.
    pub weekdays: Option<Weekdays>,
    /// Likewise: any of these; all days if it is empty.
    pub days: Vec<DaySet>,
    /// Likewise: none of these.
    pub except: Vec<DaySet>,
    /// The first moment.
    pub from: Option<LocalMoment>,
    /// The first moment after.
    pub until: Option<LocalMoment>,
}

/// Some days of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekdays(u8);

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

const RULE: &str =
    "names days of the week: mon, tue, wed, thu, fri, sat or sun, or a span such as \"mon-fri\"";

/// More would be a calendar.
const MOST_DAYS: usize = 400;

impl When {
    /// Whether no condition is written: then it may play without a clock.
    pub fn is_always(&self) -> bool {
        let Self { hours, weekdays, days, except, from, until } = self;
        hours.is_none()
            && weekdays.is_none()
            && days.is_empty()
            && except.is_empty()
            && from.is_none()
            && until.is_none()
    }

    /// All that it says of days.
    pub fn day_sets(&self) -> impl Iterator<Item = &DaySet> {
        self.days.iter().chain(&self.except)
    }
}

impl Weekdays {
    /// Reads one day or a span: `mon`, `mon-fri`, `sat-mon`.
    pub fn parse(written: &str) -> Result<Self, &'static str> {
        let day = |name: &str| {
            let place = WEEKDAYS.iter().position(|(known, _)| *known == name).ok_or(RULE)?;
            Ok::<usize, &str>(place)
        };
        match written.split_once('-') {
            None => Ok(Self(1 << day(written)?)),
            Some((first, last)) => {
                let (first, last) = (day(first)?, day(last)?);
                let length = (last + 7 - first) % 7;
                Ok(Self((0..=length).fold(0, |days, n| days | 1 << ((first + n) % 7))))
            }
        }
    }

    /// Whether `day` is one of them.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & 1 << day.to_monday_zero_offset() > 0
    }

    /// From Monday to Sunday.
    pub fn iter(self) -> impl Iterator<Item = Weekday> {
        WEEKDAYS.into_iter().map(|(_, day)| day).filter(move |day| self.contains(*day))
    }

    fn read(report: &mut Report<'_>, entry: &Entry<'_>) -> Result<Self, Told> {
        if !entry.is_list() {
            return entry.parse(report, Self::parse);
        }
        let days = all(entry.list(report, RULE)?, |entry| entry.parse(report, Self::parse))?;
        Ok(Self(days.iter().fold(0, |all, days| all | days.0)))
    }
}

/// Reads `hours`, `weekdays`, `days`, `except`, `from` and `until`; each may be left out.
pub(crate) fn read(report: &mut Report<'_>, table: &mut Table<'_>) -> Result<When, Told> {
    let hours = table.take("hours").map(|entry| entry.parse(report, Hours::parse)).transpose();
    let weekdays = table.take("weekdays").map(|entry| Weekdays::read(report, &entry)).transpose();
    let [days, except] = ["days", "except"].map(|key| table.take(key));
    let days = days.map_or(Ok(Vec::new()), |entry| read_days(report, &entry));
    let except = except.map_or(Ok(Vec::new()), |entry| read_days(report, &entry));
    let from = table.take("from").map(|entry| entry.parse(report, LocalMoment::parse)).transpose();
    let until = read_until(report, table, from);
    Ok(When { hours: hours?, weekdays: weekdays?, days: days?, except: except?, from: from?, until: until? })
}

/// Reads `until`, which comes after `from`.
pub(crate) fn read_until(
    report: &mut Report<'_>,
    table: &mut Table<'_>,
    from: Result<Option<LocalMoment>, Told>,
) -> Result<Option<LocalMoment>, Told> {
    let Some(entry) = table.take("until") else { return Ok(None) };
    let until = entry.parse(report, LocalMoment::parse)?;
    match from {
        Ok(Some(from)) if until <= from => Err(entry.wrong(report, format!("is not after from, {from}"))),
        _ => Ok(Some(until)),
    }
}

fn read_days(report: &mut Report<'_>, entry: &Entry<'_>) -> Result<Vec<DaySet>, Told> {
    let rule = "is a list of days, such as [\"2026-12-20..2027-01-05\", \"09-02\", \"tet\"]";
    let list = entry.list(report, rule)?;
    if let Some(beyond) = list.get(MOST_DAYS) {
        let rule = format!("is beyond the {MOST_DAYS} days that one list may have: make a calendar of them");
        return Err(beyond.wrong(report, rule));
    }
    all(list, |entry| entry.parse(report, DaySet::parse))
}

#[cfg(test)]
mod tests {
    use super::Weekdays;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        let days = Weekdays::parse(written)
            .ok()
            .map(|days| days.iter().map(|day| day.to_monday_zero_offset().to_string()).collect::<String>());
        assert_eq!(days.as_deref(), expected, "{written}");
    }

    #[test]
    fn reads_weekdays() {
        check("mon", Some("0"));
        check("sun", Some("6"));
        check("mon-fri", Some("01234"));
        check("sat-mon", Some("056"));
        check("sun-sun", Some("6"));
        check("tue-mon", Some("0123456"));
        for wrong in ["", "-", "mon-", "Mon", "monday", "mon fri", "mon,tue", "t2"] {
            check(wrong, None);
        }
    }
}
