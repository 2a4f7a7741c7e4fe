//! Reading a picture file within limits, and turning it upright.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, metadata::Orientation};
use playlists::PicturePath;

use crate::Undrawable;

/// The largest file that is looked at.
const MOST_BYTES: usize = 8 << 20;
/// The largest picture that is decoded, in pixels: a camera's.
const MOST_PIXELS: u64 = 40_000_000;
/// What a decoder may take: 40 million pixels of four bytes, and room to work.
const MOST_MEMORY: u64 = 256 << 20;

/// Reads a picture file, if it is within limits.
pub(super) fn decode(bytes: &[u8], path: &PicturePath) -> Result<DynamicImage, Undrawable> {
    let broken =
        |cause: &ImageError| Undrawable::BrokenPicture { path: path.clone(), cause: cause.to_string() };
    let too_large =
        |measure: String, limit: String| Undrawable::TooLargePicture { path: path.clone(), measure, limit };
    if bytes.len() > MOST_BYTES {
        return Err(too_large(format!("{} bytes", bytes.len()), format!("{MOST_BYTES} bytes")));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|cause| broken(&ImageError::IoError(cause)))?;
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(|cause| broken(&cause))?;
    let (width, height) = decoder.dimensions();
    // Measured before anything is decoded: a small file can claim a vast picture.
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(too_large(format!("{width}×{height} pixels"), format!("{MOST_PIXELS} pixels")));
    }
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|cause| broken(&cause))?;
    image.apply_orientation(orientation);
    // Most photographs have no alpha, and then a quarter of the bytes need not be made.
    Ok(if image.color().has_alpha() { image.into_rgba8().into() } else { image.into_rgb8().into() })
}
