//! What stands beside the text: a picture or a code.

use std::sync::Arc;

use playlists::{Figure, Fit};

use super::{Setting, code};
use crate::{areas::Area, pictures::Framing, scene::Part};

impl Setting<'_> {
    /// Takes a third of the room if it is `shared`, else all of it.
    pub(super) fn set_figure(&mut self, shared: bool) {
        let Some(figure) = &self.item.figure else { return };
        let whole = self.room;
        let (box_of_figure, rest) = if shared { whole.shared() } else { (whole, whole) };
        self.room = rest;
        match figure {
            Figure::Picture { path, fit, focus } => {
                let framed = shared && *fit == Fit::Contain;
                let area = if framed { box_of_figure.inset(self.margin) } else { box_of_figure };
                let framing = Framing { area, fit: *fit, focus: *focus, background: self.background() };
                match self.studio.scaler.scaled(self.pictures, path, framing) {
                    Ok(picture) if picture.moves() => {
                        self.forbid_on_road("the picture");
                        self.add(Part::Moving(picture));
                    }
                    Ok(picture) => self.scene.base.pictures.push(picture),
                    Err(cause) => self.undrawable.push(cause),
                }
            }
            Figure::Code(text) => match code::drawn(text, self.room_of_code(box_of_figure, shared)) {
                Ok(picture) => self.scene.base.pictures.push(Arc::new(picture)),
                Err(cause) => self.undrawable.push(cause),
            },
        }
    }

    /// A code has its own white margin; beside a text it still keeps from it.
    fn room_of_code(&self, area: Area, shared: bool) -> Area {
        if shared { area.inset(self.margin / 2) } else { area }
    }
}
