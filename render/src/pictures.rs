//! Picture files: read within limits, turned upright, and scaled into their box in linear light.

use std::{io::Cursor, ops::Range, sync::Arc};

use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, images::Image};
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, metadata::Orientation};
use playlists::{Digest, Fit, PicturePath, Pictures};

use crate::{Undrawable, areas::Area, light};

/// The largest file that is looked at.
const MOST_BYTES: usize = 8 << 20;
/// The largest picture that is decoded, in pixels: a camera's.
const MOST_PIXELS: u64 = 40_000_000;
/// What a decoder may take: 40 million pixels of four bytes, and room to work.
const MOST_MEMORY: u64 = 256 << 20;
/// Rows that are scaled at a time.
const BAND: usize = 64;
/// Bytes of scaled pictures that are kept beside the last one: a full one of 1920×1080, or nine of 960×320.
const KEPT: usize = 8 << 20;

/// Scales pictures and keeps the last ones.
#[derive(Default)]
pub(crate) struct Scaler {
    kept: Vec<(Key, Arc<Scaled>)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Key {
    digest: Digest,
    area: Area,
    fit: Fit,
    background: [u8; 3],
}

/// A picture in its box, on its background: red, green, blue, row by row.
pub(crate) struct Scaled {
    pub(crate) area: Area,
    pub(crate) pixels: Vec<u8>,
}

impl Scaler {
    /// The picture that `path` names as it is in `area` on `background`.
    pub(crate) fn scaled(
        &mut self,
        pictures: &Pictures,
        path: &PicturePath,
        area: Area,
        fit: Fit,
        background: [u8; 3],
    ) -> Result<Arc<Scaled>, Undrawable> {
        let picture = pictures.get(path).ok_or_else(|| Undrawable::MissingPicture { path: path.clone() })?;
        let key = Key { digest: picture.digest(), area, fit, background };
        if let Some((_, scaled)) = self.kept.iter().find(|(kept, _)| *kept == key) {
            return Ok(Arc::clone(scaled));
        }
        let scaled = Arc::new(scale(&decode(picture.bytes(), path)?, area, fit, background));
        self.kept.push((key, Arc::clone(&scaled)));
        let bytes = |kept: &[(Key, Arc<Scaled>)]| kept.iter().map(|(_, one)| one.pixels.len()).sum::<usize>();
        while self.kept.len() > 1 && bytes(&self.kept) > KEPT {
            self.kept.remove(0);
        }
        Ok(scaled)
    }
}

fn blend(under: u8, over: u16, alpha: u16) -> u8 {
    let (under, over, alpha) = (u64::from(light::to_linear(under)), u64::from(over), u64::from(alpha));
    let light = (under * (65535 - alpha) + over * alpha + 32767) / 65535;
    light::from_linear(u16::try_from(light).expect("a mean of two u16 is one"))
}

/// Reads a picture file, if it is within limits.
fn decode(bytes: &[u8], path: &PicturePath) -> Result<DynamicImage, Undrawable> {
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

/// Scales into `area`. A picture of no width or height is refused by every decoder.
fn scale(image: &DynamicImage, area: Area, fit: Fit, background: [u8; 3]) -> Scaled {
    let (width, height) = (f64::from(image.width()), f64::from(image.height()));
    let (across, down) = (f64::from(area.width) / width, f64::from(area.height) / height);
    let target = match fit {
        Fit::Contain => {
            let factor = across.min(down);
            let side = |length: f64, most: i32| ((length * factor).round() as i32).clamp(1, most);
            let (w, h) = (side(width, area.width), side(height, area.height));
            Area { x: area.x + (area.width - w) / 2, y: area.y + (area.height - h) / 2, width: w, height: h }
        }
        Fit::Cover | Fit::Stretch => area,
    };
    // How much of the picture is seen.
    let (seen_width, seen_height) = match fit {
        Fit::Cover => {
            let factor = across.max(down);
            (f64::from(area.width) / factor, f64::from(area.height) / factor)
        }
        Fit::Contain | Fit::Stretch => (width, height),
    };
    let shrink = |seen: f64, side: i32| ((seen / f64::from(side) / 2.0) as u32).max(1);
    let step = shrink(seen_width, target.width).min(shrink(seen_height, target.height)) as usize;
    let (columns, rows) = ((width as usize).div_ceil(step), (height as usize).div_ceil(step));
    // The part that is seen, in steps: where it begins and how long it is.
    let part = |length: f64, seen: f64, steps: usize| {
        let seen = (seen / step as f64).min(steps as f64);
        ((length / step as f64 - seen).max(0.0) / 2.0, seen)
    };
    let (left, part_width) = part(width, seen_width, columns);
    let (top, part_height) = part(height, seen_height, rows);
    let mut resizer = Resizer::new();
    let ratio = part_height / f64::from(target.height);
    // Band by band: a large picture in light of 16 bits would take more memory than all else.
    let mut pixels = Vec::with_capacity(target.width as usize * target.height as usize * 3);
    for first in (0..target.height).step_by(BAND) {
        let band = target.height.min(first + BAND as i32) - first;
        let (from, length) = (top + f64::from(first) * ratio, f64::from(band) * ratio);
        // The filter looks two pixels of the result to either side, or of the picture where it grows.
        let margin = ratio.max(1.0) * 2.0 + 1.0;
        let above = (from - margin).max(0.0) as usize;
        let below = ((from + length + margin) as usize + 1).min(rows);
        let small = linear(image, step, above..below);
        let source = Image::from_vec_u8(columns as u32, (below - above) as u32, small, PixelType::U16x4)
            .expect("as many bytes as columns and rows ask for");
        let from = from - above as f64;
        let length = length.min((below - above) as f64 - from);
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
            .crop(left, from, part_width, length)
            .use_alpha(true);
        let mut scaled = Image::new(target.width as u32, band as u32, PixelType::U16x4);
        resizer
            .resize(&source, &mut scaled, &options)
            .expect("both are of one kind, and the part lies within the picture");
        pixels.extend(scaled.buffer().chunks_exact(8).flat_map(|pixel| {
            let value = |n: usize| u16::from_ne_bytes([pixel[n * 2], pixel[n * 2 + 1]]);
            [0, 1, 2].map(|channel| blend(background[channel], value(channel), value(3)))
        }));
    }
    Scaled { area: target, pixels }
}

/// Rows of the picture in linear light, every `step`×`step` pixels averaged to one. A large picture is so shrunk
/// to at least twice its target before the filter sees it, which keeps memory and time small.
fn linear(image: &DynamicImage, step: usize, rows: Range<usize>) -> Vec<u8> {
    let stride = image.width() as usize * usize::from(image.color().bytes_per_pixel());
    let bytes = image.as_bytes();
    let bytes = &bytes[rows.start * step * stride..(rows.end * step * stride).min(bytes.len())];
    match image.color().has_alpha() {
        true => averaged::<4>(bytes, stride, step),
        false => averaged::<3>(bytes, stride, step),
    }
}

fn averaged<const CHANNELS: usize>(image: &[u8], stride: usize, step: usize) -> Vec<u8> {
    let columns = (stride / CHANNELS).div_ceil(step);
    let mut small = Vec::with_capacity(image.len().div_ceil(stride * step) * columns * 8);
    let mut sums = vec![[0u64; 5]; columns];
    for band in image.chunks(stride * step) {
        sums.fill([0; 5]);
        for row in band.chunks_exact(stride) {
            for (sum, block) in sums.iter_mut().zip(row.chunks(step * CHANNELS)) {
                for pixel in block.chunks_exact(CHANNELS) {
                    let alpha = if CHANNELS == 4 { u64::from(pixel[3]) } else { 255 };
                    for channel in 0..3 {
                        sum[channel] += u64::from(light::to_linear(pixel[channel])) * alpha;
                    }
                    sum[3] += alpha;
                    sum[4] += 1;
                }
            }
        }
        for [red, green, blue, alpha, count] in &sums {
            let mean = |sum: u64| (sum + alpha / 2).checked_div(*alpha).unwrap_or(0) as u16;
            let values = [mean(*red), mean(*green), mean(*blue), ((alpha * 257 + count / 2) / count) as u16];
            small.extend(values.iter().flat_map(|value| value.to_ne_bytes()));
        }
    }
    small
}
