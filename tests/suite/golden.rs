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
use playlists::{Gates, Item, Layout, Picture, Pictures, Playlist, Schedule, Screen, Shows};
use render::Renderer;

/// A ticker is looked at when its text is on the screen.
pub(crate) const UNDER_WAY: Duration = Duration::from_secs(4);

/// On 4 November 2026, at 07:05 at the gates: for what follows the clock.
pub(crate) const SINCE: Timestamp = Timestamp::constant(1_793_750_700, 0);

/// The samples whose pictures are in the gallery.
pub(crate) const GALLERY: [&str; 2] = ["bo-cuc", "ngon-ngu"];

/// A golden picture is there to be looked at, not to fill the repository.
const LARGEST: usize = 128 * 1024;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../playlists/samples")
}

/// All sample playlists with their names and pictures.
pub(crate) fn samples() -> Vec<(String, Playlist, Pictures)> {
    let mut playlists = Vec::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if path.extension().is_none_or(|extension| extension != "toml") || name == "gates" {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        if Schedule::is_one(&text) {
            continue;
        }
        let playlist = Playlist::parse(&name, &text).unwrap();
        let pictures = playlist
            .pictures()
            .map(|path| (path.clone(), Picture::new(fs::read(folder().join(path.as_str())).unwrap())))
            .collect();
        playlists.push((name, playlist, pictures));
    }
    playlists.sort_by(|one, other| one.0.cmp(&other.0));
    playlists
}

/// The screens of a gates file.
pub(crate) fn gates(file: &Path) -> Vec<Screen> {
    let gates = Gates::parse("gates.toml", &fs::read_to_string(file).unwrap()).unwrap();
    gates.screens.into_values().collect()
}

/// All sample playlists with their names and pictures, and all screens.
pub(crate) fn read() -> (Vec<(String, Playlist, Pictures)>, Vec<Screen>) {
    (samples(), gates(&folder().join("gates.toml")))
}

/// Everything that `item` is on `screen`: one after the other, or all at once.
pub(crate) fn shown<'a>(screen: &'a Screen, playlist: &'a Playlist, item: &'a Item) -> Vec<Shows<'a>> {
    let layout = item.layout.unwrap_or_else(|| screen.arrangement.into());
    let shows = |languages| Shows::Item { playlist, item, layout, languages };
    let has = |language: &&playlists::Language| playlist.languages.contains(language);
    let languages = screen.languages.iter().filter(has);
    match layout {
        _ if item.texts.is_none() => vec![shows(Vec::new())],
        Layout::Split | Layout::Stack => vec![shows(languages.collect())],
        Layout::Rotate | Layout::Ticker => languages.map(|language| shows(vec![language])).collect(),
    }
}

/// The languages of what is shown: `vi`, or `vi+km`.
pub(crate) fn languages_of(shows: &Shows<'_>) -> String {
    let Shows::Item { languages, .. } = shows else { return String::new() };
    languages.iter().map(|language| language.as_str()).collect::<Vec<_>>().join("+")
}

/// A folder of files that are made by a test: compared with what it makes now, or written anew.
pub(crate) struct Folder {
    path: PathBuf,
    used: BTreeSet<String>,
    wrong: Vec<String>,
}

impl Folder {
    /// `others` are files in it that no test makes.
    pub(crate) fn open(path: &Path, others: &[&str]) -> Self {
        let used = others.iter().map(|name| (*name).to_owned()).collect();
        Self { path: path.to_owned(), used, wrong: Vec::new() }
    }

    #[track_caller]
    pub(crate) fn compare(&mut self, name: &str, bytes: &[u8]) {
        assert!(bytes.len() <= LARGEST, "{name} has {} bytes", bytes.len());
        let file = self.path.join(name);
        if env::var_os("BLESS").is_some() {
            fs::create_dir_all(&self.path).unwrap();
            fs::write(&file, bytes).unwrap();
        } else if fs::read(&file).ok().as_deref() != Some(bytes) {
            self.wrong.push(name.to_owned());
        }
        self.used.insert(name.to_owned());
    }

    #[track_caller]
    pub(crate) fn finish(self) {
        let Self { path, used, wrong } = self;
        assert!(wrong.is_empty(), "drawn in another way, or never looked at: {wrong:#?}");
        let there: BTreeSet<String> = fs::read_dir(path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        assert_eq!(there.difference(&used).collect::<Vec<_>>(), Vec::<&String>::new(), "nobody draws these");
    }
}

#[test]
fn samples_are_drawn_as_they_were_found_right() {
    let mut folder = Folder::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("golden"), &[]);
    let (playlists, screens) = read();
    let mut renderer = Renderer::new();
    for screen in &screens {
        for (file, playlist, pictures) in &playlists {
            for item in &playlist.items {
                assert_eq!(renderer.check(screen, item, pictures), [], "{file} {} on {}", item.id, screen.id);
                let here =
                    if GALLERY.contains(&file.as_str()) { Vec::new() } else { shown(screen, playlist, item) };
                for shows in here {
                    let Shows::Item { layout, .. } = &shows else { unreachable!() };
                    let elapsed = if *layout == Layout::Ticker { UNDER_WAY } else { Duration::ZERO };
                    let frame = renderer.draw(screen, &shows, pictures, SINCE, elapsed).unwrap();
                    let name = format!("{}-{file}-{}-{}.png", screen.id, item.id, languages_of(&shows));
                    folder.compare(&name, &frame.to_png());
                }
            }
        }
    }
    folder.finish();
}
