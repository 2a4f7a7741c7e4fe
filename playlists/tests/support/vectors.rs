//! The files of `vectors/`: what is written in them, and the programmes that they speak of.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::DateTime};
use playlists::{
    CalendarDays, CalendarId, DaySet, Gates, ItemId, Playlist, PlaylistPath, Programme, Schedule, Screen,
    ScreenId, Trust, Validity, Withdrawn,
};
use serde::Deserialize;

/// A file: a setting, and what is expected in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Theme {
    /// What the file is about.
    pub(crate) about: String,
    /// A gates file.
    gates: Option<String>,
    /// By path.
    #[serde(default)]
    pub(crate) playlists: BTreeMap<String, String>,
    /// By name.
    #[serde(default)]
    pub(crate) schedules: BTreeMap<String, String>,
    /// Their days, by name.
    #[serde(default)]
    calendars: BTreeMap<String, Vec<String>>,
    #[serde(default, rename = "case")]
    pub(crate) cases: Vec<Case>,
    #[serde(default, rename = "refused")]
    pub(crate) refusals: Vec<Refusal>,
}

/// What is shown at a moment.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Case {
    /// What is expected and why.
    pub(crate) says: String,
    /// By name; without one, all playlists play as they are.
    pub(crate) schedule: Option<String>,
    /// The first of the gates file if it is not named.
    screen: Option<String>,
    /// From when until when the bundle is valid, by the gate's clock; always if it is not said.
    valid: Option<[String; 2]>,
    /// `chao-mung.toml`, or `chao-mung.toml/loi-chao`.
    #[serde(default)]
    withdrawn: Vec<String>,
    /// By the gate's clock; one that it shows twice with the distance from UTC, `2026-10-25 02:30:00+01:00`.
    at: String,
    /// The clock is trusted if it is not said.
    #[serde(default)]
    clock: Clock,
    /// `chao-mung.toml/loi-chao`, or the safe page.
    pub(crate) shows: String,
    /// `vi`, or `vi+km`; nothing for a picture and the safe page.
    #[serde(default)]
    pub(crate) language: String,
    /// When something else comes, or the same anew.
    until: Option<String>,
    /// `rotation`, `default` and so on.
    pub(crate) why: String,
    /// Why others are not shown.
    #[serde(default)]
    pub(crate) not: BTreeMap<String, String>,
    /// From when until when the same playlists take turns.
    stretch: Option<[String; 2]>,
    /// What is shown then, each after the one before: `loi-chao vi 8s`.
    #[serde(default)]
    pub(crate) next: Vec<String>,
    /// Screens that show the same.
    #[serde(default)]
    pub(crate) also_on: Vec<String>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Clock {
    #[default]
    Trusted,
    Untrusted,
}

/// A file that is not taken, and what is said about it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Refusal {
    /// What is expected and why.
    pub(crate) says: String,
    /// A schedule, a playlist or a gates file as it is written.
    schedule: Option<String>,
    playlist: Option<String>,
    gates: Option<String>,
    /// A schedule of this file that is fine in itself, but not with its playlists or its screen.
    pub(crate) together: Option<String>,
    /// Repeats `{rules}`, so that a long file need not stand here.
    repeat: Option<usize>,
    pub(crate) message: String,
}

impl Case {
    /// The programme of its screen, or of another.
    pub(crate) fn programme(&self, theme: &Theme, screen: Option<&str>) -> Programme {
        let screen = theme.screen(screen.or(self.screen.as_deref()));
        let validity = match &self.valid {
            None => Validity { from: Timestamp::MIN, until: Timestamp::MAX },
            Some([from, until]) => Validity { from: moment(&screen, from), until: moment(&screen, until) },
        };
        let withdrawn: Vec<_> = self.withdrawn.iter().map(|named| withdrawn(named)).collect();
        let programme = theme.programme(screen, validity, self.schedule.as_deref(), &withdrawn);
        programme.unwrap_or_else(|message| panic!("{}: {message}", self.says))
    }

    pub(crate) fn at(&self, screen: &Screen) -> Timestamp {
        moment(screen, &self.at)
    }

    pub(crate) fn until(&self, screen: &Screen) -> Option<Timestamp> {
        self.until.as_ref().map(|until| moment(screen, until))
    }

    pub(crate) fn stretch(&self, screen: &Screen) -> Option<[Timestamp; 2]> {
        self.stretch.as_ref().map(|[from, until]| [moment(screen, from), moment(screen, until)])
    }

    pub(crate) fn trust(&self) -> Trust {
        match self.clock {
            Clock::Trusted => Trust::Trusted,
            Clock::Untrusted => Trust::Untrusted,
        }
    }
}

impl Refusal {
    /// What the program says.
    pub(crate) fn told(&self, theme: &Theme) -> String {
        let repeated = |text: &str| match self.repeat {
            None => text.to_owned(),
            Some(times) => text.repeat(times),
        };
        let told = if let Some(name) = &self.together {
            let validity = Validity { from: Timestamp::MIN, until: Timestamp::MAX };
            theme.programme(theme.screen(None), validity, Some(name), &[]).err()
        } else if let Some(text) = &self.schedule {
            let (heading, rules) = text.split_once("[[rule]]").expect("a rule");
            let text = format!("{heading}{}", repeated(&format!("[[rule]]{rules}")));
            Schedule::parse("lich.toml", &text).err().map(|mistakes| mistakes.to_string())
        } else if let Some(text) = &self.playlist {
            Playlist::parse("danh-sach.toml", text).err().map(|mistakes| mistakes.to_string())
        } else {
            let text = self.gates.as_ref().expect("one of schedule, playlist, gates and together");
            Gates::parse("gates.toml", text).err().map(|mistakes| mistakes.to_string())
        };
        told.unwrap_or_else(|| panic!("{}: it was taken", self.says))
    }
}

impl Theme {
    /// Where the playlist of that name lies.
    pub(crate) fn path_of(&self, name: &str) -> &str {
        let named = |text: &str| text.contains(&format!("name = \"{name}\""));
        let mut paths = self.playlists.iter().filter(|(_, text)| named(text)).map(|(path, _)| path);
        match (paths.next(), paths.next()) {
            (Some(path), None) => path,
            _ => panic!("not one playlist is called {name}"),
        }
    }

    fn screen(&self, id: Option<&str>) -> Screen {
        let text = self.gates.as_ref().expect("a setting has gates");
        let mut gates = Gates::parse("gates.toml", text).unwrap_or_else(|mistakes| panic!("{mistakes}"));
        let first = text.lines().find_map(|line| line.trim().strip_prefix("id = \"")?.strip_suffix('"'));
        let id = ScreenId::parse(id.or(first).expect("a screen")).expect("a screen's id");
        gates.screens.remove(&id).unwrap_or_else(|| panic!("no screen {id}"))
    }

    fn programme(
        &self,
        screen: Screen,
        validity: Validity,
        schedule: Option<&str>,
        withdrawn: &[Withdrawn],
    ) -> Result<Programme, String> {
        let path = |path: &str| PlaylistPath::parse(path).expect("a path");
        let parsed = |name: &str| {
            let text = &self.playlists.get(name).unwrap_or_else(|| panic!("no playlist {name}"));
            Playlist::parse(name, text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
        };
        let schedule = match schedule {
            None => Schedule::of_playlists(self.playlists.keys().map(|name| path(name))),
            Some(name) => {
                let text = self.schedules.get(name).unwrap_or_else(|| panic!("no schedule {name}"));
                Schedule::parse("lich.toml", text).unwrap_or_else(|mistakes| panic!("{mistakes}"))
            }
        };
        let known = |path: &&&PlaylistPath| self.playlists.contains_key(path.as_str());
        let named = schedule.playlists();
        let playlists = named.iter().filter(known).map(|&path| (path.clone(), parsed(path.as_str())));
        let calendars: CalendarDays = self
            .calendars
            .iter()
            .map(|(name, days)| {
                (CalendarId::parse(name).expect("a calendar's name"), days.iter().map(dates).collect())
            })
            .collect();
        Programme::new(screen, validity, &schedule, playlists.collect(), &calendars, withdrawn)
            .map_err(|wrong| wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    }
}

fn dates(written: &String) -> playlists::Days {
    match DaySet::parse(written) {
        Ok(DaySet::Dates(days)) => days,
        _ => panic!("{written} are no dates"),
    }
}

fn withdrawn(named: &str) -> Withdrawn {
    let (playlist, item) = match named.split_once(".toml/") {
        None => (named.to_owned(), None),
        Some((playlist, item)) => {
            (format!("{playlist}.toml"), Some(ItemId::parse(item).expect("an item's id")))
        }
    };
    Withdrawn { playlist: PlaylistPath::parse(&playlist).expect("a path"), item }
}

fn moment(screen: &Screen, written: &str) -> Timestamp {
    let with_offset =
        written.len() > "2026-10-25 ".len() && written["2026-10-25 ".len()..].contains(['+', '-']);
    if with_offset {
        return written.replace(' ', "T").parse().unwrap_or_else(|_| panic!("{written} is no moment"));
    }
    let local: DateTime = written.parse().unwrap_or_else(|_| panic!("{written} is no moment"));
    let zoned = screen.gate.time_zone.to_ambiguous_timestamp(local).unambiguous();
    zoned.unwrap_or_else(|_| panic!("{written} comes twice or never"))
}
