//! Whose turn it is: a place in an endless round, computed from the time that has passed.

use jiff::Timestamp;

use crate::{Item, Language, Layout, Level, Playlist, Screen, duration::SHORTEST, stretch::moved};

/// One item's part of the round: a slot for each language, or one for all.
#[derive(Clone, Copy)]
pub(crate) struct Turn<'a> {
    pub(crate) playlist: &'a Playlist,
    pub(crate) item: &'a Item,
    pub(crate) layout: Layout,
    slots: usize,
    /// Nanoseconds of each.
    slot: i128,
}

/// The part of a turn that is now.
pub(crate) struct Slot<'a> {
    pub(crate) turn: Turn<'a>,
    number: usize,
    /// Nanoseconds of it that are over.
    elapsed: i128,
}

impl<'a> Turn<'a> {
    /// The turn of `item`, unless it has a text in none of the screen's languages.
    pub(crate) fn of(screen: &Screen, playlist: &'a Playlist, item: &'a Item) -> Option<Self> {
        let languages = shown(screen, item).count();
        if item.texts.is_some() && languages == 0 {
            return None;
        }
        let layout = item.layout.unwrap_or(screen.arrangement.into());
        let slots = if one_by_one(layout) { languages.max(1) } else { 1 };
        // A file cannot say less, but then an `Item` need not come from a file.
        let slot = item.duration.max(SHORTEST);
        Some(Self { playlist, item, layout, slots, slot: i128::try_from(slot.as_nanos()).ok()? })
    }

    fn length(&self) -> i128 {
        self.slots as i128 * self.slot
    }
}

impl<'a> Slot<'a> {
    /// Its first moment.
    pub(crate) fn since(&self, now: Timestamp) -> Timestamp {
        moved(now, -self.elapsed)
    }

    /// The first moment after it.
    pub(crate) fn until(&self, now: Timestamp) -> Timestamp {
        moved(now, self.turn.slot - self.elapsed)
    }

    /// The languages that are on the screen, in its order.
    pub(crate) fn languages<'s>(&self, screen: &'s Screen) -> Vec<&'s Language>
    where
        'a: 's,
    {
        let all = shown(screen, self.turn.item);
        if one_by_one(self.turn.layout) { all.skip(self.number).take(1).collect() } else { all.collect() }
    }
}

/// What the round of `turns` has at `elapsed` nanoseconds after its beginning, or before if negative.
pub(crate) fn slot_at<'a>(turns: &[Turn<'a>], elapsed: i128) -> Option<Slot<'a>> {
    let of = |level| turns.iter().filter(move |turn| turn.playlist.level == level).copied().collect();
    let (mut first, mut second): (Vec<Turn<'a>>, Vec<Turn<'a>>) = (of(Level::Emergency), Vec::new());
    if first.is_empty() {
        (first, second) = (of(Level::Priority), of(Level::Normal));
    }
    let length: i128 = round(&first, &second).map(|turn| turn.length()).sum();
    let mut left = elapsed.checked_rem_euclid(length)?;
    for turn in round(&first, &second) {
        if left < turn.length() {
            let number = usize::try_from(left / turn.slot).ok()?;
            return Some(Slot { turn: *turn, number, elapsed: left % turn.slot });
        }
        left -= turn.length();
    }
    None
}

/// The two kinds by turns, until the longer one is through; the shorter one begins anew meanwhile.
fn round<'s, 'a>(first: &'s [Turn<'a>], second: &'s [Turn<'a>]) -> impl Iterator<Item = &'s Turn<'a>> {
    let longest = first.len().max(second.len());
    let pair = |(one, other)| [one, other].into_iter().flatten();
    let endless = |turns: &'s [Turn<'a>]| {
        let turns = turns.iter().cycle().map(Some);
        turns.chain(std::iter::repeat(None)).take(longest)
    };
    endless(first).zip(endless(second)).flat_map(pair)
}

/// Whether the languages come one after the other.
fn one_by_one(layout: Layout) -> bool {
    match layout {
        Layout::Rotate | Layout::Ticker => true,
        Layout::Split | Layout::Stack => false,
    }
}

/// The screen's languages in which `item` has a text, in the screen's order.
fn shown<'s>(screen: &'s Screen, item: &'s Item) -> impl Iterator<Item = &'s Language> {
    let has = |language: &&Language| item.texts.as_ref().is_some_and(|texts| texts.get(language).is_some());
    screen.languages.iter().filter(has)
}
