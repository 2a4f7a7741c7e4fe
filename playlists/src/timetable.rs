//! A schedule put together with its playlists, for one screen: what deciding goes through.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use jiff::tz::TimeZone;

use crate::{
    CalendarId, DaySet, Days, Gate, Hours, Level, LocalMoment, Playlist, PlaylistPath, Schedule, Screen,
    SunTable, When,
};

/// The calendars that a schedule asks, each with its days: in order, apart from each other.
pub type CalendarDays = BTreeMap<CalendarId, Vec<Days>>;

/// A schedule for one screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Timetable {
    /// In order.
    pub(crate) rules: Vec<Line>,
    /// The place among the playlists.
    pub(crate) default: Option<usize>,
    /// Milliseconds that priority has of every hour.
    pub(crate) priority_ms: i64,
    pub(crate) calendars: Vec<(CalendarId, Vec<Days>)>,
    /// If it is asked.
    pub(crate) sun: Option<SunTable>,
    /// Whether any day is one of the moon.
    pub(crate) asks_moon: bool,
}

/// A rule of this screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// The place among the playlists.
    pub(crate) playlist: usize,
    pub(crate) weight: u8,
    pub(crate) when: When,
}

/// Something in a schedule that does not go together with its playlists or its screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unschedulable {
    /// The line of the rule in its file; none if a playlist says it, or the heading.
    pub line: Option<usize>,
    /// What is wrong.
    pub misfit: Misfit,
}

/// What is wrong. Each variant says its rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// A playlist is named that is not there.
    #[error("`{playlist}`: there is no such playlist")]
    NoPlaylist {
        /// As it is named.
        playlist: PlaylistPath,
    },
    /// It would never end.
    #[error("`{playlist}` is an emergency: it needs `until`, in the playlist or in every rule that names it")]
    EmergencyWithoutEnd {
        /// Which.
        playlist: PlaylistPath,
    },
    /// It would not always be there.
    #[error(
        "`{playlist}` is the default: its level is normal, and neither it nor one of its items says when it plays or \
         counts down; write the times into a rule"
    )]
    DefaultWithTimes {
        /// Which.
        playlist: PlaylistPath,
    },
    /// A calendar is named that is not there.
    #[error("there is no calendar `{calendar}`")]
    NoCalendar {
        /// As it is named.
        calendar: CalendarId,
    },
    /// More than can be asked.
    #[error("{count} calendars are named, at most {MOST_CALENDARS} can be")]
    TooManyCalendars {
        /// How many.
        count: usize,
    },
    /// Nobody knows when the sun rises there.
    #[error(
        "`{hours}` follows the sun: the gate needs `place` in the gates file, such as \"11.8412 N, 106.5991 E\""
    )]
    NoPlace {
        /// As written.
        hours: Hours,
    },
    /// Nobody knows when the gate opens.
    #[error(
        "`{hours}` follows the opening hours: the gate needs `open` in the gates file, such as \"07:00-17:00\""
    )]
    NoOpeningHours {
        /// As written.
        hours: Hours,
    },
}

/// A day's calendars are the bits of a word.
const MOST_CALENDARS: usize = 64;

impl Timetable {
    /// Of nothing.
    pub(crate) fn empty() -> Self {
        Self {
            rules: Vec::new(),
            default: None,
            priority_ms: 0,
            calendars: Vec::new(),
            sun: None,
            asks_moon: false,
        }
    }

    /// Puts together what `schedule` says for `screen`. All that is wrong is told at once.
    pub(crate) fn of(
        schedule: &Schedule,
        screen: &Screen,
        playlists: &[(PlaylistPath, Playlist)],
        calendars: &CalendarDays,
    ) -> Result<Self, Vec<Unschedulable>> {
        let mut wrong = Vec::new();
        let mut tell = |line, misfit| wrong.push(Unschedulable { line, misfit });
        let place = |path: &PlaylistPath| {
            let place = playlists.iter().position(|(known, _)| known == path);
            place.ok_or_else(|| Misfit::NoPlaylist { playlist: path.clone() })
        };
        let mut rules = Vec::new();
        for rule in &schedule.rules {
            let line = rule.line;
            if !rule.is_for(&screen.id) {
                continue;
            }
            match place(&rule.playlist) {
                Err(misfit) => tell(line, misfit),
                Ok(playlist) => {
                    let when = limited(&rule.when, schedule, &screen.gate.time_zone);
                    let (path, named) = &playlists[playlist];
                    let ends = when.until.is_some() || named.when.until.is_some();
                    if named.level == Level::Emergency && !ends {
                        tell(line, Misfit::EmergencyWithoutEnd { playlist: path.clone() });
                    }
                    misfits(&when, screen, calendars).for_each(|misfit| tell(line, misfit));
                    rules.push(Line { playlist, weight: rule.weight, when });
                }
            }
        }
        let default = schedule.default.as_ref().and_then(|path| match place(path) {
            Ok(place) => Some(place),
            Err(misfit) => {
                tell(None, misfit);
                None
            }
        });
        if let Some((path, playlist)) = default.map(|place| &playlists[place])
            && (playlist.level != Level::Normal
                || !playlist.whens().all(When::is_always)
                || playlist.items.iter().any(|item| item.countdown.is_some()))
        {
            tell(None, Misfit::DefaultWithTimes { playlist: path.clone() });
        }
        for when in playlists.iter().flat_map(|(_, playlist)| playlist.whens()) {
            misfits(when, screen, calendars).for_each(|misfit| tell(None, misfit));
        }
        let whens = || {
            let of_playlists = playlists.iter().flat_map(|(_, playlist)| playlist.whens());
            rules.iter().map(|line| &line.when).chain(of_playlists)
        };
        let sets = || whens().flat_map(When::day_sets);
        let asked = asked_calendars(sets(), calendars);
        if asked.len() > MOST_CALENDARS {
            tell(None, Misfit::TooManyCalendars { count: asked.len() });
        }
        let follow_sun = whens().filter_map(|when| when.hours).any(Hours::follow_sun);
        let sun =
            screen.gate.place.filter(|_| follow_sun).map(|place| SunTable::of(place, &screen.gate.time_zone));
        let asks_moon = sets().any(|days| matches!(days, DaySet::Lunar(_)));
        let share = schedule.priority_share.as_millis();
        let priority_ms = i64::try_from(share).unwrap_or(i64::MAX).min(HOUR_MS);
        if wrong.is_empty() {
            Ok(Self { rules, default, priority_ms, calendars: asked, sun, asks_moon })
        } else {
            Err(wrong)
        }
    }
}

impl fmt::Display for Unschedulable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "the rule in line {line}: {}", self.misfit),
            None => self.misfit.fmt(f),
        }
    }
}

/// Milliseconds.
pub(crate) const HOUR_MS: i64 = 3_600_000;

/// A rule is not valid for longer than its schedule.
fn limited(when: &When, schedule: &Schedule, zone: &TimeZone) -> When {
    let instant = |moment: &LocalMoment| moment.timestamp(zone);
    let from = when.from.into_iter().chain(schedule.from).max_by_key(instant);
    let until = when.until.into_iter().chain(schedule.until).min_by_key(instant);
    When { from, until, ..when.clone() }
}

/// What `when` asks for and is not there.
fn misfits<'a>(
    when: &'a When,
    screen: &'a Screen,
    calendars: &'a CalendarDays,
) -> impl Iterator<Item = Misfit> + use<'a> {
    let Gate { place, opening, .. } = &screen.gate;
    let sun = when.hours.filter(|hours| hours.follow_sun() && place.is_none());
    let open = when.hours.filter(|hours| hours.follow_opening() && opening.is_empty());
    let unknown = calendars_of(when.day_sets()).filter(|id| !calendars.contains_key(id));
    let hours = sun.map(|hours| Misfit::NoPlace { hours }).into_iter();
    hours
        .chain(open.map(|hours| Misfit::NoOpeningHours { hours }))
        .chain(unknown.map(|calendar| Misfit::NoCalendar { calendar: calendar.clone() }))
}

/// The calendars among some days.
pub(crate) fn calendars_of<'a>(
    sets: impl Iterator<Item = &'a DaySet>,
) -> impl Iterator<Item = &'a CalendarId> {
    sets.filter_map(|days| match days {
        DaySet::Calendar(id) => Some(id),
        DaySet::Dates(_) | DaySet::Yearly(_) | DaySet::Lunar(_) => None,
    })
}

fn asked_calendars<'a>(
    sets: impl Iterator<Item = &'a DaySet>,
    calendars: &CalendarDays,
) -> Vec<(CalendarId, Vec<Days>)> {
    let asked: BTreeSet<_> = calendars_of(sets).collect();
    asked.into_iter().filter_map(|id| Some((id.clone(), calendars.get(id)?.clone()))).collect()
}
