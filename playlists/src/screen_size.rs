//! How many LED pixels a screen has.

use std::fmt;

use serde::{Deserialize, Serialize};

const SIDE: std::ops::RangeInclusive<u16> = 8..=4096;
const MOST_PIXELS: u32 = 4096 * 2160;

/// Size in LED pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "Sides")]
pub struct ScreenSize {
    width: u16,
    height: u16,
}

/// A size that no screen has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a size is width x height in LED pixels, such as \"960x320\", each side 8 to 4096, together at most 4096x2160"
)]
pub struct BadScreenSize;

/// A size as it travels, before it is believed.
#[derive(Deserialize)]
struct Sides {
    width: u16,
    height: u16,
}

impl ScreenSize {
    /// Takes 8 to 4096 pixels each way, and not more than 4096×2160 in all.
    pub fn new(width: u16, height: u16) -> Result<Self, BadScreenSize> {
        let fine = SIDE.contains(&width)
            && SIDE.contains(&height)
            && u32::from(width) * u32::from(height) <= MOST_PIXELS;
        fine.then_some(Self { width, height }).ok_or(BadScreenSize)
    }

    /// Reads `960x320`.
    pub fn parse(written: &str) -> Result<Self, BadScreenSize> {
        let (width, height) = written.split_once('x').ok_or(BadScreenSize)?;
        let side = |digits: &str| {
            let fine = digits.bytes().all(|digit| digit.is_ascii_digit());
            fine.then(|| digits.parse().ok()).flatten().ok_or(BadScreenSize)
        };
        Self::new(side(width)?, side(height)?)
    }

    /// Pixels from left to right.
    pub fn width(self) -> u16 {
        self.width
    }

    /// Pixels from top to bottom.
    pub fn height(self) -> u16 {
        self.height
    }
}

impl TryFrom<Sides> for ScreenSize {
    type Error = BadScreenSize;
    fn try_from(Sides { width, height }: Sides) -> Result<Self, BadScreenSize> {
        Self::new(width, height)
    }
}

impl fmt::Display for ScreenSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::ScreenSize;

    #[track_caller]
    fn check(written: &str, expected: Option<(u16, u16)>) {
        let size = ScreenSize::parse(written).ok();
        assert_eq!(size.map(|size| (size.width(), size.height())), expected, "{written}");
    }

    #[test]
    fn reads_sizes_that_exist() {
        check("960x320", Some((960, 320)));
        check("8x8", Some((8, 8)));
        check("4096x2160", Some((4096, 2160)));
        check("2160x4096", Some((2160, 4096)));
        for wrong in
            ["", "x", "960", "960×320", "960 x 320", "7x8", "8x7", "4097x8", "4096x2161", "-8x8", "+8x8"]
        {
            check(wrong, None);
        }
        check("65544x8", None);
        assert_eq!(ScreenSize::new(960, 320).unwrap().to_string(), "960×320");
    }
}
