//! A playlist: items in order, in the languages that it promises.

use std::collections::BTreeMap;

use written::{Entry, Mistakes, Report, Table, Told, all, read_toml};

use crate::{Item, Language, Level, PicturePath, When, item, when};

/// More would not be seen in a day.
const MOST_ITEMS: usize = 1000;

/// A playlist as people write it, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playlist {
    /// What people call it.
    pub name: String,
    /// Every text item has all of these, in this order.
    pub languages: Vec<Language>,
    /// How urgent its items are.
    pub level: Level,
    /// When it may be shown.
    pub when: When,
    /// In order; never empty.
    pub items: Vec<Item>,
}

const LEVELS: [(&str, Level); 3] =
    [("normal", Level::Normal), ("priority", Level::Priority), ("emergency", Level::Emergency)];

impl Playlist {
    /// Reads a playlist file. `file` only names it in mistakes; all mistakes are told at once.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        read_toml(file, text, read)
    }

    /// When it may be shown, and when each of its items may.
    pub fn whens(&self) -> impl Iterator<Item = &When> {
        std::iter::once(&self.when).chain(self.items.iter().map(|item| &item.when))
    }

    /// The pictures that its items show, in their order; one that is shown twice comes twice.
    pub fn pictures(&self) -> impl Iterator<Item = &PicturePath> {
        self.items.iter().flat_map(Item::pictures)
    }
}

struct Heading {
    name: String,
    level: Level,
    when: When,
}

fn read(report: &mut Report<'_>, mut root: Table<'_>) -> Result<Playlist, Told> {
    let (heading, languages) = match root
        .require(report, "playlist", "the heading, [playlist] with name and languages")
        .and_then(|entry| entry.table(report, "is the heading, [playlist] with name and languages"))
    {
        Ok(table) => read_heading(report, table),
        Err(told) => (Err(told), Err(told)),
    };
    let items = root
        .require(report, "item", "a playlist has at least one [[item]]")
        .and_then(|entry| entry.list(report, "is a list of items, each under [[item]]"))
        .and_then(|entries| read_items(report, entries, languages.as_deref().map_err(|told| *told)));
    let known = root.finish(report);

    let Heading { name, level, when } = heading?;
    let playlist = Playlist { name, languages: languages?, level, when, items: items? };
    known.map(|()| playlist)
}

/// The languages come apart from the rest: the items are held against them whatever else is wrong.
fn read_heading(
    report: &mut Report<'_>,
    mut table: Table<'_>,
) -> (Result<Heading, Told>, Result<Vec<Language>, Told>) {
    let name = table
        .require(report, "name", "what people call the playlist")
        .and_then(|entry| entry.parse(report, read_name));
    let languages = table
        .require(report, "languages", "the languages of every text, such as [\"vi\", \"en\", \"km\"]")
        .and_then(|entry| Language::read_list(report, &entry));
    let level = table.take("level").map(|entry| entry.choose(report, &LEVELS)).transpose();
    let when = when::read(report, &mut table);
    let known = table.finish(report);

    let heading = || {
        let heading = Heading { name: name?, level: level?.unwrap_or(Level::Normal), when: when? };
        known.map(|()| heading)
    };
    (heading(), languages)
}

/// Reads a name: one line that a person can say.
pub(crate) fn read_name(written: &str) -> Result<String, &'static str> {
    let name = written.trim();
    let fine = (1..=100).contains(&name.chars().count()) && !name.contains(char::is_control);
    fine.then(|| name.to_owned()).ok_or("a name is one line of 1 to 100 characters")
}

fn read_items(
    report: &mut Report<'_>,
    entries: Vec<Entry<'_>>,
    languages: Result<&[Language], Told>,
) -> Result<Vec<Item>, Told> {
    if let Some(beyond) = entries.get(MOST_ITEMS) {
        let rule = format!("a playlist has at most {MOST_ITEMS} items, this one has {}", entries.len());
        return Err(beyond.wrong(report, rule));
    }
    let mut ids = BTreeMap::new();
    all((1..).zip(entries), |(number, entry)| {
        let table = entry.table(report, "is an item, under [[item]]")?;
        item::read(report, table, number, &mut ids, languages)
    })
}
