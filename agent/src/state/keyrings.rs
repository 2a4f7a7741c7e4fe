//! A keyring that comes after the one that stands, and what of the wall it takes down. Pure.
//!
//! It counts when a power cut cannot take it back any more, as a bundle does: a disk that takes no keyring takes no bundle
//! of whoever was revoked either. What is on air and not signed any more by whom it should be goes at once; an order to cut
//! off stays, whoever gave it.

use std::sync::Arc;

use bytes::Bytes;
use playlists::Trust;
use protocol::{
    Bundle, BundleRef, Expected, KeyringRef, OnAirBundle, RefusedBundle, SignedBundle, SignedKeyring,
    StandingKeyring,
};

use super::{Action, Candidate, State};
use crate::clock::Reading;

impl State {
    /// The keyring that was introduced after the one in the file, from what lies on the disk; before anything is verified.
    pub(crate) fn introduced(&mut self, kept: Option<&[u8]>, clock: &Reading) {
        let (standing, refused) = StandingKeyring::new(self.keyring.keyring().clone(), kept);
        self.keyring = standing;
        if let Some(refused) = refused {
            self.count(refused.code(), refused.to_string(), clock);
        }
    }

    /// The keyring whose signatures count: a change is worth a report.
    pub(crate) fn keyring(&self) -> KeyringRef {
        self.keyring.keyring().reference()
    }

    pub(super) fn keyring_offered(&mut self, bytes: &[u8], clock: &Reading) -> Vec<Action> {
        // An empty retained message is how a topic is cleared: it revokes nothing.
        if bytes.is_empty() {
            return Vec::new();
        }
        // What the disk is writing is not overtaken by what is older than that.
        let known = self.offered.as_deref().unwrap_or(&self.keyring);
        match SignedKeyring::parse(bytes).and_then(|offered| known.take(&offered)) {
            Ok(None) => Vec::new(),
            Ok(Some(next)) => {
                let next = Box::new(next);
                self.offered = Some(next.clone());
                vec![Action::KeepKeyring(next)]
            }
            Err(refused) => self.count(refused.code(), refused.to_string(), clock),
        }
    }

    pub(super) fn keyring_kept(&mut self, kept: &StandingKeyring, clock: &Reading) -> Vec<Action> {
        if self.offered.as_deref() == Some(kept) {
            self.offered = None;
        }
        if kept.keyring().version() <= self.keyring.keyring().version() {
            return Vec::new();
        }
        self.keyring = kept.clone();
        // First what is to be dark, then what is to be shown.
        let order = self.again.order_for_another_keyring();
        let mut actions = order.map_or(Vec::new(), |bytes| self.cut_off(&bytes, clock));
        let waiting = self.again.bundle_for_another_keyring();
        actions.extend(self.fall_back(waiting.as_ref(), clock));
        actions.extend(waiting.map_or(Vec::new(), |bytes| self.desired_again(bytes, clock)));
        actions
    }

    /// What is on air goes, if those whose keys count have not signed it; the one before it comes back if they have signed
    /// that, else there is none. It stays if it is the one that waits, signed by others.
    fn fall_back(&mut self, waiting: Option<&Bytes>, clock: &Reading) -> Option<Action> {
        let wall = self.wall.as_ref()?;
        let refused = self.signatures(&wall.bytes).err()?;
        let reference = wall.bundle.reference();
        if let Some(bytes) = waiting
            && let Ok(bundle) = self.verify_stored(bytes, clock)
            && bundle.reference() == reference
        {
            let candidate = self.candidate(bytes.clone(), bundle);
            self.wall = Some(candidate.clone());
            return Some(Action::Keep { candidate, floors: self.floors });
        }
        self.refuse(&refused, clock);
        self.wall = self.before.take().and_then(|bytes| {
            let bundle = self.verify_stored(&bytes, clock).ok()?;
            Some(self.candidate(bytes, bundle))
        });
        self.shown = self.wall.as_ref().map(|wall| wall.bundle.reference());
        Some(Action::FallBack(self.wall.clone()))
    }

    /// What is on air came again. With other signatures it may be what another keyring asks for.
    pub(super) fn signed_anew(&mut self, reference: BundleRef, bytes: &Bytes) {
        if self.wall.as_ref().is_some_and(|wall| wall.bundle.reference() == reference && wall.bytes != *bytes)
        {
            self.again.with_another_keyring(bytes.clone());
        }
    }

    /// Whether a candidate still counts: another keyring may have come while it was on its way.
    pub(super) fn still_counts(&self, candidate: &Candidate) -> Result<(), RefusedBundle> {
        if candidate.keyring == self.keyring.keyring().version() {
            return Ok(());
        }
        self.signatures(&candidate.bytes)
    }

    pub(super) fn candidate(&self, bytes: Bytes, bundle: Bundle) -> Candidate {
        Candidate { bytes, bundle: Arc::new(bundle), keyring: self.keyring.keyring().version() }
    }

    /// What lies on the disk is not held against the floor (it may be the one before the last), nor against its validity:
    /// `decide` judges that at every moment.
    pub(super) fn verify_stored(&self, bytes: &Bytes, clock: &Reading) -> Result<Bundle, RefusedBundle> {
        SignedBundle::parse(bytes)?.verify(&Expected {
            on_air: OnAirBundle::Nothing,
            trust: Trust::Untrusted,
            ..self.expected(clock)
        })
    }

    fn signatures(&self, bytes: &Bytes) -> Result<(), RefusedBundle> {
        SignedBundle::parse(bytes)?.verify_signatures(self.keyring.keyring())
    }
}

#[cfg(test)]
mod tests;
