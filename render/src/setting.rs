//! Sets the scene of an item: one layout after the other takes its part of the screen.

mod backdrop;
mod code;
mod countdown;
mod figure;
mod header;
mod running;
mod standing;

use std::time::Duration;

use playlists::{Item, Language, Layout, Pictures, Profile, Screen, Trust};

use crate::{
    Undrawable,
    areas::Area,
    base::Base,
    legible,
    scene::{Part, Scene, Studio},
};

/// A scene that is being set. What is wrong is gathered, so that all of it is told at once.
pub(crate) struct Setting<'a> {
    studio: &'a mut Studio,
    screen: &'a Screen,
    item: &'a Item,
    layout: Layout,
    pictures: &'a Pictures,
    trust: Trust,
    /// For how long it is seen at once.
    duration: Duration,
    /// What is not yet taken.
    room: Area,
    /// Free at the edges of boxes.
    margin: i32,
    scene: Scene,
    undrawable: Vec<Undrawable>,
}

/// Texts with their languages.
type Written<'a> = [(&'a str, String)];

impl<'a> Setting<'a> {
    pub(crate) fn new(
        studio: &'a mut Studio,
        screen: &'a Screen,
        item: &'a Item,
        layout: Layout,
        pictures: &'a Pictures,
        trust: Trust,
    ) -> Self {
        let room = Area::whole(screen.size);
        let [colour, background] =
            [item.ground.colour, item.ground.background].map(|c| [c.red, c.green, c.blue]);
        let scene = Scene { base: Base::plain(background), parts: Vec::new(), colour };
        let margin = room.margin();
        let undrawable = Vec::new();
        let duration = screen.shows_for(item, None);
        Self { studio, screen, item, layout, pictures, trust, duration, room, margin, scene, undrawable }
    }

    /// The item as it is when `languages` are on, or all that keeps it from being drawn.
    pub(crate) fn scene(mut self, languages: &[&Language]) -> Result<Scene, Vec<Undrawable>> {
        let texts: Vec<_> = languages
            .iter()
            .filter_map(|language| Some((language.as_str(), self.item.texts.as_ref()?.get(language)?)))
            .map(|(language, text)| (language, text.to_owned()))
            .collect();
        if let [language] = languages {
            self.duration = self.screen.shows_for(self.item, Some(language));
        }
        // A picture or a countdown alone is in no language; its header is in the screen's first.
        let language = languages.first().copied().or(self.screen.languages.first());
        let language = language.map_or("", Language::as_str);

        self.set_backdrop();
        self.set_header(language);
        let runs = self.layout == Layout::Ticker && !texts.is_empty();
        if runs {
            self.set_running(&texts);
        }
        let stands = !runs && !texts.is_empty();
        self.set_figure(stands || self.item.countdown.is_some());
        self.set_countdown(language, stands);
        if stands {
            self.set_standing(&texts);
        }
        if self.undrawable.is_empty() { Ok(self.scene) } else { Err(self.undrawable) }
    }

    fn background(&self) -> [u8; 3] {
        self.scene.base.background
    }

    /// The smallest size at which `language` is legible on this screen.
    fn minimum(&self, language: &str) -> u16 {
        legible::minimum(language, &self.screen.rules)
    }

    /// Refuses what moves on a screen beside a road.
    fn forbid_on_road(&mut self, what: &'static str) {
        if self.screen.profile == Profile::Road {
            self.undrawable.push(Undrawable::MovesOnRoad { what });
        }
    }

    fn add(&mut self, part: Part) {
        self.scene.parts.push(part);
    }
}
