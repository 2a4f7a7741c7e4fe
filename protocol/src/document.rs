//! The document inside a bundle: exactly what was signed, as JSON.

use std::{collections::BTreeMap, fmt::Display, time::Duration};

use jiff::Timestamp;
use playlists::{
    Arrangement, Digest, Gate, Language, PicturePath, Pictures, Profile, Rules, Screen, ScreenId, ScreenSize,
    Validity, View,
};
use serde::{Deserialize, Serialize};

use crate::{
    FORMAT, RefusedBundle,
    wire::{SENTENCE, format_of, shortened},
};

const MOST_PLAYLISTS: usize = 64;
const MOST_PICTURES: usize = 256;

/// A playlist as its author wrote it. The agent reads it with the same code as the author's `check` did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaylistFile {
    /// Its name, for mistakes.
    pub file: String,
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
    /// At least one.
    pub playlists: Vec<PlaylistFile>,
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
    pub(crate) playlists: Vec<PlaylistFile>,
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
    let Contents { screen, version, created, validity, playlists, pictures, fonts } = contents;
    let written = WrittenDocument {
        format: FORMAT,
        screen: WrittenScreen {
            id: screen.id.clone(),
            gate: screen.gate.name.clone(),
            // A gate's zone comes by its name. One without a name is refused when the document is read.
            time_zone: screen.gate.time_zone.iana_name().unwrap_or_default().to_owned(),
            width: screen.size.width(),
            height: screen.size.height(),
            profile: screen.profile,
            languages: screen.languages.clone(),
            layout: screen.arrangement,
            rules: screen.rules.into(),
        },
        version: *version,
        created: *created,
        valid: *validity,
        playlists: playlists.clone(),
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
        Ok(Self {
            screen: written.screen.read()?,
            version: written.version,
            created: written.created,
            validity: written.valid,
            playlists: written.playlists,
            pictures: written.pictures,
            fonts: written.fonts,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct WrittenDocument {
    format: u32,
    screen: WrittenScreen,
    version: u64,
    created: Timestamp,
    valid: Validity,
    playlists: Vec<PlaylistFile>,
    pictures: Vec<ListedPicture>,
    fonts: Vec<FontFile>,
}

#[derive(Serialize, Deserialize)]
struct WrittenScreen {
    id: ScreenId,
    gate: BTreeMap<Language, String>,
    time_zone: String,
    width: u16,
    height: u16,
    profile: Profile,
    languages: Vec<Language>,
    layout: Arrangement,
    /// Documents from before there were any have none.
    #[serde(default)]
    rules: WrittenRules,
}

#[derive(Serialize, Deserialize)]
struct WrittenRules {
    ten_words_ms: u64,
    view: Option<WrittenView>,
    vietnamese_first: bool,
}

#[derive(Serialize, Deserialize)]
struct WrittenView {
    pitch_um: u32,
    distance_mm: u32,
}

impl Default for WrittenRules {
    fn default() -> Self {
        Rules::default().into()
    }
}

impl From<Rules> for WrittenRules {
    fn from(rules: Rules) -> Self {
        let Rules { ten_words, view, vietnamese_first } = rules;
        let view = view.map(|View { pitch_um, distance_mm }| WrittenView { pitch_um, distance_mm });
        // Minutes at most, as people write them.
        let ten_words_ms = u64::try_from(ten_words.as_millis()).unwrap_or(u64::MAX);
        Self { ten_words_ms, view, vietnamese_first }
    }
}

impl From<WrittenRules> for Rules {
    fn from(written: WrittenRules) -> Self {
        let WrittenRules { ten_words_ms, view, vietnamese_first } = written;
        let view = view.map(|WrittenView { pitch_um, distance_mm }| View { pitch_um, distance_mm });
        Self { ten_words: Duration::from_millis(ten_words_ms), view, vietnamese_first }
    }
}

impl WrittenScreen {
    fn read(self) -> Result<Screen, RefusedBundle> {
        if self.languages.is_empty() {
            return Err(unreadable("screen.languages", "at least one is needed"));
        }
        if let Some(twice) = first_twice(self.languages.iter()) {
            return Err(unreadable("screen.languages", format!("`{twice}` is named twice")));
        }
        Ok(Screen {
            id: self.id,
            gate: Gate {
                name: self.gate,
                time_zone: Gate::zone(&self.time_zone).ok_or_else(|| {
                    unreadable("screen.time_zone", format!("there is no `{}`", self.time_zone))
                })?,
            },
            size: ScreenSize::new(self.width, self.height).map_err(|cause| unreadable("screen", cause))?,
            profile: self.profile,
            languages: self.languages,
            arrangement: self.layout,
            rules: self.rules.into(),
        })
    }
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
