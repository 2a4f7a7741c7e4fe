//! Worlds that are made up: any rules, hours and days, in zones whose clocks jump, around days that are special.

use proptest::{collection::vec, option::weighted, prelude::*, sample::select};

use super::world::{Day, Days, Hours, Item, List, Rule, When, World};

const ZONES: [&str; 12] = [
    "Asia/Ho_Chi_Minh",
    "Asia/Ho_Chi_Minh",
    "Asia/Ho_Chi_Minh",
    "Asia/Phnom_Penh",
    "Europe/Berlin",
    "America/New_York",
    // Here the clock jumps at midnight.
    "Africa/Cairo",
    "America/Havana",
    "Asia/Beirut",
    // Here by half an hour, and here the distance from UTC is no whole hour.
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Chatham",
];

/// Before Tết, Khmer New Year, changes of the clock, a leap month, 29 February, the turn of a year.
const MONTHS: [Day; 9] = [20_494, 20_527, 20_560, 20_725, 20_753, 20_285, 21_230, 20_805, 20_845];

const OPENINGS: [&[(i64, i64)]; 4] =
    [&[(420, 1020)], &[(0, 1440)], &[(0, 300), (420, 690), (810, 1440)], &[(419, 421)]];

pub(crate) fn worlds() -> impl Strategy<Value = World> {
    let month = prop_oneof![3 => select(&MONTHS[..]), 1 => 19_800..22_500i64];
    month.prop_flat_map(|month| {
        let playlists = vec(list(month), 1..=5);
        let screen = (
            select(&ZONES[..]),
            languages(&["vi", "en", "km"]),
            weighted(0.3, vec(1..=10i64, 3)),
            weighted(0.3, 1..=20i64),
            select(&["rotate", "rotate", "split", "stack"][..]),
            select(&OPENINGS[..]),
        );
        let of_playlists = (
            weighted(0.6, any::<prop::sample::Index>()),
            vec((any::<prop::sample::Index>(), weighted(0.5, any::<prop::sample::Index>())), 0..=2),
            prop::bool::weighted(0.2),
        );
        // In order and apart from each other: so calendars are.
        let days = || vec((1..12i64, 0..6i64), 0..=3);
        let schedule = (
            vec((any::<prop::sample::Index>(), prop::bool::weighted(0.1), weight(), when(month, 0.5)), 1..=6),
            prop_oneof![Just(30), 1..=60i64, Just(60)],
            (days(), days()),
            weighted(0.2, (-86_400..30 * 86_400i64, 1..40 * 86_400i64)),
        );
        (screen, playlists, of_playlists, schedule).prop_map(
            move |(screen, playlists, of_playlists, schedule)| {
                let (zone, languages, shares, dwell, layout, opening) = screen;
                let (default, withdrawn, any_withdrawn) = of_playlists;
                let (rules, priority_share, calendars, validity) = schedule;
                let count = playlists.len();
                let withdrawn = withdrawn.into_iter().filter(|_| any_withdrawn).map(|(list, item)| {
                    let list = list.index(count);
                    (list, item.map(|item| item.index(playlists[list].items.len())))
                });
                let withdrawn = withdrawn.collect();
                let spans = |days: Vec<(i64, i64)>| {
                    let apart = days.into_iter().scan(month - 3, |last, (gap, more)| {
                        let first = *last + gap + 1;
                        *last = first + more;
                        Some((first, *last))
                    });
                    apart.collect()
                };
                let mut world = World {
                    month,
                    zone,
                    shares: shares.map_or(Vec::new(), |shares| shares[..languages.len()].to_vec()),
                    languages,
                    dwell,
                    layout,
                    opening: opening.to_vec(),
                    rules: rules
                        .into_iter()
                        .map(|(playlist, elsewhere, weight, when)| Rule {
                            playlist: playlist.index(count),
                            elsewhere,
                            weight,
                            when,
                        })
                        .collect(),
                    playlists,
                    default: default.map(|default| default.index(count)),
                    priority_share,
                    calendars: vec![("tet", spans(calendars.0)), ("khmer-new-year", spans(calendars.1))],
                    withdrawn,
                    validity: validity.map_or((0, 10_000_000_000), |(from, length)| {
                        (month * 86_400 + from, month * 86_400 + from + length)
                    }),
                };
                obey(&mut world);
                world
            },
        )
    })
}

/// What a schedule must not do it does not: a default has no times, and an emergency has an end.
fn obey(world: &mut World) {
    if let Some(default) = world.default {
        let list = &mut world.playlists[default];
        list.level = "normal";
        list.when = When::default();
        for item in &mut list.items {
            (item.when, item.countdown) = (When::default(), None);
        }
    }
    for list in &mut world.playlists {
        if list.level == "emergency" && list.when.until.is_none() {
            list.when.until = Some((world.month + 10, 18 * 60));
            list.when.from = None;
        }
    }
}

fn list(month: Day) -> impl Strategy<Value = List> {
    let level = select(&["normal", "normal", "normal", "priority", "priority", "emergency"][..]);
    let parts = (level, languages(&["vi", "en", "km", "zh"]), when(month, 0.12), vec(item(month), 1..=4));
    parts.prop_map(|(level, languages, when, items)| List { level, languages, when, items })
}

fn item(month: Day) -> impl Strategy<Value = Item> {
    let parts = (
        prop_oneof![4 => 4..=40i64, 1 => 1..=3i64, 1 => 41..=600i64],
        weighted(0.3, select(&["rotate", "split", "stack", "ticker"][..])),
        prop::bool::weighted(0.2),
        weighted(0.05, (month..month + 31, 0..1440i64)),
        when(month, 0.08),
    );
    parts.prop_map(|(duration, layout, picture, countdown, when)| Item {
        duration,
        layout,
        picture,
        countdown,
        when,
    })
}

fn languages(all: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    (Just(all.to_vec()).prop_shuffle(), 1..=all.len()).prop_map(|(mut all, count)| {
        all.truncate(count);
        all
    })
}

fn weight() -> impl Strategy<Value = i64> {
    prop_oneof![2 => Just(1), 2 => 1..=3i64, 1 => 1..=10i64]
}

/// Each key stands there with that probability, or somewhat less.
fn when(month: Day, often: f64) -> impl Strategy<Value = When> {
    let moment = || (month - 3..month + 34, 0..=1440i64);
    let parts = (
        weighted(often, hours()),
        weighted(often * 0.5, vec((0..7i64, 0..7i64), 1..=2)),
        weighted(often * 0.5, vec(days(month), 1..=3)),
        weighted(often * 0.4, vec(days(month), 1..=2)),
        weighted(often * 0.2, moment()),
        weighted(often * 0.2, moment()),
    );
    parts.prop_map(|(hours, weekdays, days, except, from, until)| {
        let minute = |(day, minute): (Day, i64)| day * 1440 + minute;
        let from = from.filter(|from| until.is_none_or(|until| minute(*from) < minute(until)));
        let (weekdays, days) = (weekdays.unwrap_or_default(), days.unwrap_or_default());
        When { hours, weekdays, days, except: except.unwrap_or_default(), from, until }
    })
}

fn hours() -> impl Strategy<Value = Hours> {
    let minute =
        || prop_oneof![2 => (0..=96i64).prop_map(|quarter| quarter * 15), 1 => 0..=1440i64, 1 => 55..=245i64];
    let between = (minute(), minute()).prop_filter_map("no hours", |(from, until)| {
        let fine = from < 1440 && from != until && (from, until) != (0, 1440);
        fine.then_some(Hours::Between(from, until))
    });
    prop_oneof![6 => between, 1 => Just(Hours::Open), 1 => Just(Hours::Closed)]
}

fn days(month: Day) -> impl Strategy<Value = Days> {
    let short = |month: i64| match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let of_year = move || (1..=12i64, 0..31i64).prop_map(move |(month, day)| (month, day % short(month) + 1));
    let of_moon = || (1..=12i64, 1..=30i64);
    prop_oneof![
        3 => (month - 3..month + 34, 0..20i64).prop_map(|(first, more)| Days::Dates(first, first + more)),
        2 => (of_year(), of_year()).prop_map(|(first, last)| Days::Yearly(first, last)),
        2 => (of_moon(), of_moon()).prop_map(|(first, last)| Days::Lunar(first, last)),
        2 => (0..2usize).prop_map(Days::Calendar),
    ]
}
