//! From an item and a moment to a frame. Pure, and only with the fonts that are shipped: the same programme at
//! the same moment is the same frame, bit for bit, on a gate and in the controller.

mod areas;
mod fit;
mod frame;
mod layout;
mod light;
mod paint;
mod pictures;
mod scene;
mod texts;
mod ticker;
mod typeface;
mod undrawable;

pub use frame::Frame;
pub use undrawable::Undrawable;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use playlists::{
    Decision, Digest, Item, Language, Layout, Picture, Pictures, Programme, Screen, Shows, Trust,
};

use crate::{
    layout::Shaped,
    paint::Painter,
    pictures::Scaler,
    scene::{Scene, Studio},
    typeface::Typefaces,
};

/// Draws. Holds the fonts and what was drawn before (glyphs, scaled pictures, strips); the answers do not
/// depend on what it holds.
pub struct Renderer {
    studio: Studio,
    last: Option<Last>,
}

/// What is on air at a moment.
pub struct Moment<'a> {
    /// What, since when, why.
    pub decision: Decision<'a>,
    /// The pixels.
    pub frame: Frame,
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
    typeface::used().map(|face| (face.file.to_owned(), Digest::of(face.bytes))).collect()
}

/// What was drawn last: most frames are the same as the one before, or another page of it.
struct Last {
    of: Of,
    scene: Scene,
    still: Option<(Vec<usize>, Frame)>,
}

/// All that a scene depends on.
#[derive(PartialEq)]
struct Of {
    screen: Screen,
    item: Option<(Item, Layout, Vec<Language>)>,
    picture: Option<Digest>,
}

impl Of {
    fn new(screen: &Screen, shows: &Shows<'_>, pictures: &Pictures) -> Self {
        let (item, picture) = match shows {
            Shows::SafePage => (None, None),
            Shows::Item { item, layout, languages, .. } => {
                let picture = item.picture.as_ref().and_then(|path| pictures.get(path));
                let languages = languages.iter().map(|language| (*language).clone()).collect();
                (Some(((*item).clone(), *layout, languages)), picture.map(Picture::digest))
            }
        };
        Self { screen: screen.clone(), item, picture }
    }
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Renderer {
    /// Loads the shipped fonts.
    pub fn new() -> Self {
        let studio =
            Studio { faces: Typefaces::load(), painter: Painter::default(), scaler: Scaler::default() };
        Self { studio, last: None }
    }

    /// What `programme` shows at `now`. If an item cannot be drawn, which [`Renderer::check`] would have told
    /// before it was published, the safe page is drawn.
    pub fn at<'a>(
        &mut self,
        programme: &'a Programme,
        pictures: &Pictures,
        now: Timestamp,
        trust: Trust,
    ) -> Moment<'a> {
        let decision = playlists::decide(programme, now, trust);
        let elapsed = Duration::try_from(now.duration_since(decision.since)).unwrap_or_default();
        let screen = &programme.screen;
        let (frame, change) = self
            .drawn(screen, &decision.shows, pictures, elapsed)
            .or_else(|_| self.drawn(screen, &Shows::SafePage, pictures, elapsed))
            .unwrap_or_else(|_| unreachable!("the safe page leaves out what it cannot draw"));
        let change = change
            .and_then(|change| SignedDuration::try_from(change).ok())
            .and_then(|change| decision.since.checked_add(change).ok());
        let next_change = change.map_or(decision.until, |change| change.min(decision.until));
        Moment { decision, frame, next_change }
    }

    /// Draws one thing `elapsed` after it came on.
    pub fn draw(
        &mut self,
        screen: &Screen,
        shows: &Shows<'_>,
        pictures: &Pictures,
        elapsed: Duration,
    ) -> Result<Frame, Undrawable> {
        self.drawn(screen, shows, pictures, elapsed).map(|(frame, _)| frame)
    }

    /// Everything that would keep `item` from being drawn whole and legibly on `screen`: missing glyphs, text
    /// that does not fit, pictures that are missing, broken or too large.
    pub fn check(&mut self, screen: &Screen, item: &Item, pictures: &Pictures) -> Vec<Undrawable> {
        let texts = item.texts.as_ref();
        let has_text = |language: &&Language| texts.is_some_and(|texts| texts.get(language).is_some());
        let languages: Vec<_> = screen.languages.iter().filter(has_text).collect();
        let layout = item.layout.unwrap_or(screen.arrangement.into());
        let one_by_one = matches!(layout, Layout::Rotate | Layout::Ticker) && !languages.is_empty();
        let at_once = if one_by_one { 1 } else { languages.len().max(1) };
        let mut found = Vec::new();
        let mut turns: Vec<&[&Language]> = languages.chunks(at_once).collect();
        if turns.is_empty() {
            turns.push(&[]);
        }
        for languages in turns {
            let scene = Scene::item(&mut self.studio, screen, item, layout, languages, pictures);
            for undrawable in scene.err().into_iter().flatten() {
                if !found.contains(&undrawable) {
                    found.push(undrawable);
                }
            }
        }
        found
    }

    /// The frame, and how long after the thing came on the next one is due.
    fn drawn(
        &mut self,
        screen: &Screen,
        shows: &Shows<'_>,
        pictures: &Pictures,
        elapsed: Duration,
    ) -> Result<(Frame, Option<Duration>), Undrawable> {
        let of = Of::new(screen, shows, pictures);
        let last = match self.last.take().filter(|last| last.of == of) {
            Some(last) => last,
            None => {
                let scene = Scene::new(&mut self.studio, screen, shows, pictures);
                Last { of, scene: scene.map_err(|mut all| all.swap_remove(0))?, still: None }
            }
        };
        let last = self.last.insert(last);
        let pages = last.scene.pages(elapsed);
        let frame = match &last.still {
            Some((drawn, frame)) if pages.as_ref() == Some(drawn) => frame.clone(),
            Some(_) | None => last.scene.paint(&mut self.studio, elapsed),
        };
        last.still = pages.map(|pages| (pages, frame.clone()));
        Ok((frame, last.scene.next_change(elapsed)))
    }

    /// The glyphs of `text` on one line, as they would be drawn in `language`.
    pub fn shape(&mut self, language: &str, text: &str) -> Vec<ShapedGlyph> {
        let faces = &mut self.studio.faces;
        let line = Shaped::new(faces, language, text).lines(faces, None).concat();
        let shaped = line.iter().map(|g| ShapedGlyph { file: faces.file(g.face), id: g.id, x: g.x, y: -g.y });
        shaped.collect()
    }
}
