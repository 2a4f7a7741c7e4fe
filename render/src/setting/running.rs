//! A text that runs through, with what stands still above it.

use super::{Setting, Written};
use crate::{
    Undrawable,
    areas::Area,
    fit::Bounds,
    scene::{Part, Studio},
    texts::{Text, rows, shape, tallest},
    ticker::{CannotRun, Ticker},
};

/// What stands for a line feed where there is one line only.
const ONE_LINE: &str = "   ";
/// The share of the room's height, in hundredths, that the text has below a picture.
const BELOW: i32 = 40;

impl Setting<'_> {
    /// Takes the whole room, or its lower part if something is to stand above.
    pub(super) fn set_running(&mut self, written: &Written<'_>) {
        self.forbid_on_road("layout `ticker`");
        let written: Vec<_> =
            written.iter().map(|(language, text)| (*language, text.replace('\n', ONE_LINE))).collect();
        let above = self.item.figure.is_some() || self.item.countdown.is_some();
        let least = written.iter().map(|(language, _)| i32::from(self.minimum(language)) * 7 / 4).sum();
        let band =
            if above { self.room.take_bottom(self.room.height * BELOW / 100, least) } else { self.room };
        if above {
            self.room = Area { height: self.room.height - band.height, ..self.room };
        }
        // It comes from the very edge, and its ink keeps from the others by itself.
        let areas = rows(band, &written, 0, false);
        let rules = self.screen.rules;
        let bounds = |language: &str| Bounds {
            minimum: crate::legible::minimum(language, &rules),
            maximum: tallest(band),
            pages: 1,
        };
        let mut texts = shape(&mut self.studio.faces, &written, &areas, bounds);
        self.undrawable.extend(texts.iter().flat_map(Text::faults));
        let colours = [self.scene.colour, self.background()];
        for text in &mut texts {
            let Studio { faces, painter, .. } = &mut *self.studio;
            let minimum = text.bounds.minimum;
            let duration = self.duration;
            match Ticker::new((faces, painter), &mut text.shaped, text.area, minimum, duration, colours) {
                Ok(ticker) => self.add(Part::Running(ticker)),
                Err(CannotRun::TooHigh) => self.undrawable.push(text.does_not_fit()),
                Err(CannotRun::TooLong(needed)) => {
                    let language = text.language.to_owned();
                    self.undrawable.push(Undrawable::RunsTooLong { language, needed });
                }
            }
        }
    }
}
