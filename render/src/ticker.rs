//! One line that runs through: a strip drawn once, of which a window is seen. What was seen before moves on, and only
//! what comes into sight is copied: pixels that were touched twenty milliseconds ago lie nearer than a strip.
//!
//! Letters stand at thirds of a pixel. A text that moves by thirds is drawn three times, a third of a pixel further
//! each time, so that every frame is still a copy and every letter moves exactly as far as the others.

use std::time::Duration;

use crate::{
    areas::Area,
    fit::{Ink, Placed, ink, place},
    layout::{Glyph, Shaped},
    paint::{Canvas, Painter},
    typeface::Typefaces,
};

/// The text moves once in this time: the pace of video in this part of the world.
pub(crate) const STEP: Duration = Duration::from_millis(20);
/// Thousandths of an em in a step: two and a half em, about five letters, in a second.
const EASY: i32 = 50;
/// As fast as can still be read.
const FASTEST: i32 = 120;
/// Of the height of its box, in hundredths, the line's ink fills this at most.
const FILLS: i32 = 60;
/// Bytes of the longest strip. A longer text is drawn smaller.
const MOST_BYTES: i64 = 4 << 20;
/// From this size on a text moves by whole pixels, four or more in a step: nobody would see a third of one.
const LARGE: u16 = 80;

/// A text that enters at the right edge of its box, leaves at the left, and enters again. All is a function of
/// the time since it came on: whole thirds of a pixel in whole steps.
pub(crate) struct Ticker {
    /// Where the line's ink lies: as wide as the box, as high as the strip.
    band: Area,
    /// Pixels across a strip.
    length: i32,
    /// One, or three for the thirds of a pixel.
    strips: Vec<Vec<u8>>,
    /// Thirds of a pixel in a step; whole pixels where there is one strip.
    speed: i32,
    background: [u8; 3],
}

/// Why a text cannot run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CannotRun {
    /// The line does not fit into its box at the smallest legible size.
    TooHigh,
    /// It needs this time at the highest legible speed.
    TooLong(Duration),
}

impl Ticker {
    /// Sets `shaped`, a text of one line, for `area`. It runs at an easy pace, or as much faster as it takes
    /// to come through whole within `duration`.
    pub(crate) fn new(
        (faces, painter): (&Typefaces, &mut Painter),
        shaped: &mut Shaped,
        area: Area,
        minimum: u16,
        duration: Duration,
        [colour, background]: [[u8; 3]; 2],
    ) -> Result<Self, CannotRun> {
        let line = shaped.lines(faces, None).concat();
        let size = size(faces, &line, area, minimum).ok_or(CannotRun::TooHigh)?;
        let ink = ink(faces, &line, size);
        let (length, height) = extent(&ink);
        let speed = speed(size, length + area.width, duration)?;
        let thirds = if speed % 3 == 0 { 1 } else { 3 };
        let strip = |third| strip((faces, &mut *painter), (&line, &ink, size), third, [colour, background]);
        let strips = (0..thirds).map(strip).collect();
        let y = area.y + (area.height - height) / 2;
        Ok(Self { band: Area { y, height, ..area }, length, strips, speed, background })
    }

    /// What it covers.
    pub(crate) fn band(&self) -> Area {
        self.band
    }

    /// Thirds of a pixel that it has moved to the left `elapsed` after it came on.
    pub(crate) fn gone(&self, elapsed: Duration) -> u64 {
        let run = u128::from((self.length + self.band.width).unsigned_abs()) * 3;
        let steps = elapsed.as_millis() / STEP.as_millis();
        u64::try_from(steps * u128::from(self.speed.unsigned_abs()) % run).unwrap_or(0)
    }

    /// Paints what is seen when it has `gone` so far. The band of `canvas` shows it as it was when it had gone as far
    /// as `before` says, or nothing of it.
    pub(crate) fn paint(&self, canvas: &mut Canvas<'_>, before: Option<u64>, gone: u64) {
        let band = self.band;
        // By parts of a pixel or back to the beginning nothing can be moved.
        let way = before.and_then(|before| gone.checked_sub(before)).filter(|thirds| thirds % 3 == 0);
        let columns = way.and_then(|thirds| i32::try_from(thirds / 3).ok());
        match columns.filter(|columns| *columns < band.width) {
            Some(columns) => {
                canvas.move_left(band, columns);
                let new = Area { x: band.x + band.width - columns, width: columns, ..band };
                self.copy(canvas, new, gone);
            }
            None => self.copy(canvas, band, gone),
        }
    }

    /// Copies what of the strip lies within `part` of the band, and clears the rest of `part`.
    fn copy(&self, canvas: &mut Canvas<'_>, part: Area, gone: u64) {
        // The strip's left edge, counted from the left edge of the screen.
        let left = (self.band.x + self.band.width) * 3 - i32::try_from(gone).unwrap_or(i32::MAX);
        let (x, third) = (left.div_euclid(3), left.rem_euclid(3));
        let Some(strip) = self.strips.get(third as usize) else { return };
        let within = |x: i32| x.clamp(part.x, part.x + part.width);
        let (start, end) = (within(x), within(x + self.length));
        canvas.fill(Area { width: start - part.x, ..part }, self.background);
        canvas.copy(Area { x, width: self.length, ..self.band }, strip, part);
        canvas.fill(Area { x: end, width: part.x + part.width - end, ..part }, self.background);
    }
}

/// Draws a line on a strip of its [`extent`], so many thirds of a pixel further to the right than at its left edge.
pub(crate) fn strip(
    (faces, painter): (&Typefaces, &mut Painter),
    (line, ink, size): (&[Glyph], &Ink, u16),
    third: i32,
    [colour, background]: [[u8; 3]; 2],
) -> Vec<u8> {
    let (width, height) = extent(ink);
    let start = 0.5 - ink.left;
    let placed = line.iter().filter_map(|glyph| place(faces, glyph, size, start, ink.above));
    let glyphs: Vec<_> = placed.map(|placed| Placed { pen: placed.pen + third, ..placed }).collect();
    let mut pixels = background.repeat(width as usize * height as usize);
    painter.paint(faces, &mut Canvas { width, height, pixels: &mut pixels }, &glyphs, size, colour);
    pixels
}

/// Pixels across a line's strip, and its rows.
pub(crate) fn extent(ink: &Ink) -> (i32, i32) {
    // The last third reaches a pixel further.
    (ink.length() + 1, ink.height())
}

/// The largest size at which the ink stays within its share of the box and the strip within memory; at the
/// smallest legible size the ink may fill the box.
fn size(faces: &Typefaces, line: &[Glyph], area: Area, minimum: u16) -> Option<u16> {
    let fits = |size: u16, height: i32| {
        let ink = ink(faces, line, size);
        let strips = if size < LARGE { 3 } else { 1 };
        let (length, rows) = extent(&ink);
        let bytes = i64::from(length) * i64::from(rows) * 3 * strips;
        rows <= height && bytes <= MOST_BYTES
    };
    let share = area.height * FILLS / 100;
    let highest = u16::try_from(area.height).unwrap_or(minimum);
    let larger = (minimum..=highest).rev().find(|size| fits(*size, share));
    larger.or_else(|| fits(minimum, area.height).then_some(minimum))
}

/// Thirds of a pixel in a step.
fn speed(size: u16, run: i32, duration: Duration) -> Result<i32, CannotRun> {
    let unit = if size < LARGE { 1 } else { 3 };
    let at = |thousandths: i32| (i32::from(size) * thousandths * 3 / 1000 / unit).max(1) * unit;
    let steps = i32::try_from(duration.as_millis() / STEP.as_millis()).unwrap_or(i32::MAX).max(1);
    let needed = ceiling(ceiling(run * 3, steps), unit) * unit;
    if needed > at(FASTEST) {
        return Err(CannotRun::TooLong(STEP * ceiling(run * 3, at(FASTEST)).unsigned_abs()));
    }
    Ok(needed.max(at(EASY)))
}

fn ceiling(length: i32, by: i32) -> i32 {
    (length + by - 1) / by
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Area, Ticker};
    use crate::{
        layout::Shaped,
        paint::{Canvas, Painter},
        typeface::Typefaces,
    };

    const COLOURS: [[u8; 3]; 2] = [[255, 220, 60], [0, 24, 60]];

    /// Lets a text run on a canvas of 300 × 240 pixels, now on by so many thirds of a pixel and now by so many, and
    /// holds every picture against one that is painted at once.
    #[track_caller]
    fn check(area: Area, strips: usize, ways: &[u64]) {
        let mut faces = Typefaces::load();
        let mut shaped = Shaped::new(&mut faces, "vi", "Hoa Lư – ខ្មែរ");
        let tools = (&faces, &mut Painter::default());
        let ticker = Ticker::new(tools, &mut shaped, area, 10, Duration::from_secs(60), COLOURS);
        let ticker = ticker.expect("it can run");
        assert_eq!(ticker.strips.len(), strips);
        // What is not of the band stays.
        let [mut moved, mut fresh] = [(); 2].map(|()| vec![77; 300 * 240 * 3]);
        let paint = |pixels: &mut [u8], before, gone| {
            ticker.paint(&mut Canvas { width: 300, height: 240, pixels }, before, gone);
        };
        let end = (ticker.length + area.width) as u64 * 3;
        let (mut before, mut gone) = (None, 0);
        for way in ways.iter().cycle() {
            paint(&mut moved, before, gone);
            paint(&mut fresh, None, gone);
            assert!(moved == fresh, "{area:?} from {before:?} to {gone}");
            // Once more from the right edge, which is no way that could be moved.
            if gone < before.unwrap_or(0) {
                return;
            }
            (before, gone) = (Some(gone), (gone + way) % end);
        }
    }

    #[test]
    fn what_moves_on_is_what_is_painted_at_once() {
        let whole = Area { x: 0, y: 0, width: 300, height: 240 };
        let low = Area { y: 165, height: 75, ..whole };
        let beside = Area { x: 41, width: 200, ..whole };
        let small = Area { y: 33, height: 35, ..beside };
        for area in [whole, beside] {
            check(area, 1, &[12]);
            check(area, 1, &[3, 0, 12, 900, 60]);
            check(area, 1, &[area.width as u64 * 3 - 3, area.width as u64 * 3, 6]);
        }
        for area in [low, small] {
            check(area, 3, &[4]);
            check(area, 3, &[1, 3, 2, 4, 0, 900, 12, 30]);
        }
    }
}
