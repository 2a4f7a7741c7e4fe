//! Single lines as a wall sets them, for tools that look at them or compare them with other engines.

use fonts::Face;

use crate::{
    ShapedGlyph, fit,
    layout::{Glyph, Shaped},
    light,
    paint::{Canvas, Painter},
    ticker,
    typeface::Typefaces,
};

/// Of a picture of a line.
const MOST_PIXELS: i64 = 64_000_000;

/// Sets single lines by the very code that a wall is drawn with.
pub struct Typesetter {
    faces: Typefaces,
    painter: Painter,
}

/// What was shaped together in one font.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// The file of the font.
    pub file: &'static str,
    /// From left to right. Number 0 is what the font has no glyph for.
    pub glyphs: Vec<ShapedGlyph>,
}

/// A line drawn in white on black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Pixels across.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// The column at which the line begins.
    pub left: u32,
    /// The row on whose top edge the baseline lies.
    pub baseline: u32,
    /// The light of each pixel, row by row: in proportion to how much of it is covered.
    pub light: Vec<u8>,
}

/// A line drawn as it runs through a wall.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strip {
    /// Pixels across.
    pub width: u32,
    /// Rows: as many as have ink.
    pub height: u32,
    /// Three bytes each, row by row.
    pub pixels: Vec<u8>,
}

/// A file that was to be a font and is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{file}` is no font that can be read")]
pub struct UnreadableFont {
    /// The file.
    pub file: &'static str,
}

impl Default for Typesetter {
    fn default() -> Self {
        Self { faces: Typefaces::load(), painter: Painter::default() }
    }
}

impl Typesetter {
    /// With these fonts only, asked first to last for every letter. [`Typesetter::default`] has the shipped ones
    /// in each language's own order.
    pub fn with(fonts: &[Face]) -> Result<Self, UnreadableFont> {
        let faces = Typefaces::of(fonts).map_err(|file| UnreadableFont { file })?;
        Ok(Self { faces, painter: Painter::default() })
    }

    /// The runs of `text` on one line, from left to right. Where the text itself has a line feed, the runs of
    /// the next line follow, placed from its own beginning.
    pub fn runs(&mut self, language: &str, text: &str) -> Vec<Run> {
        let lines = Shaped::new(&mut self.faces, language, text).runs(&self.faces, None);
        let glyph = |glyph: &Glyph| ShapedGlyph {
            file: self.faces.file(glyph.face),
            id: glyph.id,
            x: glyph.x,
            y: -glyph.y,
        };
        let run = |run: Vec<Glyph>| {
            let file = self.faces.file(run.first()?.face);
            Some(Run { file, glyphs: run.iter().map(glyph).collect() })
        };
        lines.into_iter().flatten().filter_map(run).collect()
    }

    /// The places in `text`, in bytes, before which a new line may begin.
    pub fn breaks(&mut self, language: &str, text: &str) -> Vec<usize> {
        Shaped::new(&mut self.faces, language, text).breaks()
    }

    /// Draws `text` on one line at `size` pixels per em. The picture is at least three em high and has room for
    /// half an em left and right. Nothing if it would have more than 64 million pixels.
    pub fn line(&mut self, language: &str, text: &str, size: u16) -> Option<Line> {
        let glyphs = Shaped::new(&mut self.faces, language, text).lines(&self.faces, None).concat();
        let em = i32::from(size);
        let ink = fit::ink(&self.faces, &glyphs, size);
        let left = em / 2 + (-ink.left).max(0.0).ceil() as i32;
        let baseline = (em * 2).max(ink.above + 1);
        let width = left.saturating_add(ink.right.max(0.0).ceil() as i32).saturating_add(em / 2);
        let height = (em * 3).max(baseline + ink.below + 1);
        if i64::from(width) * i64::from(height) > MOST_PIXELS {
            return None;
        }
        let place = |glyph| fit::place(&self.faces, glyph, size, left as f32, baseline);
        let placed: Vec<_> = glyphs.iter().filter_map(place).collect();
        let mut pixels = vec![0; (width * height * 3) as usize];
        let mut canvas = Canvas { width, height, pixels: &mut pixels };
        self.painter.paint(&self.faces, &mut canvas, &placed, size, [255; 3]);
        let light = pixels.chunks_exact(3).map(|pixel| (light::to_linear(pixel[0]) / 257) as u8).collect();
        let unsigned = |length: i32| length.unsigned_abs();
        Some(Line {
            width: unsigned(width),
            height: unsigned(height),
            left: unsigned(left),
            baseline: unsigned(baseline),
            light,
        })
    }

    /// Draws `text` on one line at `size` pixels per em, in a colour on a background: the strip of which a ticker shows
    /// a window. Nothing if it would have more than 64 million pixels.
    pub fn strip(&mut self, language: &str, text: &str, size: u16, colours: [[u8; 3]; 2]) -> Option<Strip> {
        let line = Shaped::new(&mut self.faces, language, text).lines(&self.faces, None).concat();
        let ink = fit::ink(&self.faces, &line, size);
        let (width, height) = ticker::extent(&ink);
        if i64::from(width) * i64::from(height) > MOST_PIXELS {
            return None;
        }
        let pixels = ticker::strip((&self.faces, &mut self.painter), (&line, &ink, size), 0, colours);
        Some(Strip { width: width.unsigned_abs(), height: height.unsigned_abs(), pixels })
    }
}
