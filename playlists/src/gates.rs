//! The gates file: which border gates and screens there are. Names of gates are data, never code.

use std::collections::{BTreeMap, BTreeSet};

use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};
use written::{Entry, Mistakes, Report, Table, Told, all, read_toml};

use crate::{
    AirTime, Language, Layout, Opening, Place, Rules, ScreenId, ScreenSize, air_time, playlist, rules,
};

/// A border gate: a place with a name and a time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gate {
    /// Its name by language.
    pub name: BTreeMap<Language, String>,
    /// Its wall clock.
    pub time_zone: TimeZone,
    /// Where it is, for sunrise and sunset.
    pub place: Option<Place>,
    /// When it is open, in order; unknown if there is none.
    pub opening: Vec<Opening>,
}

/// How a screen shows the languages of an item that does not say so itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrangement {
    /// One after the other.
    Rotate,
    /// Side by side.
    Split,
    /// One above the other.
    Stack,
}

/// Where a screen stands, and so what may move on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// Beside a road: nothing moves.
    Road,
    /// Where people stand: a ticker may run.
    Plaza,
}

/// One LED wall at a gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// As in topics and commands.
    pub id: ScreenId,
    /// Where it stands.
    pub gate: Gate,
    /// In LED pixels.
    pub size: ScreenSize,
    /// What may move on it.
    pub profile: Profile,
    /// Which languages it shows, in their order; never empty.
    pub languages: Vec<Language>,
    /// How it shows them.
    pub arrangement: Arrangement,
    /// What it asks of texts.
    pub rules: Rules,
    /// How its languages share its time.
    pub air_time: AirTime,
    /// The screens with which it shows the same at the same moment have the same word here.
    pub sync: Option<String>,
}

/// All screens of the gates file, by id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gates {
    /// Never empty.
    pub screens: BTreeMap<ScreenId, Screen>,
}

const ARRANGEMENTS: [(&str, Arrangement); 3] =
    [("rotate", Arrangement::Rotate), ("split", Arrangement::Split), ("stack", Arrangement::Stack)];
const PROFILES: [(&str, Profile); 2] = [("road", Profile::Road), ("plaza", Profile::Plaza)];

const VIETNAMESE: &str = "vi";

impl From<Arrangement> for Layout {
    fn from(arrangement: Arrangement) -> Self {
        match arrangement {
            Arrangement::Rotate => Self::Rotate,
            Arrangement::Split => Self::Split,
            Arrangement::Stack => Self::Stack,
        }
    }
}

impl Gate {
    /// The time zone of that name, by the data inside the program: the same on a gate and in the controller,
    /// whatever is installed there.
    pub fn zone(name: &str) -> Option<TimeZone> {
        TimeZoneDatabase::bundled().get(name).ok().filter(|zone| !zone.is_unknown())
    }

    /// Reads `name`, `time-zone`, `place` and `open` from the gate's table. It has a name at least in the languages
    /// that are `shown` there.
    pub fn read<'a>(
        report: &mut Report<'_>,
        table: &mut Table<'_>,
        shown: impl IntoIterator<Item = &'a Language>,
    ) -> Result<Self, Told> {
        let time_zone =
            table.require(report, "time-zone", "such as \"Asia/Ho_Chi_Minh\"").and_then(|entry| {
                let rule = "is a time zone by its IANA name, such as \"Asia/Ho_Chi_Minh\"";
                entry.parse(report, |written| Self::zone(written).ok_or(rule))
            });
        let name = table
            .require(report, "name", "the gate's name by language, such as name.vi = \"…\"")
            .and_then(|entry| read_name(report, entry, shown.into_iter().collect()));
        let place = table.take("place").map(|entry| entry.parse(report, Place::parse)).transpose();
        let opening = table.take("open").map_or(Ok(Vec::new()), |entry| read_opening(report, &entry));
        Ok(Self { name: name?, time_zone: time_zone?, place: place?, opening: opening? })
    }
}

impl Gates {
    /// Reads a gates file. `file` only names it in mistakes; all mistakes are told at once.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        read_toml(file, text, read)
    }
}

/// A screen before it has its gate.
struct WrittenScreen {
    id: ScreenId,
    size: ScreenSize,
    profile: Profile,
    languages: Vec<Language>,
    arrangement: Arrangement,
    rules: Rules,
    air_time: AirTime,
    sync: Option<String>,
}

/// The screens that were read before.
#[derive(Default)]
struct Others {
    ids: BTreeSet<ScreenId>,
    /// By the name of a group, its first screen and what all of them have in common.
    groups: BTreeMap<String, (ScreenId, Vec<Language>, Arrangement, AirTime)>,
}

impl Others {
    /// Takes a screen into its group, where all take the same turns for the same time.
    fn join(
        &mut self,
        report: &mut Report<'_>,
        entry: &Entry<'_>,
        screen: &WrittenScreen,
    ) -> Result<(), Told> {
        let WrittenScreen { id, languages, arrangement, air_time, sync, .. } = screen;
        let Some(group) = sync else { return Ok(()) };
        let first = || (id.clone(), languages.clone(), *arrangement, air_time.clone());
        let (first, ..) = match self.groups.entry(group.clone()).or_insert_with(first) {
            (_, common, how, time) if (&*common, &*how, &*time) == (languages, arrangement, air_time) => {
                return Ok(());
            }
            other => other,
        };
        let rule = format!(
            "screens of a group show the same at the same moment: they have the same languages, layout, \
             language-share and dwell as `{first}`"
        );
        Err(entry.wrong(report, rule))
    }
}

fn read(report: &mut Report<'_>, mut root: Table<'_>) -> Result<Gates, Told> {
    let mut others = Others::default();
    let gates = root
        .require(report, "gate", "the file has at least one [[gate]]")
        .and_then(|entry| entry.list(report, "is a list of gates, each under [[gate]]"))
        .and_then(|entries| {
            all(entries, |entry| {
                let table = entry.table(report, "is a gate, under [[gate]]")?;
                read_gate(report, table, &mut others)
            })
        });
    let known = root.finish(report);
    let screens = gates?.into_iter().flatten().map(|screen| (screen.id.clone(), screen)).collect();
    known.map(|()| Gates { screens })
}

fn read_gate(
    report: &mut Report<'_>,
    mut table: Table<'_>,
    others: &mut Others,
) -> Result<Vec<Screen>, Told> {
    let screens = table
        .require(report, "screen", "a gate has at least one [[gate.screen]]")
        .and_then(|entry| entry.list(report, "is a list of screens, each under [[gate.screen]]"))
        .and_then(|entries| {
            all(entries, |entry| {
                let table = entry.table(report, "is a screen, under [[gate.screen]]")?;
                read_screen(report, table, others)
            })
        });
    let shown = screens.iter().flatten().flat_map(|screen| &screen.languages);
    let gate = Gate::read(report, &mut table, shown);
    table.finish(report)?;

    let gate = gate?;
    let of_gate = |screen: WrittenScreen| {
        let WrittenScreen { id, size, profile, languages, arrangement, rules, air_time, sync } = screen;
        let gate = gate.clone();
        Screen { id, gate, size, profile, languages, arrangement, rules, air_time, sync }
    };
    Ok(screens?.into_iter().map(of_gate).collect())
}

/// Reads one span of the day, or several in order.
fn read_opening(report: &mut Report<'_>, entry: &Entry<'_>) -> Result<Vec<Opening>, Told> {
    if !entry.is_list() {
        return Ok(vec![entry.parse(report, Opening::parse)?]);
    }
    let mut openings: Vec<Opening> = Vec::new();
    for entry in entry.list(report, "is when the gate is open, such as \"07:00-17:00\"")? {
        let opening = entry.parse(report, Opening::parse)?;
        if openings.last().is_some_and(|before| opening.from() <= before.until()) {
            return Err(entry.wrong(report, "does not begin after the opening hours before it have ended"));
        }
        openings.push(opening);
    }
    Ok(openings)
}

/// Reads a gate's name in any languages, but at least in those that its screens show.
fn read_name(
    report: &mut Report<'_>,
    entry: Entry<'_>,
    shown: BTreeSet<&Language>,
) -> Result<BTreeMap<Language, String>, Told> {
    let table = entry.table(report, "is the gate's name by language, such as name.vi = \"…\"")?;
    let missed = |language: &&Language| !table.entries().any(|(code, _)| code == language.as_str());
    let mut outcome = Ok(());
    for language in shown.into_iter().filter(missed) {
        let rule = format!("is missing: a screen of this gate shows {language}");
        outcome = Err(table.missing(report, language.as_str(), rule));
    }
    let names = all(table.entries(), |(code, entry)| {
        let language = Language::parse(code).map_err(|bad| entry.misplaced(report, bad.told()));
        let name = entry.parse(report, playlist::read_name);
        Ok((language?, name?))
    })?;
    outcome.map(|()| names.into_iter().collect())
}

fn read_screen(
    report: &mut Report<'_>,
    mut table: Table<'_>,
    others: &mut Others,
) -> Result<WrittenScreen, Told> {
    let id =
        table.require(report, "id", "the screen's name in commands, such as \"gate-1\"").and_then(|entry| {
            let id = ScreenId::read(report, &entry)?;
            if !others.ids.insert(id.clone()) {
                return Err(entry.wrong(report, "is already the id of another screen"));
            }
            Ok(id)
        });
    let size = table
        .require(report, "size", "LED pixels, such as \"960x320\"")
        .and_then(|entry| entry.parse(report, ScreenSize::parse));
    let profile = table
        .require(report, "profile", "road (nothing moves) or plaza")
        .and_then(|entry| entry.choose(report, &PROFILES));
    let rules = rules::read(report, &mut table);
    let languages = table
        .require(report, "languages", "what the screen shows, in its order, such as [\"vi\", \"en\", \"km\"]")
        .and_then(|entry| {
            let languages = Language::read_list(report, &entry)?;
            let first = !rules.is_ok_and(|rules| rules.vietnamese_first)
                || !languages.iter().skip(1).any(|language| language.as_str() == VIETNAMESE);
            let rule = "Vietnamese stands first, as the Law on Advertising asks, or the screen has \
                        vietnamese-first = false";
            if first { Ok(languages) } else { Err(entry.wrong(report, rule)) }
        });
    let arrangement = table
        .require(
            report,
            "layout",
            "how the screen shows an item that names no layout: rotate, split or stack",
        )
        .and_then(|entry| entry.choose(report, &ARRANGEMENTS));
    let air_time = air_time::read(report, &mut table, languages.as_deref().ok());
    let sync =
        table.take("sync").map(|entry| Ok((entry.parse(report, playlist::read_name)?, entry))).transpose();
    let known = table.finish(report);

    let (sync, group) = sync?.unzip();
    let screen = WrittenScreen {
        id: id?,
        size: size?,
        profile: profile?,
        languages: languages?,
        arrangement: arrangement?,
        rules: rules?,
        air_time: air_time?,
        sync,
    };
    if let Some(entry) = group {
        others.join(report, &entry, &screen)?;
    }
    known.map(|()| screen)
}
