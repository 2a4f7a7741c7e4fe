//! One message: the same content in several languages, or a picture, or both.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use written::{Entry, Report, Table, Told};

use crate::{Colour, DayPart, ItemId, Language, PicturePath, Texts, duration, texts};

/// How urgent an item is; the three levels of Viet Nam's circular 39/2020.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// *Thường*: in rotation.
    Normal,
    /// *Ưu tiên*: takes every other turn.
    Priority,
    /// *Khẩn cấp*: nothing else is shown.
    Emergency,
}

/// How the languages of an item share the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layout {
    /// One language after the other, each for the item's duration.
    Rotate,
    /// All at once, in columns from left to right.
    Split,
    /// All at once, in rows from top to bottom.
    Stack,
    /// One line that runs through, one language after the other.
    Ticker,
}

/// How a picture fills its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Fit {
    /// Whole picture, room left over stays background.
    Contain,
    /// Box filled, the picture's edges may be cut.
    Cover,
    /// Box filled, proportions lost.
    Stretch,
}

/// One message of a playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Unique within the playlist.
    pub id: ItemId,
    /// How long it is shown: per language with `rotate` and `ticker`, else altogether.
    pub duration: Duration,
    /// The text, if it has one. An item has a text or a picture or both.
    pub texts: Option<Texts>,
    /// The picture, if it has one.
    pub picture: Option<PicturePath>,
    /// How the picture fills its box.
    pub fit: Fit,
    /// How the languages share the screen; the screen's own arrangement where nothing is written.
    pub layout: Option<Layout>,
    /// The hours of the day in which it may be shown.
    pub hours: Option<DayPart>,
    /// Of the text.
    pub colour: Colour,
    /// Behind text and picture.
    pub background: Colour,
}

const LAYOUTS: [(&str, Layout); 4] = [
    ("rotate", Layout::Rotate),
    ("split", Layout::Split),
    ("stack", Layout::Stack),
    ("ticker", Layout::Ticker),
];
const FITS: [(&str, Fit); 3] = [("contain", Fit::Contain), ("cover", Fit::Cover), ("stretch", Fit::Stretch)];

/// Reads the `[[item]]` of that number. `ids` are those of the items before it. If the playlist's languages are
/// wrong themselves, none is missed here.
pub(crate) fn read(
    report: &mut Report<'_>,
    mut table: Table<'_>,
    number: usize,
    ids: &mut BTreeMap<ItemId, usize>,
    languages: Result<&[Language], Told>,
) -> Result<Item, Told> {
    let id = table.require(report, "id", "the item's name in this playlist, such as \"welcome\"").and_then(
        |entry| {
            let id = ItemId::read(report, &entry)?;
            match ids.insert(id.clone(), number) {
                None => Ok(id),
                Some(first) => Err(entry.wrong(report, format!("is already the id of item[{first}]"))),
            }
        },
    );
    let duration = table
        .require(report, "duration", "how long the item is shown, such as \"8s\"")
        .and_then(|entry| entry.parse(report, duration::read));
    let text = table.take("text");
    let image = table.take("image");
    let (has_text, has_image) = (text.is_some(), image.is_some());
    if !has_text && !has_image {
        table.missing(report, "text", "is missing: an item has a text or an image or both");
    }
    let texts = text.map(|entry| texts::read_all(report, entry, languages)).transpose();
    let layout = table.take("layout").map(|entry| entry.choose(report, &LAYOUTS)).transpose();
    let picture = image
        .map(|entry| entry.parse(report, |written| PicturePath::parse(written).map_err(|bad| bad.told())))
        .transpose();
    let fit = table.take("fit").map(|entry| match entry.choose(report, &FITS) {
        Ok(_) if !has_image => Err(entry.misplaced(report, "only an item with an image has a fit")),
        fit => fit,
    });
    let colours = read_colours(report, &mut table, has_text);
    let hours = read_hours(report, &mut table);
    let known = table.finish(report);

    let (colour, background) = colours?;
    let item = Item {
        id: id?,
        duration: duration?,
        texts: texts?,
        picture: picture?,
        fit: fit.transpose()?.unwrap_or(Fit::Contain),
        layout: layout?,
        hours: hours?,
        colour,
        background,
    };
    known.map(|()| item)
}

/// Reads the hours of an item or of a playlist.
pub(crate) fn read_hours(report: &mut Report<'_>, table: &mut Table<'_>) -> Result<Option<DayPart>, Told> {
    table.take("hours").map(|entry| entry.parse(report, DayPart::parse)).transpose()
}

/// In hundredths: 4.5 to 1, as WCAG 2.1 asks of texts (level AA).
const LEAST_CONTRAST: u32 = 450;

fn read_colours(
    report: &mut Report<'_>,
    table: &mut Table<'_>,
    has_text: bool,
) -> Result<(Colour, Colour), Told> {
    let [colour, background] = ["colour", "background"].map(|key| table.take(key));
    let [of_text, behind] =
        [(&colour, Colour::WHITE), (&background, Colour::BLACK)].map(|(entry, default)| {
            let rule = "a colour is # and six hexadecimal digits, such as \"#ffcc00\"";
            let read = |entry: &Entry<'_>| entry.parse(report, |written| Colour::parse(written).ok_or(rule));
            entry.as_ref().map_or(Ok(default), read)
        });
    let (of_text, behind) = (of_text?, behind?);
    match background.or(colour) {
        Some(entry) if has_text && of_text.contrast(behind) < LEAST_CONTRAST => {
            let contrast = f64::from(of_text.contrast(behind)) / 100.0;
            let rule = format!(
                "a text of {of_text} on {behind} has a contrast of {contrast:.2} to 1, it needs at least 4.5 to 1"
            );
            Err(entry.wrong(report, rule))
        }
        _ => Ok((of_text, behind)),
    }
}
