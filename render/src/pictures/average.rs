//! Light of a picture, with small blocks of pixels averaged to one.

use std::ops::Range;

use image::DynamicImage;

use crate::light;

/// Rows of the picture in linear light, every `step`×`step` pixels averaged to one. A large picture is so shrunk
/// to at least twice its target before the filter sees it, which keeps memory and time small.
pub(super) fn linear(image: &DynamicImage, step: usize, rows: Range<usize>) -> Vec<u8> {
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
