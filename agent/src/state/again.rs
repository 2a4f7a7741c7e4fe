//! A bundle that was refused for a reason that may pass by itself, and when it is tried again: nobody is near, and the
//! broker says it only once in a connection. Pure.

use std::time::Duration;

use bytes::Bytes;
use protocol::RefusedBundle;

const FIRST: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_secs(600);

/// The last one of these. Every try waits longer than the one before.
#[derive(Debug)]
pub(super) struct Again {
    waits: Option<(Bytes, Duration)>,
    next: Duration,
}

impl Default for Again {
    fn default() -> Self {
        Self { waits: None, next: FIRST }
    }
}

impl Again {
    /// Whether the disk may have room later, the panel time, or the clock come to its beginning.
    pub(super) fn may_pass(refused: &RefusedBundle) -> bool {
        matches!(refused, RefusedBundle::Storage { .. } | RefusedBundle::NotYetValid { .. })
    }

    /// Remembers what was refused at `elapsed`.
    pub(super) fn later(&mut self, bytes: Bytes, elapsed: Duration) {
        self.waits = Some((bytes, elapsed + self.next));
        self.next = (self.next * 2).min(LONGEST);
    }

    /// The one whose time has come.
    pub(super) fn due(&mut self, elapsed: Duration) -> Option<Bytes> {
        self.waits.take_if(|(_, at)| *at <= elapsed).map(|(bytes, _)| bytes)
    }

    /// There is another one, or it is on air.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}
