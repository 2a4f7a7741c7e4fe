//! Screens, items and pictures for the tests of this folder.

#![allow(dead_code, reason = "every test file uses a part of it")]

use std::{collections::BTreeMap, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use playlists::{
    AirTime, Arrangement, Colour, Figure, Fit, Focus, Gate, Ground, Item, ItemId, Language, Layout, Level,
    Picture, PicturePath, Pictures, Playlist, Profile, Rules, Screen, ScreenId, ScreenSize, Shows, Texts,
    Transition, When,
};
use render::{Frame, Renderer, Undrawable};

pub(crate) const BACKGROUND: [u8; 3] = [0, 24, 60];

/// When things come on where nothing else is said: on 4 November 2026, at 07:05 in Viet Nam.
pub(crate) const SINCE: Timestamp = Timestamp::constant(1_793_750_700, 0);

pub(crate) fn language(code: &str) -> Language {
    Language::parse(code).expect("a language")
}

pub(crate) fn screen(width: u16, height: u16) -> Screen {
    let name = |code, name: &str| (language(code), name.to_owned());
    let gate = Gate {
        name: BTreeMap::from([
            name("vi", "Cửa khẩu quốc tế Hoa Lư"),
            name("en", "Hoa Lư International Border Gate"),
            name("km", "ច្រកទ្វារព្រំដែនអន្តរជាតិហ័រលូ"),
        ]),
        time_zone: TimeZone::UTC,
        place: None,
        opening: Vec::new(),
    };
    Screen {
        id: ScreenId::parse("wall").expect("an id"),
        gate,
        size: ScreenSize::new(width, height).expect("a size"),
        profile: Profile::Plaza,
        languages: ["vi", "en", "km"].map(language).to_vec(),
        arrangement: Arrangement::Rotate,
        rules: Rules::default(),
        air_time: AirTime::default(),
        sync: None,
    }
}

pub(crate) fn item(texts: &[(&str, &str)]) -> Item {
    let texts = texts.iter().map(|(code, text)| (language(code), (*text).to_owned())).collect();
    Item {
        id: ItemId::parse("item").expect("an id"),
        duration: Duration::from_secs(8),
        texts: Texts::new(texts),
        figure: None,
        countdown: None,
        header: None,
        layout: None,
        when: When::default(),
        ground: Ground {
            colour: Colour { red: 255, green: 220, blue: 60 },
            background: Colour { red: BACKGROUND[0], green: BACKGROUND[1], blue: BACKGROUND[2] },
            backdrop: None,
        },
        transition: Transition::Cut,
    }
}

pub(crate) fn playlist(item: &Item) -> Playlist {
    Playlist {
        name: "test".to_owned(),
        languages: ["vi", "en", "km"].map(language).to_vec(),
        level: Level::Normal,
        when: When::default(),
        items: vec![item.clone()],
    }
}

/// Draws `item` as it is when all languages of `on` are on.
pub(crate) fn draw(
    renderer: &mut Renderer,
    screen: &Screen,
    (item, layout, on): (&Item, Layout, &[&str]),
    pictures: &Pictures,
    elapsed: Duration,
) -> Result<Frame, Undrawable> {
    let playlist = playlist(item);
    let on: Vec<_> = on.iter().map(|code| language(code)).collect();
    let shows = Shows::Item { playlist: &playlist, item, layout, languages: on.iter().collect() };
    renderer.draw(screen, &shows, pictures, SINCE, elapsed)
}

/// A picture that fills its box so.
pub(crate) fn picture(written: &str, fit: Fit) -> Option<Figure> {
    Some(Figure::Picture { path: path(written), fit, focus: Focus::MIDDLE })
}

pub(crate) fn path(written: &str) -> PicturePath {
    PicturePath::parse(written).expect("a path")
}

pub(crate) fn pictures(file: &str, bytes: Vec<u8>) -> Pictures {
    Pictures::from([(path(file), Picture::new(bytes))])
}

/// A pixel of a frame.
pub(crate) fn pixel(frame: &Frame, x: u16, y: u16) -> [u8; 3] {
    let start = (usize::from(y) * usize::from(frame.size().width()) + usize::from(x)) * 3;
    frame.pixels()[start..start + 3].try_into().expect("three bytes")
}
