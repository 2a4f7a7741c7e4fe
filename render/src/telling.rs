//! Texts that follow the clock. What they say, and so where their letters stand, hangs on the moment alone.

use std::{ops::RangeInclusive, time::Duration};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use playlists::Header;

use crate::{
    Undrawable,
    areas::Area,
    fit::{Bounds, Ink, Placed, fit, ink, place},
    layout::{Glyph, Shaped},
    paint::Canvas,
    scene::Studio,
    texts::does_not_fit,
    typeface::Typefaces,
    words,
};

const SECOND: i64 = 1;
const MINUTE: i64 = 60;
/// A countdown begins at most so long before.
const LONGEST: Duration = Duration::from_secs(999 * 86_400 + 86_399);
/// Of the height of the bar, in hundredths, an em is this much at most.
const LARGEST: i32 = 60;
/// The same of the area that a countdown has for itself.
const LARGEST_ALONE: i32 = 75;
/// In the bar the date and the time are that many ems from the name.
const GAP: i32 = 1;

/// A text that follows the clock.
pub(crate) enum Telling {
    Bar(Bar),
    Remaining(Remaining),
}

/// The gate's name at the left, the date and the time at the right.
pub(crate) struct Bar {
    pub(crate) area: Area,
    pub(crate) language: String,
    pub(crate) name: String,
    pub(crate) header: Header,
    pub(crate) zone: TimeZone,
    pub(crate) minimum: u16,
}

/// How long it still is.
pub(crate) struct Remaining {
    pub(crate) area: Area,
    pub(crate) language: String,
    pub(crate) until: Timestamp,
    pub(crate) with_seconds: bool,
    pub(crate) minimum: u16,
}

impl Telling {
    pub(crate) fn area(&self) -> Area {
        match self {
            Self::Bar(bar) => bar.area,
            Self::Remaining(remaining) => remaining.area,
        }
    }

    /// The second or the minute that is told, counted from 1970.
    pub(crate) fn view(&self, now: Timestamp) -> u64 {
        let unit = self.unit();
        let Some(unit) = unit else { return 0 };
        let begun = now.as_second().div_euclid(unit) * unit;
        // Before 1970 there was no gate.
        u64::try_from(begun).unwrap_or(0)
    }

    /// When it tells something else.
    pub(crate) fn next_change(&self, now: Timestamp) -> Timestamp {
        let unit = self.unit();
        let next = unit.map(|unit| (now.as_second().div_euclid(unit) + 1) * unit);
        next.and_then(|next| Timestamp::from_second(next).ok()).unwrap_or(Timestamp::MAX)
    }

    fn unit(&self) -> Option<i64> {
        match self {
            Self::Bar(Bar { header: Header::Name, .. }) => None,
            Self::Bar(_) => Some(MINUTE),
            Self::Remaining(Remaining { with_seconds: true, .. }) => Some(SECOND),
            Self::Remaining(Remaining { with_seconds: false, .. }) => Some(MINUTE),
        }
    }

    /// Paints what a [`Telling::view`] has told.
    pub(crate) fn paint(&self, studio: &mut Studio, canvas: &mut Canvas<'_>, view: u64, colour: [u8; 3]) {
        let now = i64::try_from(view).ok().and_then(|second| Timestamp::from_second(second).ok());
        let now = now.unwrap_or(Timestamp::MAX);
        let faces = &mut studio.faces;
        let line = match self {
            Self::Bar(bar) => bar.line(faces, now),
            Self::Remaining(remaining) => remaining.line(faces, remaining.left(now)),
        };
        if let Some(Line { size, glyphs }) = line {
            studio.painter.paint(&studio.faces, canvas, &glyphs, size, colour);
        }
    }
}

/// Letters in their places.
struct Line {
    size: u16,
    glyphs: Vec<Placed>,
}

impl Remaining {
    /// Whether there is room for the longest that it can come to.
    pub(crate) fn check(&self, faces: &mut Typefaces) -> Result<(), Undrawable> {
        let line = self.line(faces, LONGEST);
        line.map(drop).ok_or_else(|| does_not_fit(&self.language, self.area, self.minimum))
    }

    /// Rounded up, so that it comes to nothing at the very moment.
    fn left(&self, now: Timestamp) -> Duration {
        let left = self.until.duration_since(now) + SignedDuration::from_nanos(999_999_999);
        Duration::try_from(left).unwrap_or_default()
    }

    fn line(&self, faces: &mut Typefaces, left: Duration) -> Option<Line> {
        let text = words::remaining(&self.language, left, self.with_seconds);
        let mut shaped = Shaped::new(faces, &self.language, &text);
        let largest = u16::try_from(self.area.height * LARGEST_ALONE / 100).unwrap_or(u16::MAX);
        let bounds = Bounds { minimum: self.minimum, maximum: largest, pages: 1 };
        let block = fit(faces, &mut shaped, self.area, bounds)?;
        Some(Line { size: block.size, glyphs: block.pages.into_iter().flatten().flatten().collect() })
    }
}

impl Bar {
    /// Whether there is room for the name, or at least for the time.
    pub(crate) fn check(&self, faces: &mut Typefaces) -> Result<(), Undrawable> {
        let line = self.line(faces, Timestamp::UNIX_EPOCH);
        line.map(drop).ok_or_else(|| does_not_fit(&self.language, self.area, self.minimum))
    }

    /// The name and as much of date and time as there is room for: first the lunar date is left out, then the words
    /// of the date, then the date. Where not even the time has room beside the name, the name is left out.
    fn line(&self, faces: &mut Typefaces, now: Timestamp) -> Option<Line> {
        let shape = |text: &str| Shaped::new(faces, &self.language, text).lines(faces, None).concat();
        let mut shape = shape;
        let name = shape(&self.name);
        let told: Vec<_> = self.told(now).iter().map(|text| shape(text)).collect();
        let largest = u16::try_from(self.area.height * LARGEST / 100).unwrap_or(u16::MAX).max(self.minimum);
        // A word more is worth some size, but not all of it.
        let easy = self.minimum.max(largest * 2 / 3);
        let choices = [(&name[..], easy), (&name, self.minimum), (&[], self.minimum)];
        let mut lines =
            choices.into_iter().flat_map(|(name, least)| told.iter().map(move |told| (name, told, least)));
        lines.find_map(|(name, told, least)| self.set(faces, name, told, least..=largest))
    }

    /// What stands at the right, from the longest to the shortest.
    fn told(&self, now: Timestamp) -> Vec<String> {
        let local = self.zone.to_datetime(now);
        let (date, language) = (local.date(), self.language.as_str());
        let time = words::time(language, local.time());
        let lunar = words::lunar_date(language, date).filter(|_| self.header == Header::Lunar);
        let [long, short] = [words::long_date, words::short_date].map(|in_words| in_words(language, date));
        let mut told = Vec::new();
        match self.header {
            Header::Name => told.push(String::new()),
            Header::Clock | Header::Lunar => {
                if let Some(lunar) = lunar {
                    told.extend([&long, &short].map(|date| format!("{date} ({lunar})  {time}")));
                }
                told.extend([&long, &short].map(|date| format!("{date}  {time}")));
                told.push(time);
            }
        }
        told
    }

    /// Both at the largest of some sizes at which they stand beside each other; one alone in the middle.
    fn set(
        &self,
        faces: &Typefaces,
        name: &[Glyph],
        told: &[Glyph],
        sizes: RangeInclusive<u16>,
    ) -> Option<Line> {
        let Area { x, y, width, height } = self.area;
        let texts: Vec<_> = [name, told].into_iter().filter(|text| !text.is_empty()).collect();
        let inks = |size: u16| texts.iter().map(move |text| ink(faces, text, size));
        let has_room = |size: &u16| {
            let gaps = texts.len().saturating_sub(1) as i32 * i32::from(*size) * GAP;
            let (above, below) = reach(inks(*size));
            inks(*size).map(|ink| ink.length()).sum::<i32>() + gaps <= width && above + below <= height
        };
        // All that grows with the size, so the sizes that have room come first.
        let sizes: Vec<u16> = sizes.collect();
        let size = *sizes[..sizes.partition_point(has_room)].last().filter(|_| !texts.is_empty())?;
        let (above, below) = reach(inks(size));
        let baseline = y + (height - above - below) / 2 + above;
        let start = |n: usize, ink: &Ink| match (texts.len(), n) {
            (1, _) => x as f32 + (width as f32 - ink.right - ink.left) / 2.0,
            (_, 0) => x as f32 - ink.left,
            (_, _) => (x + width) as f32 - ink.right,
        };
        let starts = inks(size).enumerate().map(|(n, ink)| start(n, &ink));
        let placed = texts.iter().zip(starts).flat_map(|(text, start)| {
            text.iter().filter_map(move |glyph| place(faces, glyph, size, start, baseline))
        });
        Some(Line { size, glyphs: placed.collect() })
    }
}

/// How far the ink reaches above and below the baseline.
fn reach(inks: impl Iterator<Item = Ink>) -> (i32, i32) {
    inks.fold((0, 0), |(above, below), ink| (above.max(ink.above), below.max(ink.below)))
}
