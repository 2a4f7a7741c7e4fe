//! Everything that decides what one screen shows: the screen, its playlists, their schedule and their validity.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    CalendarDays, CalendarId, Item, ItemId, Language, Playlist, PlaylistPath, Schedule, Screen,
    Unschedulable, slots::Slots, timetable::Timetable,
};

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

/// What was taken off: a playlist, or one item of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Withdrawn {
    /// Which playlist.
    pub playlist: PlaylistPath,
    /// All of it, if no item is named.
    pub item: Option<ItemId>,
}

/// What one screen shows, and by which it decides alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Programme {
    screen: Screen,
    validity: Validity,
    playlists: Vec<Playlist>,
    pub(crate) timetable: Timetable,
    pub(crate) slots: Slots,
    /// Which playlists can never play on this screen: nothing of them can, or nothing names them.
    pub(crate) absent: Vec<bool>,
}

impl Programme {
    /// Puts together what `schedule` says for `screen`. All that is wrong is told at once.
    pub fn new(
        screen: Screen,
        validity: Validity,
        schedule: &Schedule,
        playlists: Vec<(PlaylistPath, Playlist)>,
        calendars: &CalendarDays,
        withdrawn: &[Withdrawn],
    ) -> Result<Self, Vec<Unschedulable>> {
        let timetable = Timetable::of(schedule, &screen, &playlists, calendars)?;
        let is_withdrawn = |path: &PlaylistPath, id: &ItemId| {
            withdrawn.iter().any(|w| w.playlist == *path && w.item.as_ref().is_none_or(|item| item == id))
        };
        let slots = Slots::of(&screen, &playlists, is_withdrawn);
        let is_absent = |place| {
            let is_named = || timetable.rules.iter().any(|rule| rule.playlist == place);
            slots.items_of(place).all(|item| slots.is_absent(item))
                || timetable.default != Some(place) && !is_named()
        };
        let absent = (0..playlists.len()).map(is_absent).collect();
        let playlists = playlists.into_iter().map(|(_, playlist)| playlist).collect();
        Ok(Self { screen, validity, playlists, timetable, slots, absent })
    }

    /// Shows these playlists whenever they allow it themselves.
    pub fn of_playlists(
        screen: Screen,
        validity: Validity,
        playlists: Vec<Playlist>,
    ) -> Result<Self, Vec<Unschedulable>> {
        let named = playlists.into_iter().enumerate().map(|(n, playlist)| {
            let path = PlaylistPath::parse(&format!("{n}.toml")).expect("a number is a file's name");
            (path, playlist)
        });
        let named: Vec<_> = named.collect();
        let schedule = Schedule::of_playlists(named.iter().map(|(path, _)| path.clone()));
        // A playlist that asks for a calendar is told that there is none.
        Self::new(screen, validity, &schedule, named, &CalendarDays::new(), &[])
    }

    /// Shows nothing but the gate's name, at all times.
    pub fn empty(screen: Screen) -> Self {
        let validity = Validity { from: Timestamp::MIN, until: Timestamp::MAX };
        let (timetable, slots) = (Timetable::empty(), Slots::default());
        Self { screen, validity, playlists: Vec::new(), timetable, slots, absent: Vec::new() }
    }

    /// The screen.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// When anything of it may be shown.
    pub fn validity(&self) -> Validity {
        self.validity
    }

    /// All that may be shown, in order.
    pub fn playlists(&self) -> &[Playlist] {
        &self.playlists
    }

    /// The calendars that it asks.
    pub fn calendars(&self) -> impl Iterator<Item = &CalendarId> {
        self.timetable.calendars.iter().map(|(id, _)| id)
    }

    /// An item by its number, with its playlist.
    pub(crate) fn item(&self, number: usize) -> (&Playlist, &Item) {
        let playlist = self.slots.playlist_of(number);
        let (first, playlist) = (self.slots.items_of(playlist).start, &self.playlists[playlist]);
        (playlist, &playlist.items[number - first])
    }

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
