//! What the agent knows of its disk, and what it has it keep by itself.

use std::time::Duration;

use bytes::Bytes;
use protocol::StorageHealth;

use super::{Action, State};
use crate::{clock::Reading, store::Condition};

/// The time floor is written this often: it must outlive power cuts, and spare the SD card.
const FLOOR_STEP: Duration = Duration::from_secs(6 * 3600);

/// Why a stored bundle is refused if the disk has changed it.
const DAMAGE: [&str; 5] = ["unreadable", "other-format", "bad-signature", "digest-mismatch", "missing-asset"];

impl State {
    /// How the disk is: another condition is worth a report.
    pub(crate) fn storage(&self) -> Option<&Condition> {
        self.storage.as_ref().map(|(condition, _)| condition)
    }

    pub(super) fn disk_is(&mut self, condition: Condition, clock: &Reading) -> Vec<Action> {
        let state = |condition: &Condition| condition.health(clock.now).state;
        let same = self.storage.as_ref().filter(|(known, _)| state(known) == state(&condition));
        let since = same.map_or(clock.now, |(_, since)| *since);
        self.storage = Some((condition, since));
        Vec::new()
    }

    /// Whether a stored bundle is not what was kept. One that does not count any more is no damage.
    pub(crate) fn is_damaged(&self, stored: &[u8], clock: &Reading) -> bool {
        let refused = self.verify_stored(&Bytes::copy_from_slice(stored), clock).err();
        refused.is_some_and(|refused| DAMAGE.contains(&refused.code()))
    }

    pub(super) fn storage_health(&self) -> Option<StorageHealth> {
        self.storage.as_ref().map(|(condition, since)| condition.health(*since))
    }

    pub(super) fn floors_not_kept(&mut self) -> Vec<Action> {
        self.floors_due = true;
        Vec::new()
    }

    /// If they have risen far enough.
    pub(super) fn keep_floors(&mut self, clock: &Reading) -> Option<Action> {
        let step = jiff::SignedDuration::try_from(FLOOR_STEP).unwrap_or_default();
        // Who knows the time says what has passed; of one who does not, only what has passed since then is certain.
        let passed = if clock.source.vouched() { clock.now } else { clock.floor };
        let due = match self.floors.time {
            Some(floor) => floor + step <= passed,
            None => clock.source.vouched(),
        };
        if due {
            self.floors.time = Some(passed);
        } else if self.floors.doubted == clock.doubted && !self.floors_due {
            return None;
        }
        self.floors_due = false;
        self.floors.doubted = clock.doubted;
        Some(Action::KeepFloors(self.floors))
    }
}
