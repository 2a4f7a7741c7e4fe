//! Texts that nobody would write: whatever the characters and however many, they are drawn or refused, and soon.

mod support;

use std::time::Duration;

use playlists::{Item, Layout, Pictures, Screen, Texts};
use render::{Renderer, Typesetter};
use support::{draw, item, language, screen};

/// The most that the layout engine is asked for, in characters.
const LONGEST: usize = 100_000;
/// Enough to see what does not grow with the text alone.
const MANY: usize = 10_000;
/// The most that an item may have.
const LONGEST_OF_ITEM: usize = 1000;

const SCREENS: [(u16, u16); 4] = [(8, 8), (16, 16), (192, 64), (960, 320)];

/// All these in turn, over and over.
fn repeated(pattern: &str, count: usize) -> String {
    pattern.chars().cycle().take(count).collect()
}

/// Every text with the language that it claims to be.
fn texts() -> Vec<(&'static str, String)> {
    let counted = |first: u32| (first..).filter_map(char::from_u32).take(LONGEST_OF_ITEM).collect::<String>();
    vec![
        ("vi", String::new()),
        ("vi", repeated("a", LONGEST)),
        ("vi", repeated("ab ", MANY)),
        ("km", repeated("ក", LONGEST)),
        ("km", repeated("\u{17d2}", MANY)),
        ("km", repeated("ក\u{17d2}", MANY)),
        ("km", repeated("ស្ត្រី\u{200b}", LONGEST)),
        ("th", repeated("ที่", MANY)),
        ("zh", repeated("口岸", MANY)),
        ("ar", repeated("لا", MANY)),
        ("ar", repeated("a ب 1 ", MANY)),
        // One letter with ten thousand marks, and marks with no letter.
        ("vi", format!("a{}", repeated("\u{301}", MANY))),
        ("vi", repeated("\u{301}\u{323}", MANY)),
        ("th", format!("ก{}", repeated("\u{e48}", MANY))),
        ("km", format!("ក{}", repeated("\u{17b6}\u{17c6}", MANY))),
        ("he", format!("ש{}", repeated("\u{5b8}", MANY))),
        // Directions that are opened and never closed, isolates within isolates, brackets that match nothing.
        ("ar", repeated("\u{202e}a\u{202d}ب", LONGEST)),
        ("ar", repeated("\u{2067}", MANY)),
        ("ar", repeated("(ب[", MANY)),
        // What joins, with nothing to join.
        ("km", repeated("\u{200d}", MANY)),
        ("km", repeated("ក\u{200d}\u{200c}", MANY)),
        ("en", repeated("👩\u{200d}", MANY)),
        ("en", repeated("\u{1f1fb}\u{fe0f}\u{20e3}\u{e0067}", MANY)),
        ("vi", repeated("\u{200b}", MANY)),
        ("vi", repeated("\u{ad}", MANY)),
        // No letters: not assigned, for private use, no characters at all.
        ("vi", counted(0xe000)),
        ("vi", counted(0xe0080)),
        ("vi", counted(0x10_fc18)),
        ("vi", repeated("\u{378}", MANY)),
        ("vi", repeated("\u{fffe}\u{ffff}\u{1fffe}\u{fdd0}\u{fffd}", MANY)),
        ("en", repeated("\n", LONGEST / 2) + "a"),
        ("en", repeated("a\n", MANY)),
        ("en", repeated("\r\u{85}\u{2028}\u{2029}\u{b}\u{c}", MANY)),
        ("en", repeated(" ", LONGEST) + "a"),
        ("en", repeated("\t\u{3000}", MANY) + "a"),
    ]
}

#[track_caller]
fn check_shaped((renderer, typesetter): &mut (Renderer, Typesetter), code: &str, text: &str) {
    let told: String = text.chars().take(8).collect();
    let glyphs = renderer.shape(code, text);
    let placed = glyphs.iter().all(|glyph| glyph.x.is_finite() && glyph.y.is_finite());
    assert!(placed, "{code} {told:?}: a glyph is nowhere");
    let breaks = typesetter.breaks(code, text);
    let between = breaks.iter().all(|at| text.is_char_boundary(*at)) && breaks.is_sorted();
    assert!(between, "{code} {told:?}: a break within a character");
}

#[test]
fn any_text_is_shaped_and_broken() {
    let mut tools = (Renderer::new(), Typesetter::default());
    for (code, text) in texts() {
        check_shaped(&mut tools, code, &text);
    }
}

/// Draws a text on a screen if it is not refused.
#[track_caller]
fn check(
    renderer: &mut Renderer,
    item: &Item,
    (layout, code): (Layout, &str),
    (width, height): (u16, u16),
) -> bool {
    let screen = Screen { languages: vec![language(code)], ..screen(width, height) };
    let refused = renderer.check(&screen, item, &Pictures::new());
    // In the middle of the way of a ticker.
    let thing = (item, layout, &[code][..]);
    let drawn = draw(renderer, &screen, thing, &Pictures::new(), Duration::from_secs(7));
    assert_eq!(drawn.as_ref().err(), refused.first(), "{width}×{height} {layout:?} {item:?}");
    drawn.is_ok_and(|frame| frame.size() == screen.size)
}

#[test]
fn any_text_is_drawn_or_refused() {
    let mut renderer = Renderer::new();
    let mut drawn = 0;
    for (code, text) in texts() {
        // The end, where something else may stand than at the beginning.
        let left_out = text.chars().count().saturating_sub(LONGEST_OF_ITEM);
        let text: String = text.chars().skip(left_out).collect();
        // Those that nobody could read are refused before they come here.
        let Some(texts) = Texts::new(vec![(language(code), text)]) else { continue };
        for layout in [Layout::Rotate, Layout::Ticker] {
            let item = Item {
                texts: Some(texts.clone()),
                layout: Some(layout),
                // Time for every page.
                duration: Duration::from_secs(3600),
                ..item(&[("en", "another")])
            };
            drawn +=
                SCREENS.iter().filter(|size| check(&mut renderer, &item, (layout, code), **size)).count();
        }
    }
    assert!(drawn > 50, "only {drawn} are drawn");
}

#[test]
fn a_picture_of_a_line_is_bounded() {
    let mut typesetter = Typesetter::default();
    for (letters, drawn) in [(0, true), (1_000, true), (2_000, true), (10_000, false), (100_000, false)] {
        let line = typesetter.line("en", &"m".repeat(letters), 90);
        assert_eq!(line.is_some(), drawn, "{letters}");
    }
}
