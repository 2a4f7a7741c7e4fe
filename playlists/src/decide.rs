//! What a screen shows at a moment, since when, until when and why. Pure.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Item, Language, Layout, Level, Playlist, Programme, Validity,
    rotation::{self, Turn},
    stretch::Stretch,
};

/// Whether the clock may be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// Dates and hours count.
    Trusted,
    /// Only content without hours is shown, and validity is not judged.
    Untrusted,
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shows<'a> {
    /// An item, in the languages that are on the screen at this moment (one with `rotate` and `ticker`).
    /// A picture without text is in no language.
    Item {
        /// Where it comes from.
        playlist: &'a Playlist,
        /// What it is.
        item: &'a Item,
        /// Its own layout, or else the screen's.
        layout: Layout,
        /// In the screen's order.
        languages: Vec<&'a Language>,
    },
    /// The gate's name.
    SafePage,
}

/// Why it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// An emergency is on: nothing else is shown.
    Emergency,
    /// A priority item has its turn.
    Priority,
    /// A normal item has its turn.
    Rotation,
    /// Nothing may be shown at this hour.
    NothingAtThisHour,
    /// The bundle's validity is over or has not begun.
    OutsideValidity,
    /// The gate has no bundle.
    NoBundle,
}

/// Why an item is not shown now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It waits for its turn.
    NotItsTurn,
    /// An emergency is on.
    EmergencyIsOn,
    /// Not within its hours.
    OutsideHours,
    /// The moment to which it counts down has come.
    CountdownOver,
    /// It has hours or a countdown, and the clock is not trusted.
    ClockNotTrusted,
    /// The bundle's validity is over or has not begun.
    OutsideValidity,
    /// It has a text, but in none of the screen's languages.
    NoLanguageOfScreen,
}

/// An item that is not shown now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver<'a> {
    /// Its playlist.
    pub playlist: &'a Playlist,
    /// The item.
    pub item: &'a Item,
    /// Why not.
    pub reason: Reason,
}

/// The answer: constant from `since` until `until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision<'a> {
    /// What.
    pub shows: Shows<'a>,
    /// The first moment of it, if that is not more than a day ago.
    pub since: Timestamp,
    /// When to ask again: at most a day later, even where nothing would ever change.
    pub until: Timestamp,
    /// Why this.
    pub why: Why,
    /// Why not the others, in their order.
    pub passed_over: Vec<PassedOver<'a>>,
}

impl<'a> Decision<'a> {
    /// The item that is shown.
    pub fn item(&self) -> Option<&'a Item> {
        match &self.shows {
            Shows::Item { item, .. } => Some(item),
            Shows::SafePage => None,
        }
    }

    /// The playlist that it is from.
    pub fn playlist(&self) -> Option<&'a Playlist> {
        match &self.shows {
            Shows::Item { playlist, .. } => Some(playlist),
            Shows::SafePage => None,
        }
    }

    /// The languages that are shown: `vi`, or `vi+km`, or nothing for a picture without text and the safe page.
    pub fn language_label(&self) -> String {
        match &self.shows {
            Shows::Item { languages, .. } => {
                languages.iter().map(|language| language.as_str()).collect::<Vec<_>>().join("+")
            }
            Shows::SafePage => String::new(),
        }
    }
}

/// Decides what `programme` shows at `now`.
///
/// Only items count whose playlist's hours and own hours contain the gate's local time. While an emergency item
/// is among them, nothing but emergency items is shown. Priority items take every other turn beside normal
/// ones. The place in the rotation follows from the time since the validity began and from nothing else, so two
/// gates with the same programme show the same at the same moment, and a restarted one goes on where it should.
pub fn decide(programme: &Programme, now: Timestamp, trust: Trust) -> Decision<'_> {
    let mut stretch = Stretch::around(now);
    let Validity { from, until } = programme.validity;
    if trust == Trust::Trusted {
        if now < from {
            stretch.end_by(from);
            return outside_validity(programme, &stretch);
        }
        stretch.begin_at(from);
        if until <= now {
            stretch.begin_at(until);
            return outside_validity(programme, &stretch);
        }
        stretch.end_by(until);
    }
    let judged = judge(programme, now, trust);
    let turns: Vec<Turn<'_>> = judged.iter().filter_map(|judged| judged.as_ref().ok()).copied().collect();
    let slot = rotation::slot_at(&turns, now.duration_since(from).as_nanos());
    if let Some(slot) = &slot {
        stretch.begin_at(slot.since(now));
        stretch.end_by(slot.until(now));
    }
    if trust == Trust::Trusted {
        let zone = &programme.screen.gate.time_zone;
        for (playlist, item) in items(programme) {
            stretch.narrow_to_hours(zone, [playlist.hours, item.hours]);
            match item.countdown.map(|countdown| countdown.moment(zone)) {
                Some(over) if now < over => stretch.end_by(over),
                Some(over) => stretch.begin_at(over),
                None => {}
            }
        }
    }
    let (shows, why, on_air) = match slot {
        None => (Shows::SafePage, Why::NothingAtThisHour, None),
        Some(slot) => {
            let Turn { playlist, item, layout, .. } = slot.turn;
            let why = match playlist.level {
                Level::Normal => Why::Rotation,
                Level::Priority => Why::Priority,
                Level::Emergency => Why::Emergency,
            };
            let languages = slot.languages(&programme.screen);
            (Shows::Item { playlist, item, layout, languages }, why, Some(item))
        }
    };
    let waiting = |turn: Turn<'_>| match turn.playlist.level {
        Level::Normal | Level::Priority if why == Why::Emergency => Reason::EmergencyIsOn,
        Level::Normal | Level::Priority | Level::Emergency => Reason::NotItsTurn,
    };
    let passed_over = judged.into_iter().filter_map(|judged| match judged {
        Ok(turn) if on_air.is_some_and(|item| std::ptr::eq(item, turn.item)) => None,
        Ok(turn) => Some(PassedOver { playlist: turn.playlist, item: turn.item, reason: waiting(turn) }),
        Err(passed_over) => Some(passed_over),
    });
    let passed_over = passed_over.collect();
    Decision { shows, since: stretch.since(), until: stretch.until(), why, passed_over }
}

fn items(programme: &Programme) -> impl Iterator<Item = (&Playlist, &Item)> {
    programme.playlists.iter().flat_map(|playlist| playlist.items.iter().map(move |item| (playlist, item)))
}

fn outside_validity<'a>(programme: &'a Programme, stretch: &Stretch) -> Decision<'a> {
    let reason = Reason::OutsideValidity;
    Decision {
        shows: Shows::SafePage,
        since: stretch.since(),
        until: stretch.until(),
        why: Why::OutsideValidity,
        passed_over: items(programme).map(|(playlist, item)| PassedOver { playlist, item, reason }).collect(),
    }
}

/// Which items may have a turn at `now`, and why not the others.
fn judge<'a>(
    programme: &'a Programme,
    now: Timestamp,
    trust: Trust,
) -> Vec<Result<Turn<'a>, PassedOver<'a>>> {
    let zone = &programme.screen.gate.time_zone;
    let time = zone.to_datetime(now).time();
    let judge = |(playlist, item): (&'a Playlist, &'a Item)| {
        let mut hours = [playlist.hours, item.hours].into_iter().flatten();
        let over = |item: &Item| item.countdown.is_some_and(|countdown| countdown.moment(zone) <= now);
        let out_of_time = match trust {
            Trust::Trusted if !hours.all(|hours| hours.contains(time)) => Some(Reason::OutsideHours),
            Trust::Trusted => over(item).then_some(Reason::CountdownOver),
            Trust::Untrusted => {
                (hours.next().is_some() || item.countdown.is_some()).then_some(Reason::ClockNotTrusted)
            }
        };
        match out_of_time {
            Some(reason) => Err(reason),
            None => Turn::of(&programme.screen, playlist, item).ok_or(Reason::NoLanguageOfScreen),
        }
        .map_err(|reason| PassedOver { playlist, item, reason })
    };
    items(programme).map(judge).collect()
}
