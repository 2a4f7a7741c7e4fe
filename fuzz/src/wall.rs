//! Texts and pictures of strangers, drawn on walls of any size.

use std::{cell::RefCell, collections::BTreeMap, time::Duration};

use jiff::{Timestamp, tz::TimeZone};
use playlists::{
    AirTime, Arrangement, Colour, Figure, Fit, Focus, Gate, Ground, Item, ItemId, Language, Layout, Level, Picture,
    PicturePath, Pictures, Playlist, Profile, Rules, Screen, ScreenId, ScreenSize, Shows, Texts, Transition, When,
};
use render::{Renderer, Typesetter};

const LANGUAGES: [&str; 10] = ["vi", "en", "km", "lo", "th", "zh", "ko", "ar", "he", "fr"];
const LAYOUTS: [Layout; 4] = [Layout::Rotate, Layout::Split, Layout::Stack, Layout::Ticker];
const FITS: [Fit; 3] = [Fit::Contain, Fit::Cover, Fit::Stretch];
/// Where letters begin that stand beside each other on a wall: Latin with its marks, Vietnamese, Khmer and its
/// subscripts, Lao, Thai, Hebrew, Arabic, invisible signs, Chinese, Korean.
const BLOCKS: [u32; 14] =
    [0x20, 0xc0, 0x300, 0x1ea0, 0x1780, 0x17b4, 0xe80, 0xe00, 0x590, 0x600, 0x2000, 0x3000, 0x4e00, 0xac00];
/// When all comes on.
const SINCE: Timestamp = Timestamp::UNIX_EPOCH;
/// The longest text that is tried, in characters.
const LONGEST: usize = 100_000;

thread_local! {
    /// Kept from one to the next, as an agent does: what was drawn before must not matter.
    static TOOLS: RefCell<(Renderer, Typesetter)> = RefCell::new((Renderer::new(), Typesetter::default()));
}

/// Draws a text as the first bytes say: language, layout, width and height, how the rest is read. What passes the
/// check is drawn, at any moment; a line only breaks between two characters.
pub fn text(bytes: &[u8]) {
    let Some(([language, layout, w, h, sizes, mode, times, moment], rest)) = bytes.split_first_chunk() else {
        return;
    };
    let once = if mode % 2 == 0 { String::from_utf8_lossy(rest).into_owned() } else { letters(rest) };
    let room = LONGEST / once.chars().count().max(1);
    let written = once.repeat(room.min(1 << (times % 13)).max(1));
    let written: String = written.chars().take(LONGEST).collect();
    let languages: Vec<_> = LANGUAGES
        .iter()
        .cycle()
        .skip((*language).into())
        .take(2)
        .map(|code| Language::parse(code).expect("a language"))
        .collect();
    let texts = languages.iter().map(|language| (language.clone(), written.clone())).collect();
    let item = item(Texts::new(texts), None);
    let layout = LAYOUTS[usize::from(layout % 4)];
    let (wide, high) = (u16::from(sizes % 4) * 256, u16::from(sizes / 4 % 2) * 256);
    let wall = screen(wide + u16::from(*w), high + u16::from(*h), &languages);
    let item = Item { layout: Some(layout), ..item };
    draw(&wall, &item, layout, &languages, &Pictures::new(), *moment);
    if written.len() < 2000 {
        TOOLS.with_borrow_mut(|(_, typesetter)| {
            for at in typesetter.breaks(languages[0].as_str(), &written) {
                assert!(written.is_char_boundary(at), "a break within a character");
            }
        });
    }
}

/// Draws a picture file: the first two bytes say how and how large, the others are the file.
pub fn picture(bytes: &[u8]) {
    let Some(([how, size], file)) = bytes.split_first_chunk() else { return };
    let path = PicturePath::parse("picture").expect("a path");
    let pictures = Pictures::from([(path.clone(), Picture::new(file))]);
    let fit = FITS[usize::from(how % 3)];
    let item = item(None, Some(Figure::Picture { path, fit, focus: Focus::MIDDLE }));
    let wall =
        screen(u16::from(*size) + 8, u16::from(how / 3) + 8, &[Language::parse("vi").expect("a language")]);
    draw(&wall, &item, Layout::Rotate, &[], &pictures, 0);
}

/// Checks, and draws what the check lets through.
fn draw(wall: &Screen, item: &Item, layout: Layout, on: &[Language], pictures: &Pictures, moment: u8) {
    TOOLS.with_borrow_mut(|(renderer, _)| {
        let refused = !renderer.check(wall, item, pictures).is_empty();
        let one_by_one = matches!(layout, Layout::Rotate | Layout::Ticker) && !on.is_empty();
        let elapsed = Duration::from_millis(u64::from(moment) * 97);
        let playlist = Playlist {
            name: "wall".to_owned(),
            languages: wall.languages.clone(),
            level: Level::Normal,
            when: When::default(),
            items: vec![item.clone()],
        };
        let mut failed = false;
        for turn in on.chunks(if one_by_one { 1 } else { on.len().max(1) }) {
            let shows = Shows::Item { playlist: &playlist, item, layout, languages: turn.iter().collect() };
            failed |= renderer.draw(wall, &shows, pictures, SINCE, elapsed).is_err();
        }
        if on.is_empty() {
            let shows = Shows::Item { playlist: &playlist, item, layout, languages: Vec::new() };
            failed = renderer.draw(wall, &shows, pictures, SINCE, elapsed).is_err();
        }
        assert_eq!(refused, failed, "the check and the drawing do not agree");
    });
}

/// A letter for each byte: small ones choose the block that the others count in.
fn letters(bytes: &[u8]) -> String {
    let mut block = BLOCKS[0];
    let letter = |byte: &u8| match BLOCKS.get(usize::from(*byte)) {
        Some(first) => {
            block = *first;
            None
        }
        None => char::from_u32(block + u32::from(*byte) - BLOCKS.len() as u32),
    };
    bytes.iter().filter_map(letter).collect()
}

fn item(texts: Option<Texts>, figure: Option<Figure>) -> Item {
    Item {
        id: ItemId::parse("item").expect("an id"),
        duration: Duration::from_secs(8),
        texts,
        figure,
        countdown: None,
        header: None,
        layout: None,
        when: When::default(),
        ground: Ground {
            colour: Colour { red: 255, green: 220, blue: 60 },
            background: Colour { red: 0, green: 24, blue: 60 },
            backdrop: None,
        },
        transition: Transition::Cut,
    }
}

/// A wall of this size, or of the smallest that there is.
fn screen(width: u16, height: u16, languages: &[Language]) -> Screen {
    Screen {
        id: ScreenId::parse("wall").expect("an id"),
        gate: Gate { name: BTreeMap::new(), time_zone: TimeZone::UTC, place: None, opening: Vec::new() },
        size: ScreenSize::new(width.max(8), height.max(8)).expect("a size"),
        profile: Profile::Plaza,
        languages: languages.to_vec(),
        arrangement: Arrangement::Rotate,
        rules: Rules::default(),
        air_time: AirTime::default(),
        sync: None,
    }
}
