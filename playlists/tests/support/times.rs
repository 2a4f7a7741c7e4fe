//! When what may play, worked out a second time: slowly and plainly, from `docs/schedule.md` alone.
//!
//! Nothing of the program is used here but the lunar date of a day; `jiff` only says which moment a time of the wall
//! clock is.

use std::collections::BTreeMap;

use jiff::{civil, tz::TimeZone};
use playlists::{Gate, LunarDate};

use super::world::{Day, Days, Hours, When, World, civil as date_of};

/// A moment, in milliseconds since 1970.
pub(crate) type Ms = i64;

pub(crate) struct Times<'w> {
    world: &'w World,
    zone: TimeZone,
    /// Everything that may begin or end to be allowed.
    things: Vec<Thing<'w>>,
    facts: BTreeMap<Day, Facts>,
}

/// A rule, a playlist or an item.
struct Thing<'w> {
    when: &'w When,
    countdown: Option<(Day, i64)>,
}

/// What a day is called.
#[derive(Clone, Copy)]
struct Facts {
    month: i64,
    day: i64,
    weekday: i64,
    /// Month and day, unless it is in a leap month.
    lunar: Option<(i64, i64)>,
    /// The first moment.
    midnight: Ms,
}

/// The things of one segment: whether each is allowed.
pub(crate) type Allowed = Vec<bool>;

impl<'w> Times<'w> {
    pub(crate) fn of(world: &'w World) -> Self {
        let rules = world.rules.iter().map(|rule| Thing { when: &rule.when, countdown: None });
        let mut things: Vec<_> = rules.collect();
        for list in &world.playlists {
            things.push(Thing { when: &list.when, countdown: None });
            things
                .extend(list.items.iter().map(|item| Thing { when: &item.when, countdown: item.countdown }));
        }
        let zone = Gate::zone(world.zone).expect("a zone");
        Self { world, zone, things, facts: BTreeMap::new() }
    }

    /// The first moment of a day.
    pub(crate) fn midnight(&mut self, day: Day) -> Ms {
        self.facts(day).midnight
    }

    /// Which day it is by the gate's clock.
    pub(crate) fn day_of(&self, now: Ms) -> Day {
        let date =
            jiff::Timestamp::from_millisecond(now).expect("a moment").to_zoned(self.zone.clone()).date();
        (date - civil::date(1970, 1, 1)).get_days().into()
    }

    /// When the wall clock shows that minute of that day.
    fn moment(&self, day: Day, minute: i64) -> Ms {
        let (year, month, of_month) = date_of(day);
        let small = |number: i64| i8::try_from(number).expect("small");
        let date = civil::date(i16::try_from(year).expect("a year"), small(month), small(of_month));
        let local = date.at(small(minute / 60), small(minute % 60), 0, 0);
        // What is left out counts as so much later after the jump, and what comes twice as the first.
        self.zone.to_ambiguous_timestamp(local).compatible().expect("a moment").as_millisecond()
    }

    /// The same, where the minute may be that of 24:00.
    fn moment_or_end(&self, (day, minute): (Day, i64)) -> Ms {
        if minute == 24 * 60 { self.moment(day + 1, 0) } else { self.moment(day, minute) }
    }

    fn facts(&mut self, day: Day) -> Facts {
        if let Some(facts) = self.facts.get(&day) {
            return *facts;
        }
        let (year, month, of_month) = date_of(day);
        let small = |number: i64| i8::try_from(number).expect("small");
        let date = civil::date(i16::try_from(year).expect("a year"), small(month), small(of_month));
        let lunar = LunarDate::of(date)
            .filter(|lunar| !lunar.leap)
            .map(|lunar| (lunar.month.into(), lunar.day.into()));
        // 1 January 1970 was a Thursday.
        let facts =
            Facts { month, day: of_month, weekday: (day + 3) % 7, lunar, midnight: self.moment(day, 0) };
        self.facts.insert(day, facts);
        facts
    }

    fn is_meant(&mut self, when: &When, day: Day) -> bool {
        let facts = self.facts(day);
        let weekday = |&(first, last): &(i64, i64)| between(first, last, facts.weekday);
        (when.weekdays.is_empty() || when.weekdays.iter().any(weekday))
            && (when.days.is_empty() || when.days.iter().any(|days| self.is_among(*days, day, facts)))
            && !when.except.iter().any(|days| self.is_among(*days, day, facts))
    }

    fn is_among(&self, days: Days, day: Day, facts: Facts) -> bool {
        match days {
            Days::Dates(first, last) => first <= day && day <= last,
            Days::Yearly(first, last) => between(first, last, (facts.month, facts.day)),
            Days::Lunar(first, last) => facts.lunar.is_some_and(|lunar| between(first, last, lunar)),
            Days::Calendar(n) => {
                self.world.calendars[n].1.iter().any(|(first, last)| *first <= day && day <= *last)
            }
        }
    }

    /// When `thing` is allowed, of the hours that begin on `day`.
    fn spans_of(&mut self, thing: usize, day: Day) -> Vec<(Ms, Ms)> {
        let Thing { when, countdown } = self.things[thing];
        if !self.is_meant(when, day) {
            return Vec::new();
        }
        let spans: Vec<(Ms, Ms)> = match when.hours {
            None => vec![(self.moment(day, 0), self.moment(day + 1, 0))],
            Some(Hours::Between(from, until)) => {
                let end = if until <= from { (day + 1, until) } else { (day, until) };
                vec![(self.moment(day, from), self.moment_or_end(end))]
            }
            Some(Hours::Open) => {
                let opening = self.world.opening.iter();
                opening
                    .map(|(from, until)| (self.moment(day, *from), self.moment_or_end((day, *until))))
                    .collect()
            }
            Some(Hours::Closed) => {
                let (mut spans, mut from) = (Vec::new(), self.moment(day, 0));
                for (opens, closes) in &self.world.opening {
                    spans.push((from, self.moment(day, *opens)));
                    from = self.moment_or_end((day, *closes));
                }
                spans.push((from, self.moment(day + 1, 0)));
                spans
            }
        };
        let first = when.from.map_or(Ms::MIN, |from| self.moment_or_end(from));
        let last = when.until.into_iter().chain(countdown).map(|until| self.moment_or_end(until)).min();
        let cut = |(from, until): (Ms, Ms)| (from.max(first), until.min(last.unwrap_or(Ms::MAX)));
        spans.into_iter().map(cut).filter(|(from, until)| from < until).collect()
    }

    /// The segments of a day, each with what is allowed in it.
    pub(crate) fn segments(&mut self, day: Day, trusted: bool) -> Vec<(Ms, Ms, Allowed)> {
        let (midnight, next) = (self.facts(day).midnight, self.facts(day + 1).midnight);
        if !trusted {
            let allowed =
                self.things.iter().map(|thing| *thing.when == When::default() && thing.countdown.is_none());
            return vec![(midnight, next, allowed.collect())];
        }
        let counts: Vec<bool> = self.count();
        // Hours run past midnight, and into the day after where midnight is left out.
        let spans: Vec<Vec<(Ms, Ms)>> = (0..self.things.len())
            .map(|thing| {
                [day - 2, day - 1, day, day + 1].iter().flat_map(|day| self.spans_of(thing, *day)).collect()
            })
            .collect();
        let is_allowed =
            |thing: usize, now: Ms| spans[thing].iter().any(|(from, until)| *from <= now && now < *until);
        let changes =
            |now: Ms| (0..spans.len()).any(|n| counts[n] && is_allowed(n, now - 1) != is_allowed(n, now));
        let mut edges: Vec<Ms> = spans.iter().flatten().flat_map(|(from, until)| [*from, *until]).collect();
        edges.sort_unstable();
        edges.dedup();
        edges.retain(|edge| midnight < *edge && *edge < next && changes(*edge));
        let from = std::iter::once(midnight).chain(edges.iter().copied());
        let until = edges.iter().copied().chain([next]);
        let allowed = |now| (0..spans.len()).map(|thing| is_allowed(thing, now)).collect();
        from.zip(until).map(|(from, until)| (from, until, allowed(from))).collect()
    }

    /// Which things divide the day.
    fn count(&self) -> Vec<bool> {
        let world = self.world;
        let any_can_play =
            |list: usize| (0..world.playlists[list].items.len()).any(|item| self.can_play(list, item));
        let rules = world.rules.iter().map(|rule| !rule.elsewhere && any_can_play(rule.playlist));
        let mut counts: Vec<bool> = rules.collect();
        for (n, list) in world.playlists.iter().enumerate() {
            counts.push(any_can_play(n));
            counts.extend((0..list.items.len()).map(|item| self.can_play(n, item)));
        }
        counts
    }

    fn can_play(&self, playlist: usize, item: usize) -> bool {
        let World { rules, default, playlists, languages, .. } = self.world;
        let is_named = rules.iter().any(|rule| rule.playlist == playlist && !rule.elsewhere);
        let is_seen = playlists[playlist].items[item].picture
            || playlists[playlist].languages.iter().any(|language| languages.contains(language));
        (is_named || *default == Some(playlist)) && is_seen && !self.world.is_withdrawn(playlist, item)
    }
}

/// From the first to the last, or past the end if the last comes before.
fn between<T: PartialOrd + Copy>(first: T, last: T, one: T) -> bool {
    if first <= last { first <= one && one <= last } else { first <= one || one <= last }
}
