//! Every sample on every screen of the sample gates, as it was looked at by eye and found right, bit for bit.
//!
//! `BLESS=1 cargo test -p system-tests golden` draws the pictures in `tests/golden` anew; then look at each that
//! changed.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use playlists::{Gates, Item, Layout, Picture, Pictures, Playlist, Screen, Shows};
use render::Renderer;

/// A ticker is looked at when its text is on the screen.
const UNDER_WAY: Duration = Duration::from_secs(4);

/// On 4 November 2026, at 07:05 at the gates: for what follows the clock.
pub(crate) const SINCE: Timestamp = Timestamp::constant(1_793_750_700, 0);

/// A golden picture is there to be looked at, not to fill the repository.
const LARGEST: usize = 64 * 1024;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../playlists/samples")
}

/// All sample playlists with their names and pictures, and all screens.
pub(crate) fn read() -> (Vec<(String, Playlist, Pictures)>, Vec<Screen>) {
    let text = |path: &Path| fs::read_to_string(path).unwrap();
    let gates = Gates::parse("gates.toml", &text(&samples().join("gates.toml"))).unwrap();
    let mut playlists = Vec::new();
    for entry in fs::read_dir(samples()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_none_or(|extension| extension != "toml") || name == "gates" {
            continue;
        }
        let playlist = Playlist::parse(&name, &text(&path)).unwrap();
        let pictures = playlist
            .pictures()
            .map(|path| (path.clone(), Picture::new(fs::read(samples().join(path.as_str())).unwrap())))
            .collect();
        playlists.push((name, playlist, pictures));
    }
    playlists.sort_by(|one, other| one.0.cmp(&other.0));
    (playlists, gates.screens.into_values().collect())
}

/// Everything that `item` is on `screen`: one after the other, or all at once.
fn shown<'a>(screen: &'a Screen, playlist: &'a Playlist, item: &'a Item) -> Vec<Shows<'a>> {
    let layout = item.layout.unwrap_or_else(|| screen.arrangement.into());
    let shows = |languages| Shows::Item { playlist, item, layout, languages };
    match layout {
        _ if item.texts.is_none() => vec![shows(Vec::new())],
        Layout::Split | Layout::Stack => vec![shows(screen.languages.iter().collect())],
        Layout::Rotate | Layout::Ticker => {
            screen.languages.iter().map(|language| shows(vec![language])).collect()
        }
    }
}

#[test]
fn samples_are_drawn_as_they_were_found_right() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
    let bless = env::var_os("BLESS").is_some();
    let (playlists, screens) = read();
    let mut renderer = Renderer::new();
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    for screen in &screens {
        for (file, playlist, pictures) in &playlists {
            for item in &playlist.items {
                assert_eq!(renderer.check(screen, item, pictures), [], "{file} {} on {}", item.id, screen.id);
                for shows in shown(screen, playlist, item) {
                    let Shows::Item { layout, languages, .. } = &shows else { unreachable!() };
                    let elapsed = if *layout == Layout::Ticker { UNDER_WAY } else { Duration::ZERO };
                    let frame = renderer.draw(screen, &shows, pictures, SINCE, elapsed).unwrap();
                    let languages: Vec<&str> = languages.iter().map(|language| language.as_str()).collect();
                    let name = format!("{}-{file}-{}-{}.png", screen.id, item.id, languages.join("+"));
                    let png = frame.to_png();
                    assert!(png.len() <= LARGEST, "{name} has {} bytes", png.len());
                    if bless {
                        fs::create_dir_all(&folder).unwrap();
                        fs::write(folder.join(&name), &png).unwrap();
                    } else if fs::read(folder.join(&name)).ok() != Some(png) {
                        wrong.push(name.clone());
                    }
                    used.insert(name);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "drawn in another way, or never looked at: {wrong:#?}");
    let there: BTreeSet<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(there.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "nobody draws these");
}
