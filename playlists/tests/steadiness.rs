//! A decision holds from its first moment to its last and not longer, and is what a slow and obvious reading of
//! the rules says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod support;

use jiff::{SignedDuration, Timestamp, civil::Time};
use playlists::{Decision, Item, Layout, Level, Playlist, Programme, Trust, decide};
use support::{ROUND_THE_CLOCK, programme};

const PRIORITY: &str = "
[playlist]
name = 'priority'
languages = ['vi', 'km']
level = 'priority'
hours = '05:00-12:00'
[[item]]
id = 'a'
duration = '7s'
text = { vi = 'a', km = 'ក' }
[[item]]
id = 'b'
duration = '13s'
layout = 'stack'
hours = '11:00-23:00'
text = { vi = 'b', km = 'ខ' }
[[item]]
id = 'never'
duration = '13s'
hours = '13:00-14:00'
text = { vi = 'c', km = 'គ' }
";

const NIGHT: &str = "
[playlist]
name = 'night'
languages = ['en']
hours = '22:00-05:30'
[[item]]
id = 'night'
duration = '1m1s'
hours = '00:00-04:00'
text.en = 'Closed'
[[item]]
id = 'evening'
duration = '59s'
text.en = 'Closing'
";

const EMERGENCY: &str = "
[playlist]
name = 'emergency'
languages = ['vi']
level = 'emergency'
hours = '01:30-02:30'
[[item]]
id = 'rain'
duration = '20s'
text.vi = 'Mưa lớn'
";

/// Two days each; two of them have a night on which the wall clock jumps.
fn programmes() -> Vec<Programme> {
    let shared = ["2026-03-02T07:00:01", "2026-03-04T07:00:00"];
    let all = [ROUND_THE_CLOCK, PRIORITY, NIGHT, EMERGENCY];
    vec![
        programme("Asia/Ho_Chi_Minh", shared, &[ROUND_THE_CLOCK]),
        programme("Asia/Ho_Chi_Minh", shared, &all),
        programme("Asia/Phnom_Penh", shared, &[NIGHT, PRIORITY]),
        programme("Europe/Berlin", ["2026-03-28T03:17:05", "2026-03-30T01:00:00"], &all),
        programme("America/New_York", ["2026-10-31T12:00:00", "2026-11-02T12:00:00"], &all),
        programme("Asia/Ho_Chi_Minh", shared, &[]),
    ]
}

fn seconds(from: Timestamp, count: i64) -> Timestamp {
    from + SignedDuration::from_secs(count)
}

/// Goes through two days by the moments that `next` makes of a moment and the end of what is decided there.
#[track_caller]
fn check_holds(programme: &Programme, mut next: impl FnMut(Timestamp, Timestamp) -> Timestamp) {
    let day = SignedDuration::from_hours(24);
    let (mut before, end) = (seconds(programme.validity.from, -100), seconds(programme.validity.until, 100));
    let mut held = decide(programme, before, Trust::Trusted);
    while before < end {
        let now = next(before, held.until);
        let decision = decide(programme, now, Trust::Trusted);
        assert!(decision.since <= now && now < decision.until, "{now}: {decision:?}");
        // An end that lies a day off only says that nothing is known to change, and moves on.
        let open_end = held.until == before + day;
        if now < held.until {
            let since = if decision.since == now - day { decision.since } else { held.since };
            let until = if open_end { decision.until } else { held.until };
            assert_eq!(decision, Decision { since, until, ..held }, "{now}");
        } else if !open_end {
            assert_eq!((now, now), (held.until, decision.since), "{decision:?} after {held:?}");
        }
        (before, held) = (now, decision);
    }
}

#[test]
fn a_decision_holds_every_second_until_it_says_to_ask_again() {
    check_holds(&programmes()[3], |now, _| seconds(now, 1));
}

#[test]
fn a_decision_holds_up_to_the_last_nanosecond() {
    let nanosecond = SignedDuration::from_nanos(1);
    for programme in programmes() {
        check_holds(
            &programme,
            |now, until| if now < until - nanosecond { until - nanosecond } else { until },
        );
    }
}

#[test]
fn a_decision_is_what_the_rules_say() {
    for programme in programmes() {
        let (begin, end) = (programme.validity.from, programme.validity.until);
        let span = end.duration_since(begin).as_secs();
        // A step that has no common divisor with a minute, an hour or a round.
        for second in (0..span).step_by(59).chain([span - 1]) {
            let now = seconds(begin, second);
            for trust in [Trust::Trusted, Trust::Untrusted] {
                let decision = decide(&programme, now, trust);
                let plain = plainly(&programme, now, trust);
                assert_eq!(decision.item().map_or("", |item| item.id.as_str()), plain.item, "{now}");
                assert_eq!(decision.language_label(), plain.languages, "{now}");
                let others = programme.playlists.iter().map(|playlist| playlist.items.len()).sum::<usize>();
                assert_eq!(decision.passed_over.len(), others - usize::from(!plain.item.is_empty()), "{now}");
            }
        }
    }
}

#[test]
fn a_decision_begins_and_ends_where_the_rules_say() {
    for programme in programmes().into_iter().filter(|programme| !programme.playlists.is_empty()) {
        let (begin, end) = (programme.validity.from, programme.validity.until);
        let plainly = |now| {
            let within = begin <= now && now < end;
            within.then(|| plainly(&programme, now, Trust::Trusted))
        };
        let mut now = begin;
        while now < end {
            let Decision { since, until, .. } = decide(&programme, now, Trust::Trusted);
            let here = plainly(now);
            assert_eq!((&plainly(since), &plainly(seconds(until, -1))), (&here, &here), "{now}");
            assert_ne!(plainly(seconds(since, -1)), here, "{now} began before {since}");
            assert_ne!(plainly(until), here, "{now} ends after {until}");
            now = seconds(until, 61);
        }
    }
}

/// What is shown in one second, and everything else that makes it another slot than the one before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Plain {
    item: String,
    languages: String,
    slot: usize,
    round: i64,
    open: Vec<String>,
}

/// Writes out the whole round second by second and looks up `now`.
fn plainly(programme: &Programme, now: Timestamp, trust: Trust) -> Plain {
    let time = programme.screen.gate.time_zone.to_datetime(now).time();
    let open = open_items(programme, time, trust);
    let of = |level| -> Vec<&Item> {
        open.iter().filter(|(playlist, _)| playlist.level == level).map(|(_, item)| *item).collect()
    };
    let (emergency, priority, normal) = (of(Level::Emergency), of(Level::Priority), of(Level::Normal));
    let turns = match (emergency.is_empty(), priority.is_empty(), normal.is_empty()) {
        (false, _, _) => emergency,
        (true, false, true) => priority,
        (true, true, _) => normal,
        (true, false, false) => (0..priority.len().max(normal.len()))
            .flat_map(|n| [priority[n % priority.len()], normal[n % normal.len()]])
            .collect(),
    };
    let mut round = Vec::new();
    for (slot, (item, languages)) in turns.into_iter().flat_map(|item| slots(programme, item)).enumerate() {
        for _ in 0..item.duration.as_secs() {
            round.push((slot, item, languages.clone()));
        }
    }
    let ids = open.iter().map(|(_, item)| item.id.to_string()).collect();
    if round.is_empty() {
        return Plain { open: ids, ..Plain::default() };
    }
    let passed = now.duration_since(programme.validity.from).as_secs();
    let length = i64::try_from(round.len()).unwrap();
    let (slot, item, languages) = round[usize::try_from(passed.rem_euclid(length)).unwrap()].clone();
    Plain { item: item.id.to_string(), languages, slot, round: passed.div_euclid(length), open: ids }
}

fn open_items(programme: &Programme, time: Time, trust: Trust) -> Vec<(&Playlist, &Item)> {
    let mut open = Vec::new();
    for playlist in &programme.playlists {
        for item in &playlist.items {
            let hours = [playlist.hours, item.hours];
            let within = |from: Time, until: Time| match from < until {
                true => from <= time && time < until,
                false => !(until <= time && time < from),
            };
            let fits = match trust {
                Trust::Trusted => hours.iter().flatten().all(|hours| within(hours.from(), hours.until())),
                Trust::Untrusted => hours == [None, None],
            };
            if fits {
                open.push((playlist, item));
            }
        }
    }
    open
}

fn slots<'a>(programme: &Programme, item: &'a Item) -> Vec<(&'a Item, String)> {
    let languages: Vec<String> = (programme.screen.languages.iter())
        .filter(|language| item.texts.as_ref().is_some_and(|texts| texts.get(language).is_some()))
        .map(ToString::to_string)
        .collect();
    match (item.layout, languages.is_empty()) {
        (_, true) => vec![(item, String::new())],
        (Some(Layout::Split | Layout::Stack), false) => vec![(item, languages.join("+"))],
        (Some(Layout::Rotate | Layout::Ticker) | None, false) => {
            languages.into_iter().map(|language| (item, language)).collect()
        }
    }
}
