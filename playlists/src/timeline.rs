//! What a programme shows over a day or a month: who takes turns from when until when, and every slot of it.

use jiff::{Timestamp, ToSpan as _, civil::Date};

use crate::{
    Playlist, Programme, Shows, Trust, Validity, Why,
    decide::{moment, shows, why},
    segments::{Cast, Plan, Playing},
};

/// A time in which the same playlists take turns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch<'a> {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after.
    pub until: Timestamp,
    /// On what ground: an emergency, the rotation, the default, or nothing.
    pub why: Why,
    /// The playlists of that level, in order.
    pub playlists: Vec<&'a Playlist>,
    /// Those of priority beside them.
    pub priority: Vec<&'a Playlist>,
}

/// One slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Play<'a> {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after.
    pub until: Timestamp,
    /// What.
    pub shows: Shows<'a>,
    /// Why.
    pub why: Why,
}

impl Stretch<'_> {
    /// Whether nothing of the schedule plays: the default does, or the gate's name is shown.
    pub fn is_gap(&self) -> bool {
        matches!(self.why, Why::Default | Why::NothingAtThisHour | Why::OutsideValidity | Why::NoBundle)
    }

    /// Whether playlists have to share what each of them would have alone: several emergencies, or several that have
    /// priority.
    pub fn is_conflict(&self) -> bool {
        self.priority.len() > 1 || self.why == Why::Emergency && self.playlists.len() > 1
    }
}

/// Who takes turns from `from` until `until`, by a clock that is trusted. Neighbours differ.
pub fn timeline(programme: &Programme, from: Timestamp, until: Timestamp) -> Vec<Stretch<'_>> {
    let mut stretches: Vec<(Option<Cast>, Stretch<'_>)> = Vec::new();
    let mut add = |from: Timestamp, until: Timestamp, cast: Option<Cast>| match stretches.last_mut() {
        Some((before, stretch)) if same(before.as_ref(), cast.as_ref()) => stretch.until = until,
        _ => {
            let stretch = stretch(programme, from, until, cast.as_ref());
            stretches.push((cast, stretch));
        }
    };
    let Validity { from: begins, until: ends } = programme.validity();
    let valid = [from.max(begins).min(until), until.min(ends)];
    if from < valid[0] {
        add(from, valid[0], None);
    }
    for date in days(programme, valid) {
        for segment in Plan::of(programme, date, Trust::Trusted).segments() {
            let (from, until) = (moment(segment.from).max(valid[0]), moment(segment.until).min(valid[1]));
            if from < until {
                add(from, until, Some(segment.cast));
            }
        }
    }
    let last = valid[1].max(valid[0]);
    if last < until {
        add(last, until, None);
    }
    stretches.into_iter().map(|(_, stretch)| stretch).collect()
}

/// Every slot from `from` until `until`, by a clock that is trusted. The first and the last are told whole, even if
/// they reach beyond; a time without any is not told.
pub fn plays(programme: &Programme, from: Timestamp, until: Timestamp) -> impl Iterator<Item = Play<'_>> {
    let Validity { from: begins, until: ends } = programme.validity();
    let valid = [from.max(begins), until.min(ends)];
    days(programme, valid).flat_map(move |date| {
        let mut plan = Plan::of(programme, date, Trust::Trusted);
        let segments: Vec<_> = plan.segments().collect();
        segments.into_iter().flat_map(move |segment| {
            let sequence = plan.sequence(&segment);
            let mut now = moment(segment.from).max(valid[0]);
            let end = moment(segment.until).min(valid[1]);
            let next = move || {
                if end <= now {
                    return None;
                }
                let time = now.as_millisecond() - segment.from;
                let slot = sequence.shown_at(time, segment.until - segment.from, &programme.slots)?;
                let [starts, stops] = [slot.start, slot.end].map(|time| moment(segment.from + time));
                let (from, until) = (starts.max(begins), stops.min(ends));
                now = until;
                Some(Play { from, until, shows: shows(programme, &slot), why: why(&segment.cast, &slot) })
            };
            std::iter::from_fn(next).collect::<Vec<_>>()
        })
    })
}

/// Whether the same playlists take turns, however often.
fn same(one: Option<&Cast>, other: Option<&Cast>) -> bool {
    let places = |playlists: &[(usize, u8)]| playlists.iter().map(|(place, _)| *place).collect::<Vec<_>>();
    let all = |cast: &Cast| (cast.why, places(&cast.playlists), places(&cast.priority));
    one == other || one.map(all) == other.map(all)
}

fn stretch<'a>(
    programme: &'a Programme,
    from: Timestamp,
    until: Timestamp,
    cast: Option<&Cast>,
) -> Stretch<'a> {
    let of =
        |places: &[(usize, u8)]| places.iter().map(|(place, _)| &programme.playlists()[*place]).collect();
    let why = cast.map_or(Why::OutsideValidity, |cast| match cast.why {
        Playing::Emergency => Why::Emergency,
        Playing::Rotation => Why::Rotation,
        Playing::Default => Why::Default,
        Playing::Nothing => Why::NothingAtThisHour,
    });
    let (playlists, priority) =
        cast.map(|cast| (of(&cast.playlists), of(&cast.priority))).unwrap_or_default();
    Stretch { from, until, why, playlists, priority }
}

/// The days of the gate that have a part of this time.
pub(crate) fn days(programme: &Programme, [from, until]: [Timestamp; 2]) -> impl Iterator<Item = Date> {
    let zone = &programme.screen().gate.time_zone;
    let (first, last) = (zone.to_datetime(from).date(), zone.to_datetime(until).date());
    first.series(1.day()).take_while(move |date| from < until && *date <= last)
}
