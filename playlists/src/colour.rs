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

    /// The contrast of the two in hundredths, as WCAG 2.1 defines it: from 100 (none) to 2100 (black on white).
    pub fn contrast(self, other: Self) -> u32 {
        let (one, two) = (self.luminance(), other.luminance());
        // Whole hundredths, so that the last bit of a floating-point number decides nothing.
        ((one.max(two) + 0.05) / (one.min(two) + 0.05) * 100.0).round() as u32
    }

    /// Relative luminance, from 0 to 1.
    fn luminance(self) -> f64 {
        let linear = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.red) + 0.7152 * linear(self.green) + 0.0722 * linear(self.blue)
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

    /// Figures from the contrast checker of WebAIM.
    #[test]
    fn contrast_is_that_of_wcag() {
        for (one, two, expected) in [
            ("#000000", "#ffffff", 2100),
            ("#ffffff", "#ffffff", 100),
            ("#ffffff", "#767676", 454),
            ("#ffffff", "#777777", 448),
            ("#ff0000", "#ffffff", 400),
            ("#0000ff", "#000000", 244),
        ] {
            let [one, two] = [one, two].map(|written| Colour::parse(written).unwrap());
            assert_eq!((one.contrast(two), two.contrast(one)), (expected, expected), "{one} on {two}");
        }
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
