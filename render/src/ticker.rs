//! One line that runs through: a strip drawn once, of which a window is copied for every frame.

use std::time::Duration;

use crate::{
    areas::Area,
    fit::{ink, place},
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
const MOST_BYTES: i64 = 16 << 20;

/// A text that enters at the right edge of its box, leaves at the left, and enters again. All is a function of
/// the time since it came on: whole pixels in whole steps.
pub(crate) struct Ticker {
    /// Where the line's ink lies: as wide as the box, as high as the strip.
    band: Area,
    /// Pixels across the strip.
    length: i32,
    strip: Vec<u8>,
    /// Pixels in a step.
    speed: i32,
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
        let (length, height) = (ink.length(), ink.height());
        let speed = speed(size, length + area.width, duration)?;
        let glyphs: Vec<_> =
            line.iter().filter_map(|glyph| place(faces, glyph, size, 0.5 - ink.left, ink.above)).collect();
        let mut strip = background.repeat(length as usize * height as usize);
        let mut canvas = Canvas { width: length, height, pixels: &mut strip };
        painter.paint(faces, &mut canvas, &glyphs, size, colour);
        let y = area.y + (area.height - height) / 2;
        Ok(Self { band: Area { y, height, ..area }, length, strip, speed })
    }

    /// Copies what is seen of the strip `elapsed` after the text came on.
    pub(crate) fn paint(&self, canvas: &mut Canvas<'_>, elapsed: Duration) {
        let steps = elapsed.as_millis() / STEP.as_millis();
        let run = u128::try_from(self.length + self.band.width).expect("lengths are positive");
        let gone = (steps * u128::try_from(self.speed).expect("it moves forward")) % run;
        // The strip's left edge, counted from the left edge of the box.
        let left = self.band.width - i32::try_from(gone).expect("less than the run");
        let (from, until) = (left.max(0), (left + self.length).min(self.band.width));
        if from >= until {
            return;
        }
        let bytes = (until - from) as usize * 3;
        for row in 0..self.band.height {
            let source = ((row * self.length + from - left) * 3) as usize;
            let target = (((self.band.y + row) * canvas.width + self.band.x + from) * 3) as usize;
            canvas.pixels[target..][..bytes].copy_from_slice(&self.strip[source..][..bytes]);
        }
    }
}

/// The largest size at which the ink stays within its share of the box and the strip within memory; at the
/// smallest legible size the ink may fill the box.
fn size(faces: &Typefaces, line: &[Glyph], area: Area, minimum: u16) -> Option<u16> {
    let fits = |size: u16, height: i32| {
        let ink = ink(faces, line, size);
        let bytes = i64::from(ink.length()) * i64::from(ink.height()) * 3;
        ink.height() <= height && bytes <= MOST_BYTES
    };
    let share = area.height * FILLS / 100;
    let highest = u16::try_from(area.height).unwrap_or(minimum);
    let larger = (minimum..=highest).rev().find(|size| fits(*size, share));
    larger.or_else(|| fits(minimum, area.height).then_some(minimum))
}

/// Pixels in a step.
fn speed(size: u16, run: i32, duration: Duration) -> Result<i32, CannotRun> {
    let at = |thousandths: i32| (i32::from(size) * thousandths / 1000).max(1);
    let steps = i32::try_from(duration.as_millis() / STEP.as_millis()).unwrap_or(i32::MAX).max(1);
    let needed = ceiling(run, steps);
    if needed > at(FASTEST) {
        return Err(CannotRun::TooLong(STEP * ceiling(run, at(FASTEST)).unsigned_abs()));
    }
    Ok(needed.max(at(EASY)))
}

fn ceiling(length: i32, by: i32) -> i32 {
    (length + by - 1) / by
}
