//! A picture behind everything, dimmed as far as the text on it needs.

use std::sync::Arc;

use playlists::{Colour, Fit, Focus, LEAST_CONTRAST};

use super::Setting;
use crate::{
    Undrawable,
    areas::Area,
    light,
    pictures::{Framing, Scaled},
};

impl Setting<'_> {
    /// Lies under all that comes later, and takes no room.
    pub(super) fn set_backdrop(&mut self) {
        let Some(path) = &self.item.ground.backdrop else { return };
        let area = Area::whole(self.screen.size);
        let framing = Framing { area, fit: Fit::Cover, focus: Focus::MIDDLE, background: self.background() };
        match self.studio.scaler.scaled(self.pictures, path, framing) {
            Ok(picture) if picture.moves() => {
                self.undrawable.push(Undrawable::MovingBackdrop { path: path.clone() });
            }
            Ok(picture) => {
                let ground = &self.item.ground;
                let read = self.item.texts.is_some() || self.item.countdown.is_some();
                let dimmed = if read { dimmed(&picture, ground.colour, ground.background) } else { picture };
                self.scene.base.pictures.push(dimmed);
            }
            Err(cause) => self.undrawable.push(cause),
        }
    }
}

/// The picture with as little as possible of `background` laid over it, so that every pixel of it is far enough from
/// `colour` to read.
fn dimmed(picture: &Arc<Scaled>, colour: Colour, background: Colour) -> Arc<Scaled> {
    let extremes = extremes(picture.frame(0));
    let enough = |veil: u8| {
        let veiled = extremes.map(|pixel| laid_over(pixel, background, veil));
        // All of it on the same side of the text as the background.
        let lighter =
            |one: Colour, other: Colour| one.contrast(Colour::BLACK) > other.contrast(Colour::BLACK);
        let side = lighter(background, colour);
        veiled.iter().all(|pixel| pixel.contrast(colour) >= LEAST_CONTRAST && lighter(*pixel, colour) == side)
    };
    let veil = (0..255).collect::<Vec<u8>>().partition_point(|veil| !enough(*veil));
    let veil = u8::try_from(veil).unwrap_or(u8::MAX);
    if veil == 0 {
        return Arc::clone(picture);
    }
    let table = |over: u8| std::array::from_fn(|under| light::mix(under as u8, over, veil));
    let tables: [[u8; 256]; 3] = [background.red, background.green, background.blue].map(table);
    let pixels = picture.frame(0).as_chunks::<3>().0.iter();
    let veiled =
        pixels.flat_map(|pixel| std::array::from_fn::<u8, 3, _>(|n| tables[n][usize::from(pixel[n])]));
    Arc::new(Scaled::still(picture.area, veiled.collect()))
}

/// The darkest and the lightest pixel.
fn extremes(pixels: &[u8]) -> [Colour; 2] {
    let light = |pixel: &[u8; 3]| {
        let [red, green, blue] = pixel.map(|value| u32::from(light::to_linear(value)));
        red * 2126 + green * 7152 + blue * 722
    };
    let pixels = pixels.as_chunks::<3>().0;
    let colour = |pixel: Option<&[u8; 3]>| {
        let [red, green, blue] = pixel.copied().unwrap_or_default();
        Colour { red, green, blue }
    };
    [
        colour(pixels.iter().min_by_key(|pixel| light(pixel))),
        colour(pixels.iter().max_by_key(|pixel| light(pixel))),
    ]
}

fn laid_over(under: Colour, over: Colour, veil: u8) -> Colour {
    let mix = |under, over| light::mix(under, over, veil);
    Colour {
        red: mix(under.red, over.red),
        green: mix(under.green, over.green),
        blue: mix(under.blue, over.blue),
    }
}
