//! Who has which turn, worked out a second time: slowly and plainly, from `docs/schedule.md` alone.

use std::collections::BTreeMap;

use super::{
    times::{Allowed, Ms, Times},
    world::{List, World},
};

/// From when until when a screen shows what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) from: Ms,
    pub(crate) until: Ms,
    /// Playlist, item, and the languages that are seen; nothing for the gate's name.
    pub(crate) shows: Option<(usize, usize, String)>,
    pub(crate) why: &'static str,
}

/// An item takes its turn.
struct Turn {
    playlist: usize,
    item: usize,
    /// How long in which languages.
    slots: Vec<(Ms, String)>,
}

pub(crate) struct Plain<'w> {
    world: &'w World,
    pub(crate) times: Times<'w>,
}

impl<'w> Plain<'w> {
    pub(crate) fn of(world: &'w World) -> Self {
        Self { world, times: Times::of(world) }
    }

    /// The slots of the local day on which `now` is, within the validity and outside.
    pub(crate) fn day(&mut self, now: Ms, trusted: bool) -> Vec<Slot> {
        let day = self.times.day_of(now);
        let (midnight, next) = (self.times.midnight(day), self.times.midnight(day + 1));
        assert!(midnight <= now && now < next, "{now} is not on its day");
        let mut slots = Vec::new();
        for (from, until, allowed) in self.times.segments(day, trusted) {
            self.play(from, until, &allowed, &mut slots);
        }
        if trusted { self.within_validity(midnight, next, slots) } else { slots }
    }

    /// Who takes turns from `from` until `until`, and when.
    fn play(&self, from: Ms, until: Ms, allowed: &Allowed, slots: &mut Vec<Slot>) {
        let mut levels: BTreeMap<&str, Vec<Turn>> = BTreeMap::new();
        for level in ["emergency", "priority", "normal"] {
            levels.insert(level, self.round(level, allowed));
        }
        let segment = Segment { from, until, slots };
        if !levels["emergency"].is_empty() {
            segment.play_round(&levels["emergency"], "emergency");
        } else if !levels["priority"].is_empty()
            && (levels["normal"].is_empty() || self.world.priority_share == 60)
        {
            segment.play_shared(&levels["priority"], &[], 60);
        } else if !levels["priority"].is_empty() {
            segment.play_shared(&levels["priority"], &levels["normal"], self.world.priority_share);
        } else if !levels["normal"].is_empty() {
            segment.play_round(&levels["normal"], "rotation");
        } else {
            let default: Vec<Turn> = self.world.default.map_or(Vec::new(), |n| self.turns_of(n, allowed));
            if default.is_empty() {
                segment.slots.push(Slot { from, until, shows: None, why: "nothing-at-this-hour" });
            } else {
                segment.play_round(&default, "default");
            }
        }
    }

    /// The turns of one level, lap by lap.
    fn round(&self, level: &str, allowed: &Allowed) -> Vec<Turn> {
        // A playlist has the place and the weight of the first rule that gives it time.
        let mut places: Vec<(usize, i64)> = Vec::new();
        for (n, rule) in self.world.rules.iter().enumerate() {
            let of_level = self.world.playlists[rule.playlist].level == level;
            let is_new = !places.iter().any(|(playlist, _)| *playlist == rule.playlist);
            let plays = of_level && is_new && allowed[n] && !rule.elsewhere;
            if plays && !self.turns_of(rule.playlist, allowed).is_empty() {
                places.push((rule.playlist, rule.weight));
            }
        }
        let laps = places.iter().map(|(_, weight)| *weight).max().unwrap_or(0);
        let mut round = Vec::new();
        for k in 0..laps {
            for (playlist, weight) in &places {
                if (k + 1) * weight / laps > k * weight / laps {
                    round.extend(self.turns_of(*playlist, allowed));
                }
            }
        }
        round
    }

    /// One turn of each item of a playlist that may play.
    fn turns_of(&self, playlist: usize, allowed: &Allowed) -> Vec<Turn> {
        let before: usize = self.world.playlists[..playlist].iter().map(|list| 1 + list.items.len()).sum();
        let place = self.world.rules.len() + before;
        let list = &self.world.playlists[playlist];
        let items = 0..list.items.len();
        let plays = |item: &usize| {
            allowed[place] && allowed[place + 1 + item] && !self.world.is_withdrawn(playlist, *item)
        };
        let turn = |item| Turn { playlist, item, slots: self.slots_of(list, item) };
        items.filter(plays).map(turn).filter(|turn| !turn.slots.is_empty()).collect()
    }

    fn slots_of(&self, list: &List, item: usize) -> Vec<(Ms, String)> {
        let item = &list.items[item];
        let World { languages, shares, layout, .. } = self.world;
        // A second if nothing is written.
        let least = self.world.dwell.unwrap_or(1) * 1000;
        let slot = |length: Ms, languages: String| (length.max(least), languages);
        if item.picture {
            return vec![slot(item.duration * 1000, String::new())];
        }
        let shown: Vec<usize> =
            (0..languages.len()).filter(|n| list.languages.contains(&languages[*n])).collect();
        match item.layout.unwrap_or(layout) {
            "rotate" | "ticker" => {
                let all: i64 = shown.iter().filter_map(|n| shares.get(*n)).sum();
                let count = i64::try_from(shown.len()).expect("few");
                let length = |n: usize| match shares.get(n) {
                    None => item.duration * 1000,
                    Some(share) => item.duration * 1000 * count * share / all,
                };
                shown.iter().map(|n| slot(length(*n), languages[*n].to_owned())).collect()
            }
            _ if shown.is_empty() => Vec::new(),
            _ => {
                let together: Vec<_> = shown.iter().map(|n| languages[*n]).collect();
                vec![slot(item.duration * 1000, together.join("+"))]
            }
        }
    }

    /// Outside the validity the gate's name is shown.
    fn within_validity(&self, midnight: Ms, next: Ms, slots: Vec<Slot>) -> Vec<Slot> {
        let (first, last) = (self.world.validity.0 * 1000, self.world.validity.1 * 1000);
        let outside = |from: Ms, until: Ms| Slot { from, until, shows: None, why: "outside-validity" };
        let mut within = vec![outside(midnight, next.min(first))];
        within.extend(slots.into_iter().map(|slot| Slot {
            from: slot.from.max(first),
            until: slot.until.min(last),
            ..slot
        }));
        within.push(outside(midnight.max(last), next));
        within.retain(|slot| slot.from < slot.until);
        within
    }
}

struct Segment<'s> {
    from: Ms,
    until: Ms,
    slots: &'s mut Vec<Slot>,
}

impl Segment<'_> {
    /// Begins with the turn at which an endless round would stand that began with 1970.
    fn first_turn(&self, round: &[Turn]) -> usize {
        let length: Ms = round.iter().map(Turn::length).sum();
        let (mut stands_at, mut n) = (self.from.rem_euclid(length), 0);
        while stands_at >= round[n].length() {
            stands_at -= round[n].length();
            n += 1;
        }
        n
    }

    fn play_round(mut self, round: &[Turn], why: &'static str) {
        let mut now = self.from;
        let mut n = self.first_turn(round);
        while now < self.until {
            now = self.take_turn(now, &round[n], why);
            n = (n + 1) % round.len();
        }
    }

    fn play_shared(mut self, priority: &[Turn], normal: &[Turn], share: i64) {
        let (mut now, mut had, mut n) = (self.from, 0, 0);
        let mut others = if normal.is_empty() { 0 } else { self.first_turn(normal) };
        while now < self.until {
            // It takes the first turn, and then as many as it needs to have had its share of the time so far.
            let needs = now == self.from || had * 60 < share * (now - self.from);
            if normal.is_empty() || needs {
                had += priority[n].length();
                now = self.take_turn(now, &priority[n], "priority");
                n = (n + 1) % priority.len();
            } else {
                now = self.take_turn(now, &normal[others], "rotation");
                others = (others + 1) % normal.len();
            }
        }
    }

    fn take_turn(&mut self, mut now: Ms, turn: &Turn, why: &'static str) -> Ms {
        for (length, languages) in &turn.slots {
            let too_short = self.until - now < 2000;
            match self.slots.last_mut() {
                // It would not be seen for two seconds: the one before it stays.
                Some(before) if too_short && now > self.from => before.until = self.until,
                _ => self.slots.push(Slot {
                    from: now,
                    until: (now + length).min(self.until),
                    shows: Some((turn.playlist, turn.item, languages.clone())),
                    why,
                }),
            }
            now += length;
            if now >= self.until {
                break;
            }
        }
        now
    }
}

impl Turn {
    fn length(&self) -> Ms {
        self.slots.iter().map(|(length, _)| length).sum()
    }
}
