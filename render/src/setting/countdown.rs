//! How long it still is until a moment.

use playlists::Profile;

use super::Setting;
use crate::{
    areas::Area,
    scene::Part,
    telling::{Remaining, Telling},
};

/// Its share of the room's height below a text, in hundredths.
const BELOW: i32 = 45;

impl Setting<'_> {
    /// Takes the lower part of the room below a text, else all of it.
    pub(super) fn set_countdown(&mut self, language: &str, below: bool) {
        let Some(countdown) = self.item.countdown else { return };
        let minimum = self.minimum(language);
        let mut area = self.room;
        if below {
            area = area.take_bottom(area.height * BELOW / 100, i32::from(minimum) * 7 / 4);
            self.room = Area { height: self.room.height - area.height, ..self.room };
        }
        let remaining = Remaining {
            area: area.inset(self.margin),
            language: language.to_owned(),
            until: countdown.moment(&self.screen.gate.time_zone),
            // Beside a road nothing ticks.
            with_seconds: self.screen.profile == Profile::Plaza,
            minimum,
        };
        match remaining.check(&mut self.studio.faces) {
            Ok(()) => self.add(Part::Telling(Telling::Remaining(remaining))),
            Err(cause) => self.undrawable.push(cause),
        }
    }
}
