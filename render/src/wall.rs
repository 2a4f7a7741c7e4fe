//! The frame that is lent out: what is on it, and where it was changed last.

use std::time::Duration;

use playlists::{
    Digest, Item, Language, Layout, Picture, Pictures, Screen, ScreenSize, Shows, Transition, Trust,
};

use crate::{
    Frame, Rectangle,
    areas::Area,
    scene::{Instant, Scene, Studio},
    transition,
};

/// All that a scene depends on.
pub(crate) struct Of {
    screen: Screen,
    trust: Trust,
    item: Option<(Item, Layout, Vec<Language>)>,
    pictures: Vec<Option<Digest>>,
}

impl Of {
    pub(crate) fn new(screen: &Screen, shows: &Shows<'_>, pictures: &Pictures, trust: Trust) -> Self {
        let item = match shows {
            Shows::SafePage => None,
            Shows::Item { item, layout, languages, .. } => {
                Some(((*item).clone(), *layout, languages.iter().copied().cloned().collect()))
            }
        };
        Self { screen: screen.clone(), trust, item, pictures: digests(shows, pictures).collect() }
    }

    /// Whether it is the same. Asked for every frame, so nothing is copied for it.
    pub(crate) fn is(&self, screen: &Screen, shows: &Shows<'_>, pictures: &Pictures, trust: Trust) -> bool {
        let same_item = match (&self.item, shows) {
            (None, Shows::SafePage) => true,
            (Some((known, as_layout, on)), Shows::Item { item, layout, languages, .. }) => {
                known == *item && as_layout == layout && on.iter().eq(languages.iter().copied())
            }
            (None, Shows::Item { .. }) | (Some(_), Shows::SafePage) => false,
        };
        same_item
            && self.trust == trust
            && self.pictures.iter().copied().eq(digests(shows, pictures))
            && self.screen == *screen
    }
}

fn digests<'a>(shows: &Shows<'a>, pictures: &'a Pictures) -> impl Iterator<Item = Option<Digest>> + use<'a> {
    let item = match shows {
        Shows::SafePage => None,
        Shows::Item { item, .. } => Some(*item),
    };
    item.into_iter().flat_map(Item::pictures).map(|path| pictures.get(path).map(Picture::digest))
}

/// A scene and the frame that it is painted on.
pub(crate) struct Wall {
    scene: Scene,
    frame: Frame,
    /// What of each part of the scene is on the frame; `None` before the first painting.
    seen: Option<Vec<u64>>,
    /// Where the last painting has changed what is lent out.
    changed: Vec<Rectangle>,
    /// While the scene comes on.
    entry: Option<Entry>,
}

/// How the scene comes on: its frame is painted as ever, and what is lent out is mixed of it and the one before.
struct Entry {
    how: Transition,
    before: Frame,
    shown: Frame,
    /// The step that is shown.
    step: Option<u64>,
}

impl Wall {
    /// `room` is a frame that is no longer needed, whatever is on it.
    pub(crate) fn new(scene: Scene, size: ScreenSize, room: Option<Frame>) -> Self {
        let room = room.filter(|frame| frame.size() == size);
        let frame = room.unwrap_or_else(|| Frame::dark(size));
        // Room for the most that can ever be in it, so that no frame asks for memory.
        let changed = Vec::with_capacity(scene.parts.len().max(1));
        Self { scene, frame, seen: None, changed, entry: None }
    }

    /// The same, but it comes on in the place of `before`.
    pub(crate) fn entering(self, how: Transition, before: Frame) -> Self {
        let shown = Frame::dark(before.size());
        Self { entry: Some(Entry { how, before, shown, step: None }), ..self }
    }

    /// Makes the frame what it is at a moment. Parts that stay as they are cost nothing.
    pub(crate) fn paint(&mut self, studio: &mut Studio, at: Instant) {
        self.paint_scene(studio, at);
        let Some(entry) = &mut self.entry else { return };
        let whole = self.frame.whole();
        match transition::step(at.elapsed) {
            Some(step) if entry.step == Some(step) => self.changed.clear(),
            Some(step) => {
                transition::paint(entry.how, step, &entry.before, &self.frame, &mut entry.shown);
                entry.step = Some(step);
                self.changed.clear();
                self.changed.push(whole);
            }
            None => {
                self.entry = None;
                self.changed.clear();
                self.changed.push(whole);
            }
        }
    }

    fn paint_scene(&mut self, studio: &mut Studio, at: Instant) {
        let Self { scene, frame, seen, changed, .. } = self;
        let whole = Area::whole(frame.size());
        let mut canvas = frame.canvas();
        changed.clear();
        let Some(seen) = seen else {
            scene.base.paint(&mut canvas, whole);
            let paint = |part| {
                let view = scene.view(part, at);
                scene.paint(studio, &mut canvas, part, None, view);
                view
            };
            *seen = Some(scene.parts.iter().map(paint).collect());
            changed.push(whole.into());
            // Where nothing changes, nothing is painted anew, and a picture of the whole wall is large.
            if scene.parts.is_empty() {
                scene.base.pictures.clear();
            }
            return;
        };
        for (part, seen) in scene.parts.iter().zip(seen) {
            let view = scene.view(part, at);
            if *seen == view {
                continue;
            }
            if !part.covers() {
                scene.base.paint(&mut canvas, part.area());
            }
            scene.paint(studio, &mut canvas, part, Some(*seen), view);
            changed.push(part.area().into());
            *seen = view;
        }
    }

    /// What is painted.
    pub(crate) fn frame(&self) -> &Frame {
        self.entry.as_ref().map_or(&self.frame, |entry| &entry.shown)
    }

    /// Where it differs from what it was before the last painting.
    pub(crate) fn changed(&self) -> &[Rectangle] {
        &self.changed
    }

    /// How long after the scene came on the frame changes next by itself.
    pub(crate) fn next_change(&self, at: Instant) -> Option<Duration> {
        let step = self.entry.as_ref().and_then(|entry| entry.step).map(transition::next);
        step.or_else(|| self.scene.next_change(at))
    }

    /// The frame alone.
    pub(crate) fn into_frame(self) -> Frame {
        self.frame
    }
}
