//! A day cut into segments: what may play in each.

use jiff::{Timestamp, civil::Date};

use crate::{
    Programme, Trust, When,
    day::{Not, Today},
    rotation::{Round, Sequence},
};

/// A day of a programme, with all spans of time in which something may play. Moments are milliseconds since 1970.
pub(crate) struct Plan<'a> {
    programme: &'a Programme,
    trust: Trust,
    pub(crate) day: Today<'a>,
    /// Of the rules, the playlists, and the items; nothing where no times are written.
    rules: Vec<Times>,
    playlists: Vec<Times>,
    items: Vec<Times>,
    spans: Vec<(i64, i64)>,
    /// Everything that begins or ends today, in any order, and maybe several times.
    edges: Vec<i64>,
}

/// When something may play today.
#[derive(Clone, Copy)]
enum Times {
    Always,
    Never,
    /// In these spans of the plan.
    In(usize, usize),
}

/// Who takes turns in a segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cast {
    /// The playlists of the level that plays, in order, each with its weight; beside priority, the normal ones.
    pub(crate) playlists: Vec<(usize, u8)>,
    /// The playlists of priority, likewise.
    pub(crate) priority: Vec<(usize, u8)>,
    pub(crate) why: Playing,
}

/// Why they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Playing {
    Emergency,
    Rotation,
    Default,
    Nothing,
}

/// What lies between two edges.
pub(crate) struct Segment {
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) cast: Cast,
}

/// Why an item may not play.
#[derive(Clone, Copy)]
pub(crate) enum Barred {
    Withdrawn,
    NoLanguage,
    Untrusted,
    Times(Not),
    CountdownOver,
    /// Its playlist is only the default.
    StandsBy,
    /// No rule of the screen names its playlist.
    NoRule,
}

impl Cast {
    /// Whether that playlist takes turns.
    pub(crate) fn plays(&self, playlist: usize) -> bool {
        self.playlists.iter().chain(&self.priority).any(|(place, _)| *place == playlist)
    }
}

impl<'a> Plan<'a> {
    pub(crate) fn programme(&self) -> &'a Programme {
        self.programme
    }

    pub(crate) fn at(programme: &'a Programme, now: Timestamp, trust: Trust) -> Self {
        let gate = &programme.screen().gate;
        Self::new(programme, trust, Today::at(now, &gate.time_zone, &gate.opening, &programme.timetable))
    }

    pub(crate) fn of(programme: &'a Programme, date: Date, trust: Trust) -> Self {
        let gate = &programme.screen().gate;
        Self::new(programme, trust, Today::of(date, &gate.time_zone, &gate.opening, &programme.timetable))
    }

    fn new(programme: &'a Programme, trust: Trust, day: Today<'a>) -> Self {
        let mut plan = Self {
            programme,
            trust,
            day,
            rules: Vec::with_capacity(programme.timetable.rules.len()),
            playlists: Vec::with_capacity(programme.playlists().len()),
            items: Vec::with_capacity(programme.slots.count()),
            spans: Vec::with_capacity(programme.timetable.rules.len()),
            edges: Vec::with_capacity(programme.timetable.rules.len() * 2),
        };
        let (slots, zone) = (&programme.slots, &programme.screen().gate.time_zone);
        // What cannot play on this screen divides no day: all is as if it had not been written.
        let absent = &programme.absent;
        for rule in &programme.timetable.rules {
            let times = if absent[rule.playlist] { Times::Never } else { plan.times(&rule.when, None) };
            plan.rules.push(times);
        }
        for ((place, playlist), absent) in programme.playlists().iter().enumerate().zip(absent) {
            let times = if *absent { Times::Never } else { plan.times(&playlist.when, None) };
            plan.playlists.push(times);
            for (number, item) in slots.items_of(place).zip(&playlist.items) {
                if *absent || slots.is_absent(number) {
                    plan.items.push(Times::Never);
                    continue;
                }
                let over = item.countdown.map(|countdown| countdown.moment(zone).as_millisecond());
                let times = plan.times(&item.when, over);
                plan.items.push(times);
            }
        }
        plan
    }

    /// Takes up when something may play: as `when` allows, and not from `over` on.
    fn times(&mut self, when: &When, over: Option<i64>) -> Times {
        if over.is_none() && when.is_always() {
            return Times::Always;
        }
        let first = self.spans.len();
        // What has any time does not play by a clock that is not trusted.
        if self.trust == Trust::Trusted {
            let Self { spans, day, .. } = self;
            let over = over.unwrap_or(i64::MAX);
            day.spans(when, |from, until| {
                if from < over {
                    spans.push((from, until.min(over)));
                }
            });
            join(spans, first);
            self.edges.extend(spans[first..].iter().flat_map(|(from, until)| [*from, *until]));
        }
        Times::In(first, self.spans.len())
    }

    fn allows(&self, times: Times, now: i64) -> bool {
        match times {
            Times::Always => true,
            Times::Never => false,
            Times::In(first, end) => {
                self.spans[first..end].iter().any(|(from, until)| *from <= now && now < *until)
            }
        }
    }

    /// The segment that contains `now`, which is today.
    pub(crate) fn segment(&self, now: i64) -> Segment {
        let (mut from, mut until) = (self.day.today.start, self.day.today.end);
        for edge in &self.edges {
            if *edge <= now {
                from = from.max(*edge);
            } else {
                until = until.min(*edge);
            }
        }
        Segment { from, until, cast: self.cast(now) }
    }

    /// All segments of the day, in order.
    pub(crate) fn segments(&mut self) -> impl Iterator<Item = Segment> {
        let (start, end) = (self.day.today.start, self.day.today.end);
        let mut edges = std::mem::take(&mut self.edges);
        edges.extend([start, end]);
        edges.retain(|edge| (start..=end).contains(edge));
        edges.sort_unstable();
        edges.dedup();
        let between = edges.windows(2).map(|pair| (pair[0], pair[1])).collect::<Vec<_>>();
        self.edges = edges;
        between.into_iter().map(|(from, until)| Segment { from, until, cast: self.cast(from) })
    }

    /// Who plays at `now`.
    fn cast(&self, now: i64) -> Cast {
        let mut levels = [const { Vec::new() }; 3];
        let mut seen = vec![false; self.playlists.len()];
        for (line, times) in self.programme.timetable.rules.iter().zip(&self.rules) {
            let place = line.playlist;
            if seen[place] || !self.allows(*times, now) || !self.allows(self.playlists[place], now) {
                continue;
            }
            seen[place] = true;
            if self.players(place, now).next().is_some() {
                let level = self.programme.playlists()[place].level;
                levels[level as usize].push((place, line.weight));
            }
        }
        let [normal, priority, emergency] = levels;
        if !emergency.is_empty() {
            return Cast { playlists: emergency, priority: Vec::new(), why: Playing::Emergency };
        }
        if !normal.is_empty() || !priority.is_empty() {
            return Cast { playlists: normal, priority, why: Playing::Rotation };
        }
        let default = self.programme.timetable.default;
        let default: Vec<_> =
            default.filter(|place| self.players(*place, now).next().is_some()).into_iter().collect();
        let why = if default.is_empty() { Playing::Nothing } else { Playing::Default };
        Cast { playlists: default.into_iter().map(|place| (place, 1)).collect(), priority: Vec::new(), why }
    }

    /// The items of a playlist that may play at `now`, if the playlist may.
    fn players(&self, playlist: usize, now: i64) -> impl Iterator<Item = usize> {
        let slots = &self.programme.slots;
        slots
            .items_of(playlist)
            .filter(move |item| !slots.is_absent(*item) && self.allows(self.items[*item], now))
    }

    /// The turns of a segment.
    pub(crate) fn sequence(&self, segment: &Segment) -> Sequence {
        let slots = &self.programme.slots;
        let round = |playlists: &[(usize, u8)]| {
            let players =
                |(place, weight): &(usize, u8)| (*weight, self.players(*place, segment.from).collect());
            Round::of(&playlists.iter().map(players).collect::<Vec<_>>(), slots)
        };
        let Cast { playlists, priority, .. } = &segment.cast;
        let share = self.programme.timetable.priority_ms;
        Sequence::new(round(priority), round(playlists), segment.from, share)
    }

    /// Of each playlist, why no item of it may play at `now`; nothing if a rule and the playlist allow it.
    pub(crate) fn barred_playlists(&self, now: i64) -> Vec<Option<Barred>> {
        let mut rules: Vec<Option<&When>> = vec![None; self.playlists.len()];
        let mut open = vec![false; self.playlists.len()];
        for (line, times) in self.programme.timetable.rules.iter().zip(&self.rules) {
            // Of rules that do not allow it the first one tells why.
            rules[line.playlist].get_or_insert(&line.when);
            open[line.playlist] |= self.allows(*times, now);
        }
        let playlists = self.programme.playlists().iter().zip(&self.playlists);
        let mut barred = Vec::with_capacity(self.playlists.len());
        let rules = rules.into_iter().zip(open);
        for (place, ((playlist, times), (rule, open))) in playlists.zip(rules).enumerate() {
            barred.push(match rule {
                None if self.programme.timetable.default != Some(place) => Some(Barred::NoRule),
                _ if !self.allows(*times, now) => Some(self.barred(&playlist.when, now)),
                _ if open => None,
                Some(rule) => Some(self.barred(rule, now)),
                None => Some(Barred::StandsBy),
            });
        }
        barred
    }

    /// Why an item may not play at `now`, if its playlist may.
    pub(crate) fn item_barred(&self, playlist: usize, item: usize, now: i64) -> Option<Barred> {
        let slots = &self.programme.slots;
        let number = slots.items_of(playlist).start + item;
        if slots.is_withdrawn(number) {
            return Some(Barred::Withdrawn);
        }
        if slots.turn(number) == 0 {
            return Some(Barred::NoLanguage);
        }
        if !self.allows(self.items[number], now) {
            let item = &self.programme.playlists()[playlist].items[item];
            return Some(match self.trust {
                Trust::Untrusted => Barred::Untrusted,
                Trust::Trusted => self.day.not(&item.when, now).map_or(Barred::CountdownOver, Barred::Times),
            });
        }
        None
    }

    fn barred(&self, when: &When, now: i64) -> Barred {
        match self.trust {
            Trust::Untrusted => Barred::Untrusted,
            Trust::Trusted => self.day.not(when, now).map_or(Barred::StandsBy, Barred::Times),
        }
    }
}

/// Makes one of spans that touch, from `first` on: where one of them goes on in the other, nothing begins or ends.
fn join(spans: &mut Vec<(i64, i64)>, first: usize) {
    spans[first..].sort_unstable();
    let mut last = first;
    for next in first + 1..spans.len() {
        if spans[next].0 <= spans[last].1 {
            spans[last].1 = spans[last].1.max(spans[next].1);
        } else {
            last += 1;
            spans[last] = spans[next];
        }
    }
    spans.truncate(spans.len().min(last + 1));
}
