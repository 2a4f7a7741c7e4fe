//! The meaning of a schedule, case by case: what `vectors/` says is what the program says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/vectors.rs"]
mod vectors;

use std::{collections::BTreeSet, fs, path::Path};

use jiff::{SignedDuration, Timestamp};
use playlists::{Decision, Programme, Shows, Trust, Why, decide, plays, timeline};
use serde::Serialize;
use vectors::{Case, Theme};

fn themes() -> Vec<(String, Theme)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name.ends_with(".toml"), "{name} is no vectors file");
        let theme = toml::from_str(&fs::read_to_string(path).unwrap());
        (name.clone(), theme.unwrap_or_else(|wrong| panic!("{name}: {wrong}")))
    };
    paths.iter().map(read).collect()
}

#[test]
fn the_program_says_what_every_case_says() {
    let mut wrong = Vec::new();
    for (file, theme) in themes() {
        for case in &theme.cases {
            wrong.extend(
                differences(&theme, case)
                    .into_iter()
                    .map(|told| format!("{file}: {}\n    {told}", case.says)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}\n{} differences", wrong.join("\n"), wrong.len());
}

#[test]
fn what_is_refused_is_refused_in_these_words() {
    let mut wrong = Vec::new();
    for (file, theme) in themes() {
        for refusal in &theme.refusals {
            let told = refusal.told(&theme);
            if told != refusal.message {
                wrong.push(format!("{file}: {}\n    {}\n    {told}", refusal.says, refusal.message));
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{} differences", wrong.join("\n"), wrong.len());
}

#[test]
fn there_are_enough_cases_and_nothing_is_left_over() {
    let (mut count, mut sentences) = (0, BTreeSet::new());
    for (file, theme) in themes() {
        assert!(!theme.about.is_empty(), "{file}");
        count += theme.cases.len() + theme.refusals.len();
        let says = theme
            .cases
            .iter()
            .map(|case| &case.says)
            .chain(theme.refusals.iter().map(|refusal| &refusal.says));
        for says in says {
            assert!(says.ends_with('.') && says.len() > 20, "{file}: `{says}` is no sentence");
            assert!(sentences.insert(says.clone()), "{file}: `{says}` stands twice");
        }
        let schedules = theme.cases.iter().filter_map(|case| case.schedule.as_ref());
        let schedules: BTreeSet<_> =
            schedules.chain(theme.refusals.iter().filter_map(|refusal| refusal.together.as_ref())).collect();
        for name in theme.schedules.keys() {
            assert!(schedules.contains(name), "{file}: no case speaks of the schedule {name}");
        }
        let without = theme.cases.iter().any(|case| case.schedule.is_none());
        for path in theme.playlists.keys() {
            let named = theme.schedules.values().any(|text| text.contains(path.as_str()));
            assert!(named || without, "{file}: no schedule names {path}");
        }
    }
    assert!(count >= 120, "{count} cases");
}

/// What the program says otherwise than the case.
fn differences(theme: &Theme, case: &Case) -> Vec<String> {
    let programme = case.programme(theme, None);
    let screen = programme.screen();
    let (at, trust) = (case.at(screen), case.trust());
    let decision = decide(&programme, at, trust);
    let mut wrong = Vec::new();
    let mut compare = |what: &str, expected: &str, found: &str| {
        if expected != found {
            wrong.push(format!("{what}: expected {expected}, found {found}"));
        }
    };
    let (what, language) = shown(theme, &decision.shows);
    compare("shows", &case.shows, &what);
    compare("language", &case.language, &language);
    compare("why", &case.why, &word(decision.why));
    if let Some(until) = case.until(screen) {
        compare("until", &until.to_string(), &decision.until.to_string());
    }
    for (named, reason) in &case.not {
        let mut reasons = decision.passed_over.iter().filter(|passed| {
            let path = theme.path_of(&passed.playlist.name);
            *named == path || *named == format!("{path}/{}", passed.item.id)
        });
        let all = reasons.clone().count();
        let found: BTreeSet<_> = reasons.by_ref().map(|passed| word(passed.reason)).collect();
        compare(&format!("{all} of {named}"), reason, &found.into_iter().collect::<Vec<_>>().join(", "));
    }
    if trust == Trust::Trusted {
        let (from, until) = (at - HOUR, at + HOUR);
        let play = plays(&programme, from, until).find(|play| play.from <= at && at < play.until);
        let play = play.map(|play| (shown(theme, &play.shows), word(play.why), play.until.min(until)));
        // Where the gate's name is shown, nothing plays.
        let decided =
            decision.item().map(|_| ((what, language), word(decision.why), decision.until.min(until)));
        compare("plays", &format!("{decided:?}"), &format!("{play:?}"));
        compare("timeline", "the same", &on_the_timeline(&programme, &decision, at));
    }
    if let Some([from, until]) = case.stretch(screen) {
        let stretches = timeline(&programme, from - HOUR, until + HOUR);
        let stretch = stretches.iter().find(|stretch| stretch.from <= at && at < stretch.until);
        let found = stretch.map_or(String::new(), |stretch| format!("{} .. {}", stretch.from, stretch.until));
        compare("stretch", &format!("{from} .. {until}"), &found);
    }
    if !case.next.is_empty() {
        let mut found = Vec::new();
        let mut now = at;
        for _ in &case.next {
            let decision = decide(&programme, now, trust);
            let item = decision.item().map_or("safe page", |item| item.id.as_str());
            let seconds = decision.until.duration_since(decision.since).as_millis();
            let words = [item.to_owned(), decision.language_label(), seconds_of(seconds)];
            found.push(words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "));
            now = decision.until;
        }
        compare("next", &case.next.join(", "), &found.join(", "));
    }
    for other in &case.also_on {
        let other = case.programme(theme, Some(other));
        let there = decide(&other, at, trust);
        let same = (shown(theme, &there.shows), there.since, there.until);
        let here = (shown(theme, &decision.shows), decision.since, decision.until);
        compare("the other screen", &format!("{here:?}"), &format!("{same:?}"));
    }
    wrong
}

const HOUR: SignedDuration = SignedDuration::from_hours(1);

fn on_the_timeline(programme: &Programme, decision: &Decision<'_>, at: Timestamp) -> String {
    let stretches = timeline(programme, at - HOUR, at + HOUR);
    let Some(stretch) = stretches.iter().find(|stretch| stretch.from <= at && at < stretch.until) else {
        return "nothing".to_owned();
    };
    let playlist = decision.playlist().map(|playlist| &playlist.name);
    let there = |among: &[&playlists::Playlist]| among.iter().any(|there| Some(&there.name) == playlist);
    let same = match decision.why {
        Why::Priority => there(&stretch.priority),
        Why::Rotation | Why::Default | Why::Emergency => {
            stretch.why == decision.why && there(&stretch.playlists)
        }
        Why::NothingAtThisHour | Why::OutsideValidity | Why::NoBundle => {
            stretch.why == decision.why && stretch.playlists.is_empty()
        }
        Why::Blackout | Why::SafePage => false,
    };
    if same { "the same".to_owned() } else { format!("{stretch:?}") }
}

/// `chao-mung.toml/loi-chao` and `vi`.
fn shown(theme: &Theme, shows: &Shows<'_>) -> (String, String) {
    match shows {
        Shows::SafePage => ("safe page".to_owned(), String::new()),
        Shows::Item { playlist, item, languages, .. } => {
            let label: Vec<_> = languages.iter().map(|language| language.as_str()).collect();
            (format!("{}/{}", theme.path_of(&playlist.name), item.id), label.join("+"))
        }
    }
}

/// As it is written in health and reports: `not-its-turn`.
fn word(of: impl Serialize) -> String {
    toml::Value::try_from(of).unwrap().as_str().unwrap().to_owned()
}

fn seconds_of(milliseconds: i128) -> String {
    if milliseconds % 1000 == 0 { format!("{}s", milliseconds / 1000) } else { format!("{milliseconds}ms") }
}
