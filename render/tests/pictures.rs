//! Picture files: within limits, upright, with their transparency, and in their box.

mod support;

use std::{io::Cursor, time::Duration};

use image::{DynamicImage, GenericImageView, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use playlists::{Figure, Fit, Focus, Item, Layout, Pictures};
use render::{Frame, Renderer, Undrawable};
use support::{BACKGROUND, draw, item, path, picture, pictures, pixel, screen};

const RED: [u8; 3] = [255, 0, 0];
const GREEN: [u8; 3] = [0, 255, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const WHITE: [u8; 3] = [255, 255, 255];

fn file(image: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.into().write_to(&mut file, format).expect("a vector takes it");
    file.into_inner()
}

/// A picture of four colours: red and green above, blue and white below.
fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
}

fn only_picture(fit: Fit) -> Item {
    Item { texts: None, figure: picture("p", fit), ..item(&[("en", "no text")]) }
}

fn drawn(size: (u16, u16), fit: Fit, bytes: Vec<u8>) -> Result<Frame, Undrawable> {
    let (screen, item) = (screen(size.0, size.1), only_picture(fit));
    let thing = (&item, Layout::Rotate, &[][..]);
    draw(&mut Renderer::new(), &screen, thing, &pictures("p", bytes), Duration::ZERO)
}

fn near(a: [u8; 3], b: [u8; 3]) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 24)
}

/// The colours in the middle of the four quarters.
#[track_caller]
fn check(size: (u16, u16), fit: Fit, bytes: Vec<u8>, expected: [[u8; 3]; 4]) {
    let frame = drawn(size, fit, bytes).expect("it can be drawn");
    let (width, height) = size;
    let places = [
        (width / 4, height / 4),
        (3 * width / 4, height / 4),
        (width / 4, 3 * height / 4),
        (3 * width / 4, 3 * height / 4),
    ];
    let found = places.map(|(x, y)| pixel(&frame, x, y));
    assert!(found.iter().zip(expected).all(|(a, b)| near(*a, b)), "{found:?} for {expected:?}");
}

#[test]
fn every_accepted_kind_is_drawn() {
    for format in [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif] {
        check((64, 64), Fit::Stretch, file(quarters(32, 32), format), [RED, GREEN, BLUE, WHITE]);
    }
}

#[test]
fn a_picture_fits_as_it_is_told() {
    let wide = || file(quarters(64, 16), ImageFormat::Png);
    check((64, 64), Fit::Stretch, wide(), [RED, GREEN, BLUE, WHITE]);
    check((64, 64), Fit::Cover, wide(), [RED, GREEN, BLUE, WHITE]);
    check((64, 64), Fit::Contain, wide(), [BACKGROUND; 4]);
    let contained = drawn((64, 64), Fit::Contain, wide()).expect("it can be drawn");
    assert_eq!([pixel(&contained, 0, 23), pixel(&contained, 0, 24)], [BACKGROUND, RED]);
    assert_eq!([pixel(&contained, 63, 39), pixel(&contained, 63, 40)], [WHITE, BACKGROUND]);
    // Of a picture with red and white edges only the middle is seen.
    let mut edged = quarters(64, 16);
    for (x, _, pixel) in edged.enumerate_pixels_mut() {
        *pixel = Rgb(if (24..40).contains(&x) { GREEN } else { RED });
    }
    check((64, 64), Fit::Cover, file(edged, ImageFormat::Png), [GREEN; 4]);
}

#[test]
fn a_large_picture_is_averaged_in_linear_light() {
    // Black and white rows mix to half of the light, which sRGB writes as 188.
    let striped = RgbImage::from_fn(640, 640, |_, y| Rgb(if y % 2 == 0 { WHITE } else { [0; 3] }));
    check((32, 32), Fit::Stretch, file(striped, ImageFormat::Png), [[188; 3]; 4]);
    check((40, 24), Fit::Stretch, file(quarters(1003, 997), ImageFormat::Png), [RED, GREEN, BLUE, WHITE]);
}

#[test]
fn what_is_transparent_shows_the_background() {
    let image = RgbaImage::from_fn(32, 32, |x, y| match (x < 16, y < 16) {
        (true, true) => Rgba([255, 0, 0, 255]),
        (false, true) => Rgba([255, 0, 0, 0]),
        (true, false) => Rgba([255, 255, 255, 128]),
        (false, false) => Rgba([0, 0, 0, 0]),
    });
    let half = [188, 189, 194];
    check((32, 32), Fit::Stretch, file(image, ImageFormat::Png), [RED, BACKGROUND, half, BACKGROUND]);
}

/// A picture of one colour stays one colour, however large it is and its box: no row and no column is looked for
/// beside it or left out.
#[track_caller]
fn check_flat(renderer: &mut Renderer, (width, height): (u16, u16), area: (u16, u16)) {
    let flat = RgbImage::from_pixel(width.into(), height.into(), Rgb(RED));
    // Every other one has alpha.
    let alpha = (width + height) % 2 == 0;
    let flat = if alpha { DynamicImage::from(flat).into_rgba8().into() } else { DynamicImage::from(flat) };
    let pictures = pictures("p", file(flat, ImageFormat::Png));
    let (shorter, whole) = (usize::from(area.0.min(area.1)), usize::from(area.0) * usize::from(area.1));
    let cut = |at| (Fit::Cover, at, whole);
    for (fit, at, least) in
        [(Fit::Contain, 50, shorter), (Fit::Stretch, 50, whole), cut(0), cut(50), cut(100)]
    {
        let focus = Focus { across: at, down: 100 - at };
        let figure = Some(Figure::Picture { path: path("p"), fit, focus });
        let item = Item { figure, ..only_picture(fit) };
        let thing = (&item, Layout::Rotate, &[][..]);
        let frame = draw(renderer, &screen(area.0, area.1), thing, &pictures, Duration::ZERO);
        let (mut red, mut others) = (0, 0);
        for pixel in frame.expect("it can be drawn").pixels().as_chunks().0 {
            match *pixel {
                RED => red += 1,
                BACKGROUND => {}
                _ => others += 1,
            }
        }
        let told = format!("{width}×{height} in {area:?}, {fit:?} {at}: {red} are red, {others} anything");
        assert!(red >= least && others == 0, "{told}");
    }
}

#[test]
fn every_small_picture_fills_every_small_box() {
    let mut renderer = Renderer::new();
    check_flat(&mut renderer, (17, 9), (68, 9));
    for side in 1..=20 {
        for room in 8..=70 {
            // The other way anything, but not the same for all.
            let (other, other_room) = (1 + (side * 7 + room) % 20, 8 + (side * 31 + room * 17) % 63);
            if (side + room) % 2 == 0 {
                check_flat(&mut renderer, (side, other), (room, other_room));
            } else {
                check_flat(&mut renderer, (other, side), (other_room, room));
            }
        }
    }
}

/// A JPEG file that says how it is to be turned.
fn turned(orientation: u8) -> Vec<u8> {
    let jpeg = file(quarters(32, 32), ImageFormat::Jpeg);
    let mut exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
    [&jpeg[..2], &exif, &jpeg[2..]].concat()
}

#[test]
fn a_camera_tells_which_side_is_up() {
    // As in the Exif standard: where the first row and the first column of the file belong.
    let table = [
        (1, [RED, GREEN, BLUE, WHITE]),
        (2, [GREEN, RED, WHITE, BLUE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (4, [BLUE, WHITE, RED, GREEN]),
        (5, [RED, BLUE, GREEN, WHITE]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (7, [WHITE, GREEN, BLUE, RED]),
        (8, [GREEN, WHITE, RED, BLUE]),
        (9, [RED, GREEN, BLUE, WHITE]),
    ];
    for (orientation, expected) in table {
        check((64, 64), Fit::Stretch, turned(orientation), expected);
    }
}

#[track_caller]
fn check_refused(bytes: Vec<u8>, told: &str) {
    let refused = drawn((64, 64), Fit::Contain, bytes.clone()).expect_err("it cannot be drawn").to_string();
    assert!(refused.contains(told), "{refused}");
    let checked = Renderer::new().check(&screen(64, 64), &only_picture(Fit::Contain), &pictures("p", bytes));
    assert_eq!(checked.iter().map(ToString::to_string).collect::<Vec<_>>(), [refused]);
}

#[test]
fn what_is_no_picture_or_too_large_is_refused() {
    check_refused(Vec::new(), "picture `p` cannot be read");
    check_refused(b"not a picture at all".to_vec(), "picture `p` cannot be read");
    check_refused(b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "picture `p` cannot be read");
    let whole = file(quarters(64, 64), ImageFormat::Png);
    check_refused(whole[..whole.len() / 2].to_vec(), "picture `p` cannot be read");
    check_refused(vec![0; (8 << 20) + 1], "picture `p` is too large: 8388609 bytes, at most 8388608 bytes");
    // It claims 60,000 by 60,000 pixels in a few bytes.
    let mut bomb = file(quarters(8, 8), ImageFormat::Gif);
    bomb[6..10].copy_from_slice(&[0x60, 0xea, 0x60, 0xea]);
    check_refused(bomb, "picture `p` is too large: 60000×60000 pixels, at most 16000000 pixels");
}

#[test]
fn a_picture_that_is_not_there_is_told() {
    let found = Renderer::new().check(&screen(64, 64), &only_picture(Fit::Cover), &Pictures::new());
    assert_eq!(found, [Undrawable::MissingPicture { path: path("p") }]);
}

#[test]
fn a_frame_as_png_has_the_same_pixels() {
    let frame = drawn((64, 48), Fit::Stretch, file(quarters(64, 48), ImageFormat::Png)).expect("it is drawn");
    let png = image::load_from_memory(&frame.to_png()).expect("it is a PNG");
    assert_eq!(png.dimensions(), (64, 48));
    assert_eq!(png.into_rgb8().into_raw(), frame.pixels());
    assert_eq!(Frame::new(frame.size(), frame.pixels().to_vec()).as_ref(), Some(&frame));
    assert_eq!(Frame::new(frame.size(), frame.pixels()[3..].to_vec()), None);
}
