//! Colours as people write them.

use std::fmt;

/// A colour as written: `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Colour {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Colour {
    /// `#ffffff`.
    pub const WHITE: Self = Self { red: 255, green: 255, blue: 255 };
    /// `#000000`.
    pub const BLACK: Self = Self { red: 0, green: 0, blue: 0 };

    /// Reads `#rrggbb`, six hexadecimal digits.
    pub fn parse(written: &str) -> Option<Self> {
        let digits = written.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self { red, green, blue })
    }
}

/// As [`Colour::parse`] reads it.
impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { red, green, blue } = self;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::Colour;

    #[track_caller]
    fn check(written: &str, expected: Option<&str>) {
        assert_eq!(Colour::parse(written).map(|colour| colour.to_string()).as_deref(), expected, "{written}");
    }

    #[test]
    fn reads_six_hexadecimal_digits() {
        check("#ffffff", Some(&Colour::WHITE.to_string()));
        check("#000000", Some(&Colour::BLACK.to_string()));
        check("#12AbeF", Some("#12abef"));
        for wrong in ["", "#", "fff", "#fff", "ffffff", "#fffffff", "#ggffff", "#+fffff", "white", "#éééa"]
        {
            check(wrong, None);
        }
    }
}
