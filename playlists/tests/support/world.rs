//! A gate, its screen and all that may play there, as data: made up by `worlds`, judged by `plain`, and written down
//! as the files that people write, so that the program reads it like everyone else's.

use std::fmt::Write as _;

use jiff::Timestamp;
use playlists::{
    CalendarDays, CalendarId, DaySet, Gates, ItemId, Playlist, PlaylistPath, Programme, Schedule, ScreenId,
    Validity, Withdrawn,
};

/// A day by its number: 0 is 1 January 1970.
pub(crate) type Day = i64;

#[derive(Debug, Clone)]
pub(crate) struct World {
    /// Around which most of its days are.
    pub(crate) month: Day,
    pub(crate) zone: &'static str,
    /// Of the screen, in its order.
    pub(crate) languages: Vec<&'static str>,
    /// As many as languages, or none.
    pub(crate) shares: Vec<i64>,
    /// In seconds.
    pub(crate) dwell: Option<i64>,
    pub(crate) layout: &'static str,
    /// In minutes of the day; in order.
    pub(crate) opening: Vec<(i64, i64)>,
    pub(crate) playlists: Vec<List>,
    pub(crate) rules: Vec<Rule>,
    /// Which playlist.
    pub(crate) default: Option<usize>,
    /// Minutes of every hour.
    pub(crate) priority_share: i64,
    pub(crate) calendars: Vec<(&'static str, Vec<(Day, Day)>)>,
    /// Playlists, and items of them.
    pub(crate) withdrawn: Vec<(usize, Option<usize>)>,
    /// In seconds since 1970.
    pub(crate) validity: (i64, i64),
}

#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub(crate) playlist: usize,
    /// Only on another screen.
    pub(crate) elsewhere: bool,
    pub(crate) weight: i64,
    pub(crate) when: When,
}

#[derive(Debug, Clone)]
pub(crate) struct List {
    pub(crate) level: &'static str,
    pub(crate) languages: Vec<&'static str>,
    pub(crate) when: When,
    pub(crate) items: Vec<Item>,
}

#[derive(Debug, Clone)]
pub(crate) struct Item {
    /// In seconds.
    pub(crate) duration: i64,
    pub(crate) layout: Option<&'static str>,
    /// Instead of a text.
    pub(crate) picture: bool,
    pub(crate) countdown: Option<(Day, i64)>,
    pub(crate) when: When,
}

/// One that says nothing is always.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct When {
    pub(crate) hours: Option<Hours>,
    /// From Monday, 0, to Sunday, 6; both included, over the end of the week if the second comes first.
    pub(crate) weekdays: Vec<(i64, i64)>,
    pub(crate) days: Vec<Days>,
    pub(crate) except: Vec<Days>,
    /// A day and a minute of it, up to 24 × 60.
    pub(crate) from: Option<(Day, i64)>,
    pub(crate) until: Option<(Day, i64)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Hours {
    /// In minutes of the day; the second may be 24 × 60.
    Between(i64, i64),
    Open,
    Closed,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Days {
    Dates(Day, Day),
    /// Month and day, to month and day.
    Yearly((i64, i64), (i64, i64)),
    Lunar((i64, i64), (i64, i64)),
    /// By its place among the calendars.
    Calendar(usize),
}

/// The screen that is judged.
pub(crate) const SCREEN: &str = "wall";
/// One that shows the same, of another size.
pub(crate) const TWIN: &str = "twin";

impl World {
    pub(crate) fn programme(&self, screen: &str) -> Programme {
        let gates = self.gates();
        let mut gates = Gates::parse("gates.toml", &gates).unwrap_or_else(|told| panic!("{told}\n{gates}"));
        let screen = gates.screens.remove(&ScreenId::parse(screen).unwrap()).unwrap();
        let schedule = self.schedule();
        let schedule =
            Schedule::parse("lich.toml", &schedule).unwrap_or_else(|told| panic!("{told}\n{schedule}"));
        let path = |n: usize| PlaylistPath::parse(&format!("p{n}.toml")).unwrap();
        let playlists = (0..self.playlists.len()).map(|n| {
            let text = self.playlist(n);
            (path(n), Playlist::parse("p.toml", &text).unwrap_or_else(|told| panic!("{told}\n{text}")))
        });
        let withdrawn: Vec<_> = self
            .withdrawn
            .iter()
            .map(|(list, item)| Withdrawn {
                playlist: path(*list),
                item: item.map(|item| ItemId::parse(&format!("i{item}")).unwrap()),
            })
            .collect();
        let second = |second| Timestamp::from_second(second).unwrap();
        let validity = Validity { from: second(self.validity.0), until: second(self.validity.1) };
        let programme = Programme::new(
            screen,
            validity,
            &schedule,
            playlists.collect(),
            &self.calendar_days(),
            &withdrawn,
        );
        programme.unwrap_or_else(|wrong| panic!("{wrong:?}\n{}", self.told()))
    }

    pub(crate) fn is_withdrawn(&self, playlist: usize, item: usize) -> bool {
        self.withdrawn.iter().any(|(list, one)| *list == playlist && one.is_none_or(|one| one == item))
    }

    /// As people would write it, for messages.
    pub(crate) fn told(&self) -> String {
        let Self { calendars, withdrawn, validity, .. } = self;
        let rest = format!("{calendars:?} withdrawn {withdrawn:?} valid {validity:?}");
        format!("{}\n{rest}", self.texts().join("\n"))
    }

    /// The gates file, the schedule and the playlists.
    pub(crate) fn texts(&self) -> Vec<String> {
        let playlists = (0..self.playlists.len()).map(|n| self.playlist(n));
        [self.gates(), self.schedule()].into_iter().chain(playlists).collect()
    }

    /// For [`Programme::new`].
    pub(crate) fn calendar_days(&self) -> CalendarDays {
        let days =
            |(first, last): &(Day, Day)| match DaySet::parse(&format!("{}..{}", date(*first), date(*last))) {
                Ok(DaySet::Dates(days)) => days,
                other => panic!("{other:?}"),
            };
        let calendar = |(name, spans): &(&str, Vec<(Day, Day)>)| {
            (CalendarId::parse(name).unwrap(), spans.iter().map(days).collect())
        };
        self.calendars.iter().map(calendar).collect()
    }

    fn gates(&self) -> String {
        let quoted = |all: &[&str]| all.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>().join(", ");
        let languages = quoted(&self.languages);
        let mut text = "[[gate]]\n".to_owned();
        for language in &self.languages {
            writeln!(text, "name.{language} = \"Cửa khẩu\"").unwrap();
        }
        writeln!(text, "time-zone = {:?}", self.zone).unwrap();
        let opening: Vec<_> = self.opening.iter().map(|(from, until)| span(*from, *until)).collect();
        if !opening.is_empty() {
            writeln!(text, "open = [{}]", opening.join(", ")).unwrap();
        }
        for (id, size) in [(SCREEN, "960x320"), (TWIN, "512x256")] {
            write!(text, "[[gate.screen]]\nid = \"{id}\"\nsize = \"{size}\"\nprofile = \"plaza\"\n").unwrap();
            write!(text, "languages = [{languages}]\nvietnamese-first = false\nlayout = {:?}\n", self.layout)
                .unwrap();
            writeln!(text, "sync = \"group\"").unwrap();
            let shares: Vec<_> = self
                .languages
                .iter()
                .zip(&self.shares)
                .map(|(code, share)| format!("{code} = {share}"))
                .collect();
            if !shares.is_empty() {
                writeln!(text, "language-share = {{ {} }}", shares.join(", ")).unwrap();
            }
            if let Some(dwell) = self.dwell {
                writeln!(text, "dwell = \"{dwell}s\"").unwrap();
            }
        }
        text
    }

    fn schedule(&self) -> String {
        let mut text = "[schedule]\nname = \"Lịch\"\n".to_owned();
        writeln!(text, "priority-share = \"{}m\"", self.priority_share).unwrap();
        if let Some(default) = self.default {
            writeln!(text, "default = \"p{default}.toml\"").unwrap();
        }
        for rule in &self.rules {
            write!(text, "[[rule]]\nplaylist = \"p{}.toml\"\nweight = {}\n", rule.playlist, rule.weight)
                .unwrap();
            let screens = if rule.elsewhere { "screens = [\"other\"]\n" } else { "" };
            text.push_str(screens);
            self.write_when(&mut text, &rule.when);
        }
        text
    }

    fn playlist(&self, n: usize) -> String {
        let list = &self.playlists[n];
        let mut text = format!("[playlist]\nname = \"p{n}\"\nlevel = {:?}\n", list.level);
        let languages: Vec<_> = list.languages.iter().map(|one| format!("{one:?}")).collect();
        writeln!(text, "languages = [{}]", languages.join(", ")).unwrap();
        self.write_when(&mut text, &list.when);
        for (n, item) in list.items.iter().enumerate() {
            write!(text, "[[item]]\nid = \"i{n}\"\nduration = \"{}s\"\n", item.duration).unwrap();
            if item.picture {
                text.push_str("image = \"images/a.png\"\n");
            } else {
                for language in &list.languages {
                    writeln!(text, "text.{language} = \"Chào\"").unwrap();
                }
            }
            if let Some(layout) = item.layout {
                writeln!(text, "layout = {layout:?}").unwrap();
            }
            if let Some((day, minute)) = item.countdown {
                writeln!(text, "countdown = \"{} {}\"", date(day), clock(minute)).unwrap();
            }
            self.write_when(&mut text, &item.when);
        }
        text
    }

    fn write_when(&self, text: &mut String, when: &When) {
        const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let name = |day: i64| NAMES[usize::try_from(day).unwrap()];
        match when.hours {
            None => {}
            Some(Hours::Between(from, until)) => writeln!(text, "hours = {}", span(from, until)).unwrap(),
            Some(Hours::Open) => text.push_str("hours = \"open\"\n"),
            Some(Hours::Closed) => text.push_str("hours = \"closed\"\n"),
        }
        let weekdays =
            when.weekdays.iter().map(|(first, last)| format!("\"{}-{}\"", name(*first), name(*last)));
        let days = |days: &Vec<Days>| {
            days.iter().map(|days| format!("\"{}\"", self.days(*days))).collect::<Vec<_>>()
        };
        for (key, list) in
            [("weekdays", weekdays.collect()), ("days", days(&when.days)), ("except", days(&when.except))]
        {
            if !list.is_empty() {
                writeln!(text, "{key} = [{}]", list.join(", ")).unwrap();
            }
        }
        for (key, moment) in [("from", when.from), ("until", when.until)] {
            if let Some((day, minute)) = moment {
                writeln!(text, "{key} = \"{} {}\"", date(day), clock(minute)).unwrap();
            }
        }
    }

    fn days(&self, days: Days) -> String {
        match days {
            Days::Dates(first, last) => format!("{}..{}", date(first), date(last)),
            Days::Yearly((m1, d1), (m2, d2)) => format!("{m1:02}-{d1:02}..{m2:02}-{d2:02}"),
            Days::Lunar((m1, d1), (m2, d2)) => format!("lunar {m1:02}-{d1:02}..{m2:02}-{d2:02}"),
            Days::Calendar(n) => self.calendars[n].0.to_owned(),
        }
    }
}

fn span(from: i64, until: i64) -> String {
    format!("\"{}-{}\"", clock(from), clock(until))
}

fn clock(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn date(day: Day) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// Year, month and day, counted plainly from 1970 on.
pub(crate) fn civil(day: Day) -> (i64, i64, i64) {
    let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let (mut year, mut rest) = (1970, day);
    while rest >= 365 + i64::from(is_leap(year)) {
        rest -= 365 + i64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + i64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if rest < length {
            break;
        }
        rest -= length;
        month += 1;
    }
    (year, month, rest + 1)
}
