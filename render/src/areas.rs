//! The boxes of a layout. Only numbers.

use std::ops::Range;

use playlists::ScreenSize;

use crate::Rectangle;

/// The margin, in hundredths of the shorter side of the screen.
const MARGIN: i32 = 5;

/// A box of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Area {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Area {
    /// The whole screen.
    pub(crate) fn whole(size: ScreenSize) -> Self {
        Self { x: 0, y: 0, width: size.width().into(), height: size.height().into() }
    }

    /// What stays free at the edges of boxes on this screen.
    pub(crate) fn margin(self) -> i32 {
        self.width.min(self.height) * MARGIN / 100
    }

    /// The box without `by` pixels on every side.
    pub(crate) fn inset(self, by: i32) -> Self {
        let Self { x, y, width, height } = self;
        Self { x: x + by, y: y + by, width: width - 2 * by, height: height - 2 * by }
    }

    /// What both have in common; of no width or height if there is nothing.
    pub(crate) fn common(self, other: Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let right = (self.x + self.width).min(other.x + other.width);
        let bottom = (self.y + self.height).min(other.y + other.height);
        Self { x, y, width: (right - x).max(0), height: (bottom - y).max(0) }
    }

    /// The places of its rows; none if it has no pixels.
    pub(crate) fn rows_with_pixels(self) -> Range<i32> {
        self.y..if self.width > 0 { self.y + self.height } else { self.y }
    }

    /// A picture's share and the text's beside it: the left third of a wide screen, the top third of a high
    /// one.
    pub(crate) fn shared(self) -> (Self, Self) {
        if self.width < self.height {
            let third = self.height / 3;
            let text = Self { y: self.y + third, height: self.height - third, ..self };
            (Self { height: third, ..self }, text)
        } else {
            let third = self.width / 3;
            let text = Self { x: self.x + third, width: self.width - third, ..self };
            (Self { width: third, ..self }, text)
        }
    }

    /// Its lowest rows: `wanted`, or `least` if that is more, but never all.
    pub(crate) fn take_bottom(self, wanted: i32, least: i32) -> Self {
        let height = wanted.max(least).min(self.height * 3 / 4);
        Self { y: self.y + self.height - height, height, ..self }
    }

    /// `count` columns of the same width, from left to right, with `gap` pixels between them.
    pub(crate) fn columns(self, count: usize, gap: i32) -> Vec<Self> {
        edges(self.width, &vec![1; count], gap)
            .map(|(x, width)| Self { x: self.x + x, width, ..self })
            .collect()
    }

    /// Rows from top to bottom, as high as their weights say, with `gap` pixels between them.
    pub(crate) fn rows(self, weights: &[i32], gap: i32) -> Vec<Self> {
        edges(self.height, weights, gap).map(|(y, height)| Self { y: self.y + y, height, ..self }).collect()
    }
}

impl From<Area> for Rectangle {
    /// Areas that were painted lie within the screen.
    fn from(area: Area) -> Self {
        let number = |length: i32| u16::try_from(length).unwrap_or(0);
        let Area { x, y, width, height } = area;
        Self { x: number(x), y: number(y), width: number(width), height: number(height) }
    }
}

/// Cuts `length` into parts by weight: where each begins and how long it is.
fn edges(length: i32, weights: &[i32], gap: i32) -> impl Iterator<Item = (i32, i32)> {
    let total = weights.iter().sum::<i32>().max(1);
    // The gap behind the last part lies outside.
    let length = length + gap;
    let mut before = 0;
    weights.iter().map(move |weight| {
        let from = length * before / total;
        before += weight;
        (from, length * before / total - from - gap)
    })
}

#[cfg(test)]
mod tests {
    use super::Area;

    const WALL: Area = Area { x: 10, y: 20, width: 101, height: 50 };

    #[test]
    fn parts_and_gaps_cover_the_whole_without_overlap() {
        let columns = |gap| WALL.columns(3, gap).iter().map(|area| (area.x, area.width)).collect::<Vec<_>>();
        assert_eq!(columns(0), [(10, 33), (43, 34), (77, 34)]);
        assert_eq!(columns(4), [(10, 31), (45, 31), (80, 31)]);
        let rows = WALL.rows(&[10, 13], 2);
        assert_eq!(rows.iter().map(|area| (area.y, area.height)).collect::<Vec<_>>(), [(20, 20), (42, 28)]);
        assert!(WALL.columns(0, 4).is_empty());
    }

    #[test]
    fn areas_have_something_in_common_or_not() {
        let other = Area { x: 100, y: 0, width: 50, height: 30 };
        assert_eq!(WALL.common(other), Area { x: 100, y: 20, width: 11, height: 10 });
        assert_eq!(WALL.common(other), other.common(WALL));
        assert_eq!(WALL.common(Area { x: 111, ..other }).width, 0);
        assert_eq!(WALL.common(Area { y: 71, ..other }).height, 0);
        assert_eq!(WALL.rows_with_pixels(), 20..70);
        assert!(WALL.common(Area { x: 111, ..other }).rows_with_pixels().is_empty());
    }

    #[test]
    fn a_picture_has_the_left_or_the_upper_third() {
        let (picture, text) = WALL.shared();
        assert_eq!((picture.width, text.x, text.width), (33, 43, 68));
        let (picture, text) = Area { height: 102, ..WALL }.shared();
        assert_eq!((picture.height, text.y, text.height), (34, 54, 68));
    }
}
