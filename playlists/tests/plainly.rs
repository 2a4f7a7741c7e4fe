//! The program decides as somebody would who works it out second by second, from the document alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/plain.rs"]
mod plain;
#[path = "support/times.rs"]
mod times;
#[path = "support/world.rs"]
mod world;
#[path = "support/worlds.rs"]
mod worlds;

use jiff::Timestamp;
use plain::{Plain, Slot};
use playlists::{Decision, Programme, Shows, Trust, decide, plays};
use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use times::Ms;
use world::{SCREEN, World};

const SECOND: Ms = 1000;
const MONTH: i64 = 31;
/// Every second; without optimisation one in 37, so that no second of the minute is left out.
const STEP: Ms = if cfg!(debug_assertions) { 37 * SECOND } else { SECOND };

/// How many worlds are tried: ten thousand would take half an hour without optimisation.
fn count(released: usize, in_debug: usize) -> usize {
    if cfg!(debug_assertions) { in_debug } else { released }
}

/// Worlds that are the same in every run; `theme` chooses which.
fn each_world(theme: u8, count: usize, mut check: impl FnMut(&World)) {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[theme; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let worlds = worlds::worlds();
    for _ in 0..count {
        check(&worlds.new_tree(&mut runner).unwrap().current());
    }
}

#[test]
fn at_the_edges_of_a_month_and_between_them() {
    // Two at a time: this is the longest.
    std::thread::scope(|scope| {
        for theme in [1, 6] {
            scope.spawn(move || edges_of_months(theme, count(5_000, 20)));
        }
    });
}

#[test]
fn at_every_second_of_a_day() {
    each_world(2, count(300, 20), |world| {
        let programme = world.programme(SCREEN);
        let mut plain = Plain::of(world);
        let midnight = plain.times.midnight(world.month + i64::try_from(world.rules.len()).unwrap());
        every_second(world, &programme, &plain.day(midnight, true), Trust::Trusted);
    });
}

#[test]
fn at_every_second_of_a_day_without_trust() {
    each_world(3, count(50, 5), |world| {
        let programme = world.programme(SCREEN);
        let mut plain = Plain::of(world);
        let midnight = plain.times.midnight(world.month);
        every_second(world, &programme, &plain.day(midnight, false), Trust::Untrusted);
    });
}

#[test]
fn at_every_second_of_a_month() {
    each_world(4, count(5, 0), |world| {
        let programme = world.programme(SCREEN);
        let mut plain = Plain::of(world);
        for day in world.month..world.month + MONTH {
            let midnight = plain.times.midnight(day);
            every_second(world, &programme, &plain.day(midnight, true), Trust::Trusted);
        }
    });
}

#[test]
fn every_slot_of_a_month() {
    let days = if cfg!(debug_assertions) { 4 } else { MONTH };
    each_world(5, count(500, 4), |world| {
        let programme = world.programme(SCREEN);
        let mut plain = Plain::of(world);
        let mut slots = Vec::new();
        for day in world.month..world.month + days {
            let midnight = plain.times.midnight(day);
            slots.extend(plain.day(midnight, true).into_iter().filter(|slot| slot.shows.is_some()));
        }
        let [from, until] = [world.month, world.month + days].map(|day| moment(plain.times.midnight(day)));
        let mut played = plays(&programme, from, until);
        for slot in slots {
            let play = played.next().map(|play| Slot {
                from: play.from.as_millisecond(),
                until: play.until.as_millisecond(),
                shows: shown(&play.shows),
                why: word(play.why),
            });
            assert_eq!(play.as_ref(), Some(&slot), "{}", world.told());
        }
        assert_eq!(played.next(), None, "{}", world.told());
    });
}

fn edges_of_months(theme: u8, count: usize) {
    let mut moments = 0;
    each_world(theme, count, |world| {
        let programme = world.programme(SCREEN);
        let mut plain = Plain::of(world);
        for day in world.month..world.month + MONTH {
            let midnight = plain.times.midnight(day);
            let (segments, slots) = (plain.times.segments(day, true), plain.day(midnight, true));
            let ends = slots.last().unwrap().until;
            // Not on a whole second.
            let any = midnight + day * 7_919_077 % (86_400 * SECOND);
            let around = segments.iter().flat_map(|(from, ..)| [from - SECOND, *from, from + SECOND]);
            let all = around.chain([ends - SECOND, any]).filter(|now| midnight <= *now && *now < ends);
            for now in all {
                moments += 1;
                agree(world, &programme, &slots, now, Trust::Trusted);
            }
        }
        let midnight = plain.times.midnight(world.month);
        let slots = plain.day(midnight, false);
        for now in slots.iter().step_by(slots.len().div_ceil(5)).map(|slot| slot.from) {
            moments += 1;
            agree(world, &programme, &slots, now, Trust::Untrusted);
        }
    });
    println!("{moments} moments");
}

fn every_second(world: &World, programme: &Programme, slots: &[Slot], trust: Trust) {
    let (first, last) = (slots.first().unwrap().from, slots.last().unwrap().until);
    let mut now = first;
    while now < last {
        agree(world, programme, slots, now, trust);
        now += STEP;
    }
}

#[track_caller]
fn agree(world: &World, programme: &Programme, slots: &[Slot], now: Ms, trust: Trust) {
    let place = slots.partition_point(|slot| slot.until <= now);
    let decision = decide(programme, moment(now), trust);
    assert_eq!(slot_of(&decision), slots[place], "at {} ({trust:?}) in\n{}", moment(now), world.told());
}

fn slot_of(decision: &Decision<'_>) -> Slot {
    Slot {
        from: decision.since.as_millisecond(),
        until: decision.until.as_millisecond(),
        shows: shown(&decision.shows),
        why: word(decision.why),
    }
}

/// By number: the playlists are called `p0`, `p1` and so on, the items `i0`, `i1`.
fn shown(shows: &Shows<'_>) -> Option<(usize, usize, String)> {
    match shows {
        Shows::SafePage => None,
        Shows::Item { playlist, item, languages, .. } => {
            let languages: Vec<_> = languages.iter().map(|language| language.as_str()).collect();
            let number = |name: &str| name[1..].parse().unwrap();
            Some((number(&playlist.name), number(item.id.as_str()), languages.join("+")))
        }
    }
}

fn word(why: playlists::Why) -> &'static str {
    use playlists::Why;
    match why {
        Why::Emergency => "emergency",
        Why::Priority => "priority",
        Why::Rotation => "rotation",
        Why::Default => "default",
        Why::NothingAtThisHour => "nothing-at-this-hour",
        Why::OutsideValidity => "outside-validity",
        Why::NoBundle => "no-bundle",
        Why::Blackout => "blackout",
        Why::SafePage => "safe-page",
    }
}

fn moment(ms: Ms) -> Timestamp {
    Timestamp::from_millisecond(ms).unwrap()
}
