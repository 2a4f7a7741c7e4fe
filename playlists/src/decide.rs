//! What a screen shows at a moment, since when, until when and why. Pure.

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

use crate::{
    Item, Language, Layout, Level, Playlist, Programme, Validity,
    day::{Not, Today},
    rotation::Slot,
    segments::{Barred, Cast, Plan, Playing},
    timetable::Timetable,
};

/// Whether the clock may be believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trust {
    /// Dates and hours count.
    Trusted,
    /// Only content without times is shown, and validity is not judged.
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
    /// Nothing else may be shown: it is the default playlist's turn.
    Default,
    /// Nothing may be shown at this hour.
    NothingAtThisHour,
    /// The bundle's validity is over or has not begun.
    OutsideValidity,
    /// The gate has no bundle.
    NoBundle,
    /// Somebody on duty has made the screen dark. Decided by no schedule.
    Blackout,
    /// Somebody on duty wants only the gate's name to be seen. Decided by no schedule.
    SafePage,
}

/// Why an item is not shown now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// It waits for its turn.
    NotItsTurn,
    /// An emergency is on.
    EmergencyIsOn,
    /// Not within its hours.
    OutsideHours,
    /// Not on this day of the week, date or holiday.
    OtherDay,
    /// The day is one of those on which it is not shown.
    ExcludedDay,
    /// Its first moment has not come.
    NotYet,
    /// Its last moment is past.
    Over,
    /// The moment to which it counts down has come.
    CountdownOver,
    /// It has times or a countdown, and the clock is not trusted.
    ClockNotTrusted,
    /// The bundle's validity is over or has not begun.
    OutsideValidity,
    /// It has a text, but in none of the screen's languages.
    NoLanguageOfScreen,
    /// It is the default, and something else may be shown.
    StandsBy,
    /// No rule of the screen names its playlist.
    NoRule,
    /// It was taken off.
    Withdrawn,
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
    /// The first moment of it, if that was today.
    pub since: Timestamp,
    /// When to ask again: at midnight at the latest, even where nothing would ever change.
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

/// Decides what `programme` shows at `now`. What its schedule means is written in `docs/schedule.md`.
///
/// It follows from the programme and the moment and from nothing that was before, so two gates with the same
/// programme show the same at the same moment, and a restarted one goes on where it should.
pub fn decide(programme: &Programme, now: Timestamp, trust: Trust) -> Decision<'_> {
    let Validity { from, until } = programme.validity();
    if trust == Trust::Trusted {
        let zone = &programme.screen().gate.time_zone;
        if now < from {
            let [since, until] = day_around(now, zone);
            return outside_validity(programme, [since, until.min(from)]);
        }
        if until <= now {
            let [since, ends] = day_around(now, zone);
            return outside_validity(programme, [since.max(until), ends]);
        }
    }
    // A broken clock may show any year; those that no calendar has are taken for the nearest one.
    let reckoned = now.clamp(EARLIEST, LATEST);
    let plan = Plan::at(programme, reckoned, trust);
    let at = reckoned.as_millisecond();
    let segment = plan.segment(at);
    let sequence = plan.sequence(&segment);
    let slot = sequence.shown_at(at - segment.from, segment.until - segment.from, &programme.slots);
    let [mut since, mut ends] = match &slot {
        Some(slot) => [segment.from + slot.start, segment.from + slot.end].map(moment),
        None => [segment.from, segment.until].map(moment),
    };
    if trust == Trust::Trusted {
        (since, ends) = (since.max(from), ends.min(until));
    }
    let (shows, why) = slot.as_ref().map_or((Shows::SafePage, Why::NothingAtThisHour), |slot| {
        (shows(programme, slot), why(&segment.cast, slot))
    });
    let on_air = slot.map(|slot| slot.item);
    // As at the segment's first moment: what is past by now of something that is not for today is no news.
    let passed_over = passed_over(&plan, &segment.cast, segment.from, on_air);
    let [since, until] = around(now, [since, ends]);
    Decision { shows, since, until, why, passed_over }
}

/// The moment so many milliseconds after 1970 began.
pub(crate) fn moment(milliseconds: i64) -> Timestamp {
    let limit = if milliseconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(milliseconds).unwrap_or(limit)
}

/// What a slot shows.
pub(crate) fn shows<'a>(programme: &'a Programme, slot: &Slot) -> Shows<'a> {
    let screen = programme.screen();
    let (playlist, item) = programme.item(slot.item);
    let mut languages: Vec<_> = screen.languages_of(item).collect();
    if screen.takes_turns(item) {
        languages = languages.get(slot.number).copied().into_iter().collect();
    }
    Shows::Item { playlist, item, layout: screen.layout_of(item), languages }
}

/// Why it does.
pub(crate) fn why(cast: &Cast, slot: &Slot) -> Why {
    match cast.why {
        Playing::Emergency => Why::Emergency,
        Playing::Rotation if slot.is_priority => Why::Priority,
        Playing::Rotation => Why::Rotation,
        Playing::Default => Why::Default,
        Playing::Nothing => Why::NothingAtThisHour,
    }
}

/// Every item but the one that is on air, with the reason why it is not. Who only waits for a turn has one.
pub(crate) fn passed_over<'a>(
    plan: &Plan<'a>,
    cast: &Cast,
    now: i64,
    on_air: Option<usize>,
) -> Vec<PassedOver<'a>> {
    let programme = plan.programme();
    let mut passed_over = Vec::with_capacity(programme.slots.count());
    let barred = plan.barred_playlists(now);
    for ((place, playlist), barred) in programme.playlists().iter().enumerate().zip(barred) {
        let waits = match cast.why {
            Playing::Emergency if playlist.level != Level::Emergency => Reason::EmergencyIsOn,
            Playing::Default | Playing::Emergency | Playing::Rotation | Playing::Nothing => {
                Reason::NotItsTurn
            }
        };
        let plays = cast.plays(place);
        for (n, (number, item)) in programme.slots.items_of(place).zip(&playlist.items).enumerate() {
            if on_air == Some(number) {
                continue;
            }
            let reason = match plan.item_barred(place, n, now) {
                _ if matches!(barred, Some(Barred::NoRule)) => Reason::NoRule,
                Some(barred) => barred.into(),
                None if plays => Reason::NotItsTurn,
                None => barred.map_or(waits, Reason::from),
            };
            passed_over.push(PassedOver { playlist, item, reason });
        }
    }
    passed_over
}

impl From<Barred> for Reason {
    fn from(barred: Barred) -> Self {
        match barred {
            Barred::Withdrawn => Self::Withdrawn,
            Barred::NoLanguage => Self::NoLanguageOfScreen,
            Barred::Untrusted => Self::ClockNotTrusted,
            Barred::CountdownOver => Self::CountdownOver,
            Barred::StandsBy => Self::StandsBy,
            Barred::NoRule => Self::NoRule,
            Barred::Times(Not::Early) => Self::NotYet,
            Barred::Times(Not::Late) => Self::Over,
            Barred::Times(Not::OtherDay) => Self::OtherDay,
            Barred::Times(Not::Excluded) => Self::ExcludedDay,
            Barred::Times(Not::OtherHours) => Self::OutsideHours,
        }
    }
}

/// The first and the last moment that have a day before and after in every time zone.
const EARLIEST: Timestamp = Timestamp::constant(-377_704_000_000, 0);
const LATEST: Timestamp = Timestamp::constant(253_401_000_000, 0);

/// From when until when something holds; at a moment that is not reckoned, for that second.
fn around(now: Timestamp, span: [Timestamp; 2]) -> [Timestamp; 2] {
    if (EARLIEST..=LATEST).contains(&now) {
        return span;
    }
    let second = now.as_second() - i64::from(now.subsec_nanosecond() < 0);
    [
        Timestamp::from_second(second).unwrap_or(Timestamp::MIN),
        Timestamp::from_second(second + 1).unwrap_or(Timestamp::MAX),
    ]
}

/// The gate's midnights before and after.
fn day_around(now: Timestamp, zone: &TimeZone) -> [Timestamp; 2] {
    let nothing = Timetable::empty();
    let Today { today, .. } = Today::at(now.clamp(EARLIEST, LATEST), zone, &[], &nothing);
    around(now, [today.start, today.end].map(moment))
}

fn outside_validity(programme: &Programme, [since, until]: [Timestamp; 2]) -> Decision<'_> {
    let reason = Reason::OutsideValidity;
    let items = |playlist: &'_ Playlist| playlist.items.len();
    let mut passed_over = Vec::with_capacity(programme.playlists().iter().map(items).sum());
    for playlist in programme.playlists() {
        passed_over.extend(playlist.items.iter().map(|item| PassedOver { playlist, item, reason }));
    }
    Decision { shows: Shows::SafePage, since, until, why: Why::OutsideValidity, passed_over }
}
