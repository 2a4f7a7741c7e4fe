//! What the wall shows, and what it should have shown.

use playlists::Trust;

use super::{LOOP, Of, SOON, What, World};
use crate::{
    trust::Source,
    years::{
        gate::Shown,
        machine::MILLI,
        truth::{Truth, moment},
    },
};

impl World {
    /// Another bundle is shown.
    pub(super) fn shows(&mut self) {
        let bundle = self.agent.as_ref().and_then(|agent| agent.bundle.clone());
        self.truth = Truth::of(bundle, self.machine.now / MILLI);
        self.shown = None;
        self.draws();
    }

    pub(super) fn draws(&mut self) {
        self.judges();
        let Some(agent) = &mut self.agent else { return };
        let shown = agent.draws(&self.machine);
        self.score.looks += 1;
        if self.shown.is_none_or(|before| before.content != shown.content) {
            self.score.changes += 1;
        }
        if self.shown.is_some_and(|before| before.reading.trust != shown.reading.trust) {
            // The agent's loop says so at once, or nearly so.
            let tick = self.luck.between(0, SOON);
            self.after(tick, Of::Agent(self.agents), What::Tick);
        }
        self.shown = Some(shown);
        // Threads wake late by a little.
        let lasts = i64::try_from(shown.lasts.as_nanos()).unwrap().clamp(MILLI, LOOP);
        let lasts = lasts + self.luck.between(MILLI, 20 * MILLI);
        self.panel = self.machine.after(lasts);
    }

    /// What has been on the wall since it was judged last, held against what was due.
    pub(super) fn judges(&mut self) {
        let (from, until) = (self.judged / MILLI, self.machine.now / MILLI);
        self.judged = self.machine.now;
        let Some(Shown { content, is_dated, reading, tolerance_ms, .. }) = self.shown else { return };
        let passed = until - from;
        match reading.trust {
            Trust::Trusted => {
                self.score.trusted_ms += passed;
                if reading.source == Source::System && reading.error_ms.is_none() {
                    self.score.battery_ms += passed;
                }
                self.score.tolerance_ms += i128::from(passed) * i128::from(tolerance_ms);
                let wrong = self.truth.wrong_ms(content, [from, until], tolerance_ms);
                if 0 < wrong && self.score.wrong_ms == 0 {
                    self.score.first_wrong = Some(format!(
                        "{wrong} ms at {}, {} ms beside the truth, tolerance {tolerance_ms} ms: {reading:?}",
                        moment(from),
                        reading.now.as_millisecond() - from,
                    ));
                }
                self.score.wrong_ms += wrong;
            }
            Trust::Untrusted => {
                self.score.untrusted_ms += passed;
                self.score.dated_ms += if is_dated { passed } else { 0 };
            }
        }
    }
}
