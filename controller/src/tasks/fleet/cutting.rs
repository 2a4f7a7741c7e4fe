//! From a signed order to every gate's wall: verify, keep, say; and wait until the wall is as ordered.

use std::time::Instant;

use bytes::Bytes;
use playlists::{ScreenId, Why};
use protocol::{Cut, OnAir, RefusedCutoff, SignedCutoff, Topic};
use tokio::sync::oneshot;
use tracing::{info, warn};

use super::{OnAirAfter, Owner};

/// Why an order to cut off did not go out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotOrdered {
    #[error("there is no screen `{0}`")]
    NoSuchScreen(ScreenId),
    #[error(transparent)]
    Refused(#[from] RefusedCutoff),
    #[error("the order could not be stored")]
    Storage(#[source] std::io::Error),
}

/// Who waits until the wall is as ordered.
pub(super) struct Unfollowed {
    screen: ScreenId,
    cut: Cut,
    begun: Instant,
    answer: oneshot::Sender<Result<OnAirAfter, NotOrdered>>,
}

impl Owner {
    pub(super) fn cut_off(
        &mut self,
        screen: ScreenId,
        bytes: &Bytes,
        answer: oneshot::Sender<Result<OnAirAfter, NotOrdered>>,
    ) {
        let begun = Instant::now();
        let cut = match self.take_order(&screen, bytes) {
            Ok(cut) => cut,
            Err(refused) => {
                warn!(%screen, %refused, "an order to cut off did not go out");
                let _ = answer.send(Err(refused));
                return;
            }
        };
        self.say(Topic::Cutoff(screen.clone()), bytes.clone());
        let on_air = self.fleet.screen(&screen).and_then(|known| known.on_air.as_ref());
        if on_air.is_some_and(|on_air| is_as_ordered(&on_air.what, cut)) {
            let _ = answer.send(Ok(OnAirAfter(begun.elapsed())));
        } else {
            self.unfollowed.push(Unfollowed { screen, cut, begun, answer });
        }
        self.say_status();
    }

    /// Verifies and keeps it.
    fn take_order(&mut self, screen: &ScreenId, bytes: &Bytes) -> Result<Cut, NotOrdered> {
        let known = self.fleet.screen(screen).ok_or_else(|| NotOrdered::NoSuchScreen(screen.clone()))?;
        let last = known.ordered.as_ref().map(|cutoff| cutoff.standing);
        let signed = SignedCutoff::parse(bytes)?;
        let cutoff = signed.verify(self.keyring.keyring(), screen, last)?;
        self.store.keep_order(screen, bytes).map_err(NotOrdered::Storage)?;
        let (cut, people) = (cutoff.standing.cut, signed.signed_by(self.keyring.keyring()).join(", "));
        warn!(%screen, ?cut, number = cutoff.standing.number, people, reason = cutoff.reason, "ordered");
        self.orders.insert(screen.clone(), bytes.clone());
        self.fleet.order(screen, cutoff);
        Ok(cut)
    }

    /// What was ordered before this start.
    pub(super) fn load_orders(&mut self) {
        let ids: Vec<ScreenId> = self.fleet.screens().map(|known| known.screen.id.clone()).collect();
        for id in ids {
            let order = match self.store.order(&id) {
                Ok(Some(bytes)) => Bytes::from(bytes),
                Ok(None) => continue,
                Err(cause) => {
                    warn!(screen = %id, %cause, "the last order to cut off cannot be read");
                    continue;
                }
            };
            let keyring = self.keyring.keyring();
            let verified =
                SignedCutoff::parse(&order).and_then(|signed| match signed.verify(keyring, &id, None) {
                    // It counted when it was kept. Whose key goes later takes no order along.
                    Err(RefusedCutoff::UnknownKey { .. }) => signed.claims(),
                    verified => verified,
                });
            match verified {
                Ok(cutoff) => {
                    info!(screen = %id, cut = ?cutoff.standing.cut, "the last order to cut off stands");
                    self.fleet.order(&id, cutoff);
                    self.orders.insert(id, order);
                }
                Err(refused) => warn!(screen = %id, %refused, "the last order to cut off cannot be used"),
            }
        }
    }

    /// After every connection: a broker may have lost what it retained.
    pub(super) fn repeat_orders(&self) {
        for (screen, bytes) in &self.orders {
            self.say(Topic::Cutoff(screen.clone()), bytes.clone());
        }
    }

    /// Tells those who wait.
    pub(super) fn followed(&mut self, screen: &ScreenId, on_air: &OnAir) {
        let followed =
            |waiting: &mut Unfollowed| waiting.screen == *screen && is_as_ordered(on_air, waiting.cut);
        for waiting in self.unfollowed.extract_if(.., followed) {
            let _ = waiting.answer.send(Ok(OnAirAfter(waiting.begun.elapsed())));
        }
    }

    /// Forgets those who have gone away after their time-out.
    pub(super) fn tidy_orders(&mut self) {
        self.unfollowed.retain(|waiting| !waiting.answer.is_closed());
    }
}

fn is_as_ordered(on_air: &OnAir, cut: Cut) -> bool {
    match cut {
        Cut::Blackout => on_air.why == Why::Blackout,
        Cut::SafePage => on_air.why == Why::SafePage,
        Cut::Lifted => !matches!(on_air.why, Why::Blackout | Why::SafePage),
    }
}
