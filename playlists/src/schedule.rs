//! A schedule: which playlist is on which screen when.

use std::{collections::BTreeSet, time::Duration};

use written::{Entry, Mistakes, Report, Table, Told, all, read_toml};

use crate::{CalendarPath, LocalMoment, PlaylistPath, ScreenId, When, playlist, when};

/// More rules than that nobody can follow.
const MOST_RULES: usize = 2000;

const HOUR: Duration = Duration::from_secs(3600);

/// A schedule as people write it, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// What people call it.
    pub name: String,
    /// What plays whenever nothing else does.
    pub default: Option<PlaylistPath>,
    /// Files of calendars that are known here besides those that travel with the program; none twice.
    pub calendars: Vec<CalendarPath>,
    /// How much of every hour priority playlists have.
    pub priority_share: Duration,
    /// The first moment.
    pub from: Option<LocalMoment>,
    /// The first moment after.
    pub until: Option<LocalMoment>,
    /// In order.
    pub rules: Vec<Rule>,
}

/// One line of a schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The line of its file, for mistakes; none if it was not written.
    pub line: Option<usize>,
    /// What plays.
    pub playlist: PlaylistPath,
    /// Where; on all screens if none is named.
    pub screens: BTreeSet<ScreenId>,
    /// How often beside others.
    pub weight: u8,
    /// When.
    pub when: When,
}

/// The largest weight.
const HEAVIEST: u8 = 10;

impl Schedule {
    /// Reads a schedule file. `file` only names it in mistakes; all mistakes are told at once.
    pub fn parse(file: &str, text: &str) -> Result<Self, Mistakes> {
        read_toml(file, text, read)
    }

    /// Whether a file is a schedule and not a playlist: it has `[schedule]`.
    pub fn is_one(text: &str) -> bool {
        let heading = |line: &str| line.split('#').next().is_some_and(|line| line.trim() == "[schedule]");
        text.lines().any(heading)
    }

    /// What plays always, in this order, if nobody has written a schedule.
    pub fn of_playlists(playlists: impl IntoIterator<Item = PlaylistPath>) -> Self {
        let rule = |playlist| Rule {
            line: None,
            playlist,
            screens: BTreeSet::new(),
            weight: 1,
            when: When::default(),
        };
        Self {
            name: String::new(),
            default: None,
            calendars: Vec::new(),
            priority_share: HOUR / 2,
            from: None,
            until: None,
            rules: playlists.into_iter().map(rule).collect(),
        }
    }

    /// Whether `playlist` may ever play on `screen`.
    pub fn names(&self, playlist: &PlaylistPath, screen: &ScreenId) -> bool {
        let by_rule = |rule: &Rule| rule.playlist == *playlist && rule.is_for(screen);
        self.default.as_ref() == Some(playlist) || self.rules.iter().any(by_rule)
    }

    /// All playlists that it names, each once, in order, the default last.
    pub fn playlists(&self) -> Vec<&PlaylistPath> {
        let mut seen = BTreeSet::new();
        let all = self.rules.iter().map(|rule| &rule.playlist).chain(&self.default);
        all.filter(|path| seen.insert(*path)).collect()
    }
}

impl Rule {
    /// Whether it is about `screen`.
    pub fn is_for(&self, screen: &ScreenId) -> bool {
        self.screens.is_empty() || self.screens.contains(screen)
    }
}

struct Heading {
    name: String,
    default: Option<PlaylistPath>,
    calendars: Vec<CalendarPath>,
    priority_share: Duration,
    from: Option<LocalMoment>,
    until: Option<LocalMoment>,
}

fn read(report: &mut Report<'_>, mut root: Table<'_>) -> Result<Schedule, Told> {
    let heading = root
        .require(report, "schedule", "the heading, [schedule] with name and default")
        .and_then(|entry| entry.table(report, "is the heading, [schedule] with name and default"))
        .and_then(|table| read_heading(report, table));
    let rules = root
        .require(report, "rule", "a schedule has at least one [[rule]]")
        .and_then(|entry| entry.list(report, "is a list of rules, each under [[rule]]"))
        .and_then(|entries| read_rules(report, entries));
    let known = root.finish(report);
    let Heading { name, default, calendars, priority_share, from, until } = heading?;
    let schedule = Schedule { name, default, calendars, priority_share, from, until, rules: rules? };
    known.map(|()| schedule)
}

fn read_heading(report: &mut Report<'_>, mut table: Table<'_>) -> Result<Heading, Told> {
    let name = table
        .require(report, "name", "what people call the schedule")
        .and_then(|entry| entry.parse(report, playlist::read_name));
    let default = table.take("default").map(|entry| PlaylistPath::read(report, &entry)).transpose();
    let calendars = table.take("calendars").map_or(Ok(Vec::new()), |entry| read_calendars(report, &entry));
    let priority_share =
        table.take("priority-share").map(|entry| entry.parse(report, read_share)).transpose();
    let from = table.take("from").map(|entry| entry.parse(report, LocalMoment::parse)).transpose();
    let until = when::read_until(report, &mut table, from);
    let known = table.finish(report);
    let heading = Heading {
        name: name?,
        default: default?,
        calendars: calendars?,
        priority_share: priority_share?.unwrap_or(HOUR / 2),
        from: from?,
        until: until?,
    };
    known.map(|()| heading)
}

fn read_calendars(report: &mut Report<'_>, entry: &Entry<'_>) -> Result<Vec<CalendarPath>, Told> {
    let mut named = BTreeSet::new();
    all(entry.list(report, "is a list of calendar files, such as [\"nghi-le-2027.toml\"]")?, |entry| {
        let path = CalendarPath::read(report, &entry)?;
        if !named.insert(path.clone()) {
            return Err(entry.wrong(report, "is named twice"));
        }
        Ok(path)
    })
}

/// So much of every hour: `1m` to `60m`.
fn read_share(written: &str) -> Result<Duration, &'static str> {
    let rule = "is what priority has of every hour, 1m to 60m, such as \"20m\"";
    let minutes =
        written.strip_suffix('m').filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()));
    let minutes = minutes.and_then(|digits| digits.parse().ok()).filter(|minutes| (1..=60).contains(minutes));
    minutes.map(|minutes: u64| Duration::from_secs(minutes * 60)).ok_or(rule)
}

fn read_rules(report: &mut Report<'_>, entries: Vec<Entry<'_>>) -> Result<Vec<Rule>, Told> {
    if let Some(beyond) = entries.get(MOST_RULES) {
        let rule = format!("a schedule has at most {MOST_RULES} rules, this one has {}", entries.len());
        return Err(beyond.wrong(report, rule));
    }
    all(entries, |entry| {
        let line = Some(entry.line(report));
        let mut table = entry.table(report, "is a rule, under [[rule]]")?;
        let playlist = table
            .require(report, "playlist", "the file of the playlist, such as \"chao-mung.toml\"")
            .and_then(|entry| PlaylistPath::read(report, &entry));
        let screens = table.take("screens").map_or(Ok(BTreeSet::new()), |entry| read_screens(report, &entry));
        let weight = table.take("weight").map(|entry| entry.whole(report, 1..=HEAVIEST.into())).transpose();
        let when = when::read(report, &mut table);
        let known = table.finish(report);
        let weight = weight?.map_or(1, |weight| u8::try_from(weight).unwrap_or(HEAVIEST));
        let rule = Rule { line, playlist: playlist?, screens: screens?, weight, when: when? };
        known.map(|()| rule)
    })
}

fn read_screens(report: &mut Report<'_>, entry: &Entry<'_>) -> Result<BTreeSet<ScreenId>, Told> {
    let mut screens = BTreeSet::new();
    for entry in entry.list(report, "is a list of screens, such as [\"gate-1\"]")? {
        if !screens.insert(ScreenId::read(report, &entry)?) {
            return Err(entry.wrong(report, "is named twice"));
        }
    }
    Ok(screens)
}
