//! Every layout in every language on three screens, as it was looked at by eye: the pictures and the page in
//! `docs/gallery`.
//!
//! `BLESS=1 cargo test -p system-tests gallery` draws them anew; then look at each that changed.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path, time::Duration};

use playlists::{
    Item, Layout, Pictures, Play, Playlist, Programme, Screen, Shows, Transition, Trust, Validity, plays,
};
use render::{Frame, Renderer};

use crate::golden::{Folder, GALLERY, SINCE, UNDER_WAY, gates, languages_of, samples, shown};

/// A third of a transition.
const COMING: Duration = Duration::from_millis(240);

/// A picture of the gallery: its file's name and what is drawn.
type Drawn = BTreeMap<String, Frame>;

#[test]
fn the_gallery_shows_what_is_drawn() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/gallery");
    let screens = gates(&folder.join("gates.toml"));
    let samples: BTreeMap<_, _> =
        samples().into_iter().map(|(name, playlist, pictures)| (name, (playlist, pictures))).collect();
    let mut drawn = Drawn::new();
    let mut page = String::from(
        "# Gallery\n\nWhat the wall makes of a playlist, pixel by pixel, on screens of 192×64, 512×256 and \
         960×320. The pictures are\ndrawn by the tests and compared with what is drawn now, bit for bit; \
         `BLESS=1 cargo test -p system-tests gallery` draws them anew.\n",
    );
    for name in GALLERY {
        let (playlist, pictures) = &samples[name];
        let source = fs::read_to_string(samples_file(name)).unwrap();
        let _ = write!(page, "\n## {}\n", playlist.name);
        for item in &playlist.items {
            let _ = write!(page, "\n### {}\n\n```toml\n{}\n```\n\n", item.id, written(&source, item));
            show(&mut drawn, &mut page, &screens, (playlist, item), pictures);
        }
    }
    let (playlist, pictures) = &samples["bo-cuc"];
    page.push_str("\n## Transitions\n\nAt the eighth of thirty steps, in 0.6 seconds.\n");
    for item in playlist.items.iter().filter(|item| item.transition != Transition::Cut) {
        let _ = write!(page, "\n### {:?}\n\n", item.transition);
        for screen in &screens {
            let name = format!("{:?}-{}.png", item.transition, screen.id).to_lowercase();
            drawn.insert(name.clone(), coming(screen, playlist, item, pictures));
            let _ = write!(page, "![{:?} on {}]({name})\n\n", item.transition, screen.id);
        }
    }
    let mut folder = Folder::open(&folder, &["gates.toml"]);
    for (name, frame) in drawn {
        folder.compare(&name, &frame.to_png());
    }
    folder.compare("README.md", page.trim_end().as_bytes());
    folder.finish();
}

fn samples_file(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../playlists/samples/{name}.toml"))
}

/// The lines of a playlist file that are the item, without what comments say.
fn written(source: &str, item: &Item) -> String {
    let id = format!("id = \"{}\"", item.id);
    let block = source.split("[[item]]\n").find(|block| block.contains(&id)).unwrap();
    let lines = block.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    std::iter::once("[[item]]").chain(lines).collect::<Vec<_>>().join("\n")
}

/// Draws an item on every screen, and puts a table of it on the page.
fn show(
    drawn: &mut Drawn,
    page: &mut String,
    screens: &[Screen],
    (playlist, item): (&Playlist, &Item),
    pictures: &Pictures,
) {
    let mut renderer = Renderer::new();
    let mut rows: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for screen in screens {
        // The gallery's screens have all languages that the playlist has.
        let screen = Screen { languages: playlist.languages.clone(), ..screen.clone() };
        assert_eq!(renderer.check(&screen, item, pictures), [], "{} on {}", item.id, screen.id);
        for (row, shows) in shown(&screen, playlist, item).into_iter().enumerate() {
            let Shows::Item { layout, .. } = &shows else { unreachable!() };
            let elapsed = if *layout == Layout::Ticker { UNDER_WAY } else { Duration::ZERO };
            let frame = renderer.draw(&screen, &shows, pictures, SINCE, elapsed).unwrap();
            let languages = languages_of(&shows);
            let name = format!("{}-{languages}-{}.png", item.id, screen.id);
            rows.entry(row).or_default().push(format!("![{languages} on {}]({name})", screen.id));
            drawn.insert(name, frame);
        }
    }
    for cells in rows.into_values() {
        let _ = write!(page, "{}\n\n", cells.join(" "));
    }
}

/// How `item` comes on in the place of the playlist's first one.
fn coming(screen: &Screen, playlist: &Playlist, item: &Item, pictures: &Pictures) -> Frame {
    let before = &playlist.items[0];
    let playlist = Playlist { items: vec![before.clone(), item.clone()], ..playlist.clone() };
    let validity = Validity { from: SINCE, until: SINCE + Duration::from_secs(3600) };
    let programme = Programme::of_playlists(screen.clone(), validity, vec![playlist]).unwrap();
    // It comes after the last language of the one before.
    let comes =
        |play: &Play<'_>| matches!(play.shows, Shows::Item { item: shown, .. } if shown.id == item.id);
    let mut plays = plays(&programme, SINCE, validity.until).skip_while(comes);
    let comes_on = plays.find(comes).unwrap().from;
    Renderer::new().at(&programme, pictures, comes_on + COMING, Trust::Trusted).frame.clone()
}
