//! A glyph's outline as lines, from which small letters are drawn.

use skrifa::{
    GlyphId, OutlineGlyphCollection,
    instance::{LocationRef, Size},
    outline::{DrawSettings, OutlinePen},
};

/// How far a line may lie beside its curve, in parts of an em: a sixteenth of a pixel where the em has 64 pixels.
const BESIDE: f32 = 1.0 / 1024.0;

/// Lines that a curve becomes, at most.
const MOST: f32 = 32.0;

/// Parts of a whole in which slopes are counted, as a power of two.
pub(crate) const SLOPE: u32 = 16;

/// What is flatter meets another row within its pixel by rounding only.
const FLATTEST: f32 = (1 << (SLOPE + 10)) as f32;

/// A line of an outline, in units of its font. What is the same at all sizes is reckoned once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line {
    /// Its left end to the right and down, and its right one.
    pub(crate) ends: [f32; 4],
    /// Whether the outline goes to the right here, 1, or to the left, -1.
    pub(crate) way: i32,
    /// How far it goes down for each step to the right.
    pub(crate) fall: i32,
    /// How far it goes to the right for each step down or up.
    pub(crate) lean: i32,
}

impl Line {
    /// `None` for an upright line: nothing is below it.
    pub(crate) fn new(from: [f32; 2], to: [f32; 2]) -> Option<Self> {
        let (way, [x, y], [right_x, right_y]) = match from[0].partial_cmp(&to[0])? {
            std::cmp::Ordering::Less => (1, from, to),
            std::cmp::Ordering::Equal => return None,
            std::cmp::Ordering::Greater => (-1, to, from),
        };
        let (across, down) = (right_x - x, right_y - y);
        let slope = |part: f32, of: f32| part / of * (1 << SLOPE) as f32;
        let (fall, lean) = (slope(down, across) as i32, slope(across, down.abs()).min(FLATTEST) as i32);
        Some(Self { ends: [x, y, right_x, right_y], way, fall, lean })
    }
}

/// The lines of a glyph, but for level ones. `None` if the font has no such glyph, or it is broken.
pub(crate) fn lines(glyphs: &OutlineGlyphCollection<'_>, glyph: u16, units_per_em: f32) -> Option<Vec<Line>> {
    let mut pen = Pen { lines: Vec::new(), start: [0.0; 2], at: [0.0; 2], beside: units_per_em * BESIDE };
    let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
    glyphs.get(GlyphId::from(glyph))?.draw(settings, &mut pen).ok()?;
    pen.lines.shrink_to_fit();
    Some(pen.lines)
}

struct Pen {
    lines: Vec<Line>,
    start: [f32; 2],
    at: [f32; 2],
    beside: f32,
}

impl Pen {
    fn line(&mut self, to: [f32; 2]) {
        self.lines.extend(Line::new(self.at, to));
        self.at = to;
    }

    /// The lines along a curve whose middle may lie so far beside one line.
    fn curve(&mut self, sagitta: f32, point: impl Fn(f32) -> [f32; 2]) {
        // Cut into n, each part bends n² times less.
        let lines = (sagitta / self.beside).sqrt().ceil().clamp(1.0, MOST);
        (1..=lines as u8).for_each(|n| self.line(point(f32::from(n) / lines)));
    }
}

/// The font counts upwards.
impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.close();
        (self.start, self.at) = ([x, -y], [x, -y]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.line([x, -y]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let [a, b, c] = [self.at, [x1, -y1], [x, -y]];
        self.curve(bend(a, b, c) / 4.0, |t| {
            let s = 1.0 - t;
            [0, 1].map(|n| s * s * a[n] + 2.0 * s * t * b[n] + t * t * c[n])
        });
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let [a, b, c, d] = [self.at, [x1, -y1], [x2, -y2], [x, -y]];
        self.curve(bend(a, b, c).max(bend(b, c, d)) * 0.75, |t| {
            let s = 1.0 - t;
            [0, 1].map(|n| s * s * (s * a[n] + 3.0 * t * b[n]) + t * t * (3.0 * s * c[n] + t * d[n]))
        });
    }

    fn close(&mut self) {
        self.line(self.start);
    }
}

/// How far the middle one of three points lies from the middle of the others, twice.
fn bend(a: [f32; 2], b: [f32; 2], c: [f32; 2]) -> f32 {
    let [x, y] = [0, 1].map(|n| a[n] - 2.0 * b[n] + c[n]);
    (x * x + y * y).sqrt()
}
