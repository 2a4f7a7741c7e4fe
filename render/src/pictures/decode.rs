//! Opening a picture file within limits: a still one is read, one that moves is ready to be read frame by frame.

use std::io::Cursor;

use image::{
    AnimationDecoder, DynamicImage, Frames, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits,
    codecs::{gif::GifDecoder, png::PngDecoder, webp::WebPDecoder},
    metadata::Orientation,
};
use playlists::PicturePath;

use super::webp;
use crate::Undrawable;

/// The largest file that is looked at.
const MOST_BYTES: usize = 8 << 20;
/// The largest picture that is decoded, in pixels: a camera's.
const MOST_PIXELS: u64 = 40_000_000;
/// The same for GIF and for what moves: decoders hold up to four canvases then.
const MOST_MOVING_PIXELS: u64 = 16_000_000;
/// What a decoder may take: 40 million pixels of four bytes, and room to work.
const MOST_MEMORY: u64 = 256 << 20;

/// A picture file that was found to be within limits.
pub(super) enum Opened<'a> {
    /// Upright.
    Still(DynamicImage),
    /// Its frames, not yet read, and how each is to be turned.
    Moving(Frames<'a>, Orientation),
}

/// What is told of a file that cannot be read.
pub(super) fn broken(path: &PicturePath, cause: &ImageError) -> Undrawable {
    Undrawable::BrokenPicture { path: path.clone(), cause: cause.to_string() }
}

/// What is told of a file that is beyond a limit.
pub(super) fn too_large(path: &PicturePath, measure: String, limit: String) -> Undrawable {
    Undrawable::TooLargePicture { path: path.clone(), measure, limit }
}

/// Opens a picture file, if it is within limits.
pub(super) fn open<'a>(bytes: &'a [u8], path: &PicturePath) -> Result<Opened<'a>, Undrawable> {
    if bytes.len() > MOST_BYTES {
        return Err(too_large(path, format!("{} bytes", bytes.len()), format!("{MOST_BYTES} bytes")));
    }
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .map_err(|cause| broken(path, &ImageError::IoError(cause)))?;
    reader.limits(limits.clone());
    match reader.format() {
        Some(ImageFormat::Gif) => open_gif(bytes, path, limits),
        Some(ImageFormat::Png) => open_png(bytes, path, limits),
        Some(ImageFormat::WebP) => open_webp(bytes, path),
        _ => reader.into_decoder().map_err(|cause| broken(path, &cause)).and_then(|one| still(one, path)),
    }
}

/// Whether a GIF moves is only known when it has been read, so all are taken to.
fn open_gif<'a>(bytes: &'a [u8], path: &PicturePath, limits: Limits) -> Result<Opened<'a>, Undrawable> {
    let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(|cause| broken(path, &cause))?;
    measure(&decoder, path, MOST_MOVING_PIXELS)?;
    decoder.set_limits(limits).map_err(|cause| broken(path, &cause))?;
    Ok(Opened::Moving(decoder.into_frames(), Orientation::NoTransforms))
}

fn open_png<'a>(bytes: &'a [u8], path: &PicturePath, limits: Limits) -> Result<Opened<'a>, Undrawable> {
    let wrong = |cause: ImageError| broken(path, &cause);
    let mut decoder = PngDecoder::with_limits(Cursor::new(bytes), limits).map_err(wrong)?;
    if !decoder.is_apng().map_err(wrong)? {
        return still(decoder, path);
    }
    measure(&decoder, path, MOST_MOVING_PIXELS)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok(Opened::Moving(decoder.apng().map_err(wrong)?.into_frames(), orientation))
}

fn open_webp<'a>(bytes: &'a [u8], path: &PicturePath) -> Result<Opened<'a>, Undrawable> {
    if !webp::agrees(bytes) {
        let cause = "a part of it is not as large as it says".to_owned();
        return Err(Undrawable::BrokenPicture { path: path.clone(), cause });
    }
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(|cause| broken(path, &cause))?;
    if !decoder.has_animation() {
        return still(decoder, path);
    }
    measure(&decoder, path, MOST_MOVING_PIXELS)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok(Opened::Moving(decoder.into_frames(), orientation))
}

fn still<'a>(mut decoder: impl ImageDecoder, path: &PicturePath) -> Result<Opened<'a>, Undrawable> {
    measure(&decoder, path, MOST_PIXELS)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut image = DynamicImage::from_decoder(decoder).map_err(|cause| broken(path, &cause))?;
    image.apply_orientation(orientation);
    // Most photographs have no alpha, and then a quarter of the bytes need not be made.
    let image = if image.color().has_alpha() { image.into_rgba8().into() } else { image.into_rgb8().into() };
    Ok(Opened::Still(image))
}

/// Measures before anything is decoded: a small file can claim a vast picture.
fn measure(decoder: &impl ImageDecoder, path: &PicturePath, most: u64) -> Result<(), Undrawable> {
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        let cause = format!("it has {width}×{height} pixels");
        return Err(Undrawable::BrokenPicture { path: path.clone(), cause });
    }
    if u64::from(width) * u64::from(height) > most {
        return Err(too_large(path, format!("{width}×{height} pixels"), format!("{most} pixels")));
    }
    Ok(())
}
