//! The frame that is lent out: what is on it, and where it was changed last.

use std::time::Duration;

use playlists::{Digest, Item, Language, Layout, Picture, Pictures, Screen, ScreenSize, Shows};

use crate::{
    Frame, Rectangle,
    areas::Area,
    scene::{Part, Scene, Studio},
};

/// All that a scene depends on.
pub(crate) struct Of {
    screen: Screen,
    item: Option<(Item, Layout, Vec<Language>)>,
    picture: Option<Digest>,
}

impl Of {
    pub(crate) fn new(screen: &Screen, shows: &Shows<'_>, pictures: &Pictures) -> Self {
        let item = match shows {
            Shows::SafePage => None,
            Shows::Item { item, layout, languages, .. } => {
                Some(((*item).clone(), *layout, languages.iter().copied().cloned().collect()))
            }
        };
        Self { screen: screen.clone(), item, picture: picture(shows, pictures) }
    }

    /// Whether it is the same. Asked for every frame, so nothing is copied for it.
    pub(crate) fn is(&self, screen: &Screen, shows: &Shows<'_>, pictures: &Pictures) -> bool {
        let same_item = match (&self.item, shows) {
            (None, Shows::SafePage) => true,
            (Some((known, as_layout, on)), Shows::Item { item, layout, languages, .. }) => {
                known == *item && as_layout == layout && on.iter().eq(languages.iter().copied())
            }
            (None, Shows::Item { .. }) | (Some(_), Shows::SafePage) => false,
        };
        same_item && self.picture == picture(shows, pictures) && self.screen == *screen
    }
}

fn picture(shows: &Shows<'_>, pictures: &Pictures) -> Option<Digest> {
    match shows {
        Shows::SafePage => None,
        Shows::Item { item, .. } => pictures.get(item.picture.as_ref()?).map(Picture::digest),
    }
}

/// A scene and the frame that it is painted on.
pub(crate) struct Wall {
    scene: Scene,
    frame: Frame,
    /// What of each part of the scene is on the frame; `None` before the first painting.
    seen: Option<Vec<u64>>,
    /// Where the last painting has changed the frame.
    changed: Vec<Rectangle>,
}

impl Wall {
    /// `room` is a frame that is no longer needed, whatever is on it.
    pub(crate) fn new(scene: Scene, size: ScreenSize, room: Option<Frame>) -> Self {
        let room = room.filter(|frame| frame.size() == size);
        let frame = room.unwrap_or_else(|| Frame::dark(size));
        // Room for the most that can ever be in it, so that no frame asks for memory.
        let changed = Vec::with_capacity(scene.parts.len().max(1));
        Self { scene, frame, seen: None, changed }
    }

    /// Makes the frame what it is `elapsed` after the scene came on. Parts that stay as they are cost nothing.
    pub(crate) fn paint(&mut self, studio: &mut Studio, elapsed: Duration) {
        let Self { scene, frame, seen, changed } = self;
        let whole = Area::whole(frame.size());
        let mut canvas = frame.canvas();
        changed.clear();
        let Some(seen) = seen else {
            scene.base.paint(&mut canvas, whole);
            let paint = |part| {
                let view = scene.view(part, elapsed);
                scene.paint(studio, &mut canvas, part, view);
                view
            };
            *seen = Some(scene.parts.iter().map(paint).collect());
            changed.push(whole.into());
            return;
        };
        for (part, seen) in scene.parts.iter().zip(seen) {
            let view = scene.view(part, elapsed);
            if *seen == view {
                continue;
            }
            if let Part::Standing(area, _) = part {
                scene.base.paint(&mut canvas, *area);
            }
            scene.paint(studio, &mut canvas, part, view);
            changed.push(part.area().into());
            *seen = view;
        }
    }

    /// What is painted.
    pub(crate) fn frame(&self) -> &Frame {
        &self.frame
    }

    /// Where it differs from what it was before the last painting.
    pub(crate) fn changed(&self) -> &[Rectangle] {
        &self.changed
    }

    /// How long after the scene came on the frame changes next by itself.
    pub(crate) fn next_change(&self, elapsed: Duration) -> Option<Duration> {
        self.scene.next_change(elapsed)
    }

    /// The frame alone.
    pub(crate) fn into_frame(self) -> Frame {
        self.frame
    }
}
