//! The largest size at which a text stands whole in a box, in as few pages as its smallest legible size needs.

use crate::{
    areas::Area,
    layout::{EM, Glyph, Shaped},
    measures::Measures,
    typeface::{FaceId, Typefaces},
};

/// What sizes and how many pages are allowed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Pixels per em.
    pub(crate) minimum: u16,
    /// Pixels per em.
    pub(crate) maximum: u16,
    /// At least one.
    pub(crate) pages: usize,
}

/// A glyph's bitmap on the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) face: FaceId,
    pub(crate) id: u16,
    /// The left edge of the bitmap in thirds of a pixel.
    pub(crate) left: i32,
    /// The top row of the bitmap.
    pub(crate) top: i32,
}

/// A text in its box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// Pixels per em.
    pub(crate) size: u16,
    /// Never empty; shown one after the other.
    pub(crate) pages: Vec<Page>,
}

/// Lines from top to bottom.
pub(crate) type Page = Vec<Vec<Placed>>;

impl Block {
    fn lines(&self) -> usize {
        self.pages.iter().map(Vec::len).sum()
    }
}

/// Fits a text into `area`: as large as may be, then as few lines as possible at nearly that size, then lines
/// of about the same length. `None` if it does not even fit at the smallest size.
pub(crate) fn fit(faces: &Typefaces, shaped: &mut Shaped, area: Area, bounds: Bounds) -> Option<Block> {
    let smallest = set(faces, shaped, area, bounds.minimum, area.width)?;
    let pages = smallest.pages.len();
    if pages > bounds.pages {
        return None;
    }
    let (mut fits, mut too_large) = (bounds.minimum, bounds.maximum.max(bounds.minimum) + 1);
    let mut best = smallest;
    while too_large - fits > 1 {
        let size = fits.midpoint(too_large);
        match set(faces, shaped, area, size, area.width).filter(|block| block.pages.len() <= pages) {
            Some(block) => (fits, best) = (size, block),
            None => too_large = size,
        }
    }
    let best = fewer_lines(faces, shaped, area, bounds.minimum, best);
    Some(balanced(faces, shaped, area, best))
}

/// A line less is worth a twelfth of the size.
fn fewer_lines(faces: &Typefaces, shaped: &mut Shaped, area: Area, minimum: u16, mut best: Block) -> Block {
    if best.lines() == 1 {
        return best;
    }
    let worth = (best.size - best.size / 12).max(minimum);
    for size in (worth..best.size).rev() {
        if let Some(block) = set(faces, shaped, area, size, area.width)
            && block.lines() < best.lines()
            && block.pages.len() <= best.pages.len()
        {
            best = block;
        }
    }
    best
}

/// The narrowest wrap width with the same lines in number: the last line is then no orphan.
fn balanced(faces: &Typefaces, shaped: &mut Shaped, area: Area, mut best: Block) -> Block {
    let (mut too_narrow, mut enough) = (0, area.width);
    while best.lines() > best.pages.len() && enough - too_narrow > 1 {
        let width = too_narrow.midpoint(enough);
        match set(faces, shaped, area, best.size, width)
            .filter(|block| block.lines() == best.lines() && block.pages.len() == best.pages.len())
        {
            Some(block) => (enough, best) = (width, block),
            None => too_narrow = width,
        }
    }
    best
}

/// A line's ink at a size: pixels from its start and from its baseline.
pub(crate) struct Ink {
    pub(crate) left: f32,
    pub(crate) right: f32,
    pub(crate) above: i32,
    pub(crate) below: i32,
}

impl Ink {
    /// Whole pixels across, with room for rounding to thirds of a pixel.
    pub(crate) fn length(&self) -> i32 {
        (self.right - self.left).ceil() as i32 + 1
    }

    /// Rows.
    pub(crate) fn height(&self) -> i32 {
        self.above + self.below
    }
}

/// Sets the text at `size`, wrapped at `wrap` pixels. Ink decides, not the font's metrics: those would cut the
/// subscripts of Khmer.
fn set(faces: &Typefaces, shaped: &mut Shaped, area: Area, size: u16, wrap: i32) -> Option<Block> {
    let scale = f32::from(size) / EM;
    let lines = shaped.lines(faces, Some((wrap - 1) as f32 / scale));
    let inks: Vec<Ink> = lines.iter().map(|line| ink(faces, line, size)).collect();
    let fits = |ink: &Ink| ink.length() <= area.width && ink.height() <= area.height;
    if wrap < 1 || !inks.iter().all(fits) {
        return None;
    }
    let pitch = pitch(&inks, size);
    let height = |inks: &[Ink]| match inks {
        [] => 0,
        [first, .., last] => first.above + last.below + pitch * (inks.len() as i32 - 1),
        [only] => only.height(),
    };
    // As many pages as full ones need, then the lines spread evenly over them.
    let mut pages = 1;
    let mut per_page = inks.len();
    while inks.chunks(per_page.max(1)).any(|page| height(page) > area.height) {
        pages += 1;
        per_page = inks.len().div_ceil(pages);
    }
    let pages = lines
        .chunks(per_page.max(1))
        .zip(inks.chunks(per_page.max(1)))
        .map(|(lines, inks)| {
            let mut baseline = area.y + (area.height - height(inks)) / 2 + inks[0].above;
            let mut page = Page::new();
            for (line, ink) in lines.iter().zip(inks) {
                let start = area.x as f32 + (area.width as f32 - ink.right - ink.left) / 2.0;
                page.push(
                    line.iter().filter_map(|glyph| place(faces, glyph, size, start, baseline)).collect(),
                );
                baseline += pitch;
            }
            page
        })
        .collect();
    Some(Block { size, pages })
}

/// From baseline to baseline: as much as the two lines that come nearest need, so that no subscript touches
/// the line below, and never less than an ordinary line.
fn pitch(inks: &[Ink], size: u16) -> i32 {
    let gap = i32::from(size / 8).max(1);
    let needed = inks.windows(2).map(|pair| pair[0].below + pair[1].above + gap).max();
    needed.unwrap_or(0).max(i32::from(size) + gap)
}

/// Measures a line.
pub(crate) fn ink(faces: &Typefaces, line: &[Glyph], size: u16) -> Ink {
    let scale = f32::from(size) / EM;
    let mut ink = Ink { left: f32::MAX, right: f32::MIN, above: i32::MIN, below: i32::MIN };
    for glyph in line {
        let measures = faces.measures(glyph.face, glyph.id, f32::from(size));
        if measures.columns == 0 || measures.rows == 0 {
            continue;
        }
        let (left, top) = (glyph.x * scale + measures.left, top(glyph, &measures, scale));
        ink.left = ink.left.min(left);
        ink.right = ink.right.max(left + measures.across);
        ink.above = ink.above.max(-top);
        ink.below = ink.below.max(top + measures.rows);
    }
    if ink.right < ink.left { Ink { left: 0.0, right: 0.0, above: 0, below: 0 } } else { ink }
}

/// The top row of a glyph's bitmap, counted down from the baseline. Rows are whole pixels, so that horizontal
/// strokes stay sharp.
fn top(glyph: &Glyph, measures: &Measures, scale: f32) -> i32 {
    (glyph.y * scale).round() as i32 - measures.bottom - measures.rows
}

/// Where a glyph's bitmap comes to lie, or `None` if it has no ink.
pub(crate) fn place(
    faces: &Typefaces,
    glyph: &Glyph,
    size: u16,
    start: f32,
    baseline: i32,
) -> Option<Placed> {
    let scale = f32::from(size) / EM;
    let measures = faces.measures(glyph.face, glyph.id, f32::from(size));
    if measures.columns == 0 || measures.rows == 0 {
        return None;
    }
    // The rasteriser draws the outline's left edge as many thirds into the bitmap as it lies parts of a
    // pixel into its pixel.
    let edge = start + glyph.x * scale + measures.left;
    let inside = measures.left - measures.left.floor();
    let left = (edge * 3.0 - inside).round() as i32;
    Some(Placed { face: glyph.face, id: glyph.id, left, top: baseline + top(glyph, &measures, scale) })
}

#[cfg(test)]
mod tests {
    use super::{Area, Bounds, Placed, fit};
    use crate::{
        layout::Shaped,
        paint::{Canvas, Painter},
        typeface::Typefaces,
    };

    /// The first and the last row that a line lights.
    fn rows(faces: &Typefaces, glyphs: &[Placed], size: u16, area: Area) -> (usize, usize) {
        let mut pixels = vec![0; (area.width * area.height * 3) as usize];
        let mut canvas = Canvas { width: area.width, height: area.height, pixels: &mut pixels };
        Painter::default().paint(faces, &mut canvas, glyphs, size, [255; 3]);
        let lit = |row: &[u8]| row.iter().any(|byte| *byte > 0);
        let stride = area.width as usize * 3;
        let first = pixels.chunks(stride).position(lit).expect("a line has ink");
        (first, pixels.chunks(stride).rposition(lit).expect("a line has ink"))
    }

    #[track_caller]
    fn check(faces: &mut Typefaces, language: &str, text: &str, width: i32, height: i32) {
        let area = Area { x: 0, y: 0, width, height };
        let mut shaped = Shaped::new(faces, language, text);
        let bounds = Bounds { minimum: fonts::legible_minimum(language), maximum: 100, pages: 1 };
        let block = fit(faces, &mut shaped, area, bounds).expect("it fits");
        let mut above = None;
        for line in &block.pages[0] {
            let (first, last) = rows(faces, line, block.size, area);
            assert!(above < Some(first), "{width}×{height} {text}: row {first} of a line is taken");
            above = Some(last);
        }
        assert!(block.lines() > 1, "{width}×{height} {text}: one line shows nothing");
    }

    #[test]
    fn no_line_touches_the_next() {
        let mut faces = Typefaces::load();
        for (width, height) in [(960, 320), (300, 120), (180, 90)] {
            // Subscripts below, and signs that stand high on the line after.
            check(&mut faces, "km", "ស្ត្រី ញ្ញូ\nញ៉ាំ ខ្មែរ ហ៊ី", width, height);
            check(&mut faces, "km", "ខ្មែរ\nខ្មែរ", width, height);
            check(&mut faces, "km", "សូមស្វាគមន៍មកកាន់ច្រកទ្វារព្រំដែនអន្តរជាតិ", width / 2, height);
            check(&mut faces, "vi", "gặp lại\nỖ Ẵ Ễ", width, height);
            check(&mut faces, "th", "ปู่ ญู ฎุ\nป้า ที่ ฟ้า", width, height);
        }
    }
}
