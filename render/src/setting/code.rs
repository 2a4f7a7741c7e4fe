//! A QR code on whole LED pixels, so that every module has straight edges.

use playlists::CodeText;
use qrcode::{Color, EcLevel, QrCode};

use crate::{Undrawable, areas::Area, pictures::Scaled};

/// White around it, in modules, as the standard asks.
const QUIET: i32 = 4;
/// A telephone sees the dark between single LEDs as well as their light.
const LEAST_PIXELS: i32 = 2;
/// From the most that may be hidden to the least.
const LEVELS: [EcLevel; 4] = [EcLevel::H, EcLevel::Q, EcLevel::M, EcLevel::L];

/// The code in the middle of `area`, as large as whole pixels allow; among those of the same module size the one that
/// bears most damage.
pub(super) fn drawn(text: &CodeText, area: Area) -> Result<Scaled, Undrawable> {
    let codes =
        LEVELS.iter().filter_map(|level| QrCode::with_error_correction_level(text.as_str(), *level).ok());
    let modules = |code: &QrCode| i32::try_from(code.width()).unwrap_or(i32::MAX / 4) + 2 * QUIET;
    let pixels = |code: &QrCode| area.width.min(area.height) / modules(code);
    // What nobody can see is all the same: then the smallest. Among the others the first of the largest, which bears
    // most damage.
    let rank = |code: &QrCode| match pixels(code) {
        pixels if pixels >= LEAST_PIXELS => (pixels, 0),
        _ => (0, -modules(code)),
    };
    let best = codes.reduce(|best, code| if rank(&code) > rank(&best) { code } else { best });
    let side = |length: i32| u16::try_from(length).unwrap_or(u16::MAX);
    match best {
        Some(code) if pixels(&code) >= LEAST_PIXELS => {
            Ok(painted(&code, pixels(&code), modules(&code), area))
        }
        other => Err(Undrawable::CodeTooLarge {
            needed: other.map_or(u16::MAX, |code| side(modules(&code) * LEAST_PIXELS)),
            width: side(area.width.max(0)),
            height: side(area.height.max(0)),
        }),
    }
}

fn painted(code: &QrCode, pixels: i32, modules: i32, area: Area) -> Scaled {
    let length = modules * pixels;
    let dark = |x: i32, y: i32| {
        let [x, y] = [x, y].map(|place| usize::try_from(place / pixels - QUIET).ok());
        let inside = x.zip(y).filter(|(x, y)| *x < code.width() && *y < code.width());
        inside.is_some_and(|(x, y)| code[(x, y)] == Color::Dark)
    };
    let places = (0..length).flat_map(|y| (0..length).map(move |x| (x, y)));
    let coloured = places.flat_map(|(x, y)| if dark(x, y) { [0; 3] } else { [255; 3] }).collect();
    let (x, y) = (area.x + (area.width - length) / 2, area.y + (area.height - length) / 2);
    Scaled::still(Area { x, y, width: length, height: length }, coloured)
}
