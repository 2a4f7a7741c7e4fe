//! What a programme does over a time, for whoever wrote it: what never plays and why, what has no content of its own,
//! what competes, and how the languages share the time.

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;

use crate::{
    Item, Language, PassedOver, Playlist, Programme, Reason, Shows, Stretch, Trust, decide::passed_over,
    plays, segments::Plan, timeline, timeline::days,
};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review<'a> {
    /// In which only the default plays, or the gate's name is shown.
    pub gaps: Vec<Stretch<'a>>,
    /// In which several emergencies, or several playlists of priority, share what each would have alone.
    pub conflicts: Vec<Stretch<'a>>,
    /// What has no turn in all the time.
    pub never: Vec<Never<'a>>,
    /// For how long each language of the screen is seen in the first week, where it is not shown with all the others.
    pub languages: BTreeMap<&'a Language, Duration>,
}

/// An item that has no turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Never<'a> {
    /// Its playlist.
    pub playlist: &'a Playlist,
    /// The item.
    pub item: &'a Item,
    /// Why not, most of the time.
    pub reason: Reason,
}

/// In which the balance of the languages shows.
const WEEK: jiff::SignedDuration = jiff::SignedDuration::from_hours(7 * 24);

/// Looks at all that `programme` does from `from` until `until`, by a clock that is trusted.
pub fn review(programme: &Programme, from: Timestamp, until: Timestamp) -> Review<'_> {
    let stretches = timeline(programme, from, until);
    let never = never(programme, from, until);
    let week = from.checked_add(WEEK).map_or(until, |week| week.min(until));
    let mut languages: BTreeMap<&Language, Duration> =
        programme.screen().languages.iter().map(|language| (language, Duration::ZERO)).collect();
    for play in plays(programme, from, week) {
        if let Shows::Item { languages: shown, .. } = &play.shows
            && let [language] = shown[..]
            && let Some(time) = languages.get_mut(language)
        {
            *time += Duration::try_from(play.until.duration_since(play.from)).unwrap_or_default();
        }
    }
    let (gaps, others): (Vec<_>, Vec<_>) = stretches.into_iter().partition(Stretch::is_gap);
    let conflicts = others.into_iter().filter(Stretch::is_conflict).collect();
    Review { gaps, conflicts, never, languages }
}

/// Everything that has no turn in any segment.
fn never(programme: &Programme, from: Timestamp, until: Timestamp) -> Vec<Never<'_>> {
    let mut items: Vec<(Vec<(Reason, i64)>, bool)> = vec![Default::default(); programme.slots.count()];
    for date in days(programme, [from, until]) {
        let mut plan = Plan::of(programme, date, Trust::Trusted);
        let segments: Vec<_> = plan.segments().collect();
        for segment in segments {
            let passed_over = passed_over(&plan, &segment.cast, segment.from, None);
            for ((reasons, plays), PassedOver { reason, .. }) in items.iter_mut().zip(passed_over) {
                let time = segment.until - segment.from;
                match reasons.iter_mut().find(|(known, _)| *known == reason) {
                    _ if reason == Reason::NotItsTurn => *plays = true,
                    Some((_, all)) => *all += time,
                    None => reasons.push((reason, time)),
                }
            }
        }
    }
    let never = items.into_iter().enumerate().filter(|(_, (_, plays))| !plays);
    never
        .filter_map(|(number, (reasons, _))| {
            let (playlist, item) = programme.item(number);
            let (reason, _) = reasons.into_iter().max_by_key(|(_, time)| *time)?;
            Some(Never { playlist, item, reason })
        })
        .collect()
}
