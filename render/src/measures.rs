//! How large a glyph's bitmap is at any size: what the rasteriser would say, for a hundredth of asking it.

use fontdue::{Font, OutlineBounds};

use crate::outline::Line;

/// The box around a glyph's outline, in units of its font.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    bounds: OutlineBounds,
    units_per_em: f32,
}

/// The measures of a glyph's bitmap in pixels. All nothing for a glyph without ink.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Measures {
    /// From the pen to the outline's left edge.
    pub(crate) left: f32,
    /// The outline's width.
    pub(crate) across: f32,
    /// From the baseline up to the bitmap's lower edge.
    pub(crate) bottom: i32,
    /// Whole columns.
    pub(crate) columns: i32,
    /// Whole rows.
    pub(crate) rows: i32,
}

impl Extent {
    pub(crate) fn of(font: &Font, glyph: u16) -> Self {
        let units_per_em = font.units_per_em();
        // At this size a pixel is a unit, and the factor is exactly one.
        Self { bounds: font.metrics_indexed(glyph, units_per_em).bounds, units_per_em }
    }

    /// Around an outline.
    pub(crate) fn around(lines: &[Line], units_per_em: f32) -> Self {
        let mut bounds = OutlineBounds::default();
        if let Some(first) = lines.first() {
            let [mut least, mut most] = [[first.ends[0], first.ends[1]]; 2];
            for [x, y, right_x, right_y] in lines.iter().map(|line| line.ends) {
                least = [least[0].min(x), least[1].min(y).min(right_y)];
                most = [most[0].max(right_x), most[1].max(y).max(right_y)];
            }
            let (width, height) = (most[0] - least[0], most[1] - least[1]);
            bounds = OutlineBounds { xmin: least[0], ymin: -most[1], width, height };
        }
        Self { bounds, units_per_em }
    }

    /// Half way between its left edge and its right one, in units.
    pub(crate) fn middle(&self) -> f32 {
        self.bounds.xmin + self.bounds.width / 2.0
    }

    /// Pixels to a unit at `size` pixels per em.
    pub(crate) fn scale(&self, size: u16) -> f32 {
        f32::from(size) / self.units_per_em
    }

    /// At `px` pixels per em. Step by step as the rasteriser does it, so that every bit is the same.
    pub(crate) fn at(&self, px: f32) -> Measures {
        let OutlineBounds { xmin, ymin, width, height } = self.bounds.scale(px / self.units_per_em);
        let beside = part(xmin);
        let above = part(1.0 - fract(height) - fract(ymin));
        Measures {
            left: xmin,
            across: width,
            bottom: -ceiling(-ymin),
            columns: ceiling(width + beside),
            rows: ceiling(height + above),
        }
    }
}

/// What a length has beyond whole pixels, never negative.
fn part(length: f32) -> f32 {
    let part = fract(length);
    if part < 0.0 { part + 1.0 } else { part }
}

/// Up to a whole number. The standard library calls a function for that on machines of any age.
fn ceiling(length: f32) -> i32 {
    let whole = length as i32;
    whole + i32::from(length > whole as f32)
}

fn fract(length: f32) -> f32 {
    length - length as i32 as f32
}

#[cfg(test)]
mod tests {
    use fontdue::{Font, FontSettings};
    use fonts::FACES;

    use super::{Extent, Measures};

    #[test]
    fn every_glyph_measures_what_the_rasteriser_says() {
        let mut inked = 0;
        for face in FACES {
            let font = Font::from_bytes(face.bytes, FontSettings::default()).expect(face.file);
            for glyph in 0..font.glyph_count() {
                let extent = Extent::of(&font, glyph);
                for size in (6..=40).chain([47, 64, 99, 144, 200, 333, 400, 1000]) {
                    let px = size as f32;
                    let metrics = font.metrics_indexed(glyph, px);
                    let right = Measures {
                        left: metrics.bounds.xmin,
                        across: metrics.bounds.width,
                        bottom: metrics.ymin,
                        columns: metrics.width as i32,
                        rows: metrics.height as i32,
                    };
                    assert_eq!(extent.at(px), right, "{} {glyph} at {size} px", face.file);
                    inked += usize::from(right.columns > 0);
                }
            }
        }
        assert!(inked > 100_000, "only {inked}");
    }
}
