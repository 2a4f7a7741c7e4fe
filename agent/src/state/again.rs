//! What was refused for a reason that may pass, and when it is tried again: nobody is near, and the broker says it only once in
//! a connection. Pure.

use std::time::Duration;

use bytes::Bytes;
use protocol::{RefusedBundle, RefusedCutoff};

const FIRST: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_secs(600);

/// The last bundle and the last order of these. Every try waits longer than the one before.
#[derive(Debug)]
pub(super) struct Again {
    waits: Option<(Bytes, Passes)>,
    next: Duration,
    order: Option<Bytes>,
}

/// When the reason may have passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passes {
    At(Duration),
    WithAnotherKeyring,
}

impl Default for Again {
    fn default() -> Self {
        Self { waits: None, next: FIRST, order: None }
    }
}

impl Again {
    /// Remembers a bundle that was refused at `elapsed`, if the reason may pass: the disk may have room later, the panel time,
    /// the clock come to its beginning, or the keys be known that signed it.
    pub(super) fn later(&mut self, refused: &RefusedBundle, bytes: &Bytes, elapsed: Duration) {
        let passes = if matches!(refused, RefusedBundle::Storage { .. } | RefusedBundle::NotYetValid { .. }) {
            let at = elapsed + self.next;
            self.next = (self.next * 2).min(LONGEST);
            Passes::At(at)
        } else if matches!(refused, RefusedBundle::UnknownKey { .. } | RefusedBundle::SamePerson { .. }) {
            Passes::WithAnotherKeyring
        } else {
            return;
        };
        self.waits = Some((bytes.clone(), passes));
    }

    /// Remembers a bundle that only another keyring may ask for.
    pub(super) fn with_another_keyring(&mut self, bytes: Bytes) {
        self.waits = Some((bytes, Passes::WithAnotherKeyring));
    }

    /// Remembers an order that was refused, if the reason may pass.
    pub(super) fn order_later(&mut self, refused: &RefusedCutoff, bytes: &[u8]) {
        if matches!(refused, RefusedCutoff::UnknownKey { .. } | RefusedCutoff::TwoPeople { .. }) {
            self.order = Some(Bytes::copy_from_slice(bytes));
        }
    }

    /// The one whose time has come.
    pub(super) fn due(&mut self, elapsed: Duration) -> Option<Bytes> {
        let due = |(_, passes): &mut (Bytes, Passes)| matches!(passes, Passes::At(at) if *at <= elapsed);
        self.waits.take_if(due).map(|(bytes, _)| bytes)
    }

    /// What waits for other keys, now that there are some; whatever else it waits for.
    pub(super) fn bundle_for_another_keyring(&mut self) -> Option<Bytes> {
        self.waits.take().map(|(bytes, _)| bytes)
    }

    /// The order that waits for other keys, now that there are some.
    pub(super) fn order_for_another_keyring(&mut self) -> Option<Bytes> {
        self.order.take()
    }

    /// There is another bundle, or it is on air.
    pub(super) fn forget(&mut self) {
        (self.waits, self.next) = (None, FIRST);
    }

    /// There is another order.
    pub(super) fn forget_order(&mut self) {
        self.order = None;
    }
}
