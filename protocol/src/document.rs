//! The document inside a bundle: exactly what was signed, as JSON.

mod screen;

use std::fmt::Display;

use jiff::Timestamp;
use playlists::{
    CalendarDays, CalendarId, Days, Digest, PicturePath, Pictures, PlaylistPath, Screen, Validity, Withdrawn,
};
use serde::{Deserialize, Serialize};

use self::screen::WrittenScreen;
use crate::{
    FORMAT, RefusedBundle,
    wire::{SENTENCE, format_of, shortened},
};

const MOST_PLAYLISTS: usize = 64;
const MOST_PICTURES: usize = 256;
const MOST_WITHDRAWN: usize = 1000;
/// A century of some holidays.
const MOST_DAYS: usize = 2000;

/// A schedule or a playlist as its author wrote it. The agent reads it with the same code as the author's `check` did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextFile {
    /// Its path, as the schedule names it.
    pub file: PlaylistPath,
    /// The file.
    pub text: String,
}

/// A typeface that the bundle counts on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FontFile {
    /// Its name among the shipped fonts.
    pub file: String,
    /// Of the file.
    pub sha256: Digest,
}

impl From<(String, Digest)> for FontFile {
    fn from((file, sha256): (String, Digest)) -> Self {
        Self { file, sha256 }
    }
}

/// What a bundle is made of.
#[derive(Debug, Clone)]
pub struct Contents {
    /// For which screen.
    pub screen: Screen,
    /// Above every earlier one of this screen.
    pub version: u64,
    /// When it was made.
    pub created: Timestamp,
    /// When it may be shown.
    pub validity: Validity,
    /// If there is none, the playlists play whenever they allow it themselves.
    pub schedule: Option<TextFile>,
    /// At least one.
    pub playlists: Vec<TextFile>,
    /// All that the schedule and the playlists ask.
    pub calendars: CalendarDays,
    /// What was taken off.
    pub withdrawn: Vec<Withdrawn>,
    /// All that the playlists name.
    pub pictures: Pictures,
    /// Those with which it was checked.
    pub fonts: Vec<FontFile>,
}

/// A document that was read. It is true only if its signatures are good.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) screen: Screen,
    pub(crate) version: u64,
    pub(crate) created: Timestamp,
    pub(crate) validity: Validity,
    pub(crate) schedule: Option<TextFile>,
    pub(crate) playlists: Vec<TextFile>,
    pub(crate) calendars: CalendarDays,
    pub(crate) withdrawn: Vec<Withdrawn>,
    pub(crate) pictures: Vec<ListedPicture>,
    pub(crate) fonts: Vec<FontFile>,
}

/// A picture that travels beside the document.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct ListedPicture {
    pub(crate) path: PicturePath,
    pub(crate) sha256: Digest,
    pub(crate) bytes: u64,
}

/// The document of these contents, to be signed.
pub(crate) fn write(contents: &Contents) -> Vec<u8> {
    let Contents {
        screen,
        version,
        created,
        validity,
        schedule,
        playlists,
        calendars,
        withdrawn,
        pictures,
        fonts,
    } = contents;
    let written = WrittenDocument {
        format: FORMAT,
        screen: WrittenScreen::of(screen),
        version: *version,
        created: *created,
        valid: *validity,
        schedule: schedule.clone(),
        playlists: playlists.clone(),
        calendars: calendars.clone(),
        withdrawn: withdrawn.clone(),
        pictures: pictures
            .iter()
            .map(|(path, picture)| ListedPicture {
                path: path.clone(),
                sha256: picture.digest(),
                bytes: picture.bytes().len() as u64,
            })
            .collect(),
        fonts: fonts.clone(),
    };
    serde_json::to_vec(&written).expect("strings, numbers and tables with names are JSON")
}

impl Document {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, RefusedBundle> {
        match format_of(bytes).map_err(|cause| unreadable("format", cause))? {
            FORMAT => {}
            offered => return Err(RefusedBundle::OtherFormat { what: "document", offered }),
        }
        let written: WrittenDocument =
            serde_json::from_slice(bytes).map_err(|cause| unreadable("document", cause))?;
        few("playlists", written.playlists.len(), MOST_PLAYLISTS)?;
        few("pictures", written.pictures.len(), MOST_PICTURES)?;
        if written.playlists.is_empty() {
            return Err(unreadable("playlists", "at least one is needed"));
        }
        if written.valid.until <= written.valid.from {
            return Err(unreadable("valid", "until is not after from"));
        }
        if let Some(twice) = first_twice(written.pictures.iter().map(|picture| &picture.path)) {
            return Err(unreadable("pictures", format!("`{twice}` is listed twice")));
        }
        if let Some(twice) = first_twice(written.playlists.iter().map(|playlist| &playlist.file)) {
            return Err(unreadable("playlists", format!("`{twice}` is listed twice")));
        }
        few("withdrawn items", written.withdrawn.len(), MOST_WITHDRAWN)?;
        written.calendars.iter().try_for_each(|(id, days)| check_calendar(id, days))?;
        Ok(Self {
            screen: written.screen.read()?,
            version: written.version,
            created: written.created,
            validity: written.valid,
            schedule: written.schedule,
            playlists: written.playlists,
            calendars: written.calendars,
            withdrawn: written.withdrawn,
            pictures: written.pictures,
            fonts: written.fonts,
        })
    }
}

impl Document {
    /// The same as another version.
    pub(crate) fn contents(self, version: u64, created: Timestamp, pictures: Pictures) -> Contents {
        let Self { screen, validity, schedule, playlists, calendars, withdrawn, fonts, .. } = self;
        Contents {
            screen,
            version,
            created,
            validity,
            schedule,
            playlists,
            calendars,
            withdrawn,
            pictures,
            fonts,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct WrittenDocument {
    format: u32,
    screen: WrittenScreen,
    version: u64,
    created: Timestamp,
    valid: Validity,
    // Documents from before there were any have none of these.
    #[serde(default)]
    schedule: Option<TextFile>,
    playlists: Vec<TextFile>,
    #[serde(default)]
    calendars: CalendarDays,
    #[serde(default)]
    withdrawn: Vec<Withdrawn>,
    pictures: Vec<ListedPicture>,
    fonts: Vec<FontFile>,
}

/// Days in order, apart from each other: they are looked up by halves.
fn check_calendar(id: &CalendarId, days: &[Days]) -> Result<(), RefusedBundle> {
    few("days of a calendar", days.len(), MOST_DAYS)?;
    if days.windows(2).all(|pair| pair[0].last() < pair[1].first()) {
        return Ok(());
    }
    Err(unreadable("calendars", format!("the days of `{id}` are not in order")))
}

/// At most so many of a thing.
pub(crate) fn few(what: &'static str, count: usize, limit: usize) -> Result<(), RefusedBundle> {
    if count <= limit { Ok(()) } else { Err(RefusedBundle::TooMany { what, count, limit }) }
}

/// Says where the bundle cannot be read. The cause may quote it, and is shortened.
pub(crate) fn unreadable(place: &str, cause: impl Display) -> RefusedBundle {
    RefusedBundle::Unreadable { cause: shortened(&format!("{place}: {cause}"), SENTENCE).to_owned() }
}

fn first_twice<T: PartialEq>(mut things: impl Iterator<Item = T> + Clone) -> Option<T> {
    while let Some(thing) = things.next() {
        if things.clone().any(|later| later == thing) {
            return Some(thing);
        }
    }
    None
}
