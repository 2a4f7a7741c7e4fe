//! A timeline as an iCalendar feed, so that an office sees in its own calendar what plays at a gate. Pure.

use std::fmt::Write;

use icalendar::{Calendar, Component, Event, Property};
use jiff::{Timestamp, tz::TimeZone};
use playlists::{Digest, Screen, Stretch, Why};

/// The feed of a screen. `made` is the moment at which it was asked for.
pub(crate) fn feed(screen: &Screen, stretches: &[Stretch<'_>], made: Timestamp) -> String {
    let mut calendar = Calendar::new();
    let name = screen.languages.iter().find_map(|language| screen.gate.name.get(language));
    calendar.name(&format!("{} · {}", name.map_or("", String::as_str), screen.id));
    for stretch in stretches {
        // Nobody's calendar wants to be told that nothing happens.
        if stretch.playlists.is_empty() && stretch.priority.is_empty() {
            continue;
        }
        let key = format!("{} {} {}", screen.id, stretch.from, summary(stretch));
        let event = Event::new()
            .uid(&format!("{}@gatesign", &Digest::of(key.as_bytes()).to_string()[..32]))
            .summary(&summary(stretch))
            .description(&description(stretch))
            .append_property(Property::new("DTSTAMP", utc(made)))
            .append_property(Property::new("DTSTART", utc(stretch.from)))
            .append_property(Property::new("DTEND", utc(stretch.until)))
            .done();
        calendar.push(event);
    }
    calendar.to_string()
}

fn utc(moment: Timestamp) -> String {
    TimeZone::UTC.to_datetime(moment).strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn names(stretch: &Stretch<'_>) -> String {
    let all = stretch.priority.iter().chain(&stretch.playlists);
    all.map(|playlist| playlist.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn summary(stretch: &Stretch<'_>) -> String {
    match stretch.why {
        Why::Emergency => format!("KHẨN CẤP: {}", names(stretch)),
        Why::Default => format!("Mặc định: {}", names(stretch)),
        Why::Priority
        | Why::Rotation
        | Why::NothingAtThisHour
        | Why::OutsideValidity
        | Why::NoBundle
        | Why::Blackout
        | Why::SafePage => names(stretch),
    }
}

fn description(stretch: &Stretch<'_>) -> String {
    let mut out = String::new();
    for (level, playlists) in [("Ưu tiên", &stretch.priority), ("Luân phiên", &stretch.playlists)] {
        for playlist in playlists {
            let _ = writeln!(out, "{level}: {}", playlist.name);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use playlists::{Gates, Playlist, Programme, Validity, timeline};

    use super::feed;

    const GATES: &str = "[[gate]]\nname.vi = 'Cửa khẩu'\ntime-zone = 'Asia/Ho_Chi_Minh'\n\
                         [[gate.screen]]\nid = 'gate-one'\nsize = '192x64'\nprofile = 'plaza'\n\
                         languages = ['vi']\nlayout = 'rotate'\n";
    const DAY: &str = "[playlist]\nname = 'Ban ngày; mở, cửa'\nlanguages = ['vi']\nhours = '07:00-17:00'\n\
                       [[item]]\nid = 'a'\nduration = '5s'\ntext.vi = 'Chào'\n";

    #[test]
    fn tells_when_what_plays() {
        let moment = |text: &str| text.parse::<Timestamp>().expect("a moment");
        let gates = Gates::parse("gates", GATES).expect("gates");
        let screen = gates.screens.into_values().next().expect("a screen");
        let validity = Validity { from: Timestamp::MIN, until: Timestamp::MAX };
        let playlist = Playlist::parse("day", DAY).expect("a playlist");
        let programme = Programme::of_playlists(screen, validity, vec![playlist]).expect("it has hours only");
        let stretches =
            timeline(&programme, moment("2026-12-01T00:00:00+07:00"), moment("2026-12-03T00:00:00+07:00"));
        let feed = feed(programme.screen(), &stretches, moment("2026-11-24T00:00:00Z"));
        let lines: Vec<&str> = feed.lines().collect();
        for once in ["BEGIN:VEVENT", "UID:", "DTSTAMP:", "DTSTART:", "DTEND:"] {
            let count = lines.iter().filter(|line| line.starts_with(once)).count();
            assert_eq!(count, 2, "{once} in {feed}");
        }
        for line in [
            "BEGIN:VCALENDAR",
            "DTSTART:20261201T000000Z",
            "DTEND:20261201T100000Z",
            "DTSTART:20261202T000000Z",
            "DTSTAMP:20261124T000000Z",
            "SUMMARY:Ban ngày\\; mở\\, cửa",
            "END:VCALENDAR",
        ] {
            assert!(lines.contains(&line), "{line} is not in {feed}");
        }
    }
}
