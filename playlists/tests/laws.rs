//! What always holds, whatever is scheduled: tried on worlds that are made up.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/steady.rs"]
mod steady;
#[path = "support/times.rs"]
mod times;
#[path = "support/world.rs"]
mod world;
#[path = "support/worlds.rs"]
mod worlds;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use playlists::{
    CalendarDays, Decision, Gates, Playlist, PlaylistPath, Programme, Schedule, Shows, Trust, Validity, Why,
    decide, plays, timeline,
};
use proptest::{
    prelude::*,
    sample::Index,
    test_runner::{FileFailurePersistence, RngSeed},
};
use steady::{ZONES, is_seen, may_play};
use times::{Ms, Times};
use world::{Rule, SCREEN, TWIN, When, World};
use worlds::worlds;

const DAY: Ms = 86_400_000;

/// The same in every run, so that whoever changes something else is not surprised.
fn config() -> ProptestConfig {
    let cases = if cfg!(debug_assertions) { 40 } else { 2000 };
    let failure_persistence = Some(Box::new(FileFailurePersistence::Off) as _);
    ProptestConfig { cases, failure_persistence, rng_seed: RngSeed::Fixed(4), ..ProptestConfig::default() }
}

/// A world and a moment in its month.
fn moments() -> impl Strategy<Value = (World, Timestamp)> {
    (worlds(), 0..31 * DAY).prop_map(|(world, after)| {
        let now = moment(world.month * DAY + after);
        (world, now)
    })
}

fn trusts() -> impl Strategy<Value = Trust> {
    prop_oneof![3 => Just(Trust::Trusted), 1 => Just(Trust::Untrusted)]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_decision_holds_until_it_is_asked_again((world, now) in moments(), trust in trusts(), at in 0.0..1.0f64) {
        let programme = world.programme(SCREEN);
        let decision = decide(&programme, now, trust);
        let Decision { since, until, .. } = decision;
        prop_assert!(since <= now && now < until, "{since} {now} {until} in\n{}", world.told());
        let length = until.duration_since(since).as_millis() as f64;
        let between = since + SignedDuration::from_millis((length * at) as i64);
        let last = until - SignedDuration::from_millis(1);
        for probe in [since, between, last] {
            prop_assert_eq!(&decide(&programme, probe, trust), &decision, "at {} in\n{}", probe, world.told());
        }
        let next = decide(&programme, until, trust);
        prop_assert_eq!(next.since, until, "{}", world.told());
        // It is asked again at midnight at the latest.
        let times = Times::of(&world);
        prop_assert_eq!(times.day_of(since.as_millisecond()), times.day_of(last.as_millisecond()), "{}", world.told());
    }

    #[test]
    fn what_is_shown_may_play_and_an_emergency_is_shown((mut world, now) in moments()) {
        // There the wall clock does not jump, so that the minute of the day alone decides.
        if !ZONES.iter().any(|(zone, _)| *zone == world.zone) {
            world.zone = ZONES[0].0;
        }
        let programme = world.programme(SCREEN);
        let decision = decide(&programme, now, Trust::Trusted);
        let is_valid = (world.validity.0 * 1000..world.validity.1 * 1000).contains(&now.as_millisecond());
        prop_assert_eq!(decision.why == Why::OutsideValidity, !is_valid);
        let may_play = |level: &str| {
            let of_level = world.playlists.iter().enumerate().filter(|(_, list)| list.level == level);
            of_level.flat_map(|(n, list)| (0..list.items.len()).map(move |item| (n, item)))
                .filter(|(list, item)| may_play(&world, *list, *item, now)).collect::<Vec<_>>()
        };
        let expected = match ["emergency", "priority", "normal"].map(|level| !may_play(level).is_empty()) {
            _ if !is_valid => vec![Why::OutsideValidity],
            [true, ..] => vec![Why::Emergency],
            [false, true, true] => vec![Why::Priority, Why::Rotation],
            [false, true, false] => vec![Why::Priority],
            [false, false, true] => vec![Why::Rotation],
            [false, false, false] => vec![Why::Default, Why::NothingAtThisHour],
        };
        prop_assert!(expected.contains(&decision.why), "{:?} at {now} in\n{}", decision.why, world.told());
        if let (Some(shown), true) = (number(&decision.shows), decision.why != Why::Default) {
            prop_assert!(may_play(world.playlists[shown.0].level).contains(&shown), "at {now} in\n{}", world.told());
        }
    }

    #[test]
    fn with_a_default_there_is_always_something_else_than_the_name((mut world, now) in moments(), trust in trusts()) {
        world.withdrawn.clear();
        let programme = world.programme(SCREEN);
        let decision = decide(&programme, now, trust);
        let is_valid = programme.validity().contains(now) || trust == Trust::Untrusted;
        let is_default = |n: usize| (0..world.playlists[n].items.len()).any(|item| is_seen(&world, n, item));
        if world.default.is_some_and(is_default) && is_valid {
            prop_assert!(decision.item().is_some(), "at {now} in\n{}", world.told());
        }
        prop_assert_eq!(decision.item().is_none(), number(&decision.shows).is_none());
    }

    #[test]
    fn without_trust_nothing_with_times_is_shown((world, now) in moments()) {
        let programme = world.programme(SCREEN);
        let decision = decide(&programme, now, Trust::Untrusted);
        if let Some((list, item)) = number(&decision.shows) {
            let (list, always) = (&world.playlists[list], When::default());
            prop_assert!(list.when == always && list.items[item].when == always, "{}", world.told());
            prop_assert!(list.items[item].countdown.is_none(), "{}", world.told());
            let of_list = |rule: &&Rule| std::ptr::eq(&raw const world.playlists[rule.playlist], list);
            let mut rules = world.rules.iter().filter(|rule| !rule.elsewhere).filter(of_list);
            prop_assert!(decision.why == Why::Default || rules.any(|rule| rule.when == always), "{}", world.told());
            prop_assert!(decision.why != Why::Emergency, "{}", world.told());
        }
        prop_assert!(decision.why != Why::OutsideValidity, "{}", world.told());
    }

    #[test]
    fn two_screens_of_a_group_show_the_same((world, now) in moments(), trust in trusts()) {
        let [one, other] = [SCREEN, TWIN].map(|screen| world.programme(screen));
        prop_assert_eq!(decide(&one, now, trust), decide(&other, now, trust), "{}", world.told());
    }

    #[test]
    fn every_item_is_shown_or_passed_over((world, now) in moments(), trust in trusts()) {
        let programme = world.programme(SCREEN);
        let decision = decide(&programme, now, trust);
        let mut named = BTreeSet::new();
        for passed in &decision.passed_over {
            let new = named.insert((passed.playlist.name.clone(), passed.item.id.to_string()));
            prop_assert!(new, "{} {} twice in\n{}", passed.playlist.name, passed.item.id, world.told());
        }
        if let (Some(playlist), Some(item)) = (decision.playlist(), decision.item()) {
            let new = named.insert((playlist.name.clone(), item.id.to_string()));
            prop_assert!(new, "{} {} is shown and passed over in\n{}", playlist.name, item.id, world.told());
        }
        let all: usize = world.playlists.iter().map(|list| list.items.len()).sum();
        prop_assert_eq!(named.len(), all, "{}", world.told());
    }

    #[test]
    fn plays_follow_on_each_other_and_are_what_is_decided((world, from) in moments(), hours in 1..30i64) {
        let programme = world.programme(SCREEN);
        let until = from + SignedDuration::from_hours(hours);
        let mut now = from;
        for play in plays(&programme, from, until) {
            // The first and the last are told whole.
            let begins = play.from.max(from);
            prop_assert!(now <= begins && begins < play.until && begins < until, "{}", world.told());
            while now < begins {
                let gap = decide(&programme, now, Trust::Trusted);
                prop_assert!(gap.item().is_none(), "nothing plays at {now} in\n{}", world.told());
                now = gap.until.min(begins);
            }
            let Decision { shows, since, until, why, .. } = decide(&programme, now, Trust::Trusted);
            prop_assert_eq!((&shows, why), (&play.shows, play.why), "at {} in\n{}", now, world.told());
            prop_assert_eq!((since, until), (play.from, play.until), "at {} in\n{}", now, world.told());
            now = play.until;
        }
        while now < until {
            let gap = decide(&programme, now, Trust::Trusted);
            prop_assert!(gap.item().is_none(), "nothing plays at {now} in\n{}", world.told());
            now = gap.until;
        }
    }

    #[test]
    fn a_timeline_has_no_gap_and_is_what_is_decided((world, from) in moments(), hours in 1..31 * 24i64) {
        let programme = world.programme(SCREEN);
        let until = from + SignedDuration::from_hours(hours);
        let stretches = timeline(&programme, from, until);
        let mut now = from;
        for stretch in &stretches {
            prop_assert_eq!(now, stretch.from, "{}", world.told());
            prop_assert!(stretch.from < stretch.until, "{}", world.told());
            now = stretch.until;
            let middle = stretch.from + stretch.until.duration_since(stretch.from) / 2;
            for at in [stretch.from, middle, stretch.until - SignedDuration::from_millis(1)] {
                let decision = decide(&programme, at, Trust::Trusted);
                let there = |among: &[&Playlist]| decision.playlist().is_none_or(|here| among.contains(&here));
                let fine = match decision.why {
                    Why::Priority => there(&stretch.priority),
                    why => why == stretch.why && there(&stretch.playlists),
                };
                prop_assert!(fine, "{:?} at {at}, but {stretch:?} in\n{}", decision.why, world.told());
            }
        }
        prop_assert_eq!(now, until, "{}", world.told());
    }

    #[test]
    fn priority_has_its_share_within_one_turn((mut world, now) in moments()) {
        world.validity = (0, 10_000_000_000);
        let programme = world.programme(SCREEN);
        let mut times = Times::of(&world);
        let day = times.day_of(now.as_millisecond());
        let segments = times.segments(day, true);
        let [longest, longest_normal] = [["priority"].as_slice(), &["normal"]].map(|levels| longest_turn(&programme, levels));
        for (from, until, _) in segments {
            let mut had = 0;
            let mut shared = false;
            let all: Vec<_> = plays(&programme, moment(from), moment(until)).collect();
            let both = all.iter().any(|play| play.why == Why::Priority);
            for play in all.iter().filter(|_| both) {
                let length = play.until.duration_since(play.from).as_millis() as Ms;
                had += if play.why == Why::Priority { length } else { 0 };
                shared |= play.why == Why::Rotation;
                let so_far = play.until.as_millisecond() - from;
                let due = so_far * world.priority_share / 60;
                // The slot before the segment's end may stay for two seconds more.
                prop_assert!(had + longest_normal + 2000 >= due, "{had} of {due} at {} in\n{}", play.until, world.told());
                let too_much = shared && world.priority_share < 60 && had > due + longest + 2000;
                prop_assert!(!too_much, "{had} of {due} at {} in\n{}", play.until, world.told());
            }
            prop_assert!(!both || all[0].why == Why::Priority, "priority has the first turn: {}", world.told());
        }
    }

    #[test]
    fn air_time_follows_weight_and_duration(mut world in worlds()) {
        make_calm(&mut world);
        let programme = world.programme(SCREEN);
        let from = Times::of(&world).midnight(world.month);
        let mut seen: BTreeMap<usize, Ms> = BTreeMap::new();
        for play in plays(&programme, moment(from), moment(from + DAY)) {
            let (list, _) = number(&play.shows).unwrap();
            *seen.entry(list).or_default() += play.until.duration_since(play.from).as_millis() as Ms;
        }
        let mut due: BTreeMap<usize, Ms> = BTreeMap::new();
        for rule in &world.rules {
            let turns: Ms = programme.playlists()[rule.playlist].items.iter().map(|item| turn(&programme, item)).sum();
            if turns > 0 {
                due.entry(rule.playlist).or_insert(turns * rule.weight);
            }
        }
        let all: Ms = due.values().sum();
        for (list, due) in &due {
            let (due, seen) = (DAY * due / all, seen.get(list).copied().unwrap_or(0));
            prop_assert!((seen - due).abs() <= DAY / 100, "p{list}: {seen} ms of {due} in\n{}", world.told());
        }
        let seen: Ms = seen.values().sum();
        prop_assert_eq!(seen, if due.is_empty() { 0 } else { DAY });
    }

    #[test]
    fn whatever_is_read_is_decided_at_any_moment(
        world in worlds(),
        changes in prop::collection::vec((any::<Index>(), any::<Index>(), 0..12usize), 0..6),
        ms in -377_705_000_000_000..253_402_000_000_000i64,
    ) {
        let texts: Vec<_> = world.texts().iter().map(|text| changed(text, &changes)).collect();
        let [gates, schedule, playlists @ ..] = &texts[..] else { unreachable!("two files and the playlists") };
        let (Ok(gates), Ok(schedule)) = (Gates::parse("g.toml", gates), Schedule::parse("s.toml", schedule)) else {
            return Ok(());
        };
        let parsed = playlists.iter().flat_map(|text| Playlist::parse("p.toml", text)).enumerate();
        let parsed: Vec<_> = parsed.map(|(n, list)| (PlaylistPath::parse(&format!("p{n}.toml")).unwrap(), list)).collect();
        let validity = Validity { from: Timestamp::MIN, until: Timestamp::MAX };
        for screen in gates.screens.into_values() {
            let calendars: CalendarDays = world.calendar_days();
            let Ok(programme) = Programme::new(screen, validity, &schedule, parsed.clone(), &calendars, &[]) else {
                continue;
            };
            let now = moment(ms);
            for trust in [Trust::Trusted, Trust::Untrusted] {
                let decision = decide(&programme, now, trust);
                prop_assert!(decision.since <= now && now < decision.until, "{now} in\n{}", world.told());
            }
            let until = now + SignedDuration::from_hours(40);
            timeline(&programme, now, until);
            plays(&programme, now, until).take(50).for_each(drop);
        }
    }

    #[test]
    fn the_ends_of_time_are_decided_too(mut world in worlds(), hours in 0..50i64, trust in trusts()) {
        world.validity = (-377_700_000_000, 253_400_000_000);
        let programme = world.programme(SCREEN);
        let after = SignedDuration::from_hours(hours);
        for now in [Timestamp::MIN + after, Timestamp::MAX - after] {
            let decision = decide(&programme, now, trust);
            prop_assert!(decision.since <= now, "{now} {} in\n{}", decision.since, world.told());
            prop_assert!(now < decision.until || now == Timestamp::MAX, "{now} {}", decision.until);
        }
    }
}

/// The text with some of its pieces replaced by what people, or nobody, would write.
fn changed(text: &str, changes: &[(Index, Index, usize)]) -> String {
    const PIECES: [&str; 12] = [
        "9999-12-31",
        "24:00",
        "lunar 12-30",
        "02-29",
        "\"",
        "]",
        "600s",
        "-9999-01-01 00:00",
        "00:00-00:01",
        "emergency",
        "0",
        "",
    ];
    let mut text: Vec<String> = text.split_inclusive(['"', '\n']).map(str::to_owned).collect();
    for (only, place, piece) in changes {
        // Most files stay as they are, or none could be read.
        if only.index(4) == 0 {
            let place = place.index(text.len());
            let end = text[place].pop().unwrap_or_default();
            text[place] = format!("{}{end}", PIECES[*piece]);
        }
    }
    text.concat()
}

/// Nothing has times, no round is long, nobody has more than a minute's turns.
fn make_calm(world: &mut World) {
    world.validity = (0, 10_000_000_000);
    world.zone = "Asia/Ho_Chi_Minh";
    world.withdrawn.clear();
    world.dwell = None;
    world.languages.truncate(2);
    world.shares.truncate(2);
    world.playlists.truncate(4);
    let count = world.playlists.len();
    world.rules.retain(|rule| rule.playlist < count);
    world.rules.iter_mut().for_each(|rule| (rule.when, rule.elsewhere) = (When::default(), false));
    world.default = None;
    for list in &mut world.playlists {
        (list.level, list.when) = ("normal", When::default());
        list.items.truncate(2);
        for item in &mut list.items {
            (item.when, item.countdown, item.duration) = (When::default(), None, item.duration % 12 + 3);
        }
    }
    if world.rules.is_empty() {
        world.rules.push(Rule { playlist: 0, elsewhere: false, weight: 1, when: When::default() });
    }
}

/// How long an item's turn is: nothing if the screen shows none of its languages.
fn turn(programme: &Programme, item: &playlists::Item) -> Ms {
    let screen = programme.screen();
    let ms = |language| screen.shows_for(item, language).as_millis() as Ms;
    match &item.texts {
        None => ms(None),
        Some(_) if screen.languages_of(item).next().is_none() => 0,
        Some(_) if screen.takes_turns(item) => {
            screen.languages_of(item).map(|language| ms(Some(language))).sum()
        }
        Some(_) => ms(None),
    }
}

fn longest_turn(programme: &Programme, levels: &[&str]) -> Ms {
    let level = |list: &&Playlist| levels.contains(&format!("{:?}", list.level).to_lowercase().as_str());
    let items = programme.playlists().iter().filter(level).flat_map(|list| &list.items);
    items.map(|item| turn(programme, item)).max().unwrap_or(0)
}

/// Which playlist and which item, by their names `p0` and `i0`.
fn number(shows: &Shows<'_>) -> Option<(usize, usize)> {
    match shows {
        Shows::SafePage => None,
        Shows::Item { playlist, item, .. } => {
            let number = |name: &str| name[1..].parse().unwrap();
            Some((number(&playlist.name), number(item.id.as_str())))
        }
    }
}

fn moment(ms: Ms) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}
