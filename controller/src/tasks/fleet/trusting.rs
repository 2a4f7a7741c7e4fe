//! From a signed keyring to every gate: verify, see what falls by it, keep, say; and wait until all that are there follow it.

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use playlists::ScreenId;
use protocol::{Keyring, RefusedKeyring, SignedBundle, SignedKeyring, Topic};
use tokio::sync::oneshot;
use tracing::{info, warn};

use super::{OnAirAfter, Owner};
use crate::clock;

/// Why a keyring did not go out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotIntroduced {
    #[error(transparent)]
    Refused(#[from] RefusedKeyring),
    #[error(
        "what was published for {} is not signed by whom it would have to be: that would go off the wall",
        words(.0)
    )]
    ContentWouldFall(Vec<ScreenId>),
    #[error("the keyring could not be stored")]
    Storage(#[source] std::io::Error),
}

/// Who waits until the gates follow.
pub(super) struct Unled {
    begun: Instant,
    answer: oneshot::Sender<Result<OnAirAfter, NotIntroduced>>,
}

impl Owner {
    pub(super) fn introduce(
        &mut self,
        bytes: &Bytes,
        let_content_fall: bool,
        answer: oneshot::Sender<Result<OnAirAfter, NotIntroduced>>,
    ) {
        let begun = Instant::now();
        if let Err(refused) = self.take_keyring(bytes, let_content_fall) {
            warn!(%refused, "a keyring did not go out");
            let _ = answer.send(Err(refused));
            return;
        }
        self.unled.push(Unled { begun, answer });
        self.say_keyring();
        // What stays may have been signed anew under a version that its gate had already.
        self.republish();
        self.led();
        self.say_status();
    }

    /// Verifies and keeps it. The same one again is only said again.
    fn take_keyring(&mut self, bytes: &Bytes, let_content_fall: bool) -> Result<(), NotIntroduced> {
        let signed = SignedKeyring::parse(bytes)?;
        let Some(next) = self.keyring.take(&signed)? else { return Ok(()) };
        let falls = self.falls_by(next.keyring());
        if !falls.is_empty() && !let_content_fall {
            return Err(NotIntroduced::ContentWouldFall(falls));
        }
        if let Some(chain) = next.chain() {
            self.store.keep_keyring(&chain.to_bytes()).map_err(NotIntroduced::Storage)?;
        }
        let people = signed.signed_by(self.keyring.keyring()).join(", ");
        warn!(version = next.keyring().version(), people, falls = words(&falls), "another keyring counts");
        self.keyring = next;
        self.fleet.trust(self.keyring.keyring().reference());
        self.keyring_view.send_replace(Arc::new(self.keyring.keyring().clone()));
        for screen in falls {
            self.published.remove(&screen);
            // An empty message clears the topic: no gate needs to refuse it again and again.
            self.say(Topic::Desired(screen), Bytes::new());
        }
        Ok(())
    }

    /// The screens whose published content would not count any more.
    fn falls_by(&self, keyring: &Keyring) -> Vec<ScreenId> {
        let falls = |bytes: &Bytes| {
            SignedBundle::parse(bytes).and_then(|bundle| bundle.verify_signatures(keyring)).is_err()
        };
        let fallen = self.published.iter().filter(|(_, (bytes, _))| falls(bytes));
        fallen.map(|(screen, _)| screen.clone()).collect()
    }

    /// After every connection: a broker may have lost what it retained.
    pub(super) fn say_keyring(&self) {
        if let Some(chain) = self.keyring.chain() {
            info!(version = self.keyring.keyring().version(), "the keyring that counts is said");
            self.say(Topic::Keyring, chain.to_bytes().into());
        }
    }

    /// Tells those who wait, if all gates that are there follow.
    pub(super) fn led(&mut self) {
        if !self.unled.is_empty() && self.fleet.all_there_follow(clock::now()) {
            for waiting in self.unled.drain(..) {
                let _ = waiting.answer.send(Ok(OnAirAfter(waiting.begun.elapsed())));
            }
        }
    }

    /// Forgets those who have gone away after their time-out.
    pub(super) fn tidy_keyrings(&mut self) {
        self.unled.retain(|waiting| !waiting.answer.is_closed());
    }
}

fn words(screens: &[ScreenId]) -> String {
    screens.iter().map(ScreenId::as_str).collect::<Vec<_>>().join(", ")
}
