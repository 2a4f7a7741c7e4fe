//! Hours of the day: `07:00-17:00`, half-open, past midnight too; by the sun; by the gate's opening hours.

use std::fmt;

/// The end of a day, in minutes.
pub(crate) const DAY: u16 = 24 * 60;

/// A part of every day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hours {
    /// From one edge until another; past midnight if the second does not come later on the day of the first.
    Between(Edge, Edge),
    /// While the gate is open.
    Open,
    /// The rest of the day.
    Closed,
}

/// Where hours begin or end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Edge {
    /// By the clock: minutes from midnight, 0 to 1439.
    Clock(u16),
    /// So many minutes after sunrise, or before it.
    Sunrise(i16),
    /// So many minutes after sunset, or before it.
    Sunset(i16),
}

/// A span of one day by the clock, such as the opening hours of a gate: in minutes, `from < until <= 1440`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Opening {
    from: u16,
    until: u16,
}

/// Why hours are refused. Each variant says its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadHours {
    /// Not `HH:MM-HH:MM`, and nothing else that is known.
    #[error(
        "hours are written HH:MM-HH:MM, such as \"07:00-17:00\", or with sunrise and sunset, such as \
         \"sunset-30m-23:00\", or they are \"open\" or \"closed\""
    )]
    Shape,
    /// A time that no clock shows.
    #[error("a time of day is 00:00 to 23:59; only the end may be 24:00")]
    NoSuchTime,
    /// Further from sunrise or sunset than three hours.
    #[error("hours begin and end at most 3 hours (180m) before or after sunrise or sunset")]
    FarFromSun,
    /// `from` equals `until`.
    #[error("hours that end when they begin are empty")]
    Empty,
    /// `00:00-24:00`.
    #[error("the whole day needs no hours: leave them out")]
    WholeDay,
    /// Opening hours that run past midnight.
    #[error("opening hours begin and end on one day: write two, up to 24:00 and from 00:00")]
    PastMidnight,
}

const FAR: i16 = 180;

impl Hours {
    /// Reads what [`Hours`] displays. The end may be `24:00`, which is the same as `00:00`.
    pub fn parse(written: &str) -> Result<Self, BadHours> {
        match written {
            "open" => return Ok(Self::Open),
            "closed" => return Ok(Self::Closed),
            "00:00-24:00" => return Err(BadHours::WholeDay),
            _ => {}
        }
        let (from, rest) = edge(written)?;
        let (until, rest) = edge(rest.strip_prefix('-').ok_or(BadHours::Shape)?)?;
        match (from, until) {
            _ if !rest.is_empty() => Err(BadHours::Shape),
            (Edge::Clock(DAY..), _) => Err(BadHours::NoSuchTime),
            _ if from == until => Err(BadHours::Empty),
            (_, Edge::Clock(DAY)) => Ok(Self::Between(from, Edge::Clock(0))),
            _ => Ok(Self::Between(from, until)),
        }
    }

    /// Whether they follow the sun.
    pub fn follow_sun(self) -> bool {
        let sun = |edge| !matches!(edge, Edge::Clock(_));
        matches!(self, Self::Between(from, until) if sun(from) || sun(until))
    }

    /// Whether they follow the opening hours of the gate.
    pub fn follow_opening(self) -> bool {
        matches!(self, Self::Open | Self::Closed)
    }
}

impl Opening {
    /// Reads `07:00-17:00`.
    pub fn parse(written: &str) -> Result<Self, BadHours> {
        let (from, until) = written.split_once('-').ok_or(BadHours::Shape)?;
        let [from, until] = [clock(from)?, clock(until)?];
        match (from, until) {
            (DAY, _) => Err(BadHours::NoSuchTime),
            _ if from == until => Err(BadHours::Empty),
            _ if until < from => Err(BadHours::PastMidnight),
            _ => Ok(Self { from, until }),
        }
    }

    /// The first minute of the day that is part of it.
    pub fn from(self) -> u16 {
        self.from
    }

    /// The first minute after it.
    pub fn until(self) -> u16 {
        self.until
    }
}

/// As [`Hours::parse`] reads it.
impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open => f.write_str("open"),
            Self::Closed => f.write_str("closed"),
            Self::Between(from, Edge::Clock(0)) => write!(f, "{from}-24:00"),
            Self::Between(from, until) => write!(f, "{from}-{until}"),
        }
    }
}

impl fmt::Display for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sun, offset) = match self {
            Self::Clock(minute) => return write!(f, "{:02}:{:02}", minute / 60, minute % 60),
            Self::Sunrise(offset) => ("sunrise", offset),
            Self::Sunset(offset) => ("sunset", offset),
        };
        f.write_str(sun)?;
        if *offset == 0 { Ok(()) } else { write!(f, "{offset:+}m") }
    }
}

impl fmt::Display for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { from, until } = self;
        write!(f, "{:02}:{:02}-{:02}:{:02}", from / 60, from % 60, until / 60, until % 60)
    }
}

/// The edge that `written` begins with, and what follows it.
fn edge(written: &str) -> Result<(Edge, &str), BadHours> {
    if let Some(rest) = written.strip_prefix("sunrise") {
        return offset(rest).map(|(minutes, rest)| (Edge::Sunrise(minutes), rest));
    }
    if let Some(rest) = written.strip_prefix("sunset") {
        return offset(rest).map(|(minutes, rest)| (Edge::Sunset(minutes), rest));
    }
    let (time, rest) = written.split_at_checked(5).ok_or(BadHours::Shape)?;
    Ok((Edge::Clock(clock(time)?), rest))
}

/// `+30m`, `-1h`, `-1h30m`, or nothing: then what begins with a sign belongs to the other edge.
fn offset(written: &str) -> Result<(i16, &str), BadHours> {
    let sign = match written.as_bytes().first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Ok((0, written)),
    };
    let (mut minutes, mut rest, mut any) = (0i16, &written[1..], false);
    for (unit, worth) in [('h', 60), ('m', 1)] {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if let (1..=3, Some(after)) = (digits, rest[digits..].strip_prefix(unit)) {
            let number: i16 = rest[..digits].parse().map_err(|_| BadHours::Shape)?;
            minutes = number.saturating_mul(worth).saturating_add(minutes);
            (rest, any) = (after, true);
        }
    }
    match (any, sign) {
        (true, _) if minutes > FAR => Err(BadHours::FarFromSun),
        (true, _) => Ok((sign * minutes, rest)),
        (false, -1) => Ok((0, written)),
        (false, _) => Err(BadHours::Shape),
    }
}

/// Minutes from midnight, up to 24:00.
fn clock(written: &str) -> Result<u16, BadHours> {
    let [h1, h2, b':', m1, m2] = *written.as_bytes() else { return Err(BadHours::Shape) };
    let number = |tens: u8, units: u8| {
        let digit = |byte: u8| char::from(byte).to_digit(10).ok_or(BadHours::Shape);
        Ok(digit(tens)? * 10 + digit(units)?)
    };
    let (hour, minute) = (number(h1, h2)?, number(m1, m2)?);
    let whole = u16::try_from(hour * 60 + minute).map_err(|_| BadHours::NoSuchTime)?;
    if minute < 60 && whole <= DAY { Ok(whole) } else { Err(BadHours::NoSuchTime) }
}

#[cfg(test)]
mod tests {
    use super::{BadHours, Hours, Opening};

    #[track_caller]
    fn check(written: &str, expected: Result<&str, BadHours>) {
        assert_eq!(Hours::parse(written).map(|hours| hours.to_string()).as_deref(), expected.as_deref());
    }

    #[test]
    fn reads_hours_by_the_clock() {
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
        for shape in [
            "",
            "-",
            "7:00-17:00",
            "07:00",
            "07:00 - 17:00",
            "07:00–17:00",
            "07h00-17h00",
            "០៧:០០-១៧:០០",
            "07:00-17:00-18:00",
            "opened",
        ] {
            check(shape, Err(BadHours::Shape));
        }
    }

    #[test]
    fn reads_hours_by_the_sun_and_by_the_gate() {
        check("sunrise-sunset", Ok("sunrise-sunset"));
        check("sunrise+30m-sunset-30m", Ok("sunrise+30m-sunset-30m"));
        check("sunset-1h30m-23:00", Ok("sunset-90m-23:00"));
        check("sunset-sunrise", Ok("sunset-sunrise"));
        check("sunset-24:00", Ok("sunset-24:00"));
        check("sunset-00:30", Ok("sunset-00:30"));
        check("05:00-sunrise", Ok("05:00-sunrise"));
        check("00:00-sunrise", Ok("00:00-sunrise"));
        check("sunrise-3h-sunrise+3h", Ok("sunrise-180m-sunrise+180m"));
        check("open", Ok("open"));
        check("closed", Ok("closed"));
        check("sunrise-sunrise", Err(BadHours::Empty));
        check("sunrise-181m-12:00", Err(BadHours::FarFromSun));
        check("sunrise+30-12:00", Err(BadHours::Shape));
        check("sunrise+-12:00", Err(BadHours::Shape));
        check("sunrise", Err(BadHours::Shape));
        check("sunrise-", Err(BadHours::Shape));
        check("moonrise-12:00", Err(BadHours::Shape));
    }

    #[track_caller]
    fn check_opening(written: &str, expected: Result<(u16, u16), BadHours>) {
        assert_eq!(Opening::parse(written).map(|opening| (opening.from(), opening.until())), expected);
    }

    #[test]
    fn a_gate_opens_and_closes_on_one_day() {
        check_opening("07:00-17:30", Ok((420, 1050)));
        check_opening("00:00-24:00", Ok((0, 1440)));
        check_opening("17:00-07:00", Err(BadHours::PastMidnight));
        check_opening("07:00-07:00", Err(BadHours::Empty));
        check_opening("24:00-24:00", Err(BadHours::NoSuchTime));
        check_opening("open", Err(BadHours::Shape));
    }
}
