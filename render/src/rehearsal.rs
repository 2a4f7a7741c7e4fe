//! Every item of a programme is drawn once before it goes on a wall.

use std::collections::HashMap;

use playlists::{Item, Pictures, Programme};

use crate::{Renderer, Undrawable};

impl Renderer {
    /// Draws every item of `programme` as the wall will, and tells the first that cannot be drawn.
    ///
    /// What was drawn once is always drawn the same. So items that a programme `before` has as they are here, on the same
    /// screen and with the same pictures, are not drawn again, if all of that could be drawn by this programme.
    pub fn rehearse<'a>(
        &mut self,
        programme: &'a Programme,
        pictures: &Pictures,
        before: Option<(&Programme, &Pictures)>,
    ) -> Result<(), (&'a Item, Undrawable)> {
        let before = before.filter(|(before, _)| before.screen() == programme.screen());
        let known = Known::of(before);
        let unknown = items(programme).filter(|item| !known.has(item, pictures));
        unknown.map(|item| (item, self.check(programme.screen(), item, pictures))).try_for_each(
            |(item, found)| match found.into_iter().next() {
                Some(undrawable) => Err((item, undrawable)),
                None => Ok(()),
            },
        )
    }
}

/// What was drawn before.
struct Known<'a> {
    /// By their names, of which there may be one in every playlist.
    items: HashMap<&'a str, Vec<&'a Item>>,
    pictures: Option<&'a Pictures>,
}

impl<'a> Known<'a> {
    fn of(before: Option<(&'a Programme, &'a Pictures)>) -> Self {
        let mut known = HashMap::<_, Vec<_>>::new();
        for item in before.into_iter().flat_map(|(programme, _)| items(programme)) {
            known.entry(item.id.as_str()).or_default().push(item);
        }
        Self { items: known, pictures: before.map(|(_, pictures)| pictures) }
    }

    fn has(&self, item: &Item, pictures: &Pictures) -> bool {
        let digest = |pictures: &Pictures, path| pictures.get(path).map(|picture| picture.digest());
        let same = |path| self.pictures.is_some_and(|known| digest(known, path) == digest(pictures, path));
        self.items.get(item.id.as_str()).is_some_and(|known| known.contains(&item))
            && item.pictures().all(same)
    }
}

fn items(programme: &Programme) -> impl Iterator<Item = &Item> {
    programme.playlists().iter().flat_map(|playlist| &playlist.items)
}
