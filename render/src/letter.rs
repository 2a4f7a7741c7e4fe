//! A letter, drawn at any third of a pixel.
//!
//! Small letters are drawn from lines of their own, in whole numbers: a line of text has dozens of them, and what they
//! take is most of what a new text takes. Large ones are drawn by the rasteriser. It knows whole pixels only, and where in
//! its pixels an outline lies follows from its place in the font and from the size. So a large letter stands far to
//! the right in a font of its own, thousands of pixels from the origin: a size that is smaller by a thousandth at most
//! then moves it by any part of a pixel, and takes less than a hundredth of a pixel from its height. Three columns to a
//! pixel, which the rasteriser also offers, would be three times the work.

use std::cell::OnceCell;

use fontdue::{Font, FontSettings};

use crate::{
    coverage::{self, coverage},
    cut::Outlines,
    measures::{Extent, Measures},
    outline::Line,
};

/// Letters up to this size are drawn from their own lines. The size alone decides, so that no letter depends on what was
/// drawn before.
const SMALL: u16 = 64;

/// For so many pixels per em the outlines of large letters are flattened. Up to half of it nobody sees that there are no
/// curves; far above it there would be facets. 400 is more than half of the highest wall in use.
const FLATTENED_FOR: f32 = 400.0;

/// How far aside large letters stand, in steps of [`crate::cut::ASIDE`]. More would cost the outlines' precision.
const STEPS: u16 = 4;

/// A letter cut out of its font.
pub(crate) struct Letter {
    /// Kept from when it is small for the first time.
    lines: OnceCell<Vec<Line>>,
    extent: Extent,
}

/// A glyph's coverage where its pen stands at a third of a pixel.
#[derive(Default)]
pub(crate) struct Bitmap {
    /// Columns from the pen's pixel to the first.
    pub(crate) left: i32,
    /// Rows down from the baseline to the first: negative above it.
    pub(crate) top: i32,
    /// Columns. The last ones may be blank.
    pub(crate) width: usize,
    /// 0 to 255, row by row.
    pub(crate) coverage: Vec<u8>,
}

impl Letter {
    /// `None` if the font has no such glyph. It will most likely be drawn at about `px` pixels per em.
    pub(crate) fn cut(outlines: &Outlines<'_>, glyph: u16, px: f32) -> Option<Self> {
        let lines = outlines.lines(glyph)?;
        let extent = Extent::around(&lines, outlines.units_per_em());
        let lines = if px <= f32::from(SMALL) { OnceCell::from(lines) } else { OnceCell::new() };
        Some(Self { lines, extent })
    }

    /// The measures of its bitmap.
    pub(crate) fn measures(&self, px: f32) -> Measures {
        self.extent.at(px)
    }

    /// The coverage of this letter, which is `glyph` of `outlines`, at `size` pixels per em and `third` thirds of a pixel
    /// to the right. What is in `room` means nothing.
    pub(crate) fn bitmap(
        &self,
        (outlines, glyph): (&Outlines<'_>, u16),
        size: u16,
        third: u8,
        room: &mut Vec<i32>,
    ) -> Bitmap {
        let Measures { columns, rows, .. } = self.measures(f32::from(size));
        // Even in a strange font.
        if size <= SMALL && columns.max(rows) < coverage::MOST {
            let lines = self.lines.get_or_init(|| outlines.lines(glyph).unwrap_or_default());
            return self.small(lines, size, f32::from(third) / 3.0, room);
        }
        // Not kept: it takes more room than the bitmap, which is.
        cut(outlines, glyph).map(|font| self.large(&font, size, f64::from(third) / 3.0)).unwrap_or_default()
    }

    fn small(&self, lines: &[Line], size: u16, right: f32, room: &mut Vec<i32>) -> Bitmap {
        let Measures { left, across, bottom, rows, .. } = self.extent.at(f32::from(size));
        let (left, top) = (left + right, -bottom - rows);
        let first = left.floor();
        let width = ((left - first + across).ceil() as usize).next_multiple_of(coverage::COLUMNS);
        let origin = [right - first, -top as f32];
        let coverage = coverage(lines, self.extent.scale(size), origin, [width, rows as usize], room);
        Bitmap { left: first as i32, top, width, coverage }
    }

    fn large(&self, font: &Font, size: u16, right: f64) -> Bitmap {
        let scale = f64::from(size) / f64::from(font.units_per_em());
        // The letter's middle is to lie where it would without the detour, so many whole pixels aside. Of two such
        // places the nearer to the origin is taken: a letter that were larger could reach into one more row.
        let (aside, middle) = (f64::from(aside()), f64::from(self.extent.middle()));
        let pixels = (aside * scale - right).floor();
        let smaller = (pixels + right + middle * scale) / ((aside + middle) * scale);
        let (metrics, coverage) = font.rasterize_indexed(0, (f64::from(size) * smaller) as f32);
        Bitmap {
            left: metrics.xmin - pixels as i32,
            top: -metrics.ymin - metrics.height as i32,
            width: metrics.width,
            coverage,
        }
    }
}

fn cut(outlines: &Outlines<'_>, glyph: u16) -> Option<Font> {
    Font::from_bytes(outlines.cut(glyph, STEPS)?, settings(false)).ok()
}

/// How far aside letters stand, in units of their font.
fn aside() -> f32 {
    f32::from(STEPS) * f32::from(crate::cut::ASIDE)
}

/// A font whose glyphs cannot be cut out.
pub(crate) fn whole(file: &[u8]) -> Option<Font> {
    Font::from_bytes(file, settings(true)).ok()
}

fn settings(load_substitutions: bool) -> FontSettings {
    FontSettings { scale: FLATTENED_FOR, load_substitutions, ..FontSettings::default() }
}

/// The coverage of a glyph of such a font: three columns make a pixel, and their exact areas simply add up.
pub(crate) fn summed(font: &Font, glyph: u16, size: u16, third: u8) -> Bitmap {
    let (metrics, thirds) = font.rasterize_indexed_subpixel(glyph, f32::from(size));
    if thirds.is_empty() {
        return Bitmap::default();
    }
    // The rasteriser draws the outline's left edge as many thirds into the bitmap as it lies parts of a pixel into
    // its pixel.
    let edge = metrics.bounds.xmin;
    let left = (edge * 3.0 - (edge - edge.floor())).round() as i32 + i32::from(third);
    let (columns, shift) = (metrics.width * 3, left.rem_euclid(3) as usize);
    let width = (columns + shift).div_ceil(3);
    let mut shifted = vec![0; width * 3];
    let mut coverage = Vec::with_capacity(width * metrics.height);
    for row in thirds.chunks_exact(columns) {
        shifted[shift..][..columns].copy_from_slice(row);
        let pixel = |thirds: &[u8; 3]| (thirds.iter().map(|third| u16::from(*third)).sum::<u16>() + 1) / 3;
        coverage.extend(shifted.as_chunks().0.iter().map(|thirds| pixel(thirds) as u8));
    }
    let top = -metrics.ymin - metrics.height as i32;
    Bitmap { left: left.div_euclid(3), top, width, coverage }
}

#[cfg(test)]
mod tests {
    use fonts::FACES;

    use super::{Bitmap, Letter, summed, whole};
    use crate::{cut::Outlines, layout::Shaped, typeface::Typefaces};

    /// How much ink there is, in pixels, and where it has its middle, in pixels to the right of the pen and below the
    /// baseline.
    fn middle(bitmap: &Bitmap, third: u8) -> (f64, [f64; 2]) {
        let (mut ink, mut moments) = (0.0, [0.0; 2]);
        for (n, coverage) in bitmap.coverage.iter().enumerate() {
            let coverage = f64::from(*coverage) / 255.0;
            ink += coverage;
            moments[0] += coverage * (f64::from(bitmap.left) + (n % bitmap.width) as f64 + 0.5);
            moments[1] += coverage * (f64::from(bitmap.top) + (n / bitmap.width) as f64 + 0.5);
        }
        let [right, down] = moments.map(|moment| moment / ink);
        (ink, [right - f64::from(third) / 3.0, down])
    }

    /// Glyph by glyph: `size` and a third, or the truth, which is drawn sixteen times as large.
    #[test]
    fn letters_that_stand_aside_are_drawn_where_they_belong() {
        let mut seen = 0;
        for face in FACES.iter().filter(|face| face.bold && !face.file.contains("CJK")) {
            let outlines = Outlines::read(face.bytes).expect("it is TrueType");
            for glyph in (0..outlines.count()).step_by(20) {
                let letter = Letter::cut(&outlines, glyph, 1000.0).expect("it is sound");
                for size in [33, 48, 80] {
                    let (truth, right) =
                        middle(&letter.bitmap((&outlines, glyph), size * 16, 0, &mut Vec::new()), 0);
                    // Dots hang on the rounding of each of their few pixels.
                    if truth < 16.0 * 256.0 {
                        continue;
                    }
                    seen += 1;
                    for third in 0..3 {
                        let bitmap = letter.bitmap((&outlines, glyph), size, third, &mut Vec::new());
                        let (ink, place) = middle(&bitmap, third);
                        let off = [0, 1].map(|n| (place[n] - right[n] / 16.0).abs());
                        let what = format!("{} {glyph} at {size} px and {third} thirds", face.file);
                        assert!(off.iter().all(|off| *off < 0.1), "{what} is off by {off:?}");
                        assert!(
                            (ink * 256.0 / truth - 1.0).abs() < 0.03,
                            "{what}: {ink} of {}",
                            truth / 256.0
                        );
                        // Its rows are what was measured, or less: what is set above or below is not touched.
                        let measures = letter.measures(f32::from(size));
                        let rows = (bitmap.coverage.len() / bitmap.width) as i32;
                        let highest = -measures.bottom - measures.rows;
                        assert!(bitmap.top >= highest, "{what} is too high");
                        assert!(bitmap.top + rows <= highest + measures.rows, "{what} is too low");
                    }
                }
            }
        }
        assert!(seen > 300, "only {seen}");
    }

    /// With three columns to a pixel, as for fonts that cannot be cut.
    #[test]
    fn letters_of_whole_fonts_are_drawn_where_they_belong() {
        let face = FACES.iter().find(|face| face.file == "NotoSansKhmer-Bold.ttf").expect("it is shipped");
        let font = whole(face.bytes).expect("it is a font");
        let outlines = Outlines::read(face.bytes).expect("it is TrueType");
        let mut faces = Typefaces::load();
        let line = Shaped::new(&mut faces, "km", "ក្ដៅខ្មែរស្ត្រី").lines(&faces, None).concat();
        for (glyph, third) in line.iter().flat_map(|glyph| [0, 1, 2].map(|third| (glyph.id, third))) {
            let letter = Letter::cut(&outlines, glyph, 1000.0).expect("it is sound");
            let [aside, whole] = [
                letter.bitmap((&outlines, glyph), 48, third, &mut Vec::new()),
                summed(&font, glyph, 48, third),
            ];
            let ((ink, place), (as_much, near)) = (middle(&aside, third), middle(&whole, third));
            // Its left edge stands at a third of a pixel, and not its pen.
            assert!((place[0] - near[0]).abs() < 0.18, "glyph {glyph} is at {near:?}, not {place:?}");
            assert!((place[1] - near[1]).abs() < 0.02, "glyph {glyph} is at {near:?}, not {place:?}");
            assert!((ink / as_much - 1.0).abs() < 0.02, "glyph {glyph}: {as_much}, not {ink}");
        }
        assert_eq!(summed(&font, 3, 48, 1).width, 0, "a space has no ink");
    }
}
