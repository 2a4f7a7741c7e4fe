//! Where a gate is on the globe: `11.8412 N, 106.5991 E`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A place where the sun rises and sets every day, to the ten-thousandth of a degree (some 11 m).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Degrees", into = "Degrees")]
pub struct Place {
    /// In ten-thousandths of a degree, north of the equator.
    latitude: i32,
    /// In ten-thousandths of a degree, east of Greenwich.
    longitude: i32,
}

/// Why a place is refused. Each variant says its rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPlace {
    /// Not latitude and longitude in degrees.
    #[error(
        "a place is its latitude and longitude in degrees with at most four decimals, such as \"11.8412 N, 106.5991 E\""
    )]
    Shape,
    /// So near to a pole that the sun may stay up or down.
    #[error("a latitude is at most 60 degrees, N or S: beyond, the sun does not rise and set every day")]
    Latitude,
    /// More than half around the globe.
    #[error("a longitude is at most 180 degrees, E or W")]
    Longitude,
}

/// A place as it travels, before it is believed.
#[derive(Serialize, Deserialize)]
struct Degrees {
    latitude: i32,
    longitude: i32,
}

/// Ten-thousandths in a degree.
const PARTS: i32 = 10_000;

impl Place {
    /// The place at so many ten-thousandths of a degree north and east; south and west are negative.
    pub fn new(latitude: i32, longitude: i32) -> Result<Self, BadPlace> {
        if !(-60 * PARTS..=60 * PARTS).contains(&latitude) {
            return Err(BadPlace::Latitude);
        }
        if !(-180 * PARTS..=180 * PARTS).contains(&longitude) {
            return Err(BadPlace::Longitude);
        }
        Ok(Self { latitude, longitude })
    }

    /// Reads `11.8412 N, 106.5991 E`.
    pub fn parse(written: &str) -> Result<Self, BadPlace> {
        let (latitude, longitude) = written.split_once(',').ok_or(BadPlace::Shape)?;
        Self::new(degrees(latitude, ['N', 'S'])?, degrees(longitude, ['E', 'W'])?)
    }

    /// Degrees north of the equator.
    pub fn latitude(self) -> f64 {
        f64::from(self.latitude) / f64::from(PARTS)
    }

    /// Degrees east of Greenwich.
    pub fn longitude(self) -> f64 {
        f64::from(self.longitude) / f64::from(PARTS)
    }
}

impl TryFrom<Degrees> for Place {
    type Error = BadPlace;
    fn try_from(Degrees { latitude, longitude }: Degrees) -> Result<Self, BadPlace> {
        Self::new(latitude, longitude)
    }
}

impl From<Place> for Degrees {
    fn from(Place { latitude, longitude }: Place) -> Self {
        Self { latitude, longitude }
    }
}

/// As [`Place::parse`] reads it.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let one = |parts: i32, [positive, negative]: [char; 2]| {
            let side = if parts < 0 { negative } else { positive };
            let (whole, rest) = (parts.abs() / PARTS, parts.abs() % PARTS);
            format!("{whole}.{rest:04} {side}")
        };
        write!(f, "{}, {}", one(self.latitude, ['N', 'S']), one(self.longitude, ['E', 'W']))
    }
}

/// Reads `106.5991 E` in ten-thousandths; the first of `sides` is positive.
fn degrees(written: &str, [positive, negative]: [char; 2]) -> Result<i32, BadPlace> {
    let written = written.trim();
    let (number, sign) = match written.strip_suffix(positive) {
        Some(number) => (number, 1),
        None => (written.strip_suffix(negative).ok_or(BadPlace::Shape)?, -1),
    };
    let number = number.trim_end();
    let (whole, decimals) = match number.split_once('.') {
        Some((whole, decimals)) if !decimals.is_empty() => (whole, decimals),
        Some(_) => return Err(BadPlace::Shape),
        None => (number, ""),
    };
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=3).contains(&whole.len()) || decimals.len() > 4 || !all_digits(whole) || !all_digits(decimals) {
        return Err(BadPlace::Shape);
    }
    let parts: i32 = format!("{whole}{decimals:0<4}").parse().map_err(|_| BadPlace::Shape)?;
    Ok(sign * parts)
}

#[cfg(test)]
mod tests {
    use super::{BadPlace, Place};

    #[track_caller]
    fn check(written: &str, expected: Result<&str, BadPlace>) {
        let place = Place::parse(written).map(|place| place.to_string());
        assert_eq!(place.as_deref(), expected.as_ref().copied(), "{written}");
    }

    #[test]
    fn reads_places() {
        check("11.8412 N, 106.5991 E", Ok("11.8412 N, 106.5991 E"));
        check("33.8688 S,151.2093E", Ok("33.8688 S, 151.2093 E"));
        check("  4.7 N ,  74.05  W ", Ok("4.7000 N, 74.0500 W"));
        check("0 S, 0 W", Ok("0.0000 N, 0.0000 E"));
        check("60 N, 180 W", Ok("60.0000 N, 180.0000 W"));
        check("0.0001 S, 0.0001 W", Ok("0.0001 S, 0.0001 W"));
    }

    #[test]
    fn refuses_places_that_are_none() {
        check("60.0001 N, 10 E", Err(BadPlace::Latitude));
        check("78.2 S, 10 E", Err(BadPlace::Latitude));
        check("10 N, 180.0001 E", Err(BadPlace::Longitude));
        check("10 N, 999.9999 W", Err(BadPlace::Longitude));
        for shape in [
            "",
            ",",
            "11.8412, 106.5991",
            "106.5991 E, 11.8412 N",
            "11.84125 N, 106 E",
            "11. N, 106 E",
            ".5 N, 106 E",
            "-11 N, 106 E",
            "+11 N, 106 E",
            "11°50'28\" N, 106 E",
            "11,8412 N, 106,5991 E",
            "1e1 N, 106 E",
            "0011 N, 106 E",
            "១១ N, 106 E",
            "11 n, 106 e",
            "11 N, 106 E, 12 m",
        ] {
            check(shape, Err(BadPlace::Shape));
        }
    }

    #[test]
    fn is_believed_only_within_its_limits() {
        assert_eq!(Place::new(118_412, 1_065_991), Place::parse("11.8412 N, 106.5991 E"));
        assert_eq!(Place::new(-600_001, 0), Err(BadPlace::Latitude));
        assert_eq!(Place::new(i32::MIN, 0), Err(BadPlace::Latitude));
        assert_eq!(Place::new(0, i32::MAX), Err(BadPlace::Longitude));
        let place = Place::parse("33.8688 S, 151.2093 E").unwrap();
        assert_eq!((place.latitude(), place.longitude()), (-33.8688, 151.2093));
    }
}
