//! Light of a picture, with small blocks of pixels averaged to one.

use std::ops::Range;

use image::DynamicImage;

use crate::light;

/// Rows of the picture in linear light, every `step`×`step` pixels averaged to one: three numbers of 16 bits a
/// pixel; of what has alpha four, and as much light as gets through. A large picture is so shrunk to at least
/// twice its target before the filter sees it, which keeps memory and time small.
pub(super) fn linear(image: &DynamicImage, step: usize, rows: Range<usize>) -> Vec<u8> {
    let has_alpha = image.color().has_alpha();
    let stride = image.width() as usize * if has_alpha { 4 } else { 3 };
    let bytes = image.as_bytes();
    let bytes = &bytes[rows.start * step * stride..(rows.end * step * stride).min(bytes.len())];
    match (has_alpha, step) {
        (true, _) => see_through(bytes, stride, step),
        // What the compiler knows to be constant it unrolls, and it divides by multiplying.
        (false, 1) => opaque(bytes, stride, 1),
        (false, 2) => opaque(bytes, stride, 2),
        (false, 3) => opaque(bytes, stride, 3),
        (false, 4) => opaque(bytes, stride, 4),
        (false, _) => opaque(bytes, stride, step),
    }
}

#[inline(always)]
fn opaque(image: &[u8], stride: usize, step: usize) -> Vec<u8> {
    let light = light::of_values();
    let columns = (stride / 3).div_ceil(step);
    let mut small = Vec::with_capacity(image.len().div_ceil(stride * step) * columns * 6);
    let mut sums = vec![[0u64; 3]; columns];
    for band in image.chunks(stride * step) {
        sums.fill([0; 3]);
        for row in band.chunks_exact(stride) {
            let blocks = row.chunks_exact(step * 3);
            let rest = blocks.remainder();
            if let ([.., last], [_, ..]) = (&mut sums[..], rest) {
                add(last, rest, light);
            }
            for (sum, block) in sums.iter_mut().zip(blocks) {
                add(sum, block, light);
            }
        }
        let (rows, whole) = (band.len() / stride, stride / 3 / step);
        if rows == step {
            push_means(&mut small, &sums[..whole], (step * step) as u64);
        } else {
            push_means(&mut small, &sums[..whole], (step * rows) as u64);
        }
        // The last column may be narrower.
        push_means(&mut small, &sums[whole..], (stride / 3 % step * rows) as u64);
    }
    small
}

#[inline(always)]
fn add(sum: &mut [u64; 3], block: &[u8], light: &[u16; 256]) {
    // No picture is so wide that a row of light overflows.
    let mut row = [0u32; 3];
    for [red, green, blue] in block.as_chunks().0 {
        for (sum, value) in row.iter_mut().zip([red, green, blue]) {
            *sum += u32::from(light[usize::from(*value)]);
        }
    }
    for (sum, row) in sum.iter_mut().zip(row) {
        *sum += u64::from(row);
    }
}

#[inline(always)]
fn push_means(small: &mut Vec<u8>, sums: &[[u64; 3]], count: u64) {
    small.extend(
        sums.as_flattened().iter().flat_map(|sum| (((sum + count / 2) / count) as u16).to_ne_bytes()),
    );
}

/// What is half transparent counts half.
fn see_through(image: &[u8], stride: usize, step: usize) -> Vec<u8> {
    let light = light::of_values();
    let columns = (stride / 4).div_ceil(step);
    let mut small = Vec::with_capacity(image.len().div_ceil(stride * step) * columns * 8);
    let mut sums = vec![[0u64; 5]; columns];
    for band in image.chunks(stride * step) {
        sums.fill([0; 5]);
        for row in band.chunks_exact(stride) {
            for (sum, block) in sums.iter_mut().zip(row.chunks(step * 4)) {
                for [red, green, blue, alpha] in block.as_chunks().0 {
                    for (sum, value) in sum.iter_mut().zip([red, green, blue]) {
                        *sum += u64::from(u32::from(light[usize::from(*value)]) * u32::from(*alpha));
                    }
                    sum[3] += u64::from(*alpha) * 65535;
                    sum[4] += 255;
                }
            }
        }
        for [values @ .., most] in &sums {
            small.extend(values.iter().flat_map(|sum| (((sum + most / 2) / most) as u16).to_ne_bytes()));
        }
    }
    small
}
