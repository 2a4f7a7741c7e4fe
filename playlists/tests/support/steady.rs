//! Whether an item may play, where the wall clock does not jump: then the minute of the day and the day decide alone.

use jiff::Timestamp;
use playlists::LunarDate;

use super::world::{Days, Hours, Rule, When, World, civil};

/// Zones of that kind, with their distance from UTC in minutes.
pub(crate) const ZONES: [(&str, i64); 3] =
    [("Asia/Ho_Chi_Minh", 420), ("Asia/Phnom_Penh", 420), ("Asia/Kolkata", 330)];

/// Whether an item may play at `now`, by a wall clock that does not jump.
pub(crate) fn may_play(world: &World, list: usize, item: usize, now: Timestamp) -> bool {
    let playlist = &world.playlists[list];
    let of_rules = |rule: &Rule| rule.playlist == list && !rule.elsewhere && allows(world, &rule.when, now);
    let one = &playlist.items[item];
    let local = local(world, now);
    world.rules.iter().any(of_rules)
        && allows(world, &playlist.when, now)
        && allows(world, &one.when, now)
        && one.countdown.is_none_or(|(day, minute)| local.0 * 1440 + local.1 < day * 1440 + minute)
        && is_seen(world, list, item)
}

/// Neither withdrawn, nor in languages that the screen does not show.
pub(crate) fn is_seen(world: &World, list: usize, item: usize) -> bool {
    let playlist = &world.playlists[list];
    let in_language = playlist.languages.iter().any(|language| world.languages.contains(language));
    !world.is_withdrawn(list, item) && (playlist.items[item].picture || in_language)
}

/// Its day and the minute of it.
fn local(world: &World, now: Timestamp) -> (i64, i64) {
    let (_, offset) = ZONES.into_iter().find(|(zone, _)| *zone == world.zone).expect("a zone of that kind");
    let minutes = now.as_millisecond().div_euclid(60_000) + offset;
    (minutes.div_euclid(1440), minutes.rem_euclid(1440))
}

fn allows(world: &World, when: &When, now: Timestamp) -> bool {
    let (today, minute) = local(world, now);
    let is_open = || world.opening.iter().any(|(from, until)| (*from..*until).contains(&minute));
    // The day on which the hours begin.
    let (in_hours, day) = match when.hours {
        None => (true, today),
        Some(Hours::Open) => (is_open(), today),
        Some(Hours::Closed) => (!is_open(), today),
        Some(Hours::Between(from, until)) if from < until => ((from..until).contains(&minute), today),
        Some(Hours::Between(from, until)) if minute < until => (minute < until && minute < from, today - 1),
        Some(Hours::Between(from, _)) => (from <= minute, today),
    };
    let moment = |(day, minute): (i64, i64)| day * 1440 + minute;
    let among = |days: &Days| is_among(world, *days, day);
    let is_weekday = |&(first, last): &(i64, i64)| {
        let weekday = (day + 3).rem_euclid(7);
        (weekday - first).rem_euclid(7) <= (last - first).rem_euclid(7)
    };
    in_hours
        && (when.weekdays.is_empty() || when.weekdays.iter().any(is_weekday))
        && (when.days.is_empty() || when.days.iter().any(among))
        && !when.except.iter().any(among)
        && when.from.is_none_or(|from| moment(from) <= today * 1440 + minute)
        && when.until.is_none_or(|until| today * 1440 + minute < moment(until))
}

fn is_among(world: &World, days: Days, day: i64) -> bool {
    let wraps = |first: (i64, i64), last: (i64, i64), one: (i64, i64)| {
        let within = (first <= one, one <= last);
        if first <= last { within == (true, true) } else { within != (false, false) }
    };
    match days {
        Days::Dates(first, last) => (first..=last).contains(&day),
        Days::Yearly(first, last) => {
            let (_, month, day) = civil(day);
            wraps(first, last, (month, day))
        }
        Days::Lunar(first, last) => {
            let (year, month, of_month) = civil(day);
            let date = jiff::civil::date(year as i16, month as i8, of_month as i8);
            let lunar = LunarDate::of(date).filter(|lunar| !lunar.leap);
            lunar.is_some_and(|lunar| wraps(first, last, (lunar.month.into(), lunar.day.into())))
        }
        Days::Calendar(n) => world.calendars[n].1.iter().any(|(first, last)| (*first..=*last).contains(&day)),
    }
}
