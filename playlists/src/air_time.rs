//! How the languages of a screen share its time.

use std::{collections::BTreeMap, time::Duration};

use written::{Entry, Report, Table, Told, all};

use crate::{Item, Language, Layout, Screen, duration};

/// What a screen gives to its languages, where they are shown one after the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AirTime {
    /// Each language's part; the same for all if it is empty.
    pub shares: BTreeMap<Language, u8>,
    /// For how long anything is shown at least.
    pub dwell: Duration,
}

impl Default for AirTime {
    fn default() -> Self {
        Self { shares: BTreeMap::new(), dwell: duration::SHORTEST }
    }
}

/// The largest part of a language.
const LARGEST_SHARE: i64 = 10;

impl Screen {
    /// The screen's languages in which `item` has a text, in the screen's order.
    pub fn languages_of<'s>(&'s self, item: &'s Item) -> impl Iterator<Item = &'s Language> {
        let has =
            |language: &&Language| item.texts.as_ref().is_some_and(|texts| texts.get(language).is_some());
        self.languages.iter().filter(has)
    }

    /// How `item` is laid out on this screen.
    pub fn layout_of(&self, item: &Item) -> Layout {
        item.layout.unwrap_or(self.arrangement.into())
    }

    /// Whether it shows the languages of `item` one after the other.
    pub fn takes_turns(&self, item: &Item) -> bool {
        match self.layout_of(item) {
            Layout::Rotate | Layout::Ticker => true,
            Layout::Split | Layout::Stack => false,
        }
    }

    /// For how long it shows `item` in `language`, or in all its languages together.
    pub fn shows_for(&self, item: &Item, language: Option<&Language>) -> Duration {
        let AirTime { shares, dwell } = &self.air_time;
        let share = |language: &Language| u32::from(shares.get(language).copied().unwrap_or(1));
        let slot = match language {
            Some(language) if !shares.is_empty() && self.takes_turns(item) => {
                let (count, all) = self
                    .languages_of(item)
                    .fold((0, 0), |(count, all), language| (count + 1, all + share(language)));
                let milliseconds = item.duration.as_millis() * u128::from(count * share(language));
                let slot = milliseconds.checked_div(all.into()).and_then(|slot| u64::try_from(slot).ok());
                slot.map_or(item.duration, Duration::from_millis)
            }
            _ => item.duration,
        };
        // A file cannot say less than the shortest, but then an `Item` need not come from a file.
        slot.max(*dwell).max(duration::SHORTEST)
    }
}

/// Reads `language-share` and `dwell`; each may be left out.
pub(crate) fn read(
    report: &mut Report<'_>,
    table: &mut Table<'_>,
    languages: Option<&[Language]>,
) -> Result<AirTime, Told> {
    let shares = table.take("language-share").map(|entry| read_shares(report, entry, languages)).transpose();
    let dwell = table.take("dwell").map(|entry| entry.parse(report, duration::read)).transpose();
    Ok(AirTime { shares: shares?.unwrap_or_default(), dwell: dwell?.unwrap_or(duration::SHORTEST) })
}

/// If the screen's languages are wrong themselves, none is missed here.
fn read_shares(
    report: &mut Report<'_>,
    entry: Entry<'_>,
    languages: Option<&[Language]>,
) -> Result<BTreeMap<Language, u8>, Told> {
    let table = entry.table(report, "is a part for each language, such as { vi = 2, en = 1, km = 1 }")?;
    let mut outcome = Ok(());
    for language in languages.unwrap_or_default() {
        if !table.has(language.as_str()) {
            outcome =
                Err(table.missing(report, language.as_str(), "is missing: the screen shows this language"));
        }
    }
    let shares = all(table.entries(), |(code, entry)| {
        let language = Language::parse(code).map_err(|bad| entry.misplaced(report, bad.told()));
        let share = entry.whole(report, 1..=LARGEST_SHARE);
        let language = language?;
        if languages.is_some_and(|languages| !languages.contains(&language)) {
            return Err(entry.misplaced(report, "is not among the languages of the screen"));
        }
        Ok((language, u8::try_from(share?).unwrap_or(1)))
    })?;
    outcome.map(|()| shares.into_iter().collect())
}
