//! Whose turn it is in a segment: a place in a round, computed from the time since the segment began.

use crate::{slots::Slots, timetable::HOUR_MS};

/// What takes turns in a segment. Times are milliseconds.
pub(crate) struct Sequence {
    /// Takes the first turn, and then what it needs to have had its share.
    priority: Round,
    /// All else.
    others: Round,
    /// The number of the first turn of the others.
    first: usize,
    /// What priority has of every hour.
    share: i64,
}

/// Turns that come again and again in this order.
#[derive(Default)]
pub(crate) struct Round {
    /// The items, each with the time at which its turn ends, from the beginning of the round.
    turns: Vec<(usize, i64)>,
}

/// One slot, by the time since the segment began: `start <= t < end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    /// The number of the item.
    pub(crate) item: usize,
    /// Which of its slots.
    pub(crate) number: usize,
    pub(crate) is_priority: bool,
    pub(crate) start: i64,
    pub(crate) end: i64,
}

/// What could not be seen for so long is not begun.
pub(crate) const GLIMPSE: i64 = 2000;

impl Round {
    /// The round of some playlists, each with its weight and the numbers of the items that may play.
    pub(crate) fn of(playlists: &[(u8, Vec<usize>)], slots: &Slots) -> Self {
        let heaviest = playlists.iter().map(|(weight, _)| usize::from(*weight)).max().unwrap_or(0);
        let (mut turns, mut end) = (Vec::new(), 0);
        for lap in 0..heaviest {
            for (weight, items) in playlists {
                let weight = usize::from(*weight);
                if (lap + 1) * weight / heaviest == lap * weight / heaviest {
                    continue;
                }
                for item in items {
                    end += slots.turn(*item);
                    turns.push((*item, end));
                }
            }
        }
        Self { turns }
    }

    fn is_empty(&self) -> bool {
        self.turns.is_empty()
    }

    fn length(&self) -> i64 {
        self.turns.last().map_or(0, |(_, end)| *end)
    }

    /// When a turn begins, counted on through all rounds.
    fn start(&self, turn: usize) -> i64 {
        let (round, turn) = (turn / self.turns.len(), turn % self.turns.len());
        let start = turn.checked_sub(1).map_or(0, |before| self.turns[before].1);
        round as i64 * self.length() + start
    }

    fn item(&self, turn: usize) -> usize {
        self.turns[turn % self.turns.len()].0
    }

    /// The turn at a time, counted on through all rounds.
    fn turn_at(&self, time: i64) -> usize {
        let (round, time) = (time / self.length(), time % self.length());
        round as usize * self.turns.len() + self.turns.partition_point(|(_, end)| *end <= time)
    }

    /// The fewest turns that together are at least so long, and how long they are.
    fn at_least(&self, time: i64) -> (usize, i64) {
        let turns = if time <= 0 { 0 } else { self.turn_at(time - 1) + 1 };
        (turns, self.start(turns))
    }
}

impl Sequence {
    /// `began` is when the segment began, since 1970; `share` is what priority has of every hour.
    pub(crate) fn new(priority: Round, others: Round, began: i64, share: i64) -> Self {
        // An endless round that began in 1970 stands there: nobody always sees the beginning of a long one.
        let first = if others.is_empty() { 0 } else { others.turn_at(began.rem_euclid(others.length())) };
        Self { priority, others, first, share }
    }

    /// What is shown at `time` of a segment that ends at `end`.
    pub(crate) fn shown_at(&self, time: i64, end: i64, slots: &Slots) -> Option<Slot> {
        let mut slot = self.slot_at(time, slots)?;
        while slot.start > 0 && end - slot.start < GLIMPSE {
            slot = self.slot_at(slot.start - 1, slots)?;
        }
        let next_is_begun = end - slot.end >= GLIMPSE;
        Some(Slot { end: if next_is_begun { slot.end } else { end }, ..slot })
    }

    fn slot_at(&self, time: i64, slots: &Slots) -> Option<Slot> {
        let (item, start, is_priority) = self.turn_at(time)?;
        let mut start = start;
        for (number, length) in slots.lengths(item).iter().enumerate() {
            if time < start + length {
                return Some(Slot { item, number, is_priority, start, end: start + length });
            }
            start += length;
        }
        None
    }

    /// The item that has its turn at `time`, when the turn began, and whether it is one of priority.
    fn turn_at(&self, time: i64) -> Option<(usize, i64, bool)> {
        let of_priority = |begun: i64| {
            let turn = self.priority.turn_at(time - begun);
            (self.priority.item(turn), begun + self.priority.start(turn), true)
        };
        let alone = self.share >= HOUR_MS || self.others.is_empty();
        match (self.priority.is_empty(), self.others.is_empty()) {
            (true, true) => return None,
            (false, _) if alone => return Some(of_priority(0)),
            (_, _) => {}
        }
        let base = self.others.start(self.first);
        let had = |turns: usize| self.others.start(self.first + turns) - base;
        let start = |turns: usize| had(turns) + self.before(had(turns));
        // The last of the others' turns that has begun.
        let (mut begun, mut not_begun) = (None, time as usize / 1000 + 1);
        let mut low = 0;
        while low < not_begun {
            let middle = low + (not_begun - low) / 2;
            if start(middle) <= time {
                (begun, low) = (Some(middle), middle + 1);
            } else {
                not_begun = middle;
            }
        }
        let Some(turn) = begun else { return Some(of_priority(0)) };
        if time < start(turn) + had(turn + 1) - had(turn) {
            return Some((self.others.item(self.first + turn), start(turn), false));
        }
        Some(of_priority(had(turn + 1)))
    }

    /// The time that priority has had when the others have had so much and take their next turn.
    fn before(&self, others: i64) -> i64 {
        if self.priority.is_empty() {
            return 0;
        }
        let rest = i128::from(HOUR_MS - self.share);
        let owed = (i128::from(others) * i128::from(self.share) + rest - 1) / rest;
        // Priority comes first, even if nothing is owed yet.
        let owed = i64::try_from(owed).unwrap_or(i64::MAX).max(1);
        self.priority.at_least(owed).1
    }
}
