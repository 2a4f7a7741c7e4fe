//! How one frame comes in the place of another.

use std::time::Duration;

use playlists::Transition;

use crate::{Frame, areas::Area, ticker::STEP};

/// Thirty steps of video.
const STEPS: u64 = 30;

/// The step of a transition `elapsed` after it began, or `None` when it is over.
pub(crate) fn step(elapsed: Duration) -> Option<u64> {
    let step = u64::try_from(elapsed.as_nanos() / STEP.as_nanos()).ok()?;
    (step < STEPS).then_some(step)
}

/// When the step after this one begins.
pub(crate) fn next(step: u64) -> Duration {
    STEP * u32::try_from(step + 1).unwrap_or(u32::MAX)
}

/// Makes `shown` what is seen at a step between `before` and `after`. All are of one size.
pub(crate) fn paint(how: Transition, step: u64, before: &Frame, after: &Frame, shown: &mut Frame) {
    match how {
        Transition::Cut => shown.follow(after, &[after.whole()]),
        Transition::Fade => {
            // Of 256, never all of the one or the other.
            let weight = ((step + 1) * 256 / (STEPS + 1)) as u16;
            fade(before.pixels(), after.pixels(), weight, shown.canvas().pixels);
        }
        Transition::Slide => {
            let width = i32::from(after.size().width());
            // Slow, fast, slow: 3t² - 2t³.
            let (t, all) = (step as i64 + 1, STEPS as i64 + 1);
            let share = i64::from(width) * t * t * (3 * all - 2 * t) / (all * all * all);
            let gone = i32::try_from(share).unwrap_or(width);
            let whole = Area::whole(after.size());
            let mut canvas = shown.canvas();
            canvas.copy(Area { x: -gone, ..whole }, before.pixels(), whole);
            canvas.copy(Area { x: width - gone, ..whole }, after.pixels(), whole);
        }
    }
}

/// Mixes the numbers, not the light: that is what people know as a fade, and a processor does sixteen at a time.
fn fade(before: &[u8], after: &[u8], weight: u16, shown: &mut [u8]) {
    for ((before, after), shown) in before.iter().zip(after).zip(shown) {
        let sum = u16::from(*before) * (256 - weight) + u16::from(*after) * weight + 128;
        *shown = (sum >> 8) as u8;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use playlists::{ScreenSize, Transition};

    use super::{STEPS, next, paint, step};
    use crate::Frame;

    /// What the first and the last pixel of a row show at a step, from 10 to 200, and how many show the last's.
    #[track_caller]
    fn check(how: Transition, step: u64, expected: (u8, u8, usize)) {
        let size = ScreenSize::new(100, 10).expect("a size");
        let [before, after] = [10, 200].map(|value| Frame::filled(size, [value; 3]));
        let mut shown = Frame::dark(size);
        paint(how, step, &before, &after, &mut shown);
        for row in shown.pixels().chunks(300) {
            let (first, last) = (row[0], row[299]);
            let count = row.iter().filter(|value| **value == last).count();
            assert_eq!((first, last, count), (expected.0, expected.1, expected.2 * 3), "{how:?} {step}");
        }
    }

    #[test]
    fn comes_in_place_step_by_step() {
        check(Transition::Cut, 0, (200, 200, 100));
        check(Transition::Fade, 0, (16, 16, 100));
        check(Transition::Fade, 14, (101, 101, 100));
        check(Transition::Fade, STEPS - 1, (193, 193, 100));
        check(Transition::Slide, 0, (10, 10, 100));
        check(Transition::Slide, 2, (10, 200, 2));
        check(Transition::Slide, 14, (10, 200, 47));
        check(Transition::Slide, STEPS - 3, (10, 200, 97));
        check(Transition::Slide, STEPS - 1, (10, 200, 99));
    }

    #[test]
    fn is_over_after_its_length() {
        assert_eq!(step(Duration::ZERO), Some(0));
        assert_eq!(step(Duration::from_nanos(599_999_999)), Some(STEPS - 1));
        assert_eq!(step(Duration::from_millis(600)), None);
        assert_eq!(next(STEPS - 1), Duration::from_millis(600));
        assert_eq!(step(next(0)), Some(1));
    }
}
