//! The screen in a document, and its gate.

use std::{collections::BTreeMap, fmt::Display, time::Duration};

use playlists::{
    AirTime, Arrangement, Gate, Language, Opening, Place, Profile, Rules, Screen, ScreenId, ScreenSize, View,
};
use serde::{Deserialize, Serialize};

use super::{first_twice, unreadable};
use crate::RefusedBundle;

#[derive(Serialize, Deserialize)]
pub(super) struct WrittenScreen {
    id: ScreenId,
    gate: BTreeMap<Language, String>,
    time_zone: String,
    // Documents from before there were any have none of those that may be missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    /// As people write them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    open: Vec<String>,
    width: u16,
    height: u16,
    profile: Profile,
    languages: Vec<Language>,
    layout: Arrangement,
    #[serde(default)]
    rules: WrittenRules,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    language_share: BTreeMap<Language, u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dwell_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sync: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct WrittenRules {
    ten_words_ms: u64,
    view: Option<WrittenView>,
    vietnamese_first: bool,
}

#[derive(Serialize, Deserialize)]
struct WrittenView {
    pitch_um: u32,
    distance_mm: u32,
}

impl Default for WrittenRules {
    fn default() -> Self {
        Rules::default().into()
    }
}

impl From<Rules> for WrittenRules {
    fn from(rules: Rules) -> Self {
        let Rules { ten_words, view, vietnamese_first } = rules;
        let view = view.map(|View { pitch_um, distance_mm }| WrittenView { pitch_um, distance_mm });
        Self { ten_words_ms: milliseconds(ten_words), view, vietnamese_first }
    }
}

impl From<WrittenRules> for Rules {
    fn from(written: WrittenRules) -> Self {
        let WrittenRules { ten_words_ms, view, vietnamese_first } = written;
        let view = view.map(|WrittenView { pitch_um, distance_mm }| View { pitch_um, distance_mm });
        Self { ten_words: Duration::from_millis(ten_words_ms), view, vietnamese_first }
    }
}

impl WrittenScreen {
    pub(super) fn of(screen: &Screen) -> Self {
        let AirTime { shares, dwell } = &screen.air_time;
        Self {
            id: screen.id.clone(),
            gate: screen.gate.name.clone(),
            // A gate's zone comes by its name. One without a name is refused when the document is read.
            time_zone: screen.gate.time_zone.iana_name().unwrap_or_default().to_owned(),
            place: screen.gate.place,
            open: screen.gate.opening.iter().map(ToString::to_string).collect(),
            width: screen.size.width(),
            height: screen.size.height(),
            profile: screen.profile,
            languages: screen.languages.clone(),
            layout: screen.arrangement,
            rules: screen.rules.into(),
            language_share: shares.clone(),
            dwell_ms: Some(milliseconds(*dwell)),
            sync: screen.sync.clone(),
        }
    }

    pub(super) fn read(self) -> Result<Screen, RefusedBundle> {
        if self.languages.is_empty() {
            return Err(unreadable("screen.languages", "at least one is needed"));
        }
        if let Some(twice) = first_twice(self.languages.iter()) {
            return Err(unreadable("screen.languages", format!("`{twice}` is named twice")));
        }
        let time_zone = Gate::zone(&self.time_zone)
            .ok_or_else(|| unreadable("screen.time_zone", format!("there is no `{}`", self.time_zone)))?;
        let opening: Vec<_> = (self.open.iter())
            .map(|written| at("screen.open", Opening::parse(written)))
            .collect::<Result<_, _>>()?;
        if opening.windows(2).any(|pair| pair[1].from() <= pair[0].until()) {
            return Err(unreadable("screen.open", "the opening hours are not in order"));
        }
        let dwell = self.dwell_ms.map_or(AirTime::default().dwell, Duration::from_millis);
        Ok(Screen {
            id: self.id,
            gate: Gate { name: self.gate, time_zone, place: self.place, opening },
            size: at("screen", ScreenSize::new(self.width, self.height))?,
            profile: self.profile,
            languages: self.languages,
            arrangement: self.layout,
            rules: self.rules.into(),
            air_time: AirTime { shares: self.language_share, dwell },
            sync: self.sync,
        })
    }
}

fn at<T, E: Display>(place: &str, read: Result<T, E>) -> Result<T, RefusedBundle> {
    read.map_err(|cause| unreadable(place, cause))
}

/// Minutes at most, as people write them.
fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
