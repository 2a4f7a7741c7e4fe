//! The samples are good files, and show what there is to show.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{collections::BTreeSet, fs, path::PathBuf};

use playlists::{
    Calendar, CalendarDays, Gates, Language, Layout, Level, Playlist, PlaylistPath, Programme, Review, Rule,
    Schedule, Validity, When, review,
};

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "samples"].iter().collect()
}

fn gates() -> Gates {
    let text = fs::read_to_string(folder().join("gates.toml")).unwrap();
    Gates::parse("gates.toml", &text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
}

/// All but the gates file, by name.
fn playlists() -> Vec<(String, Playlist)> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|kind| kind == "toml") && !path.ends_with("gates.toml"));
    // A schedule is tried with all of them, elsewhere.
    files.retain(|path| !Schedule::is_one(&fs::read_to_string(path).unwrap()));
    files.sort();
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).unwrap();
        let playlist = Playlist::parse(&name, &text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        (name, playlist)
    };
    files.into_iter().map(read).collect()
}

#[test]
fn every_screen_finds_its_languages_in_every_playlist() {
    // An emergency needs an end, which whoever publishes it says.
    let playlists: Vec<Playlist> = (playlists().into_iter().map(|(_, playlist)| playlist))
        .filter(|playlist| playlist.level != Level::Emergency)
        .collect();
    let always = Validity { from: jiff::Timestamp::MIN, until: jiff::Timestamp::MAX };
    let screens: Vec<String> = (gates().screens.into_values())
        .map(|screen| {
            let programme = Programme::of_playlists(screen, always, playlists.clone()).unwrap();
            assert_eq!(programme.missing_languages(), []);
            format!("{} {}", programme.screen().id, programme.screen().size)
        })
        .collect();
    assert_eq!(screens, ["bu-dop 512×256", "loc-ninh 960×320"]);
}

#[test]
fn the_pictures_are_there_and_no_others() {
    let named: BTreeSet<String> =
        (playlists().iter()).flat_map(|(_, playlist)| playlist.pictures().map(ToString::to_string)).collect();
    let there: BTreeSet<String> = fs::read_dir(folder().join("images"))
        .unwrap()
        .map(|entry| format!("images/{}", entry.unwrap().file_name().to_string_lossy()))
        .filter(|name| !name.ends_with(".py"))
        .collect();
    assert_eq!(named, there);
    for picture in named {
        let bytes = fs::read(folder().join(&picture)).unwrap();
        assert!(
            [&b"\x89PNG"[..], b"GIF89a"].iter().any(|kind| bytes.starts_with(kind))
                && bytes.len() <= 16 * 1024,
            "{picture}: {} bytes",
            bytes.len()
        );
    }
}

#[test]
fn they_use_all_that_a_playlist_can_say() {
    let playlists = playlists();
    let items = || playlists.iter().flat_map(|(_, playlist)| &playlist.items);
    for layout in [None, Some(Layout::Rotate), Some(Layout::Split), Some(Layout::Stack), Some(Layout::Ticker)]
    {
        assert!(items().any(|item| item.layout == layout), "{layout:?}");
    }
    for level in [Level::Normal, Level::Priority, Level::Emergency] {
        assert!(playlists.iter().any(|(_, playlist)| playlist.level == level), "{level:?}");
    }
    assert!(items().any(|item| item.when.hours.is_some()));
    assert!(playlists.iter().any(|(_, playlist)| playlist.when.hours.is_some()));
}

#[test]
fn the_texts_are_short_and_well_spelt_khmer_is_khmer() {
    let khmer = Language::parse("km").unwrap();
    for name in gates().screens.values().filter_map(|screen| screen.gate.name.get(&khmer)) {
        check_khmer_order(name);
    }
    for (file, playlist) in playlists() {
        for item in &playlist.items {
            for (language, text) in item.texts.iter().flat_map(|texts| texts.iter()) {
                assert!(text.chars().count() <= 120, "{file}: {text}");
                let is_khmer = |character: char| ('\u{1780}'..='\u{17ff}').contains(&character);
                assert_eq!(text.contains(is_khmer), *language == khmer, "{file}: {text}");
                check_khmer_order(text);
            }
        }
    }
}

/// A subscript hangs on a letter and is written before the vowel; a vowel stands on a consonant.
#[track_caller]
fn check_khmer_order(text: &str) {
    let characters: Vec<char> = text.chars().collect();
    for pair in characters.windows(2) {
        let consonant = |character| ('\u{1780}'..='\u{17a2}').contains(&character);
        let letter = |character| ('\u{1780}'..='\u{17b3}').contains(&character);
        let vowel = |character| ('\u{17b6}'..='\u{17c5}').contains(&character);
        let shifter = |character| matches!(character, '\u{17c9}' | '\u{17ca}');
        let fine = match (pair[0], pair[1]) {
            ('\u{17d2}', next) => consonant(next),
            (before, '\u{17d2}') => letter(before) || shifter(before),
            (before, next) if vowel(next) || shifter(next) => consonant(before) || shifter(before),
            _ => true,
        };
        assert!(fine, "{pair:?} in {text}");
    }
}

#[test]
fn the_example_of_the_readme_is_a_good_file() {
    let readme = fs::read_to_string(folder().join("../../README.md")).unwrap();
    let example = readme.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let playlist = Playlist::parse("README.md", example).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    // With every key that is not commented out it shows all that an item may have.
    let item = &playlist.items[0];
    assert!(
        item.figure.is_some()
            && item.header.is_some()
            && item.countdown.is_some()
            && item.when.hours.is_some()
    );
    for picture in playlist.pictures() {
        assert!(folder().join(picture.as_str()).exists(), "{picture}");
    }
}

#[test]
fn the_schedule_of_the_readme_is_a_good_file() {
    let readme = fs::read_to_string(folder().join("../../README.md")).unwrap();
    let example = readme.split("```toml\n").nth(2).and_then(|rest| rest.split("```").next()).unwrap();
    let schedule = Schedule::parse("README.md", example).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let Rule { screens, weight, when, .. } = &schedule.rules[0];
    let When { hours, weekdays, days, except, from, until } = when;
    assert!(!screens.is_empty() && *weight > 1 && hours.is_some() && weekdays.is_some() && until.is_some());
    assert!(!days.is_empty() && !except.is_empty() && from.is_none());
}

/// Both gates can keep it, it never leaves a gap, and everything in it has its turn within a year.
#[test]
fn the_sample_schedule_is_kept_by_both_gates() {
    let text = fs::read_to_string(folder().join("lich-phat.toml")).unwrap();
    let schedule = Schedule::parse("lich-phat.toml", &text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
    let named: Vec<_> = (playlists().into_iter())
        .map(|(name, playlist)| (PlaylistPath::parse(&name).unwrap(), playlist))
        .filter(|(name, _)| schedule.playlists().contains(&name))
        .collect();
    let calendars: CalendarDays =
        Calendar::shipped().iter().map(|calendar| (calendar.id.clone(), calendar.all_days())).collect();
    let from: jiff::Timestamp = "2026-11-24T00:00:00+07:00".parse().unwrap();
    let until = from + jiff::SignedDuration::from_hours(365 * 24);
    for screen in gates().screens.into_values() {
        let always = Validity { from: jiff::Timestamp::MIN, until: jiff::Timestamp::MAX };
        let programme = Programme::new(screen, always, &schedule, named.clone(), &calendars, &[]).unwrap();
        assert_eq!(programme.missing_languages(), []);
        let Review { gaps, conflicts, never, .. } = review(&programme, from, until);
        assert_eq!(
            (gaps.len(), conflicts.len(), never.len()),
            (0, 0, 0),
            "{gaps:#?} {conflicts:#?} {never:#?}"
        );
    }
}
