//! Glyphs onto pixels.

use std::{collections::HashMap, ops::Range};

use crate::{
    areas::Area,
    fit::Placed,
    letter::Bitmap,
    light,
    typeface::{FaceId, Typefaces},
};

/// Bytes of coverage that are kept: the letters of a page of large text.
const KEPT: usize = 1 << 19;

/// A glyph at one size, and at one of three places within a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    face: FaceId,
    id: u16,
    size: u16,
    third: u8,
}

/// Pixels to paint on: three bytes each, row by row.
pub(crate) struct Canvas<'a> {
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) pixels: &'a mut [u8],
}

impl Canvas<'_> {
    /// The bytes of row `y` from `x` on.
    pub(crate) fn row(&mut self, x: i32, y: i32) -> &mut [u8] {
        let start = self.place(x, y);
        &mut self.pixels[start..][..(self.width - x) as usize * 3]
    }

    /// The first byte of a pixel.
    fn place(&self, x: i32, y: i32) -> usize {
        (y * self.width + x) as usize * 3
    }

    /// Gives `area` one colour. What lies outside of the canvas is left out.
    pub(crate) fn fill(&mut self, area: Area, colour: [u8; 3]) {
        let area = area.common(self.area());
        let mut rows = area.rows_with_pixels();
        let Some(first) = rows.next() else { return };
        let (pixels, _) = self.row(area.x, first).as_chunks_mut();
        pixels[..area.width as usize].fill(colour);
        // Whole rows are copied: pixel by pixel takes six times as long.
        let start = self.place(area.x, first);
        for y in rows {
            self.pixels.copy_within(start..start + area.width as usize * 3, self.place(area.x, y));
        }
    }

    /// Copies `pixels`, which are as many as `area` has, but only those within `part`.
    pub(crate) fn copy(&mut self, area: Area, pixels: &[u8], part: Area) {
        let seen = area.common(part).common(self.area());
        let bytes = seen.width as usize * 3;
        for y in seen.rows_with_pixels() {
            let start = ((y - area.y) * area.width + seen.x - area.x) as usize * 3;
            self.row(seen.x, y)[..bytes].copy_from_slice(&pixels[start..][..bytes]);
        }
    }

    /// Moves what `area` shows to the left by so many `columns`. The last ones are to be painted anew.
    pub(crate) fn move_left(&mut self, area: Area, columns: i32) {
        let area = area.common(self.area());
        if columns > area.width || area.rows_with_pixels().is_empty() {
            return;
        }
        let (bytes, way) = (area.width as usize * 3, columns as usize * 3);
        if area.width == self.width {
            // All rows at once: what comes to the end of one from the next is painted anew.
            let start = self.place(area.x, area.y);
            self.pixels.copy_within(start + way..start + bytes * area.height as usize, start);
            return;
        }
        for y in area.rows_with_pixels() {
            self.row(area.x, y).copy_within(way..bytes, 0);
        }
    }

    fn area(&self) -> Area {
        Area { x: 0, y: 0, width: self.width, height: self.height }
    }
}

/// Paints, and keeps the glyphs that it has rasterised.
#[derive(Default)]
pub(crate) struct Painter {
    bitmaps: Bitmaps,
    mixtures: Mixtures,
}

/// Glyphs that were rasterised.
#[derive(Default)]
struct Bitmaps {
    glyphs: HashMap<Key, Bitmap>,
    bytes: usize,
}

impl Painter {
    /// Paints `glyphs` of `size` pixels per em. What lies outside of the canvas is left out.
    pub(crate) fn paint(
        &mut self,
        faces: &Typefaces,
        canvas: &mut Canvas<'_>,
        glyphs: &[Placed],
        size: u16,
        colour: [u8; 3],
    ) {
        let (width, height) = (canvas.width, canvas.height);
        let Self { bitmaps, mixtures } = self;
        let mut begun = false;
        for glyph in glyphs {
            let bitmap = bitmaps.bitmap(faces, glyph, size);
            let left = glyph.pen.div_euclid(3) + bitmap.left;
            let first = glyph.baseline + bitmap.top;
            let columns = seen(left, bitmap.width, width);
            let rows = seen(first, bitmap.coverage.len() / bitmap.width.max(1), height);
            if columns.is_empty() || rows.is_empty() {
                continue;
            }
            let (x, top) = (left + columns.start as i32, first + rows.start as i32);
            if !begun {
                mixtures.prepare(canvas.row(x, top), colour);
                begun = true;
            }
            let coverage = bitmap.coverage.chunks_exact(bitmap.width).skip(rows.start).take(rows.len());
            for (y, row) in (top..).zip(coverage) {
                let (pixels, _) = canvas.row(x, y).as_chunks_mut();
                mixtures.lay(pixels, &row[columns.clone()]);
            }
        }
    }
}

impl Bitmaps {
    fn bitmap(&mut self, faces: &Typefaces, glyph: &Placed, size: u16) -> &Bitmap {
        let third = glyph.pen.rem_euclid(3) as u8;
        let key = Key { face: glyph.face, id: glyph.id, size, third };
        if self.bytes > KEPT {
            self.glyphs.clear();
            self.bytes = 0;
        }
        let bytes = &mut self.bytes;
        self.glyphs.entry(key).or_insert_with(|| {
            let bitmap = faces.bitmap(key.face, key.id, size, third);
            *bytes += bitmap.coverage.len() + size_of::<(Key, Bitmap)>();
            bitmap
        })
    }
}

/// Which of `length` pixels from `start` on lie between 0 and `end`.
fn seen(start: i32, length: usize, end: i32) -> Range<usize> {
    let within = |at: i64| usize::try_from(at).unwrap_or(0).min(length);
    within(-i64::from(start))..within(i64::from(end) - i64::from(start))
}

/// What a colour and a ground make at every coverage. Nearly all edges of letters lie on the same ground, and three
/// mixtures of light for each of their pixels would take longer than all the rest of painting.
struct Mixtures {
    colour: [u8; 3],
    ground: [u8; 3],
    /// Eight pixels of the ground.
    grounds: [[u8; 3]; 8],
    /// By coverage, the first byte of a pixel lowest.
    mixed: [u64; 256],
}

impl Default for Mixtures {
    /// Black on black.
    fn default() -> Self {
        Self { colour: [0; 3], ground: [0; 3], grounds: [[0; 3]; 8], mixed: [0; 256] }
    }
}

impl Mixtures {
    /// Makes ready for `colour` on what most likely is the ground: the first pixel of `row`.
    fn prepare(&mut self, row: &[u8], colour: [u8; 3]) {
        let ground = row.first_chunk().copied().unwrap_or_default();
        if (self.ground, self.colour) != (ground, colour) {
            let mixed = std::array::from_fn(|coverage| {
                let [red, green, blue] = mix(ground, colour, coverage as u8);
                u64::from_le_bytes([red, green, blue, 0, 0, 0, 0, 0])
            });
            *self = Self { colour, ground, grounds: [ground; 8], mixed };
        }
    }

    /// The colour laid upon as many pixels as there are of `coverage`.
    fn lay(&self, pixels: &mut [[u8; 3]], coverage: &[u8]) {
        let (eights, rest) = coverage.as_chunks();
        let mut pixels = pixels;
        for coverage in eights {
            let Some((under, right)) = pixels.split_first_chunk_mut() else { return };
            self.lay_eight(under, coverage);
            pixels = right;
        }
        match pixels.first_chunk_mut() {
            Some(under) if rest.len() > 2 => {
                // To lay on nothing changes nothing.
                let mut coverage = [0; 8];
                coverage[..rest.len()].copy_from_slice(rest);
                self.lay_eight(under, &coverage);
            }
            _ => self.lay_each(pixels, rest),
        }
    }

    /// The same for eight pixels at once: a good part of them is blank or lies on the ground.
    fn lay_eight(&self, pixels: &mut [[u8; 3]; 8], coverage: &[u8; 8]) {
        if u64::from_ne_bytes(*coverage) == 0 {
            return;
        }
        if *pixels != self.grounds {
            return self.lay_each(pixels, coverage);
        }
        let [a, b, c, d, e, f, g, h] = coverage.map(|coverage| self.mixed[usize::from(coverage)]);
        let words = [a | b << 24 | c << 48, c >> 16 | d << 8 | e << 32 | f << 56, f >> 8 | g << 16 | h << 40];
        let bytes = words.map(u64::to_le_bytes);
        pixels.as_flattened_mut().copy_from_slice(bytes.as_flattened());
    }

    fn lay_each(&self, pixels: &mut [[u8; 3]], coverage: &[u8]) {
        for (pixel, coverage) in pixels.iter_mut().zip(coverage) {
            *pixel = self.mix(*pixel, *coverage);
        }
    }

    /// The colour laid upon `under`.
    fn mix(&self, under: [u8; 3], coverage: u8) -> [u8; 3] {
        if under == self.ground {
            let [red, green, blue, ..] = self.mixed[usize::from(coverage)].to_le_bytes();
            return [red, green, blue];
        }
        match coverage {
            0 => under,
            255 => self.colour,
            _ => mix(under, self.colour, coverage),
        }
    }
}

fn mix(under: [u8; 3], over: [u8; 3], coverage: u8) -> [u8; 3] {
    std::array::from_fn(|n| light::mix(under[n], over[n], coverage))
}

#[cfg(test)]
mod tests {
    use super::{Mixtures, mix};
    use crate::{
        fit::place,
        layout::{EM, Shaped},
        letter::Bitmap,
        typeface::Typefaces,
    };

    /// Where the ink of a bitmap has its middle, in columns from the pen's pixel.
    fn middle(bitmap: &Bitmap) -> f64 {
        let (mut ink, mut moment) = (0.0, 0.0);
        for (n, value) in bitmap.coverage.iter().enumerate() {
            ink += f64::from(*value);
            moment += f64::from(*value) * ((n % bitmap.width) as f64 + 0.5);
        }
        f64::from(bitmap.left) + moment / ink
    }

    /// By rounding to thirds a glyph comes nearly within a sixth of a pixel of its place; whole pixels would be off by
    /// half of one.
    #[test]
    fn glyphs_stand_at_thirds_of_a_pixel() {
        let mut faces = Typefaces::load();
        for (language, text) in [("km", "ក្ដៅ ខ្មែរ ស្ត្រី"), ("vi", "Chào ệ j W"), ("th", "ปู่")]
        {
            let line = Shaped::new(&mut faces, language, text).lines(&faces, None).concat();
            for (glyph, size) in line.iter().flat_map(|glyph| [13, 16, 24, 61].map(|size| (glyph, size))) {
                // The truth: sixteen times as large.
                let large = faces.bitmap(glyph.face, glyph.id, size * 16, 0);
                if large.width == 0 {
                    continue;
                }
                for part in [0.0f32, 0.1, 0.3, 0.5, 0.75] {
                    let start = 10.0 + part - glyph.x * f32::from(size) / EM;
                    let pen = place(&faces, glyph, size, start, 0).expect("it has ink").pen;
                    let bitmap = faces.bitmap(glyph.face, glyph.id, size, pen.rem_euclid(3) as u8);
                    let drawn = f64::from(pen.div_euclid(3)) + middle(&bitmap);
                    let off = (drawn - (10.0 + f64::from(part) + middle(&large) / 16.0)).abs();
                    // The light of a pixel counts as in its middle, though it may come from one side of it.
                    assert!(off < 0.21, "{text} glyph {} at {size} px is off by {off}", glyph.id);
                }
            }
        }
    }

    /// On the ground, on another one, and where another letter was laid before.
    #[test]
    fn eight_pixels_at_once_are_laid_as_one_by_one() {
        let (ground, colour) = ([0, 24, 60], [255, 220, 60]);
        let mut mixtures = Mixtures::default();
        mixtures.prepare(&ground, colour);
        let coverages: Vec<u8> =
            (0..48).map(|n| [0, 0, 255, 90, 7, 255, 255, 255, 0, 0, 0][n % 11]).collect();
        for (others, length, room) in (0..4).flat_map(|others| {
            (0..40).flat_map(move |length| [length, length + 8].map(|room| (others, length, room)))
        }) {
            let under = |n: usize| if n % 13 < others { [n as u8, 90, 8] } else { ground };
            let mut laid: Vec<_> = (0..room).map(under).collect();
            let mut right = laid.clone();
            mixtures.lay(&mut laid, &coverages[..length]);
            for (pixel, coverage) in right.iter_mut().zip(&coverages[..length]) {
                *pixel = mix(*pixel, colour, *coverage);
            }
            assert_eq!(laid, right, "{length} of {room} pixels, {others} others");
        }
    }
}
