//! How long it still is until a moment that a gate waits for.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

/// A moment by the gate's own clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Countdown(DateTime);

impl Countdown {
    /// Reads a date, or a date and a time: `2027-02-06`, `2027-02-06 07:30`.
    pub fn parse(written: &str) -> Result<Self, &'static str> {
        let rule = "is a date of the gate's clock, with a time or without, such as \"2027-02-06 00:00\"";
        let moment = DateTime::strptime("%Y-%m-%d %H:%M", written)
            .or_else(|_| DateTime::strptime("%Y-%m-%d", written))
            .map_err(|_| rule)?;
        // Other spellings of the same, such as a year of six digits, would be read by nobody.
        let long = moment.strftime("%Y-%m-%d %H:%M").to_string();
        let short = moment.strftime("%Y-%m-%d").to_string();
        (written == long || written == short).then_some(Self(moment)).ok_or(rule)
    }

    /// The moment in that time zone. One that the clock jumps over is the first after the jump.
    pub fn moment(self, zone: &TimeZone) -> Timestamp {
        zone.to_ambiguous_timestamp(self.0).compatible().unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::Countdown;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        let zone = TimeZone::fixed(jiff::tz::offset(7));
        let moment = Countdown::parse(written).map(|countdown| countdown.moment(&zone).to_string());
        assert_eq!(moment.ok().as_deref(), expected, "{written}");
    }

    #[test]
    fn is_a_moment_of_the_gates_clock() {
        check("2027-02-06 00:00", Some("2027-02-05T17:00:00Z"));
        check("2027-02-06", Some("2027-02-05T17:00:00Z"));
        check("2027-02-06 23:59", Some("2027-02-06T16:59:00Z"));
        check("2028-02-29", Some("2028-02-28T17:00:00Z"));
        for wrong in [
            "",
            "2027-02-30",
            "2027-02-06 24:00",
            "2027-02-06 25:00",
            "2027-02-06 7:00",
            "2027-2-6",
            "2027-02-06T00:00",
            "2027-02-06 00:00 ",
            "+002027-02-06",
            "06/02/2027",
            "99999-01-01",
        ] {
            check(wrong, None);
        }
    }
}
