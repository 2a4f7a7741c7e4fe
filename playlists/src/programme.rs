//! Everything that decides what one screen shows: the screen, its playlists and their validity.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Language, Playlist, Screen};

/// From when until when something may be shown: `from <= t < until`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after.
    pub until: Timestamp,
}

impl Validity {
    /// Whether `now` is within.
    pub fn contains(&self, now: Timestamp) -> bool {
        self.from <= now && now < self.until
    }
}

/// What one screen shows, and by which it decides alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    /// The screen.
    pub screen: Screen,
    /// All that may be shown, in order.
    pub playlists: Vec<Playlist>,
    /// When. The rotation is counted from its beginning.
    pub validity: Validity,
}

impl Programme {
    /// The languages that the screen shows and a playlist does not have, each with that playlist's name. A
    /// programme with any must not be published: its texts would be shown in fewer languages than the gate asks.
    pub fn missing_languages(&self) -> Vec<(&str, &Language)> {
        let missing = |playlist: &&Playlist, language: &&Language| !playlist.languages.contains(language);
        let of_playlist = |playlist| {
            let languages = self.screen.languages.iter().filter(move |language| missing(&playlist, language));
            languages.map(|language| (playlist.name.as_str(), language))
        };
        self.playlists.iter().flat_map(of_playlist).collect()
    }
}
