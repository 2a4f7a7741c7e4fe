//! From an item and a moment to a frame. Pure, and only with the fonts that are shipped: the same programme at
//! the same moment is the same frame, bit for bit, on a gate and in the controller.

mod areas;
mod base;
mod coverage;
mod cut;
mod faults;
mod fit;
mod frame;
mod layout;
mod legible;
mod letter;
mod light;
mod measures;
mod outline;
mod pages;
mod paint;
mod pictures;
mod rehearsal;
mod scene;
mod setting;
mod shelf;
mod telling;
mod texts;
mod ticker;
mod transition;
mod typeface;
mod typesetter;
mod undrawable;
mod wall;
mod words;

pub use frame::{Frame, Rectangle};
pub use shelf::Shelf;
pub use typesetter::{Line, Run, Strip, Typesetter, UnreadableFont};
pub use undrawable::{Position, Undrawable};

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use playlists::{
    Decision, Digest, Item, Language, Pictures, Profile, Programme, Screen, Shows, Transition, Trust,
};

use crate::{
    layout::Shaped,
    paint::Painter,
    pictures::Scaler,
    scene::{Instant, Scene, Studio},
    setting::Setting,
    typeface::Typefaces,
    wall::{Of, Wall},
};

/// Draws. Holds the fonts and what was drawn before (glyphs, scaled pictures, strips); the answers do not
/// depend on what it holds.
pub struct Renderer {
    studio: Studio,
    /// What was drawn last: most frames are the same as the one before, or another step of it.
    wall: Option<(Of, Wall)>,
}

/// What is on air at a moment.
pub struct Moment<'a> {
    /// What, since when, why.
    pub decision: Decision<'a>,
    /// The pixels, lent by the renderer: its next [`Renderer::at`] paints on.
    pub frame: &'a Frame,
    /// Where the frame may differ from that of the [`Renderer::at`] before: nothing for what stands still, the
    /// band of a ticker, the whole frame for something else or from a fresh renderer. Nothing else that a
    /// renderer is asked for has a part in it.
    pub changed: &'a [Rectangle],
    /// When the pixels change next: the decision's end, a page, or the next step of a ticker.
    pub next_change: Timestamp,
}

/// A glyph as the layout engine places it, in thousandths of an em.
#[derive(Debug, Clone, PartialEq)]
pub struct ShapedGlyph {
    /// The file of the font.
    pub file: &'static str,
    /// Its number in the font.
    pub id: u16,
    /// From the line's start to the right.
    pub x: f32,
    /// From the baseline upwards.
    pub y: f32,
}

/// The font files that drawing uses, with their digests.
pub fn font_files() -> Vec<(String, Digest)> {
    // Not from the bytes: reading megabytes of letters that nobody needs would delay every start.
    let digest = |hex| Digest::parse(hex).expect("a test of `fonts` compares it with the file");
    typeface::used().map(|face| (face.file.to_owned(), digest(face.sha256))).collect()
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Renderer {
    /// Loads the shipped fonts.
    pub fn new() -> Self {
        Self::with(Scaler::default())
    }

    /// The same, but scaled pictures for which there is no room in memory are put on `shelf`.
    pub fn with_shelf(shelf: Box<dyn Shelf>) -> Self {
        Self::with(Scaler::with(shelf))
    }

    fn with(scaler: Scaler) -> Self {
        let studio = Studio { faces: Typefaces::load(), painter: Painter::default(), scaler };
        Self { studio, wall: None }
    }

    /// What `programme` shows at `now`. If an item cannot be drawn, which [`Renderer::check`] would have told
    /// before it was published, the safe page is drawn.
    pub fn at<'a>(
        &'a mut self,
        programme: &'a Programme,
        pictures: &Pictures,
        now: Timestamp,
        trust: Trust,
    ) -> Moment<'a> {
        let decision = playlists::decide(programme, now, trust);
        let elapsed = Duration::try_from(now.duration_since(decision.since)).unwrap_or_default();
        let at = Instant { since: decision.since, elapsed };
        let (screen, shows) = (programme.screen(), &decision.shows);
        let (of, mut wall) = match self.wall.take() {
            Some((of, wall)) if of.is(screen, shows, pictures, trust) => (of, wall),
            last => {
                // The old scene goes first, so that there is never room taken for two.
                let room = last.map(|(_, wall)| wall.into_frame());
                let wall = Wall::new(self.scene(screen, shows, pictures, trust), screen.size, room);
                let wall = match self.entrance(programme, pictures, &decision, elapsed, trust) {
                    Some((how, before)) => wall.entering(how, before),
                    None => wall,
                };
                (Of::new(screen, shows, pictures, trust), wall)
            }
        };
        wall.paint(&mut self.studio, at);
        let (_, wall) = self.wall.insert((of, wall));
        let change = wall
            .next_change(at)
            .and_then(|change| SignedDuration::try_from(change).ok())
            .and_then(|change| decision.since.checked_add(change).ok());
        let next_change = change.map_or(decision.until, |change| change.min(decision.until));
        Moment { decision, frame: wall.frame(), changed: wall.changed(), next_change }
    }

    /// What is set for `shows`, or the safe page.
    fn scene(&mut self, screen: &Screen, shows: &Shows<'_>, pictures: &Pictures, trust: Trust) -> Scene {
        let scene = Scene::new(&mut self.studio, screen, shows, pictures, trust);
        scene.unwrap_or_else(|_| Scene::safe_page(&mut self.studio, screen))
    }

    /// How what was decided comes on, and the last frame of what was there before; nothing if it is simply there.
    fn entrance(
        &mut self,
        programme: &Programme,
        pictures: &Pictures,
        decision: &Decision<'_>,
        elapsed: Duration,
        trust: Trust,
    ) -> Option<(Transition, Frame)> {
        let how = decision.item()?.transition;
        transition::step(elapsed).filter(|_| how != Transition::Cut)?;
        let screen = programme.screen();
        let last = decision.since.checked_sub(SignedDuration::from_nanos(1)).ok()?;
        let before = playlists::decide(programme, last, trust);
        if before.shows == decision.shows {
            return None;
        }
        let mut wall = Wall::new(self.scene(screen, &before.shows, pictures, trust), screen.size, None);
        let elapsed = Duration::try_from(last.duration_since(before.since)).unwrap_or_default();
        wall.paint(&mut self.studio, Instant { since: before.since, elapsed });
        Some((how, wall.into_frame()))
    }

    /// Draws one thing `elapsed` after it came on at `since`, as it is after its transition.
    pub fn draw(
        &mut self,
        screen: &Screen,
        shows: &Shows<'_>,
        pictures: &Pictures,
        since: Timestamp,
        elapsed: Duration,
    ) -> Result<Frame, Undrawable> {
        let scene = Scene::new(&mut self.studio, screen, shows, pictures, Trust::Trusted);
        let mut wall = Wall::new(scene.map_err(|mut all| all.swap_remove(0))?, screen.size, None);
        wall.paint(&mut self.studio, Instant { since, elapsed });
        Ok(wall.into_frame())
    }

    /// Everything that would keep `item` from being drawn whole and legibly on `screen`: missing glyphs, text
    /// that does not fit, pictures that are missing, broken or too large.
    pub fn check(&mut self, screen: &Screen, item: &Item, pictures: &Pictures) -> Vec<Undrawable> {
        let languages: Vec<_> = screen.languages_of(item).collect();
        let layout = screen.layout_of(item);
        let at_once = if screen.takes_turns(item) { 1 } else { languages.len().max(1) };
        let mut found = Vec::new();
        let mut turns: Vec<&[&Language]> = languages.chunks(at_once).collect();
        if turns.is_empty() {
            turns.push(&[]);
        }
        for languages in turns {
            let setting = Setting::new(&mut self.studio, screen, item, layout, pictures, Trust::Trusted);
            let mut scene = setting.scene(languages).err().unwrap_or_default();
            if screen.profile == Profile::Road && item.transition != Transition::Cut {
                scene.push(Undrawable::MovesOnRoad { what: "the transition" });
            }
            for undrawable in scene {
                if !found.contains(&undrawable) {
                    found.push(undrawable);
                }
            }
        }
        found
    }

    /// The glyphs of `text` on one line, as they would be drawn in `language`.
    pub fn shape(&mut self, language: &str, text: &str) -> Vec<ShapedGlyph> {
        let faces = &mut self.studio.faces;
        let line = Shaped::new(faces, language, text).lines(faces, None).concat();
        let shaped = line.iter().map(|g| ShapedGlyph { file: faces.file(g.face), id: g.id, x: g.x, y: -g.y });
        shaped.collect()
    }
}
