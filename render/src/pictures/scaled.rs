//! A picture in its box: the still one, or the frames of one that moves.

use std::time::Duration;

use crate::areas::Area;

/// A picture in its box, on its background: red, green, blue, row by row.
pub(crate) struct Scaled {
    pub(crate) area: Area,
    pub(super) shown: Shown,
}

/// What of a picture is seen.
pub(super) enum Shown {
    Still(Vec<u8>),
    /// At least two frames, played for ever; how often the file wants it is ignored, as an item may last longer.
    Moving(Vec<ScaledFrame>),
}

/// One of the frames that a picture has.
pub(super) struct ScaledFrame {
    pub(super) pixels: Vec<u8>,
    /// When the next follows, after the first began.
    pub(super) until: Duration,
}

impl Scaled {
    /// One that stands still.
    pub(crate) fn still(area: Area, pixels: Vec<u8>) -> Self {
        Self { area, shown: Shown::Still(pixels) }
    }

    /// Which of its frames is seen `elapsed` after the first came on.
    pub(crate) fn at(&self, elapsed: Duration) -> u64 {
        match &self.shown {
            Shown::Still(_) => 0,
            Shown::Moving(frames) => {
                let into = into_round(frames, elapsed);
                frames.partition_point(|frame| frame.until <= into) as u64
            }
        }
    }

    /// The pixels of a frame.
    pub(crate) fn frame(&self, number: u64) -> &[u8] {
        match &self.shown {
            Shown::Still(pixels) => pixels,
            Shown::Moving(frames) => {
                let frame = usize::try_from(number).ok().and_then(|number| frames.get(number));
                frame.or(frames.first()).map_or(&[], |frame| &frame.pixels)
            }
        }
    }

    /// Whether it moves.
    pub(crate) fn moves(&self) -> bool {
        matches!(self.shown, Shown::Moving(_))
    }

    /// When another frame follows, `elapsed` after the first came on and as long after it; never for a still one.
    pub(crate) fn next_change(&self, elapsed: Duration) -> Option<Duration> {
        let Shown::Moving(frames) = &self.shown else { return None };
        let into = into_round(frames, elapsed);
        let frame = frames.iter().find(|frame| into < frame.until)?;
        (elapsed - into).checked_add(frame.until)
    }

    /// How many bytes its pixels take.
    pub(super) fn bytes(&self) -> usize {
        match &self.shown {
            Shown::Still(pixels) => pixels.len(),
            Shown::Moving(frames) => frames.iter().map(|frame| frame.pixels.len()).sum(),
        }
    }
}

fn into_round(frames: &[ScaledFrame], elapsed: Duration) -> Duration {
    let round = frames.last().map_or(1, |frame| frame.until.as_nanos().max(1));
    u64::try_from(elapsed.as_nanos() % round).map(Duration::from_nanos).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Scaled, ScaledFrame, Shown};
    use crate::areas::Area;

    const AREA: Area = Area { x: 0, y: 0, width: 1, height: 1 };

    /// What is seen so many milliseconds after the start, and when it changes.
    #[track_caller]
    fn check(elapsed: u64, number: u64, pixels: &[u8], next: u64) {
        let frame =
            |value, until| ScaledFrame { pixels: vec![value; 3], until: Duration::from_millis(until) };
        let moving = Scaled { area: AREA, shown: Shown::Moving(vec![frame(1, 100), frame(2, 350)]) };
        let elapsed = Duration::from_millis(elapsed);
        assert_eq!((moving.at(elapsed), moving.frame(number)), (number, pixels));
        assert_eq!(moving.next_change(elapsed), Some(Duration::from_millis(next)));
        assert!(moving.moves() && moving.bytes() == 6);
    }

    #[test]
    fn frames_follow_each_other_for_ever() {
        check(0, 0, &[1; 3], 100);
        check(99, 0, &[1; 3], 100);
        check(100, 1, &[2; 3], 350);
        check(349, 1, &[2; 3], 350);
        check(350, 0, &[1; 3], 450);
        check(3_500_000_000_100, 1, &[2; 3], 3_500_000_000_350);
    }

    #[test]
    fn a_still_picture_never_changes() {
        let still = Scaled::still(AREA, vec![7; 3]);
        assert_eq!((still.at(Duration::MAX), still.frame(9)), (0, &[7; 3][..]));
        assert_eq!(still.next_change(Duration::MAX), None);
        assert!(!still.moves() && still.bytes() == 3);
    }
}
