//! The bar at the top: the gate's name, the date and the time.

use playlists::{Header, Language, Trust};

use super::Setting;
use crate::{
    areas::Area,
    light,
    scene::Part,
    telling::{Bar, Telling},
};

/// The bar's share of the screen's height, in hundredths.
const SHARE: i32 = 15;
/// How much light of the text the bar has, in 255ths: enough to be seen as a bar, too little to disturb.
const TINT: u8 = 10;

impl Setting<'_> {
    /// Takes a bar off the top of the room.
    pub(super) fn set_header(&mut self, language: &str) {
        let Some(header) = self.item.header else { return };
        let minimum = self.minimum(language);
        let height =
            (self.room.height * SHARE / 100).max(i32::from(minimum) * 7 / 4).min(self.room.height / 2);
        let area = Area { height, ..self.room };
        self.room = Area { y: self.room.y + height, height: self.room.height - height, ..self.room };
        let mut ground = self.background();
        for (under, over) in ground.iter_mut().zip(self.scene.colour) {
            *under = light::mix(*under, over, TINT);
        }
        self.scene.base.dividers.push((area, ground));

        let gate = &self.screen.gate;
        let name = Language::parse(language).ok().and_then(|language| gate.name.get(&language));
        let told = match (header, self.trust) {
            // A wrong time is worse than none.
            (Header::Name, _) | (_, Trust::Untrusted) => Header::Name,
            (header, Trust::Trusted) => header,
        };
        let bar = Bar {
            area: Area { x: area.x + self.margin, width: area.width - 2 * self.margin, ..area },
            language: language.to_owned(),
            name: name.cloned().unwrap_or_default(),
            header: told,
            zone: gate.time_zone.clone(),
            minimum,
        };
        match bar.check(&mut self.studio.faces) {
            Ok(()) => self.add(Part::Telling(Telling::Bar(bar))),
            Err(cause) => self.undrawable.push(cause),
        }
    }
}
