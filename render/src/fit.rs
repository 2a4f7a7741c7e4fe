//! The largest size at which a text stands whole in a box, in as few pages as its smallest legible size needs.

use crate::{
    areas::Area,
    layout::{EM, Glyph, Shaped},
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

/// A glyph on the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) face: FaceId,
    pub(crate) id: u16,
    /// Where its pen stands, in thirds of a pixel.
    pub(crate) pen: i32,
    /// The row on whose top edge its baseline lies.
    pub(crate) baseline: i32,
}

/// A text in its box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// Pixels per em.
    pub(crate) size: u16,
    /// Never empty; shown one after the other.
    pub(crate) pages: Vec<Page>,
    /// Rows of ink of the page that has most.
    pub(crate) height: i32,
}

impl Block {
    /// Moves it down.
    pub(crate) fn lower(&mut self, rows: i32) {
        self.pages.iter_mut().flatten().flatten().for_each(|glyph| glyph.baseline += rows);
    }
}

/// Lines from top to bottom.
pub(crate) type Page = Vec<Vec<Placed>>;

/// How a text could stand in its box: all that the search for the best way needs to know, and nothing placed.
#[derive(Debug, Clone, Copy)]
struct Setting {
    size: u16,
    /// The width for which the lines were broken.
    wrap: i32,
    lines: usize,
    /// Lines on every page but the last.
    per_page: usize,
    pages: usize,
}

/// Fits a text into `area`: as large as may be, then as few lines as possible at nearly that size, then lines
/// of about the same length. `None` if it does not even fit at the smallest size.
pub(crate) fn fit(faces: &Typefaces, shaped: &mut Shaped, area: Area, bounds: Bounds) -> Option<Block> {
    let mut set = |size, wrap, most_pages| set((faces, &mut *shaped), area, size, wrap, most_pages);
    let smallest = set(bounds.minimum, area.width, bounds.pages)?;
    let pages = smallest.pages;
    let (mut fits, mut too_large) = (bounds.minimum, bounds.maximum.max(bounds.minimum).saturating_add(1));
    let mut best = smallest;
    while too_large - fits > 1 {
        let size = fits.midpoint(too_large);
        match set(size, area.width, pages) {
            Some(setting) => (fits, best) = (size, setting),
            None => too_large = size,
        }
    }
    let best = fewer_lines(&mut set, area, bounds.minimum, best);
    let best = balanced(&mut set, area, best);
    Some(place_all(faces, shaped, area, best))
}

/// A line less is worth a twelfth of the size.
fn fewer_lines(
    set: &mut impl FnMut(u16, i32, usize) -> Option<Setting>,
    area: Area,
    minimum: u16,
    mut best: Setting,
) -> Setting {
    if best.lines == 1 {
        return best;
    }
    let worth = (best.size - best.size / 12).max(minimum);
    for size in (worth..best.size).rev() {
        if let Some(setting) = set(size, area.width, best.pages)
            && setting.lines < best.lines
        {
            best = setting;
        }
    }
    best
}

/// The narrowest wrap width with the same lines in number: the last line is then no orphan.
fn balanced(
    set: &mut impl FnMut(u16, i32, usize) -> Option<Setting>,
    area: Area,
    mut best: Setting,
) -> Setting {
    let (mut too_narrow, mut enough) = (0, area.width);
    while best.lines > best.pages && enough - too_narrow > 1 {
        let width = too_narrow.midpoint(enough);
        match set(best.size, width, best.pages)
            .filter(|setting| setting.lines == best.lines && setting.pages == best.pages)
        {
            Some(setting) => (enough, best) = (width, setting),
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
fn set(
    (faces, shaped): (&Typefaces, &mut Shaped),
    area: Area,
    size: u16,
    wrap: i32,
    most_pages: usize,
) -> Option<Setting> {
    if wrap < 1 {
        return None;
    }
    let lines = shaped.lines(faces, Some(line_width(size, wrap)));
    let fits = |ink: Ink| (ink.length() <= area.width && ink.height() <= area.height).then_some(ink);
    let inks = lines.iter().map(|line| fits(ink(faces, line, size))).collect::<Option<Vec<_>>>()?;
    let pitch = pitch(&inks, size);
    // As many pages as full ones need, then the lines spread evenly over them.
    let lines = inks.len();
    let mut per_page = lines;
    while inks.chunks(per_page.max(1)).any(|page| height(page, pitch) > area.height) {
        // The least number of pages that has fewer lines on each. One line fits, so there are two or more.
        let pages = lines.div_ceil(per_page - 1);
        if pages > most_pages {
            return None;
        }
        per_page = lines.div_ceil(pages);
    }
    let pages = inks.chunks(per_page.max(1)).len();
    (pages <= most_pages).then_some(Setting { size, wrap, lines, per_page, pages })
}

/// What the layout engine is asked for, so that a line has `wrap` pixels.
fn line_width(size: u16, wrap: i32) -> f32 {
    (wrap - 1) as f32 / (f32::from(size) / EM)
}

/// Rows from the first line's ink to the last line's.
fn height(inks: &[Ink], pitch: i32) -> i32 {
    match inks {
        [] => 0,
        [first, .., last] => first.above + last.below + pitch * (inks.len() as i32 - 1),
        [only] => only.height(),
    }
}

/// Places every glyph where `setting` wants it.
fn place_all(faces: &Typefaces, shaped: &mut Shaped, area: Area, setting: Setting) -> Block {
    let Setting { size, wrap, per_page, .. } = setting;
    let lines = shaped.lines(faces, Some(line_width(size, wrap)));
    let inks: Vec<_> = lines.iter().map(|line| ink(faces, line, size)).collect();
    let pitch = pitch(&inks, size);
    let pages = lines.chunks(per_page.max(1)).zip(inks.chunks(per_page.max(1)));
    let page = |(lines, inks): (&[Vec<Glyph>], &[Ink])| {
        let mut baseline = area.y + (area.height - height(inks, pitch)) / 2 + inks[0].above;
        let mut page = Page::new();
        for (line, ink) in lines.iter().zip(inks) {
            let start = area.x as f32 + (area.width as f32 - ink.right - ink.left) / 2.0;
            page.push(line.iter().filter_map(|glyph| place(faces, glyph, size, start, baseline)).collect());
            baseline += pitch;
        }
        page
    };
    let highest = inks.chunks(per_page.max(1)).map(|inks| height(inks, pitch)).max().unwrap_or(0);
    Block { size, pages: pages.map(page).collect(), height: highest }
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
        let left = glyph.x * scale + measures.left;
        let top = lowered(glyph, scale) - measures.bottom - measures.rows;
        ink.left = ink.left.min(left);
        ink.right = ink.right.max(left + measures.across);
        ink.above = ink.above.max(-top);
        ink.below = ink.below.max(top + measures.rows);
    }
    if ink.right < ink.left { Ink { left: 0.0, right: 0.0, above: 0, below: 0 } } else { ink }
}

/// How far below that of its line a glyph's baseline lies. Rows are whole pixels, so that horizontal strokes stay
/// sharp.
fn lowered(glyph: &Glyph, scale: f32) -> i32 {
    (glyph.y * scale).round() as i32
}

/// Where a glyph comes to stand on a line that begins at `start`, or `None` if it has no ink.
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
    let pen = ((start + glyph.x * scale) * 3.0).round() as i32;
    Some(Placed { face: glyph.face, id: glyph.id, pen, baseline: baseline + lowered(glyph, scale) })
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
        assert!(block.pages[0].len() > 1, "{width}×{height} {text}: one line shows nothing");
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
