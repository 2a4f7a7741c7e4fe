//! One message: the same content in several languages, and what is seen with it.

use std::{collections::BTreeMap, time::Duration};

use serde::{Deserialize, Serialize};
use written::{Report, Table, Told};

use crate::{
    Countdown, Figure, Ground, ItemId, Language, PicturePath, Texts, When, duration, figure, ground, texts,
    when,
};

/// How urgent an item is; the three levels of Viet Nam's circular 39/2020.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// *Thường*: in rotation.
    Normal,
    /// *Ưu tiên*: takes the next turn, and has a share of every hour.
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

/// What stands in the bar at the top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Header {
    /// The gate's name.
    Name,
    /// Its name, the date and the time. While the clock is not trusted, the name.
    Clock,
    /// The same, in Vietnamese with the date of the lunar calendar.
    Lunar,
}

/// How an item comes on in the place of the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transition {
    /// At once.
    Cut,
    /// The one shines through the other.
    Fade,
    /// It pushes the other out to the left.
    Slide,
}

/// One message of a playlist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Unique within the playlist.
    pub id: ItemId,
    /// How long it is shown: per language with `rotate` and `ticker`, else altogether.
    pub duration: Duration,
    /// The text, if it has one. An item has a text, a figure, a countdown, or several of them.
    pub texts: Option<Texts>,
    /// What stands beside the text.
    pub figure: Option<Figure>,
    /// What the time is counted down to. From then on the item is no longer shown.
    pub countdown: Option<Countdown>,
    /// The bar at the top.
    pub header: Option<Header>,
    /// How the languages share the screen; the screen's own arrangement where nothing is written.
    pub layout: Option<Layout>,
    /// When it may be shown.
    pub when: When,
    /// Colours, and what is behind everything.
    pub ground: Ground,
    /// How it comes on.
    pub transition: Transition,
}

impl Item {
    /// The pictures that it shows.
    pub fn pictures(&self) -> impl Iterator<Item = &PicturePath> {
        let figure = match &self.figure {
            Some(Figure::Picture { path, .. }) => Some(path),
            Some(Figure::Code(_)) | None => None,
        };
        figure.into_iter().chain(&self.ground.backdrop)
    }
}

const LAYOUTS: [(&str, Layout); 4] = [
    ("rotate", Layout::Rotate),
    ("split", Layout::Split),
    ("stack", Layout::Stack),
    ("ticker", Layout::Ticker),
];
const HEADERS: [(&str, Header); 3] =
    [("name", Header::Name), ("clock", Header::Clock), ("lunar", Header::Lunar)];
const TRANSITIONS: [(&str, Transition); 3] =
    [("cut", Transition::Cut), ("fade", Transition::Fade), ("slide", Transition::Slide)];

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
    let countdown = table.take("countdown");
    let has_text = text.is_some();
    if !has_text && countdown.is_none() && !table.has("image") && !table.has("qr") {
        let rule = "is missing: an item has a text, an image, a qr code or a countdown, or several of them";
        table.missing(report, "text", rule);
    }
    let is_read = has_text || countdown.is_some() || table.has("header");
    let texts = text.map(|entry| texts::read_all(report, entry, languages)).transpose();
    let countdown = countdown.map(|entry| entry.parse(report, Countdown::parse)).transpose();
    let figure = figure::read(report, &mut table);
    let header = table.take("header").map(|entry| entry.choose(report, &HEADERS)).transpose();
    let layout = table.take("layout").map(|entry| entry.choose(report, &LAYOUTS)).transpose();
    let transition = table.take("transition").map(|entry| entry.choose(report, &TRANSITIONS)).transpose();
    let ground = ground::read(report, &mut table, is_read);
    let when = when::read(report, &mut table);
    let known = table.finish(report);

    let item = Item {
        id: id?,
        duration: duration?,
        texts: texts?,
        figure: figure?,
        countdown: countdown?,
        header: header?,
        layout: layout?,
        when: when?,
        ground: ground?,
        transition: transition?.unwrap_or(Transition::Cut),
    };
    known.map(|()| item)
}
