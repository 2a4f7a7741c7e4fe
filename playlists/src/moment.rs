//! A moment by the gate's own clock, as people write it.

use std::fmt;

use jiff::{
    Timestamp, ToSpan as _,
    civil::{Date, DateTime},
    tz::TimeZone,
};

/// A minute of the gate's clock: `2026-12-01 07:30`. The end of a day may be written `24:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalMoment(DateTime);

const RULE: &str = "is a date and a time of the gate's clock, such as \"2026-12-01 07:30\", or \"… 24:00\" for the end \
                    of the day";

impl LocalMoment {
    /// Reads `YYYY-MM-DD HH:MM`.
    pub fn parse(written: &str) -> Result<Self, &'static str> {
        if let Some(date) = written.strip_suffix(" 24:00") {
            let date = date.parse::<Date>().ok().filter(|read| read.to_string() == date).ok_or(RULE)?;
            let next = date.checked_add(1.day()).map_err(|_| RULE)?;
            return Ok(Self(next.to_datetime(jiff::civil::Time::midnight())));
        }
        let moment = DateTime::strptime("%Y-%m-%d %H:%M", written).map_err(|_| RULE)?;
        // Other spellings of the same, such as a year of six digits, would be read by nobody.
        (moment.strftime("%Y-%m-%d %H:%M").to_string() == written).then_some(Self(moment)).ok_or(RULE)
    }

    /// Its day.
    pub fn date(self) -> Date {
        self.0.date()
    }

    /// When it is, in that time zone.
    pub fn timestamp(self, zone: &TimeZone) -> Timestamp {
        zone.to_ambiguous_timestamp(self.0).compatible().unwrap_or(Timestamp::MAX)
    }
}

impl From<DateTime> for LocalMoment {
    fn from(moment: DateTime) -> Self {
        Self(moment)
    }
}

impl fmt::Display for LocalMoment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.strftime("%Y-%m-%d %H:%M").fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::LocalMoment;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        let zone = TimeZone::fixed(jiff::tz::offset(7));
        let moment = LocalMoment::parse(written).map(|moment| moment.timestamp(&zone).to_string());
        assert_eq!(moment.ok().as_deref(), expected, "{written}");
    }

    #[test]
    fn is_a_minute_of_the_gates_clock() {
        check("2027-02-06 00:00", Some("2027-02-05T17:00:00Z"));
        check("2027-02-06 23:59", Some("2027-02-06T16:59:00Z"));
        check("2027-02-06 24:00", Some("2027-02-06T17:00:00Z"));
        check("2026-12-31 24:00", Some("2026-12-31T17:00:00Z"));
        for wrong in [
            "",
            "2027-02-06",
            "2027-02-30 00:00",
            "2027-02-30 24:00",
            "2027-02-06 24:01",
            "2027-02-06 25:00",
            "2027-02-06 7:00",
            "2027-2-6 07:00",
            "2027-02-06T00:00",
            "2027-02-06 00:00 ",
            "20270206 24:00",
            "+002027-02-06 00:00",
            "06/02/2027 00:00",
        ] {
            check(wrong, None);
        }
    }
}
