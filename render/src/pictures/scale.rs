//! Scaling a picture into its box in linear light.

use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, images::Image};
use image::DynamicImage;
use playlists::Fit;

use super::{Framing, average::linear};
use crate::{areas::Area, light};

/// Rows that are scaled at a time.
const BAND: usize = 64;

/// Where a picture goes, and what is seen of it.
struct Placed {
    /// The pixels that it covers.
    target: Area,
    /// So many pixels of it are averaged to one, either way, before it is scaled.
    step: usize,
    /// The part that is seen, in steps: where it begins and how long it is.
    across: (f64, f64),
    down: (f64, f64),
}

/// Scales `image`, which has pixels, as `framing` wants it: where it is, and its pixels.
pub(super) fn scale(image: &DynamicImage, framing: Framing) -> (Area, Vec<u8>) {
    let Framing { area, background, .. } = framing;
    if area.width < 1 || area.height < 1 {
        return (area, Vec::new());
    }
    let Placed { target, step, across: (left, part_width), down: (top, part_height) } =
        place(image.width(), image.height(), framing);
    let (columns, rows) = (image.width().div_ceil(step as u32), (image.height() as usize).div_ceil(step));
    let kind = if image.color().has_alpha() { PixelType::U16x4 } else { PixelType::U16x3 };
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
        let source = Image::from_vec_u8(columns, (below - above) as u32, small, kind)
            .expect("as many bytes as columns and rows ask for");
        let from = from - above as f64;
        let length = length.min((below - above) as f64 - from);
        // One way after the other. Asked for both, the filter counts rows from the first that the first row of
        // the result needs, which need not be the topmost.
        let mut narrow = Image::new(target.width as u32, source.height(), kind);
        resize(&mut resizer, &source, &mut narrow, (left, 0.0, part_width, f64::from(source.height())));
        let mut scaled = Image::new(target.width as u32, band as u32, kind);
        resize(&mut resizer, &narrow, &mut scaled, (0.0, from, f64::from(target.width), length));
        let values = scaled.buffer().as_chunks().0.iter().map(|value| u16::from_ne_bytes(*value));
        match kind {
            PixelType::U16x3 => pixels.extend(values.map(light::from_linear)),
            _ => {
                let values: Vec<_> = values.collect();
                let seen = values.as_chunks().0.iter().flat_map(|[red, green, blue, alpha]| {
                    let over = [red, green, blue];
                    [0, 1, 2].map(|channel| lay_over(background[channel], *over[channel], *alpha))
                });
                pixels.extend(seen);
            }
        }
    }
    (target, pixels)
}

/// Makes the part of `source` that begins and is as large as `part` says as large as `target`.
fn resize(resizer: &mut Resizer, source: &Image<'_>, target: &mut Image<'_>, part: (f64, f64, f64, f64)) {
    let (left, top, width, height) = part;
    let options = ResizeOptions::new()
        .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
        .crop(left, top, width, height)
        .use_alpha(false);
    resizer
        .resize(source, target, &options)
        .expect("both are of one kind, and the part lies within the picture");
}

/// Places a picture of that size.
fn place(width: u32, height: u32, Framing { area, fit, focus, .. }: Framing) -> Placed {
    let (width, height) = (f64::from(width), f64::from(height));
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
    let (seen_width, seen_height) = match fit {
        Fit::Cover => {
            let factor = across.max(down);
            (f64::from(area.width) / factor, f64::from(area.height) / factor)
        }
        Fit::Contain | Fit::Stretch => (width, height),
    };
    let shrink = |seen: f64, side: i32| ((seen / f64::from(side) / 2.0) as u32).max(1);
    let step = shrink(seen_width, target.width).min(shrink(seen_height, target.height));
    let part = |length: f64, seen: f64, focus: u8| {
        let steps = (length / f64::from(step)).ceil();
        let (length, seen) = (length / f64::from(step), (seen / f64::from(step)).min(steps));
        let centred = length * (f64::from(focus) / 100.0) - seen / 2.0;
        (centred.min(length - seen).max(0.0), seen)
    };
    let (across, down) = (part(width, seen_width, focus.across), part(height, seen_height, focus.down));
    Placed { target, step: step as usize, across, down }
}

/// As much light as gets through, laid over what it does not hide.
fn lay_over(under: u8, over: u16, alpha: u16) -> u8 {
    let (under, over, hidden) = (u64::from(light::to_linear(under)), u64::from(over), u64::from(alpha));
    let light = (under * (65535 - hidden) + 32767) / 65535 + over;
    // At an edge the filter makes light brighter than its alpha lets through.
    light::from_linear(u16::try_from(light).unwrap_or(u16::MAX))
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, Rgb, RgbImage};
    use playlists::{Fit, Focus};

    use super::{Framing, scale};
    use crate::areas::Area;

    const BOX: Area = Area { x: 0, y: 0, width: 10, height: 10 };

    /// The first and the last number that are seen of 0 to 199, one to a column or to a row.
    #[track_caller]
    fn check(focus: (u8, u8), across: (u8, u8), down: (u8, u8)) {
        let focus = Focus { across: focus.0, down: focus.1 };
        let framing = Framing { area: BOX, fit: Fit::Cover, focus, background: [0; 3] };
        let ends = |image: RgbImage| {
            let pixels = scale(&DynamicImage::from(image), framing).1;
            (pixels[0], pixels[pixels.len() - 1])
        };
        assert_eq!(ends(RgbImage::from_fn(200, 10, |x, _| Rgb([x as u8; 3]))), across, "across");
        assert_eq!(ends(RgbImage::from_fn(10, 200, |_, y| Rgb([y as u8; 3]))), down, "down");
    }

    #[test]
    fn the_focus_is_as_near_to_the_middle_as_the_edges_allow() {
        check((50, 50), (95, 104), (95, 104));
        check((30, 80), (55, 64), (155, 164));
        check((0, 100), (0, 9), (190, 199));
        check((2, 98), (0, 9), (190, 199));
        check((3, 97), (1, 10), (189, 198));
        // No more than all.
        check((255, 255), (190, 199), (190, 199));
    }

    #[test]
    fn a_box_without_pixels_stays_empty() {
        let image = DynamicImage::from(RgbImage::from_pixel(40, 30, Rgb([200; 3])));
        for fit in [Fit::Contain, Fit::Cover, Fit::Stretch] {
            for (width, height) in [(0, 0), (0, 5), (5, 0), (1, 0)] {
                let area = Area { width, height, ..BOX };
                let framing = Framing { area, fit, focus: Focus::MIDDLE, background: [0; 3] };
                assert!(scale(&image, framing).1.is_empty(), "{fit:?} {width}×{height}");
            }
        }
    }
}
