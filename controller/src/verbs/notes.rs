//! What the author of a schedule should know: gaps, what competes, what never plays, languages out of balance, calendars
//! that end.

use std::{collections::BTreeMap, time::Duration};

use jiff::{SignedDuration, Timestamp};
use playlists::{CalendarId, MissingYear, Programme, Reason, Review, Stretch, review};
use serde::Serialize;

use super::at::reason_in_words;
use crate::compose::Almanac;

/// One of them.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Note {
    pub(crate) screen: String,
    /// `gap`, `conflict`, `never-plays`, `languages` or `calendar`.
    pub(crate) kind: &'static str,
    pub(crate) words: String,
}

const YEAR: SignedDuration = SignedDuration::from_hours(365 * 24);

/// Languages whose times differ by more than half are out of balance, unless the screen wants it so.
const BALANCE: f64 = 1.5;

/// All of them, of the year from `today` on.
pub(crate) fn notes(programme: &Programme, almanac: &Almanac, today: Timestamp) -> Vec<Note> {
    let screen = programme.screen();
    let zone = &screen.gate.time_zone;
    let note = |kind, words| Note { screen: screen.id.to_string(), kind, words };
    let until = today.checked_add(YEAR).unwrap_or(Timestamp::MAX);
    let Review { gaps, conflicts, never, languages } = review(programme, today, until);
    let mut notes = Vec::new();
    let local = |moment: Timestamp| zone.to_datetime(moment).strftime("%Y-%m-%d %H:%M").to_string();
    let total = |stretches: &[Stretch<'_>]| {
        let hours = |stretch: &Stretch<'_>| stretch.until.duration_since(stretch.from).as_secs_f64() / 3600.0;
        stretches.iter().map(hours).sum::<f64>()
    };
    for (kind, found, what) in [
        ("gap", &gaps, "nothing of the schedule plays"),
        (
            "conflict",
            &conflicts,
            "several emergencies, or several playlists of priority, share the time of one",
        ),
    ] {
        if let Some(first) = found.first() {
            let times = if found.len() == 1 { "once" } else { "the first time" };
            let (from, until, hours) = (local(first.from), local(first.until), total(found));
            let all =
                format!("{what}: {times} from {from} until {until}, {hours:.0} hours of the year in all");
            notes.push(note(kind, all));
        }
    }
    let mut items: BTreeMap<(&str, Reason), Vec<&str>> = BTreeMap::new();
    for never in &never {
        items.entry((&never.playlist.name, never.reason)).or_default().push(never.item.id.as_str());
    }
    for ((playlist, reason), items) in items {
        let (items, reason) = (items.join(", "), reason_in_words(reason));
        notes.push(note(
            "never-plays",
            format!("of {playlist}, {items} does not play within a year: {reason}"),
        ));
    }
    let shares = &screen.air_time.shares;
    let parts: Vec<_> = (languages.iter())
        .map(|(language, time)| {
            (language, time.as_secs_f64() / f64::from(shares.get(*language).copied().unwrap_or(1)))
        })
        .collect();
    let least = parts.iter().map(|(_, part)| *part).fold(f64::INFINITY, f64::min);
    let most = parts.iter().map(|(_, part)| *part).fold(0.0, f64::max);
    if most > least * BALANCE {
        let all: Duration = languages.values().sum();
        let percent = |time: &Duration| 100.0 * time.as_secs_f64() / all.as_secs_f64();
        let told: Vec<_> =
            languages.iter().map(|(language, time)| format!("{language} {:.0} %", percent(time))).collect();
        let words =
            format!("of the time in which one language is shown alone, {} in a week", told.join(", "));
        notes.push(note("languages", words));
    }
    let date = zone.to_datetime(today).date();
    let named = |id: &CalendarId| almanac.calendars().iter().find(|calendar| calendar.id == *id);
    for calendar in programme.calendars().filter_map(named) {
        let words = match calendar.missing_next_year(date) {
            None => continue,
            Some(MissingYear::Absent(year)) => format!("calendar `{}` does not have {year} yet", calendar.id),
            Some(MissingYear::Unconfirmed(year)) => {
                format!(
                    "calendar `{}` has {year} only as reckoned: its official days are to be confirmed",
                    calendar.id
                )
            }
        };
        notes.push(note("calendar", words));
    }
    notes
}
