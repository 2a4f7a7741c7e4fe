//! Why something cannot be shown whole and legibly.

use std::{fmt, time::Duration};

use playlists::PicturePath;

/// Why something cannot be drawn whole and legibly.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undrawable {
    /// No shipped font has it.
    #[error(
        "the text in `{language}` has {} at {position}, which no shipped font has; write it with other letters",
        name(*.character)
    )]
    MissingGlyph {
        /// The language of the text.
        language: String,
        /// What is missing.
        character: char,
        /// Where it stands first.
        position: Position,
    },
    /// A font would put a dotted circle in the place of the letter, or draw the sign upon nothing.
    #[error(
        "the text in `{language}` has the sign U+{:04X} at {position} with no letter to stand on; put the letter before it",
        u32::from(*.sign)
    )]
    DottedCircle {
        /// The language of the text.
        language: String,
        /// The vowel, tone or other sign.
        sign: char,
        /// Where it stands so first.
        position: Position,
    },
    /// Not even in pages at the smallest legible size.
    #[error(
        "the text in `{language}` does not fit in {width}×{height} pixels at the smallest legible size, {minimum} px; \
         shorten it or give it more room"
    )]
    DoesNotFit {
        /// The language of the text.
        language: String,
        /// Of the box that the text has.
        width: u16,
        /// Of the box that the text has.
        height: u16,
        /// The smallest legible size of the language.
        minimum: u16,
    },
    /// The item is over before its ticker has run through.
    #[error(
        "the text in `{language}` needs {} s to run through at a legible speed, and `duration` gives it less; \
         shorten it or give it more time",
        seconds(*.needed)
    )]
    RunsTooLong {
        /// The language of the text.
        language: String,
        /// How long it runs at the highest legible speed.
        needed: Duration,
    },
    /// The playlist names it and it is not there.
    #[error("picture `{path}` is not there")]
    MissingPicture {
        /// As the playlist names it.
        path: PicturePath,
    },
    /// It is no picture, or broken, or not of an accepted kind.
    #[error("picture `{path}` cannot be read: {cause}")]
    BrokenPicture {
        /// As the playlist names it.
        path: PicturePath,
        /// What the decoder says.
        cause: String,
    },
    /// It has more pixels or bytes than allowed.
    #[error("picture `{path}` is too large: {measure}, at most {limit}")]
    TooLargePicture {
        /// As the playlist names it.
        path: PicturePath,
        /// What it measures.
        measure: String,
        /// What is allowed.
        limit: String,
    },
    /// It could harm people with photosensitive epilepsy (WCAG 2.1, 2.3.1).
    #[error(
        "picture `{path}` flashes {flashes} times in the second from {:.2} s, at most 3 times are allowed",
        .at.as_secs_f64()
    )]
    FlashingPicture {
        /// As the playlist names it.
        path: PicturePath,
        /// When the second begins.
        at: Duration,
        /// How many flashes it has.
        flashes: usize,
    },
    /// The road profile allows nothing that moves.
    #[error("{what} moves, and this screen stands beside a road (profile `road`)")]
    MovesOnRoad {
        /// What of the item.
        what: &'static str,
    },
    /// Nobody can read it in that time.
    #[error(
        "the text in `{language}` takes {} s to read at {} s for ten words, and `duration` gives it less",
        seconds(*.needed),
        .ten_words.as_secs_f32()
    )]
    TooShort {
        /// The language of the text.
        language: String,
        /// How long it takes.
        needed: Duration,
        /// The screen's rule.
        ten_words: Duration,
    },
    /// The law wants it smaller than it is legible.
    #[error(
        "the text in `{language}` beside the Vietnamese one may have {largest} px, three quarters of its size, and is \
         legible from {minimum} px on; `layout = \"rotate\"` gives each the whole screen"
    )]
    TooSmallBesideVietnamese {
        /// The language of the text.
        language: String,
        /// What the law allows.
        largest: u16,
        /// The smallest legible size of the language.
        minimum: u16,
    },
    /// Its modules would be smaller than telephones can see.
    #[error(
        "the code needs {needed}×{needed} pixels, two for each module, and has {width}×{height}: shorten it"
    )]
    CodeTooLarge {
        /// Across and down.
        needed: u16,
        /// Of the box that it has.
        width: u16,
        /// Of the box that it has.
        height: u16,
    },
    /// A text cannot be read on something that moves.
    #[error("picture `{path}` moves, and stands behind a text")]
    MovingBackdrop {
        /// As the playlist names it.
        path: PicturePath,
    },
}

/// A place in a text, counted from one as an editor does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// If the text has several lines.
    pub line: Option<usize>,
    /// On its line.
    pub character: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}, ")?;
        }
        write!(f, "character {}", self.character)
    }
}

/// Rounded up, so that the value told is long enough.
fn seconds(needed: Duration) -> u64 {
    needed.as_secs() + u64::from(needed.subsec_nanos() > 0)
}

fn name(character: char) -> String {
    format!("`{character}` (U+{:04X})", u32::from(character))
}
