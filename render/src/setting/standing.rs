//! Texts that stand still: one, or several above each other or side by side.

use std::time::Duration;

use playlists::Layout;

use super::{Setting, Written};
use crate::{
    Undrawable,
    areas::Area,
    fit::{Block, Bounds},
    legible, light,
    pages::{FIND, Pages},
    scene::Part,
    texts::{Text, fit_alike, fit_beside_vietnamese, rows, shape, tallest},
};

/// How much light of the text a divider has, in 255ths.
const DIVIDER: u8 = 64;

impl Setting<'_> {
    /// Takes all the room there is.
    pub(super) fn set_standing(&mut self, written: &Written<'_>) {
        let (room, margin) = (self.room, self.margin);
        // The law is about a picture that has both.
        let by_law = self.screen.rules.vietnamese_first
            && written.len() > 1
            && written.first().is_some_and(|(l, _)| *l == "vi");
        let areas = match self.layout {
            Layout::Split => room.inset(margin).columns(written.len(), margin * 2),
            Layout::Rotate | Layout::Stack | Layout::Ticker => {
                rows(room.inset(margin), written, margin, by_law)
            }
        };
        let bounds = |language: &str| Bounds {
            minimum: legible::minimum(language, &self.screen.rules),
            maximum: tallest(room),
            pages: 1,
        };
        let mut texts = shape(&mut self.studio.faces, written, &areas, bounds);
        self.undrawable.extend(texts.iter().flat_map(Text::faults));
        for text in &mut texts {
            self.give_time(text);
        }
        let faces = &self.studio.faces;
        let blocks = if by_law {
            fit_beside_vietnamese(faces, &mut texts)
        } else {
            let blocks = fit_alike(faces, &mut texts).into_iter().zip(&texts);
            blocks.map(|(block, text)| block.ok_or_else(|| text.does_not_fit())).collect()
        };
        let mut placed = Vec::new();
        for (block, area) in blocks.into_iter().zip(&areas) {
            match block {
                Ok(block) => placed.push((*area, block)),
                Err(cause) => self.undrawable.push(cause),
            }
        }
        if self.layout == Layout::Stack {
            spread(&mut placed, room);
        }
        for (area, block) in placed {
            let pages = Pages::new(&block, self.duration);
            self.add(Part::Standing(area, block, pages));
        }
        if self.layout == Layout::Split {
            areas.iter().skip(1).for_each(|column| self.divide(*column));
        }
    }

    /// As many pages as can be found and read in the item's duration.
    fn give_time(&mut self, text: &mut Text<'_>) {
        let rules = &self.screen.rules;
        let needed = legible::reading_time(text.language, &mut text.shaped, rules);
        let Some(left) = self.duration.checked_sub(needed) else {
            let (language, ten_words) = (text.language.to_owned(), rules.ten_words);
            self.undrawable.push(Undrawable::TooShort { language, needed, ten_words });
            return;
        };
        let pages = usize::try_from(left.as_nanos() / Duration::as_nanos(&FIND)).unwrap_or(usize::MAX);
        text.bounds.pages = pages.max(1);
    }

    /// Draws a thin line in the middle of the gap at the left of `column`.
    fn divide(&mut self, column: Area) {
        let width = 2.min(self.margin * 2);
        let line = Area { x: column.x - self.margin - width / 2, width, ..column };
        let mut colour = self.background();
        for (under, over) in colour.iter_mut().zip(self.scene.colour) {
            *under = light::mix(*under, over, DIVIDER);
        }
        self.scene.base.dividers.push((line, colour));
    }
}

/// Puts blocks above each other with equal gaps: each is as large as it may be, and so none fills its row.
fn spread(placed: &mut [(Area, Block)], room: Area) {
    let heights: i32 = placed.iter().map(|(_, block)| block.height).sum();
    let count = i32::try_from(placed.len()).unwrap_or(i32::MAX - 1);
    let free = room.height - heights;
    let mut above = 0;
    for ((area, block), n) in placed.iter_mut().zip(1..) {
        let y = room.y + above + free * n / (count + 1);
        block.lower(y - (area.y + (area.height - block.height) / 2));
        *area = Area { y, height: block.height, ..*area };
        above += block.height;
    }
}
