//! The frames of a picture that moves, each scaled as it is decoded, within limits.

use std::time::Duration;

use image::{DynamicImage, Frame, Frames, metadata::Orientation};
use playlists::PicturePath;

use super::{
    Framing, Scaled,
    decode::{broken, too_large},
    flashing,
    scale::scale,
    scaled::{ScaledFrame, Shown},
};
use crate::Undrawable;

/// Frames of a file.
const MOST_FRAMES: usize = 120;
/// Pixels that are decoded in all: as many frames of 960×540. It bounds the time.
const MOST_DECODED: usize = MOST_FRAMES * 960 * 540;
/// Scaled pixels of all frames, in bytes.
const MOST_BYTES: usize = 8 << 20;
/// Until it begins again.
const LONGEST: Duration = Duration::from_secs(60);
/// A frame that is shorter was not meant to be; browsers show it for the longer time.
const SHORTEST: Duration = Duration::from_millis(20);
const TOO_SHORT: Duration = Duration::from_millis(100);

/// Reads and scales them all. What is the same as the frame before it makes that longer, so a picture of which
/// nothing moves is a still one.
pub(super) fn scale_all(
    frames: Frames<'_>,
    orientation: Orientation,
    path: &PicturePath,
    framing: Framing,
) -> Result<Scaled, Undrawable> {
    let mut kept: Vec<ScaledFrame> = Vec::new();
    let mut area = framing.area;
    let (mut until, mut decoded) = (Duration::ZERO, 0);
    for (number, frame) in (1..).zip(frames) {
        let frame = frame.map_err(|cause| broken(path, &cause))?;
        let (width, height) = frame.buffer().dimensions();
        if number > MOST_FRAMES {
            return Err(too_large(path, format!("{number} frames"), format!("{MOST_FRAMES} frames")));
        }
        decoded += width as usize * height as usize;
        if decoded > MOST_DECODED {
            let measure = format!("{number} frames of {width}×{height} pixels");
            return Err(too_large(path, measure, format!("{MOST_DECODED} pixels in all frames")));
        }
        until += shown_for(&frame);
        // Only a second frame makes a duration.
        if until > LONGEST && number > 1 {
            let limit = format!("{} s until it begins again", LONGEST.as_secs());
            return Err(too_large(path, format!("{:.1} s", until.as_secs_f64()), limit));
        }
        let mut image = DynamicImage::from(frame.into_buffer());
        image.apply_orientation(orientation);
        let (target, pixels) = scale(&image, framing);
        area = target;
        match kept.last_mut().filter(|last| last.pixels == pixels) {
            Some(last) => last.until = until,
            None => kept.push(ScaledFrame { pixels, until }),
        }
        let bytes = kept.iter().map(|frame| frame.pixels.len()).sum::<usize>();
        if bytes > MOST_BYTES && kept.len() > 1 {
            let measure = format!(
                "{} frames of {}×{} pixels on this screen are {bytes} bytes",
                kept.len(),
                area.width,
                area.height
            );
            return Err(too_large(path, measure, format!("{MOST_BYTES} bytes")));
        }
    }
    match kept.len() {
        0 => Err(Undrawable::BrokenPicture { path: path.clone(), cause: "it has no frame".to_owned() }),
        1 => Ok(Scaled { area, shown: Shown::Still(kept.swap_remove(0).pixels) }),
        _ => {
            let frames: Vec<_> = kept.iter().map(|frame| (&frame.pixels[..], frame.until)).collect();
            match flashing::flashes(&frames, area.width as usize) {
                Some(found) => Err(Undrawable::FlashingPicture {
                    path: path.clone(),
                    at: found.at,
                    flashes: found.count,
                }),
                None => Ok(Scaled { area, shown: Shown::Moving(kept) }),
            }
        }
    }
}

fn shown_for(frame: &Frame) -> Duration {
    let (numerator, denominator) = frame.delay().numer_denom_ms();
    let delay = Duration::from_nanos(u64::from(numerator) * 1_000_000 / u64::from(denominator.max(1)));
    if delay < SHORTEST { TOO_SHORT } else { delay }
}

#[cfg(test)]
mod tests;
