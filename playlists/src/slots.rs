//! How long each item of a programme takes on its screen, worked out once.

use crate::{Item, ItemId, Playlist, PlaylistPath, Screen};

/// Of all items, playlist by playlist.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Slots {
    /// The number of each playlist's first item, and at the end how many items there are.
    firsts: Vec<usize>,
    items: Vec<Shape>,
    /// Milliseconds of each slot, item by item.
    lengths: Vec<i64>,
}

/// One item's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shape {
    /// Milliseconds of the whole turn; 0 of an item that has none.
    turn: i64,
    first: usize,
    count: usize,
    withdrawn: bool,
}

impl Slots {
    pub(crate) fn of(
        screen: &Screen,
        playlists: &[(PlaylistPath, Playlist)],
        is_withdrawn: impl Fn(&PlaylistPath, &ItemId) -> bool,
    ) -> Self {
        let mut slots = Self { firsts: vec![0], ..Self::default() };
        for (path, playlist) in playlists {
            for item in &playlist.items {
                slots.add(screen, item, is_withdrawn(path, &item.id));
            }
            slots.firsts.push(slots.items.len());
        }
        slots
    }

    fn add(&mut self, screen: &Screen, item: &Item, withdrawn: bool) {
        let first = self.lengths.len();
        let mut languages = screen.languages_of(item).peekable();
        let mut slot = |language| {
            let slot = screen.shows_for(item, language);
            self.lengths.push(i64::try_from(slot.as_millis()).unwrap_or(i64::MAX));
        };
        if languages.peek().is_some() && screen.takes_turns(item) {
            languages.for_each(|language| slot(Some(language)));
        } else if languages.peek().is_some() || item.texts.is_none() {
            slot(None);
        }
        let turn = self.lengths[first..].iter().sum();
        self.items.push(Shape { turn, first, count: self.lengths.len() - first, withdrawn });
    }

    /// The numbers of a playlist's items.
    pub(crate) fn items_of(&self, playlist: usize) -> std::ops::Range<usize> {
        self.firsts[playlist]..self.firsts[playlist + 1]
    }

    /// The place of an item's playlist.
    pub(crate) fn playlist_of(&self, item: usize) -> usize {
        self.firsts.partition_point(|first| *first <= item) - 1
    }

    /// How many items there are.
    pub(crate) fn count(&self) -> usize {
        self.items.len()
    }

    /// Milliseconds of an item's turn; 0 if the screen has none of its languages.
    pub(crate) fn turn(&self, item: usize) -> i64 {
        self.items[item].turn
    }

    /// Whether it was taken off.
    pub(crate) fn is_withdrawn(&self, item: usize) -> bool {
        self.items[item].withdrawn
    }

    /// Whether it can never be shown on this screen: it was taken off, or has none of the languages.
    pub(crate) fn is_absent(&self, item: usize) -> bool {
        let Shape { turn, withdrawn, .. } = self.items[item];
        withdrawn || turn == 0
    }

    /// Milliseconds of each slot of an item's turn.
    pub(crate) fn lengths(&self, item: usize) -> &[i64] {
        let Shape { first, count, .. } = self.items[item];
        &self.lengths[first..first + count]
    }
}
