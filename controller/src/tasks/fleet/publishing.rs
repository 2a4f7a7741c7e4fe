//! From a signed bundle to every gate's wall: verify, rehearse, keep, say; and compare what the gates then show.

use std::{sync::Arc, time::Instant};

use bytes::Bytes;
use playlists::{ScreenId, Trust, Why};
use protocol::{Bundle, BundleRef, OnAir, OnAirBundle, RefusedBundle, SignedBundle, Topic};
use tokio::sync::oneshot;
use tracing::{info, warn};

use super::{NotPublished, OnAirAfter, Owner, Publication, Request, Unconfirmed};
use crate::{clock, tasks::studio};

impl Owner {
    pub(super) fn publish(
        &mut self,
        screen: ScreenId,
        bytes: Bytes,
        answer: oneshot::Sender<Result<OnAirAfter, NotPublished>>,
    ) {
        let begun = Instant::now();
        let floor = self.fleet.screen(&screen).and_then(|known| known.wanted);
        let floor = floor.map_or(OnAirBundle::Nothing, OnAirBundle::AtLeast);
        let bundle = match self.verify(&screen, &bytes, floor, Trust::Trusted) {
            Ok(bundle) => bundle,
            Err(refused) => {
                warn!(%screen, %refused, "a bundle was not published");
                let _ = answer.send(Err(refused));
                return;
            }
        };
        let verified = Instant::now();
        let publication =
            Box::new(Publication { screen, bytes, bundle: bundle.clone(), begun, verified, answer });
        let (rehearsed, result) = oneshot::channel();
        if self.studio.try_send(studio::Order::Rehearse { bundle, answer: rehearsed }).is_err() {
            let _ = publication.answer.send(Err(NotPublished::Studio));
            return;
        }
        let requests = self.requests.clone();
        tokio::spawn(async move {
            if let Ok(result) = result.await {
                let _ = requests.send(Request::Rehearsed(publication, result)).await;
            }
        });
    }

    pub(super) fn rehearsed(&mut self, publication: Publication, result: Result<(), RefusedBundle>) {
        let Publication { screen, bytes, bundle, begun, verified, answer } = publication;
        let drawn = Instant::now();
        let reference = bundle.reference();
        let overtaken = self
            .fleet
            .screen(&screen)
            .and_then(|known| known.wanted)
            .filter(|wanted| wanted.version >= reference.version && *wanted != reference);
        // Another keyring may have come meanwhile.
        let signed = || SignedBundle::parse(&bytes)?.verify_signatures(self.keyring.keyring());
        let result = match (result.and_then(|()| signed()), overtaken) {
            (Err(refused), _) => Err(NotPublished::Refused(refused)),
            (Ok(()), Some(wanted)) => {
                let (offered, on_air) = (reference.version, wanted.version);
                Err(RefusedBundle::Rollback { offered, on_air }.into())
            }
            (Ok(()), None) => self.store.keep(&screen, &bytes).map_err(NotPublished::Storage),
        };
        if let Err(refused) = result {
            warn!(%screen, %refused, "a bundle was not published");
            let _ = answer.send(Err(refused));
            return;
        }
        let [verify_ms, draw_ms, keep_ms] = [verified - begun, drawn - verified, drawn.elapsed()]
            .map(|time| time.as_micros() as f64 / 1000.0);
        let BundleRef { version, digest } = reference;
        info!(%screen, version, %digest, verify_ms, draw_ms, keep_ms, "bundle published");
        self.say(Topic::Desired(screen.clone()), bytes.clone());
        self.fleet.want(&screen, reference);
        let on_air = self.fleet.screen(&screen).and_then(|known| known.on_air.as_ref());
        if on_air.is_some_and(|on_air| on_air.what.bundle == Some(reference)) {
            let _ = answer.send(Ok(OnAirAfter(begun.elapsed())));
        } else {
            let said = Instant::now();
            self.waiting.push(Unconfirmed { screen: screen.clone(), bundle: reference, begun, said, answer });
        }
        self.published.insert(screen, (bytes, bundle));
        self.say_status();
    }

    pub(super) fn verify(
        &self,
        screen: &ScreenId,
        bytes: &[u8],
        on_air: OnAirBundle,
        trust: Trust,
    ) -> Result<Arc<Bundle>, NotPublished> {
        let known = self.fleet.screen(screen).ok_or_else(|| NotPublished::NoSuchScreen(screen.clone()))?;
        let bundle = SignedBundle::parse(bytes)?.verify(&protocol::Expected {
            keyring: self.keyring.keyring(),
            screen,
            size: known.screen.size,
            fonts: &self.fonts,
            on_air,
            now: clock::now(),
            trust,
        })?;
        Ok(Arc::new(bundle))
    }

    /// After every connection: a broker may have lost what it retained.
    pub(super) fn republish(&self) {
        for (screen, (bytes, _)) in &self.published {
            self.say(Topic::Desired(screen.clone()), bytes.clone());
        }
    }

    /// Draws the same in the studio, if this is the bundle that was published.
    pub(super) fn compare(&self, screen: ScreenId, on_air: &OnAir) {
        let Some((_, bundle)) = self.published.get(&screen) else { return };
        // A gate that is cut off shows what no bundle says.
        let cut_off = matches!(on_air.why, Why::Blackout | Why::SafePage);
        if cut_off || on_air.bundle != Some(bundle.reference()) {
            return;
        }
        // Publishing needs the studio, too, and may not be refused for what is only compared.
        if self.studio.capacity() < self.studio.max_capacity() / 2 {
            return;
        }
        let (answer, drawn) = oneshot::channel();
        let order =
            studio::Order::Draw { bundle: bundle.clone(), at: on_air.frame.at, trust: on_air.trust, answer };
        if self.studio.try_send(order).is_err() {
            return;
        }
        let reported = on_air.frame.digest;
        let requests = self.requests.clone();
        tokio::spawn(async move {
            if let Ok(drawn) = drawn.await {
                let _ = requests.send(Request::Compared { screen, reported, drawn }).await;
            }
        });
    }
}

/// Which bundle these bytes say that they are, unverified.
pub(super) fn claimed(bytes: &[u8]) -> Option<BundleRef> {
    let bundle = SignedBundle::parse(bytes).ok()?;
    let (_, version) = bundle.claims().ok()?;
    Some(BundleRef { version, digest: bundle.document_digest() })
}
