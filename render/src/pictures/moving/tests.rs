//! Files that move: of every kind, with every timing, and beyond every limit.

use std::{io::Cursor, sync::Arc, time::Duration};

use image::{Delay, DynamicImage, Frame, ImageFormat, Rgba, RgbaImage, codecs::gif::GifEncoder};
use playlists::{Fit, Focus, Picture, PicturePath, Pictures};

use super::super::{Framing, Scaled, Scaler};
use crate::{Undrawable, areas::Area};

const RED: [u8; 4] = [255, 0, 0, 255];
const GREEN: [u8; 4] = [0, 255, 0, 255];
const BLUE: [u8; 4] = [0, 0, 255, 255];
const CLEAR: [u8; 4] = [0; 4];

fn image(width: u32, height: u32, colour: [u8; 4]) -> RgbaImage {
    RgbaImage::from_pixel(width, height, Rgba(colour))
}

fn gif(frames: impl IntoIterator<Item = (RgbaImage, u32)>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut file, 30);
    for (image, millis) in frames {
        let frame = Frame::from_parts(image, 0, 0, Delay::from_numer_denom_ms(millis, 1));
        encoder.encode_frame(frame).expect("a vector takes it");
    }
    drop(encoder);
    file
}

fn apng(frames: &[(RgbaImage, u16)]) -> Vec<u8> {
    let mut file = Vec::new();
    let (width, height) = frames[0].0.dimensions();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_animated(frames.len() as u32, 3).expect("there are frames");
    let mut writer = encoder.write_header().expect("a vector takes it");
    for (image, millis) in frames {
        writer.set_frame_delay(*millis, 1000).expect("it is animated");
        writer.write_image_data(image).expect("a vector takes it");
    }
    writer.finish().expect("a vector takes it");
    file
}

fn chunk(name: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let padding = vec![0; body.len() % 2];
    [&name[..], &(body.len() as u32).to_le_bytes(), body, &padding].concat()
}

/// The still of a WebP file: its only chunk.
fn still_of(image: RgbaImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut file, ImageFormat::WebP).expect("a vector takes it");
    file.into_inner()[12..].to_vec()
}

/// Every frame is as large as the canvas; `exif` is a chunk's body.
fn webp(width: u32, height: u32, frames: &[(Vec<u8>, u32)], exif: Option<&[u8]>) -> Vec<u8> {
    let three = |number: u32| number.to_le_bytes()[..3].to_vec();
    let flags = 0x12 | if exif.is_some() { 0x08 } else { 0 };
    let size = [three(width - 1), three(height - 1)].concat();
    let mut body = [&b"WEBP"[..], &chunk(b"VP8X", &[&[flags, 0, 0, 0][..], &size].concat())].concat();
    body.extend(chunk(b"ANIM", &[0; 6]));
    for (still, millis) in frames {
        // No blending, no disposal.
        let frame = [vec![0; 6], size.clone(), three(*millis), vec![2], still.clone()].concat();
        body.extend(chunk(b"ANMF", &frame));
    }
    body.extend(exif.map(|exif| chunk(b"EXIF", exif)).into_iter().flatten());
    chunk(b"RIFF", &body)
}

fn scaled(file: Vec<u8>, side: i32) -> Result<Arc<Scaled>, Undrawable> {
    let path = PicturePath::parse("p").expect("a path");
    let pictures = Pictures::from([(path.clone(), Picture::new(file))]);
    let area = Area { x: 0, y: 0, width: side, height: side };
    let framing = Framing { area, fit: Fit::Stretch, focus: Focus::MIDDLE, background: [0, 0, 9] };
    Scaler::default().scaled(&pictures, &path, framing)
}

/// The first pixel of every frame and until when it is shown, in milliseconds, through the first round.
#[track_caller]
fn check(file: Vec<u8>, expected: &[([u8; 3], u128)]) {
    let scaled = scaled(file, 4).expect("it can be shown");
    let mut found = Vec::new();
    let mut now = Duration::ZERO;
    for number in 0..expected.len() {
        let view = scaled.at(now);
        let pixels = scaled.frame(view);
        assert_eq!((view, pixels.len()), (number as u64, 48));
        now = scaled.next_change(now).expect("it moves");
        found.push(([pixels[0], pixels[1], pixels[2]], now.as_millis()));
    }
    assert_eq!(found, expected);
    assert_eq!(scaled.at(now), 0, "it begins again");
}

#[track_caller]
fn check_refused(file: Vec<u8>, side: i32, told: &str) {
    let refused = scaled(file, side).err().expect("it is refused").to_string();
    assert_eq!(refused, format!("picture `p` {told}"));
}

#[test]
fn every_kind_moves() {
    let [red, green] = [RED, GREEN].map(|colour| image(8, 8, colour));
    let expected = [([255, 0, 0], 400), ([0, 255, 0], 1000)];
    check(gif([(red.clone(), 400), (green.clone(), 600)]), &expected);
    check(apng(&[(red.clone(), 400), (green.clone(), 600)]), &expected);
    check(webp(8, 8, &[(still_of(red), 400), (still_of(green), 600)], None), &expected);
}

#[test]
fn what_is_transparent_shows_the_background() {
    let frames = [(image(8, 8, RED), 400), (image(8, 8, CLEAR), 400)];
    check(apng(&frames), &[([255, 0, 0], 400), ([0, 0, 9], 800)]);
}

#[test]
fn frames_of_no_time_are_shown_as_browsers_do() {
    let frames = |millis: u32| {
        gif([RED, GREEN]
            .map(|colour| (image(8, 8, colour), millis))
            .into_iter()
            .chain([(image(8, 8, BLUE), 900)]))
    };
    check(frames(0), &[([255, 0, 0], 100), ([0, 255, 0], 200), ([0, 0, 255], 1100)]);
    check(frames(10), &[([255, 0, 0], 100), ([0, 255, 0], 200), ([0, 0, 255], 1100)]);
    check(frames(20), &[([255, 0, 0], 20), ([0, 255, 0], 40), ([0, 0, 255], 940)]);
}

#[test]
fn frames_that_are_the_same_are_one() {
    let frames = [RED, RED, GREEN, GREEN].map(|colour| (image(8, 8, colour), 300));
    check(gif(frames), &[([255, 0, 0], 600), ([0, 255, 0], 1200)]);
    let still = scaled(gif([(image(8, 8, RED), 300), (image(8, 8, RED), 300)]), 4).expect("a picture");
    assert!(!still.moves());
    // One frame may claim to last.
    let still = scaled(gif([(image(8, 8, RED), 100_000)]), 4).expect("a picture");
    assert!(!still.moves());
}

#[test]
fn a_camera_tells_which_side_is_up_of_every_frame() {
    let mut image = image(8, 8, RED);
    image.put_pixel(0, 7, Rgba(BLUE));
    let exif = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let frames = [(still_of(image), 400), (still_of(self::image(8, 8, GREEN)), 400)];
    let turned = scaled(webp(8, 8, &frames, Some(exif)), 8).expect("a picture");
    let pixels = turned.frame(0);
    // What was below on the left is above on the left.
    assert_eq!([&pixels[..3], &pixels[3..6]], [&[0, 0, 255], &[255, 0, 0]]);
}

#[test]
fn too_much_is_refused() {
    let counted =
        |count: u32, millis: u32| gif((0..count).map(|n| (image(2, 2, [0, 0, n as u8 * 2, 255]), millis)));
    assert!(scaled(counted(120, 100), 4).expect("a picture").moves());
    check_refused(counted(121, 100), 4, "is too large: 121 frames, at most 120 frames");
    assert!(scaled(counted(60, 1000), 4).expect("a picture").moves());
    check_refused(counted(61, 1000), 4, "is too large: 61.0 s, at most 60 s until it begins again");
    let told =
        "is too large: 3 frames of 1000×1000 pixels on this screen are 9000000 bytes, at most 8388608 bytes";
    check_refused(counted(4, 900), 1000, told);
    assert!(scaled(counted(2, 900), 1000).expect("a picture").moves());
    let told = "is too large: 4 frames of 4000×4000 pixels, at most 62208000 pixels in all frames";
    let mut vast = gif((0..20).map(|_| (image(1, 1, RED), 500)));
    vast[6..10].copy_from_slice(&[0xa0, 0x0f, 0xa0, 0x0f]);
    check_refused(vast.clone(), 4, told);
    vast[6..10].copy_from_slice(&[0xa1, 0x0f, 0xa0, 0x0f]);
    check_refused(vast, 4, "is too large: 4001×4000 pixels, at most 16000000 pixels");
}

#[test]
fn what_flashes_is_refused() {
    let strobe = |millis: u32| gif([(image(8, 8, RED), millis), (image(8, 8, [0, 0, 0, 255]), millis)]);
    assert!(scaled(strobe(250), 4).expect("a picture").moves());
    let told = "flashes 4 times in the second from 0.00 s, at most 3 times are allowed";
    check_refused(strobe(120), 4, &told.replace('4', "5"));
    check_refused(strobe(130), 4, told);
}

/// A lossy stream of 16×16 pixels in a chunk of that name.
fn lossy(name: &[u8; 4]) -> Vec<u8> {
    let stream = b"\x90\x01\x00\x9d\x01\x2a\x10\x00\x10\x00\x02\xc0\x4c\x25\xa0\x02\x74\xba\x00\x03\x98\
        \x00\xfe\xed\x90\x3f\x88\x5d\xec\x6d\xbf\xfc\xf4\xcf\xeb\x6f\xe3\xff\x19\x00\x00\x00";
    chunk(name, stream)
}

#[test]
fn a_part_that_is_larger_than_it_says_is_refused() {
    let told = "cannot be read: a part of it is not as large as it says";
    let alpha = |side: usize| chunk(b"ALPH", &[vec![0], vec![255; side * side]].concat());
    let frame = |parts: &[Vec<u8>]| [(parts.concat(), 300)];
    let fine = frame(&[alpha(16), lossy(b"VP8 ")]);
    assert!(scaled(webp(16, 16, &fine, None), 4).is_ok());
    // The first two made the decoder panic.
    check_refused(webp(8, 8, &frame(&[alpha(8), lossy(b"VP8 ")]), None), 4, told);
    check_refused(webp(8, 8, &frame(&[alpha(8), lossy(b"VP8L")]), None), 4, told);
    check_refused(webp(8, 8, &frame(&[lossy(b"VP8 ")]), None), 4, told);
    let mut odd = webp(16, 16, &fine, None);
    // Behind RIFF, WEBP, VP8X and ANIM.
    assert_eq!(&odd[44..48], b"ANMF");
    odd[48] -= 1;
    check_refused(odd, 4, told);
}

#[test]
fn a_canvas_without_pixels_is_refused() {
    for (side, told) in [(6, "it has 0×8 pixels"), (8, "it has 8×0 pixels")] {
        let mut file = gif([(image(8, 8, RED), 400)]);
        file[side] = 0;
        check_refused(file, 4, &format!("cannot be read: {told}"));
    }
}

#[test]
fn a_file_that_breaks_off_is_refused() {
    let whole = apng(&[(image(8, 8, RED), 400), (image(8, 8, GREEN), 400)]);
    let cut = scaled(whole[..whole.len() - 40].to_vec(), 4).err().expect("it is refused");
    assert!(matches!(cut, Undrawable::BrokenPicture { .. }), "{cut}");
}
